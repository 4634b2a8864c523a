// Keep the store equal to the server's state: a snapshot first, then what events say has changed.

import { get, listAll, query, waitMs } from "./api.js";
import { now, speed } from "./clock.js";
import { follow } from "./stream.js";
import { OPEN, putCrews, putEta, putReport, store, touch } from "./store.js";

// Events name what changed; the things themselves are fetched in bundles, at most twice a second.
const REPORTS_EVERY_MS = 500;
const CREWS_EVERY_MS = 2000;
const REFRESH_CREWS_MS = 30_000; // ages and staleness of positions, breaks and shifts come without an event
const REFRESH_ACCURACY_MS = 30_000;
const IDS_A_REQUEST = 100;
const LOST_AFTER_MS = 2500;
const AGAIN_MS = 5000;

/**
 * Return a function that runs `work` soon, but not again within `everyMs`; calls in between are one. Where it fails,
 * that is told, and it is tried again.
 */
function atMost(everyMs, work) {
  let timer = null;
  let last = -Infinity;

  async function run() {
    timer = null;
    last = performance.now();
    try {
      await work();
      store.behind.delete(work);
    } catch (error) {
      if (error.status === 401) location.assign("/");
      const ms = waitMs(error, AGAIN_MS);
      clearTimeout(timer);
      timer = setTimeout(run, ms);
      store.behind.set(work, { error, again: now() + ms * speed() });
    }
    touch("behind");
  }

  return () => { timer ??= setTimeout(run, Math.max(0, last + everyMs - performance.now())); };
}

const dirtyReports = new Set();

const fetchReports = atMost(REPORTS_EVERY_MS, async () => {
  const ids = [...dirtyReports].slice(0, IDS_A_REQUEST);
  for (const id of ids) dirtyReports.delete(id);
  try {
    const page = await get(query("/api/v1/reports", { ids: ids.join(","), limit: IDS_A_REQUEST }));
    page.items.forEach(putReport);
    // What is no longer this key's business, because it was handed over, is not answered.
    const answered = new Set(page.items.map((report) => report.id));
    for (const id of ids) if (!answered.has(id) && store.reports.delete(id)) touch("reports");
  } catch (error) {
    for (const id of ids) dirtyReports.add(id);
    throw error;
  }
  if (dirtyReports.size) fetchReports();
});

export const refreshCrews = atMost(CREWS_EVERY_MS, async () => {
  putCrews(await listAll("/api/v1/crews"));
});

export const refreshConditions = atMost(REPORTS_EVERY_MS, async () => {
  store.conditions = await listAll("/api/v1/conditions");
  touch("conditions");
});

const refreshAlarms = atMost(REPORTS_EVERY_MS, async () => {
  store.alarms = await listAll("/api/v1/alarms");
  touch("alarms");
});

const refreshAccuracy = atMost(CREWS_EVERY_MS, async () => {
  store.accuracy = await get("/api/v1/accuracy");
  touch("accuracy");
});

/** Fetch a report again soon, because it has changed. */
export function markReport(id) {
  dirtyReports.add(String(id));
  fetchReports();
}

function onPosition(move) {
  const crew = store.crews.get(move.crew_id);
  if (!crew) return;
  crew.lon = move.lon;
  crew.lat = move.lat;
  crew.position = { ...crew.position, fix_time: move.fix_time, stale: false };
  if (move.crew_status && move.crew_status !== crew.status) {
    crew.status = move.crew_status;
    touch("crews");
  }
  touch("positions");
}

const HANDLERS = {
  report: (data) => markReport(data.report_id),
  assignment(data) {
    if (data.report_id) markReport(data.report_id);
    refreshCrews();
    if (data.status === "on_site") refreshAccuracy();
  },
  plan(data) {
    for (const id of data.crew_ids) store.routes.set(id, data.version);
    refreshCrews();
    touch("routes");
  },
  eta: putEta,
  position: onPosition,
  conditions: () => refreshConditions(),
  note: () => touch("notes"),
  crew() {
    refreshCrews();
    touch("shifts");
  },
  alarm: () => refreshAlarms(),
  resync: () => loadAll(),
};

/** Load everything that is open; reports that are closed meanwhile drop out. */
const loadAll = atMost(REPORTS_EVERY_MS, async () => {
  const [reports, crews] = await Promise.all([
    listAll("/api/v1/reports", { open: true }),
    listAll("/api/v1/crews"),
  ]);
  const seen = new Set(reports.map((report) => report.id));
  for (const report of store.reports.values()) {
    if (OPEN.has(report.status) && !seen.has(report.id)) markReport(report.id);
  }
  reports.forEach(putReport);
  putCrews(crews);
  refreshConditions();
  refreshAlarms();
  refreshAccuracy();
  touch("loaded");
});

function setConnection(state) {
  if (store.connection === state) return;
  store.connection = state;
  touch("connection");
}

/** Begin to follow the stream; the snapshot is loaded once it is open, so that nothing falls between. */
export function startSync() {
  let lostTimer = null;
  let broken = true; // at first nothing is loaded
  follow(
    "/api/v1/events",
    (event) => HANDLERS[event.kind]?.(event.data),
    (state) => {
      if (state === "refused") location.assign("/");
      if (state === "open") {
        clearTimeout(lostTimer);
        lostTimer = null;
        setConnection("open");
        // Events resume where they stopped; positions, ages and what was being fetched do not.
        if (broken) loadAll();
        broken = false;
      } else if (lostTimer === null) {
        broken = true;
        lostTimer = setTimeout(() => setConnection("lost"), LOST_AFTER_MS);
      }
    },
  );
  setInterval(refreshCrews, REFRESH_CREWS_MS);
  setInterval(refreshAccuracy, REFRESH_ACCURACY_MS);
}
