// The bar under the thumb: the one step that comes next, and nothing else.

import { h, redraw } from "../dom.js";
import { t } from "../i18n.js";
import { nextOf } from "./view.js";

// After a tap the next step stands where the last one stood: a second tap of the same thumb must not hit it.
const DEAF_MS = 1200;
let deafUntil = 0;

/** Show the next step of a job, or no bar where there is none; after a pause the crew first comes back. */
export function showBar(bar, job, { paused, say, finish, resume }) {
  bar.hidden = !job;
  if (!job) return;
  const step = paused ? "resume" : nextOf(job.status);
  const click = () => {
    if (isDeaf()) return;
    deafUntil = performance.now() + DEAF_MS;
    if (step === "resume") resume();
    else if (step === "done") finish(job);
    else say(job, step);
  };
  const shown = { type: "button", id: "step", class: "button huge primary", data: { step, key: job.assignment_id } };
  // The button shows that it does not listen, until it does again.
  redraw(bar, h("button", { ...shown, "aria-disabled": isDeaf() && "true", on: { click } }, t(paused ? "duty.resume" : `duty.step.${step}`)));
  if (isDeaf()) setTimeout(() => bar.firstElementChild.removeAttribute("aria-disabled"), deafUntil - performance.now());
}

const isDeaf = () => performance.now() < deafUntil;
