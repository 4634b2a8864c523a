// Closed and slow roads: a list, a way to end each, and a new one, drawn on the map or for the whole city.

import { addCondition, removeCondition } from "./actions.js";
import { button, fill, h, redraw } from "./dom.js";
import { closePanel, openPanel, showPanel } from "./drawer.js";
import { moment } from "./format.js";
import { t, tOr } from "./i18n.js";
import { drawArea, endDrawing, lookAtArea } from "./map.js";
import { select, store, subscribe } from "./store.js";
import { isNarrow, showTab } from "./tabs.js";
import { toast } from "./toast.js";

const DRAWING_MS = 3_600_000;

let box = null;

/** Open the panel. */
export function showConditions() {
  select(null);
  const body = showPanel("conditions", t("conditions.title"), { onClose: () => { box = null; }, focus: true });
  box = h("div", { class: "stack" });
  fill(
    body,
    h("p", { class: "hint" }, t("conditions.hint")),
    h("div", { class: "buttons" }, button(t("conditions.draw"), draw, { kind: "primary" }), button(t("conditions.whole_city"), () => addCondition(null))),
    box,
  );
  refresh();
}

async function draw() {
  showTab("map");
  // Who has no keyboard ends it by the button.
  const hint = toast(t("conditions.drawing"), { more: button(t("conditions.drawn"), endDrawing, { kind: "small" }), ms: DRAWING_MS });
  const area = await drawArea();
  hint.remove();
  if (!area) {
    toast(t("conditions.not_drawn"));
    return;
  }
  await addCondition(area);
}

/** Show an area on the map, which a panel may lie over. */
function lookAt(area) {
  if (isNarrow()) {
    closePanel();
    showTab("map");
  }
  lookAtArea(area);
}

/** What a condition does, in a few words. */
function effect(condition) {
  const { kind, speed_factor: factor, speed_kph: kph, hours } = condition;
  const does = factor ? t("conditions.factor", { percent: Math.round(100 * factor) }) : kph ? t("conditions.kph", { kph }) : t(`conditions.kind.${kind}`);
  const some = condition.road_classes.length + condition.way_ids.length > 0 && t("conditions.some_roads");
  return [does, some, hours && t("conditions.at_hours", { hours: hoursInWords(hours) })].filter(Boolean).join(", ");
}

/** Hours as the form asks for them in the reader's words; others as they are written. */
function hoursInWords(hours) {
  return hours.replace(/^Mo-Fr\b/, t("conditions.hours.week")).replace(/^Sa-Su\b/, t("conditions.hours.weekend")).replace(/(\d)-(\d)/g, "$1–$2");
}

function validity(condition) {
  const from = condition.valid_from && t("conditions.from", { time: moment(condition.valid_from) });
  const until = condition.valid_until && t("conditions.until", { time: moment(condition.valid_until) });
  return [from, until].filter(Boolean).join(" ") || t("conditions.since", { time: moment(condition.created_at) });
}

function refresh() {
  if (!box || openPanel() !== "conditions") return;
  redraw(
    box,
    store.conditions.length === 0 && h("p", { class: "empty" }, t("conditions.none")),
    h(
      "ul",
      { class: "plain-list" },
      store.conditions.map((condition) =>
        h(
          "li",
          { data: { key: condition.id } },
          h(
            "div",
            {},
            h("b", {}, condition.name || t(`conditions.kind.${condition.kind}`)),
            h("div", { class: "quiet" }, effect(condition), " · ", validity(condition), " · ", tOr(`actor.${condition.created_by}`, condition.created_by)),
          ),
          h(
            "div",
            { class: "buttons" },
            condition.area && button(t("show"), () => lookAt(condition.area), { kind: "small ghost" }),
            button(t("closure.remove"), () => removeCondition(condition), { kind: "small ghost" }),
          ),
        ),
      ),
    ),
  );
}

/** Keep the panel in step with the conditions. */
export function startConditions() {
  subscribe(["conditions"], refresh);
}
