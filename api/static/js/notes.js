// Notes from the radio: a line to write one, under a report or a crew.

import { takeNote } from "./actions.js";
import { button, fill, h } from "./dom.js";
import { get, query } from "./api.js";
import { moment } from "./format.js";
import { t, tOr } from "./i18n.js";

/**
 * A line to write a note in.
 *
 * @param subjects `[{subject, id, label}]`: what it may be about, the first unless chosen otherwise
 */
export function noteForm(subjects) {
  const input = h("input", { class: "input", type: "text", maxlength: 1000, autocomplete: "off", placeholder: t("note.hint"), "aria-label": t("note.title") });
  const about = h("select", { class: "input small", "aria-label": t("note.about") }, subjects.map(({ label }, index) => h("option", { value: index }, label)));
  const isPublic = h("input", { type: "checkbox" });
  const onReport = subjects[0].subject === "report";
  async function send(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) {
      input.focus();
      return;
    }
    const { subject, id } = subjects[about.value || 0];
    if (await takeNote({ subject, subject_id: id, text, public: onReport && isPublic.checked })) {
      input.value = "";
      isPublic.checked = false;
    }
  }
  return h(
    "form",
    { class: "note-form", on: { submit: send } },
    input,
    h(
      "div",
      { class: "buttons" },
      subjects.length > 1 && about,
      onReport && h("label", { class: "inline-field quiet" }, isPublic, t("note.public")),
      h("button", { class: "button small", type: "submit" }, t("note.take"), onReport && h("kbd", { "aria-hidden": "true" }, "r")),
    ),
  );
}

/** Put the keyboard on the line of the open panel. */
export const focusNote = () => document.querySelector(".drawer .note-form .input")?.focus();

/** Load the notes on a crew and its vehicle into an element, newest first. */
export async function loadCrewNotes(box, crewId) {
  let items = [];
  try {
    ({ items } = await get(query(`/api/v1/crews/${encodeURIComponent(crewId)}/notes`, {})));
  } catch {
    fill(box, h("p", { class: "empty" }, t("note.fault")));
    return;
  }
  fill(
    box,
    items.length === 0 && h("p", { class: "empty" }, t("note.none")),
    h(
      "ol",
      { class: "timeline" },
      [...items].reverse().map((note) =>
        h(
          "li",
          {},
          h("time", { datetime: note.at }, moment(note.at)),
          h("span", {}, note.subject === "vehicle" && h("span", { class: "quiet" }, t("note.on_vehicle"), " "), note.text),
          h("span", { class: "quiet actor" }, tOr(`actor.${note.actor}`, note.actor)),
        ),
      ),
    ),
  );
}
