// Every vehicle with what was last heard of it, those that need a look first.

import { listAll } from "../api.js";
import { fill, h, redraw, setText } from "../dom.js";
import { folded, percent } from "../format.js";
import { t } from "../i18n.js";
import { heard, keepUpToDate, standing } from "./heard.js";

const ORDER = ["doubtful", "silent", "good"];

const heardOf = (vehicle) => ({ lastSeen: vehicle.fix_time, verdict: vehicle.last_verdict, stale: vehicle.stale });
const rank = (vehicle) => ORDER.indexOf(standing(heardOf(vehicle)));

export async function showAll(page) {
  document.title = `${t("trackers.title")} · Équipage`;
  const crews = new Map((await listAll("/api/v1/crews")).map((crew) => [crew.id, crew.name]));
  let vehicles = [];
  const counts = h("p", { class: "quiet" });
  const list = h("tbody", {});
  const nothing = h("p", { class: "empty", hidden: true });
  const search = h("input", { class: "input", type: "search", placeholder: t("trackers.search"), "aria-label": t("trackers.search"), on: { input: draw } });

  const crewOf = ({ crew_id }) => crews.get(crew_id) ?? crew_id ?? "–"; // a crew may be new since

  function draw() {
    const words = folded(search.value.trim());
    const shown = vehicles.filter((vehicle) => folded(`${vehicle.id} ${vehicle.name} ${crewOf(vehicle)}`).includes(words));
    redraw(list, shown.map((vehicle) => row(vehicle, crewOf(vehicle))));
    nothing.hidden = shown.length > 0;
    nothing.textContent = t(vehicles.length === 0 ? "trackers.no_vehicles" : "trackers.nothing_found");
    setText(counts, ORDER.map((state) => t(`trackers.count.${state}`, { n: vehicles.filter((vehicle) => ORDER[rank(vehicle)] === state).length })).join(" · "));
  }

  async function load() {
    vehicles = (await listAll("/api/v1/vehicles")).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    draw();
  }

  await load();
  fill(
    page,
    h("h1", {}, t("trackers.title")),
    h("p", {}, t("trackers.intro")),
    h("div", { class: "tools" }, search, counts),
    h("table", { class: "vehicles" }, h("thead", {}, h("tr", {}, ["vehicle", "crew", "last", "battery"].map((name) => h("th", { scope: "col" }, t(`trackers.${name}`))))), list),
    nothing,
  );
  keepUpToDate(load);
}

function row(vehicle, crew) {
  return h(
    "tr",
    { data: { key: vehicle.id } },
    h("th", { scope: "row" }, h("a", { href: `/trackers/${encodeURIComponent(vehicle.id)}` }, vehicle.name)),
    h("td", {}, crew),
    h("td", {}, heard(heardOf(vehicle))),
    h("td", {}, typeof vehicle.battery === "number" ? percent(vehicle.battery) : "–"),
  );
}
