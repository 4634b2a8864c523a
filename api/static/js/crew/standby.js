// Where a crew that has nothing to do is asked to wait.

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { askedText, isThere } from "../standby.js";
import { navigateLink, otherNavigation } from "./navigate.js";

/** The place as the small map and the links to navigation take it. */
export const standbyPlace = ({ lon, lat, near }) => ({ lon, lat, address: near || t("duty.standby.place") });

function titleOf(crew, there) {
  const { near } = crew.standby;
  const where = there ? "stay" : "wait";
  return near ? t(`duty.standby.${where}_near`, { near }) : t(`duty.standby.${where}`);
}

/** What the crew sees while it has no job. */
export function standbyCard(crew, map) {
  const there = isThere(crew, crew.standby);
  const place = standbyPlace(crew.standby);
  return h(
    "article",
    { class: "standby", data: { key: "standby" } },
    h("h2", {}, titleOf(crew, there)),
    h("p", { class: "quiet" }, askedText(crew.standby)),
    !there && crew.standby.saves_s > 0 && h("p", {}, t("duty.standby.why")),
    h("p", {}, t("duty.nothing.available.text")),
    !there && h("div", { class: "links" }, navigateLink(place)),
    map,
    !there && otherNavigation(place),
  );
}
