// The queue of reports: what waits on top, then by priority and due time.

import { get, query } from "./api.js";
import { serviceName } from "./city_words.js";
import { everySecond } from "./clock.js";
import { button, fill, h, redraw, setText } from "./dom.js";
import { faultText } from "./faults.js";
import { ago, clockTime, folded, secondsUntil, untilArrival } from "./format.js";
import { t } from "./i18n.js";
import { VirtualList } from "./list.js";
import { bringIntoView } from "./map.js";
import { enterOthers, showOthers, startSearch } from "./search.js";
import { remember, remembered } from "./settings.js";
import { priorityIcon } from "./shapes.js";
import { slaText } from "./sla.js";
import { OPEN, RUNNING, WAITING, etaOf, putReport, select, store, subscribe } from "./store.js";
import { waitingText } from "./why.js";

const SEARCH_AFTER_MS = 300;

const FILTERS = {
  waiting: (report) => WAITING.has(report.status),
  assigned: (report) => report.status === "assigned",
  running: (report) => RUNNING.has(report.status),
  all: () => true,
};

let list = null;
let filter = remembered("queue.filter", "all");
let words = "";
let searchTimer = null;
let answered = new Set(); // ids of the reports that the server found for these words

const searchText = (report) =>
  folded([report.id, serviceName(report), report.address, report.description, report.commune, crewName(report)].join(" "));

const crewName = (report) =>
  report.assignment ? store.crews.get(report.assignment.crew_id)?.name || report.assignment.crew_id : "";

const stage = (report) => (!OPEN.has(report.status) ? 2 : WAITING.has(report.status) ? 0 : 1);

/** Whichever needs a dispatcher more comes first. */
function byUrgency(a, b) {
  return (
    stage(a) - stage(b) ||
    a.priority - b.priority ||
    Date.parse(a.due_at) - Date.parse(b.due_at) ||
    a.id.localeCompare(b.id, undefined, { numeric: true })
  );
}

/** The reports in the queue as it is filtered now. */
function queued() {
  const looked = folded(words).split(/\s+/).filter(Boolean);
  const found = [];
  for (const report of store.reports.values()) {
    if (!OPEN.has(report.status) && !looked.length) continue;
    // Who looks for something does not want to look for the right filter, too.
    if (!looked.length && !FILTERS[filter](report)) continue;
    if (looked.length && !answered.has(report.id)) {
      const text = searchText(report);
      if (!looked.every((word) => text.includes(word))) continue;
    }
    found.push(report);
  }
  return found.sort(byUrgency);
}

function renderRow(report, row) {
  const parts = row.parts || (row.parts = buildRow(row));
  if (row.dataset.priority !== String(report.priority)) {
    row.dataset.priority = report.priority;
    redraw(parts.sign, priorityIcon(report.priority, 22));
  }
  row.dataset.status = report.status;
  setText(parts.service, serviceName(report));
  setText(parts.place, report.address || t("report.no_address"));
  renderTimes(report, row);
}

function renderTimes(report, row) {
  const parts = row.parts;
  const sla = slaText(report);
  parts.sla.dataset.state = sla.state;
  setText(parts.sla, sla.text);
  parts.sla.setAttribute("aria-label", sla.spoken);
  setText(parts.age, ago(report.requested_at));
  setText(parts.who, whoText(report));
  parts.who.title = parts.who.textContent;
}

/** Who has it and when they come, or why nobody has. */
function whoText(report) {
  if (WAITING.has(report.status)) {
    if (report.held_until && secondsUntil(report.held_until) > 0) return t("queue.held");
    return waitingText(report) || t("report.status.new");
  }
  if (!report.assignment) return t(`report.status.${report.status}`);
  const name = (report.assignment.pinned ? "⚲ " : "") + crewName(report);
  if (report.status === "in_progress") return `${name} · ${t("report.status.in_progress")}`;
  const eta = etaOf(report);
  return eta ? `${name} · ${untilArrival(eta)} (${clockTime(eta)})` : `${name} · ${t(`report.status.${report.status}`)}`;
}

function buildRow(row) {
  const parts = {
    sign: h("span", { class: "row-sign" }),
    service: h("span", { class: "row-title" }),
    sla: h("span", { class: "sla" }),
    place: h("span", { class: "row-place" }),
    age: h("span", { class: "row-age" }),
    who: h("span", { class: "row-who" }),
  };
  row.append(
    parts.sign,
    h("span", { class: "row-line" }, parts.service, parts.sla),
    h("span", { class: "row-line quiet" }, parts.place, parts.age),
    h("span", { class: "row-line" }, parts.who),
  );
  return parts;
}

function refresh() {
  const items = queued();
  list.setItems(items);
  const empty = document.getElementById("queue-empty");
  empty.hidden = items.length > 0;
  if (!items.length) setText(empty, words ? t("queue.nothing_found") : t(`queue.empty.${filter}`));
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    const count = [...store.reports.values()].filter((r) => OPEN.has(r.status) && FILTERS[button.dataset.filter](r)).length;
    setText(button.querySelector(".count"), String(count));
  }
}

/** Closed reports are not loaded, and crews, vehicles and places are elsewhere: the server finds them all. */
function searchServer() {
  clearTimeout(searchTimer);
  answered = new Set();
  showMore(null);
  if (words.length < 2) {
    showOthers();
    return;
  }
  searchTimer = setTimeout(() => ask(""), SEARCH_AFTER_MS);
}

async function ask(cursor) {
  const asked = words;
  try {
    const found = await get(query("/api/v1/search", { q: asked, cursor }));
    if (asked !== words) return;
    for (const report of found.reports.items) answered.add(putReport(report).id);
    if (!cursor) showOthers(found);
    showMore(found.reports.next);
    refresh();
  } catch (error) {
    // What is loaded has been searched already.
    if (asked === words) showMore(cursor, error);
  }
}

/** Let somebody ask for what comes next, or again for what did not come. */
function showMore(cursor, error = null) {
  const more = document.getElementById("search-more");
  more.hidden = !cursor && !error;
  fill(
    more,
    error && h("p", { class: "fault-text", role: "alert" }, faultText(error).text),
    !more.hidden && button(t(error ? "again" : "search.more"), () => ask(cursor), { kind: "small" }),
  );
}

export const moveInQueue = (step) => list.move(step);
export const openCurrentReport = () => list.openCurrent();

function enterList() {
  list.box.focus();
  list.move(list.indexOf(list.currentId) < 0 ? 1 : 0);
}

/** Make the queue in its pane. */
export function startQueue() {
  list = new VirtualList(document.getElementById("queue-list"), {
    label: t("queue.title"),
    renderRow,
    idOf: (report) => report.id,
    onOpen(report) {
      select("report", report.id);
      bringIntoView(report.lon, report.lat);
    },
    onCurrent(report) {
      select("report", report.id);
      bringIntoView(report.lon, report.lat);
    },
  });
  const bar = document.getElementById("queue-filters");
  for (const name of Object.keys(FILTERS)) {
    bar.append(
      h(
        "button",
        {
          type: "button",
          class: "segment",
          data: { filter: name },
          on: {
            click() {
              filter = name;
              remember("queue.filter", name);
              refresh();
            },
          },
        },
        t(`queue.filter.${name}`),
        h("span", { class: "count" }),
      ),
    );
  }
  const search = document.getElementById("queue-search");
  search.addEventListener("input", () => {
    words = search.value.trim();
    refresh();
    searchServer();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      search.value = words = "";
      refresh();
      searchServer();
      search.blur();
    } else if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      if (!queued().length || (event.key === "ArrowDown" && !document.getElementById("search-others").hidden)) enterOthers();
      else enterList();
    }
  });
  startSearch((side) => (side > 0 ? enterList() : search.focus()));
  subscribe(["reports", "crews"], refresh);
  subscribe(["selection"], () => {
    const id = store.selection?.kind === "report" ? store.selection.id : null;
    list.setCurrent(id);
  });
  everySecond(() => {
    for (const report of list.items) {
      const row = list.rows.get(report.id);
      if (row) renderTimes(report, row);
    }
  });
  refresh();
}
