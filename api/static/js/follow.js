// The citizen's page, kept up to date: what it says is the server's, fetched anew whenever something happens.

import { redraw } from "./dom.js";

const REFRESH_MS = 60_000; // the time that is left goes by without any event
const RETRY_MS = 5000;
const TOGETHER_MS = 200; // an assignment is told in several events at once
const EVENTS = ["report", "assignment", "eta", "note"];

const path = location.pathname.replace(/\/$/, "");
const part = document.getElementById("follow");
const connection = document.getElementById("connection");
let waiting = 0;

function tell(connected) {
  connection.hidden = false;
  connection.textContent = connected ? connection.dataset.live : connection.dataset.lost;
}

async function refresh() {
  waiting = 0;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    // The link has expired meanwhile: the whole page is another.
    if (answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(answer.statusText);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    tell(true);
  } catch {
    tell(false);
    refreshIn(RETRY_MS);
  }
}

function show(page) {
  const lead = (root) => root.querySelector("#follow .lead").textContent;
  const before = lead(document);
  redraw(part, [...page.getElementById("follow").childNodes]);
  document.title = page.title;
  if (lead(document) !== before) document.getElementById("announcer").textContent = lead(document);
}

function refreshIn(ms) {
  waiting ||= setTimeout(refresh, ms);
}

function listen() {
  const source = new EventSource(`${path}/events`);
  for (const kind of [...EVENTS, "resync"]) source.addEventListener(kind, () => refreshIn(TOGETHER_MS));
  source.addEventListener("open", () => refreshIn(TOGETHER_MS));
  source.addEventListener("error", () => {
    tell(false);
    // A browser that was refused does not try again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  });
}

listen();
setInterval(() => document.hidden || refreshIn(0), REFRESH_MS);
document.addEventListener("visibilitychange", () => document.hidden || refreshIn(0));
