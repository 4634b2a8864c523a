"""Day and night: the console and its map follow the system, or what was chosen in this browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import grave_faults
from tests.browser.conftest import Console
from tests.browser.test_console import file_report

pytestmark = pytest.mark.browser

NIGHT_TILE = re.compile(r"/tiles/\d+/\d+/\d+\.png\?style=night$")
DAY_TILE = re.compile(r"/tiles/\d+/\d+/\d+\.png$")


def expect_theme(page: Page, theme: str) -> None:
    """Wait until the page and its map have these colours."""
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    pattern = NIGHT_TILE if theme == "night" else DAY_TILE
    expect(page.locator("#map .leaflet-tile-loaded").first).to_have_attribute("src", pattern)


def expect_ground(page: Page, *, dark: bool) -> None:
    """Wait until the page has the colours of the day or the night; it must be legible in them."""
    expect(page.locator("html")).to_have_attribute("data-theme", "night" if dark else "day")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 150) is dark
    assert grave_faults(page) == []


def test_console_follows_the_system(console: Console) -> None:
    """Page and map are dark where the system is, and change when it does."""
    console.page.emulate_media(color_scheme="dark")
    page = console.open()
    expect_theme(page, "night")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    expect_theme(page, "day")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert console.faults == []


def test_choice_is_kept_by_the_browser(console: Console) -> None:
    """A press of the button outlives the page; another follows the system again."""
    page = console.open()
    button = page.locator("#change-theme")
    expect(button).to_have_text("Night")
    button.focus()
    page.keyboard.press("Enter")
    expect_theme(page, "night")
    expect(button).to_have_text("Day")
    page.reload()
    expect_theme(page, "night")
    button.click()
    expect_theme(page, "day")
    page.emulate_media(color_scheme="dark")
    expect_theme(page, "night")


def test_other_windows_follow_the_choice(console: Console) -> None:
    """All windows of one browser change together."""
    other = console.page.context.new_page()
    other.goto(console.server.url)
    other.wait_for_selector("body[data-ready=true]")
    console.open().locator("#change-theme").click()
    expect_theme(other, "night")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_legible(console: Console, scheme: str) -> None:
    """By day and by night axe finds no grave fault, in the lists, a report, a call and the help."""
    file_report(console.server, description="Red paint on the wall")
    console.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page = console.open()
    page.locator(".row", has_text="Graffiti").first.click()
    expect(page.locator("#drawer .report-title")).to_be_visible()
    found = grave_faults(page)
    page.keyboard.press("n")
    expect(page.locator("#drawer .choices")).to_be_visible()
    found += grave_faults(page)
    page.locator("#show-help").click()
    expect(page.locator("dialog .keys")).to_be_visible()
    found += grave_faults(page)
    assert found == []


def test_every_map_says_whose_data_it_shows(console: Console) -> None:
    """The map names OpenStreetMap's contributors, with the way to their licence."""
    link = console.open().locator("#map .leaflet-control-attribution a")
    expect(link).to_have_text("© OpenStreetMap contributors")
    expect(link).to_have_attribute("href", "https://www.openstreetmap.org/copyright")


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_signing_in_follows_the_system(console: Console, scheme: str, dark: bool) -> None:  # noqa: FBT001
    """The first page of a night shift is dark, too."""
    page = console.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{console.server.url}/login")
    expect_ground(page, dark=dark)


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_pages_on_a_telephone_follow_the_system(console: Console, scheme: str, dark: bool) -> None:  # noqa: FBT001
    """A citizen's page and those of the trackers are legible by day and by night; a code stays on white."""
    page = console.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(file_report(console.server)["follow_url"])
    expect_ground(page, dark=dark)
    page.goto(page.url + "x")
    expect_ground(page, dark=dark)
    page.goto(console.server.url)
    for path in ("trackers", "trackers/phone"):
        page.goto(f"{console.server.url}/{path}")
        page.wait_for_selector("body[data-ready=true]")
        expect_ground(page, dark=dark)
    page.get_by_role("button", name="Set up a tracker").click()
    expect(page.locator("img.qr")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert grave_faults(page) == []
