// What the demo says about itself, its flood and its rush of reports.

import { del, get, post } from "./api.js";
import { button, h, redraw } from "./dom.js";
import { t } from "./i18n.js";
import { lookAtArea } from "./map.js";
import { store, subscribe, touch } from "./store.js";
import { refreshConditions } from "./sync.js";
import { toast, toastFault } from "./toast.js";

const box = () => document.getElementById("demo");
let busy = false;

async function load() {
  store.demo = await get("/api/v1/demo");
  touch("demo");
}

async function setFlood(flooded) {
  if (busy) return;
  busy = true;
  touch("demo");
  try {
    const flood = await (flooded ? post("/api/v1/demo/flood") : del("/api/v1/demo/flood"));
    toast(t(flooded ? "demo.flooded" : "demo.lifted"));
    refreshConditions();
    await load();
    if (flooded) await showFlood(flood.condition_id);
  } catch (error) {
    toastFault(error);
  } finally {
    busy = false;
    touch("demo");
  }
}

/** Have more reports come than there are crews: only then routes of several stops are planned. */
async function rush() {
  if (busy) return;
  busy = true;
  touch("demo");
  try {
    const { reports } = await post("/api/v1/demo/rush");
    toast(t("demo.rushed", { n: reports }));
  } catch (error) {
    toastFault(error);
  } finally {
    busy = false;
    touch("demo");
  }
}

/** Look at the district, so that what happens there is seen. */
async function showFlood(conditionId) {
  const { area } = await get(`/api/v1/conditions/${encodeURIComponent(conditionId)}`);
  if (area) lookAtArea(area);
}

function draw() {
  if (!store.demo) return;
  const { flooded } = store.demo;
  redraw(
    box(),
    h("p", { title: t("demo.simulated") }, h("b", {}, t("demo.title")), " ", h("span", {}, t("demo.simulated"))),
    button(t("demo.rush"), rush, { kind: "small", disabled: busy, id: "rush" }),
    button(t(flooded ? "demo.lift" : "demo.flood"), () => setFlood(!flooded), {
      kind: flooded ? "small" : "small danger",
      disabled: busy,
      id: "flood",
    }),
  );
  box().hidden = false;
}

/** Show the banner where this is a demo. */
export async function startDemo() {
  if (!store.me.demo) return;
  await load();
  draw();
  subscribe(["demo"], draw);
  subscribe(["conditions"], () => load().catch(() => {}));
}
