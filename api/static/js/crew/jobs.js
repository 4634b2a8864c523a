// The jobs as the crew reads them: the present one in full, the later ones in order, and what has ended.

import { h, setText } from "../dom.js";
import { clockTime, duration, moment, secondsUntil, untilArrival } from "../format.js";
import { t } from "../i18n.js";
import { priorityIcon } from "../shapes.js";
import { navigateLink, otherNavigation } from "./navigate.js";

const WEB = /^https?:\/\//i;

const placeOf = (job) => job.address || t("report.no_address");
export const nameOf = (job) => job.title || job.service_name;
export const aboutOf = (job) => [nameOf(job), job.address].filter(Boolean).join(" · ");

/** A text about a time that is written anew as time passes. */
function ticking(tag, properties, write) {
  const tick = ({ currentTarget }) => setText(currentTarget, write());
  return h(tag, { ...properties, data: { ticking: true }, on: { tick } }, write());
}

export function tickTimes(root) {
  for (const node of root.querySelectorAll("[data-ticking]")) node.dispatchEvent(new Event("tick"));
}

function dueText(job) {
  const left = secondsUntil(job.due_at);
  const time = moment(job.due_at);
  return left < 0 ? t("duty.due.missed", { time, duration: duration(left) }) : t("duty.due.in", { time, duration: duration(left) });
}

function arrivalText(job) {
  if (job.status === "on_site") return t("duty.on_site_since", { time: clockTime(job.since) });
  if (!job.eta) return t("eta.unknown");
  return t("duty.eta", { time: moment(job.eta), left: untilArrival(job.eta) });
}

function times(job) {
  return h(
    "div",
    { class: "times" },
    ticking("p", { class: "eta" }, () => arrivalText(job)),
    job.status !== "on_site" && ticking("p", { class: secondsUntil(job.due_at) < 0 ? "due missed" : "due" }, () => dueText(job)),
  );
}

/** Notes with their times, the newest first. */
export function notesOf(notes, title) {
  if (!notes.length) return null;
  const shown = [...notes].reverse();
  return h("div", { class: "said note" }, h("h3", {}, title), shown.map((note) => h("p", {}, h("time", { datetime: note.at, class: "quiet" }, moment(note.at)), " ", note.text)));
}

/** What was written about the job: always text, whatever it contains. */
function said(job) {
  return [
    notesOf(job.notes, t("duty.note")),
    job.description && h("div", { class: "said" }, h("h3", {}, t(job.report_id ? "duty.citizen" : "duty.work")), h("p", {}, job.description)),
    job.answers.length > 0 && h("dl", { class: "answers" }, job.answers.map((each) => [h("dt", {}, each.question), h("dd", {}, each.answer)])),
  ];
}

function photo(job) {
  const local = job.media_url.startsWith("/") && !job.media_url.startsWith("//");
  if (!local && !WEB.test(job.media_url)) return null;
  return h("a", { class: "button", href: job.media_url, target: "_blank", rel: "noopener noreferrer" }, t("duty.photo"));
}

function call(job) {
  if (!job.contact) return null;
  const number = job.contact.phone.replace(/[^+\d]/g, "");
  return h("a", { class: "button", href: `tel:${number}` }, t("duty.call", { name: job.contact.name || job.contact.phone }));
}

function head(job, level) {
  return h(
    "div",
    { class: "job-head" },
    priorityIcon(job.priority, level === "h2" ? 34 : 26),
    h("div", {}, h(level, {}, nameOf(job)), job.title && h("p", { class: "quiet" }, job.service_name), h("p", { class: "place" }, placeOf(job))),
  );
}

/** The present job. */
export function presentJob(job, { map, unsent, refuse }) {
  return h(
    "article",
    { class: "job present", data: { key: job.assignment_id, status: job.status } },
    h("p", { class: "state" }, h("span", { class: "chip", data: { status: job.status } }, t(`assignment.status.${job.status}`)), unsent && unsentSign()),
    head(job, "h2"),
    times(job),
    said(job),
    h("div", { class: "links" }, job.status !== "on_site" && navigateLink(job), call(job), photo(job)),
    map,
    job.status !== "on_site" && otherNavigation(job),
    refuse && h("button", { type: "button", class: "button danger refuse", id: "refuse", on: { click: refuse } }, t("duty.refuse")),
  );
}

export const unsentSign = () => h("span", { class: "unsent" }, t("duty.unsent"));

/** A job that comes later: one line, the rest when it is opened. `first` goes there before the others. */
export function laterJob(job, { refuse, first }) {
  return h(
    "li",
    { class: "job later", data: { key: job.assignment_id } },
    h(
      "details",
      {},
      h("summary", {}, head(job, "h3"), h("span", { class: "when" }, job.eta ? moment(job.eta) : "–")),
      times(job),
      said(job),
      h("div", { class: "links" }, first && h("button", { type: "button", class: "button", id: `first-${job.assignment_id}`, on: { click: first } }, t("duty.first")), photo(job)),
      otherNavigation(job),
      refuse && h("button", { type: "button", class: "button danger refuse", id: `refuse-${job.assignment_id}`, on: { click: refuse } }, t("duty.refuse")),
    ),
  );
}

/** A job that has ended, in one line. */
export function endedJob(job, unsent) {
  return h(
    "li",
    { class: "ended", data: { key: job.assignment_id } },
    h("span", { class: "chip", data: { status: job.status } }, t(`assignment.status.${job.status}`)),
    h("span", {}, aboutOf(job), job.status === "refused" && job.reason && h("span", { class: "quiet" }, ` – ${job.reason}`)),
    job.ended_at && h("span", { class: "when" }, clockTime(job.ended_at)),
    unsent && unsentSign(),
  );
}
