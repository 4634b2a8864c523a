// What the crew has said and the server has not yet confirmed: kept in the browser, sent in order, one at a time.
// Every entry may be sent twice without harm: what holds already is no change.

import { ApiError, del, isPassing, patch, post, put, waitMs } from "../api.js";
import { remember, remembered } from "../settings.js";

const RETRY_MS = 5000;
const GIVE_UP_MS = 20_000;

const sameThing = (one, other) => ["kind", "paused", "stays", "assignment_id", "status"].every((name) => one[name] === other[name]);

function deliver(crewId, entry) {
  const path = `/api/v1/crews/${encodeURIComponent(crewId)}`;
  if (entry.kind === "pause") return patch(path, { paused: entry.paused });
  if (entry.kind === "standby") return entry.stays ? put(`${path}/standby`, {}) : del(`${path}/standby`);
  // An arrival that is heard late was no late arrival.
  const said = { status: entry.status, reason: entry.reason, said_at: entry.at };
  return post(`/api/v1/assignments/${encodeURIComponent(entry.assignment_id)}/status`, said);
}

/** A weak connection may neither answer nor fail: after a while that counts as not reached. */
function inTime(promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new ApiError(0, { title: "timeout" })), GIVE_UP_MS);
  });
  return Promise.race([promise, late]);
}

export class Outbox {
  /**
   * @param crewId whose; what another crew said on this telephone is not sent
   * @param onSent called with an entry that the server has taken
   * @param onRefused called with an entry that the server does not take, and the error
   * @param onChange called when something was added, sent or has to wait
   * @param onSignedOut called when the session has ended; the entries wait for the next one
   */
  constructor(crewId, { onSent, onRefused, onChange, onSignedOut }) {
    this.crewId = crewId;
    this.name = `crew.${crewId}.outbox`;
    this.entries = remembered(this.name, []);
    this.stuck = false; // the last attempt reached nobody
    this.on = { onSent, onRefused, onChange, onSignedOut };
    this.sending = false;
    this.retry = null;
  }

  /** Keep an entry and send it; two taps are one. */
  add(entry) {
    const last = this.entries.findLast((each) => each.kind === entry.kind);
    if (last && sameThing(last, entry)) return;
    this.keep([...this.entries, entry]);
    this.flush();
  }

  keep(entries) {
    this.entries = entries;
    remember(this.name, entries);
    this.on.onChange();
  }

  /** Send what waits, the oldest first; what follows a failure waits for the next attempt. */
  async flush() {
    if (this.sending) return;
    clearTimeout(this.retry);
    this.sending = true;
    try {
      while (this.entries.length) if (!(await this.sendFirst())) return;
    } finally {
      this.sending = false;
    }
  }

  async sendFirst() {
    const [entry] = this.entries;
    try {
      await inTime(deliver(this.crewId, entry));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return this.wait(() => this.on.onSignedOut());
      if (!(error instanceof ApiError) || isPassing(error)) {
        return this.wait(() => { this.retry = setTimeout(() => this.flush(), waitMs(error, RETRY_MS)); });
      }
      this.drop(entry);
      this.on.onRefused(entry, error);
      return true;
    }
    this.stuck = false;
    this.on.onSent(entry);
    this.keep(this.entries.slice(1));
    return true;
  }

  wait(then) {
    this.stuck = true;
    then();
    this.on.onChange();
    return false;
  }

  /** Forget an entry that was refused, and what was to follow it on the same job. */
  drop(entry) {
    this.stuck = false;
    const [, ...others] = this.entries;
    this.keep(others.filter((each) => !entry.assignment_id || each.assignment_id !== entry.assignment_id));
  }
}
