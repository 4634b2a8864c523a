// A field with proposals: type, go through them with the arrows, take one with Enter.

import { fill, h } from "./dom.js";

const AFTER_MS = 180;
let count = 0;

/**
 * @param propose text → list (or promise of a list) of items
 * @param show item → {text, hint}
 * @param onChoose called with the chosen item
 */
export class Combobox {
  constructor({ label, placeholder = "", propose, show, onChoose, eager = false, empty }) {
    const id = `combobox-${(count += 1)}`;
    this.propose = propose;
    this.show = show;
    this.onChoose = onChoose;
    this.items = [];
    this.at = -1;
    this.asked = 0;
    this.empty = empty;
    this.input = h("input", {
      class: "input",
      type: "text",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": id,
      "aria-label": label,
      autocomplete: "off",
      spellcheck: "false",
      placeholder,
    });
    this.menu = h("ul", { class: "menu", role: "listbox", id, "aria-label": label, hidden: true });
    this.element = h("div", { class: "combobox" }, this.input, this.menu);
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    if (eager) this.input.addEventListener("focus", () => this.ask(0));
  }

  set value(text) {
    this.input.value = text;
  }

  ask(afterMs = AFTER_MS) {
    const asked = (this.asked += 1);
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const items = await this.propose(this.input.value.trim());
      if (asked !== this.asked || document.activeElement !== this.input) return;
      this.items = items;
      this.at = items.length ? 0 : -1;
      this.draw();
    }, afterMs);
  }

  draw() {
    const typed = this.input.value.trim() !== "";
    fill(
      this.menu,
      this.items.map((item, index) => {
        const { text, hint } = this.show(item);
        return h(
          "li",
          {
            role: "option",
            id: `${this.menu.id}-${index}`,
            "aria-selected": String(index === this.at),
            // The press, not the click: the field must not lose the focus before.
            on: { pointerdown: (event) => { event.preventDefault(); this.choose(index); } },
          },
          h("span", {}, text),
          hint && h("span", { class: "quiet" }, hint),
        );
      }),
      !this.items.length && typed && this.empty && h("li", { class: "empty", role: "option", "aria-disabled": "true" }, this.empty),
    );
    this.menu.hidden = !this.menu.children.length;
    this.input.setAttribute("aria-expanded", String(!this.menu.hidden));
    this.mark();
  }

  mark() {
    [...this.menu.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    const row = this.items.length ? this.menu.children[this.at] : null;
    if (row) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  choose(index) {
    const item = this.items[index];
    if (!item) return;
    this.asked += 1;
    this.value = this.show(item).text;
    this.close();
    this.onChoose(item);
  }

  close() {
    this.menu.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.menu.hidden) {
        this.ask(0);
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.items.length) % Math.max(1, this.items.length);
      this.mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!this.menu.hidden) this.choose(this.at);
    } else if (event.key === "Escape" && !this.menu.hidden) {
      event.stopPropagation();
      this.close();
    }
  }
}
