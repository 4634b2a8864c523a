// The bar under the thumb: the one step that comes next, and nothing else.

import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { nextOf } from "./view.js";

// After a tap the next step stands where the last one stood: a second tap of the same thumb must not hit it.
const DEAF_MS = 1200;
let deafUntil = 0;

/** Show the next step of a job, or no bar where there is none. */
export function showBar(bar, job, { say, finish }) {
  bar.hidden = !job;
  if (!job) return;
  const step = nextOf(job.status);
  const node = h("button", { type: "button", id: "step", class: "button huge primary", data: { step } }, t(`duty.step.${step}`));
  node.addEventListener("click", () => {
    if (isDeaf()) return;
    deafUntil = performance.now() + DEAF_MS;
    if (step === "done") finish(job);
    else say(job, step);
  });
  fill(bar, node);
  listen(node);
}

const isDeaf = () => performance.now() < deafUntil;

/** Show that the button does not listen, until it does again. */
function listen(node) {
  if (!isDeaf()) return;
  node.setAttribute("aria-disabled", "true");
  setTimeout(() => node.removeAttribute("aria-disabled"), deafUntil - performance.now());
}
