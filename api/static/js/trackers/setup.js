// How a telephone becomes a tracker, application by application. The token on it is shown this once.

import { isOnlyHere } from "../address.js";
import { button, fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { heard } from "./heard.js";

const STEPS = [1, 2, 3];

/** The sheet of a new tracker; `hear` takes what the server knows of it since. */
export function setupSheet(made) {
  const status = h("p", { class: "waiting", role: "status" }, t("setup.waiting"));
  const body = h("div", { id: "setup-body", role: "tabpanel" });
  const tabs = made.setups.map((setup) => h("button", { type: "button", role: "tab", "aria-controls": "setup-body", id: `setup-${setup.app}`, on: { click: () => choose(setup) } }, t(`setup.${setup.app}`)));

  function choose(setup) {
    tabs.forEach((tab, index) => {
      const chosen = made.setups[index] === setup;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    });
    body.setAttribute("aria-labelledby", `setup-${setup.app}`);
    fill(body, instructions(setup));
  }

  const bar = h("div", { class: "tabs", role: "tablist", "aria-label": t("setup.apps"), on: { keydown: (event) => walk(event, tabs) } }, tabs);
  choose(made.setups[0]);
  const node = h(
    "div",
    { class: "card" },
    h("h2", { tabindex: "-1" }, t("setup.title")),
    h("p", { class: "hint" }, t("setup.once")),
    warnings().map((name) => h("p", { class: "warning" }, t(`setup.${name}`))),
    bar,
    body,
    status,
  );
  let state = "";
  return {
    id: made.device_id,
    node,
    hear(device) {
      const lastSeen = device?.last_seen_at;
      const said = lastSeen ? `${device.last_verdict}` : "";
      // What is announced anew only because it is older would never end.
      if (said === state) return;
      state = said;
      fill(status, said ? [t("setup.heard"), " ", heard({ lastSeen, verdict: device.last_verdict })] : t("setup.waiting"));
    },
  };
}

function walk(event, tabs) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.click();
  next.focus();
}

/** What will keep a telephone from reaching this server, or others from not reading along. */
function warnings() {
  if (isOnlyHere()) return ["loopback"];
  return location.protocol === "https:" ? [] : ["unencrypted"];
}

function instructions(setup) {
  return [
    h("ol", { class: "steps" }, STEPS.map((step) => h("li", {}, t(`setup.${setup.app}.${step}`)))),
    setup.qr && h("img", { class: "qr", src: setup.qr, alt: t("setup.code", { app: t(`setup.${setup.app}`) }) }),
    setup.link.startsWith("owntracks:") && h("p", {}, h("a", { href: setup.link }, t("setup.open_here"))),
    h("dl", { class: "values" }, Object.entries(setup.values).map(([name, value]) => [h("dt", {}, t(`setup.field.${name}`)), h("dd", {}, copyable(name, value))])),
  ];
}

function copyable(name, value) {
  const field = h("input", { class: "input", readonly: true, value, "aria-label": t(`setup.field.${name}`), on: { focus: () => field.select() } });
  // A browser lends its clipboard to encrypted and local pages only.
  return [field, navigator.clipboard && button(t("setup.copy"), () => navigator.clipboard.writeText(value), { kind: "small" })];
}
