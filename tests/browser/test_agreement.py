"""What the console tells in several places at once: the same everywhere, and not to be misread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.api.conftest import Live, wait_until
from tests.browser.conftest import CREW, TELEPHONE, Console, let_go
from tests.browser.duties import give_job
from tests.browser.test_routes import give_route, open_crew, scroll_to_crew

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _let_go(server: Live) -> Iterator[None]:
    """Leave nothing to the next test, whatever became of this one."""
    yield
    let_go(server)


def test_the_queue_tells_the_arrival_that_the_crews_panel_tells(console: Console) -> None:
    """The panel asks anew and hears of a quarter of an hour more: the queue says so, too."""
    give_route(console.server)
    page = console.page

    def later(route: Route) -> None:
        answer: dict[str, Any] = route.fetch().json()
        for job in answer["items"]:
            for name in ("eta", "earliest", "latest"):
                moved = datetime.fromisoformat(job["arrival"][name]) + timedelta(minutes=15)
                job["arrival"][name] = moved.astimezone(UTC).isoformat()
        route.fulfill(json=answer)

    page.route(f"**/api/v1/crews/{CREW}/jobs*", later)
    open_crew(console)
    told = [each.locator("b").last.inner_text() for each in page.locator(".jobs.route li").all()]
    page.get_by_role("tab").first.click()
    rows = page.locator("#queue-list .row").filter(has_text="Phone")
    expect(rows).to_have_count(3)
    for time in told:
        expect(rows.filter(has_text=f"({time})").first).to_be_visible()


def test_the_time_left_is_not_written_like_an_hour_of_the_day(console: Console) -> None:
    """A burst pipe is due within the hour: minutes are named, and 44:12 is no time."""
    filed = give_job(console.server, service_code="flooding")
    page = console.open()
    left = page.locator(f"#queue-list-{filed['id']} .sla")
    expect(left).to_have_text(re.compile(r"^\D*\d+\xa0min$"))


@pytest.mark.parametrize(
    ("locale", "words"),
    [("fr-FR", ("équipe libre", "occupée")), ("en-GB", ("crew free", "busy"))],
)
def test_one_crew_is_counted_in_the_singular(
    browser: Browser, server: Live, locale: str, words: tuple[str, str]
) -> None:
    """Of two crews at hand one has something planned: it is busy, and neither is several."""
    context = browser.new_context(locale=locale)
    console = Console(context.new_page(), server)

    def two(route: Route) -> None:
        answer: dict[str, Any] = route.fetch().json()
        idle = {"status": "available", "paused": False, "current": None, "next": None}
        chosen = [{**crew, **idle, "planned": n} for n, crew in enumerate(answer["items"][:2])]
        route.fulfill(json={**answer, "items": chosen, "next": None})

    console.page.route(re.compile(r"/api/v1/crews(\?.*)?$"), two)
    page = console.open()
    for name, word in zip(("free", "busy"), words, strict=True):
        expect(page.locator(f"#count-{name}")).to_have_text("1")
        expect(page.locator(f"#label-{name}")).to_have_text(word)
    context.close()


def test_on_a_telephone_the_map_is_seen_above_the_panel(browser: Browser, server: Live) -> None:
    """All of a crew's stops are on the part of the map that the panel leaves free."""
    give_route(server)
    context = browser.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale="en-GB")
    console = Console(context.new_page(), server)
    page = console.open()
    page.get_by_role("tab").nth(1).click()
    scroll_to_crew(page).click()
    expect(page.locator(".route-stop")).to_have_count(3)
    page.get_by_role("button", name="Show on map").click()
    drawer = page.locator("#drawer").bounding_box()
    assert drawer is not None
    top = drawer["y"]

    def all_above() -> bool:
        boxes = [stop.bounding_box() for stop in page.locator(".route-stop").all()]
        return len(boxes) == 3 and all(
            box is not None and 0 < box["y"] < top - box["height"] for box in boxes
        )

    wait_until(all_above)
    context.close()


@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_on_a_telephone_nothing_is_wider_than_the_screen(browser: Browser, server: Live, locale: str) -> None:
    """With all that the strip and the demo's banner hold, an offer at its button among it."""
    context = browser.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale=locale)
    page = Console(context.new_page(), server).open()
    expect(page.locator("#flood")).to_be_visible()
    page.locator("#show-what-if").evaluate("button => button.classList.add('offered')")
    assert page.evaluate("document.documentElement.scrollWidth") == TELEPHONE["width"]
    context.close()


@pytest.mark.parametrize("width", [TELEPHONE["width"], 900, 1440])
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_the_demos_banner_is_one_line(browser: Browser, server: Live, locale: str, width: int) -> None:
    """What does not fit is cut off, and told whole where one points; a telephone shows the name alone."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale=locale)
    page = Console(context.new_page(), server).open()
    banner, text = page.locator("#demo"), page.locator("#demo p")
    expect(page.locator("#flood")).to_be_visible()
    heights = [each.evaluate("each => each.clientHeight") for each in (banner, page.locator("#rush"), text)]
    assert heights[0] < 1.5 * heights[1]
    assert heights[2] < heights[1]
    title = text.get_attribute("title")
    assert title
    assert text.inner_text().endswith(title)
    assert text.locator("b").evaluate("name => name.offsetLeft + name.offsetWidth") <= text.evaluate(
        "text => text.offsetLeft + text.clientWidth"
    )
    seen = text.locator("span").evaluate("text => text.offsetWidth > 1")
    assert seen == (width != TELEPHONE["width"])
    context.close()


def test_a_promise_that_will_be_broken_is_told_within_the_panel(browser: Browser, server: Live) -> None:
    """On a telephone, in French: the longest of all states."""
    filed = give_job(server, service_code="flooding")
    context = browser.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale="fr-FR")
    page = Console(context.new_page(), server).open()
    page.locator(f"#queue-list-{filed['id']}").click()
    told = page.locator(".report-title .sla")
    expect(told).to_be_visible()
    longest = "échéance dans 37 min, arrivée prévue plus tard"
    told.evaluate("(node, text) => { node.dataset.state = 'at_risk'; node.textContent = text; }", longest)
    box = told.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= TELEPHONE["width"]
    context.close()
