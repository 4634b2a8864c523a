// Links that open a navigation application at a job; nothing is asked of anybody before they are tapped.

import { query } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";

const APPLE = /iPhone|iPad|Macintosh/;

function addresses({ lat, lon }) {
  const place = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  return {
    geo: `geo:${place}?q=${place}`,
    google: query("https://www.google.com/maps/dir/", { api: 1, travelmode: "driving", destination: place }),
    apple: query("https://maps.apple.com/", { dirflg: "d", daddr: place }),
    waze: query("https://waze.com/ul", { navigate: "yes", ll: place }),
  };
}

/** What the telephone itself opens: Apple's maps on its devices, whatever answers to `geo:` on Android. */
function usual() {
  if (APPLE.test(navigator.userAgent)) return "apple";
  return /Android/.test(navigator.userAgent) ? "geo" : "google";
}

function link(name, href, label, kind) {
  const elsewhere = name === "geo" ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return h("a", { class: `button ${kind}`, href, data: { navigation: name }, ...elsewhere }, label);
}

/** The link for this telephone. */
export function navigateLink(job) {
  const name = usual();
  return link(name, addresses(job)[name], t("duty.navigate"), "big");
}

/** All of them, for whoever prefers another application. */
export function otherNavigation(job) {
  return h(
    "details",
    { class: "others" },
    h("summary", {}, t("duty.navigate.others")),
    h("div", { class: "others-links" }, Object.entries(addresses(job)).map(([name, href]) => link(name, href, t(`duty.navigate.${name}`), ""))),
  );
}
