// Mending where a report is and what it is about: what follows is told before anything is changed.

import { mendReport } from "./actions.js";
import { ApiError, get, query } from "./api.js";
import { serviceName, skillNames } from "./city_words.js";
import { button, fill, h } from "./dom.js";
import { closePanel, openPanel, showPanel } from "./drawer.js";
import { clockTime, distance, moment } from "./format.js";
import { t, tOr } from "./i18n.js";
import { lookAt, showPin, startPicking, stopPicking } from "./map.js";
import { field, serviceBox, streetBox } from "./place_fields.js";
import { putReport, select, store } from "./store.js";
import { faultText } from "./faults.js";
import { whyText } from "./why.js";

let form = null; // while the panel is open

/** Open the panel for a report. */
export function mend(report) {
  select(null);
  const body = showPanel("mend", t("mend.title", { id: report.id }), { onClose: leave });
  form = newForm(report);
  fill(body, form.element);
  startPicking(movePlace);
  showPin(form.place, movePlace);
  lookAt(report.lon, report.lat);
  form.street.input.focus();
}

function leave() {
  stopPicking();
  form = null;
}

/** Go back to the report's own panel. */
function goBack() {
  const { id } = form.report;
  if (openPanel() === "mend") closePanel();
  select("report", id);
}

function newForm(report) {
  const made = { report, place: { lon: report.lon, lat: report.lat }, service: null, outlook: null, asked: 0, keep: null };
  made.street = streetBox((street) => {
    lookAt(street.lon, street.lat);
    movePlace(street.lon, street.lat);
  });
  made.services = serviceBox((service) => {
    made.service = service;
    look();
  });
  made.services.input.placeholder = serviceName(report);
  made.address = h("input", { class: "input", type: "text", maxlength: 300, autocomplete: "off", value: report.address });
  made.outlookBox = h("div", { class: "stack outlook", "aria-live": "polite" });
  made.fault = h("div", { class: "fault-text", role: "alert" });
  made.submit = h("button", { class: "button primary", type: "submit" }, t("mend.save"), h("kbd", { "aria-hidden": "true" }, "Ctrl ⏎"));
  made.element = h(
    "form",
    {
      class: "stack",
      novalidate: true,
      on: {
        submit(event) {
          event.preventDefault();
          save();
        },
        keydown(event) {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            save();
          }
        },
      },
    },
    field(t("call.street"), made.street.element),
    h("p", { class: "hint" }, t("mend.place_hint")),
    field(t("call.address"), made.address),
    field(t("call.service"), made.services.element),
    made.outlookBox,
    made.fault,
    h("div", { class: "buttons" }, made.submit, button(t("cancel"), goBack, { kind: "ghost" })),
  );
  return made;
}

/** Take another place, from the street list, a click, or the pin. */
async function movePlace(lon, lat) {
  const mine = form;
  mine.place = { lon, lat };
  showPin(mine.place, movePlace);
  look();
  try {
    const found = await get(query("/api/v1/reverse", { lon, lat }));
    if (mine === form && mine.place.lon === lon && mine.place.lat === lat) mine.address.value = found.address;
  } catch {
    // The address can be typed; saving names what is wrong with the place.
  }
}

/** What is to be different, as the server takes it. */
function changesOf({ report, place, service, address }) {
  const changes = {};
  if (place.lon !== report.lon || place.lat !== report.lat) Object.assign(changes, place);
  if (service && service.code !== report.service_code) changes.service_code = service.code;
  if (address.value.trim() !== report.address) changes.address = address.value.trim();
  return changes;
}

/** Ask what the changes would mean, and show it. */
async function look() {
  const mine = form;
  const asked = (mine.asked += 1);
  const { lon, lat, service_code: code } = changesOf(mine);
  fill(mine.fault);
  try {
    const outlook = await get(query(`/api/v1/reports/${encodeURIComponent(mine.report.id)}/mending`, { lon, lat, service_code: code }));
    if (mine !== form || asked !== mine.asked) return;
    mine.outlook = outlook;
    mine.keep = null;
    drawOutlook();
  } catch (error) {
    if (mine === form && asked === mine.asked) showFault(error);
  }
}

function showFault(error) {
  const { text, faults } = faultText(error);
  fill(form.fault, h("p", {}, text), faults.length > 0 && h("ul", {}, faults.map((each) => h("li", {}, each))));
}

function drawOutlook() {
  const { report: before, outlook } = form;
  const { report, nearby, obstacle } = outlook;
  const skills = skillNames(outlook.skills) || "–";
  const rows = [
    before.commune !== report.commune && [t("mend.commune"), before.commune || "–", report.commune || "–"],
    before.due_at !== report.due_at && [t("report.due"), moment(before.due_at), moment(report.due_at)],
    before.priority !== report.priority && [t("report.priority"), before.priority, report.priority],
    before.service_code !== report.service_code && [t("crew.skills"), "", skills],
    before.public !== report.public && [t("report.visibility"), t("report.public"), t("report.not_public")],
  ].filter(Boolean);
  fill(
    form.outlookBox,
    rows.length > 0 && h("dl", { class: "changes" }, rows.map(([name, was, is]) => [h("dt", {}, name), h("dd", {}, was !== "" && h("s", {}, was), was !== "" && " → ", h("b", {}, is))])),
    nearby.length > 0 &&
      h(
        "div",
        { class: "duplicates" },
        h("h3", {}, t("call.duplicates", { n: nearby.length })),
        h("ul", {}, nearby.slice(0, 4).map((near) => h("li", {}, h("b", {}, near.report.id), h("span", {}, near.report.description || serviceName(near.report)), h("span", { class: "quiet" }, distance(near.distance_m))))),
      ),
    outlook.crew_id && crewBox(outlook, obstacle),
  );
}

/** What becomes of the crew that has it; where something keeps it from it, the dispatcher decides. */
function crewBox({ crew_id: crewId, eta_before: before, eta_after: after }, obstacle) {
  const crew = store.crews.get(crewId)?.name || crewId;
  const arrival = after ? t("mend.arrival", { crew, before: before ? clockTime(before.eta) : "–", after: clockTime(after.eta) }) : t("mend.no_way", { crew });
  const choice = (keep, label) =>
    h("label", { class: "inline-field" }, h("input", { type: "radio", name: "mend-crew", on: { change: () => { form.keep = keep; } } }), label);
  return h(
    "div",
    { class: obstacle ? "notice waiting" : "notice" },
    h("p", {}, obstacle ? t("mend.obstacle", { crew, reason: whyText(obstacle) }) : arrival),
    obstacle && h("div", { class: "stack" }, choice(false, t("mend.release", { crew })), choice(true, t("mend.keep", { crew }))),
  );
}

async function save() {
  const mine = form;
  const changes = changesOf(mine);
  if (!Object.keys(changes).length) {
    goBack();
    return;
  }
  if (mine.outlook?.obstacle && mine.keep === null) {
    fill(mine.fault, h("p", {}, t("mend.decide")));
    mine.outlookBox.querySelector("[name=mend-crew]")?.focus();
    return;
  }
  mine.submit.disabled = true;
  try {
    await mendReport(mine.report, { ...changes, ...(mine.keep === null ? {} : { keep_crew: mine.keep }) });
    if (mine === form) goBack();
  } catch (error) {
    if (mine === form) await explain(error, mine);
  } finally {
    mine.submit.disabled = false;
  }
}

/** Somebody changed the report meanwhile, or the crew; or it is a fault like any other. */
async function explain(error, mine) {
  if (error instanceof ApiError && error.problem.reason) {
    await look();
  } else if (error instanceof ApiError && error.problem.changed !== undefined) {
    const now = putReport(await get(`/api/v1/reports/${encodeURIComponent(mine.report.id)}`));
    const differences = differencesOf(mine.report, now);
    if (!differences.length) {
      // Only an arrival was brought up to date: nothing that the dispatcher saw.
      mine.report = now;
      await save();
      return;
    }
    showConflict(mine, now, differences, error.problem.changed);
    return;
  }
  showFault(error);
}

/** What a dispatcher sees of a report that is another than before: `[label, before, now]`. */
function differencesOf(before, now) {
  const crew = (report) => store.crews.get(report.assignment?.crew_id)?.name ?? report.assignment?.crew_id ?? "–";
  const seen = (report) => [
    [t("call.address"), report.address],
    [t("mend.place"), `${report.lat.toFixed(5)}, ${report.lon.toFixed(5)}`],
    [t("call.service"), serviceName(report)],
    [t("report.priority"), report.priority],
    [t("mend.status"), t(`report.status.${report.status}`)],
    [t("mend.crew"), crew(report)],
    [t("call.description"), report.description],
  ];
  const after = seen(now);
  return seen(before).map(([label, was], at) => [label, was, after[at][1]]).filter(([, was, is]) => was !== is);
}

/** Show what the other did beside what was there; the dispatcher's own stays in the form. */
function showConflict(mine, now, differences, changed) {
  const by = changed ? t("mend.changed_by", { who: tOr(`actor.${changed.by}`, changed.by), time: clockTime(changed.at) }) : t("mend.changed");
  const again = (report) => {
    fill(mine.fault);
    mine.report = report;
  };
  fill(
    mine.fault,
    h("p", {}, by),
    h("dl", { class: "changes" }, differences.map(([label, was, is]) => [h("dt", {}, label), h("dd", {}, h("s", {}, was || "–"), " → ", h("b", {}, is || "–"))])),
    h(
      "div",
      { class: "buttons" },
      button(t("mend.mine"), () => { again(now); save(); }, { kind: "small" }),
      button(t("mend.theirs"), goBack, { kind: "small ghost" }),
    ),
  );
}
