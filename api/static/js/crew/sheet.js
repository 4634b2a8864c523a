// Questions before a job ends: large enough for gloves, and always with a way back.

import { h } from "../dom.js";
import { t } from "../i18n.js";

const REASONS = ["not_found", "no_access", "unsafe", "no_tools", "breakdown", "out_of_time"];
const OTHER = "other";
const MOST_LETTERS = 800;
// The sheet may open under the thumb that called it: a second tap of the same thumb must not answer it.
const DEAF_MS = 700;

function sheet(title, about, content, { confirm, kind }) {
  return h(
    "dialog",
    { class: "sheet", "aria-labelledby": "sheet-title" },
    h(
      "form",
      { method: "dialog", novalidate: true },
      h("h2", { id: "sheet-title" }, title),
      h("p", { class: "about" }, about),
      content,
      h("p", { class: "fault-text", role: "alert" }),
      h(
        "div",
        { class: "sheet-buttons" },
        h("button", { class: "button big", type: "button", value: "back" }, t("back")),
        h("button", { class: `button big ${kind}`, value: "ok" }, confirm),
      ),
    ),
  );
}

/** Show a sheet; `read` returns `{value}` or `{fault}`, which is shown and leaves it open. */
function ask(dialog, read) {
  return new Promise((resolve) => {
    let answer = null;
    dialog.querySelector("form").addEventListener("submit", (event) => {
      const { value, fault } = read();
      if (fault) {
        event.preventDefault();
        dialog.querySelector(".fault-text").textContent = fault;
      } else {
        answer = value;
      }
    });
    dialog.querySelector("[value=back]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    const confirm = dialog.querySelector("[value=ok]");
    confirm.disabled = true;
    setTimeout(() => { confirm.disabled = false; }, DEAF_MS);
    document.body.append(dialog);
    dialog.showModal();
  });
}

const words = (label, required) =>
  h("label", { class: "field" }, h("span", {}, label), h("textarea", { class: "input", name: "words", rows: 3, maxlength: MOST_LETTERS, required }));

/** Ask whether the job is done, and what was done; null for no. */
export function askDone(about) {
  const dialog = sheet(t("duty.done.title"), about, words(t("duty.done.note")), { confirm: t("duty.done.confirm"), kind: "primary" });
  return ask(dialog, () => ({ value: { reason: dialog.querySelector("textarea").value.trim() } }));
}

/** Ask why the job is refused; null for not at all. */
export function askRefused(about) {
  const choice = (name) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: "why", value: name }), h("span", {}, t(`duty.refuse.${name}`)));
  const choices = h("fieldset", { class: "choices" }, h("legend", {}, t("duty.refuse.why")), [...REASONS, OTHER].map(choice));
  const dialog = sheet(t("duty.refuse.title"), about, [choices, words(t("duty.refuse.words"))], { confirm: t("duty.refuse.confirm"), kind: "danger" });
  return ask(dialog, () => {
    const chosen = dialog.querySelector("input:checked")?.value;
    const own = dialog.querySelector("textarea").value.trim();
    if (!chosen && !own) return { fault: t("duty.refuse.fault.why") };
    if (chosen === OTHER && !own) return { fault: t("duty.refuse.fault.words") };
    const usual = chosen && chosen !== OTHER ? t(`duty.refuse.${chosen}`) : "";
    return { value: { reason: [usual, own].filter(Boolean).join(" – ") } };
  });
}
