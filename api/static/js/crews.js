// The crews: what each does, how old its position is, when its shift ends, its job and the next.

import { serviceName } from "./city_words.js";
import { everySecond } from "./clock.js";
import { h, redraw, setText } from "./dom.js";
import { ago, clockTime, duration, secondsUntil } from "./format.js";
import { t } from "./i18n.js";
import { VirtualList } from "./list.js";
import { bringIntoView } from "./map.js";
import { crewIcon } from "./shapes.js";
import { standbyText } from "./standby.js";
import { isIdle, select, store, subscribe } from "./store.js";

const ORDER = { available: 0, en_route: 1, on_site: 2, on_break: 3, off_shift: 4 };

let list = null;

/** How old the position is: `{text, stale}`. */
export function signalOf(crew) {
  if (!crew.position?.fix_time) return { text: t("crew.no_signal"), stale: true };
  const age = ago(crew.position.fix_time);
  return crew.position.stale ? { text: t("crew.last_signal", { ago: age }), stale: true } : { text: age, stale: false };
}

/** When the shift ends or begins, or that there is none. */
export function shiftText(crew) {
  const shift = crew.shift;
  if (!shift) return t("crew.no_shift");
  if (shift.absent) return t("crew.absent");
  if (secondsUntil(shift.start) > 0) return t("crew.shift_from", { time: clockTime(shift.start) });
  return t("crew.shift_until", { time: clockTime(shift.end), duration: duration(secondsUntil(shift.end)) });
}

/** An assignment in a few words: what, where. */
function jobText(assignment) {
  if (!assignment) return "";
  const report = store.reports.get(assignment.report_id);
  if (!report) return t("crew.job", { id: assignment.report_id || assignment.job_id });
  return [serviceName(report), report.address].filter(Boolean).join(", ");
}

function buildRow(row) {
  const parts = {
    sign: h("span", { class: "row-sign" }),
    name: h("span", { class: "row-title" }),
    signal: h("span", { class: "row-age" }),
    state: h("span", { class: "row-place" }),
    shift: h("span", { class: "row-age" }),
    job: h("span", { class: "row-who" }),
  };
  row.append(
    parts.sign,
    h("span", { class: "row-line" }, parts.name, parts.signal),
    h("span", { class: "row-line quiet" }, parts.state, parts.shift),
    h("span", { class: "row-line" }, parts.job),
  );
  return parts;
}

function renderRow(crew, row) {
  const parts = row.parts || (row.parts = buildRow(row));
  if (row.dataset.state !== crew.status) {
    row.dataset.state = crew.status;
    redraw(parts.sign, crewIcon(crew.status, 22));
  }
  setText(parts.name, crew.name);
  setText(parts.state, crew.paused ? t("crew.paused") : t(`crew.state.${crew.status}`));
  setText(parts.shift, shiftText(crew));
  const now = jobText(crew.current);
  const next = jobText(crew.next);
  const more = crew.planned - 1; // besides the next
  const following = next && (more > 0 ? t("crew.next_more", { job: next, n: more }) : t("crew.next", { job: next }));
  const waiting = isIdle(crew) && crew.standby && standbyText(crew);
  setText(parts.job, now ? (crew.planned ? t("crew.then_more", { job: now, n: crew.planned }) : now) : following || waiting || t("crew.no_job"));
  parts.job.title = now && following ? following : waiting || "";
  renderSignal(crew, row);
}

function renderSignal(crew, row) {
  const signal = signalOf(crew);
  setText(row.parts.signal, signal.text);
  row.classList.toggle("stale", signal.stale && crew.status !== "off_shift");
}

function refresh() {
  const crews = [...store.crews.values()].sort(
    (a, b) => ORDER[a.status] - ORDER[b.status] || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
  list.setItems(crews);
  document.getElementById("crews-empty").hidden = crews.length > 0;
}

/** Make the list of crews in its pane. */
export function startCrews() {
  list = new VirtualList(document.getElementById("crews-list"), {
    label: t("crews.title"),
    renderRow,
    idOf: (crew) => crew.id,
    onOpen: show,
    onCurrent: show,
  });
  subscribe(["crews", "reports"], refresh);
  subscribe(["selection"], () => list.setCurrent(store.selection?.kind === "crew" ? store.selection.id : null));
  everySecond(() => {
    for (const crew of list.items) {
      const row = list.rows.get(crew.id);
      if (row) renderRow(crew, row);
    }
  });
  refresh();
}

function show(crew) {
  select("crew", crew.id);
  bringIntoView(crew.lon, crew.lat);
}
