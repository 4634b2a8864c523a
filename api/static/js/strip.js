// The strip on top: the city's time, how things stand, arrivals, the connection, alarms.

import { post } from "./api.js";
import { everySecond, now, speed } from "./clock.js";
import { button, h, redraw, setText } from "./dom.js";
import { faultText } from "./faults.js";
import { clockSeconds, moment, signedMinutes } from "./format.js";
import { t, tOr } from "./i18n.js";
import { lookAt } from "./map.js";
import { slaState } from "./sla.js";
import { OPEN, WAITING, isIdle, store, subscribe, touch } from "./store.js";
import { announce, toastFault } from "./toast.js";

const byId = (id) => document.getElementById(id);
let lastAlarm = "";

function drawClock() {
  setText(byId("clock"), clockSeconds(now()));
  setText(byId("clock-speed"), speed() === 1 ? "" : `× ${speed()}`);
}

function drawCounts() {
  const counts = { waiting: 0, at_risk: 0, breached: 0, free: 0, busy: 0, off: 0 };
  for (const report of store.reports.values()) {
    if (!OPEN.has(report.status)) continue;
    if (WAITING.has(report.status)) counts.waiting += 1;
    const state = slaState(report);
    if (state === "at_risk" || state === "breached") counts[state] += 1;
  }
  for (const crew of store.crews.values()) {
    const atHand = crew.status === "available" && !crew.paused;
    if (isIdle(crew)) counts.free += 1;
    else if (atHand || crew.status === "en_route" || crew.status === "on_site") counts.busy += 1;
    else counts.off += 1;
  }
  for (const [name, count] of Object.entries(counts)) setText(byId(`count-${name}`), String(count));
  for (const name of ["free", "busy"]) setText(byId(`label-${name}`), t(`strip.${name}`, { n: counts[name] }));
  byId("count-breached").closest(".stat").classList.toggle("bad", counts.breached > 0);
  byId("count-at_risk").closest(".stat").classList.toggle("risky", counts.at_risk > 0);
  document.title = counts.waiting ? `(${counts.waiting}) Équipage · ${store.me.city.name}` : `Équipage · ${store.me.city.name}`;
}

function drawAccuracy() {
  const accuracy = store.accuracy;
  setText(byId("accuracy-median"), accuracy?.n ? signedMinutes(accuracy.median_error_s) : "–");
  setText(byId("accuracy-p90"), accuracy?.n ? t("accuracy.strip_p90", { p90: signedMinutes(accuracy.p90_abs_error_s).replace("+", "") }) : "");
}

function drawConnection() {
  const dot = byId("connection");
  dot.dataset.state = store.connection;
  dot.title = t(`connection.${store.connection}`);
  dot.setAttribute("aria-label", dot.title);
  const lost = store.connection === "lost";
  if (byId("lost").hidden === lost) {
    byId("lost").hidden = !lost;
    announce(t(`connection.${store.connection}`));
  }
}

/** Tell what could not be loaded; where the connection is lost, that is told already. */
function drawBehind() {
  const box = byId("behind");
  const [first] = store.behind.values();
  const wasHidden = box.hidden;
  box.hidden = !first || store.connection === "lost";
  if (box.hidden) return;
  setText(box, t("behind", { why: faultText(first.error).text, time: clockSeconds(first.again) }));
  if (wasHidden) announce(box.textContent);
}

/** Who calls, and for what: trackers have names of their own for it. */
function alarmTitle({ vehicle_id, kind }) {
  const crew = [...store.crews.values()].find((each) => each.vehicle_id === vehicle_id);
  return t("alarm.title", {
    who: crew ? `${crew.name} (${vehicle_id})` : vehicle_id,
    kind: tOr(`alarm.kind.${kind.toLowerCase()}`, t("alarm.kind.unknown", { kind })),
  });
}

function drawAlarms() {
  const box = byId("alarms");
  box.hidden = store.alarms.length === 0;
  redraw(
    box,
    store.alarms.slice(0, 3).map((alarm) =>
      h(
        "div",
        { class: "alarm", data: { key: alarm.id } },
        h("b", {}, alarmTitle(alarm)),
        h("span", {}, moment(alarm.at)),
        alarm.lon !== null && alarm.lon !== undefined && button(t("show"), () => lookAt(alarm.lon, alarm.lat), { kind: "small" }),
        button(t("alarm.acknowledge"), () => acknowledge(alarm), { kind: "small" }),
      ),
    ),
  );
  const newest = store.alarms[0]?.id ?? "";
  if (newest && newest !== lastAlarm) announce(alarmTitle(store.alarms[0]));
  lastAlarm = newest;
}

async function acknowledge(alarm) {
  try {
    await post(`/api/v1/alarms/${encodeURIComponent(alarm.id)}/acknowledge`);
    store.alarms = store.alarms.filter((other) => other.id !== alarm.id);
    touch("alarms");
  } catch (error) {
    toastFault(error);
  }
}

/** Keep the strip in step with everything. */
export function startStrip() {
  setText(byId("city"), store.me.city.name);
  setText(byId("user"), store.me.name);
  subscribe(["reports", "crews"], drawCounts);
  subscribe(["accuracy"], drawAccuracy);
  subscribe(["connection"], drawConnection);
  subscribe(["behind", "connection"], drawBehind);
  subscribe(["alarms"], drawAlarms);
  everySecond(() => {
    drawClock();
    drawCounts(); // reports are overdue without an event
  });
  drawClock();
  drawCounts();
  drawConnection();
}
