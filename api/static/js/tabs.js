// Queue and crews share the left pane; on a narrow screen the map is a third tab.

const NAMES = ["queue", "crews", "map"];

/** Show one of them. */
export function showTab(name) {
  const shown = name === "map" ? document.body.dataset.list || "queue" : name;
  document.body.dataset.tab = name;
  document.body.dataset.list = shown;
  for (const other of NAMES) {
    document.getElementById(`tab-${other}`).setAttribute("aria-selected", String(other === (name === "map" && !isNarrow() ? shown : name)));
  }
  for (const other of ["queue", "crews"]) document.getElementById(`pane-${other}`).hidden = other !== shown;
}

/** Whether the map is a tab of its own, and panels lie over all of it. */
export const isNarrow = () => matchMedia("(max-width: 860px)").matches;

export function startTabs() {
  for (const name of NAMES) document.getElementById(`tab-${name}`).addEventListener("click", () => showTab(name));
  const bar = document.getElementById("tabs");
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const seen = NAMES.filter((name) => document.getElementById(`tab-${name}`).offsetParent !== null);
    const at = seen.findIndex((name) => document.getElementById(`tab-${name}`) === document.activeElement);
    if (at < 0) return;
    const next = seen[(at + step + seen.length) % seen.length];
    showTab(next);
    document.getElementById(`tab-${next}`).focus();
  });
  showTab("queue");
}
