// Times, durations and distances as people read them.

import { now, timeZone } from "./clock.js";
import { language, t } from "./i18n.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const formats = new Map();

function formatter(options) {
  const key = JSON.stringify([timeZone(), options]);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(language, { timeZone: timeZone(), hourCycle: "h23", ...options }));
  }
  return formats.get(key);
}

/** `14:05`, in the city's time. */
export function clockTime(iso) {
  return formatter({ hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** `14:05:09`, in the city's time. */
export function clockSeconds(iso) {
  return formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(iso));
}

/** `14:05` today, `Tue 24 Nov 14:05` on another day. */
export function moment(iso) {
  const day = formatter({ year: "numeric", month: "numeric", day: "numeric" });
  if (day.format(new Date(iso)) === day.format(new Date(now()))) return clockTime(iso);
  return formatter({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(
    new Date(iso),
  );
}

/** `Today`, `Tomorrow`, or `Friday 4 December`. */
export function dayName(iso) {
  const day = (at) => fieldTime(at).slice(0, 10);
  const at = new Date(iso).getTime();
  if (day(at) === day(now())) return t("day.today");
  if (day(at) === day(now() + DAY * 1000)) return t("day.tomorrow");
  return formatter({ weekday: "long", day: "numeric", month: "long" }).format(at);
}

/** A time as the browser's own field for day and hour has it, in the city's time: `2026-11-24T14:05`. */
export function fieldTime(at) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const { year, month, day, hour, minute } = Object.fromEntries(formatter(options).formatToParts(at).map(({ type, value }) => [type, value]));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The moment that such a field means. */
export function momentOf(text) {
  const meant = Date.parse(`${text}Z`);
  // Twice: the first guess may lie on the other side of a night in which clocks change.
  const nearer = (at) => at + meant - Date.parse(`${fieldTime(at)}Z`);
  return new Date(nearer(nearer(meant))).toISOString();
}

/** Seconds from now to a time; negative when it is past. */
export const secondsUntil = (iso) => (Date.parse(iso) - now()) / 1000;

/** Seconds since a time. */
const secondsSince = (iso) => -secondsUntil(iso);

/** `40 s`, `4 min`, `1 h 20`, `3 d`. */
export function duration(seconds) {
  const size = Math.abs(seconds);
  if (size < MINUTE) return t("duration.seconds", { count: Math.round(size) });
  if (size < HOUR) return t("duration.minutes", { count: Math.round(size / MINUTE) });
  if (size < DAY) {
    const minutes = Math.round(size / MINUTE);
    return t("duration.hours", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
  }
  return t("duration.days", { count: Math.round(size / DAY) });
}

/** `4 min ago`. */
export const ago = (iso) => t("duration.ago", { duration: duration(Math.max(0, secondsSince(iso))) });

/** `40 s`, `12 min` or `3 h 05` that are left, whole ones, with a minus when the time is past: never like an hour of the day. */
export function timeLeft(seconds) {
  const size = Math.floor(Math.abs(seconds));
  return (seconds < 0 ? "−" : "") + duration(size < MINUTE ? size : size - (size % MINUTE));
}

/** `in 6 min`, `now`, `4 min late`, for an expected arrival. */
export function untilArrival(iso) {
  const seconds = secondsUntil(iso);
  if (seconds < -MINUTE) return t("eta.overdue", { duration: duration(seconds) });
  if (seconds < MINUTE) return t("eta.now");
  return t("eta.in", { duration: duration(seconds) });
}

/** `+2:30`, `−0:40`: a difference in minutes and seconds. */
export function signedMinutes(seconds) {
  const size = Math.round(Math.abs(seconds));
  const sign = size === 0 ? "" : seconds < 0 ? "−" : "+";
  return `${sign}${Math.floor(size / MINUTE)}:${String(size % MINUTE).padStart(2, "0")}`;
}

/** `140 m`, `2.4 km`. */
export function distance(metres) {
  if (metres < 1000) return t("distance.metres", { count: Math.round(metres) });
  return t("distance.kilometres", { count: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(metres / 1000) });
}

/** Whole numbers and percentages as the language writes them. */
export const number = (value) => new Intl.NumberFormat(language).format(value);
export const percent = (share) => new Intl.NumberFormat(language, { style: "percent" }).format(share);

/** A text without accents and capitals, for comparing what was typed. */
export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
