// Questions that must be answered before anything else: the browser's own modal dialog.

import { button, h } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Ask for a confirmation and, with `fields`, for some values.
 *
 * @param fields `[{name, label, type: "text" | "time" | "textarea" | "select" | "checkbox", options, value, required, where}]`;
 *   with `where: [name, value]` a field is only shown while another has that value
 * @returns the values by name, or null when the person went back
 */
export function ask({ title, text = "", fields = [], confirm, danger = false }) {
  return new Promise((resolve) => {
    const inputs = fields.map(inputOf);
    const labels = fields.map((field, index) =>
      field.type === "checkbox"
        ? h("label", { class: "inline-field" }, inputs[index], field.label)
        : h("label", { class: "field" }, h("span", {}, field.label), inputs[index]),
    );
    const valueNamed = (name) => valueOf(inputs[fields.findIndex((field) => field.name === name)]);
    const showWhatCounts = () =>
      fields.forEach(({ where }, index) => {
        labels[index].hidden = Boolean(where) && valueNamed(where[0]) !== where[1];
      });
    const form = h(
      "form",
      { method: "dialog", class: "stack" },
      h("h2", {}, title),
      text && h("p", {}, text),
      labels,
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
      else resolve(Object.fromEntries(fields.map((field, index) => [field.name, valueOf(inputs[index])])));
    });
    form.addEventListener("change", showWhatCounts);
    showWhatCounts();
    document.body.append(dialog);
    dialog.showModal();
    (inputs[0] || form.querySelector("[value=ok]")).focus();
  });
}

const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value.trim());

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
