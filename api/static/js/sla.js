// The promise to the citizen as a small sign: how long until it is due, by how much it was missed.

import { secondsUntil, timeLeft } from "./format.js";
import { t } from "./i18n.js";
import { OPEN, etaOf } from "./store.js";

/** The state now: the server's, until the clock has overtaken it. */
export function slaState(report) {
  if (!OPEN.has(report.status)) return "closed";
  if (report.sla === "met" || report.assignment?.arrived_at) return report.sla === "breached" ? "breached" : "met";
  if (secondsUntil(report.due_at) < 0) return "breached";
  const eta = etaOf(report);
  if (eta && Date.parse(eta) > Date.parse(report.due_at)) return "at_risk";
  return report.sla === "at_risk" ? "at_risk" : "on_track";
}

/** The state with its text: `{state, text, spoken}`. */
export function slaText(report) {
  const state = slaState(report);
  if (state === "closed" || state === "met") return { state, text: t(`sla.${state}`), spoken: t(`sla.${state}`) };
  if (report.assignment?.arrived_at) return { state, text: t("sla.breached_short"), spoken: t("sla.breached_short") };
  const left = timeLeft(secondsUntil(report.due_at));
  return { state, text: left, spoken: t(`sla.${state}.spoken`, { left: left.replace("−", "") }) };
}
