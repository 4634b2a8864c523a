// What the one search field finds beside reports: crews, vehicles, places.

import { button, fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { lookAt } from "./map.js";
import { select, store } from "./store.js";
import { toast } from "./toast.js";

const box = () => document.getElementById("search-others");

function open(thing) {
  if (thing.crew_id && store.crews.has(thing.crew_id)) select("crew", thing.crew_id);
  if (thing.lon === null) toast(t("search.no_position", { name: thing.name }));
  else lookAt(thing.lon, thing.lat);
}

/** Show what was found, or nothing. */
export function showOthers({ crews = [], vehicles = [], places = [] } = {}) {
  const group = (title, things) =>
    things.length > 0 && [
      h("h3", {}, title),
      h("ul", {}, things.map((thing) => h("li", {}, button([h("span", {}, thing.name), thing.hint && h("span", { class: "quiet" }, thing.hint)], () => open(thing), { kind: "ghost found" })))),
    ];
  fill(box(), group(t("crews.title"), crews), group(t("search.vehicles"), vehicles), group(t("search.places"), places));
  box().hidden = !box().children.length;
}

const buttons = () => [...box().querySelectorAll("button")];

/** Go into what was found; false where there is nothing. */
export function enterOthers() {
  const [first] = buttons();
  first?.focus();
  return Boolean(first);
}

/** Make the arrows go through it; `onLeave` is told on which side somebody leaves: -1 above, 1 below. */
export function startSearch(onLeave) {
  box().addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Escape: 0 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const all = buttons();
    const next = all[all.indexOf(document.activeElement) + step];
    if (step !== 0 && next) next.focus();
    else onLeave(step || -1);
  });
}
