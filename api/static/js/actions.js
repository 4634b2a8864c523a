// What a dispatcher does to reports, assignments and crews, each with the way back where there is one.

import { ApiError, del, get, patch, post, put, query } from "./api.js";
import { serviceName } from "./city_words.js";
import { askCondition } from "./condition_form.js";
import { ask } from "./dialog.js";
import { clockTime } from "./format.js";
import { t } from "./i18n.js";
import { isByPerson } from "./standby.js";
import { crewName, putReport, store, touch } from "./store.js";
import { markReport, refreshConditions, refreshCrews } from "./sync.js";
import { toast, toastFault } from "./toast.js";
import { changedPlan, didUndoably } from "./undo.js";

/** How long the planner leaves a report alone after a dispatcher took a crew off it. */
const HOLD_S = 180;

const reportPath = (id) => `/api/v1/reports/${encodeURIComponent(id)}`;
const assignmentPath = (id) => `/api/v1/assignments/${encodeURIComponent(id)}`;
const reportName = (report) => `${serviceName(report)} ${report.id}`;

/** Run something; a fault is shown and answered with null. */
async function attempt(work, onFault = toastFault) {
  try {
    return (await work()) ?? true;
  } catch (error) {
    onFault(error);
    return null;
  }
}

async function putAssignment(reportId, crewId, options = {}) {
  const made = await post("/api/v1/assignments", { report_id: reportId, crew_id: crewId, ...options });
  markReport(reportId);
  refreshCrews();
  return made;
}

/** Give a report to a crew, and remember the way back. `seen` is the suggestion that was looked at. */
export function assign(report, crewId, { pin = false, override = false, seen = undefined, onFault = toastFault } = {}) {
  return attempt(async () => {
    const made = await putAssignment(report.id, crewId, { pin, override, seen });
    changedPlan(t(pin ? "done.assigned_pinned" : "done.assigned", { report: reportName(report), crew: crewName(crewId) }), report.id);
    return made;
  }, onFault);
}

/** Give a report to a crew that should not have it; the dispatcher says that it is meant. */
export async function assignAgainstAdvice(report, crewId, reason) {
  const answer = await ask({
    title: t("override.title", { crew: crewName(crewId) }),
    text: t("override.text", { reason }),
    confirm: t("override.confirm"),
    danger: true,
  });
  return answer && assign(report, crewId, { pin: true, override: true });
}

/** Put a report somewhere in a crew's route: `position` counts what is planned, from 1; it and what is before are pinned. */
export function placeInRoute(report, crewId, position) {
  return attempt(async () => {
    await putAssignment(report.id, crewId, { pin: true, position });
    changedPlan(t("done.placed", { report: reportName(report), crew: crewName(crewId), n: position }), report.id);
  });
}

/** Ask which of the other crews that may have it is to have a planned report, and give it to that crew. */
export async function giveToAnother(report) {
  const advice = await attempt(() => get(`${reportPath(report.id)}/suggestions`));
  if (!advice) return null;
  const others = advice.suggestions.filter((each) => each.crew_id !== report.assignment.crew_id);
  const options = others.map(({ crew_id: id, eta }) => ({ value: id, label: t("route.offer", { crew: crewName(id), time: clockTime(eta) }) }));
  const answer = await ask({
    title: t("route.give_title", { report: reportName(report) }),
    text: options.length ? "" : t("route.nobody"),
    fields: options.length ? [{ name: "crew_id", label: t("route.give_to"), type: "select", options }] : [],
    confirm: t(options.length ? "route.give" : "close"),
  });
  const chosen = others.find((each) => each.crew_id === answer?.crew_id);
  return chosen ? assign(report, chosen.crew_id, { pin: true, seen: { as_of: advice.as_of, eta: chosen.eta } }) : null;
}

/** Take the crew off a report. */
export function release(report) {
  const { id, crew_id: crewId } = report.assignment;
  return attempt(async () => {
    // The planner would give the report to somebody at once: the dispatcher gets time to choose.
    await del(query(assignmentPath(id), { hold_s: HOLD_S }));
    markReport(report.id);
    refreshCrews();
    changedPlan(t("done.released", { report: reportName(report), crew: crewName(crewId) }), report.id);
  });
}

/** Fix an assignment where it is, or let the planner move it again. */
export function setPin(report, pinned) {
  const { id } = report.assignment;
  return attempt(async () => {
    await patch(assignmentPath(id), { pinned });
    markReport(report.id);
    changedPlan(t(pinned ? "done.pinned" : "done.unpinned", { report: reportName(report) }), report.id);
  });
}

/** Say for the crew how far it is; there is no way back from that. */
export async function advance(report, status) {
  const body = { status };
  if (status === "refused") {
    const answer = await ask({
      title: t("refuse.title", { crew: crewName(report.assignment.crew_id) }),
      fields: [{ name: "reason", label: t("reason"), required: true }],
      confirm: t("assignment.to.refused"),
      danger: true,
    });
    if (!answer) return null;
    body.reason = answer.reason;
  }
  return attempt(async () => {
    await post(`${assignmentPath(report.assignment.id)}/status`, body);
    markReport(report.id);
    refreshCrews();
    toast(t(`done.status.${status}`, { report: reportName(report), crew: crewName(report.assignment.crew_id) }));
  });
}

async function closeAs(report, status, note = "") {
  putReport(await post(`${reportPath(report.id)}/close`, { status, note }));
}

async function openAgain(report, note = "") {
  putReport(await post(`${reportPath(report.id)}/reopen`, { note }));
}

/** Undo a closing: the citizen is told again what was told before. */
async function takeUpAgain(report) {
  await openAgain(report);
  await amend(report, { status_note: report.status_note });
}

/** Close a report; the dispatcher says how and why. */
export async function close(report) {
  const answer = await ask({
    title: t("close_report.title", { report: reportName(report) }),
    fields: [
      {
        name: "status",
        label: t("close_report.as"),
        type: "select",
        options: ["done", "rejected", "cancelled"].map((value) => ({ value, label: t(`report.status.${value}`) })),
      },
      { name: "note", label: t("close_report.note"), type: "textarea" },
    ],
    confirm: t("close_report.confirm"),
  });
  if (!answer) return null;
  return attempt(async () => {
    await closeAs(report, answer.status, answer.note);
    didUndoably(t("done.closed", { report: reportName(report) }), () => takeUpAgain(report));
  });
}

/** Open a closed report again. */
export async function reopen(report) {
  const answer = await ask({
    title: t("reopen_report.title", { report: reportName(report) }),
    fields: [{ name: "note", label: t("reopen_report.note"), type: "textarea" }],
    confirm: t("reopen_report.confirm"),
  });
  if (!answer) return null;
  return attempt(async () => {
    await openAgain(report, answer.note);
    didUndoably(t("done.reopened", { report: reportName(report) }), () => closeAs(report, report.status, report.status_note));
  });
}

/** Change one thing about a report. */
async function amend(report, changes) {
  putReport(await patch(reportPath(report.id), changes));
}

export function setPriority(report, priority) {
  const before = report.priority;
  return attempt(async () => {
    await amend(report, { priority });
    didUndoably(t("done.priority", { report: reportName(report), priority }), () => amend(report, { priority: before }));
  });
}

/** Mend where a report is or what it is about; faults are the caller's, who still has the form. */
export async function mendReport(report, changes) {
  const before = report.assignment;
  putReport(await patch(reportPath(report.id), { ...changes, version: report.version }));
  refreshCrews();
  didUndoably(t("done.mended", { report: reportName(report) }), async () => {
    const { lon, lat, address, service_code, priority, public: isPublic } = report;
    await amend(report, { lon, lat, address, service_code, priority, public: isPublic, keep_crew: true });
    if (before?.status === "planned" && changes.keep_crew === false) await putAssignment(report.id, before.crew_id, { pin: before.pinned });
  });
}

/** Hand a report to another service or to somebody outside; undoing takes it back. */
export async function handOver(report) {
  const others = [...store.services.values()].filter((service) => service.code !== report.service_code);
  const answer = await ask({
    title: t("handover.title", { report: reportName(report) }),
    fields: [
      { name: "service_code", label: t("handover.to"), type: "select", options: [...others.map(({ code, name }) => ({ value: code, label: name })), { value: "", label: t("handover.outside") }] },
      { name: "organisation", label: t("handover.organisation") },
      { name: "note", label: t("handover.note"), type: "textarea" },
      { name: "public", label: t("note.public"), type: "checkbox" },
    ],
    confirm: t("handover.confirm"),
  });
  if (!answer) return null;
  // Whoever names an organisation means it, whatever the list above shows.
  const given = answer.organisation ? { ...answer, service_code: "" } : answer;
  const before = report.assignment;
  return attempt(async () => {
    putReport(await post(`${reportPath(report.id)}/handover`, given));
    const to = given.organisation || store.services.get(given.service_code)?.name;
    didUndoably(t("done.handed_over", { report: reportName(report), to }), async () => {
      if (given.organisation) await takeUpAgain(report);
      else await amend(report, { service_code: report.service_code, priority: report.priority, public: report.public });
      if (before?.status === "planned") await putAssignment(report.id, before.crew_id, { pin: before.pinned });
    });
  });
}

/** Merge a report into the one to keep; undoing takes it apart and gives it its crew back. */
export function merge(report, kept) {
  const before = report.assignment;
  return attempt(async () => {
    putReport(await post(`${reportPath(report.id)}/merge`, { into: kept.id }));
    markReport(kept.id);
    refreshCrews();
    didUndoably(t("done.merged", { report: reportName(report), kept: kept.id }), () => takeApart(report, before));
  });
}

async function takeApart(report, before) {
  putReport(await post(`${reportPath(report.id)}/unmerge`));
  if (before?.status === "planned") await putAssignment(report.id, before.crew_id, { pin: before.pinned });
}

/** Take a duplicate up again as a report of its own. */
export function unmerge(report) {
  return attempt(async () => {
    await takeApart(report, null);
    didUndoably(t("done.unmerged", { report: reportName(report) }), async () => putReport(await post(`${reportPath(report.id)}/merge`, { into: report.linked_to })));
  });
}

/** Keep what was told by radio; undoing takes it back. */
export function takeNote(note) {
  return attempt(async () => {
    const taken = await post("/api/v1/notes", note);
    touch("notes");
    didUndoably(t("done.noted"), async () => {
      await del(`/api/v1/notes/${encodeURIComponent(taken.id)}`);
      touch("notes");
    });
  });
}

/** Let the planner have a report that was held for a dispatcher. */
export function letGo(report) {
  return attempt(async () => {
    await amend(report, { hold_s: 0 });
    toast(t("done.let_go", { report: reportName(report) }));
  });
}

/** File a report from a call; undoing cancels it. */
export async function fileReport(body) {
  const report = await post("/api/v1/reports", body);
  putReport(report);
  didUndoably(t("done.filed", { report: reportName(report) }), () => closeAs(report, "cancelled"));
  return report;
}

/** Change whether a crew works: paused, or absent for the day. */
export function setCrew(crew, changes) {
  const back = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, !value]));
  const change = async (what) => {
    await patch(`/api/v1/crews/${encodeURIComponent(crew.id)}`, what);
    refreshCrews();
  };
  const [name, value] = Object.entries(changes)[0];
  return attempt(async () => {
    await change(changes);
    didUndoably(t(`done.crew.${name}.${value}`, { crew: crew.name }), () => change(back));
  });
}

const standbyPath = (crew) => `/api/v1/crews/${encodeURIComponent(crew.id)}/standby`;

async function putStandby(crew, place) {
  const { standby } = await put(standbyPath(crew), place);
  refreshCrews();
  return standby;
}

async function deleteStandby(crew) {
  await del(standbyPath(crew));
  refreshCrews();
}

/** Ask an idle crew to wait at a place or, without one, where it is; undoing asks for what a person asked for before. */
export function askToWait(crew, place = null) {
  const before = crew.standby;
  return attempt(async () => {
    const { near } = await putStandby(crew, place ?? {});
    const what = place ? (near ? "near" : "place") : "here";
    const back = () => (before && isByPerson(before) ? putStandby(crew, { lon: before.lon, lat: before.lat }) : deleteStandby(crew));
    didUndoably(t(`done.standby.${what}`, { crew: crew.name, near }), back);
  });
}

/** Ask an idle crew to wait nowhere any more. */
export function dropStandby(crew) {
  const { lon, lat } = crew.standby;
  return attempt(async () => {
    await deleteStandby(crew);
    didUndoably(t("done.standby.dropped", { crew: crew.name }), () => putStandby(crew, { lon, lat }));
  });
}

/** Change a shift for today; what its crew can no longer do waits again, and that is said. */
export function putShift(shift, body) {
  const { crew_id: crewId, rostered, ...before } = shift;
  const path = `/api/v1/shifts/${encodeURIComponent(crewId)}/${encodeURIComponent(rostered.start)}`;
  const change = async (wanted) => {
    const { released } = await put(path, wanted);
    released.forEach(markReport);
    refreshCrews();
    touch("shifts");
    return released;
  };
  return attempt(async () => {
    const released = await change(body);
    const text = t("done.shift", { crew: crewName(crewId) });
    didUndoably(released.length ? `${text} ${t("done.shift_released", { n: released.length, ids: released.join(", ") })}` : text, () => change(before));
  });
}

/** Close roads or change their speed, within a polygon or, without one, everywhere. */
export function addCondition(area) {
  return attempt(async () => {
    const asked = await askCondition(area);
    if (!asked) return;
    const made = await post("/api/v1/conditions", asked);
    refreshConditions();
    didUndoably(t("done.closure", { name: asked.name }), () => dropCondition(made));
  });
}

async function dropCondition(condition) {
  try {
    await del(`/api/v1/conditions/${encodeURIComponent(condition.id)}`);
  } catch (error) {
    // Somebody else removed it first: it is gone, which is what was wanted.
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
  refreshConditions();
}

export async function removeCondition(condition) {
  const answer = await ask({
    title: t("closure.remove_title", { name: condition.name }),
    text: t("closure.remove_text"),
    confirm: t("closure.remove"),
  });
  return answer && attempt(async () => {
    const { id, created_at, created_by, ...given } = condition;
    await dropCondition(condition);
    didUndoably(t("done.closure_ended", { name: condition.name }), async () => {
      await post("/api/v1/conditions", given);
      refreshConditions();
    });
  });
}

/** Plan work; faults are the form's to show. */
export async function addPlannedWork(body) {
  const made = await post("/api/v1/planned-work", body);
  didUndoably(t("done.planned_work", { name: made.name }), () => dropPlannedWork(made));
  return made;
}

/** Give up planned work, and remember the way back: it is planned anew then. */
export function cancelPlannedWork(work) {
  return attempt(async () => {
    await dropPlannedWork(work);
    const { service_code, name, lon, lat, earliest, latest, duration_s, priority, description } = work;
    const again = { service_code, name, lon, lat, earliest, latest, duration_s, priority, public: work.public, description };
    didUndoably(t("done.gave_up_work", { name }), async () => {
      await post("/api/v1/planned-work", again);
      touch("works");
    });
  });
}

async function dropPlannedWork(work) {
  await del(`/api/v1/planned-work/${encodeURIComponent(work.id)}`);
  refreshCrews();
  touch("works");
}
