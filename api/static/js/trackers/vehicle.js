// One vehicle: what was last heard of it, its trackers, and how another one is set up.

import { del, get, listAll, post } from "../api.js";
import { ask } from "../dialog.js";
import { button, fill, h, redraw } from "../dom.js";
import { moment, number, percent } from "../format.js";
import { t } from "../i18n.js";
import { toast, toastFault } from "../toast.js";
import { heard, keepUpToDate, verdictText } from "./heard.js";
import { setupSheet } from "./setup.js";

const DEVICES = "/api/v1/devices";

export async function showVehicle(page, id) {
  const me = await get("/api/v1/me");
  const mayManage = me.permissions.includes("manage_devices");
  const last = h("section", { class: "card" });
  const list = h("ul", { class: "devices" });
  const sheet = h("section", { class: "sheet", hidden: true });
  let newest = null;

  async function load() {
    const [vehicle, devices] = await Promise.all([get(`/api/v1/vehicles/${encodeURIComponent(id)}`), listAll(DEVICES)]);
    drawLast(last, vehicle);
    const own = devices.filter((device) => device.vehicle_id === vehicle.id);
    redraw(list, own.length === 0 && h("li", { class: "empty" }, t("trackers.none")), own.map(deviceRow));
    newest?.hear(own.find((device) => device.id === newest.id));
    return vehicle;
  }

  /** Do something with a tracker, show what has to be entered where that is new, and look again. */
  async function act(work, said) {
    try {
      const made = await work();
      if (made) {
        newest = setupSheet(made);
        fill(sheet, newest.node);
        sheet.hidden = false;
        sheet.scrollIntoView({ block: "start" });
        sheet.querySelector("h2").focus();
      }
      if (said) toast(said);
      await load();
    } catch (error) {
      toastFault(error);
    }
  }

  const path = (device) => `${DEVICES}/${encodeURIComponent(device.id)}`;
  async function sure(question, work, said) {
    const words = { title: t(`trackers.${question}`), text: t(`trackers.${question}.text`), confirm: t(`trackers.${question}.confirm`) };
    if (await ask({ ...words, danger: true })) await act(work, said && t(said));
  }

  function deviceRow(device) {
    return h(
      "li",
      { data: { key: device.id } },
      h("p", {}, h("code", {}, `${device.id.slice(0, 8)}${device.id.length > 8 ? "…" : ""}`), ` ${t("trackers.since", { time: moment(device.created_at) })}`),
      h("p", {}, heard({ lastSeen: device.last_seen_at, verdict: device.last_verdict })),
      mayManage && h(
        "div",
        { class: "buttons" },
        button(t("trackers.replace"), () => sure("replace", () => post(DEVICES, { replaces: device.id })), { kind: "small" }),
        button(t("trackers.rotate"), () => sure("rotate", () => post(`${path(device)}/token`)), { kind: "small" }),
        button(t("trackers.remove"), () => sure("remove", () => del(path(device)), "trackers.removed"), { kind: "small danger" }),
      ),
    );
  }

  const vehicle = await load();
  document.title = `${vehicle.name} · ${t("trackers.title")}`;
  fill(
    page,
    h("h1", {}, vehicle.name),
    last,
    h("h2", {}, t("trackers.of_vehicle")),
    list,
    mayManage
      ? button(t("trackers.add"), () => act(() => post(DEVICES, { vehicle_id: vehicle.id })), { kind: "primary" })
      : h("p", { class: "hint" }, t("trackers.may_not")),
    sheet,
  );
  keepUpToDate(load);
}

function drawLast(card, vehicle) {
  const counted = Object.entries(vehicle.verdicts).sort(([, a], [, b]) => b - a);
  redraw(
    card,
    h("h2", {}, t("trackers.last")),
    h("p", { class: "last" }, heard({ lastSeen: vehicle.fix_time, verdict: vehicle.last_verdict, stale: vehicle.stale })),
    vehicle.matched?.street && h("p", {}, vehicle.matched.street),
    typeof vehicle.battery === "number" && h("p", {}, t("crew.battery", { level: percent(vehicle.battery) })),
    counted.length > 0 && h("details", {}, h("summary", {}, t("trackers.verdicts")), h("dl", {}, counted.map(([verdict, count]) => [h("dt", {}, verdictText(verdict)), h("dd", {}, number(count))]))),
  );
}
