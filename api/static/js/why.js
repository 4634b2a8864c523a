// Reasons in the reader's language: a code and its facts, which `dispatch/reasons.py` lists.

import { skillNames } from "./city_words.js";
import { duration } from "./format.js";
import { t, tOr } from "./i18n.js";
import { store } from "./store.js";

const skillsText = (skills) =>
  t("why_skills", { n: skills.length, skills: skillNames(skills) });

function factText(name, fact) {
  if (name === "skills") return skillsText(fact);
  if (name === "crew_id") return store.crews.get(fact)?.name || fact;
  if (name === "status") return tOr(`report.status.${fact}`, fact);
  if (name.endsWith("_s")) return duration(fact);
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
