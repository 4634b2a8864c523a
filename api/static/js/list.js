// A long list of which only what is seen exists: a listbox with rows of one height.

import { h } from "./dom.js";

const OVERSCAN = 6;

/**
 * @param box the scrolling element; it becomes a listbox
 * @param renderRow (item, row) fills a row element for an item
 * @param idOf item → id
 * @param onOpen called with an item that was clicked, or opened with Enter
 * @param onCurrent called with an item that was moved to
 */
export class VirtualList {
  constructor(box, { label, renderRow, idOf, onOpen, onCurrent = () => {} }) {
    this.box = box;
    this.renderRow = renderRow;
    this.idOf = idOf;
    this.onOpen = onOpen;
    this.onCurrent = onCurrent;
    this.items = [];
    this.currentId = null;
    this.rows = new Map(); // by item id
    this.follower = null; // what came after the current item while it was in its place
    this.sheet = h("div", { class: "sheet", role: "presentation" });
    box.replaceChildren(this.sheet);
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", label);
    box.tabIndex = 0;
    box.addEventListener("scroll", () => this.render(), { passive: true });
    box.addEventListener("keydown", (event) => this.onKey(event));
    new ResizeObserver(() => this.render(true)).observe(box);
  }

  /** The height of a row, which is set in rem: larger text makes higher rows. */
  get rowHeight() {
    return parseFloat(getComputedStyle(this.box).getPropertyValue("--row-height")) * rootFontSize();
  }

  setItems(items) {
    this.items = items;
    this.render(true);
  }

  setCurrent(id, { scroll = true } = {}) {
    if (id !== this.currentId) {
      const next = this.items[this.indexOf(id) + 1];
      this.follower = id !== null && next ? this.idOf(next) : null;
    }
    this.currentId = id;
    if (scroll) this.scrollTo(id);
    this.render(true);
  }

  indexOf(id) {
    return this.items.findIndex((item) => this.idOf(item) === id);
  }

  /** Go some rows down (or up, negative) from the current one. */
  move(step) {
    if (!this.items.length) return;
    let at = this.indexOf(this.currentId);
    // What was dealt with has sunk in the list, or left it: go on where it was, not where it went.
    const follower = this.indexOf(this.follower);
    if (follower >= 0 && (at < 0 || at > follower)) at = step > 0 ? follower - 1 : follower;
    const next = at < 0 && step < 0 ? this.items.length - 1 : Math.min(this.items.length - 1, Math.max(0, at + step));
    this.setCurrent(this.idOf(this.items[next]));
    this.onCurrent(this.items[next]);
  }

  openCurrent() {
    const item = this.items[this.indexOf(this.currentId)];
    if (item) this.onOpen(item);
  }

  scrollTo(id) {
    const at = this.indexOf(id);
    if (at < 0) return;
    const height = this.rowHeight;
    const top = at * height;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + height > this.box.scrollTop + this.box.clientHeight) {
      this.box.scrollTop = top + height - this.box.clientHeight;
    }
  }

  onKey(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      event.preventDefault();
      const step = steps[event.key];
      this.move(Number.isFinite(step) ? step : Math.sign(step) * this.items.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      this.openCurrent();
    }
  }

  /** Draw the rows that are seen; with `again`, also those that are drawn already. */
  render(again = false) {
    const height = this.rowHeight;
    const first = Math.max(0, Math.floor(this.box.scrollTop / height) - OVERSCAN);
    const last = Math.min(this.items.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / height) + OVERSCAN);
    this.sheet.style.height = `${this.items.length * height}px`;
    const seen = new Set();
    for (let index = first; index < last; index += 1) {
      const item = this.items[index];
      const id = this.idOf(item);
      seen.add(id);
      let row = this.rows.get(id);
      const fresh = !row;
      if (fresh) {
        row = h("div", { class: "row", role: "option", id: `${this.box.id}-${id}` });
        row.addEventListener("click", () => {
          const clicked = this.items[this.indexOf(id)];
          if (!clicked) return;
          this.setCurrent(id, { scroll: false });
          this.onOpen(clicked);
        });
        this.rows.set(id, row);
        this.sheet.append(row);
      }
      row.style.transform = `translateY(${index * height}px)`;
      row.setAttribute("aria-setsize", this.items.length);
      row.setAttribute("aria-posinset", index + 1);
      row.setAttribute("aria-selected", String(id === this.currentId));
      if (fresh || again) this.renderRow(item, row);
    }
    for (const [id, row] of this.rows) {
      if (!seen.has(id)) {
        row.remove();
        this.rows.delete(id);
      }
    }
    if (seen.has(this.currentId)) this.box.setAttribute("aria-activedescendant", `${this.box.id}-${this.currentId}`);
    else this.box.removeAttribute("aria-activedescendant");
  }
}

const rootFontSize = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
