// What must not be missed: a new job, one that was taken away, a tap that the server did not take, no connection.

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { aboutOf } from "./jobs.js";

const MOST = 4;
const BEEPS_S = [0, 0.25, 0.5];
const BEEP_S = 0.15;
const BEEP_HZ = 880;
const VIBRATION_MS = [300, 150, 300];

let sound = null;

/** Browsers let a page sound only after it was touched. */
export function allowSound() {
  addEventListener("pointerdown", () => { sound = sound || new AudioContext(); }, { once: true });
}

/** Be heard and felt. */
export function ring() {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(VIBRATION_MS);
  if (!sound) return;
  for (const start of BEEPS_S) {
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
