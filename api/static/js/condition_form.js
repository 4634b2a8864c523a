// The question what holds on which roads, when and for how long: for an area drawn on the map, or everywhere.

import { get } from "./api.js";
import { now } from "./clock.js";
import { ask } from "./dialog.js";
import { t } from "./i18n.js";

const PERCENT = [75, 50, 25];
const KPH = [50, 30, 20, 10];
const LASTING_H = [1, 2, 4, 8, 24];
const DAYS = { all: "", week: "Mo-Fr ", weekend: "Sa-Su " };
const MAIN = /^(motorway|trunk|primary|secondary|tertiary)(_link)?$/;
const MS_PER_HOUR = 3_600_000;

/** Ask what holds; answers with what the API takes, or null when the person went back. */
export async function askCondition(area) {
  const answer = await ask({
    title: t(area ? "closure.title" : "conditions.whole_city"),
    fields: [
      { name: "name", label: t("closure.name"), required: true },
      { name: "effect", label: t("conditions.effect"), type: "select", options: effects(area) },
      { name: "roads", label: t("conditions.roads"), type: "select", options: worded("conditions.roads", ["all", "main", "local"]) },
      { name: "days", label: t("conditions.days"), type: "select", options: worded("conditions.days", Object.keys(DAYS)) },
      { name: "from", label: t("conditions.hour_from"), type: "time" },
      { name: "to", label: t("conditions.hour_to"), type: "time" },
      { name: "lasting", label: t("conditions.lasting"), type: "select", options: spans() },
    ],
    confirm: t("closure.confirm"),
  });
  return answer && { name: answer.name, area, ...effectOf(answer.effect), road_classes: await classes(answer.roads), hours: hours(answer), valid_until: until(answer.lasting) };
}

const worded = (key, values) => values.map((value) => ({ value, label: t(`${key}.${value}`) }));

function effects(area) {
  return [
    ...(area ? [{ value: "closed", label: t("conditions.effect.closed") }] : []),
    ...PERCENT.map((percent) => ({ value: `factor ${percent}`, label: t("conditions.factor", { percent }) })),
    ...KPH.map((kph) => ({ value: `kph ${kph}`, label: t("conditions.kph", { kph }) })),
  ];
}

function effectOf(value) {
  const [kind, number] = value.split(" ");
  if (kind === "closed") return { kind: "closure" };
  return { kind: "speed", ...(kind === "kph" ? { speed_kph: Number(number) } : { speed_factor: Number(number) / 100 }) };
}

/** The classes of this city's roads that are main or local ones; none named are all. */
async function classes(roads) {
  if (roads === "all") return [];
  const { items } = await get("/api/v1/road-classes");
  return items.map(({ name }) => name).filter((name) => MAIN.test(name) === (roads === "main"));
}

/** The hours of the week as OpenStreetMap writes them; a missing end is the day's. */
function hours({ days, from, to }) {
  if (!from && !to) return DAYS[days].trim();
  return `${DAYS[days]}${from || "00:00"}-${to || "24:00"}`;
}

function spans() {
  return [
    { value: "", label: t("conditions.lasting.open") },
    ...LASTING_H.map((n) => ({ value: String(n), label: t("conditions.lasting.hours", { n }) })),
  ];
}

const until = (lasting) => (lasting ? new Date(now() + Number(lasting) * MS_PER_HOUR).toISOString() : null);
