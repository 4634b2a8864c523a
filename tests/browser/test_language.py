"""The pages in French, as a browser set to French gets them, and the way to the other language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.conftest import Live
from tests.api.test_pages import ENGLISH, keys_of
from tests.browser.conftest import WAIT_MS, Console
from tests.browser.test_console import file_report

pytestmark = pytest.mark.browser

PARTS = "|".join(sorted({key.split(".")[0] for key in keys_of(ENGLISH) if "." in key}))
MISSING = re.compile(rf"\b(?:{PARTS})\.[a-z_]\w*(?:\.\w+)*|\{{\w+\}}")
"""What a text without an entry, or a parameter without a value, looks like on the page."""
SAID = """() => [
  document.body.innerText,
  ...[...document.querySelectorAll("[title], [aria-label], [placeholder]")].flatMap((node) =>
    ["title", "aria-label", "placeholder"].map((name) => node.getAttribute(name) ?? "")),
].join("\\n")"""
SPILLING = """() => [...document.querySelectorAll(
    ".strip, .strip :not(.brand, .brand *), .tabs *, .segments, .segments *, .drawer .button")]
  .filter((node) => node.offsetParent && getComputedStyle(node).display !== "inline")
  .filter((node) => node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.outerHTML.slice(0, 90))"""


@pytest.fixture
def french(browser: Browser, server: Live) -> Iterator[Console]:
    """The console in a browser that is set to French, not yet loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="fr-FR")
    context.set_default_timeout(WAIT_MS)
    opened = Console(context.new_page(), server)
    opened.listen()
    yield opened
    context.close()


def missing_in(page: Page) -> list[str]:
    """Return everything on the page that looks like a key or an empty placeholder."""
    return MISSING.findall(page.evaluate(SAID))


def test_console_speaks_french(french: Console) -> None:
    """The strip, the lists, a report and the help are in French, with no key left and nothing spilling."""
    filed = file_report(french.server, description="Lettres bleues")
    page = french.open()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#tab-queue")).to_contain_text("Signalements")
    expect(page.locator("#take-call")).to_contain_text("Prendre un appel")
    expect(page.locator("#queue-filters")).to_contain_text("En\u00a0attente")
    page.locator(f"#queue-list-{filed['id']}").click()
    expect(page.locator(".report-service")).to_have_text("Graffitis et affichage sauvage")
    expect(page.locator("#drawer-title")).to_have_text(f"Signalement {filed['id']}")
    expect(page.locator(".suggestion").first).to_contain_text("Affecter")
    expect(page.locator(".suggestion .reasons").first).to_contain_text("la plus proche")
    assert missing_in(page) == []
    for width in (1280, 1024):
        page.set_viewport_size({"width": width, "height": 720})
        assert page.evaluate(SPILLING) == []
    page.locator("#show-help").click()
    expect(page.get_by_role("dialog")).to_contain_text("Touches et symboles")
    assert missing_in(page) == []
    assert (french.foreign, french.faults) == ([], [])


def test_citizen_reads_french(french: Console) -> None:
    """On a telephone the page tells in French when a crew is due, and fits."""
    filed = file_report(french.server)
    page = french.page
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(filed["follow_url"])
    expect(page.locator(".arrival")).to_contain_text("Une équipe devrait être sur place avant")
    assert missing_in(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    assert (french.foreign, french.faults) == ([], [])


def test_link_leads_to_the_other_language_and_it_stays(french: Console) -> None:
    """English chosen on the console is what the citizen's page speaks next, against the browser's setting."""
    filed = file_report(french.server)
    page = french.open()
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("link", name="English").click()
    expect(page.locator("#take-call")).to_contain_text("Take a call")
    page.goto(filed["follow_url"])
    expect(page.locator(".arrival")).to_contain_text("A crew should be there by")
    page.get_by_role("link", name="Français").click()
    expect(page.locator(".arrival")).to_contain_text("Une équipe devrait")


def test_a_million_is_counted(french: Console) -> None:
    """French has a form of its own for whole millions, which reads like every other number."""
    page = french.open()
    ask = "import('/static/js/i18n.js').then(({ t }) => t('suggestions.more', { n: 1000000 }))"
    said = page.evaluate(ask)
    assert said == "1000000 de plus"
