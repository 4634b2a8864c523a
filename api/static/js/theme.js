// Day or night: what was chosen in this browser, else what its system prefers.

import { t } from "./i18n.js";
import { remember, remembered } from "./settings.js";

const CHOICE = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = [];

const preferred = () => (system.matches ? "night" : "day");

/** `day` or `night`, as the page is now. */
export const theme = () => document.documentElement.dataset.theme;

/** Call `listener` with `day` or `night` now and whenever it changes. */
export function onTheme(listener) {
  listeners.push(listener);
  listener(theme());
}

function apply() {
  document.documentElement.dataset.theme = remembered(CHOICE, null) ?? preferred();
  for (const listener of listeners) listener(theme());
}

/** Change to the other. Whoever chooses what the system prefers follows the system again. */
function change() {
  const wanted = theme() === "night" ? "day" : "night";
  remember(CHOICE, wanted === preferred() ? null : wanted);
  apply();
}

/** Let a button change it; it says what a press brings. */
export function startThemeButton(button) {
  button.addEventListener("click", change);
  onTheme((now) => {
    const other = now === "night" ? "day" : "night";
    button.textContent = t(`theme.${other}`);
    button.title = t(`theme.${other}.help`);
  });
}

apply();
system.addEventListener("change", apply);
addEventListener("storage", apply); // another window of this browser has chosen
