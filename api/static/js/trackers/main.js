// Trackers: all vehicles with what was last heard of them, or one vehicle with its trackers.

import { ApiError } from "../api.js";
import { startClock } from "../clock.js";
import { fill, h } from "../dom.js";
import { t, translatePage } from "../i18n.js";
import { faultText } from "../faults.js";
import { showAll } from "./all.js";
import { showVehicle } from "./vehicle.js";

const page = document.getElementById("page");

async function start() {
  translatePage();
  await startClock();
  const { vehicle } = page.dataset;
  await (vehicle ? showVehicle(page, vehicle) : showAll(page));
  document.body.dataset.ready = "true";
}

start().catch((error) => {
  if (error instanceof ApiError && error.status === 401) return location.assign("/login");
  if (!(error instanceof ApiError)) console.error(error);
  const unknown = error instanceof ApiError && error.status === 404;
  return fill(page, h("h1", {}, t("trackers.title")), h("p", { class: "fault-text", role: "alert" }, unknown ? t("trackers.no_vehicle") : faultText(error).text));
});
