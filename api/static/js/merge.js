// Merging reports of the same thing: which other one, and which of the two is kept.

import { get } from "./api.js";
import { merge } from "./actions.js";
import { serviceName } from "./city_words.js";
import { ask } from "./dialog.js";
import { ago, distance } from "./format.js";
import { t } from "./i18n.js";
import { OPEN, putReport, store } from "./store.js";
import { toastFault } from "./toast.js";

const RUNNING = new Set(["en_route", "on_site"]);
const path = (id) => `/api/v1/reports/${encodeURIComponent(id)}`;
const crewOf = (report) => store.crews.get(report.assignment.crew_id)?.name || report.assignment.crew_id;
const isRunning = (report) => RUNNING.has(report.assignment?.status);

/** The open reports that are likely to be of the same thing: `[{report, distance_m, apart_s}]`. */
export async function likelyDuplicates(report) {
  if (!OPEN.has(report.status)) return [];
  try {
    return (await get(`${path(report.id)}/duplicates`)).items;
  } catch {
    return []; // a suggestion that does not come is none
  }
}

/** Let the dispatcher choose the other report, then which of the two is kept. */
export async function mergeByHand(report) {
  const found = await likelyDuplicates(report);
  const options = found.map((like) => ({ value: like.report.id, label: labelOf(like) }));
  const chosen = await ask({
    title: t("merge.title", { id: report.id }),
    fields: [
      found.length > 0 && { name: "id", label: t("merge.other"), type: "select", options: [...options, { value: "", label: t("merge.another") }] },
      { name: "number", label: t("merge.number") },
    ].filter(Boolean),
    confirm: t("merge.next"),
  });
  const id = chosen && (chosen.number || chosen.id);
  if (!id) return;
  let other = null;
  try {
    other = putReport(await get(path(id)));
  } catch (error) {
    toastFault(error);
    return;
  }
  await chooseKept(report, other);
}

function labelOf({ report, distance_m: metres }) {
  return [report.id, serviceName(report), distance(metres), ago(report.requested_at), report.description.slice(0, 40)].filter(Boolean).join(" · ");
}

async function chooseKept(report, other) {
  const pair = [report, other].sort((a, b) => rank(b) - rank(a) || Date.parse(a.requested_at) - Date.parse(b.requested_at));
  const answer = await ask({
    title: t("merge.keep_title", { a: pair[0].id, b: pair[1].id }),
    text: [t("merge.explained"), ...pair.map(crewText)].filter(Boolean).join(" "),
    fields: [{ name: "kept", label: t("merge.keep"), type: "select", options: pair.map((each) => ({ value: each.id, label: keptLabel(each) })) }],
    confirm: t("merge.confirm"),
  });
  if (!answer) return;
  const kept = pair.find((each) => each.id === answer.kept);
  await merge(pair.find((each) => each !== kept), kept);
}

/** A crew under way decides; then one that is planned; then whoever told it first. */
const rank = (report) => (isRunning(report) ? 2 : report.assignment ? 1 : 0);

function crewText(report) {
  if (!report.assignment) return "";
  const parameters = { id: report.id, crew: crewOf(report) };
  return isRunning(report) ? t("merge.crew_running", parameters) : t("merge.crew_planned", parameters);
}

const keptLabel = (report) => [report.id, serviceName(report), report.address, ago(report.requested_at)].filter(Boolean).join(" · ");
