// A better plan that the planner has found in the background: shown as a what-if that can be accepted.

import { ApiError, get, post } from "./api.js";
import { button, h, redraw } from "./dom.js";
import { duration } from "./format.js";
import { t } from "./i18n.js";
import { markReport, refreshCrews } from "./sync.js";
import { toastFault } from "./toast.js";
import { changedPlan } from "./undo.js";
import { differenceOf, totals } from "./what_if_answer.js";

/** Show the offer that stands, if there is one. */
export async function offerOf(box, wanted) {
  if (!wanted) return;
  let offer = null;
  try {
    ({ offer } = await get("/api/v1/plan/offer"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  redraw(
    box,
    offer &&
      h(
        "div",
        { class: "stack" },
        h("h3", {}, t("offer.title")),
        h("p", {}, t("offer.saves", { duration: duration(offer.saves_s) })),
        totals(offer.before, offer.after),
        h(
          "details",
          {},
          h("summary", {}, t("offer.reports", { n: offer.jobs.length })),
          h("ul", { class: "differences" }, offer.jobs.map(differenceOf)),
        ),
        button(t("offer.accept"), () => accept(box, offer), { kind: "small primary" }),
      ),
  );
}

async function accept(box, offer) {
  try {
    await post("/api/v1/plan/offer/accept", { as_of: offer.as_of });
    offer.jobs.forEach((each) => each.report_id && markReport(each.report_id));
    refreshCrews();
    changedPlan(t("offer.accepted"));
  } catch (error) {
    toastFault(error);
  }
  offerOf(box, true);
}
