// Reports and crews on the map, all on one canvas: a thousand marks cost a few milliseconds a frame.

/* global L */

import { now } from "./clock.js";
import { crewSign, prioritySign } from "./shapes.js";

const GLIDE_MS = 900; // positions come about once a second
const FRAME_MS = 40; // 25 frames a second are smooth enough for vans
const HIT_PX = 15;
const STALE_ALPHA = 0.42;
const SMALL_BELOW_ZOOM = 13;
const STANDBY_PX = 5;
const STANDBY_DASH = [5, 5];
const FONT = "-apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif";
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

const sprites = new Map();

/** Draw a sign once, to be copied from then on. */
function sprite(sign, size, ring) {
  const ratio = devicePixelRatio || 1;
  const key = [sign.path, sign.colour, sign.letter, sign.hollow, size, ring, ratio].join("|");
  if (sprites.has(key)) return sprites.get(key);
  const side = size + 8;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(side * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.translate(4, 4);
  pen.scale(size / 24, size / 24);
  const path = new Path2D(sign.path);
  pen.lineJoin = "round";
  pen.shadowColor = "rgb(0 0 0 / 35%)";
  pen.shadowBlur = 3 * ratio;
  pen.lineWidth = ring;
  pen.strokeStyle = "#ffffff";
  pen.stroke(path);
  pen.shadowColor = "transparent";
  pen.fillStyle = sign.hollow ? "#ffffff" : sign.colour;
  pen.fill(path);
  if (sign.hollow) {
    pen.lineWidth = 2.4;
    pen.strokeStyle = sign.colour;
    pen.stroke(path);
  }
  if (size >= 14) {
    pen.fillStyle = sign.hollow ? sign.colour : "#ffffff";
    pen.font = `700 13px ${FONT}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(sign.letter, 12, sign.letterY + 0.6);
  }
  const drawn = { canvas, side };
  sprites.set(key, drawn);
  return drawn;
}

/** A Leaflet layer; `setMarks` gives it what to draw, in drawing order. */
export const MarksLayer = L.Layer.extend({
  initialize() {
    this._marks = [];
    this._places = new Map(); // where gliding marks are now, and where they go
    this._frame = null;
    this._drawnAt = 0;
  },

  onAdd(map) {
    this._map = map;
    this._canvas = L.DomUtil.create("canvas", "marks leaflet-zoom-animated", map.getPanes().markerPane);
    this._pen = this._canvas.getContext("2d");
    // While the map is dragged the canvas moves with it; only its edges have to be filled, a little later.
    map.on("move", this._request, this);
    map.on("moveend resize zoomend viewreset", this._draw, this);
    map.on("zoomanim", this._zoom, this);
    this._draw();
  },

  onRemove(map) {
    map.off("move", this._request, this);
    map.off("moveend resize zoomend viewreset", this._draw, this);
    map.off("zoomanim", this._zoom, this);
    this._canvas.remove();
  },

  /** Draw these from now on: `{key, kind, lon, lat, priority | status | crew, stale, selected, course}`. */
  setMarks(marks) {
    const moment = performance.now();
    for (const mark of marks) {
      const place = this._places.get(mark.key);
      if (!place) {
        this._places.set(mark.key, { from: mark, to: mark, since: 0, course: null });
      } else if (place.to.lon !== mark.lon || place.to.lat !== mark.lat) {
        const here = this._at(place, moment);
        const course = mark.kind === "crew" ? courseOf(here, mark) ?? place.course : null;
        this._places.set(mark.key, { from: here, to: { lon: mark.lon, lat: mark.lat }, since: moment, course });
      }
    }
    if (this._places.size > marks.length * 2 + 100) {
      const known = new Set(marks.map((mark) => mark.key));
      for (const key of this._places.keys()) if (!known.has(key)) this._places.delete(key);
    }
    this._marks = marks;
    this._request();
  },

  /** The uppermost mark at a point of the map's container, or null. */
  markAt(point) {
    let best = null;
    let nearest = HIT_PX;
    const moment = performance.now();
    for (const mark of this._marks) {
      const place = this._at(this._places.get(mark.key), moment);
      const distance = this._map.latLngToContainerPoint([place.lat, place.lon]).distanceTo(point);
      if (distance <= nearest) {
        best = mark;
        nearest = distance;
      }
    }
    return best;
  },

  _at(place, moment) {
    const share = reducedMotion.matches ? 1 : Math.min(1, (moment - place.since) / GLIDE_MS);
    return {
      lon: place.from.lon + (place.to.lon - place.from.lon) * share,
      lat: place.from.lat + (place.to.lat - place.from.lat) * share,
      gliding: share < 1,
    };
  },

  _request() {
    if (this._frame !== null || !this._map) return;
    this._frame = requestAnimationFrame((moment) => {
      this._frame = null;
      if (moment - this._drawnAt < FRAME_MS) this._request();
      else this._draw();
    });
  },

  _draw() {
    if (!this._map) return;
    const map = this._map;
    const moment = performance.now();
    this._drawnAt = moment;
    const size = map.getSize();
    const ratio = devicePixelRatio || 1;
    if (this._canvas.width !== Math.round(size.x * ratio) || this._canvas.height !== Math.round(size.y * ratio)) {
      this._canvas.width = Math.round(size.x * ratio);
      this._canvas.height = Math.round(size.y * ratio);
      this._canvas.style.width = `${size.x}px`;
      this._canvas.style.height = `${size.y}px`;
    }
    L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint([0, 0]));
    this._pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this._pen.clearRect(0, 0, size.x, size.y);
    let gliding = false;
    for (const mark of this._marks) {
      const place = this._at(this._places.get(mark.key), moment);
      gliding ||= place.gliding;
      const point = map.latLngToContainerPoint([place.lat, place.lon]);
      if (mark.kind === "standby") {
        const crew = this._at(this._places.get(mark.crew), moment);
        this._drawStandby(map.latLngToContainerPoint([crew.lat, crew.lon]), point);
        continue; // its line may cross the map where neither of its ends is
      }
      if (point.x < -30 || point.y < -30 || point.x > size.x + 30 || point.y > size.y + 30) continue;
      this._drawMark(mark, point);
    }
    if (gliding) this._request();
  },

  _drawMark(mark, point) {
    const pen = this._pen;
    const far = this._map.getZoom() < SMALL_BELOW_ZOOM;
    const crew = mark.kind === "crew";
    const sign = crew ? crewSign(mark.status) : prioritySign(mark.priority);
    const size = crew ? (far ? 20 : 26) : far ? 12 : 18;
    pen.globalAlpha = mark.stale || mark.faint ? STALE_ALPHA : 1;
    if (mark.selected) ringAround(pen, point, size, "#1b1f24");
    if (mark.breached) ringAround(pen, point, size - 4, "#c8102e");
    const course = crew && mark.status === "en_route" ? this._places.get(mark.key).course : null;
    const drawn = sprite(course === null ? sign : { ...sign, letter: "" }, size, crew ? 4.5 : 4);
    pen.save();
    pen.translate(point.x, point.y);
    if (course !== null) pen.rotate(course);
    pen.drawImage(drawn.canvas, -drawn.side / 2, -drawn.side / 2, drawn.side, drawn.side);
    pen.restore();
    if (course !== null) {
      // The letter stays upright while its arrow turns.
      pen.fillStyle = "#ffffff";
      pen.font = `700 ${Math.round(size * 0.5)}px ${FONT}`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(sign.letter, point.x, point.y + 1);
    }
    pen.globalAlpha = 1;
  },

  /** A dashed line to where an idle crew was asked to wait, and a hollow mark there. */
  _drawStandby(from, to) {
    const pen = this._pen;
    const { colour } = crewSign("available");
    const line = new Path2D();
    line.moveTo(from.x, from.y);
    line.lineTo(to.x, to.y);
    const mark = new Path2D();
    mark.arc(to.x, to.y, STANDBY_PX, 0, 2 * Math.PI);
    pen.setLineDash(STANDBY_DASH);
    strokeTwice(pen, line, { width: 2, edge: 0.7, colour });
    pen.setLineDash([]);
    pen.fillStyle = "#ffffff";
    pen.fill(mark);
    strokeTwice(pen, mark, { width: 2.5, edge: 1.5, colour });
  },

  _zoom(event) {
    const scale = this._map.getZoomScale(event.zoom);
    const offset = this._map._latLngToNewLayerPoint(this._map.containerPointToLatLng([0, 0]), event.zoom, event.center);
    L.DomUtil.setTransform(this._canvas, offset, scale);
  },
});

function ringAround(pen, point, size, colour) {
  const ring = new Path2D();
  ring.arc(point.x, point.y, size / 2 + 6, 0, 2 * Math.PI);
  strokeTwice(pen, ring, { width: 2.5, edge: 1.5, colour });
}

/** A stroke with a white edge, to be seen on any ground. */
function strokeTwice(pen, path, { width, edge, colour }) {
  pen.lineWidth = width + 2 * edge;
  pen.strokeStyle = "#ffffff";
  pen.stroke(path);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke(path);
}

/** The direction of a move in radians clockwise from north; null where it is too short to tell. */
function courseOf(from, to) {
  const east = (to.lon - from.lon) * Math.cos((to.lat * Math.PI) / 180);
  const north = to.lat - from.lat;
  return Math.hypot(east, north) < 3e-5 ? null : Math.atan2(east, north);
}

/** Marks for a report and a crew; what the layer needs and nothing else. */
export const reportMark = (report, selected) => ({
  key: `r${report.id}`,
  kind: "report",
  id: report.id,
  lon: report.lon,
  lat: report.lat,
  priority: report.priority,
  selected,
  faint: Boolean(report.linked_to),
  breached: report.sla !== "met" && !report.assignment?.arrived_at && Date.parse(report.due_at) < now(),
});

export const crewMark = (crew, selected) => ({
  key: `c${crew.id}`,
  kind: "crew",
  id: crew.id,
  lon: crew.lon,
  lat: crew.lat,
  status: crew.status,
  stale: Boolean(crew.position?.stale) || crew.status === "off_shift",
  selected,
});

/** Where an idle crew was asked to wait. */
export const standbyMark = ({ id, standby }) => ({ key: `s${id}`, kind: "standby", id, crew: `c${id}`, lon: standby.lon, lat: standby.lat });
