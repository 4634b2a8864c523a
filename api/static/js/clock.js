// The server's clock: every age and countdown is by it, not by this machine's.

import { get } from "./api.js";

const REFRESH_MS = 60_000;

const state = { base: Date.now(), at: performance.now(), speed: 1, timeZone: undefined };

/** Milliseconds since the epoch, now, on the server. */
export function now() {
  return state.base + (performance.now() - state.at) * state.speed;
}

export const speed = () => state.speed;
export const timeZone = () => state.timeZone;

async function read() {
  const asked = performance.now();
  const answer = await get("/api/v1/clock");
  // The server looked at its clock about half-way between question and answer.
  setClock(answer.now, answer.speed, answer.time_zone, (asked + performance.now()) / 2);
}

/** Set the clock to a time that the server told at some moment of `performance.now()`. */
export function setClock(iso, speed = 1, timeZone = undefined, at = performance.now()) {
  if (iso) {
    state.base = Date.parse(iso);
    state.at = at;
  }
  state.speed = speed ?? 1;
  state.timeZone = timeZone || state.timeZone || "UTC";
}

/** Set the clock, and keep it right. */
export async function startClock() {
  await read();
  setInterval(() => read().catch(() => {}), REFRESH_MS);
}

/** Call `tick` every second while the page is seen. */
export function everySecond(tick) {
  setInterval(() => {
    if (!document.hidden) tick();
  }, 1000);
}
