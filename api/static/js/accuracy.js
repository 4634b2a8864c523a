// Predicted against actual arrivals: how wrong the ETAs were, as figures, a picture and a table.

import { fill, h, redraw, svg } from "./dom.js";
import { openPanel, showPanel } from "./drawer.js";
import { clockTime, duration, percent, signedMinutes } from "./format.js";
import { t } from "./i18n.js";
import { openById } from "./report_panel.js";
import { select, store, subscribe } from "./store.js";

const WIDTH = 340;
const HEIGHT = 170;
const LEFT = 34;
const BOTTOM = 20;

let box = null;

const errorOf = (item) => (Date.parse(item.arrived_at) - Date.parse(item.predicted_at)) / 1000;

/** Open the panel. */
export function showAccuracy() {
  select(null);
  const body = showPanel("accuracy", t("accuracy.title"), { onClose: () => { box = null; }, focus: true });
  box = h("div", { class: "stack" });
  fill(body, box);
  refresh();
}

function refresh() {
  if (!box || openPanel() !== "accuracy") return;
  const accuracy = store.accuracy;
  if (!accuracy || !accuracy.n) {
    redraw(box, h("p", { class: "empty" }, t("accuracy.none")));
    return;
  }
  const items = accuracy.items.filter((item) => item.predicted_at && item.arrived_at);
  items.sort((a, b) => Date.parse(a.arrived_at) - Date.parse(b.arrived_at));
  redraw(
    box,
    h("p", {}, t("accuracy.text", { n: accuracy.n })),
    h(
      "dl",
      { class: "figures" },
      figure(t("accuracy.median"), signedMinutes(accuracy.median_error_s), t("accuracy.median_help")),
      figure(t("accuracy.median_abs"), duration(accuracy.median_abs_error_s)),
      figure(t("accuracy.p90"), duration(accuracy.p90_abs_error_s)),
      accuracy.within_interval !== null && accuracy.within_interval !== undefined && figure(t("accuracy.within"), percent(accuracy.within_interval)),
    ),
    items.length > 0 && picture(items),
    items.length > 0 && table(items),
  );
}

function figure(label, value, help) {
  return h("div", { title: help }, h("dt", {}, label), h("dd", {}, value));
}

/** A round step that puts about four lines on the axis. */
function stepFor(most) {
  return [30, 60, 120, 300, 600, 1200, 1800, 3600].find((step) => most / step <= 3) || 7200;
}

/** Each arrival a dot: in order from left to right, above the line later than predicted, below it earlier. */
function picture(items) {
  const most = Math.max(60, ...items.map((item) => Math.abs(errorOf(item))));
  const middle = (HEIGHT - BOTTOM) / 2 + 4;
  const y = (seconds) => middle - (seconds / most) * (middle - 10);
  const x = (index) => LEFT + 8 + (index / Math.max(1, items.length - 1)) * (WIDTH - LEFT - 18);
  const step = stepFor(most);
  const lines = [];
  for (let value = -Math.floor(most / step) * step; value <= most; value += step) lines.push(value);
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": t("accuracy.picture", { n: items.length }) },
    lines.map((value) => [
      svg("line", { x1: LEFT, x2: WIDTH - 4, y1: y(value), y2: y(value), class: value === 0 ? "axis" : "grid" }),
      svg("text", { x: LEFT - 5, y: y(value) + 3.5, "text-anchor": "end" }, value === 0 ? "0" : signedMinutes(value)),
    ]),
    items.map((item, index) => {
      const error = errorOf(item);
      return svg(
        "g",
        {},
        svg("line", { x1: x(index), x2: x(index), y1: y(0), y2: y(error), class: error > 0 ? "stem late" : "stem" }),
        svg(
          "circle",
          { cx: x(index), cy: y(error), r: 3.2, class: error > 0 ? "dot late" : "dot" },
          svg("title", {}, `${item.report_id}: ${signedMinutes(error)}`),
        ),
      );
    }),
    svg("text", { x: LEFT + 4, y: HEIGHT - 4 }, t("accuracy.older")),
    svg("text", { x: WIDTH - 6, y: HEIGHT - 4, "text-anchor": "end" }, t("accuracy.newer")),
  );
}

function table(items) {
  const rows = [...items].reverse();
  return h(
    "details",
    {},
    h("summary", {}, t("accuracy.table", { n: rows.length })),
    h(
      "table",
      { class: "plain" },
      h(
        "thead",
        {},
        h("tr", {}, ["report", "crew", "predicted", "arrived", "difference"].map((name) => h("th", { scope: "col" }, t(`accuracy.column.${name}`)))),
      ),
      h(
        "tbody",
        {},
        rows.map((item) =>
          h(
            "tr",
            {},
            h("td", {}, h("button", { type: "button", class: "button link", on: { click: () => openById(item.report_id) } }, item.report_id)),
            h("td", {}, store.crews.get(item.crew_id)?.name || item.crew_id),
            h("td", {}, clockTime(item.predicted_at)),
            h("td", {}, clockTime(item.arrived_at)),
            h("td", { class: "number" }, signedMinutes(errorOf(item))),
          ),
        ),
      ),
    ),
  );
}

/** Keep the panel in step with the figures. */
export function startAccuracy() {
  subscribe(["accuracy"], refresh);
}
