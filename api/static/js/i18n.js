// Every word the pages say comes from a catalogue; `t` finds it and puts the parameters in.

import en from "./i18n/en.js";
import fr from "./i18n/fr.js";

const CATALOGUES = { fr, en };

/** The page's language; the server chose it (`api/language.py`). */
export const language = document.documentElement.lang in CATALOGUES ? document.documentElement.lang : "fr";
const catalogue = CATALOGUES[language];
const plural = new Intl.PluralRules(language);

/**
 * The text for a key, with `{name}` replaced by parameters. Where `n` is given, `key_one`, `key_other`, … are
 * looked for first. A form that no catalogue has, such as the French `many` of whole millions, reads like `other`.
 */
export function t(key, parameters = {}) {
  const forms = "n" in parameters ? [`${key}_${plural.select(parameters.n)}`, `${key}_other`] : [];
  const text = catalogue[[...forms, key].find((form) => form in catalogue)] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in parameters ? String(parameters[name]) : whole));
}

/** The text for a key that may be missing, such as a code from the server. */
export function tOr(key, otherwise, parameters = {}) {
  return key in catalogue ? t(key, parameters) : otherwise;
}

/** Fill in the texts of a page's skeleton: `data-t` is the content, `data-t-<attribute>` an attribute. */
export function translatePage(root = document) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const attribute of ["title", "placeholder", "aria-label"]) {
    for (const node of root.querySelectorAll(`[data-t-${attribute}]`)) {
      node.setAttribute(attribute, t(node.getAttribute(`data-t-${attribute}`)));
    }
  }
}
