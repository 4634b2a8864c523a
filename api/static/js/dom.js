// Small builders for elements. Text always becomes text nodes: what people write is never markup.

const SVG = "http://www.w3.org/2000/svg";

const listeners = new WeakMap(); // what an element does, by event
const held = new WeakSet();

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
      listen(node, value);
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

/** What an element does is looked up when it happens: one that is kept does what the newest drawing says. */
function listen(node, on) {
  listeners.set(node, on);
  for (const name of Object.keys(on)) node.addEventListener(name, (event) => listeners.get(node)[name](event));
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

/**
 * Draw a node's children anew while those that are still the same stay in the page: a press that has begun counts,
 * the focus stays, and what was opened stays open.
 *
 * An element is the same where its tag, id, `data-key` and class are; a button or a link also has to say the same,
 * or a press would do what nobody read. Where rows say alike, each needs a `data-key`.
 */
export function redraw(node, ...children) {
  const focused = document.activeElement?.id;
  reconcile(node, append(new DocumentFragment(), children));
  // What stands in its place, like the way back from what was pressed.
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Keep a node that is drawn by itself, and goes from one drawing to the next as it is. */
export function hold(node) {
  held.add(node);
  return node;
}

function reconcile(node, drawing) {
  const known = new Map(); // identity → those that are it, in order
  for (const old of node.childNodes) if (!held.has(old)) known.set(identity(old), [...(known.get(identity(old)) ?? []), old]);
  const wanted = [...drawing.childNodes].map((fresh) => (held.has(fresh) ? fresh : adopt(known.get(identity(fresh))?.shift(), fresh)));
  const staying = new Set(wanted);
  for (const old of [...node.childNodes]) if (!staying.has(old)) old.remove();
  wanted.forEach((child, at) => {
    if (node.childNodes[at] !== child) node.insertBefore(child, node.childNodes[at] ?? null);
  });
}

/** What makes two elements the same one, drawn twice. */
function identity(node) {
  if (!(node instanceof Element)) return node.nodeName;
  const says = node.matches("a, button") ? [node.textContent, node.getAttribute("href"), node.getAttribute("aria-label")] : [];
  const events = Object.keys(listeners.get(node) ?? {});
  return JSON.stringify([node.nodeName, node.id, node.dataset.key ?? node.getAttribute("class"), says, events]);
}

/** Make an element of the page like the fresh one, and return it; the fresh one where there is none. */
function adopt(old, fresh) {
  if (!old) return fresh;
  if (!(old instanceof Element)) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  // Whether details are open is the reader's.
  for (const { name } of [...old.attributes]) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (listeners.has(fresh)) listeners.set(old, listeners.get(fresh));
  reconcile(old, fresh);
  for (const name of ["value", "checked"]) if (name in old && old[name] !== fresh[name]) old[name] = fresh[name];
  return old;
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
