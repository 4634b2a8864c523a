"""Every panel of the console in French: no text of the English catalogue is left; times are the city's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.conftest import Live
from tests.api.test_pages import ENGLISH, FRENCH, texts_of
from tests.browser.conftest import WAIT_MS, Console
from tests.browser.test_console import file_report
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser

CITY = ZoneInfo("America/Santiago")
TEXTS = """() => {
  const seen = (node) => node.closest("template, script, style, noscript") === null;
  const nodes = [...document.querySelectorAll("*")].filter(seen);
  const own = (node) => [...node.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data);
  const named = ["title", "aria-label", "placeholder", "alt"];
  return [document.title, ...nodes.flatMap((node) =>
    [...own(node), ...named.map((name) => node.getAttribute(name) ?? "")])].map((text) => text.trim());
}"""


def english_only() -> list[re.Pattern[str]]:
    """Return what texts look like that are English and not French; one without a word of its own is none."""
    french = set(texts_of(FRENCH).values())
    texts = {text for text in texts_of(ENGLISH).values() if text not in french}
    told = {text: re.sub(r"\{\w+\}", "", text) for text in texts}
    return [
        re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)))
        for text, words in told.items()
        if re.search(r"[A-Za-z]{3}", words)
    ]


ENGLISH_TEXTS = english_only()
NAMES = frozenset({"Phone"})
"""What the sample city calls one of its crews."""


def english_in(page: Page) -> set[str]:
    """Return every text on the page that the English catalogue has and the French has not."""
    said = set(page.evaluate(TEXTS)) - NAMES
    return {text for text in said if any(pattern.fullmatch(text) for pattern in ENGLISH_TEXTS)}


@pytest.fixture
def far_away(browser: Browser, server: Live) -> Iterator[Console]:
    """The console in a French browser on the other side of the world, not yet loaded."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="fr-FR", timezone_id="Asia/Tokyo"
    )
    context.set_default_timeout(WAIT_MS)
    opened = Console(context.new_page(), server)
    opened.listen()
    yield opened
    context.close()


def is_french(page: Page) -> None:
    """Check all that is on the page now."""
    assert english_in(page) == set()
    assert missing_in(page) == []


def test_english_would_be_noticed(far_away: Console) -> None:
    """The check below can fail: an English label, a title and a sentence with a fact in it are found."""
    page = far_away.open()
    page.evaluate(
        """() => {
          document.getElementById("show-help").title = "Keys and marks";
          document.getElementById("take-call").textContent = "Take a call";
          document.getElementById("show-conditions").textContent = "late by 4 min";
        }"""
    )
    assert {"Take a call", "late by 4 min"} <= english_in(page)


def test_a_report_is_told_in_french(far_away: Console) -> None:
    """Its panel with suggestions, what speaks against crews, history, and the dialogs that it opens."""
    filed = file_report(far_away.server, service_code="pothole", attributes={"place": "pavement"})
    page = far_away.open()
    page.locator(f"#queue-list-{filed['id']}").click()
    expect(page.locator(".suggestion").first).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Sur le trottoir")
    page.locator(".why-not summary").click()
    page.keyboard.press("w")
    expect(page.locator(".explained-helps")).to_be_visible()
    expect(page.locator(".timeline li").first).to_be_visible()
    is_french(page)
    page.get_by_role("button", name="Clore").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    is_french(page)
    page.keyboard.press("Escape")
    page.locator(".suggestion .primary").first.click()
    expect(page.locator(".notice.assigned")).to_be_visible()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(".explained-why")).to_contain_text("un régulateur a choisi")
    is_french(page)
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator(".timeline li").first).to_contain_text("Retiré")
    is_french(page)
    page.get_by_role("button", name="Corriger").click()
    expect(page.locator("#drawer-title")).to_contain_text("Corriger")
    is_french(page)


@pytest.mark.parametrize("panel", ["#show-accuracy", "#show-conditions", "#show-help", "#take-call"])
def test_a_panel_of_the_strip_is_in_french(far_away: Console, panel: str) -> None:
    """What each button of the strip opens."""
    page = far_away.open()
    page.locator(panel).click()
    expect(page.locator(".drawer:visible, dialog:visible").first).to_be_visible()
    is_french(page)


def test_planned_work_is_told_in_french(far_away: Console) -> None:
    """The days, and the form."""
    page = far_away.open()
    page.keyboard.press("p")
    expect(page.get_by_text("Aucun travail planifié")).to_be_visible()
    is_french(page)
    page.get_by_role("button", name="Planifier …").click()
    is_french(page)


def test_crews_are_told_in_french(far_away: Console) -> None:
    """Their list, and the panel of one with its skills."""
    page = far_away.open()
    page.locator("#tab-crews").click()
    page.locator("#crews-list [role=option]").first.click()
    expect(page.locator(".drawer .facts")).to_contain_text("Compétences")
    expect(page.locator(".drawer .facts")).not_to_contain_text("patrol")
    is_french(page)


def test_a_refused_request_is_told_in_french(far_away: Console) -> None:
    """The server's answer in English is worded by its code."""
    page = far_away.open()
    page.evaluate(
        """async () => {
          const { post } = await import("/static/js/api.js");
          const { toastFault } = await import("/static/js/toast.js");
          await post("/api/v1/reports/0/reopen", { note: "" }).catch(toastFault);
        }"""
    )
    expect(page.locator(".toast.fault")).to_contain_text("Introuvable")
    is_french(page)


def test_every_single_fault_is_told_in_french(far_away: Console) -> None:
    """All that is wrong with what was given is worded by its code and facts; nothing is left in English."""
    page = far_away.open()
    told = page.evaluate(
        """async () => {
          const { post } = await import("/static/js/api.js");
          const { faultText } = await import("/static/js/faults.js");
          const refused = async (path, body) => {
            try { return await post(path, body); } catch (error) { return faultText(error).faults; }
          };
          const area = { type: "Point", coordinates: [0, 0] };
          return [
            await refused("/api/v1/reports", { service_code: "none", lon: 5, lat: 47 }),
            await refused("/api/v1/reports", { lon: 5, lat: "north", address: "a".repeat(501) }),
            await refused("/api/v1/conditions", { name: "a", kind: "closure", area }),
          ];
        }"""
    )
    assert told == [
        [
            "La prestation «\u00a0none\u00a0» n’existe pas.",
            "Ce lieu est en dehors du territoire de la ville.",
        ],
        [
            "Prestation\u00a0: à renseigner.",
            "Latitude\u00a0: valeur illisible ou hors limites.",
            "Adresse\u00a0: 501 caractères, au plus 500.",
        ],
        ["Une zone est attendue. Tracez-la sur la carte."],
    ]


def test_times_are_the_citys_wherever_the_browser_is(far_away: Console) -> None:
    """A browser in Tokyo shows the hour of Santiago, in the console and on the citizen's page."""
    filed = file_report(far_away.server)
    hour = f"{datetime.fromisoformat(filed['requested_at']).astimezone(CITY):%H:%M}"
    page = far_away.open()
    page.locator(f"#queue-list-{filed['id']}").click()
    expect(page.locator(".timeline time").last).to_have_text(hour)
    expect(page.locator(".facts")).to_contain_text(hour)
    page.goto(filed["follow_url"])
    due = f"{datetime.fromisoformat(filed['due_at']).astimezone(CITY):%H:%M}"
    expect(page.locator("#follow")).to_contain_text(due)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [1280, 1366, 1440, 1600, 1920])
def test_the_strip_is_one_row(far_away: Console, language: str, width: int) -> None:
    """From 1280 pixels on, with figures of arrivals, all that matters stands in one row and is seen whole."""
    page = far_away.page
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{far_away.server.url}/?lang={language}")
    expect(page.locator("#loading")).to_be_hidden()
    page.locator("#accuracy-median").evaluate("(node) => { node.textContent = '+10:36'; }")
    strip, arrivals = (page.locator(name).bounding_box() for name in (".strip", "#show-accuracy"))
    assert strip is not None
    assert arrivals is not None
    assert strip["height"] < 50
    assert arrivals["y"] + arrivals["height"] <= strip["y"] + strip["height"]
    ends = page.locator(".strip-end").bounding_box()
    assert ends is not None
    assert ends["x"] + ends["width"] <= width
