// In a crew's panel: where it was asked to wait while it is idle, and what a dispatcher asks of it instead.

import { askToWait, dropStandby } from "./actions.js";
import { button, h, hold, redraw } from "./dom.js";
import { t } from "./i18n.js";
import { startPicking, stopPicking } from "./map.js";
import { field, streetBox } from "./place_fields.js";
import { askedText, isByPerson, savesText, standbyText } from "./standby.js";
import { isIdle, store } from "./store.js";
import { showTab } from "./tabs.js";

let choosing = null; // {box, crew, form}: the next click on the map is where this crew is to wait

/** Draw the section of a crew; one that is not idle has none. */
export function drawStandby(box, crew) {
  if (!isIdle(crew)) stopChoosing();
  box.hidden = !isIdle(crew);
  redraw(box, isIdle(crew) && [h("h3", {}, t("standby.title")), crew.standby && asked(crew), choosing?.form ?? buttons(box, crew)]);
}

function asked(crew) {
  const saves = savesText(crew.standby);
  return [
    h("p", { class: "standby-place" }, standbyText(crew)),
    saves && h("p", {}, saves),
    h("p", { class: "quiet" }, askedText(crew.standby)),
  ];
}

function buttons(box, crew) {
  return h(
    "div",
    { class: "buttons" },
    button(t("standby.here"), () => askToWait(crew), { kind: "small" }),
    button(t("standby.elsewhere"), () => choose(box, crew), { kind: "small ghost", id: "standby-elsewhere" }),
    crew.standby && isByPerson(crew.standby) && button(t("standby.drop"), () => dropStandby(crew), { kind: "small ghost" }),
  );
}

/** Have a place clicked on the map, or a street chosen. */
function choose(box, crew) {
  const take = (lon, lat) => {
    stopChoosing();
    askToWait(crew, { lon, lat });
  };
  const street = streetBox((found) => take(found.lon, found.lat));
  const hint = h("p", { class: "hint", id: "standby-hint" }, t("standby.choose", { crew: crew.name }));
  const form = h(
    "div",
    { class: "stack", role: "group", tabindex: "-1", "aria-labelledby": "standby-hint" },
    hint,
    field(t("call.street"), street.element),
    h("div", { class: "buttons" }, button(t("cancel"), stopChoosing, { kind: "small ghost" })),
  );
  choosing = { box, crew, form: hold(form) };
  showTab("map");
  startPicking(take);
  drawStandby(box, crew);
  form.focus();
}

/** Give up choosing a place; returns whether one was being chosen. */
export function stopChoosing() {
  if (!choosing) return false;
  const { box, crew, form } = choosing;
  const held = form.contains(document.activeElement);
  choosing = null;
  stopPicking();
  drawStandby(box, store.crews.get(crew.id) ?? crew);
  if (held) document.getElementById("standby-elsewhere")?.focus();
  return true;
}
