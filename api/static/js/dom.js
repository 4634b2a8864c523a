// Small builders for elements. Text always becomes text nodes: what people write is never markup.

const SVG = "http://www.w3.org/2000/svg";

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/** Build an HTML element. `on` holds listeners, `data` data attributes; true and false switch attributes. */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else if (name !== "value") {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(node, children);
  // A select takes a value only once it has its options.
  if (properties?.value !== undefined) node.value = properties.value;
  return node;
}

/** Build an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return append(node, children);
}

/** Put new children in the place of the old. */
export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** Change a node's text only where it differs, so that the browser has nothing to do otherwise. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A button; `key` is the keyboard shortcut shown on it. */
export function button(label, onClick, { kind = "", key = "", ...properties } = {}) {
  return h(
    "button",
    { type: "button", class: `button ${kind}`.trim(), on: { click: onClick }, ...properties },
    label,
    key && h("kbd", { "aria-hidden": "true" }, key),
  );
}

/** Whether typing goes into a field now, so that single keys are letters and not commands. */
export function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}
