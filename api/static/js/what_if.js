// What if: changes put together by hand, the plan's difference before saying yes, and the way back.

import { ApiError, get, post } from "./api.js";
import { button, fill, h, redraw } from "./dom.js";
import { openPanel, showPanel } from "./drawer.js";
import { faultText } from "./faults.js";
import { clockSeconds, moment } from "./format.js";
import { t } from "./i18n.js";
import { sketchClosures } from "./map.js";
import { select, store, subscribe } from "./store.js";
import { refreshConditions, refreshCrews, markReport } from "./sync.js";
import { announce, toast, toastFault } from "./toast.js";
import { changedPlan, stepText, takeBack } from "./undo.js";
import { answerOf, saysNothing } from "./what_if_answer.js";
import { askClosure, askCrew, askReport, changeText } from "./what_if_changes.js";
import { drawOffer, lookForOffer } from "./what_if_offer.js";
import { whyText } from "./why.js";

const LOOK_AGAIN_MS = 15_000;

let box = null; // the parts of the open panel
let changes = []; // what is put together, kept while the panel is closed
let answer = null;
let fault = null;
let asked = 0;
let lastStep = null;
let busy = false;

/** Open the panel, and ask what is to become of a report where one is given. */
export async function showWhatIf(report = null) {
  select(null);
  const body = showPanel("what_if", t("what_if.title"), { onClose: () => { box = null; sketchClosures([]); }, focus: true });
  box = {
    draft: h("section", { class: "stack" }),
    answer: h("section", { class: "stack", "aria-live": "polite" }),
    undo: h("section", {}),
    offer: h("section", {}),
  };
  fill(body, h("p", { class: "hint" }, t("what_if.hint")), box.draft, box.answer, box.offer, box.undo);
  draw();
  loadLastStep();
  showOffer();
  if (report) await add(() => askReport(report));
}

/** Add a change that the person describes. */
async function add(describe) {
  let change = null;
  try {
    change = await describe();
  } catch (error) {
    toastFault(error);
  }
  if (!change) return;
  if (!box) await showWhatIf();
  // A report is changed in one way at a time: the newest counts.
  changes = [...changes.filter((other) => !change.report_id || other.report_id !== change.report_id), change];
  work();
}

function remove(change) {
  changes = changes.filter((other) => other !== change);
  work();
}

function clear() {
  changes = [];
  work();
}

/** Work out what would be; a newer question makes an older answer void. */
async function work() {
  const mine = (asked += 1);
  answer = null;
  fault = null;
  busy = changes.length > 0;
  draw();
  if (!busy) return;
  try {
    const found = await post("/api/v1/what-if", { changes });
    if (mine !== asked) return;
    answer = found;
    announce(t(saysNothing(found) ? "what_if.nothing" : "what_if.ready", { n: found.jobs.length }));
  } catch (error) {
    if (mine !== asked) return;
    fault = error;
  }
  busy = false;
  draw();
}

/** Say yes to exactly what is shown. */
async function apply() {
  const { plan_version, routes, also_pinned } = answer;
  busy = true;
  draw();
  try {
    const step = await post("/api/v1/what-if/apply", { changes, plan_version, routes, also_pinned });
    changes = [];
    answer = null;
    lastStep = step;
    step.report_ids.forEach(markReport);
    refreshCrews();
    refreshConditions();
    changedPlan(t("what_if.done"));
  } catch (error) {
    fault = error;
    if (error instanceof ApiError && error.problem.code === "plan_changed") {
      const { stale } = error.problem;
      await work();
      fault = fault ?? { stale };
    }
  }
  busy = false;
  draw();
}

/** Take the last change back by the panel's button: also after this page was loaded anew. */
async function takeLastBack() {
  try {
    toast(t("undo.done", { what: stepText(await takeBack()) }));
  } catch (error) {
    toastFault(error);
  }
  loadLastStep();
}

async function loadLastStep() {
  try {
    lastStep = await get("/api/v1/plan/undo");
  } catch {
    lastStep = null; // the part stays empty; the next look tries again
  }
  if (box) drawUndo();
}

/** Show an offer in the open panel, and at the button that opens it. */
async function showOffer() {
  await lookForOffer();
  if (box) drawOffer(box.offer);
}

function draw() {
  if (!box || openPanel() !== "what_if") return;
  sketchClosures(changes.filter(({ kind }) => kind === "close").map(({ area }) => area));
  redraw(
    box.draft,
    changes.length > 0 &&
      h(
        "ul",
        { class: "plain-list" },
        changes.map((change) =>
          h(
            "li",
            { data: { key: JSON.stringify(change) } },
            h("span", {}, changeText(change)),
            button("×", () => remove(change), { kind: "icon", "aria-label": t("what_if.remove", { what: changeText(change) }) }),
          ),
        ),
      ),
    h(
      "div",
      { class: "buttons" },
      button(t("what_if.add.report"), () => add(() => askReport(null)), { kind: "small" }),
      button(t("what_if.add.crew"), () => add(() => askCrew(changes)), { kind: "small" }),
      button(t("what_if.add.closure"), () => add(askClosure), { kind: "small" }),
    ),
  );
  redraw(
    box.answer,
    busy && h("p", { class: "loading" }, t("what_if.working")),
    fault && faultNotice(),
    answer && [
      h("p", { class: "hint" }, t("what_if.as_of", { time: clockSeconds(answer.as_of) })),
      answerOf(answer, changes),
      h(
        "div",
        { class: "buttons" },
        button(t("what_if.apply"), apply, { kind: "primary", disabled: busy }),
        button(t("what_if.again"), work, { kind: "ghost", disabled: busy }),
        button(t("what_if.discard"), clear, { kind: "ghost", disabled: busy }),
      ),
    ],
  );
  box.offer.hidden = changes.length > 0;
  drawUndo();
}

function faultNotice() {
  if (fault.stale) {
    return h(
      "div",
      { class: "notice waiting", role: "alert" },
      h("p", {}, h("b", {}, t("what_if.changed"))),
      h("ul", {}, fault.stale.map(({ crew_id, seen, now }) => h("li", {}, t("what_if.changed_route", { crew: store.crews.get(crew_id)?.name ?? crew_id, before: listed(seen), after: listed(now) })))),
    );
  }
  const { text, faults } = faultText(fault);
  return h("div", { class: "fault-text", role: "alert" }, h("p", {}, text), faults.length > 0 && h("ul", {}, faults.map((each) => h("li", {}, each))));
}

const listed = (ids) => ids.join(", ") || t("what_if.nothing_planned");

function drawUndo() {
  redraw(
    box.undo,
    lastStep?.action &&
      h(
        "div",
        { class: "notice" },
        h(
          "div",
          {},
          h("p", {}, t("undo.last", { what: stepText(lastStep), time: moment(lastStep.at) })),
          lastStep.reason && h("p", { class: "quiet" }, t("undo.not_any_more", { why: whyText(lastStep.reason) })),
        ),
        lastStep.possible && button(t("undo"), takeLastBack, { kind: "small" }),
      ),
  );
}

/** Look again now and then whether the last change can still be taken back, and whether there is an offer. */
export function startWhatIf() {
  setInterval(() => {
    if (document.hidden) return;
    showOffer();
    if (box) loadLastStep();
  }, LOOK_AGAIN_MS);
  showOffer();
  subscribe(["crews"], () => box && draw());
  subscribe(["undo"], () => box && loadLastStep());
}
