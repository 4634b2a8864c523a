// The map under every map of ours: tiles drawn by the server, and whose data they show.

/* global L */

import { t } from "./i18n.js";

export const MAX_ZOOM = 20;

/** The address of tiles by `day` or by `night`; Leaflet asks for dense ones where the screen is dense. */
export const tileUrl = (theme) => `/tiles/{z}/{x}/{y}{r}.png${theme === "night" ? "?style=night" : ""}`;

/** A layer of tiles that says what every map of OpenStreetMap data must. */
export const baseMap = (options = {}) =>
  L.tileLayer(tileUrl("day"), {
    maxZoom: MAX_ZOOM,
    attribution: `<a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener noreferrer">${t("map.attribution")}</a>`,
    ...options,
  });
