// What the keys do and what the signs mean, on one page.

import { showPage } from "./dialog.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { CREW_STATE, PRIORITY, crewIcon, priorityIcon, standbyIcon } from "./shapes.js";

const KEYS = [
  ["/", "search"],
  ["j", "next"],
  ["k", "previous"],
  ["⏎", "open"],
  ["a", "best"],
  ["1 – 5", "nth"],
  ["w", "why"],
  ["e", "mend"],
  ["t", "handover"],
  ["d", "merge"],
  ["r", "note"],
  ["s", "shifts"],
  ["p", "works"],
  ["n", "call"],
  ["m", "map"],
  ["x", "what_if"],
  ["z", "undo"],
  ["?", "help"],
  ["Esc", "close"],
];

/** Open the page; the settings of the keyboard are handed in by it. */
export function showHelp({ keysAreOn, setKeys }) {
  const keySwitch = h("input", { type: "checkbox", checked: keysAreOn(), on: { change: (event) => setKeys(event.target.checked) } });
  showPage(
    t("help.title"),
    h("div", { class: "help" }, keysTable(keySwitch), signs()),
    h("p", { class: "hint" }, t("help.more")),
    h("p", {}, t("help.maps"), " ", links({ "/maps/live": t("help.map_live"), "/maps/coverage": t("help.map_coverage") })),
    h("p", {}, t("help.pages"), " ", links({ "/crew": t("help.page_crews"), "/trackers": t("help.page_trackers"), "/docs": t("help.page_api") })),
    h("p", {}, document.getElementById("languages").content.cloneNode(true)),
  );
}

const links = (pages) => Object.entries(pages).map(([path, name], index) => [index > 0 && " · ", h("a", { href: path }, name)]);

function keysTable(keySwitch) {
  return h(
    "section",
    {},
    h("h3", {}, t("help.keys")),
    h("dl", { class: "keys" }, KEYS.map(([key, name]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(`help.key.${name}`))])),
    h("label", { class: "inline-field" }, keySwitch, t("help.keys_on")),
  );
}

function signs() {
  return h(
    "section",
    {},
    h("h3", {}, t("help.priorities")),
    h("ul", { class: "legend" }, Object.keys(PRIORITY).map((priority) => h("li", {}, priorityIcon(Number(priority), 22), t(`priority.${priority}`)))),
    h("h3", {}, t("help.crews")),
    h("ul", { class: "legend" }, Object.keys(CREW_STATE).map((state) => h("li", {}, crewIcon(state, 22), t(`crew.state.${state}`))), h("li", {}, standbyIcon(22), t("help.standby"))),
    h("p", { class: "hint" }, t("help.stale")),
  );
}
