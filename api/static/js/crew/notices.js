// What must not be missed: a new job, one that was taken away, a tap that the server did not take, no connection.

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { aboutOf } from "./jobs.js";

const MOST = 4;
const BEEP_S = 0.15;
const BEEP_HZ = 880;
const LOUD = { beepsS: [0, 0.25, 0.5], vibrationMs: [300, 150, 300] };
export const SOFT = { beepsS: [0], vibrationMs: [150] };

let sound = null;

/** Browsers let a page sound only after it was touched. */
export function allowSound() {
  addEventListener("pointerdown", () => { sound = sound || new AudioContext(); }, { once: true });
}

/** Be heard and felt; softly where nobody waits for the crew. */
export function ring(how = LOUD) {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(how.vibrationMs);
  if (!sound) return;
  for (const start of how.beepsS) {
    const tone = sound.createOscillator();
    tone.frequency.value = BEEP_HZ;
    tone.connect(sound.destination);
    tone.start(sound.currentTime + start);
    tone.stop(sound.currentTime + start + BEEP_S);
  }
}

/** Show a notice until somebody has read it; it takes the place of an older one on the same thing. */
export function notice(text, kind, about) {
  const rack = document.getElementById("notices");
  dismiss(about);
  while (rack.children.length >= MOST) rack.lastElementChild.remove();
  const node = h("div", { class: `notice ${kind}`, data: { about } }, h("p", {}, text), h("button", { type: "button", class: "button", on: { click: () => node.remove() } }, t("duty.read")));
  rack.prepend(node);
}

/** Take away what was said about a thing: the crew has dealt with it. */
export function dismiss(about) {
  for (const node of [...document.getElementById("notices").children]) if (node.dataset.about === about) node.remove();
}

/** Tell what has come and gone; a new job is heard and felt, too. */
export function tellNews(news) {
  for (const { kind, job } of news) notice(t(`duty.news.${kind}`, { job: aboutOf(job) }), kind, job.assignment_id);
  if (news.some(({ kind }) => kind === "new")) ring();
}
