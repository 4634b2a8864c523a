"""Folium's maps in a browser, from the server and from a file: nothing is fetched from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.conftest import send_positions
from tests.browser.accessibility import grave_faults
from tests.browser.conftest import Console
from tests.browser.test_console import file_report

pytestmark = pytest.mark.browser

NASTY = "<script>broken = 1</script>`${window.broken = 2}` <img src=x onerror='window.broken = 3'> </script>"
TILES_SHOWN = """() => [...document.querySelectorAll("img.leaflet-tile")].filter(
    (tile) => tile.complete && tile.naturalWidth === 256).length"""


def saved(console: Console, path: str, folder: Path) -> str:
    """Keep a map of the server as a file, and return the file's address."""
    with console.server.client() as client:
        answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    file = folder / "map.html"
    file.write_bytes(answer.content)
    return file.as_uri()


def expect_tiles(page: Page) -> None:
    """Wait for pictures of the ground."""
    expect(page.locator("img.leaflet-tile-loaded").nth(3)).to_be_attached()
    assert page.evaluate(TILES_SHOWN) > 3


def open_report(page: Page, report_id: str) -> None:
    """Open the popup of a report whatever lies on top of it."""
    page.locator(f'.leaflet-marker-icon[title^="Report {report_id}:"]').dispatch_event("click")


@pytest.fixture
def nasty(console: Console) -> str:
    """A report whose words are markup, and crews that say where they are."""
    with console.server.client() as client:
        send_positions(client)
    return str(file_report(console.server, description=NASTY)["id"])


@pytest.mark.parametrize("kept", [False, True], ids=["from the server", "from a file"])
def test_live_map_shows_what_is_going_on(console: Console, nasty: str, tmp_path: Path, *, kept: bool) -> None:
    """Crews and reports stand on our own ground; a popup has a report's words as they were written."""
    page = console.page
    page.goto(console.server.url)
    page.goto(saved(console, "/maps/live?download", tmp_path) if kept else f"{console.server.url}/maps/live")
    expect(page.locator(".map-panel summary")).to_contain_text("crews and reports now")
    expect(page.locator('.leaflet-marker-icon[title^="Crew "]').first).to_be_attached()
    expect_tiles(page)
    open_report(page, nasty)
    expect(page.locator(".leaflet-popup-content")).to_contain_text(NASTY)
    expect(page.locator(".leaflet-popup-content h3")).to_have_text(f"Report {nasty}")
    assert page.evaluate("window.broken") is None
    assert (console.foreign, console.faults) == ([], [])


@pytest.mark.parametrize("kept", [False, True], ids=["from the server", "from a file"])
def test_coverage_map_tells_people_in_the_legend(console: Console, tmp_path: Path, *, kept: bool) -> None:
    """Bands by minutes with people beside them, a depot's popup, and layers to switch."""
    page = console.page
    page.goto(console.server.url)
    url = f"{console.server.url}/maps/coverage"
    # The first isochrones of a city take seconds, and many more on a busy machine.
    page.goto(saved(console, "/maps/coverage?download", tmp_path) if kept else url, timeout=60_000)
    expect(page.locator(".map-panel li").first).to_have_text(
        re.compile(r"in 5\smin\s*[\d,]+ people \(\d+%\)")
    )
    expect_tiles(page)
    page.locator('.leaflet-marker-icon[title="La Serena, Cordovez"]').click()
    expect(page.locator(".leaflet-popup-content")).to_contain_text(re.compile(r"Nearest to\s*[\d,]+ people"))
    page.get_by_label("Nearest depot").check()
    assert (console.foreign, console.faults) == ([], [])


def test_live_map_stays_still_where_somebody_reads(console: Console, nasty: str) -> None:
    """It renews itself with its view kept, but neither under an open popup nor when switched off."""
    page = console.page
    page.clock.install()
    page.goto(console.server.url)
    page.goto(f"{console.server.url}/maps/live")
    page.evaluate("window.same = true")
    open_report(page, nasty)
    page.clock.run_for(31_000)
    assert page.evaluate("window.same") is True
    page.locator(".leaflet-popup-close-button").click()
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    page.get_by_label("Renew every 30 s").uncheck()
    page.clock.run_for(31_000)
    assert page.evaluate("window.same") is True
    page.get_by_label("Renew every 30 s").check()
    with page.expect_navigation():
        page.clock.run_for(31_000)
    expect(page.locator(".map-panel")).to_be_visible()
    assert page.evaluate("window.same") is None


def test_live_map_keeps_out_of_sight_what_was_taken_away(console: Console) -> None:
    """A closed legend and a layer that was switched off do not come back when the map renews itself."""
    page = console.page
    page.clock.install()
    page.goto(console.server.url)
    page.goto(f"{console.server.url}/maps/live")
    layers = page.locator(".leaflet-control-layers-overlays")
    layers.get_by_label("Open reports").uncheck()
    page.locator(".map-panel summary").click()
    for _ in range(2):
        with page.expect_navigation():
            page.clock.run_for(31_000)
        expect(page.locator(".map-panel li").first).to_be_hidden()
        expect(layers.get_by_label("Open reports")).not_to_be_checked()
        expect(layers.get_by_label("Crews", exact=True)).to_be_checked()
    layers.get_by_label("Open reports").check()
    page.locator(".map-panel summary").click()
    with page.expect_navigation():
        page.clock.run_for(31_000)
    expect(page.locator(".map-panel li").first).to_be_visible()
    expect(layers.get_by_label("Open reports")).to_be_checked()
    assert console.faults == []


def test_maps_speak_french_and_fit_a_telephone(browser: Browser, console: Console) -> None:
    """In a French browser the words are French; on a telephone the panel leaves the map's controls free."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    page = context.new_page()
    page.goto(console.server.url)
    for path, said in (("live", "équipes et signalements en direct"), ("coverage", "population desservie")):
        page.goto(f"{console.server.url}/maps/{path}")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.locator(".map-panel summary")).to_contain_text(said)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
        page.locator(".map-panel summary").click()
        expect(page.locator(".map-panel li").first).to_be_hidden()
    context.close()


@pytest.mark.parametrize("path", ["live", "coverage"])
def test_maps_of_the_server_follow_the_night(console: Console, path: str) -> None:
    """Where the system is dark, tiles and panel are; both are legible, and turn bright with the system."""
    page = console.page
    page.emulate_media(color_scheme="dark")
    page.goto(console.server.url)
    page.goto(f"{console.server.url}/maps/{path}", timeout=60_000)
    expect(page.locator(".leaflet-tile-loaded").first).to_have_attribute("src", re.compile(r"\?style=night$"))
    page.locator(".leaflet-marker-icon").last.dispatch_event("click")
    expect(page.locator(".leaflet-popup-content")).to_be_visible()
    assert grave_faults(page) == []
    page.emulate_media(color_scheme="light")
    expect(page.locator(".leaflet-tile-loaded").first).to_have_attribute("src", re.compile(r"\.png$"))
    assert grave_faults(page) == []
    assert (console.foreign, console.faults) == ([], [])


def test_console_leads_to_the_maps(console: Console) -> None:
    """The help page has links to both."""
    page = console.open()
    page.locator("#show-help").click()
    page.get_by_role("link", name="crews and reports now").click()
    expect(page.locator(".map-panel")).to_be_visible()
    page.get_by_role("link", name="Coverage").click()
    expect(page.locator(".map-panel summary")).to_contain_text("who is reached from the depots")
    page.get_by_role("link", name="Console").click()
    page.wait_for_selector("body[data-ready=true]")
    assert (console.foreign, console.faults) == ([], [])
