// Signs of priorities and crew states: a shape, a letter and a colour each, never colour alone.
// The colours keep a contrast of at least 4.5 on white and 3 on the map's ground. Paths are in a 24 x 24 box.

import { svg } from "./dom.js";
import { t } from "./i18n.js";

const PATHS = {
  diamond: "M12 .8 23.2 12 12 23.2.8 12Z",
  triangle: "M12 1.4 23.4 21.6H.6Z",
  square: "M3.2 3.2H20.8V20.8H3.2Z",
  pentagon: "M12 1.2 22.6 8.9 18.6 21.4H5.4L1.4 8.9Z",
  circle: "M12 1.2A10.8 10.8 0 1 1 12 22.8 10.8 10.8 0 1 1 12 1.2Z",
  arrow: "M12 .4 21.6 8.4V20.2Q21.6 22.6 19.2 22.6H4.8Q2.4 22.6 2.4 20.2V8.4Z",
  rounded: "M6 1.6H18Q22.4 1.6 22.4 6V18Q22.4 22.4 18 22.4H6Q1.6 22.4 1.6 18V6Q1.6 1.6 6 1.6Z",
  hexagon: "M6.4 1.8H17.6L23.2 12 17.6 22.2H6.4L.8 12Z",
};

export const PRIORITY = {
  1: { path: PATHS.diamond, colour: "#c8102e", letterY: 12 },
  2: { path: PATHS.triangle, colour: "#b34000", letterY: 14.6 },
  3: { path: PATHS.square, colour: "#0072b2", letterY: 12 },
  4: { path: PATHS.pentagon, colour: "#595959", letterY: 12.6 },
};

export const CREW_STATE = {
  available: { path: PATHS.circle, colour: "#00755a", letterY: 12 },
  en_route: { path: PATHS.arrow, colour: "#0072b2", letterY: 13 },
  on_site: { path: PATHS.rounded, colour: "#b34000", letterY: 12 },
  on_break: { path: PATHS.hexagon, colour: "#8f3d73", letterY: 12 },
  off_shift: { path: PATHS.circle, colour: "#595959", letterY: 12, hollow: true },
};

export const prioritySign = (priority) => ({ ...(PRIORITY[priority] || PRIORITY[4]), letter: String(priority) });

export function crewSign(status) {
  const known = status in CREW_STATE ? status : "off_shift";
  return { ...CREW_STATE[known], letter: t(`crew.state.${known}.letter`) };
}

/** A sign as an image with a name for screen readers; without a name it is decoration. */
function signIcon(sign, label, size = 20) {
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, class: "sign" };
  const named = label ? { ...attributes, role: "img", "aria-label": label } : { ...attributes, "aria-hidden": "true" };
  return svg(
    "svg",
    named,
    svg("path", { d: sign.path, fill: sign.hollow ? "#ffffff" : sign.colour, stroke: sign.colour, "stroke-width": sign.hollow ? 2 : 0 }),
    svg(
      "text",
      {
        x: 12,
        y: sign.letterY,
        dy: ".36em",
        "text-anchor": "middle",
        "font-size": 13,
        "font-weight": 700,
        fill: sign.hollow ? sign.colour : "#ffffff",
      },
      sign.letter,
    ),
  );
}

export const priorityIcon = (priority, size) =>
  signIcon(prioritySign(priority), t("priority.label", { priority: t(`priority.${priority}`) }), size);

export const crewIcon = (status, size) => signIcon(crewSign(status), t(`crew.state.${status}`), size);

/** Where an idle crew is to wait, as on the map: a dashed line to a hollow mark. */
export function standbyIcon(size) {
  const stroke = { stroke: CREW_STATE.available.colour, fill: "#ffffff" };
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "sign", "aria-hidden": "true" },
    svg("path", { d: "M1 23 13 11", ...stroke, "stroke-width": 2.4, "stroke-dasharray": "5 3" }),
    svg("circle", { cx: 17, cy: 7, r: 5, ...stroke, "stroke-width": 2.6 }),
  );
}
