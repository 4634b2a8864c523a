// Questions that must be answered before anything else: the browser's own modal dialog.

import { checkboxes } from "./checkboxes.js";
import { button, h } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Ask for a confirmation and, with `fields`, for some values.
 *
 * @param fields `[{name, label, type: "text" | "time" | "textarea" | "select" | "checkbox" | "checkboxes", options, value, required, where}]`;
 *   several `checkboxes` have one label and give the values that are checked;
 *   with `where: [name, value]` a field is only shown while another has that value
 * @returns the values by name, or null when the person went back
 */
export function ask({ title, text = "", fields = [], confirm, danger = false }) {
  return new Promise((resolve) => {
    const made = fields.map(madeOf);
    const valueNamed = (name) => made[fields.findIndex((field) => field.name === name)].read();
    const showWhatCounts = () =>
      fields.forEach(({ where }, index) => {
        made[index].element.hidden = Boolean(where) && valueNamed(where[0]) !== where[1];
      });
    const form = h(
      "form",
      { method: "dialog", class: "stack" },
      h("h2", {}, title),
      text && h("p", {}, text),
      made.map(({ element }) => element),
      h(
        "div",
        { class: "buttons end" },
        button(t("back"), () => dialog.close("")),
        h("button", { class: `button ${danger ? "danger" : "primary"}`, value: "ok" }, confirm || title),
      ),
    );
    const dialog = h("dialog", { class: "dialog", "aria-label": title }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "ok") resolve(null);
      else resolve(Object.fromEntries(fields.map((field, index) => [field.name, made[index].read()])));
    });
    form.addEventListener("change", showWhatCounts);
    showWhatCounts();
    document.body.append(dialog);
    dialog.showModal();
    (made[0]?.input || form.querySelector("[value=ok]")).focus();
  });
}

/** A field: its `element` with the label, the `input` to go to, and `read`, which gives the value. */
function madeOf(field) {
  if (field.type === "checkboxes") return checkboxes(field.label, field.options.map(({ value, label }) => [value, label]));
  const input = inputOf(field);
  if (field.type === "checkbox") return { element: h("label", { class: "inline-field" }, input, field.label), input, read: () => input.checked };
  return { element: h("label", { class: "field" }, h("span", {}, field.label), input), input, read: () => input.value.trim() };
}

function inputOf({ type = "text", value = "", required = false, options = [] }) {
  if (type === "select") {
    return h("select", { class: "input", value: value || options[0]?.value }, options.map((option) => h("option", { value: option.value }, option.label)));
  }
  if (type === "textarea") return h("textarea", { class: "input", rows: 3, required, value });
  if (type === "checkbox") return h("input", { type, checked: Boolean(value) });
  return h("input", { class: "input", type, required, value });
}

/** Show something to read, closed by Escape. */
export function showPage(title, ...content) {
  const dialog = h(
    "dialog",
    { class: "dialog wide", "aria-label": title },
    h("div", { class: "dialog-head" }, h("h2", {}, title), button("×", () => dialog.close(), { kind: "icon", "aria-label": t("close") })),
    content,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
