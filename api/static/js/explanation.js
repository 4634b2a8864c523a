// Why a report is with its crew or waits: what that costs, what others would mean, what would help.

import { get } from "./api.js";
import { button, h, redraw, svg } from "./dom.js";
import { faultText } from "./faults.js";
import { clockSeconds, clockTime, moment } from "./format.js";
import { t } from "./i18n.js";
import { crewName, select } from "./store.js";
import { whyText } from "./why.js";

const SHOWN = 5;
/** Where a report stands while another crew could still have it. */
const COMPARED = new Set(["planned", "waiting", "under_way"]);

const sentence = (reasons) => reasons.map(whyText).join(" · ");
const crewLink = (id, kind = "link") => button(crewName(id), () => select("crew", id), { kind });

/** The explanation of one report, asked for when it is opened. */
export class Explanation {
  /** @param toldElsewhere what the page tells anyway of what keeps crews: a set of crews */
  constructor(toldElsewhere) {
    this.toldElsewhere = toldElsewhere;
    this.body = h("div", { class: "explanation" });
    this.title = h("summary", {});
    this.box = h("details", { class: "explained", on: { toggle: () => this.box.open && this.load() } }, this.title, this.body);
    this.report = null;
    this.asked = 0;
    this.known = false;
    this.all = false;
  }

  /** Be about a report; what is open is asked for anew. */
  show(report) {
    if (this.report?.id !== report.id) this.forget();
    this.report = report;
    redraw(this.title, h("span", {}, t(report.assignment ? "explained.title_crew" : "explained.title_waiting")));
    this.renew();
  }

  /** Ask again what is open: crews move. */
  renew() {
    if (this.box.open) this.load();
  }

  /** Open or close it. */
  toggle() {
    this.box.open = !this.box.open;
    if (this.box.open) this.title.focus();
  }

  /** Close, and forget what was told. */
  forget() {
    this.asked += 1;
    this.report = null;
    this.known = false;
    this.all = false;
    this.box.open = false;
    redraw(this.body);
  }

  /** Ask, and tell what is answered; what was told before stays until then. */
  async load() {
    const { report } = this;
    if (!report) return;
    const asked = (this.asked += 1);
    if (!this.known) redraw(this.body, h("p", { class: "loading" }, t("loading")));
    try {
      const told = await get(`/api/v1/reports/${encodeURIComponent(report.id)}/explanation`);
      if (asked !== this.asked) return;
      this.known = true;
      this.draw(told);
    } catch (error) {
      if (asked !== this.asked) return;
      this.known = false;
      const { text, faults } = faultText(error);
      redraw(this.body, h("p", { class: "fault-text" }, [text, ...faults].join(" ")), button(t("again"), () => this.load(), { kind: "small" }));
    }
  }

  draw(told) {
    redraw(
      this.body,
      told.reasons.length > 0 && h("p", { class: "explained-why" }, sentence(told.reasons)),
      told.reasons.length === 0 && h("p", { class: "explained-why" }, t("explained.undecided")),
      told.delays.length > 0 && h("p", { class: "explained-delay" }, sentence(told.delays)),
      helpsOf(told),
      sharesOf(told),
      this.othersOf(told),
      keptOf(told.why_not.filter(({ crew_id: crewId }) => !this.toldElsewhere().has(crewId))),
      earlierOf(told),
      COMPARED.has(told.standing) && h("p", { class: "hint" }, t(`explained.as_of.${told.standing}`, { time: clockSeconds(told.as_of) })),
    );
  }

  othersOf(told) {
    if (told.others.length === 0) return null;
    const shown = this.all ? told.others : told.others.slice(0, SHOWN);
    return h(
      "section",
      { class: "explained-others" },
      h("h4", {}, t(told.crew_id ? "explained.others" : "explained.possible")),
      h(
        "ol",
        {},
        shown.map((other) =>
          h(
            "li",
            { data: { key: other.crew_id } },
            h("div", {}, crewLink(other.crew_id), h("span", { class: "quiet" }, ` ${moment(other.begins_at)}`)),
            h("p", { class: "quiet" }, sentence(other.reasons)),
          ),
        ),
      ),
      told.others.length > shown.length &&
        button(
          t("suggestions.more", { n: told.others.length - shown.length }),
          () => {
            this.all = true;
            this.draw(told);
          },
          { kind: "link" },
        ),
    );
  }
}

/** What would have to change, the least first. */
function helpsOf({ would_help: helps }) {
  return (
    helps.length > 0 &&
    h(
      "section",
      { class: "explained-helps" },
      h("h4", {}, t("explained.helps")),
      h(
        "ul",
        {},
        helps.map(({ reasons, crew_id: crewId, begins_at: at }) =>
          h("li", {}, reasons.map(whyText).join(t("explained.and")), crewId && at && h("span", { class: "quiet" }, ` ${t("explained.then", { crew: crewName(crewId), time: moment(at) })}`)),
        ),
      ),
    )
  );
}

/** What it costs where it is: a bar of the parts, and beneath it what each is, in minutes. */
function sharesOf({ shares }) {
  if (shares.length === 0) return null;
  return h(
    "section",
    { class: "explained-shares" },
    h("h4", {}, t("explained.shares")),
    barOf(shares.filter(({ cost }) => cost > 0)),
    h(
      "ul",
      {},
      shares.map(({ part, cost, reasons }) =>
        h(
          "li",
          { data: { key: part } },
          h("i", { class: "swatch", data: { part: cost > 0 ? part : "saved" }, "aria-hidden": "true" }),
          h("span", {}, h("b", {}, t(`part.${part}`)), reasons.length > 0 && ` ${sentence(reasons)}`),
        ),
      ),
    ),
  );
}

/** The parts as one bar, each as wide as its share. */
function barOf(shares) {
  const whole = shares.reduce((sum, { cost }) => sum + cost, 0);
  let left = 0;
  const parts = shares.map(({ part, cost }) => {
    const width = (100 * cost) / whole;
    left += width;
    return svg("rect", { x: left - width, y: 0, width, height: 10, class: "share", "data-part": part });
  });
  return parts.length > 0 && svg("svg", { class: "shares", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, parts);
}

/** Crews that could not have it, each with the one thing that keeps it. */
function keptOf(whyNot) {
  return (
    whyNot.length > 0 &&
    h(
      "details",
      { class: "explained-kept" },
      h("summary", {}, t("explained.kept", { n: whyNot.length })),
      h(
        "ul",
        {},
        whyNot.map(({ crew_id: crewId, reason }) => h("li", { data: { key: crewId } }, h("div", {}, crewLink(crewId), h("span", { class: "quiet" }, whyText(reason))))),
      ),
    )
  );
}

/** Who had it before, and why no longer. */
function earlierOf({ earlier }) {
  return (
    earlier.length > 0 &&
    h(
      "section",
      { class: "explained-earlier" },
      h("h4", {}, t("explained.earlier")),
      h(
        "ul",
        {},
        earlier.map(({ crew_id: crewId, until, reason }) =>
          h("li", { data: { key: `${crewId} ${until}` } }, crewLink(crewId), h("span", { class: "quiet" }, ` ${t("explained.until", { time: clockTime(until) })} · ${whyText(reason)}`)),
        ),
      ),
    )
  );
}
