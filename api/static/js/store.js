// What the console knows, in one place. Parts of the page subscribe to topics; changes reach them once a frame.

export const OPEN = new Set(["new", "acknowledged", "assigned", "en_route", "in_progress"]);
export const WAITING = new Set(["new", "acknowledged"]);
export const RUNNING = new Set(["en_route", "in_progress"]);

export const store = {
  me: null,
  services: new Map(),
  skills: new Map(), // names by code
  reports: new Map(),
  crews: new Map(),
  conditions: [],
  alarms: [],
  accuracy: null,
  demo: null,
  routes: new Map(), // by crew, the version of the plan in which its route changed last
  etas: new Map(), // by report, newer than what the report itself says
  selection: null, // {kind: "report" | "crew", id}
  connection: "connecting",
  behind: new Map(), // what could not be loaded → {error, again}: why, and when it is tried again
};

const subscribers = new Map();
const changed = new Set();
let scheduled = false;

/** Call `listener` in the frame after one of the topics has changed. */
export function subscribe(topics, listener) {
  for (const topic of topics) {
    if (!subscribers.has(topic)) subscribers.set(topic, new Set());
    subscribers.get(topic).add(listener);
  }
}

/** Say that topics have changed. */
export function touch(...topics) {
  for (const topic of topics) changed.add(topic);
  if (scheduled) return;
  scheduled = true;
  // A hidden page has no frames; its state must not lag behind all the same.
  if (document.hidden) setTimeout(flush, 200);
  else requestAnimationFrame(flush);
}

function flush() {
  scheduled = false;
  const listeners = new Set([...changed].flatMap((topic) => [...(subscribers.get(topic) || [])]));
  changed.clear();
  for (const listener of listeners) listener();
}

/** Take a report as the server tells it now; an older version than the known one is ignored. */
export function putReport(report) {
  const known = store.reports.get(report.id);
  if (known && known.version > report.version) return known;
  store.reports.set(report.id, report);
  if (!report.assignment || report.assignment.id !== store.etas.get(report.id)?.assignment_id) {
    store.etas.delete(report.id);
  }
  touch("reports");
  return report;
}

export function putCrews(crews) {
  store.crews = new Map(crews.map((crew) => [crew.id, crew]));
  touch("crews");
}

export function select(kind, id) {
  if (store.selection?.kind === kind && store.selection.id === id) return;
  store.selection = kind ? { kind, id } : null;
  touch("selection");
}

export const selectedReport = () =>
  store.selection?.kind === "report" ? store.reports.get(store.selection.id) || null : null;

/** A crew's name; its id where it is not known. */
export const crewName = (id) => store.crews.get(id)?.name || id;

/** Whether a crew is at hand and has nothing to do. */
export const isIdle = (crew) => crew.status === "available" && !crew.paused && !crew.planned;

/** Take an expected arrival unless a newer one is known: the queue and every panel tell the same. */
export function putEta(eta) {
  const known = store.etas.get(eta.report_id);
  if (known && Date.parse(known.as_of) > Date.parse(eta.as_of)) return;
  store.etas.set(eta.report_id, eta);
  touch("reports");
}

/** When the crew of a report is expected: the newest that is known, or null. */
export function etaOf(report) {
  if (!report.assignment || report.assignment.arrived_at) return null;
  const live = store.etas.get(report.id);
  return live?.eta || report.expected_at || report.assignment.promised_at || null;
}

/** Whether the key that this page works with may do something; the server has the last word. */
export const can = (action) => store.me.permissions.includes(action);
