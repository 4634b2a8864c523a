// Short messages at the edge of the page, and what a screen reader is told.

import { ApiError } from "./api.js";
import { button, h } from "./dom.js";
import { faultText } from "./faults.js";
import { t } from "./i18n.js";

const SHOWN_MS = 8000;
const FAULT_SHOWN_MS = 14_000;
const MOST = 4;
const SAY_EVERY_MS = 4000;

const shelf = () => document.getElementById("toasts");

function show(node, ms) {
  const rack = shelf();
  while (rack.children.length >= MOST) rack.firstElementChild.remove();
  rack.append(node);
  let timer = setTimeout(() => node.remove(), ms);
  // Whoever reads it, or is about to press its button, has all the time.
  const stay = () => clearTimeout(timer);
  const leave = () => { timer = setTimeout(() => node.remove(), ms / 2); };
  node.addEventListener("pointerenter", stay);
  node.addEventListener("pointerleave", leave);
  node.addEventListener("focusin", stay);
  node.addEventListener("focusout", leave);
  return node;
}

function closing(node) {
  return button("×", () => node().remove(), { kind: "icon", "aria-label": t("close") });
}

/** Say what was done, with a button to take it back where that is possible, or with `more` to press. */
export function toast(text, { undo = null, kind = "", more = null, ms = SHOWN_MS } = {}) {
  let node = null;
  node = h(
    "div",
    { class: `toast ${kind}`.trim() },
    h("p", {}, text),
    undo && button(t("undo"), () => { node.remove(); undo(); }, { kind: "small", key: "z" }),
    more,
    closing(() => node),
  );
  return show(node, ms);
}

/** Show why something did not work. */
export function toastFault(error) {
  if (!(error instanceof ApiError)) console.error(error);
  const { text, faults } = faultText(error);
  let node = null;
  node = h(
    "div",
    { class: "toast fault", role: "alert" },
    h("div", {}, h("p", {}, text), faults.length > 0 && h("ul", {}, faults.map((fault) => h("li", {}, fault)))),
    closing(() => node),
  );
  return show(node, FAULT_SHOWN_MS);
}

let waiting = [];
let sayTimer = null;

/** Tell a screen reader, not too often: what comes together is said together. */
export function announce(text) {
  waiting.push(text);
  if (sayTimer !== null) return;
  sayTimer = setTimeout(() => {
    sayTimer = null;
    const many = waiting.length > 3;
    document.getElementById("announcer").textContent = many
      ? t("announce.many", { n: waiting.length })
      : waiting.join(" ");
    waiting = [];
  }, SAY_EVERY_MS);
}
