"""What axe-core finds wrong with a page for those who see, hear or point differently."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_GRAVE = frozenset({"serious", "critical"})


def grave_faults(page: Page) -> list[str]:
    """Return every serious or critical fault of a page as it stands, with the elements that have it.

    What fades in is waited for: half-faded text has no contrast.
    """
    # Playwright's `wait_for_function` needs an `eval` that the maps' pages forbid.
    page.evaluate(
        "() => Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => null)"
    )
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: "
        + "; ".join(node["html"][:120] for node in fault["nodes"])
        for fault in found
        if fault["impact"] in _GRAVE
    ]
