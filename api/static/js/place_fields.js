// Fields for where something is and what it is about, as a call and a mending ask for them.

import { get, query } from "./api.js";
import { Combobox } from "./combobox.js";
import { h } from "./dom.js";
import { folded } from "./format.js";
import { t } from "./i18n.js";
import { store } from "./store.js";

/** A control with its label above it. */
export function field(label, control) {
  // A combobox names its own input; a label around it would be read twice.
  const own = control.classList.contains("combobox");
  return h(own ? "div" : "label", { class: "field" }, h("span", { "aria-hidden": own ? "true" : undefined }, label), control);
}

/** A field that proposes the city's streets. */
export function streetBox(onChoose) {
  return new Combobox({
    label: t("call.street"),
    placeholder: t("call.street_hint"),
    empty: t("call.no_street"),
    propose: findStreets,
    show: (street) => ({ text: street.name, hint: street.commune }),
    onChoose,
  });
}

/** A field that proposes the city's services. */
export function serviceBox(onChoose) {
  return new Combobox({
    label: t("call.service"),
    placeholder: t("call.service_hint"),
    empty: t("call.no_service"),
    eager: true,
    propose: findServices,
    show: (service) => ({ text: service.name, hint: service.group }),
    onChoose,
  });
}

async function findStreets(words) {
  if (words.length < 2) return [];
  try {
    return (await get(query("/api/v1/streets", { q: words }))).items;
  } catch {
    return [];
  }
}

function findServices(words) {
  const looked = folded(words).split(/\s+/).filter(Boolean);
  return [...store.services.values()].filter((service) => {
    const text = folded([service.name, service.group, service.code, ...(service.keywords || [])].join(" "));
    return looked.every((word) => text.includes(word));
  });
}
