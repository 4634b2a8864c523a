// What went wrong, in the reader's language: by the codes of the server's answer, else in its own English.

import { ApiError } from "./api.js";
import { moment } from "./format.js";
import { t, tOr } from "./i18n.js";
import { crewName } from "./store.js";
import { factText, statusText, whyText } from "./why.js";

const LISTING = new Set(["invalid_input", "request_validation"]);

/** What the answer tells of it. */
function factsOf({ holder, crew_id: crewId, reason, changed, present }) {
  return {
    crew: crewName(holder?.crew_id ?? crewId),
    report: holder?.report_id ?? "",
    why: reason ? whyText(reason) : "",
    by: changed?.by ?? "?",
    time: changed ? moment(changed.at) : "",
    status: statusText(present),
  };
}

/** One thing that is wrong: a code and its facts, which `dispatch/faults.py` lists. */
function givenText({ code, params = {}, message }) {
  const facts = Object.entries(params).map(([name, fact]) => [name, factText(name, fact)]);
  return tOr(`given.${code}`, message, Object.fromEntries(facts));
}

/** A fault in words, and every single fault of what was given. */
export function faultText(error) {
  if (!(error instanceof ApiError)) return { text: t("fault.internal", { message: error.message }), faults: [] };
  if (error.status === 0) return { text: t("fault.unreachable"), faults: [] };
  const { code, holder, errors = [] } = error.problem;
  if (LISTING.has(code)) return { text: t(`fault.${code}`), faults: errors.map(givenText) };
  if (errors[0]?.code) return { text: givenText(errors[0]), faults: [] };
  const key = code === "already_assigned" ? `already_assigned.${holder.status}` : code;
  const text = tOr(`fault.${key}`, "", factsOf(error.problem));
  // Where the code says it all, the faults would only say it again, in English.
  return text ? { text, faults: [] } : { text: t("fault.other", { message: error.message }), faults: errors.map(givenText) };
}
