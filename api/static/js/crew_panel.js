// One crew: what it does, where it was last heard of, its jobs in order, and its shift.

import { listAll, query } from "./api.js";
import { setCrew } from "./actions.js";
import { serviceName, skillNames } from "./city_words.js";
import { everySecond } from "./clock.js";
import { showLink } from "./crew_link.js";
import { signalOf, shiftText } from "./crews.js";
import { button, fill, h, redraw, setText } from "./dom.js";
import { closePanel, setPanelTitle, showPanel } from "./drawer.js";
import { clockTime, percent } from "./format.js";
import { t } from "./i18n.js";
import { bringIntoView, lookAt } from "./map.js";
import { openById } from "./report_panel.js";
import { loadCrewNotes, noteForm } from "./notes.js";
import { crewIcon, priorityIcon } from "./shapes.js";
import { can, etaOf, putReport, store, subscribe } from "./store.js";

let panel = null;

function open(crew) {
  const body = showPanel("crew", "", { onClose: () => { panel = null; } });
  panel = {
    id: crew.id,
    state: "",
    following: false,
    head: h("div", { class: "report-head" }),
    signal: h("p", { class: "crew-signal" }),
    jobs: h("section", {}),
    notes: h("section", {}),
    facts: h("section", { class: "facts" }),
    actions: h("div", { class: "buttons" }),
  };
  fill(body, panel.head, panel.signal, panel.actions, h("h3", {}, t("crew.jobs")), panel.jobs, panel.facts, h("h3", {}, t("note.title")), noteForm(subjectsOf(crew)), panel.notes);
  loadCrewNotes(panel.notes, crew.id);
  refresh();
}

const subjectsOf = (crew) => [
  { subject: "crew", id: crew.id, label: t("note.on_crew") },
  { subject: "vehicle", id: crew.vehicle_id, label: t("note.on_its_vehicle", { vehicle: crew.vehicle_id }) },
];

const stateOf = (crew) => [crew.status, crew.paused, crew.current?.id, crew.current?.status, crew.next?.id, crew.shift?.absent].join(" ");

function refresh() {
  const crew = panel && store.crews.get(panel.id);
  if (!crew) return;
  if (panel.state !== stateOf(crew)) {
    panel.state = stateOf(crew);
    draw(crew);
    loadJobs(crew);
  }
  drawSignal(crew);
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
    button(t("crew.show"), () => lookAt(crew.lon, crew.lat), { kind: "small" }),
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
  for (const job of jobs) if (job.report) putReport(job.report);
  redraw(
    panel.jobs,
    jobs.length === 0 && h("p", { class: "empty" }, t("crew.no_job")),
    h("ol", { class: "jobs" }, jobs.map(jobRow)),
  );
}

function jobRow(job) {
  const report = job.report;
  if (!report) return h("li", { data: { key: job.job_id } }, t("crew.job", { id: job.job_id }));
  const eta = etaOf(report);
  return h(
    "li",
    { data: { key: job.job_id } },
    priorityIcon(report.priority, 20),
    h(
      "div",
      {},
      button(serviceName(report), () => openById(report.id), { kind: "link strong" }),
      h("div", { class: "quiet" }, report.address || t("report.no_address")),
    ),
    h("span", { class: "chip", data: { status: job.status } }, t(`assignment.status.${job.status}`), eta && job.status !== "on_site" && ` ${clockTime(eta)}`),
  );
}

/** Keep the panel in step with the selection and the crews. */
export function startCrewPanel() {
  subscribe(["selection"], () => {
    const crew = store.selection?.kind === "crew" ? store.crews.get(store.selection.id) : null;
    if (crew) open(crew);
    else if (panel && store.selection === null) closePanel();
  });
  subscribe(["crews"], refresh);
  subscribe(["notes"], () => panel && loadCrewNotes(panel.notes, panel.id));
  subscribe(["positions"], () => {
    const crew = panel?.following && store.crews.get(panel.id);
    if (crew) bringIntoView(crew.lon, crew.lat);
  });
  everySecond(() => {
    const crew = panel && store.crews.get(panel.id);
    if (crew) drawSignal(crew);
  });
}
