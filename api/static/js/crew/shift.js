// The crew's hours: until when, the breaks, and the pause with what it means for being followed.

import { h } from "../dom.js";
import { clockTime, moment } from "../format.js";
import { now } from "../clock.js";
import { t } from "../i18n.js";
import { notesOf, unsentSign } from "./jobs.js";

/** What the crew does now, in one word of the catalogue. */
export function stateOf(view) {
  const { crew, jobs } = view;
  const running = jobs.find((job) => job.status !== "planned");
  if (running) return running.status;
  const { shift } = crew;
  const on = shift && !shift.absent && Date.parse(shift.start) <= now() && now() < Date.parse(shift.end);
  if (!on) return "off_shift";
  return crew.paused_since || breakNow(shift) ? "on_break" : "available";
}

const breakNow = (shift) => shift.breaks.find((each) => Date.parse(each.start) <= now() && now() < Date.parse(each.end));

/** `until 16:00`, `on break until 12:30`, `from Tue 7:00`. */
export function hoursText(view) {
  const { shift } = view.crew;
  if (!shift) return t("duty.no_shift");
  if (shift.absent) return t("duty.absent");
  if (Date.parse(shift.start) > now()) return t("duty.shift_from", { time: moment(shift.start) });
  if (Date.parse(shift.end) <= now()) return t("duty.shift_over", { time: moment(shift.end) });
  const pause = breakNow(shift);
  return pause ? t("duty.break_until", { time: clockTime(pause.end) }) : t("duty.shift_until", { time: clockTime(shift.end) });
}

/** Hours, breaks and pause. */
export function shiftCard(view, { state, unsent, pause, resume }) {
  const { crew } = view;
  const breaks = crew.shift?.breaks || [];
  const paused = crew.paused_since !== null;
  const spans = breaks.map((each) => t("duty.span", { start: clockTime(each.start), end: clockTime(each.end) }));
  return [
    h("h2", {}, t("duty.shift")),
    h("p", {}, hoursText(view)),
    notesOf(crew.notes, t("duty.notes")),
    breaks.length > 0 && h("p", {}, t("duty.breaks", { breaks: spans.join(", ") })),
    paused && h("p", { class: "paused" }, t("duty.paused_since", { time: clockTime(crew.paused_since) })),
    unsent && h("p", {}, unsentSign()),
    (paused || state !== "off_shift") && pauseButton(paused, paused ? resume : pause),
  ];
}

function pauseButton(paused, tapped) {
  return [
    h("p", { class: "hint", id: "pause-hint" }, t(paused ? "duty.paused.hint" : "duty.pause.hint")),
    h(
      "button",
      { type: "button", id: "pause", class: `button big ${paused ? "primary" : ""}`, "aria-describedby": "pause-hint", on: { click: tapped } },
      t(paused ? "duty.resume" : "duty.pause"),
    ),
  ];
}
