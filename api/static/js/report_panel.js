// One report: its facts, who has it, who could have it, what happened to it, and what can be done.

import { advance, close, handOver, letGo, release, reopen, setPin, setPriority, unmerge } from "./actions.js";
import { answersOf, serviceName } from "./city_words.js";
import { button, fill, h, hold, redraw, setText } from "./dom.js";
import { closePanel, setPanelTitle, showPanel } from "./drawer.js";
import { get } from "./api.js";
import { everySecond } from "./clock.js";
import { Explanation } from "./explanation.js";
import { ago, clockTime, duration, moment, secondsUntil, timeLeft, untilArrival } from "./format.js";
import { t, tOr } from "./i18n.js";
import { lookAt } from "./map.js";
import { mend } from "./mend.js";
import { likelyDuplicates, mergeByHand } from "./merge.js";
import { noteForm } from "./notes.js";
import { priorityIcon } from "./shapes.js";
import { slaText } from "./sla.js";
import { OPEN, etaOf, putEta, putReport, select, selectedReport, store, subscribe } from "./store.js";
import { showTab } from "./tabs.js";
import { Suggestions } from "./suggestions.js";
import { loadTimeline } from "./timeline.js";
import { toastFault } from "./toast.js";
import { showWhatIf } from "./what_if.js";
import { waitingText } from "./why.js";

const SUGGESTIONS_EVERY_MS = 20_000; // crews move: ETAs grow old
const NEXT_STEPS = { planned: ["en_route", "on_site"], en_route: ["on_site", "done"], on_site: ["done"] };

let panel = null; // the parts of the open panel
const suggestions = new Suggestions();
const explanation = new Explanation(() => suggestions.kept);

export const openSuggestions = () => (panel ? suggestions : null);

/** Put the keyboard on the suggestions, where 1 to 5 choose. */
export function focusSuggestions() {
  if (panel) suggestions.box.focus();
}

function open(report) {
  const body = showPanel("report", "", { onClose: () => { panel = null; } });
  panel = {
    id: report.id,
    state: "",
    head: h("div", { class: "report-head" }),
    facts: h("section", { class: "facts" }),
    holder: h("section", { class: "holder-box" }),
    similar: h("section", { "aria-live": "polite" }),
    explanation: h("section", {}),
    suggestions: suggestions.box,
    actions: h("div", { class: "buttons" }),
    timeline: h("section", {}),
    sla: hold(h("span", { class: "sla large" })),
    eta: hold(h("span", { class: "eta-live" })),
    held: hold(h("span")),
  };
  fill(
    body,
    panel.head,
    panel.holder,
    panel.explanation,
    panel.similar,
    panel.suggestions,
    panel.facts,
    panel.actions,
    h("h3", {}, t("timeline.title")),
    noteForm([{ subject: "report", id: report.id, label: "" }]),
    panel.timeline,
  );
  fill(panel.suggestions);
  refresh();
}

/** What decides whether the panel must be drawn again. */
const stateOf = (report) => `${report.version} ${report.status} ${report.unassigned_reason} ${report.assignment?.id} ${report.assignment?.status} ${report.assignment?.pinned} ${report.duplicates}`;

function refresh() {
  const report = panel && store.reports.get(panel.id);
  if (!report) return;
  const state = stateOf(report);
  if (state !== panel.state) {
    panel.state = state;
    setPanelTitle(t("report.title", { id: report.id }));
    drawHead(report);
    drawHolder(report);
    drawFacts(report);
    drawActions(report);
    loadTimeline(panel.timeline, report);
    drawExplanation(report);
    drawSuggestions(report);
    drawSimilar(report);
  }
  drawTimes();
}

/** Why it is with its crew or waits, for whoever asks. */
function drawExplanation(report) {
  if (!OPEN.has(report.status)) {
    explanation.forget();
    redraw(panel.explanation);
    return;
  }
  explanation.show(report);
  redraw(panel.explanation, hold(explanation.box));
}

/** Open or close why a report is with its crew or waits. */
export function toggleExplanation() {
  if (panel && panel.explanation.hasChildNodes()) explanation.toggle();
}

/** Who could have it; once a crew has set off, the others are shown only to whoever asks. */
function drawSuggestions(report) {
  const running = ["en_route", "on_site"].includes(report.assignment?.status);
  if (!OPEN.has(report.status) || running) suggestions.clear();
  if (!OPEN.has(report.status)) return;
  if (running) redraw(suggestions.box, button(t("suggestions.others"), () => suggestions.load(report), { kind: "small ghost" }));
  else suggestions.load(report, { quietly: suggestions.report?.id === report.id && suggestions.ranked.length > 0 });
}

/** One quiet line where other reports are likely to be of the same thing. */
async function drawSimilar(report) {
  const { similar } = panel;
  const found = await likelyDuplicates(report);
  redraw(
    similar,
    found.length > 0 &&
      h("div", { class: "notice" }, h("p", {}, t("merge.similar", { n: found.length })), button(t("merge.compare"), () => mergeByHand(report), { kind: "small" })),
  );
}

function drawHead(report) {
  redraw(
    panel.head,
    h(
      "div",
      { class: "report-title" },
      priorityIcon(report.priority, 30),
      h(
        "div",
        {},
        h("p", { class: "report-service" }, serviceName(report)),
        h("p", { class: "report-state" }, h("span", { class: "quiet" }, t(`report.status.${report.status}`), " · ", t(`priority.${report.priority}`)), panel.sla),
      ),
    ),
    h(
      "p",
      { class: "report-place" },
      button(report.address || t("report.no_address"), () => showOnMap(report), { kind: "link strong", title: t("report.show_on_map") }),
      report.commune && h("span", { class: "quiet" }, ` · ${report.commune}`),
    ),
    report.description && h("p", { class: "report-text" }, report.description),
  );
}

function drawHolder(report) {
  const { assignment } = report;
  if (!assignment) {
    const held = report.held_until && secondsUntil(report.held_until) > 0;
    redraw(
      panel.holder,
      OPEN.has(report.status) &&
        h(
          "div",
          { class: held ? "notice held" : "notice waiting" },
          h("div", {}, h("b", {}, t(held ? "holder.held" : "holder.none")), " ", panel.held, !held && waitingText(report) && h("p", {}, waitingText(report))),
          held && button(t("let_go"), () => letGo(report), { kind: "small" }),
        ),
    );
    return;
  }
  const name = store.crews.get(assignment.crew_id)?.name || assignment.crew_id;
  const live = ["planned", "en_route", "on_site"].includes(assignment.status);
  redraw(
    panel.holder,
    h(
      "div",
      { class: "notice assigned" },
      h(
        "div",
        { class: "holder-line" },
        button(name, () => select("crew", assignment.crew_id), { kind: "link strong" }),
        h("span", { class: "chip", data: { status: assignment.status } }, t(`assignment.status.${assignment.status}`)),
        assignment.pinned && h("span", { class: "chip" }, t("assignment.pinned")),
      ),
      panel.eta,
      live &&
        h(
          "div",
          { class: "buttons" },
          (NEXT_STEPS[assignment.status] || []).map((step) => button(t(`assignment.to.${step}`), () => advance(report, step), { kind: "small" })),
          button(t("assignment.to.refused"), () => advance(report, "refused"), { kind: "small ghost" }),
          assignment.status !== "on_site" &&
            button(t(assignment.pinned ? "unpin" : "pin"), () => setPin(report, !assignment.pinned), { kind: "small ghost", title: t("pin.help") }),
          button(t("release"), () => release(report), { kind: "small ghost" }),
        ),
    ),
  );
}

function fact(label, ...content) {
  return [h("dt", {}, label), h("dd", {}, content)];
}

function drawFacts(report) {
  const contact = report.contact;
  const name = contact && [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  redraw(
    panel.facts,
    h(
      "dl",
      {},
      fact(t("report.requested"), moment(report.requested_at), h("span", { class: "quiet" }, ` (${ago(report.requested_at)}, ${tOr(`source.${report.source}`, report.source)})`)),
      fact(t("report.due"), moment(report.due_at)),
      contact && (name || contact.phone || contact.email) && fact(t("report.caller"), [name, contact.phone, contact.email].filter(Boolean).join(" · ")),
      report.linked_to && fact(t("report.linked_to"), reportLink(report.linked_to)),
      report.duplicates?.length > 0 && fact(t("report.duplicates"), report.duplicates.map((id) => [reportLink(id), " "])),
      report.status_note && fact(t("report.note"), report.status_note),
      answersOf(report).map(([question, answer]) => fact(question, answer)),
      report.media_url &&
        fact(t("report.photo"), h("a", { href: safeLink(report.media_url), target: "_blank", rel: "noopener noreferrer" }, t("report.photo_open"))),
      report.follow_url && fact(t("report.follow"), h("a", { href: safeLink(report.follow_url), target: "_blank", rel: "noopener" }, t("report.follow_open"))),
      fact(t("report.visibility"), t(report.public ? "report.public" : "report.not_public")),
    ),
  );
}

const reportLink = (id) => button(id, () => openById(id), { kind: "link" });

/** A link that a citizen sent is followed only where it leads to a web page. */
function safeLink(url) {
  const target = new URL(url, location.href);
  return ["http:", "https:"].includes(target.protocol) ? target.href : "#";
}

function drawActions(report) {
  const closed = !OPEN.has(report.status);
  const choices = [1, 2, 3, 4].map((value) => h("option", { value }, `${value} · ${t(`priority.${value}`)}`));
  redraw(
    panel.actions,
    !closed &&
      h(
        "label",
        { class: "inline-field" },
        h("span", {}, t("report.priority")),
        h("select", { class: "input small", value: report.priority, on: { change: (event) => setPriority(report, Number(event.target.value)) } }, choices),
      ),
    !closed && button(t("mend"), () => mend(report), { kind: "small ghost", key: "e" }),
    !closed && button(t("handover"), () => handOver(report), { kind: "small ghost", key: "t" }),
    !closed && report.status !== "en_route" && report.status !== "in_progress" && button(t("what_if"), () => showWhatIf(report), { kind: "small ghost", key: "x" }),
    !closed && button(t("merge"), () => mergeByHand(report), { kind: "small ghost", key: "d" }),
    report.status === "duplicate" && report.linked_to && button(t("unmerge"), () => unmerge(report), { kind: "small" }),
    closed ? button(t("reopen"), () => reopen(report), { kind: "small" }) : button(t("close_report"), () => close(report), { kind: "small ghost" }),
  );
}

function showOnMap({ lon, lat }) {
  showTab("map");
  lookAt(lon, lat);
}

/** Countdown and ETA, which change by the second. */
function drawTimes() {
  const report = panel && store.reports.get(panel.id);
  if (!report) return;
  const sla = slaText(report);
  panel.sla.dataset.state = sla.state;
  setText(panel.sla, sla.spoken);
  setText(panel.eta, etaText(report));
  if (report.held_until) {
    const left = secondsUntil(report.held_until);
    setText(panel.held, left > 0 ? t("holder.held_for", { left: timeLeft(left) }) : "");
    if (left <= 0 && panel.holder.querySelector(".held")) drawHolder(report);
  }
}

function etaText(report) {
  const { assignment } = report;
  if (!assignment) return "";
  if (assignment.arrived_at) {
    const arrived = t("eta.arrived", { time: clockTime(assignment.arrived_at) });
    if (!assignment.predicted_at) return arrived;
    const late = (Date.parse(assignment.arrived_at) - Date.parse(assignment.predicted_at)) / 1000;
    const key = Math.abs(late) < 60 ? "eta.as_predicted" : late > 0 ? "eta.later_than" : "eta.earlier_than";
    return `${arrived} ${t(key, { time: clockTime(assignment.predicted_at), duration: duration(late) })}`;
  }
  const eta = etaOf(report);
  if (!eta) return t("eta.unknown");
  const live = store.etas.get(report.id);
  const interval = live?.earliest ? ` (${clockTime(live.earliest)}–${clockTime(live.latest)})` : "";
  const basis = live?.basis ? ` · ${tOr(`eta.basis.${live.basis}`, live.basis)}` : "";
  return `${t("eta.arrives")} ${untilArrival(eta)}, ${clockTime(eta)}${interval}${basis}`;
}

async function loadEta(report) {
  if (!report.assignment || report.assignment.arrived_at) return;
  try {
    const eta = await get(`/api/v1/reports/${encodeURIComponent(report.id)}/eta`);
    if (eta.eta && store.reports.get(report.id)?.assignment?.id === report.assignment.id) {
      putEta({ ...eta, report_id: report.id, assignment_id: report.assignment.id });
    }
  } catch {
    // The report's own expected time is shown instead.
  }
}

/** Select a report that may not be loaded: a closed one, a link. */
export async function openById(id) {
  if (!store.reports.has(id)) {
    try {
      putReport(await get(`/api/v1/reports/${encodeURIComponent(id)}`));
    } catch (error) {
      toastFault(error);
      return;
    }
  }
  select("report", id);
}

/** Keep the panel in step with the selection and the reports. */
export function startReportPanel() {
  subscribe(["selection"], () => {
    const report = selectedReport();
    if (!report) {
      if (panel && store.selection === null) closePanel();
      return;
    }
    open(report);
    loadEta(report);
  });
  subscribe(["reports", "crews"], refresh);
  subscribe(["crews"], () => {
    const report = panel && store.reports.get(panel.id);
    if (report && OPEN.has(report.status)) suggestions.refreshIfConcerned(report);
  });
  subscribe(["notes"], () => {
    const report = panel && store.reports.get(panel.id);
    if (report) loadTimeline(panel.timeline, report);
  });
  everySecond(drawTimes);
  setInterval(() => {
    const report = panel && store.reports.get(panel.id);
    if (!report || !OPEN.has(report.status) || document.hidden) return;
    if (suggestions.ranked.length) suggestions.load(report, { quietly: true });
    explanation.renew();
  }, SUGGESTIONS_EVERY_MS);
}
