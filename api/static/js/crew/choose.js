// The crews to look at, for those who direct them: on shift first, then the others.

import { get, listAll } from "../api.js";
import { setClock } from "../clock.js";
import { fill, h } from "../dom.js";
import { t, translatePage } from "../i18n.js";
import { crewIcon } from "../shapes.js";
import { faultText } from "../faults.js";

const list = document.getElementById("crews");

function row(crew) {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "crew-link", href: `/crew/${encodeURIComponent(crew.id)}` },
      crewIcon(crew.status, 30),
      h("span", {}, h("b", {}, crew.name), h("span", { class: "quiet" }, t(`crew.state.${crew.status}`))),
    ),
  );
}

translatePage();
try {
  const clock = await get("/api/v1/clock");
  setClock(clock.now, clock.speed, clock.time_zone);
  const crews = await listAll("/api/v1/crews");
  const order = (crew) => (crew.status === "off_shift" ? 1 : 0);
  crews.sort((one, other) => order(one) - order(other) || one.name.localeCompare(other.name));
  fill(list, crews.map(row));
  document.getElementById("crews-state").hidden = crews.length > 0;
  document.getElementById("crews-state").textContent = t("crews.empty");
} catch (error) {
  document.getElementById("crews-state").textContent = faultText(error).text;
}
document.body.dataset.ready = "true";
