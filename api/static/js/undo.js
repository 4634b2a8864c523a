// The last things this person did here, each with the way back.

import { t } from "./i18n.js";
import { touch } from "./store.js";
import { toast, toastFault } from "./toast.js";

const MOST = 30;
const done = [];

/** Remember how to take back what was just done, and offer it. */
export function didUndoably(text, back) {
  done.push({ text, back });
  if (done.length > MOST) done.shift();
  const entry = done[done.length - 1];
  entry.toast = toast(text, { undo: () => undo(entry) });
  touch("undo");
}

/** Take back the last thing, or the given one. */
export async function undo(entry = done[done.length - 1]) {
  if (!entry || !done.includes(entry)) {
    toast(t("undo.nothing"));
    return;
  }
  done.splice(done.indexOf(entry), 1);
  entry.toast.remove();
  touch("undo");
  try {
    await entry.back();
    toast(t("undo.done", { what: entry.text }));
  } catch (error) {
    toastFault(error);
  }
}
