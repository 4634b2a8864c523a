// A live map renews itself: every half minute, unless somebody reads a popup, switched it off or looks elsewhere.

const EVERY_MS = 30_000;
const VIEW = "equipage.map.view";
const OFF = "equipage.map.still";

document.addEventListener("DOMContentLoaded", () => {
  const map = window[document.querySelector(".folium-map").id];
  const box = document.getElementById("renew");
  const view = JSON.parse(sessionStorage.getItem(VIEW) ?? "null");
  if (view) map.setView(view.center, view.zoom, { animate: false });
  map.on("moveend", () => sessionStorage.setItem(VIEW, JSON.stringify({ center: map.getCenter(), zoom: map.getZoom() })));
  box.checked = sessionStorage.getItem(OFF) === null;
  box.addEventListener("change", () => (box.checked ? sessionStorage.removeItem(OFF) : sessionStorage.setItem(OFF, "1")));
  setInterval(() => {
    if (box.checked && !document.hidden && !document.querySelector(".leaflet-popup")) location.reload();
  }, EVERY_MS);
});
