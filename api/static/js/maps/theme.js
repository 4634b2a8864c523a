// A map of the server by day or by night, as the console is.

/* global L */

import { tileUrl } from "../base_map.js";
import { onTheme } from "../theme.js";

const map = window[document.querySelector(".folium-map").id];
onTheme((theme) => map.eachLayer((layer) => layer instanceof L.TileLayer && layer.setUrl(tileUrl(theme))));
