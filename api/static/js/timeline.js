// What happened to a report, newest first: who did what, when.

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { moment } from "./format.js";
import { t, tOr } from "./i18n.js";
import { store } from "./store.js";
import { whyText } from "./why.js";

const nameOf = (code) => store.services.get(code)?.name ?? code;

/** A detail of an entry in words; what only machines read is left out. */
function detailText(name, value) {
  if (name === "why") return whyText(value);
  if (name === "overridden") return t("timeline.overridden", { why: whyText(value) });
  // What was amended comes as before and after.
  if (name === "priority" && Array.isArray(value)) return t("timeline.priority", { before: value[0], after: value[1] });
  if (name === "service_code" && Array.isArray(value)) return t("timeline.service", { before: nameOf(value[0]), after: nameOf(value[1]) });
  if (name === "address" && Array.isArray(value)) return t("timeline.address", { before: value[0] || "–", after: value[1] || "–" });
  if (value === null || value === "" || typeof value === "object") return "";
  if (name === "crew_id") return store.crews.get(String(value))?.name || String(value);
  if (name === "status") return tOr(`report.status.${value}`, tOr(`assignment.status.${value}`, String(value)));
  if (name === "to") return nameOf(value);
  if (["into", "kept", "duplicate"].includes(name)) return t("timeline.report", { id: value });
  if (["note", "reason", "name", "text"].includes(name)) return String(value);
  return "";
}

/** The details of an entry: its reason in the server's English only where that has no code. */
function detailsOf({ details }) {
  const { why, reason, ...others } = details;
  return Object.entries({ ...others, ...(why ? { why: { ...why, text: reason } } : { reason: reason ?? "" }) });
}

/** Load the history of a report into an element. */
export async function loadTimeline(box, report) {
  let items = [];
  try {
    ({ items } = await get(`/api/v1/reports/${encodeURIComponent(report.id)}/history`));
  } catch {
    fill(box, h("p", { class: "empty" }, t("timeline.fault")));
    return;
  }
  const entries = [...items].reverse(); // what was done at one moment keeps its order, too
  fill(
    box,
    entries.length === 0 && h("p", { class: "empty" }, t("timeline.empty")),
    h(
      "ol",
      { class: "timeline" },
      entries.map((entry) => {
        const isNote = entry.action === "noted";
        const details = detailsOf(entry).map(([name, value]) => detailText(name, value)).filter(Boolean);
        return h(
          "li",
          {},
          h("time", { datetime: entry.at }, moment(entry.at)),
          h("span", {}, tOr(`history.${entry.action}`, entry.action.replaceAll("_", " ")), isNote && entry.details.public && h("span", { class: "chip" }, t("note.public_chip")), details.length > 0 && h("span", { class: "quiet" }, ` · ${details.join(" · ")}`)),
          h("span", { class: "quiet actor" }, tOr(`actor.${entry.actor}`, entry.actor)),
        );
      }),
    ),
  );
}
