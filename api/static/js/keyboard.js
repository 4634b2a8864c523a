// Single keys for what a dispatcher does all day; they can be switched off.

import { handOver } from "./actions.js";
import { isTyping } from "./dom.js";
import { closePanel } from "./drawer.js";
import { showHelp } from "./help.js";
import { takeCall } from "./call.js";
import { cancelDrawing, endDrawing, isDrawing, lookAt, onFocusMap } from "./map.js";
import { mend } from "./mend.js";
import { mergeByHand } from "./merge.js";
import { focusNote } from "./notes.js";
import { showPlannedWork } from "./planned_work.js";
import { moveInQueue, openCurrentReport } from "./queue.js";
import { focusSuggestions, openSuggestions, toggleExplanation } from "./report_panel.js";
import { remember, remembered } from "./settings.js";
import { showShifts } from "./shifts.js";
import { stopChoosing } from "./standby_section.js";
import { OPEN, selectedReport, store } from "./store.js";
import { showTab } from "./tabs.js";
import { undo } from "./undo.js";
import { showWhatIf } from "./what_if.js";

export const keysAreOn = () => remembered("keys", true);
export const setKeys = (on) => remember("keys", on);

function focusMap() {
  const chosen = store.selection;
  const thing = chosen && (chosen.kind === "report" ? store.reports : store.crews).get(chosen.id);
  if (thing) lookAt(thing.lon, thing.lat);
  showTab("map");
  onFocusMap();
}

function inQueue(step) {
  showTab("queue");
  moveInQueue(step);
}

const COMMANDS = {
  "/": () => {
    showTab("queue");
    document.getElementById("queue-search").focus();
  },
  j: () => inQueue(1),
  k: () => inQueue(-1),
  Enter: () => (selectedReport() ? focusSuggestions() : openCurrentReport()),
  a: () => openSuggestions()?.choose(1),
  e: () => selectedReport() && OPEN.has(selectedReport().status) && mend(selectedReport()),
  n: () => takeCall(),
  m: () => focusMap(),
  d: () => selectedReport() && OPEN.has(selectedReport().status) && mergeByHand(selectedReport()),
  t: () => selectedReport() && OPEN.has(selectedReport().status) && handOver(selectedReport()),
  s: () => showShifts(),
  p: () => showPlannedWork(),
  w: () => toggleExplanation(),
  r: () => focusNote(),
  x: () => showWhatIf(selectedReport() && OPEN.has(selectedReport().status) ? selectedReport() : null),
  z: () => undo(),
  "?": () => showHelp({ keysAreOn, setKeys }),
};
for (let rank = 1; rank <= 5; rank += 1) COMMANDS[rank] = () => openSuggestions()?.choose(rank);

/** A key that works everywhere: it ends whatever is going on. */
function escape() {
  if (isDrawing()) cancelDrawing();
  else if (stopChoosing()) return;
  else if (isTyping(document.activeElement) && !document.getElementById("drawer").contains(document.activeElement)) document.activeElement.blur();
  else closePanel();
}

export function startKeyboard() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      escape();
      return;
    }
    if (event.key === "Enter" && isDrawing()) {
      event.preventDefault();
      endDrawing();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !keysAreOn()) return;
    // Enter on a button or a link is theirs.
    if (event.key === "Enter" && event.target instanceof Element && event.target.closest("button, a, summary, [role=listbox]")) return;
    const command = COMMANDS[event.key];
    if (!command) return;
    event.preventDefault();
    command();
  });
}
