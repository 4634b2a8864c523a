// The changes that can be tried out: asked for in small forms, and told in words.

import { get, listAll } from "./api.js";
import { serviceName } from "./city_words.js";
import { now } from "./clock.js";
import { ask } from "./dialog.js";
import { button } from "./dom.js";
import { clockTime } from "./format.js";
import { t } from "./i18n.js";
import { drawArea, endDrawing } from "./map.js";
import { OPEN, RUNNING, store } from "./store.js";
import { showTab } from "./tabs.js";
import { toast } from "./toast.js";

const POSITIONS = [1, 2, 3, 4, 5];
const HOURS = [1, 2, 4, 8];
const DRAWING_MS = 3_600_000;
const MS_PER_HOUR = 3_600_000;

const crewName = (id) => store.crews.get(id)?.name ?? id;

/** A report in a few words; one that is not loaded by its number alone. */
export function reportText(id) {
  const report = store.reports.get(id);
  return report ? `${serviceName(report)} ${id}` : t("timeline.report", { id });
}

/** A change in words. */
export function changeText(change) {
  const facts = { ...change, report: reportText(change.report_id), crew: crewName(change.crew_id) };
  if (change.kind === "move") return t(change.position ? "what_if.change.move_to" : "what_if.change.move", facts);
  return t(`what_if.change.${change.kind}`, facts);
}

const movable = () => [...store.reports.values()].filter((report) => OPEN.has(report.status) && !RUNNING.has(report.status));

/** Ask which report is meant; null where none can be changed. */
async function askWhich() {
  const reports = movable();
  if (reports.length === 0) {
    toast(t("what_if.no_reports"));
    return null;
  }
  const options = reports.map((each) => ({ value: each.id, label: [reportText(each.id), each.address].filter(Boolean).join(" · ") }));
  const answer = await ask({ title: t("what_if.add.report"), fields: [{ name: "report_id", label: t("what_if.report"), type: "select", options }], confirm: t("what_if.go_on") });
  return answer && store.reports.get(answer.report_id);
}

/** The crews that could have a report, the best first, each with when it would be there. */
async function crewsFor(report) {
  const { suggestions } = await get(`/api/v1/reports/${encodeURIComponent(report.id)}/suggestions`);
  const others = suggestions.filter((each) => each.crew_id !== report.assignment?.crew_id);
  const own = suggestions.filter((each) => each.crew_id === report.assignment?.crew_id);
  return [...others, ...own].map((each) => ({ value: each.crew_id, label: `${crewName(each.crew_id)} · ${clockTime(each.eta)}` }));
}

/** Ask what is to become of a report; which one, where none is given. */
export async function askReport(given) {
  const report = given ?? (await askWhich());
  if (!report) return null;
  if (RUNNING.has(report.status)) {
    toast(t("what_if.begun", { report: reportText(report.id) }));
    return null;
  }
  const crews = await crewsFor(report);
  const kinds = [crews.length > 0 && "move", "leave_out", report.assignment && (report.assignment.pinned ? "unpin" : "pin")].filter(Boolean);
  const positions = [{ value: "", label: t("what_if.position.any") }, ...POSITIONS.map((n) => ({ value: String(n), label: n === 1 ? t("what_if.position.next") : t("what_if.position.nth", { n }) }))];
  const answer = await ask({
    title: t("what_if.report_title", { report: reportText(report.id) }),
    fields: [
      { name: "kind", label: t("what_if.kind"), type: "select", options: kinds.map((value) => ({ value, label: t(`what_if.kind.${value}`) })) },
      ...(crews.length > 0 ? [{ name: "crew_id", label: t("what_if.crew"), type: "select", options: crews, where: ["kind", "move"] }, { name: "position", label: t("what_if.position"), type: "select", options: positions, where: ["kind", "move"] }] : []),
    ],
    confirm: t("what_if.try"),
  });
  if (!answer) return null;
  const { kind, crew_id, position } = answer;
  if (kind !== "move") return { kind, report_id: report.id };
  return { kind, report_id: report.id, crew_id, ...(position ? { position: Number(position) } : {}) };
}

/** Ask for a crew that is called in. */
export async function askCrew(changes) {
  const depots = await listAll("/api/v1/depots");
  const taken = new Set([...store.crews.keys(), ...changes.map((change) => change.crew_id)]);
  let n = 1;
  while (taken.has(`extra-${n}`)) n += 1;
  const answer = await ask({
    title: t("what_if.add.crew"),
    fields: [
      { name: "name", label: t("what_if.crew_name"), value: t("what_if.crew_named", { n }), required: true },
      { name: "depot_id", label: t("what_if.depot"), type: "select", options: depots.map(({ id, name }) => ({ value: id, label: name })) },
      { name: "hours", label: t("what_if.hours"), type: "select", options: HOURS.map((hours) => ({ value: String(hours), label: t("conditions.lasting.hours", { n: hours }) })) },
      ...(store.skills.size > 0 ? [{ name: "skills", label: t("crew.skills"), type: "checkboxes", options: [...store.skills].map(([value, label]) => ({ value, label })) }] : []),
    ],
    confirm: t("what_if.try"),
  });
  if (!answer) return null;
  const { name, depot_id, hours, skills = [] } = answer;
  return { kind: "add_crew", crew_id: `extra-${n}`, name, depot_id, hours: Number(hours), skills };
}

/** Have roads drawn that would be closed: an area, or a stroke across a bridge. */
export async function askClosure() {
  showTab("map");
  const hint = toast(t("what_if.drawing"), { more: button(t("conditions.drawn"), endDrawing, { kind: "small" }), ms: DRAWING_MS });
  const area = await drawArea({ orLine: true });
  hint.remove();
  if (!area) return null;
  const answer = await ask({
    title: t("what_if.add.closure"),
    fields: [
      { name: "name", label: t("closure.name"), value: t("what_if.closure_named"), required: true },
      { name: "lasting", label: t("conditions.lasting"), type: "select", options: [{ value: "", label: t("conditions.lasting.open") }, ...HOURS.map((hours) => ({ value: String(hours), label: t("conditions.lasting.hours", { n: hours }) }))] },
    ],
    confirm: t("what_if.try"),
  });
  if (!answer) return null;
  const until = answer.lasting ? { valid_until: new Date(now() + Number(answer.lasting) * MS_PER_HOUR).toISOString() } : {};
  return { kind: "close", name: answer.name, area, ...until };
}
