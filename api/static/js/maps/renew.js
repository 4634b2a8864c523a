// A live map renews itself: every half minute, unless somebody reads a popup, switched it off or looks elsewhere.

const EVERY_MS = 30_000;
const VIEW = "equipage.map.view";
const OFF = "equipage.map.still";
const CLOSED = "equipage.map.closed";
const HIDDEN = "equipage.map.hidden";

const layers = () => [...document.querySelectorAll(".leaflet-control-layers-overlays label")].map((label) => ({ name: label.textContent.trim(), box: label.querySelector("input") }));

/** Leave closed what somebody closed, and out of sight the layers that somebody took away. */
function keepOutOfSight(map) {
  const panel = document.querySelector(".map-panel details");
  panel.open = sessionStorage.getItem(CLOSED) === null;
  panel.addEventListener("toggle", () => (panel.open ? sessionStorage.removeItem(CLOSED) : sessionStorage.setItem(CLOSED, "1")));
  const hidden = JSON.parse(sessionStorage.getItem(HIDDEN) ?? "[]");
  layers().forEach(({ name, box }) => hidden.includes(name) && box.click());
  map.on("overlayadd overlayremove", () => sessionStorage.setItem(HIDDEN, JSON.stringify(layers().filter(({ box }) => !box.checked).map(({ name }) => name))));
}

document.addEventListener("DOMContentLoaded", () => {
  const map = window[document.querySelector(".folium-map").id];
  const box = document.getElementById("renew");
  const view = JSON.parse(sessionStorage.getItem(VIEW) ?? "null");
  if (view) map.setView(view.center, view.zoom, { animate: false });
  map.on("moveend", () => sessionStorage.setItem(VIEW, JSON.stringify({ center: map.getCenter(), zoom: map.getZoom() })));
  keepOutOfSight(map);
  box.checked = sessionStorage.getItem(OFF) === null;
  box.addEventListener("change", () => (box.checked ? sessionStorage.removeItem(OFF) : sessionStorage.setItem(OFF, "1")));
  setInterval(() => {
    if (box.checked && !document.hidden && !document.querySelector(".leaflet-popup")) location.reload();
  }, EVERY_MS);
});
