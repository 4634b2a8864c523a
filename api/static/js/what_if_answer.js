// The difference of two plans as a dispatcher reads it: who, how much later, which promise.

import { openById } from "./report_panel.js";
import { button, h } from "./dom.js";
import { clockTime, duration, number } from "./format.js";
import { t } from "./i18n.js";
import { crewName } from "./store.js";
import { reportText } from "./what_if_changes.js";
import { whyText } from "./why.js";

const NOTICEABLE_S = 60;
const SHOWN = 30;

/** Whether nothing would be different. */
export const saysNothing = ({ jobs, others }) => jobs.length + others === 0;

/** The whole answer to some changes. */
export function answerOf(answer, changes) {
  if (saysNothing(answer)) return h("p", { class: "empty" }, t("what_if.nothing"));
  const { jobs, others } = answer;
  const calledIn = new Map(changes.filter(({ kind }) => kind === "add_crew").map(({ crew_id, name }) => [crew_id, name]));
  return [
    h("p", { class: "what-if-summary" }, summary(jobs)),
    totals(answer.before, answer.after),
    h("ul", { class: "differences" }, jobs.slice(0, SHOWN).map((each) => differenceOf(each, calledIn))),
    jobs.length > SHOWN && h("p", { class: "hint" }, t("what_if.more", { n: jobs.length - SHOWN })),
    others > 0 && h("p", { class: "hint" }, t("what_if.others", { n: others })),
  ];
}

/** How many are better and worse off, in one line. */
function summary(jobs) {
  const counts = {
    broken: jobs.filter((each) => each.breaks_promise).length,
    lost: jobs.filter((each) => each.before.crew_id && !each.after.crew_id).length,
    later: jobs.filter((each) => each.later_s > NOTICEABLE_S).length,
    sooner: jobs.filter((each) => each.later_s < -NOTICEABLE_S).length,
    got: jobs.filter((each) => !each.before.crew_id && each.after.crew_id).length,
  };
  const said = Object.entries(counts).filter(([, n]) => n > 0).map(([name, n]) => t(`what_if.count.${name}`, { n }));
  return [t("what_if.changed_reports", { n: jobs.length }), ...said].join(" · ");
}

/** The plan in figures; what stays as it is is left out. */
export function totals(before, after) {
  const rows = Object.keys(before).filter((name) => Math.abs(after[name] - before[name]) >= (name.endsWith("_s") ? NOTICEABLE_S : 1));
  if (rows.length === 0) return null;
  const shown = (name, value) => (name.endsWith("_s") ? hours(value) : number(value));
  return h(
    "table",
    { class: "plain" },
    h("thead", {}, h("tr", {}, h("th", {}, t("what_if.in_all")), ["before", "after"].map((column) => h("th", { class: "number", scope: "col" }, t(`what_if.${column}`))))),
    h(
      "tbody",
      {},
      rows.map((name) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, t(`what_if.total.${name}`)),
          h("td", { class: "number" }, shown(name, before[name])),
          h("td", { class: `number ${after[name] > before[name] ? "worse" : "better"}` }, shown(name, after[name])),
        ),
      ),
    ),
  );
}

/** Sums over a whole city are told in hours, however many these are. */
function hours(seconds) {
  const minutes = Math.round(seconds / 60);
  return t("duration.hours", { hours: number(Math.floor(minutes / 60)), minutes: String(minutes % 60).padStart(2, "0") });
}

/** What is different for one report; crews that are only called in are not known elsewhere yet. */
export function differenceOf(each, calledIn = new Map()) {
  const { before, after } = each;
  const name = each.report_id ? button(reportText(each.report_id), () => openById(each.report_id), { kind: "link strong" }) : h("b", {}, t("crew.job", { id: each.job_id }));
  return h(
    "li",
    { class: "difference", data: { key: each.job_id } },
    h("div", { class: "difference-head" }, name, each.by_hand && h("span", { class: "chip" }, t("what_if.by_hand")), after.pinned && !before.pinned && h("span", { class: "chip" }, t("assignment.pinned"))),
    h("p", {}, crews(before, after, calledIn)),
    h("p", {}, arrivals(each)),
    before.sla !== after.sla && after.sla && h("p", {}, h("span", { class: "sla", data: { state: before.sla } }, t(`what_if.sla.${before.sla}`)), " → ", h("span", { class: "sla", data: { state: after.sla } }, t(`what_if.sla.${after.sla}`))),
    each.breaks_promise && h("p", { class: "worse" }, t("what_if.breaks_promise")),
    each.why && h("p", { class: "quiet" }, whyText(each.why)),
  );
}

function crews(before, after, calledIn) {
  const [one, other] = [before, after].map(({ crew_id: id }) => (id ? calledIn.get(id) ?? crewName(id) : t("holder.none")));
  return one === other ? one : `${one} → ${other}`;
}

function arrivals({ before, after, later_s: laterS }) {
  const [one, other] = [before, after].map(({ arrival }) => (arrival ? clockTime(arrival) : t("what_if.no_arrival")));
  if (laterS === null || Math.abs(laterS) < NOTICEABLE_S) return one === other ? one : `${one} → ${other}`;
  return [`${one} → ${other}, `, h("b", { class: laterS > 0 ? "worse" : "better" }, t(laterS > 0 ? "what_if.later" : "what_if.sooner", { duration: duration(laterS) }))];
}
