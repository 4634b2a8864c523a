// A better plan that the planner has found in the background: shown as a what-if that can be accepted.

import { ApiError, get, post } from "./api.js";
import { button, h, redraw } from "./dom.js";
import { duration } from "./format.js";
import { t } from "./i18n.js";
import { can } from "./store.js";
import { markReport, refreshCrews } from "./sync.js";
import { announce, toastFault } from "./toast.js";
import { changedPlan } from "./undo.js";
import { differenceOf, totals } from "./what_if_answer.js";

let offer = null;

/** Ask whether a better plan is offered, and mark the button that leads to it. */
export async function lookForOffer() {
  if (!can("read_plan")) return;
  const before = offer;
  try {
    ({ offer } = await get("/api/v1/plan/offer"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    offer = null;
  }
  const opener = document.getElementById("show-what-if");
  opener.classList.toggle("offered", Boolean(offer));
  opener.title = offer ? t("offer.stands", { duration: duration(offer.saves_s) }) : "";
  if (offer && !before) announce(opener.title);
}

/** Show the offer that stands, if there is one. */
export function drawOffer(box) {
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
          h("ul", { class: "differences" }, offer.jobs.map((each) => differenceOf(each))),
        ),
        can("assign") && button(t("offer.accept"), () => accept(box), { kind: "small primary" }),
      ),
  );
}

async function accept(box) {
  const { as_of, jobs } = offer;
  try {
    await post("/api/v1/plan/offer/accept", { as_of });
    jobs.forEach((each) => each.report_id && markReport(each.report_id));
    refreshCrews();
    changedPlan(t("offer.accepted"));
  } catch (error) {
    toastFault(error);
  }
  await lookForOffer();
  drawOffer(box);
}
