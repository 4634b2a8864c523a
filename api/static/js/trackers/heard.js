// What was last heard of a vehicle or a tracker, in words and with a sign.

import { waitMs } from "../api.js";
import { h } from "../dom.js";
import { ago } from "../format.js";
import { t, tOr } from "../i18n.js";
import { toastFault } from "../toast.js";

const GOOD = ["accepted", "late", "duplicate"];

/** Ask again every few seconds while the page is seen; one answer at a time, and a fault is told while it lasts. */
export function keepUpToDate(load, everyMs = 4000) {
  let told = null;
  const again = (inMs) => setTimeout(async () => {
    try {
      if (!document.hidden) await load();
      told?.remove();
      again(everyMs);
    } catch (error) {
      if (!told?.isConnected) told = toastFault(error);
      again(waitMs(error, everyMs));
    }
  }, inMs);
  again(everyMs);
}

/** `silent`, `good` or `doubtful`. */
export function standing({ lastSeen, verdict, stale = false }) {
  if (!lastSeen) return "silent";
  return GOOD.includes(verdict) && !stale ? "good" : "doubtful";
}

export const verdictText = (verdict) => tOr(`verdict.${verdict}`, verdict);

/** The sign, and in words when it was heard and what became of that. */
export function heard({ lastSeen, verdict, stale = false }) {
  const state = standing({ lastSeen, verdict, stale });
  return h(
    "span",
    { class: "heard", data: { state } },
    h("span", { class: "dot", "aria-hidden": "true" }, { good: "●", doubtful: "▲", silent: "○" }[state]),
    lastSeen ? [ago(lastSeen), verdict && ` · ${verdictText(verdict)}`] : t("trackers.never"),
  );
}
