// What a service asks beyond place and description, as fields of a form.

import { checkboxes } from "./checkboxes.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";

const INPUT_TYPES = { number: "number", datetime: "datetime-local" };

/** The questions of one service in a box; `show` fills it, `answers` reads it. */
export class Questions {
  constructor() {
    this.box = h("div", { class: "stack questions" });
    this.fields = [];
  }

  show(service) {
    this.fields = (service.attributes || []).map(fieldOf);
    fill(this.box, this.fields.map((field) => field.element));
  }

  /** Answers by attribute, the empty ones left out. */
  answers() {
    const given = this.fields.map((field) => [field.code, field.read()]);
    return Object.fromEntries(given.filter(([, answer]) => answer.length > 0));
  }

  /** What must be answered and is not: `[text, element to go to]`. */
  faults() {
    return this.fields
      .filter((field) => field.required && field.read().length === 0)
      .map((field) => [t("call.fault.question", { question: field.question }), field.input]);
  }
}

function fieldOf(attribute) {
  const base = { code: attribute.code, question: attribute.description, required: attribute.required };
  const label = h("span", {}, attribute.description, attribute.required && h("span", { class: "needed" }, " *"));
  if (attribute.datatype === "multivaluelist") return { ...base, ...checkboxes(label, attribute.values) };
  const input = attribute.datatype === "singlevaluelist" ? choice(attribute) : line(attribute);
  return { ...base, input, element: h("label", { class: "field" }, label, input), read: () => input.value.trim() };
}

function choice({ values }) {
  return h("select", { class: "input" }, h("option", { value: "" }, "–"), values.map(([key, name]) => h("option", { value: key }, name)));
}

function line({ datatype, datatype_description: hint }) {
  if (datatype === "text") return h("textarea", { class: "input", rows: 2, placeholder: hint || "" });
  return h("input", { class: "input", type: INPUT_TYPES[datatype] || "text", step: "any", placeholder: hint || "" });
}
