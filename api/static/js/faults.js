// What went wrong, in the reader's language: by the code of the server's answer, else in its own English.

import { ApiError } from "./api.js";
import { moment } from "./format.js";
import { t, tOr } from "./i18n.js";
import { store } from "./store.js";
import { whyText } from "./why.js";

const crewName = (id) => store.crews.get(id)?.name ?? id;
const statusText = (status) => tOr(`report.status.${status}`, tOr(`assignment.status.${status}`, status));

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

/** A fault in words, and every single fault of what was given. */
export function faultText(error) {
  if (!(error instanceof ApiError)) return { text: t("fault.internal", { message: error.message }), faults: [] };
  if (error.status === 0) return { text: t("fault.unreachable"), faults: [] };
  const { code, holder } = error.problem;
  const key = code === "already_assigned" ? `already_assigned.${holder.status}` : code;
  const text = tOr(`fault.${key}`, error.message, factsOf(error.problem));
  // Where the code says it all, the faults would only say it again, in English.
  const isTold = text !== error.message && !["invalid_input", "request_validation"].includes(code);
  return { text, faults: isTold ? [] : error.faults.filter((fault) => fault !== text) };
}
