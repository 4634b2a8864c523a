// Which crews could take a report: ranked, with ETA, cost and reasons, and why the others cannot.

import { ApiError, get } from "./api.js";
import { assign, assignAgainstAdvice } from "./actions.js";
import { button, h, redraw } from "./dom.js";
import { clockSeconds, clockTime, duration, number, secondsUntil } from "./format.js";
import { t } from "./i18n.js";
import { crewName, select, store } from "./store.js";
import { crewIcon } from "./shapes.js";
import { faultText } from "./faults.js";
import { announce, toast, toastFault } from "./toast.js";
import { whyText } from "./why.js";

const SHOWN = 5;
/** A list that has just changed under somebody's finger is to be looked at first. */
const LOOK_FIRST_MS = 900;

const crewSignature = (crew) =>
  crew ? [crew.status, crew.paused, crew.shift?.absent, crew.current?.id, crew.next?.id].join(" ") : "";

/** The suggestions for one report in a box of their own. */
export class Suggestions {
  constructor() {
    this.box = h("section", { class: "suggestions", tabindex: "-1", "aria-label": t("suggestions.title") });
    this.report = null;
    this.ranked = [];
    this.kept = new Set(); // the crews that may not go
    this.asked = 0;
    this.expanded = false;
    this.asOf = null;
    this.signature = "";
    this.reorderedAt = -Infinity;
    this.stale = null; // the suggestion that no longer held when it was chosen
  }

  /** Ask for the suggestions for a report and show them. */
  async load(report, { quietly = false } = {}) {
    if (this.report?.id !== report.id) this.stale = null;
    this.report = report;
    const asked = (this.asked += 1);
    const { crews } = store; // as they are known now: what is heard on the way may be newer than the answer
    if (!quietly) {
      this.ranked = [];
      redraw(this.box, h("h3", {}, t("suggestions.title")), h("p", { class: "loading" }, t("loading")));
    }
    try {
      const answer = await get(`/api/v1/reports/${encodeURIComponent(report.id)}/suggestions`);
      if (asked !== this.asked) return;
      const before = this.ranked.map((each) => each.crew_id).join();
      const after = answer.suggestions.map((each) => each.crew_id).join();
      if (quietly && before && before !== after) this.reorderedAt = performance.now();
      this.signature = this.signatureOf(answer.suggestions, crews);
      this.show(answer);
      this.refreshIfConcerned(report);
    } catch (error) {
      if (asked !== this.asked || quietly) return;
      const { text, faults } = faultText(error);
      redraw(
        this.box,
        h("h3", {}, t("suggestions.title")),
        h("p", { class: "fault-text" }, [text, ...faults].join(" ")),
        button(t("again"), () => this.load(report), { kind: "small" }),
      );
    }
  }

  /** Forget what was suggested. */
  clear() {
    this.asked += 1;
    this.report = null;
    this.ranked = [];
    this.kept = new Set();
    redraw(this.box);
  }

  /** What the suggestions rest on, as far as this page knows: what their crews do and have. */
  signatureOf(ranked = this.ranked, crews = store.crews) {
    return ranked.map((each) => crewSignature(crews.get(each.crew_id))).join("|");
  }

  /** Ask again where something that was suggested is no longer as it was. */
  refreshIfConcerned(report) {
    const signature = this.signatureOf();
    if (!this.ranked.length || signature === this.signature) return;
    this.signature = signature;
    this.load(report, { quietly: true });
  }

  /** Give the report to the n-th crew, counted from 1. */
  async choose(rank, { pin = false } = {}) {
    const chosen = this.ranked[rank - 1];
    if (!chosen || !this.report) return;
    if (performance.now() - this.reorderedAt < LOOK_FIRST_MS) {
      toast(t("suggestions.just_changed"));
      return;
    }
    const { report } = this;
    this.stale = null;
    await assign(report, chosen.crew_id, {
      pin,
      seen: { as_of: this.asOf, eta: chosen.eta },
      onFault: (error) => this.explain(error, chosen, report),
    });
  }

  /** Say what became of a suggestion that no longer holds, with fresh ones beneath; never take another instead. */
  explain(error, chosen, report) {
    if (!(error instanceof ApiError) || !error.problem.reason) {
      toastFault(error);
      return;
    }
    this.stale = { crewId: chosen.crew_id, ...error.problem };
    announce(t("suggestions.stale", { crew: crewName(chosen.crew_id), reason: whyText(error.problem.reason) }));
    this.load(report, { quietly: true });
  }

  staleNotice() {
    const { crewId, reason, holder, eta_before: before, eta_after: after } = this.stale;
    return h(
      "div",
      { class: "notice waiting stale-suggestion", role: "alert" },
      h(
        "div",
        {},
        h("p", {}, h("b", {}, t("suggestions.stale", { crew: crewName(crewId), reason: whyText(reason) }))),
        after && h("p", {}, t("suggestions.stale_eta", { before: clockTime(before), after: clockTime(after) })),
        h("p", {}, t("suggestions.nobody_sent")),
      ),
      holder?.report_id && holder.report_id !== this.report.id && button(t("suggestions.stale_holder", { id: holder.report_id }), () => select("report", holder.report_id), { kind: "small" }),
    );
  }

  show({ suggestions, why_not: whyNot, as_of: asOf }) {
    this.ranked = suggestions;
    this.kept = new Set(whyNot.map(({ crew_id: crewId }) => crewId));
    this.asOf = asOf;
    const holder = this.report.assignment?.crew_id;
    const shown = this.expanded ? suggestions : suggestions.slice(0, SHOWN);
    redraw(
      this.box,
      h("h3", {}, h("span", {}, t("suggestions.title"), " ", h("span", { class: "hint as-of" }, t("suggestions.as_of", { time: clockSeconds(asOf) }))), h("span", { class: "hint" }, t("suggestions.hint"))),
      this.stale && this.staleNotice(),
      suggestions.length === 0 && h("p", { class: "empty" }, t("suggestions.none")),
      h("ol", { class: "ranked" }, shown.map((suggestion, index) => this.suggestionRow(suggestion, index, holder))),
      suggestions.length > shown.length &&
        button(
          t("suggestions.more", { n: suggestions.length - shown.length }),
          () => {
            this.expanded = true;
            this.show({ suggestions, why_not: whyNot, as_of: asOf });
          },
          { kind: "link" },
        ),
      whyNot.length > 0 && this.whyNotList(whyNot),
    );
  }

  suggestionRow(suggestion, index, holder) {
    const crew = store.crews.get(suggestion.crew_id);
    const has = suggestion.crew_id === holder;
    return h(
      "li",
      { class: has ? "suggestion holder" : "suggestion", data: { key: suggestion.crew_id } },
      h("span", { class: "rank", "aria-hidden": "true" }, index < SHOWN ? index + 1 : "·"),
      h(
        "div",
        { class: "suggestion-main" },
        h(
          "div",
          { class: "suggestion-head" },
          crew && crewIcon(crew.status, 16),
          button(crewName(suggestion.crew_id), () => select("crew", suggestion.crew_id), { kind: "link strong" }),
          h(
            "span",
            { class: "eta", title: t("suggestions.interval") },
            h("b", {}, t("eta.in", { duration: duration(Math.max(0, secondsUntil(suggestion.eta))) })),
            ` ${clockTime(suggestion.eta)} `,
            h("span", { class: "quiet" }, `(${clockTime(suggestion.earliest)}–${clockTime(suggestion.latest)})`),
          ),
        ),
        h(
          "ul",
          { class: "reasons" },
          suggestion.reasons.map((reason) => h("li", {}, whyText(reason))),
          Number.isFinite(suggestion.cost) &&
            h("li", { class: "quiet" }, t("suggestions.cost", { cost: number(Math.round(suggestion.cost)) })),
        ),
      ),
      has
        ? h("span", { class: "chip" }, t("suggestions.has_it"))
        : h(
            "div",
            { class: "suggestion-buttons" },
            button(t("assign"), () => this.choose(index + 1), {
              kind: index === 0 ? "small primary" : "small",
              "aria-label": t("assign.to", { crew: crewName(suggestion.crew_id) }),
            }),
            button("⚲", () => this.choose(index + 1, { pin: true }), {
              kind: "small",
              title: t("assign_pin"),
              "aria-label": t("assign_pin.to", { crew: crewName(suggestion.crew_id) }),
            }),
          ),
    );
  }

  whyNotList(whyNot) {
    return h(
      "details",
      // Where nobody can go, why is the answer.
      { class: "why-not", open: this.ranked.length === 0 },
      h("summary", {}, t("why_not.title", { n: whyNot.length })),
      h(
        "ul",
        {},
        whyNot.map(({ crew_id: crewId, reason }) =>
          h(
            "li",
            { data: { key: crewId } },
            h("div", {}, button(crewName(crewId), () => select("crew", crewId), { kind: "link" }), h("span", { class: "quiet" }, whyText(reason))),
            button(t("override"), () => assignAgainstAdvice(this.report, crewId, whyText(reason)), {
              kind: "small ghost",
              "aria-label": t("override.to", { crew: crewName(crewId) }),
            }),
          ),
        ),
      ),
    );
  }
}
