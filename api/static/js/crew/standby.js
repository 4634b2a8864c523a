// Where a crew that has nothing to do is asked to wait.

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { askedText, isByPerson, isThere } from "../standby.js";
import { unsentSign } from "./jobs.js";
import { navigateLink, otherNavigation } from "./navigate.js";

/** The place as the small map and the links to navigation take it. */
export const standbyPlace = ({ lon, lat, near }) => ({ lon, lat, address: near || t("duty.standby.place") });

function titleOf(crew, there) {
  const { near } = crew.standby;
  const where = there ? "stay" : "wait";
  return near ? t(`duty.standby.${where}_near`, { near }) : t(`duty.standby.${where}`);
}

/** To say no to the planner, and to take that back; a dispatcher's word is talked about with the dispatcher. */
function answer(crew, there, { caller, stay, go }) {
  const { standby } = crew;
  if (!isByPerson(standby)) return !there && h("button", { type: "button", class: "button", id: "stay", on: { click: stay } }, t("duty.standby.no"));
  return standby.actor === caller && h("button", { type: "button", class: "button", id: "go", on: { click: go } }, t("duty.standby.yes"));
}

/** What the crew sees while it has no job; `stay` says that it waits where it is, `go` that it goes where it is asked to. */
export function standbyCard(crew, { map, unsent, caller, stay, go }) {
  const there = isThere(crew, crew.standby);
  const place = standbyPlace(crew.standby);
  return h(
    "article",
    { class: "standby", data: { key: "standby" } },
    h("h2", {}, titleOf(crew, there)),
    h("p", { class: "quiet" }, askedText(crew.standby), unsent && unsentSign()),
    !there && crew.standby.saves_s > 0 && h("p", {}, t("duty.standby.why")),
    h("p", {}, t("duty.nothing.available.text")),
    h("div", { class: "links" }, !there && navigateLink(place), answer(crew, there, { caller, stay, go })),
    map,
    !there && otherNavigation(place),
  );
}
