// The console: load who and where we are, start every part, then follow the stream.

import { ApiError, get, isPassing, listAll, waitMs } from "./api.js";
import { showAccuracy, startAccuracy } from "./accuracy.js";
import { takeCall } from "./call.js";
import { inLanguage, localService } from "./city_words.js";
import { startClock } from "./clock.js";
import { showConditions, startConditions } from "./conditions.js";
import { startCrewPanel } from "./crew_panel.js";
import { startCrews } from "./crews.js";
import { startDemo } from "./demo.js";
import { faultText } from "./faults.js";
import { showHelp } from "./help.js";
import { t, translatePage } from "./i18n.js";
import { keysAreOn, setKeys, startKeyboard } from "./keyboard.js";
import { startMap } from "./map.js";
import { startNews } from "./news.js";
import { showPlannedWork, startPlannedWork } from "./planned_work.js";
import { startQueue } from "./queue.js";
import { startReportPanel } from "./report_panel.js";
import { can, store, subscribe } from "./store.js";
import { showShifts, startShifts } from "./shifts.js";
import { startStrip } from "./strip.js";
import { startSync } from "./sync.js";
import { startTabs } from "./tabs.js";
import { showWhatIf, startWhatIf } from "./what_if.js";
import { startThemeButton } from "./theme.js";

const TRY_AGAIN_MS = 1500;

/** Ask until it is answered: the server may still be loading its roads, or want us to wait. */
async function patiently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        location.assign("/login");
        return new Promise(() => {});
      }
      if (!(error instanceof ApiError) || !isPassing(error)) throw error;
      document.getElementById("loading-text").textContent = faultText(error).text;
      await new Promise((resolve) => setTimeout(resolve, waitMs(error, TRY_AGAIN_MS)));
    }
  }
}

function startButtons() {
  const actions = {
    "take-call": takeCall,
    "show-shifts": showShifts,
    "show-planned-work": showPlannedWork,
    "show-conditions": showConditions,
    "show-accuracy": showAccuracy,
    "show-what-if": () => showWhatIf(),
    "show-help": () => showHelp({ keysAreOn, setKeys }),
  };
  for (const [id, action] of Object.entries(actions)) document.getElementById(id).addEventListener("click", action);
}

async function start() {
  translatePage();
  store.me = await patiently(() => get("/api/v1/me"));
  if (!can("watch")) {
    document.getElementById("loading-text").textContent = t("fault.not_a_dispatcher", { name: store.me.name });
    return;
  }
  const asked = [() => listAll("/api/v1/services"), () => listAll("/api/v1/skills"), startClock, startDemo];
  const [services, skills] = await Promise.all(asked.map(patiently));
  store.services = new Map(services.map((service) => [service.code, localService(service)]));
  store.skills = new Map(skills.map(({ code, name, names }) => [code, inLanguage(name, names)]));
  startTabs();
  startMap();
  startQueue();
  startCrews();
  startReportPanel();
  startCrewPanel();
  startShifts();
  startPlannedWork();
  startConditions();
  startAccuracy();
  startWhatIf();
  startStrip();
  startKeyboard();
  startButtons();
  startThemeButton(document.getElementById("change-theme"));
  // Now a press is heard.
  for (const node of document.querySelectorAll("[inert]")) node.inert = false;
  subscribe(["loaded"], () => {
    document.getElementById("loading").hidden = true;
    document.body.dataset.ready = "true";
    startNews();
  });
  startSync();
}

start().catch((error) => {
  document.getElementById("loading-text").textContent = t("fault.start", { message: faultText(error).text });
  console.error(error);
});
