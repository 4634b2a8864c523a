// Taking a call: where, what, who; nearby duplicates first; then the dispatcher chooses the crew.

import { fileReport } from "./actions.js";
import { get, query } from "./api.js";
import { serviceName } from "./city_words.js";
import { button, fill, h, redraw } from "./dom.js";
import { closePanel, openPanel, showPanel } from "./drawer.js";
import { faultText } from "./faults.js";
import { ago, distance } from "./format.js";
import { t } from "./i18n.js";
import { lookAt, showPin, startPicking, stopPicking } from "./map.js";
import { field, serviceBox, streetBox } from "./place_fields.js";
import { focusSuggestions } from "./report_panel.js";
import { Questions } from "./questions.js";
import { priorityIcon } from "./shapes.js";
import { select } from "./store.js";
import { announce, toast } from "./toast.js";

/** How long the planner waits for the dispatcher's choice. */
const HOLD_S = 180;
const DUPLICATES_WITHIN_M = 150;

let form = null; // while the panel is open
let draft = null; // a call that was left before it was filed

/** Open the panel; when it is open already, go back to where the call begins. */
export function takeCall() {
  if (openPanel() === "call") {
    form.street.input.focus();
    return;
  }
  select(null);
  const body = showPanel("call", t("call.title"), { onClose: leave });
  form = draft ?? newForm();
  draft = null;
  fill(body, form.element);
  startPicking((lon, lat) => setPlace(lon, lat));
  showPin(form.place, setPlace);
  form.street.input.focus();
}

/** A look at something else must not cost what was typed. */
function leave() {
  stopPicking();
  const typed = form.place || form.service || [form.name, form.phone, form.description].some((input) => input.value.trim());
  if (typed && !form.settled) {
    draft = form;
    toast(t("call.kept"));
  }
  form = null;
}

function giveUp() {
  form.settled = true;
  closePanel();
}

function newForm() {
  const made = { place: null, service: null, linkedTo: null, priority: null, asked: 0, filing: false, settled: false };
  made.street = streetBox((street) => setPlace(street.lon, street.lat, { street: street.name }));
  made.serviceBox = serviceBox(setService);
  made.questions = new Questions();
  made.address = h("input", { class: "input", type: "text", maxlength: 300, autocomplete: "off", "aria-describedby": "call-place" });
  made.placeNote = h("p", { class: "hint", id: "call-place" }, t("call.place_hint"));
  made.duplicates = h("div", { class: "duplicates", "aria-live": "polite" });
  made.name = h("input", { class: "input", type: "text", autocomplete: "off", maxlength: 100 });
  made.phone = h("input", { class: "input", type: "tel", autocomplete: "off", maxlength: 40 });
  made.description = h("textarea", { class: "input", rows: 3, maxlength: 4000 });
  made.priorities = h("div", { class: "choices" }, [1, 2, 3, 4].map(priorityChoice));
  made.fault = h("div", { class: "fault-text", role: "alert" });
  made.submit = h("button", { class: "button primary", type: "submit" }, t("call.file"), h("kbd", { "aria-hidden": "true" }, "Ctrl ⏎"));
  made.element = h(
    "form",
    {
      class: "stack call",
      novalidate: true,
      on: {
        submit(event) {
          event.preventDefault();
          file();
        },
        keydown(event) {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            file();
          }
        },
      },
    },
    field(t("call.street"), made.street.element),
    field(t("call.address"), made.address),
    made.placeNote,
    field(t("call.service"), made.serviceBox.element),
    made.duplicates,
    made.questions.box,
    field(t("call.description"), made.description),
    h("div", { class: "two" }, field(t("call.name"), made.name), field(t("call.phone"), made.phone)),
    h("fieldset", { class: "field" }, h("legend", {}, t("call.priority")), made.priorities),
    made.fault,
    h("div", { class: "buttons" }, made.submit, button(t("cancel"), giveUp, { kind: "ghost" })),
    h("p", { class: "hint" }, t("call.after")),
  );
  return made;
}

function priorityChoice(value) {
  return h(
    "label",
    { class: "priority-choice" },
    h("input", { type: "radio", name: "call-priority", value, on: { change: () => { form.priority = value; } } }),
    priorityIcon(value, 20),
    h("span", {}, t(`priority.${value}`)),
  );
}

/** Take a place: from the street list, where the name is known, or from a click on the map. */
async function setPlace(lon, lat, { street = "" } = {}) {
  if (!form) return;
  const mine = form;
  mine.place = { lon, lat };
  showPin(mine.place, setPlace);
  if (street) {
    lookAt(lon, lat);
    mine.address.value = street;
  }
  findDuplicates();
  try {
    const found = await get(query("/api/v1/reverse", { lon, lat }));
    if (mine !== form || mine.place.lon !== lon || mine.place.lat !== lat) return;
    if (!street) mine.address.value = found.address;
    const where = [found.commune, found.on_network === false && t("call.off_network")].filter(Boolean).join(" · ");
    fill(mine.placeNote, t("call.place_set"), where && ` ${where}`);
    mine.placeNote.classList.add("set");
  } catch (error) {
    fill(mine.placeNote, faultText(error).text);
  }
}

function setService(service) {
  form.service = service;
  if (form.priority === null) {
    const usual = form.priorities.querySelector(`[value="${service.priority}"]`);
    if (usual) usual.checked = true;
  }
  findDuplicates();
  form.questions.show(service);
  (form.questions.fields[0]?.input ?? form.description).focus();
}

/** Show reports of the same place first: perhaps there is nothing to file. */
async function findDuplicates() {
  const mine = form;
  if (!mine.place) return;
  const asked = (mine.asked += 1);
  const { lon, lat } = mine.place;
  let items = [];
  try {
    const parameters = { lon, lat, service_code: mine.service?.code, radius_m: DUPLICATES_WITHIN_M };
    ({ items } = await get(query("/api/v1/reports/nearby", parameters)));
  } catch {
    return; // filing works without
  }
  if (mine !== form || asked !== mine.asked) return;
  if (mine.linkedTo && !items.some((item) => item.report.id === mine.linkedTo)) mine.linkedTo = null;
  drawDuplicates(items);
  if (items.length) announce(t("call.duplicates", { n: items.length }));
}

function drawDuplicates(items) {
  redraw(
    form.duplicates,
    items.length > 0 && h("h3", {}, t("call.duplicates", { n: items.length })),
    items.length > 0 &&
      h(
        "ul",
        {},
        items.slice(0, 6).map(({ report, distance_m: metres }) =>
          h(
            "li",
            { data: { key: report.id } },
            priorityIcon(report.priority, 18),
            h(
              "div",
              {},
              h("b", {}, serviceName(report)),
              h("span", { class: "quiet" }, ` ${distance(metres)} · ${ago(report.requested_at)} · ${t(`report.status.${report.status}`)}`),
              report.description && h("p", { class: "clip" }, report.description),
            ),
            h(
              "label",
              { class: "inline-field" },
              h("input", {
                type: "checkbox",
                checked: form.linkedTo === report.id,
                on: {
                  change(event) {
                    form.linkedTo = event.target.checked ? report.id : null;
                    drawDuplicates(items);
                  },
                },
              }),
              t("call.same"),
            ),
          ),
        ),
      ),
  );
}

/** What is missing, in words. */
function faultsOf() {
  const faults = [];
  if (!form.place) faults.push([t("call.fault.place"), form.street.input]);
  if (!form.service) faults.push([t("call.fault.service"), form.serviceBox.input]);
  return [...faults, ...form.questions.faults()];
}

async function file() {
  const mine = form;
  if (!mine || mine.filing) return;
  const faults = faultsOf();
  fill(mine.fault, faults.map(([text]) => h("p", {}, text)));
  if (faults.length) {
    faults[0][1].focus();
    return;
  }
  mine.filing = true;
  mine.submit.disabled = true;
  try {
    const report = await fileReport(bodyOf(mine));
    mine.settled = true;
    // The report's own panel takes over: there the suggestions wait for a number.
    select("report", report.id);
    requestAnimationFrame(() => requestAnimationFrame(focusSuggestions));
  } catch (error) {
    const { text, faults: named } = faultText(error);
    if (mine === form) fill(mine.fault, h("p", {}, text), named.length > 0 && h("ul", {}, named.map((each) => h("li", {}, each))));
  } finally {
    mine.filing = false;
    mine.submit.disabled = false;
  }
}

function bodyOf({ place, service, questions, address, description, name, phone, priority, linkedTo }) {
  const [first, ...rest] = name.value.trim().split(/\s+/);
  const contact = { first_name: first || "", last_name: rest.join(" "), phone: phone.value.trim() };
  const body = {
    service_code: service.code,
    lon: place.lon,
    lat: place.lat,
    address: address.value.trim(),
    description: description.value.trim(),
    attributes: questions.answers(),
    source: "phone",
    hold_s: HOLD_S,
  };
  if (contact.first_name || contact.phone) body.contact = contact;
  if (priority !== null) body.priority = priority;
  if (linkedTo) body.linked_to = linkedTo;
  return body;
}
