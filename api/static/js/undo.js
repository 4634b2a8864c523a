// The last things this person did here, each with the way back.

import { post } from "./api.js";
import { t } from "./i18n.js";
import { touch } from "./store.js";
import { markReport, refreshConditions, refreshCrews } from "./sync.js";
import { toast, toastFault } from "./toast.js";

const MOST = 30;
const done = [];

/** Remember how to take back what was just done, and offer it. */
export function didUndoably(text, back) {
  done.push({ text, back });
  if (done.length > MOST) done.shift();
  const entry = done[done.length - 1];
  entry.toast = toast(text, { undo: () => undo(entry) });
  touch("undo");
}

/** Remember a step in the plan, about a report or, without one, whatever it changed: the server takes it back. */
export function changedPlan(text, reportId = null) {
  didUndoably(text, () => takeBack(reportId));
  done[done.length - 1].inPlan = true;
}

/** Take back on the server what this person changed in the plan last; where a report is named, only if it is about that. */
export async function takeBack(reportId = null) {
  const undone = await post("/api/v1/plan/undo", reportId === null ? {} : { report_id: reportId });
  undone.report_ids.forEach(markReport);
  refreshCrews();
  refreshConditions();
  // There is no step before the last that could be taken back, too.
  for (const entry of done.filter((each) => each.inPlan)) {
    entry.toast.remove();
    done.splice(done.indexOf(entry), 1);
  }
  touch("undo");
  return undone;
}

/** A step in the plan in words. */
export const stepText = ({ action, report_ids: ids }) =>
  ids.length > 0 ? t(`undo.step.${action}`, { n: ids.length, ids: ids.join(", ") }) : t("undo.step.no_report");

/** Take back the last thing, or the given one. */
export async function undo(entry = done[done.length - 1]) {
  if (!entry || !done.includes(entry)) {
    toast(t("undo.nothing"));
    return;
  }
  done.splice(done.indexOf(entry), 1);
  entry.toast.remove();
  touch("undo");
  try {
    await entry.back();
    toast(t("undo.done", { what: entry.text }));
  } catch (error) {
    toastFault(error);
  }
}
