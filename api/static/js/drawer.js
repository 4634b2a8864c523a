// The right pane: one panel at a time, for a report, a crew, a call, closures or arrivals.

import { button, fill, h, setText } from "./dom.js";
import { t } from "./i18n.js";
import { select } from "./store.js";

let current = null; // {name, onClose}
let cameFrom = null;

const pane = () => document.getElementById("drawer");

export const openPanel = () => current?.name ?? null;

/**
 * Show a panel.
 *
 * @returns the element to put its content into
 */
export function showPanel(name, title, { onClose = () => {}, focus = false } = {}) {
  if (current && current.name !== name) current.onClose();
  if (!current) cameFrom = document.activeElement;
  current = { name, onClose };
  const heading = h("h2", { id: "drawer-title", tabindex: "-1" }, title);
  const body = h("div", { class: "drawer-body" });
  fill(
    pane(),
    h("div", { class: "drawer-head" }, heading, button("×", closePanel, { kind: "icon", "aria-label": t("close"), key: "" })),
    body,
  );
  pane().hidden = false;
  document.body.dataset.drawer = name;
  if (focus) heading.focus();
  return body;
}

export const setPanelTitle = (title) => setText(document.getElementById("drawer-title"), title);

/** Close whatever is open, and go back to where the person came from. */
export function closePanel() {
  if (!current) return false;
  const { onClose } = current;
  const held = pane().contains(document.activeElement);
  current = null;
  pane().hidden = true;
  pane().replaceChildren();
  delete document.body.dataset.drawer;
  onClose();
  select(null);
  if (held) (cameFrom?.isConnected ? cameFrom : document.getElementById("queue-list"))?.focus();
  cameFrom = null;
  return true;
}
