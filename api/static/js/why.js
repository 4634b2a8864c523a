// Reasons in the reader's language: a code and its facts, which `dispatch/reasons.py` lists.

import { questionText, skillNames } from "./city_words.js";
import { duration, moment, number } from "./format.js";
import { t, tOr } from "./i18n.js";
import { crewName, store } from "./store.js";

export const statusText = (status) => tOr(`report.status.${status}`, tOr(`assignment.status.${status}`, status));

const MOMENTS = new Set(["start", "end", "until", "now"]);
const AMOUNTS = new Set(["count", "length", "most", "least", "factor", "zones"]);

const skillsText = (skills) =>
  t("why_skills", { n: skills.length, skills: skillNames(skills) });

/** A fact of a reason or of a fault, by its name. */
export function factText(name, fact) {
  if (name === "skills") return skillsText(fact);
  if (name === "crew_id") return crewName(fact);
  if (name === "service_code") return store.services.get(fact)?.name ?? fact;
  if (name === "attribute") return questionText(fact);
  if (name === "name") return tOr(`field.${fact}`, fact);
  if (name === "status") return statusText(fact);
  if (name === "why") return whyText(fact);
  if (name.endsWith("_s")) return duration(fact);
  if (MOMENTS.has(name)) return moment(fact);
  if (AMOUNTS.has(name)) return number(fact);
  return Array.isArray(fact) ? fact.join(", ") : fact;
}

/** A reason in words; one that this page does not know is told in the server's English. */
export function whyText({ code, params, text }) {
  const facts = Object.entries(params).map(([name, fact]) => [name, factText(name, fact)]);
  return tOr(`why.${[code, ...Object.keys(params).sort()].join(".")}`, text, Object.fromEntries(facts));
}

/** Why no crew has a report; empty where nobody said. */
export const waitingText = (report) =>
  report.unassigned_code
    ? whyText({ code: report.unassigned_code, params: report.unassigned_params, text: report.unassigned_reason })
    : "";
