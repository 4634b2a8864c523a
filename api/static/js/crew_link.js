// A link by which a crew's telephone signs in once: shown as a code to scan, and to nobody a second time.

import { isOnlyHere } from "./address.js";
import { post } from "./api.js";
import { showPage } from "./dialog.js";
import { h } from "./dom.js";
import { moment } from "./format.js";
import { t } from "./i18n.js";
import { toastFault } from "./toast.js";

/** Make a link for a crew, and show it. */
export async function showLink(crew) {
  try {
    const link = await post("/api/v1/keys/links", { crew_id: crew.id, name: crew.name });
    showPage(
      t("crew.link.title", { crew: crew.name }),
      h(
        "div",
        { class: "stack" },
        h("p", {}, t("crew.link.text", { time: moment(link.expires_at) })),
        isOnlyHere() && h("p", { class: "fault-text" }, t("crew.link.loopback")),
        h("img", { class: "code", src: link.code, alt: t("crew.link.code") }),
        h("input", { class: "input", readonly: true, value: link.url, "aria-label": t("crew.link.address") }),
      ),
    );
  } catch (error) {
    toastFault(error);
  }
}
