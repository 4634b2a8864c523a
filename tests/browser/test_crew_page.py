"""How a crew's page looks on a telephone: any text, any width, by night, and the ways out of it."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Route, expect

from tests.api.conftest import wait_until
from tests.api.test_http_flood import AHEAD, CREW, HOME, file, flood, give, on_the_way
from tests.browser.conftest import Telephone
from tests.browser.duties import give_job, running
from tests.browser.test_console import SCRIPT, a_street
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 48
TOO_SMALL = """(least) => [...document.querySelectorAll("a, button, summary, .choice")]
  .filter((node) => node.offsetParent && !node.closest(".leaflet-control"))
  .filter((node) => node.getBoundingClientRect().height < least - 0.5)
  .map((node) => node.outerHTML.slice(0, 90))"""


def test_a_script_in_any_text_is_shown_as_text(english: Telephone) -> None:
    """Description, address, name and reason of a report are never markup."""
    server = english.console.server
    contact = {"first_name": SCRIPT[:60], "phone": "123"}
    give_job(server, description=SCRIPT, address=SCRIPT, contact=contact)

    def with_wicked_photo(route: Route) -> None:
        day = route.fetch().json()
        for job in day["jobs"]:
            job["media_url"] = "javascript:alert(1)"
        route.fulfill(json=day)

    english.page.route("**/day", with_wicked_photo)
    page = english.open()
    expect(english.present.locator(".said")).to_contain_text(SCRIPT)
    expect(english.present.locator(".place")).to_have_text(SCRIPT)
    english.step("en_route")
    expect(page.locator("a[href='tel:123']")).to_contain_text("<script>")
    page.locator("#refuse").click()
    page.locator(".sheet textarea").fill(SCRIPT)
    page.locator(".sheet [value=ok]").click()
    page.locator("#ended-list summary").click()
    expect(page.locator("#ended-list")).to_contain_text(SCRIPT)
    assert page.locator("main script, main img[src=x], a[href^='javascript']").count() == 0
    assert page.title() != "broken into"
    page.unroute_all(behavior="ignoreErrors")


def test_the_page_fits_every_telephone(telephone: Telephone) -> None:
    """From 360 to 430 px and on a tablet nothing spills, and every target is at least 48 px high."""
    server = telephone.console.server
    street = a_street(server)
    give_job(server, description="word " * 60 + "x" * 200, address=f"{street['name']} 1234, {'y' * 80}")
    page = telephone.open()
    telephone.step("en_route")
    wait_until(lambda: running(server))
    give_job(server)
    expect(page.locator(".job.later")).to_be_visible()
    page.locator("details").evaluate_all("(all) => all.forEach((node) => { node.open = true; })")
    for width in (360, 390, 430, 820):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == []
    page.locator("#refuse").click()
    assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == []
    assert missing_in(page) == []


def test_the_small_map_is_dark_by_night(english: Telephone) -> None:
    """Where the telephone is dark, so are the tiles below the job."""
    english.page.emulate_media(color_scheme="dark")
    page = english.open()
    give_job(english.console.server)
    tile = page.locator(".small-map .leaflet-tile-loaded").first
    expect(tile).to_have_attribute("src", re.compile(r"style=night$"))
    page.emulate_media(color_scheme="light")
    expect(tile).to_have_attribute("src", re.compile(r"\.png$"))


def test_the_way_goes_around_a_flood(english: Telephone) -> None:
    """The page that is open draws another way as soon as the street is closed."""
    with english.console.server.client() as client:
        client.post("/", data={"id": f"demo-{CREW}", "lon": HOME[0], "lat": HOME[1]}).raise_for_status()
        give(client, file(client, AHEAD), "en_route")
        english.open()
        line = english.present.locator("path.way")
        usual = line.get_attribute("d") or ""
        closure = flood(client, on_the_way(client))
        try:
            expect(line).not_to_have_attribute("d", usual)
        finally:
            client.delete(closure).raise_for_status()


def test_navigation_leads_out_only_when_tapped(english: Telephone) -> None:
    """The links name the place for several applications, and the page itself asks nobody."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    place = f"{filed['lat']:.6f},{filed['lon']:.6f}"
    for name in ("geo", "google", "apple", "waze"):
        href = page.locator(f".present .others [data-navigation={name}]").get_attribute("href") or ""
        assert place in unquote(href)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    assert english.console.foreign == []
