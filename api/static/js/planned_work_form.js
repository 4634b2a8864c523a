// The form for planned work: what, where, from when until when a crew may begin.

import { addPlannedWork } from "./actions.js";
import { get, query } from "./api.js";
import { now } from "./clock.js";
import { button, fill, h } from "./dom.js";
import { faultText } from "./faults.js";
import { duration, fieldTime, moment, momentOf } from "./format.js";
import { t } from "./i18n.js";
import { lookAt, showPin, startPicking, stopPicking } from "./map.js";
import { field, serviceBox, streetBox } from "./place_fields.js";

const MS_PER_DAY = 86_400_000;
const BEGINS = "T08:00";
const ENDS = "T17:00";

/**
 * Put the form into a panel.
 *
 * @param body the panel's
 * @param back called when the work is planned, or the person went back
 */
export function planWork(body, back) {
  const made = { place: null, service: null };
  const tomorrow = fieldTime(now() + MS_PER_DAY).slice(0, 10);
  const street = streetBox((found) => setPlace(found.lon, found.lat, found));
  const service = serviceBox((found) => {
    made.service = found;
    tellEnd();
  });
  const name = h("input", { class: "input", type: "text", maxlength: 200, autocomplete: "off" });
  const note = h("p", { class: "hint" }, t("works.place_hint"));
  const earliest = h("input", { class: "input", type: "datetime-local", value: `${tomorrow}${BEGINS}` });
  const latest = h("input", { class: "input", type: "datetime-local", value: `${tomorrow}${ENDS}` });
  const minutes = h("input", { class: "input", type: "number", min: 1, max: 1440, placeholder: t("works.usual") });
  const end = h("p", { class: "hint", id: "works-end", role: "status" });
  const fault = h("div", { class: "fault-text", role: "alert" });
  const submit = h("button", { class: "button primary", type: "submit" }, t("works.plan"));

  async function setPlace(lon, lat, found = null) {
    made.place = { lon, lat };
    showPin(made.place, setPlace);
    if (found) lookAt(lon, lat);
    fill(note, t("call.place_set"));
    note.classList.add("set");
    try {
      const { address } = await get(query("/api/v1/reverse", { lon, lat }));
      if (made.place.lon === lon && made.place.lat === lat) fill(note, [t("call.place_set"), address].filter(Boolean).join(" "));
    } catch {
      // The place is known without its address.
    }
  }

  /** How long it takes, and when a crew that begins at the last moment is done: the window is for beginning. */
  function tellEnd() {
    const lasts = minutes.value ? 60 * Number(minutes.value) : made.service?.duration_s;
    const known = lasts && latest.value && minutes.validity.valid;
    fill(end, known && t("works.end", { duration: duration(lasts), until: moment(Date.parse(momentOf(latest.value)) + 1000 * lasts) }));
  }

  function missing() {
    if (!name.value.trim()) return [t("works.fault.name"), name];
    if (!made.place) return [t("call.fault.place"), street.input];
    if (!made.service) return [t("call.fault.service"), service.input];
    if (!earliest.value || !latest.value || latest.value <= earliest.value) return [t("works.fault.window"), latest];
    if (minutes.value && Number(minutes.value) < 1) return [t("works.fault.minutes"), minutes];
    return null;
  }

  async function save() {
    const lacks = missing();
    fill(fault, lacks && h("p", {}, lacks[0]));
    if (lacks) {
      lacks[1].focus();
      return;
    }
    submit.disabled = true;
    try {
      await addPlannedWork({
        service_code: made.service.code,
        name: name.value.trim(),
        ...made.place,
        earliest: momentOf(earliest.value),
        latest: momentOf(latest.value),
        ...(minutes.value && { duration_s: 60 * Number(minutes.value) }),
      });
      leave();
    } catch (error) {
      const { text, faults } = faultText(error);
      fill(fault, h("p", {}, text), faults.length > 0 && h("ul", {}, faults.map((each) => h("li", {}, each))));
    } finally {
      submit.disabled = false;
    }
  }

  function leave() {
    stopPicking();
    back();
  }

  const form = h(
    "form",
    { class: "stack call", novalidate: true, on: { submit(event) { event.preventDefault(); save(); }, input() { fill(fault); tellEnd(); } } },
    field(t("works.name"), name),
    field(t("call.street"), street.element),
    note,
    field(t("call.service"), service.element),
    field(t("works.earliest"), earliest),
    field(t("works.latest"), latest),
    field(t("works.minutes"), minutes),
    end,
    fault,
    h("div", { class: "buttons" }, submit, button(t("cancel"), leave, { kind: "ghost" })),
    h("p", { class: "hint" }, t("works.after")),
  );
  fill(body, form);
  startPicking((lon, lat) => setPlace(lon, lat));
  name.focus();
}
