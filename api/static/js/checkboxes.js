// Several of what is offered may be chosen: checkboxes under one heading.

import { h } from "./dom.js";

/**
 * A group of checkboxes, none of them checked yet.
 *
 * @param label the heading that they have in common
 * @param choices `[[value, name]]`
 * @returns the group as `element`, its first box as `input`, and `read`, which gives the values that are checked
 */
export function checkboxes(label, choices) {
  const boxes = choices.map(([value]) => h("input", { type: "checkbox", value }));
  const element = h(
    "fieldset",
    { class: "field" },
    h("legend", {}, label),
    h("div", { class: "choices" }, choices.map(([, name], index) => h("label", { class: "inline-field" }, boxes[index], name))),
  );
  return { element, input: boxes[0], read: () => boxes.filter((box) => box.checked).map((box) => box.value) };
}
