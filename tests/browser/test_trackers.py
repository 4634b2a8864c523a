"""Whoever sets trackers up does it on a page: the code to scan, the first fix, a lost phone, a new token."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.conftest import Live
from tests.browser.accessibility import grave_faults
from tests.browser.conftest import WAIT_MS, Console
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser
WORDS = {
    "fr": {"set_up": "Mettre une balise en service", "taken": "prise en compte", "replace": "Remplacer"},
    "en": {"set_up": "Set up a tracker", "taken": "taken", "replace": "Replace"},
}


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Both languages, one after the other."""
    return str(request.param)


@pytest.fixture
def phone(browser: Browser, server: Live, language: str) -> Iterator[Console]:
    """A browser of the size of a telephone, in a language."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=language)
    context.set_default_timeout(WAIT_MS)
    opened = Console(context.new_page(), server)
    opened.listen()
    yield opened
    context.close()


def visit(opened: Console, path: str) -> Page:
    """Open a page and wait until it shows what it is for."""
    opened.page.goto(f"{opened.server.url}{path}")
    opened.page.wait_for_selector("body[data-ready=true]")
    return opened.page


def value(page: Page, field: int = 0) -> str:
    """Return what is to be entered in a field of the application."""
    return page.locator(".values input").nth(field).input_value()


def test_a_tracker_is_set_up_and_heard(phone: Console, language: str) -> None:
    """The sheet tells every application what to enter, and says so when the first post arrives."""
    words = WORDS[language]
    page = visit(phone, "/trackers/phone")
    page.get_by_role("button", name=words["set_up"]).click()
    expect(page.locator(".sheet img.qr")).to_be_visible()
    assert page.locator(".sheet img.qr").evaluate("image => image.naturalWidth") > 100
    address = value(page)
    assert address.startswith(f"{phone.server.url}/t/")
    assert (grave_faults(page), missing_in(page)) == ([], [])
    for app in ("osmand", "owntracks", "gpslogger"):
        page.locator(f"#setup-{app}").click()
        assert phone.server.url in value(page)
        assert (grave_faults(page), missing_in(page)) == ([], [])
    httpx.post(address, data={"id": "phone", "lat": -29.9027, "lon": -71.2519}).raise_for_status()
    expect(page.locator(".waiting")).to_contain_text(words["taken"])
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert (phone.foreign, phone.faults) == ([], [])


def test_a_lost_phone_is_replaced(phone: Console, language: str) -> None:
    """After a question the lost one is shut out, and the new one's code is there."""
    made = httpx.post(
        f"{phone.server.url}/api/v1/devices", json={"vehicle_id": "phone"}, headers={"X-API-Key": "demo"}
    ).json()
    assert httpx.get(made["url"], params={"batt": 5}).status_code == 200
    page = visit(phone, "/trackers/phone")
    row = page.locator(".devices li", has_text=made["device_id"][:8])
    row.get_by_role("button", name=WORDS[language]["replace"]).click()
    page.get_by_role("dialog").get_by_role("button", name=WORDS[language]["replace"], exact=True).click()
    expect(row).to_have_count(0)
    assert httpx.get(made["url"], params={"batt": 5}).status_code == 404
    assert httpx.get(value(page), params={"batt": 5}).status_code == 200


def test_all_vehicles_are_listed_and_found(phone: Console) -> None:
    """Those that need a look stand first; what is typed narrows the list; one link leads to one vehicle."""
    page = visit(phone, "/trackers")
    assert page.locator(".vehicles tbody tr").count() > 20
    assert (grave_faults(page), missing_in(page)) == ([], [])
    page.get_by_role("searchbox").fill("nobody")
    expect(page.locator(".empty")).to_be_visible()
    page.get_by_role("searchbox").fill("vialidad 2")
    expect(page.locator(".vehicles tbody td").first).to_have_text("Vialidad 2")
    page.get_by_role("searchbox").fill("PHONE")
    expect(page.locator(".vehicles tbody tr")).to_have_count(1)
    page.locator(".vehicles a").click()
    expect(page.locator("h1")).to_have_text("Phone")
    assert (phone.foreign, phone.faults) == ([], [])


def test_a_vehicle_that_is_not_there_is_said_so(phone: Console) -> None:
    """In words, not as an empty page."""
    phone.page.goto(f"{phone.server.url}/trackers/nobody")
    expect(phone.page.get_by_role("alert")).to_be_visible()
    assert missing_in(phone.page) == []
