// The live map: our own tiles, the marks, the selected crew's way, closures, and clicks that mean a place.

/* global L */

import { serviceName } from "./city_words.js";
import { everySecond } from "./clock.js";
import { get } from "./api.js";
import { MAX_ZOOM, baseMap, tileUrl } from "./base_map.js";
import { button, h } from "./dom.js";
import { ago } from "./format.js";
import { t } from "./i18n.js";
import { MarksLayer, crewMark, reportMark, standbyMark } from "./marks.js";
import { remember, remembered } from "./settings.js";
import { savesText, standbyText } from "./standby.js";
import { OPEN, isIdle, select, selectedReport, store, subscribe } from "./store.js";
import { isNarrow, showTab } from "./tabs.js";
import { onTheme } from "./theme.js";

const CLOSE_ZOOM = 16;
const EDGE_PX = 40;
const PIN_PX = 3;
const PIN_FAR_PX = 20;
const PIN_STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const PANE_OPENS_MS = 60;
const ROUTE_EVERY_MS = 10_000;

let map = null;
let marks = null;
let routeLayer = null;
let closureLayer = null;
let sketchLayer = null;
let pin = null;
let picking = null; // {onPick}: the next clicks mean a place
let drawing = null; // {points, layer, resolve}: a polygon in the making
let tip = null;

export const onFocusMap = () => document.getElementById("map").focus();

/** Make the map in its element, looking at the city. */
export function startMap() {
  const city = store.me.city;
  const [west, south, east, north] = city.bounds;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  map = L.map("map", {
    zoomAnimation: !still,
    fadeAnimation: !still,
    inertia: !still,
    zoomControl: false,
    maxZoom: MAX_ZOOM,
    minZoom: 9,
    doubleClickZoom: true,
    maxBounds: L.latLngBounds([south, west], [north, east]).pad(0.6),
    wheelPxPerZoomLevel: 90,
    zoomSnap: 1,
  });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ position: "bottomright", zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }).addTo(map);
  cityButton().addTo(map);
  L.control.scale({ position: "bottomleft", imperial: false }).addTo(map);
  const tiles = baseMap({ keepBuffer: 3 });
  onTheme((now) => tiles.setUrl(tileUrl(now)));
  tiles.addTo(map);
  closureLayer = L.layerGroup().addTo(map);
  sketchLayer = L.layerGroup().addTo(map);
  routeLayer = L.layerGroup().addTo(map);
  marks = new MarksLayer();
  marks.addTo(map);
  const view = remembered(`view.${city.key}`, null);
  if (view) map.setView(view.center, view.zoom);
  else map.setView([city.center[1], city.center[0]], 13);
  map.on("moveend", () => remember(`view.${city.key}`, { center: [map.getCenter().lat, map.getCenter().lng], zoom: map.getZoom() }));
  map.on("click", onClick);
  map.on("dblclick", endDrawing);
  map.on("mousemove", onHover);
  map.on("mouseout", hideTip);
  tip = document.getElementById("map-tip");
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(document.getElementById("map"));
  subscribe(["reports", "crews", "positions", "selection"], drawMarks);
  subscribe(["conditions"], drawClosures);
  subscribe(["selection", "routes"], drawRoute);
  setInterval(drawRoute, ROUTE_EVERY_MS);
  everySecond(drawMarks); // reports turn red without an event
  drawMarks();
  drawClosures();
}

// --- Marks ------------------------------------------------------------------------------------------

const hasPlace = (thing) => thing.lon !== null && thing.lon !== undefined;

function drawMarks() {
  const chosen = store.selection;
  const own = selectedReport()?.assignment?.crew_id;
  const list = [...store.crews.values()].filter((crew) => hasPlace(crew) && isIdle(crew) && crew.standby).map(standbyMark);
  const reports = [...store.reports.values()].filter((report) => OPEN.has(report.status) || chosen?.id === report.id);
  reports.sort((a, b) => b.priority - a.priority);
  for (const report of reports) list.push(reportMark(report, chosen?.kind === "report" && chosen.id === report.id));
  for (const crew of store.crews.values()) {
    const selected = chosen?.kind === "crew" && chosen.id === crew.id;
    // Where somebody is off shift is nobody's business; the last place of a vehicle may be asked for.
    if (!hasPlace(crew) || (crew.status === "off_shift" && !selected)) continue;
    list.push(crewMark(crew, selected || own === crew.id));
  }
  // What is selected lies on top.
  list.sort((a, b) => Number(a.selected) - Number(b.selected));
  marks.setMarks(list);
}

function onHover(event) {
  if (drawing) return;
  const mark = picking ? null : marks.markAt(event.containerPoint);
  map.getContainer().classList.toggle("over-mark", Boolean(mark));
  if (!mark) {
    hideTip();
    return;
  }
  tip.textContent = tipText(mark);
  tip.style.left = `${event.containerPoint.x}px`;
  tip.style.top = `${event.containerPoint.y}px`;
  tip.hidden = false;
}

function hideTip() {
  tip.hidden = true;
}

function tipText(mark) {
  if (mark.kind === "report") {
    const report = store.reports.get(mark.id);
    return report ? `${serviceName(report)}\n${report.address || ""}` : "";
  }
  const crew = store.crews.get(mark.id);
  if (!crew) return "";
  const age = crew.position?.fix_time ? ago(crew.position.fix_time) : t("crew.no_signal");
  const signal = crew.position?.stale ? t("crew.last_signal", { ago: age }) : age;
  const waits = isIdle(crew) && crew.standby ? [standbyText(crew), savesText(crew.standby)] : [];
  return [`${crew.name} · ${t(`crew.state.${crew.status}`)}`, signal, ...waits].filter(Boolean).join("\n");
}

function onClick(event) {
  if (drawing) {
    addCorner(event.latlng);
    return;
  }
  if (picking) {
    picking.onPick(event.latlng.lng, event.latlng.lat);
    return;
  }
  const mark = marks.markAt(event.containerPoint);
  if (mark) select(mark.kind === "report" ? "report" : "crew", mark.id);
}

/** Look at a place, from near enough to read the streets. */
export function lookAt(lon, lat, { close = true } = {}) {
  if (!hasPlace({ lon })) return;
  const zoom = close ? Math.max(map.getZoom(), CLOSE_ZOOM) : map.getZoom();
  const [right, below] = coveredPx();
  const middle = map.unproject(map.project([lat, lon], zoom).add([right / 2, below / 2]), zoom);
  map.setView(middle, zoom, { animate: true, duration: 0.4 });
}

/** Look at a crew with all that it has before it, and not from nearer than streets are read. */
export function lookAtCrew({ lon, lat }) {
  showTab("map");
  const way = L.featureGroup(routeLayer.getLayers()).getBounds();
  if (!way.isValid()) {
    lookAt(lon, lat);
    return;
  }
  if (hasPlace({ lon })) way.extend([lat, lon]);
  const [right, below] = coveredPx();
  map.fitBounds(way, { paddingTopLeft: [EDGE_PX, EDGE_PX], paddingBottomRight: [right + EDGE_PX, below + EDGE_PX], maxZoom: CLOSE_ZOOM });
}

/** How much of the map the pane lies on, from the right and, on a narrow screen, from below. */
function coveredPx() {
  const drawer = document.getElementById("drawer");
  if (drawer.hidden || getComputedStyle(drawer).position !== "absolute") return [0, 0];
  const { x, y } = map.getSize();
  return isNarrow() ? [0, Math.min(drawer.offsetHeight, y / 2)] : [Math.min(drawer.offsetWidth, x / 2), 0];
}

/** Move the map only if the place is not to be seen on it, once the pane beside it has opened. */
export function bringIntoView(lon, lat) {
  if (!hasPlace({ lon })) return;
  setTimeout(() => {
    const size = map.getSize();
    const [right, below] = coveredPx();
    const point = map.latLngToContainerPoint([lat, lon]);
    const [x, y] = [size.x - right - EDGE_PX, size.y - below - EDGE_PX];
    if (point.x > EDGE_PX && point.y > EDGE_PX && point.x < x && point.y < y) return;
    map.panTo(map.containerPointToLatLng(point.add([right / 2, below / 2])), { animate: true, duration: 0.4 });
  }, PANE_OPENS_MS);
}

/** A button on the map that shows the whole city again. */
function cityButton() {
  const control = L.control({ position: "bottomright" });
  control.onAdd = () => {
    const [west, south, east, north] = store.me.city.bounds;
    const look = button("⤢", () => map.fitBounds([[south, west], [north, east]]), {
      title: t("map.whole_city"),
      "aria-label": t("map.whole_city"),
    });
    const box = h("div", { class: "leaflet-bar city-button" }, look);
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  return control;
}

// --- A place for a report -------------------------------------------------------------------------

/** Let clicks mean places until `stopPicking`. */
export function startPicking(onPick) {
  picking = { onPick };
  map.getContainer().classList.add("picking");
}

export function stopPicking() {
  picking = null;
  map.getContainer().classList.remove("picking");
  showPin(null);
}

/** Show a place, or none; the pin can be dragged, and moved with the arrows while it has the focus. */
export function showPin(place, onMove) {
  if (!place) {
    pin?.remove();
    pin = null;
    return;
  }
  pin ??= makePin();
  pin.onMove = onMove;
  pin.setLatLng([place.lat, place.lon]);
  if (!map.hasLayer(pin)) pin.addTo(map);
}

function makePin() {
  const icon = L.divIcon({ className: "place-pin", iconSize: [30, 40], iconAnchor: [15, 38], html: "" });
  const made = L.marker([0, 0], { icon, draggable: true, title: t("map.pin"), alt: t("map.pin"), zIndexOffset: 1000 });
  const tell = () => made.onMove(made.getLatLng().lng, made.getLatLng().lat);
  made.on("dragend", tell);
  made.on("add", () => {
    const node = made.getElement();
    node.setAttribute("aria-label", t("map.pin"));
    node.addEventListener("keydown", (event) => {
      const step = PIN_STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const pixels = L.point(step).multiplyBy(event.shiftKey ? PIN_FAR_PX : PIN_PX);
      made.setLatLng(map.containerPointToLatLng(map.latLngToContainerPoint(made.getLatLng()).add(pixels)));
      tell();
    });
  });
  return made;
}

// --- The way of the selected crew -----------------------------------------------------------------

/** Whose way is drawn, and up to which stop: all of a selected crew's, and a selected report's crew's up to there. */
function wantedRoute() {
  if (store.selection?.kind === "crew") {
    const crew = store.crews.get(store.selection.id);
    return crew?.current || crew?.next ? { crew_id: crew.id, last: null } : null;
  }
  const assignment = selectedReport()?.assignment;
  if (!assignment || !["planned", "en_route"].includes(assignment.status)) return null;
  return { crew_id: assignment.crew_id, last: assignment.id };
}

async function drawRoute() {
  const wanted = wantedRoute();
  if (!wanted) {
    routeLayer.clearLayers();
    return;
  }
  let drawn = [];
  try {
    drawn = (await get(`/api/v1/crews/${encodeURIComponent(wanted.crew_id)}/itinerary`)).features;
  } catch {
    drawn = []; // the crew is gone meanwhile: then there is nothing to draw
  }
  if (JSON.stringify(wantedRoute()) !== JSON.stringify(wanted)) return;
  routeLayer.clearLayers();
  const last = drawn.find(({ properties }) => properties.assignment_id === wanted.last)?.properties.position ?? Infinity;
  const shown = drawn.filter(({ properties }) => properties.position <= last);
  const ways = shown.filter(({ geometry }) => geometry.type === "LineString").reverse(); // the first lies on top
  for (const edge of [true, false]) for (const way of ways) drawWay(way, edge);
  const stops = shown.filter(({ geometry }) => geometry.type === "Point");
  if (stops.length > 1) stops.forEach(drawStop);
}

function drawWay(way, edge) {
  const later = way.properties.position > 1 ? " later" : "";
  const style = edge ? { className: "way-edge", weight: 9, opacity: 0.9 } : { className: `way${later}`, weight: 4.5, opacity: 0.95 };
  L.geoJSON(way, { interactive: false, style }).addTo(routeLayer);
}

/** The number of a stop beside its mark: the marks themselves are one canvas. */
function drawStop({ geometry, properties }) {
  const [lon, lat] = geometry.coordinates;
  const number = h("span", { class: "stop-number" }, properties.position);
  const icon = L.divIcon({ className: "route-stop", iconSize: [20, 20], iconAnchor: [-4, 24], html: number });
  L.marker([lat, lon], { icon, interactive: false, keyboard: false }).addTo(routeLayer);
}

// --- Closures -------------------------------------------------------------------------------------

function drawClosures() {
  closureLayer.clearLayers();
  for (const condition of store.conditions) {
    if (!condition.area) continue;
    const style = { className: "closure", weight: 2, dashArray: "6 5", fillOpacity: 0.1 };
    // A bound tooltip takes an element; its text is never read as markup.
    const name = document.createElement("span");
    name.textContent = condition.name;
    L.geoJSON(condition.area, { style, interactive: true }).bindTooltip(name, { sticky: true }).addTo(closureLayer);
  }
}

/** Draw closures that are only tried out. */
export function sketchClosures(areas) {
  sketchLayer.clearLayers();
  for (const area of areas) {
    L.geoJSON(area, { style: { className: "closure", weight: 3, dashArray: "2 6", fillOpacity: 0.15 }, interactive: false }).addTo(sketchLayer);
  }
}

/** Show the whole of a closure. */
export function lookAtArea(area) {
  map.fitBounds(L.geoJSON(area).getBounds().pad(0.3), { maxZoom: CLOSE_ZOOM });
}

/** Let the person draw an area: clicks are corners, a double click or Enter ends, Escape gives up. Two make a line. */
export function drawArea({ orLine = false } = {}) {
  cancelDrawing();
  map.doubleClickZoom.disable();
  map.getContainer().classList.add("picking", "drawing");
  return new Promise((resolve) => {
    const layer = L.polygon([], { className: "closure", weight: 2, fillOpacity: 0.15, interactive: false }).addTo(map);
    drawing = { points: [], layer, resolve, least: orLine ? 2 : 3 };
  });
}

export const isDrawing = () => drawing !== null;

function addCorner(latlng) {
  const last = drawing.points[drawing.points.length - 1];
  // The second click of a double click is at the same place.
  if (last && map.latLngToContainerPoint(last).distanceTo(map.latLngToContainerPoint(latlng)) < 5) return;
  drawing.points.push(latlng);
  drawing.layer.setLatLngs(drawing.points);
}

/** End the area; with too few corners there is none. */
export function endDrawing() {
  if (!drawing) return;
  const { points, layer, resolve, least } = drawing;
  drawing = null;
  layer.remove();
  map.getContainer().classList.remove("picking", "drawing");
  setTimeout(() => map.doubleClickZoom.enable(), 0);
  if (points.length < least) {
    resolve(null);
    return;
  }
  const ring = points.map((point) => [point.lng, point.lat]);
  resolve(ring.length === 2 ? { type: "LineString", coordinates: ring } : { type: "Polygon", coordinates: [[...ring, ring[0]]] });
}

export function cancelDrawing() {
  if (!drawing) return;
  drawing.points = [];
  endDrawing();
}
