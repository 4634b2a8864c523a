"""A driver's call for help at the top of the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.api.conftest import Live
from tests.browser.conftest import WAIT_MS, Console

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "told", "unheard_of", "acknowledge"),
    [
        ("en-GB", "Alarm from Phone (phone): call for help", "“blueButton”", "Acknowledge"),
        (
            "fr-FR",
            "Alarme de Phone (phone)\N{NO-BREAK SPACE}: appel à l’aide",
            "«\N{NO-BREAK SPACE}blueButton\N{NO-BREAK SPACE}»",
            "Prendre en compte",
        ),
    ],
)
def test_alarms_say_who_calls_for_what(
    browser: Browser, server: Live, language: str, told: str, unheard_of: str, acknowledge: str
) -> None:
    """Known kinds have words in both languages, others are quoted; who deals with them ends them."""
    with server.client() as client:
        for kind in ("sos", "blueButton"):
            client.post("/", data={"id": "demo-phone", "alarm": kind}).raise_for_status()
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale=language)
    context.set_default_timeout(WAIT_MS)
    console = Console(context.new_page(), server)
    console.listen()
    banner = console.open().locator("#alarms")
    expect(banner).to_contain_text(told)
    expect(banner).to_contain_text(unheard_of)
    for left in (1, 0):
        banner.get_by_role("button", name=acknowledge).first.click()
        expect(banner.locator(".alarm")).to_have_count(left)
    assert console.faults == []
    context.close()
