// One crew: what it does, where it was last heard of, its jobs in order, and its shift.

import { listAll, query } from "./api.js";
import { giveToAnother, placeInRoute, setCrew, setPin } from "./actions.js";
import { serviceName, skillNames } from "./city_words.js";
import { everySecond } from "./clock.js";
import { showLink } from "./crew_link.js";
import { signalOf, shiftText } from "./crews.js";
import { button, fill, h, redraw, setText } from "./dom.js";
import { closePanel, setPanelTitle, showPanel } from "./drawer.js";
import { clockTime, percent } from "./format.js";
import { t } from "./i18n.js";
import { bringIntoView, lookAt, lookAtCrew } from "./map.js";
import { openById } from "./report_panel.js";
import { loadCrewNotes, noteForm } from "./notes.js";
import { crewIcon, priorityIcon } from "./shapes.js";
import { slaText } from "./sla.js";
import { drawStandby, stopChoosing } from "./standby_section.js";
import { can, putEta, putReport, store, subscribe } from "./store.js";

let panel = null;

function open(crew) {
  stopChoosing(); // of the crew that was open before
  const body = showPanel("crew", "", { onClose: leave });
  panel = {
    id: crew.id,
    state: "",
    route: null,
    following: false,
    head: h("div", { class: "report-head" }),
    signal: h("p", { class: "crew-signal" }),
    standby: h("section", { class: "standby" }),
    jobs: h("section", {}),
    notes: h("section", {}),
    facts: h("section", { class: "facts" }),
    actions: h("div", { class: "buttons" }),
  };
  fill(body, panel.head, panel.signal, panel.actions, panel.standby, h("h3", {}, t("crew.jobs")), panel.jobs, panel.facts, h("h3", {}, t("note.title")), noteForm(subjectsOf(crew)), panel.notes);
  loadCrewNotes(panel.notes, crew.id);
  refresh();
}

function leave() {
  stopChoosing();
  panel = null;
}

const subjectsOf = (crew) => [
  { subject: "crew", id: crew.id, label: t("note.on_crew") },
  { subject: "vehicle", id: crew.vehicle_id, label: t("note.on_its_vehicle", { vehicle: crew.vehicle_id }) },
];

const stateOf = (crew) => [crew.status, crew.paused, crew.current?.id, crew.current?.status, crew.next?.id, crew.planned, crew.shift?.absent, store.routes.get(crew.id)].join(" ");

function refresh() {
  const crew = panel && store.crews.get(panel.id);
  if (!crew) return;
  if (panel.state !== stateOf(crew)) {
    panel.state = stateOf(crew);
    draw(crew);
    loadJobs(crew);
  }
  drawSignal(crew);
  drawStandby(panel.standby, crew);
}

function draw(crew) {
  setPanelTitle(crew.name);
  redraw(
    panel.head,
    h(
      "div",
      { class: "report-title" },
      crewIcon(crew.status, 30),
      h(
        "div",
        {},
        h("p", { class: "report-service" }, crew.paused ? t("crew.paused") : t(`crew.state.${crew.status}`)),
        h("p", { class: "quiet" }, shiftText(crew)),
      ),
    ),
  );
  const absent = Boolean(crew.shift?.absent);
  redraw(
    panel.actions,
    button(t("crew.show"), () => lookAtCrew(crew), { kind: "small" }),
    button(t("crew.follow"), follow, { kind: "small ghost", "aria-pressed": String(panel.following) }),
    button(t(crew.paused ? "crew.resume" : "crew.pause"), () => setCrew(crew, { paused: !crew.paused }), { kind: "small ghost" }),
    h("a", { class: "button small ghost", href: `/crew/${encodeURIComponent(crew.id)}` }, t("crew.page")),
    can("manage_keys") && button(t("crew.link"), () => showLink(crew), { kind: "small ghost" }),
    crew.shift && button(t(absent ? "crew.present" : "crew.mark_absent"), () => setCrew(crew, { absent: !absent }), { kind: "small ghost" }),
  );
  redraw(
    panel.facts,
    h(
      "dl",
      {},
      h("dt", {}, t("crew.skills")),
      h("dd", {}, skillNames(crew.skills) || "–"),
      h("dt", {}, t("crew.vehicle")),
      h("dd", {}, crew.vehicle_id ? h("a", { href: `/trackers/${encodeURIComponent(crew.vehicle_id)}` }, crew.vehicle_id) : "–"),
    ),
  );
}

/** Follow the crew on the map, or no longer. */
function follow() {
  const crew = store.crews.get(panel.id);
  panel.following = !panel.following;
  draw(crew);
  if (panel.following) lookAt(crew.lon, crew.lat);
}

function drawSignal(crew) {
  const signal = signalOf(crew);
  const street = crew.position?.matched?.street;
  const battery = crew.position?.battery;
  const parts = [signal.text, street, battery !== null && battery !== undefined && t("crew.battery", { level: percent(battery) })];
  setText(panel.signal, parts.filter(Boolean).join(" · "));
  panel.signal.classList.toggle("stale", signal.stale);
}

async function loadJobs(crew) {
  let jobs = [];
  try {
    jobs = await listAll(query(`/api/v1/crews/${encodeURIComponent(crew.id)}/jobs`, {}));
  } catch {
    if (panel?.id === crew.id) redraw(panel.jobs, h("p", { class: "empty" }, t("crew.jobs_fault")));
    return;
  }
  if (!panel || panel.id !== crew.id) return;
  for (const job of jobs) {
    const report = job.report && putReport(job.report);
    if (job.arrival && report?.assignment?.id === job.id) putEta({ ...job.arrival, report_id: report.id, assignment_id: job.id });
  }
  panel.route = jobs;
  drawRoute();
}

/** The route in order, each stop with its time, its promise and what can be done about its place. */
function drawRoute() {
  const jobs = panel.route;
  const last = jobs.at(-1)?.departure;
  redraw(
    panel.jobs,
    jobs.length === 0 && h("p", { class: "empty" }, t("crew.no_job")),
    jobs.length > 0 && last && h("p", { class: "quiet route-summary" }, t("route.summary", { n: jobs.length, time: clockTime(last) })),
    h("ol", { class: "jobs route" }, jobs.map(jobRow)),
  );
}

/** The present words for a job; of a report, as it is known now. */
function jobRow(job, index) {
  const report = job.report && (store.reports.get(job.report.id) ?? job.report);
  const sla = report && slaText(report);
  return h(
    "li",
    { data: { key: job.id, status: job.status } },
    h("span", { class: "stop-number" }, index + 1),
    h(
      "div",
      { class: "stop" },
      h(
        "div",
        { class: "stop-line" },
        report && priorityIcon(report.priority, 18),
        report ? button(serviceName(report), () => openById(report.id), { kind: "link strong" }) : h("b", {}, serviceName(job)),
        sla && h("span", { class: "sla", data: { state: sla.state }, "aria-label": sla.spoken }, sla.text),
      ),
      h(
        "div",
        { class: "stop-line" },
        h("span", { class: "stop-place quiet" }, report ? report.address || t("report.no_address") : ""),
        report && job.status === "planned" && can("assign") && stopButtons(job, report),
      ),
      h("div", { class: "stop-line" }, h("span", { class: "chip", data: { status: job.status } }, t(`assignment.status.${job.status}`)), timesOf(job)),
    ),
  );
}

function timesOf(job) {
  const { arrival, status } = job;
  if (!arrival || status === "on_site") return null;
  const told = job.report && store.etas.get(job.report.id);
  const newest = told?.assignment_id === job.id ? told : arrival;
  return [h("b", {}, clockTime(newest.eta)), h("span", { class: "quiet" }, t("route.window", { earliest: clockTime(newest.earliest), latest: clockTime(newest.latest) }))];
}

/** What a dispatcher does about the place of a planned stop. */
function stopButtons(job, report) {
  const planned = panel.route.filter((each) => each.status === "planned");
  const place = planned.indexOf(job) + 1;
  const name = `${serviceName(report)} ${report.id}`;
  const move = (to) => placeInRoute(report, job.crew_id, to);
  const small = (sign, title, label, onClick, more = {}) => button(sign, onClick, { kind: "small icon", title: t(title), "aria-label": t(label, { report: name }), ...more });
  return h(
    "div",
    { class: "stop-buttons", title: t("route.order_help") },
    small("↑", "route.up", "route.up.of", () => move(place - 1), { disabled: place === 1 }),
    small("↓", "route.down", "route.down.of", () => move(place + 1), { disabled: place === planned.length }),
    small("⚲", job.pinned ? "unpin" : "pin", job.pinned ? "route.unpin.of" : "route.pin.of", () => setPin(report, !job.pinned), { "aria-pressed": String(job.pinned) }),
    small("⇄", "route.give_other", "route.give.of", () => giveToAnother(report)),
  );
}

/** Keep the panel in step with the selection and the crews. */
export function startCrewPanel() {
  subscribe(["selection"], () => {
    const crew = store.selection?.kind === "crew" ? store.crews.get(store.selection.id) : null;
    if (crew) open(crew);
    else if (panel && store.selection === null) closePanel();
  });
  subscribe(["crews", "routes"], refresh);
  subscribe(["reports"], () => panel?.route && drawRoute());
  subscribe(["notes"], () => panel && loadCrewNotes(panel.notes, panel.id));
  subscribe(["positions"], () => {
    const crew = panel && store.crews.get(panel.id);
    if (!crew) return;
    drawStandby(panel.standby, crew);
    if (panel.following) bringIntoView(crew.lon, crew.lat);
  });
  everySecond(() => {
    const crew = panel && store.crews.get(panel.id);
    if (crew) drawSignal(crew);
  });
}
