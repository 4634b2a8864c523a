// The city's own words, of its services and skills, in the page's language where somebody has translated them.

import { language } from "./i18n.js";
import { store } from "./store.js";

/** A text in the page's language, or as the city has it. */
export const inLanguage = (text, translations) => translations?.[language] ?? text;

/** A service with all that is read of it in the page's language. */
export function localService(service) {
  return {
    ...service,
    name: inLanguage(service.name, service.names),
    description: inLanguage(service.description, service.descriptions),
    group: inLanguage(service.group, service.groups),
    attributes: service.attributes.map((attribute) => ({
      ...attribute,
      description: inLanguage(attribute.description, attribute.descriptions),
      datatype_description: inLanguage(attribute.datatype_description, attribute.datatype_descriptions),
      values: attribute.values.map(([key, name]) => [key, inLanguage(name, attribute.value_names[key])]),
    })),
  };
}

/** What a report is about. */
export const serviceName = (report) => store.services.get(report.service_code)?.name ?? report.service_name;

/** Skills by name. */
export const skillNames = (codes) => codes.map((code) => store.skills.get(code) ?? code).join(", ");

/** What a service asks, by the question's code. */
export const questionText = (code) =>
  [...store.services.values()].flatMap((each) => each.attributes).find((each) => each.code === code)?.description ?? code;

/** A report's answers to its service's questions, as pairs of question and answer. */
export function answersOf(report) {
  const questions = new Map((store.services.get(report.service_code)?.attributes ?? []).map((each) => [each.code, each]));
  return Object.entries(report.attributes ?? {}).map(([code, answer]) => {
    const question = questions.get(code);
    const named = (value) => question?.values.find(([key]) => key === value)?.[1] ?? String(value);
    return [question?.description ?? code, [answer].flat().map(named).join(", ")];
  });
}
