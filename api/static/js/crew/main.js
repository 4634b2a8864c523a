// A crew's page on its telephone: the day as the server tells it, and what the crew says of it.

import { ApiError, get, waitMs } from "../api.js";
import { everySecond, now, setClock, speed, startClock } from "../clock.js";
import { h, redraw, setText } from "../dom.js";
import { t, translatePage } from "../i18n.js";
import { follow } from "../stream.js";
import { showBar } from "./bar.js";
import { aboutOf, endedJob, laterJob, presentJob, tickTimes } from "./jobs.js";
import { SmallMap } from "./map.js";
import { SOFT, allowSound, dismiss, notice, ring, tellNews } from "./notices.js";
import { Outbox } from "./outbox.js";
import { askDone, askRefused } from "./sheet.js";
import { hoursText, shiftCard, stateOf } from "./shift.js";
import { standbyCard, standbyPlace } from "./standby.js";
import { after, isAskedToMove, newsOf, viewOf } from "./view.js";

const REFRESH_MS = 60_000;
const RETRY_MS = 5000;

const { crew: crewId, caller, timeZone } = document.body.dataset;
const path = `/api/v1/crews/${encodeURIComponent(crewId)}`;
const part = (name) => document.getElementById(name);
const map = new SmallMap(crewId);
const said = new Set(); // assignments that this page has ended
let day = null;
let changes = 0; // grows as the server takes what was said: an answer asked for before that is old
let loading = null;
let streaming = false;
let signedOut = false;
let drawn = "";
let failed = false; // the last attempt to load the day reached nobody

function whatOf(entry) {
  if (entry.kind === "pause") return t("duty.pause");
  if (entry.kind === "standby") return t(entry.stays ? "duty.standby.no" : "duty.standby.yes");
  return t(`assignment.status.${entry.status}`);
}

function whyRefused(entry, { status }) {
  if (status !== 409) return "other";
  return entry.kind === "standby" ? "not_free" : "moved";
}

const outbox = new Outbox(crewId, {
  onChange: draw,
  onSent: (entry) => {
    changes += 1;
    day = day && after(day, entry, caller);
    load();
  },
  onRefused: (entry, error) => {
    said.delete(entry.assignment_id);
    notice(t(`duty.refused.${whyRefused(entry, error)}`, { what: whatOf(entry), job: entry.about }), "fault", `fault ${entry.assignment_id || entry.kind}`);
    load();
  },
  onSignedOut: () => { signedOut = true; },
});

// --- The day ----------------------------------------------------------------------------------------

async function fetchDay() {
  for (;;) {
    const asked = changes;
    const told = await get(`${path}/day`);
    if (asked === changes) return told;
  }
}

/** Load the day anew; asked for while it is being loaded, it is loaded once more. */
function load() {
  if (loading) {
    loading.again = true;
    return;
  }
  loading = { again: false };
  fetchDay()
    .then(take, fail)
    .finally(() => {
      const { again } = loading;
      loading = null;
      if (again) load();
    });
}

function take(told) {
  setClock(told.as_of, speed(), timeZone);
  const isAsked = day !== null && isAskedToMove(day, told, caller);
  const news = day ? newsOf(day, told, (id) => said.has(id)) : [];
  day = told;
  signedOut = false;
  failed = false;
  draw();
  tellNews(news);
  if (isAsked) ring(SOFT);
}

function fail(error) {
  if (!(error instanceof ApiError)) throw error;
  failed = true;
  if (error.status === 401) signedOut = true;
  else setTimeout(load, waitMs(error, RETRY_MS));
  draw();
}

// --- What the crew says -----------------------------------------------------------------------------

const at = () => new Date(now()).toISOString();

function say(job, status, reason = "") {
  dismiss(job.assignment_id);
  if (status === "done" || status === "refused") said.add(job.assignment_id);
  outbox.add({ kind: "status", assignment_id: job.assignment_id, status, reason, about: aboutOf(job), at: at() });
}

async function finish(job) {
  const answer = await askDone(aboutOf(job));
  if (answer) say(job, "done", answer.reason);
}

async function refuse(job) {
  const answer = await askRefused(aboutOf(job));
  if (answer) say(job, "refused", answer.reason);
}

const setPaused = (paused) => outbox.add({ kind: "pause", paused, about: "", at: at() });
const setStays = (stays) => outbox.add({ kind: "standby", stays, about: t("duty.standby.place"), at: at() });

// --- Drawing ----------------------------------------------------------------------------------------

function drawConnection() {
  const lost = !streaming || failed || outbox.stuck || !navigator.onLine;
  part("connection").dataset.state = signedOut || lost ? "lost" : "open";
  setText(part("connection"), t(signedOut || lost ? "duty.offline.short" : "duty.live"));
  part("offline").hidden = !(day ? lost : failed) || signedOut;
  setText(part("offline"), outbox.entries.length ? t("duty.offline.waiting", { n: outbox.entries.length }) : t("duty.offline"));
  part("signed-out").hidden = !signedOut;
}

function draw() {
  drawConnection();
  if (!day) return;
  const view = viewOf(day, outbox.entries, caller);
  const state = stateOf(view);
  setText(part("state"), t(`crew.state.${state}`));
  part("state").dataset.status = state;
  setText(part("hours"), hoursText(view));
  const wanted = JSON.stringify([{ ...view, as_of: "" }, [...view.unsent], outbox.stuck, state, hoursText(view)]);
  if (wanted !== drawn) {
    drawn = wanted;
    drawDay(view, state);
  }
  document.body.dataset.ready = "true";
}

function drawDay(view, state) {
  const [present, ...later] = view.jobs;
  const isWaiting = present?.status === "planned"; // a crew is on its way to one place only
  const pauses = { pause: () => setPaused(true), resume: () => setPaused(false) };
  const unsent = (name) => outbox.stuck && view.unsent.has(name);
  if (present) {
    redraw(part("present"), presentJob(present, { map: map.box, unsent: unsent(present.assignment_id), refuse: () => refuse(present) }));
    map.show(present, view.crew);
  } else if (state === "available" && view.crew.standby) {
    const says = { caller, stay: () => setStays(true), go: () => setStays(false) };
    redraw(part("present"), standbyCard(view.crew, { map: map.box, unsent: unsent("standby"), ...says }));
    map.show(standbyPlace(view.crew.standby), view.crew);
  } else {
    redraw(part("present"), h("div", { class: "nothing" }, h("h2", {}, t(`duty.nothing.${state}`)), h("p", {}, t(`duty.nothing.${state}.text`))));
  }
  part("later").hidden = !later.length;
  redraw(part("later"), h("h2", {}, t("duty.later", { n: later.length })), h("ol", {}, later.map((job) => laterJob(job, { refuse: () => refuse(job), first: isWaiting && (() => say(job, "en_route")) }))));
  redraw(part("shift"), shiftCard(view, { state, unsent: unsent("pause"), ...pauses }));
  const ended = view.ended.filter((each) => each.status !== "released");
  part("ended").hidden = !ended.length;
  redraw(part("ended"), h("details", { id: "ended-list" }, h("summary", {}, t("duty.ended", { n: ended.length })), h("ul", {}, ended.map((each) => endedJob(each, unsent(each.assignment_id))))));
  showBar(part("bar"), present, { paused: view.crew.paused_since !== null, say, finish, ...pauses });
}

// --- Life -------------------------------------------------------------------------------------------

setClock(null, 1, timeZone);
startClock().catch(() => {}); // without a connection the first day that is told sets it
translatePage();
allowSound();
draw();
load();
outbox.flush();
follow(
  `${path}/events`,
  load,
  (state) => {
    const back = state === "open" && !streaming;
    streaming = state === "open";
    if (state === "refused") signedOut = true;
    draw();
    if (back) {
      load();
      outbox.flush();
    }
  },
);
addEventListener("online", () => {
  draw();
  load();
  outbox.flush();
});
addEventListener("offline", draw);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) load();
});
setInterval(() => {
  if (!document.hidden) load();
}, REFRESH_MS);
everySecond(() => {
  draw();
  tickTimes(document);
});
