// Where an idle crew was asked to wait, in words: for the console and for the crew's own page.

/* global L */

import { clockTime, duration } from "./format.js";
import { t, tOr } from "./i18n.js";

const THERE_M = 150; // a street's length: nobody parks on the point itself

/** Whether who is at `place` is where it was asked to wait; who was never heard of is, if it was to stay where it was. */
export const isThere = ({ lon, lat }, standby) =>
  lon === null ? standby.drive_s === 0 : L.latLng(lat, lon).distanceTo([standby.lat, standby.lon]) <= THERE_M;

/** Where a crew is to wait, or waits. */
export function standbyText({ lon, lat, standby }) {
  const { near } = standby;
  if (isThere({ lon, lat }, standby)) return near ? t("standby.near", { near }) : t("standby.there");
  const drive = duration(standby.drive_s);
  return near ? t("standby.to_near", { near, drive }) : t("standby.to_place", { drive });
}

/** What waiting there is good for; nothing where a person just said so. */
export const savesText = ({ saves_s: saves }) => (saves > 0 ? t("standby.saves", { saved: duration(saves) }) : "");

/** Whether a person said so: the planner leaves that alone, and asks anew what was its own. */
export const isByPerson = ({ actor }) => actor !== "planner";

/** When it was asked to, and by whom. */
export const askedText = ({ since, actor }) => t("standby.asked", { time: clockTime(since), who: tOr(`actor.${actor}`, actor) });
