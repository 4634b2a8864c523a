// The citizen's page: what is happening with the report, in plain words, kept up to date.

import { ApiError, get } from "./api.js";
import { fill, h } from "./dom.js";
import { duration, distance, moment, secondsUntil } from "./format.js";
import { setClock } from "./clock.js";
import { t, tOr, translatePage } from "./i18n.js";

const TICK_MS = 15_000;
const RETRY_MS = 5000;
const STEPS = ["received", "assigned", "en_route", "in_progress", "done"];
const REACHED = { new: 0, acknowledged: 0, assigned: 1, en_route: 2, in_progress: 3, done: 4 };
const EARTH_M = 6_371_000;

const page = document.getElementById("follow");
const path = location.pathname.replace(/\/$/, "");
let report = null;
let connected = true;
let said = "";

/** What is expected: the arrival with its interval, the due time before that, nothing afterwards. */
function arrival() {
  if (!(report.status in REACHED)) return null;
  if (REACHED[report.status] >= REACHED.in_progress) {
    return report.eta && h("p", {}, t("follow.arrived", { time: moment(report.eta) }));
  }
  if (report.eta) {
    const left = secondsUntil(report.eta);
    return h(
      "div",
      { class: "arrival" },
      h("p", {}, t("follow.expected", { time: "" }).trim()),
      h("b", {}, moment(report.eta)),
      h("p", {}, left > 60 ? t("follow.in", { duration: duration(left) }) : t("follow.any_moment")),
      report.earliest && h("p", { class: "number" }, t("follow.between", { earliest: moment(report.earliest), latest: moment(report.latest) })),
      crewDistance(),
    );
  }
  const missed = secondsUntil(report.due_at) < 0;
  return h("div", { class: missed ? "arrival late" : "arrival" }, h("p", {}, t(missed ? "follow.due_missed" : "follow.due", { time: moment(report.due_at) })));
}

function crewDistance() {
  if (report.crew_lon === undefined || report.crew_lon === null || report.lon === undefined) return null;
  const radians = Math.PI / 180;
  const east = (report.crew_lon - report.lon) * radians * Math.cos(report.lat * radians);
  const north = (report.crew_lat - report.lat) * radians;
  return h("p", {}, t("follow.distance", { distance: distance(Math.hypot(east, north) * EARTH_M) }));
}

function steps() {
  const reached = REACHED[report.status];
  if (reached === undefined) return null;
  return h(
    "ol",
    { class: "steps" },
    STEPS.map((name, index) =>
      h("li", { class: index <= reached ? "reached" : "", "aria-current": index === reached ? "step" : undefined }, t(`follow.step.${name}`)),
    ),
  );
}

function draw() {
  if (!report) return;
  const text = tOr(`follow.status.${report.status}`, report.status_text);
  document.title = `${report.service_name} · ${t("follow.title")}`;
  fill(
    page,
    h("p", { class: "number" }, t("follow.number", { id: report.service_request_id })),
    h("h1", {}, report.service_name),
    h("p", { class: "lead" }, text),
    arrival(),
    steps(),
    report.notes?.map((note) => h("p", { class: "note" }, h("span", { class: "number" }, `${moment(note.at)} · `), note.text)),
    report.status_note && h("p", { class: "note" }, report.status_note),
    h("p", { class: "small" }, t("follow.reported", { time: moment(report.requested_at) }), " · ", t("follow.updated", { time: moment(report.updated_at) })),
    h("p", { class: "small" }, t(connected ? "follow.live" : "follow.lost")),
  );
  if (said && said !== text) document.getElementById("announcer").textContent = text;
  said = text;
}

function take(followed) {
  report = followed;
  setClock(followed.as_of, 1, document.documentElement.dataset.timeZone);
  connected = true;
  draw();
}

async function load() {
  try {
    take(await get(`${path}.json`));
    return true;
  } catch (error) {
    if (error instanceof ApiError && [404, 410].includes(error.status)) {
      fill(page, h("h1", {}, t("follow.title")), h("p", { class: "lead" }, t("follow.unknown")));
      return false;
    }
    connected = false;
    draw();
    setTimeout(load, RETRY_MS);
    return true;
  }
}

function listen() {
  const source = new EventSource(`${path}/events`);
  // Each event brings how the report stands then.
  for (const kind of ["report", "assignment", "eta", "note"]) source.addEventListener(kind, (event) => take(JSON.parse(event.data)));
  source.addEventListener("resync", load);
  source.addEventListener("open", () => {
    if (!connected) load();
  });
  source.addEventListener("error", () => {
    connected = false;
    draw();
    // A browser that was refused does not try again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  });
}

translatePage();
if (await load()) {
  listen();
  setInterval(draw, TICK_MS);
}
