// Planned work of the coming days: who would come, and when; what has no place, and what would help.

import { cancelPlannedWork } from "./actions.js";
import { get } from "./api.js";
import { serviceName } from "./city_words.js";
import { button, fill, h, redraw } from "./dom.js";
import { openPanel, showPanel } from "./drawer.js";
import { faultText } from "./faults.js";
import { clockTime, dayName, duration, moment, percent } from "./format.js";
import { t } from "./i18n.js";
import { lookAt, stopPicking } from "./map.js";
import { planWork } from "./planned_work_form.js";
import { can, crewName, select, subscribe } from "./store.js";
import { whyText } from "./why.js";

let box = null; // while the list is open
let asked = 0;

const isPlaced = (prospect) => prospect === "given" || prospect === "coming";

/** Open the panel. */
export function showPlannedWork() {
  select(null);
  const body = showPanel("planned-work", t("works.title"), { onClose: leave, focus: true });
  box = h("div", { class: "stack" });
  fill(
    body,
    h("p", { class: "hint" }, t("works.hint")),
    can("plan_work") && h("div", { class: "buttons" }, button(t("works.add"), () => planWork(body, showPlannedWork), { kind: "primary" })),
    box,
  );
  load();
}

function leave() {
  box = null;
  stopPicking(); // where the form was open
}

async function load() {
  if (!box || openPanel() !== "planned-work") return;
  const mine = box;
  const now = (asked += 1);
  if (!mine.firstChild) fill(mine, h("p", { class: "loading" }, t("works.looking")));
  try {
    const ahead = await get("/api/v1/planned-work/ahead");
    if (mine === box && now === asked) draw(ahead);
  } catch (error) {
    if (mine !== box || now !== asked) return;
    const { text, faults } = faultText(error);
    redraw(mine, h("p", { class: "fault-text" }, [text, ...faults].join(" ")), button(t("again"), load, { kind: "small" }));
  }
}

function draw({ items, as_of: asOf, until, kept_free: keptFree }) {
  const placed = items.filter(({ prospect }) => isPlaced(prospect));
  const later = items.filter(({ prospect }) => prospect === "later");
  const left = items.filter(({ prospect }) => prospect === "no_place");
  const days = Map.groupBy(placed, ({ arrival }) => (arrival ? dayName(arrival) : t("works.no_time")));
  redraw(
    box,
    items.length === 0 && h("p", { class: "empty" }, t("works.none", { until: moment(until) })),
    left.length > 0 && section(t("works.no_place", { n: left.length, until: moment(until) }), left, "left-out"),
    [...days].map(([day, works]) => section(day, works)),
    later.length > 0 && section(t("works.later"), later),
    h(
      "p",
      { class: "hint" },
      t("works.as_of", { time: clockTime(asOf) }),
      keptFree > 0 && ` ${t("works.kept_free", { share: percent(keptFree) })}`,
      " ",
      button(t("works.look_again"), load, { kind: "link" }),
    ),
  );
}

const section = (title, works, kind = "") =>
  h("section", { class: `works ${kind}`, data: { key: title } }, h("h3", {}, title), h("ul", { class: "plain-list" }, works.map(row)));

function row({ work, prospect, crew_id: crewId, arrival, late_s: lateS, would_help: help }) {
  return h(
    "li",
    { data: { key: work.id } },
    isPlaced(prospect) && h("time", {}, arrival ? clockTime(arrival) : "–"),
    h(
      "div",
      {},
      h("b", {}, work.name),
      h("div", { class: "quiet" }, [serviceName(work), work.commune, duration(work.duration_s)].filter(Boolean).join(" · ")),
      crewId &&
        h("div", {}, button(crewName(crewId), () => select("crew", crewId), { kind: "link" }), prospect === "given" && h("span", { class: "quiet" }, ` ${t("works.given")}`)),
      lateS > 0 && h("div", { class: "late" }, t("works.late", { duration: duration(lateS), due: moment(work.latest) })),
      !isPlaced(prospect) && h("div", { class: "quiet" }, t("works.window", { from: moment(work.earliest), until: moment(work.latest) })),
      help && h("p", { class: "works-help" }, t("works.helps"), " ", helpText(help)),
      h(
        "div",
        { class: "works-does" },
        button(t("show"), () => lookAt(work.lon, work.lat), { kind: "link", "aria-label": t("works.show", { name: work.name }) }),
        can("plan_work") && button(t("works.give_up"), () => giveUp(work), { kind: "link", "aria-label": t("works.give_up_of", { name: work.name }) }),
      ),
    ),
  );
}

const helpText = ({ reasons, crew_id: crewId, begins_at: at }) =>
  reasons.map(whyText).join(t("explained.and")) + (crewId && at ? ` ${t("explained.then", { crew: crewName(crewId), time: moment(at) })}` : "");

async function giveUp(work) {
  if (await cancelPlannedWork(work)) load();
}

/** Keep the panel in step with the shifts. */
export function startPlannedWork() {
  subscribe(["shifts", "works"], load);
}
