// The small map: our own tiles, the job, where the crew was last heard of, and the way between them.

/* global L */

import { get, query } from "../api.js";
import { baseMap, tileUrl } from "../base_map.js";
import { h, hold } from "../dom.js";
import { t } from "../i18n.js";

const MAX_ZOOM = 19;
const CLOSE_ZOOM = 16;
const MS_PER_MINUTE = 60_000;
const dark = matchMedia("(prefers-color-scheme: dark)"); // as this page's own colours

const mark = (kind) => L.divIcon({ className: `mark ${kind}`, iconSize: [26, 26] });

export class SmallMap {
  constructor(crewId) {
    this.crewId = crewId;
    this.box = hold(h("div", { class: "small-map", role: "group" }));
    this.shown = "";
    this.map = null;
  }

  /** Show a job, or where to wait for one; nothing happens where it is shown already. The box must be in the page. */
  show(job, crew) {
    // Where the arrival is another, so may be the way: a street was closed.
    const arrival = job.eta && Math.round(Date.parse(job.eta) / MS_PER_MINUTE);
    const wanted = JSON.stringify([job.assignment_id, job.status === "on_site", job.lon, job.lat, crew.lon, crew.lat, arrival]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.box.setAttribute("aria-label", t("duty.map", { place: job.address || job.title || job.service_name }));
    if (!this.map) this.start();
    this.layer.clearLayers();
    const points = [[job.lat, job.lon]];
    L.marker(points[0], { icon: mark("job"), interactive: false, keyboard: false }).addTo(this.layer);
    if (crew.lon !== null) {
      points.push([crew.lat, crew.lon]);
      L.marker(points[1], { icon: mark("own"), interactive: false, keyboard: false }).addTo(this.layer);
    }
    this.fit(points);
    if (job.assignment_id && job.status !== "on_site") this.drawWay(job, wanted);
  }

  start() {
    this.map = L.map(this.box, {
      zoomControl: false,
      // One finger scrolls the page.
      dragging: !matchMedia("(pointer: coarse)").matches,
      scrollWheelZoom: false,
      keyboard: false,
      maxZoom: MAX_ZOOM,
      fadeAnimation: false,
      zoomAnimation: false,
    });
    this.map.attributionControl.setPrefix(false);
    const ground = baseMap().addTo(this.map);
    const colour = () => ground.setUrl(tileUrl(dark.matches ? "night" : "day"));
    dark.addEventListener("change", colour);
    colour();
    this.layer = L.layerGroup().addTo(this.map);
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(this.box);
  }

  fit(points) {
    this.map.invalidateSize({ pan: false });
    this.map.fitBounds(L.latLngBounds(points), { padding: [28, 28], maxZoom: CLOSE_ZOOM, animate: false });
  }

  async drawWay(job, wanted) {
    let way;
    try {
      way = await get(query(`/api/v1/crews/${encodeURIComponent(this.crewId)}/route`, { assignment_id: job.assignment_id }));
    } catch {
      return; // without a way by road, or a connection, the two places remain
    }
    if (wanted !== this.shown) return;
    const line = L.geoJSON(way, { interactive: false, className: "way" }).addTo(this.layer);
    this.fit([line.getBounds(), [job.lat, job.lon]]);
  }
}
