// What happens elsewhere and matters, said to those who cannot see it move: urgent reports, assignments.

import { serviceName } from "./city_words.js";
import { t } from "./i18n.js";
import { WAITING, store, subscribe } from "./store.js";
import { announce } from "./toast.js";

const URGENT = 2;
const known = new Map(); // report id → assignment id
let started = false;

/** Begin with what is known now; only what comes later is news. */
export function startNews() {
  for (const report of store.reports.values()) known.set(report.id, report.assignment?.id ?? null);
  if (started) return;
  started = true;
  subscribe(["reports"], tell);
}

function tell() {
  for (const report of store.reports.values()) {
    const holder = report.assignment?.id ?? null;
    const before = known.get(report.id);
    if (before === holder) continue;
    known.set(report.id, holder);
    const parameters = { service: serviceName(report), place: report.address || t("report.no_address") };
    if (before === undefined && report.priority <= URGENT && WAITING.has(report.status)) {
      announce(t("news.urgent", parameters));
    } else if (holder !== null && report.priority <= URGENT) {
      const crew = store.crews.get(report.assignment.crew_id)?.name || report.assignment.crew_id;
      announce(t("news.assigned", { ...parameters, crew }));
    }
  }
}
