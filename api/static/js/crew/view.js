// What the page shows: the day as the server last told it, with what the crew has said since.

const ENDS = new Set(["done", "refused"]);
const NEXT = { planned: "en_route", en_route: "on_site", on_site: "done" };

/** The only step on from a status; a refusal is possible at each. */
export const nextOf = (status) => NEXT[status];

/** What a crew that stays where it is has said, until the server tells it with the street's name. */
const staying = ({ lon, lat, standby }, since, actor) => ({ ...standby, ...(lon !== null && { lon, lat }), near: "", since, actor, drive_s: 0, saves_s: 0 });

/** The day after an entry of the outbox. */
export function after(day, entry, caller) {
  if (entry.kind === "pause") {
    return { ...day, crew: { ...day.crew, paused_since: entry.paused ? day.crew.paused_since || entry.at : null } };
  }
  if (entry.kind === "standby") return { ...day, crew: { ...day.crew, standby: entry.stays ? staying(day.crew, entry.at, caller) : null } };
  if (ENDS.has(entry.status)) {
    const job = day.jobs.find((each) => each.assignment_id === entry.assignment_id);
    if (!job) return day;
    const ended = { ...job, status: entry.status, ended_at: entry.at, reason: entry.reason };
    return { ...day, jobs: day.jobs.filter((each) => each !== job), ended: [ended, ...day.ended] };
  }
  const jobs = day.jobs.map((job) => (job.assignment_id === entry.assignment_id ? { ...job, status: entry.status, since: entry.at } : job));
  return { ...day, jobs };
}

/** The day after everything that waits in the outbox, the running job first. */
export function viewOf(day, entries, caller) {
  const view = entries.reduce((shown, entry) => after(shown, entry, caller), day);
  const unsent = new Set(entries.map((entry) => entry.assignment_id || entry.kind));
  const running = view.jobs.filter((job) => job.status !== "planned");
  return { ...view, jobs: [...running, ...view.jobs.filter((job) => job.status === "planned")], unsent };
}

/** Whether a crew with nothing to do is asked, not by itself, to wait elsewhere than before. */
export function isAskedToMove(before, now, caller) {
  const place = ({ crew: { standby } }) => standby && `${standby.lon} ${standby.lat}`;
  const asks = now.crew.standby && now.crew.standby.actor !== caller;
  return asks && now.jobs.length === 0 && place(now) !== place(before);
}

/** What a crew that has not set off is to do first, where that was something else that it still has. */
function firstNow({ jobs: [was, ...rest] }, { jobs: [is, ...later] }) {
  const waits = was?.status === "planned" && is?.status === "planned";
  const has = (jobs, wanted) => jobs.some((job) => job.assignment_id === wanted.assignment_id);
  return waits && has(later, was) && has(rest, is) ? [{ kind: "first", job: is }] : [];
}

/** What has come, gone and been noted between two tellings of the day, apart from what the crew itself has ended. */
export function newsOf(before, now, saidOf) {
  const known = new Set(before.jobs.map((job) => job.assignment_id));
  const live = new Set(now.jobs.map((job) => job.assignment_id));
  const ended = new Map(now.ended.map((each) => [each.assignment_id, each.status]));
  const come = now.jobs.filter((job) => !known.has(job.assignment_id)).map((job) => ({ kind: "new", job }));
  const gone = before.jobs
    .filter((job) => !live.has(job.assignment_id) && !saidOf(job.assignment_id))
    .map((job) => ({ kind: ended.get(job.assignment_id) || "released", job }));
  const read = new Set(before.jobs.flatMap((job) => job.notes.map((note) => note.id)));
  const noted = now.jobs.filter((job) => known.has(job.assignment_id) && job.notes.some((note) => !read.has(note.id)));
  return [...gone, ...come, ...firstNow(before, now), ...noted.map((job) => ({ kind: "note", job }))];
}
