// Today's shifts: who works when and with what, and what is otherwise today.

import { putShift } from "./actions.js";
import { get } from "./api.js";
import { ask } from "./dialog.js";
import { button, fill, h, redraw } from "./dom.js";
import { openPanel, showPanel } from "./drawer.js";
import { clockTime } from "./format.js";
import { t } from "./i18n.js";
import { crewName, select, store, subscribe } from "./store.js";
import { toastFault } from "./toast.js";

const MINUTE_MS = 60_000;
const HALF_DAY_MIN = 720;

let box = null; // while the panel is open

/** Open the panel. */
export function showShifts() {
  select(null);
  const body = showPanel("shifts", t("shifts.title"), { onClose: () => { box = null; }, focus: true });
  box = h("div", {});
  fill(body, h("p", { class: "hint" }, t("shifts.hint")), box);
  load();
}

async function load() {
  if (!box || openPanel() !== "shifts") return;
  const mine = box;
  try {
    const { items } = await get("/api/v1/shifts");
    if (mine === box) draw(items);
  } catch (error) {
    toastFault(error);
  }
}

function draw(shifts) {
  redraw(
    box,
    shifts.length === 0 && h("p", { class: "empty" }, t("shifts.none")),
    h("ul", { class: "plain-list shifts" }, [...shifts].sort((a, b) => crewName(a.crew_id).localeCompare(crewName(b.crew_id), undefined, { numeric: true })).map(row)),
  );
}

const hours = ({ start, end }) => `${clockTime(start)}–${clockTime(end)}`;

function row(shift) {
  const moved = shift.start !== shift.rostered.start || shift.end !== shift.rostered.end;
  const key = `${shift.crew_id}-${Date.parse(shift.rostered.start)}`;
  return h(
    "li",
    { class: shift.absent ? "absent" : "", data: { key } },
    h(
      "div",
      {},
      button(crewName(shift.crew_id), () => select("crew", shift.crew_id), { kind: "link strong" }),
      h("div", {}, shift.absent ? h("s", {}, hours(shift)) : hours(shift), moved && h("span", { class: "quiet" }, ` (${t("shifts.instead", { hours: hours(shift.rostered) })})`)),
      h(
        "div",
        { class: "quiet" },
        shift.breaks.length > 0 && `${t("shifts.breaks", { breaks: shift.breaks.map(hours).join(", ") })} · `,
        h("span", { class: "whole" }, shift.vehicle_id),
      ),
      shift.note && h("p", { class: "clip", title: shift.note }, shift.note),
    ),
    h(
      "div",
      { class: "buttons" },
      shift.absent && h("span", { class: "chip" }, t("shifts.absent")),
      button(t(shift.absent ? "crew.present" : "shifts.mark_absent"), () => putShift(shift, { ...bodyOf(shift), absent: !shift.absent }), { kind: "small ghost", id: `absent-${key}` }),
      button(t("shifts.change"), () => change(shift), { kind: "small ghost", "aria-label": t("shifts.change_of", { crew: crewName(shift.crew_id) }) }),
    ),
  );
}

/** A shift as the server takes it. */
const bodyOf = ({ start, end, breaks, vehicle_id, absent, note }) => ({ start, end, breaks, vehicle_id, absent, note });

async function change(shift) {
  let vehicles = [];
  try {
    vehicles = (await get("/api/v1/vehicles")).items;
  } catch (error) {
    toastFault(error);
    return;
  }
  const answer = await ask({
    title: t("shifts.change_of", { crew: crewName(shift.crew_id) }),
    text: t("shifts.only_today"),
    fields: [
      { name: "start", label: t("shifts.start"), type: "time", value: clockTime(shift.start), required: true },
      { name: "end", label: t("shifts.end"), type: "time", value: clockTime(shift.end), required: true },
      { name: "vehicle_id", label: t("crew.vehicle"), type: "select", value: shift.vehicle_id, options: vehicles.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` })) },
      { name: "note", label: t("shifts.note"), value: shift.note },
    ],
    confirm: t("shifts.save"),
  });
  if (!answer) return;
  const start = movedTo(shift.start, answer.start);
  const end = movedTo(shift.end, answer.end);
  const breaks = shift.breaks.filter((pause) => Date.parse(pause.start) >= Date.parse(start) && Date.parse(pause.end) <= Date.parse(end));
  await putShift(shift, { ...bodyOf(shift), start, end, breaks, vehicle_id: answer.vehicle_id, note: answer.note });
}

/** The moment nearest to another at which the city's clocks show a time. */
function movedTo(iso, time) {
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  let by = minutes(time) - minutes(clockTime(iso));
  if (by > HALF_DAY_MIN) by -= 2 * HALF_DAY_MIN;
  if (by <= -HALF_DAY_MIN) by += 2 * HALF_DAY_MIN;
  return by === 0 ? iso : new Date(Date.parse(iso) + by * MINUTE_MS).toISOString();
}

/** Keep the panel in step with what others change. */
export function startShifts() {
  subscribe(["shifts"], load);
}
