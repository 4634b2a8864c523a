"""A crew with several jobs before it, on the console and on its own telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api.conftest import Live, wait_until
from tests.browser.conftest import CREW, Console, Telephone, let_go
from tests.browser.duties import give_job
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _let_go(server: Live) -> Iterator[None]:
    """Leave nothing to the next test, whatever became of this one."""
    yield
    let_go(server)


def give_route(server: Live, count: int = 3) -> list[str]:
    """Give the crew some jobs, and return them in the order in which they come."""
    given = [str(give_job(server)["id"]) for _ in range(count)]
    assert order(server) == given
    return given


def order(server: Live) -> list[str]:
    """Return the reports of the crew's jobs in order."""
    with server.client() as client:
        return [job["report_id"] for job in client.get(f"/api/v1/crews/{CREW}/jobs").json()["items"]]


def scroll_to_crew(page: Page) -> Locator:
    """Scroll the list of crews, which draws only rows in view, to the crew: its place hangs on the hour."""
    crew = page.locator("#crews-list").get_by_text("Phone", exact=True)
    expect(page.locator("#crews-list .row").first).to_be_visible()
    page.locator("#crews-list").hover()

    def in_view() -> bool:
        if crew.count() == 0:
            page.mouse.wheel(0, 200)
        return crew.count() > 0

    wait_until(in_view)
    return crew


def open_crew(console: Console) -> Page:
    """Open the console with the crew's panel."""
    page = console.open()
    page.get_by_role("tab").nth(1).click()
    scroll_to_crew(page).click()
    expect(page.locator(".jobs.route li")).to_have_count(3)
    return page


def test_a_dispatcher_moves_a_stop_and_takes_it_back(console: Console) -> None:
    """The second comes first, pinned, on the panel and on the map; undoing puts all as it was."""
    server = console.server
    first, second, third = give_route(server)
    page = open_crew(console)
    expect(page.locator(".route-stop")).to_have_count(3)
    stops = page.locator(".jobs.route li")
    stops.nth(1).get_by_title("Earlier").click()
    wait_until(lambda: order(server) == [second, first, third])
    expect(stops.nth(0).get_by_title("Unpin")).to_have_attribute("aria-pressed", "true")
    expect(stops.nth(0).get_by_title("Earlier")).to_be_disabled()
    page.get_by_role("button", name="Undo").first.click()
    wait_until(lambda: order(server) == [first, second, third])
    scroll_to_crew(page)
    expect(page.locator("#crews-list")).to_contain_text("(+ 2)")
    assert missing_in(page) == []
    assert (console.foreign, console.faults) == ([], [])


def test_a_dispatcher_gives_a_stop_to_another_crew(console: Console) -> None:
    """To the one that may have it and is there first; the others stay, in their order."""
    server = console.server
    first, _, third = give_route(server)
    page = open_crew(console)
    page.locator(".jobs.route li").nth(1).get_by_title("Give to another crew").click()
    page.get_by_role("dialog").locator("[value=ok]").click()
    wait_until(lambda: order(server) == [first, third])


def test_a_crew_goes_to_another_job_first(telephone: Telephone) -> None:
    """Told of its own page; what it passed over comes next, with its address and time."""
    server = telephone.console.server
    first, second, third = give_route(server)
    page = telephone.open()
    expect(page.locator(".job.later")).to_have_count(2)
    page.locator(".job.later > details > summary").nth(1).click()
    page.locator("[id^=first-]").nth(1).click()
    wait_until(lambda: order(server) == [third, first, second])
    expect(telephone.present.locator(".chip")).to_have_attribute("data-status", "en_route")
    expect(page.locator("[id^=first-]")).to_have_count(0)
    telephone.step("on_site")
    telephone.step("done")
    page.locator(".sheet [value=ok]").click()
    wait_until(lambda: order(server) == [first, second])
    expect(telephone.present.locator(".chip")).to_have_attribute("data-status", "planned")
    assert missing_in(page) == []


def test_a_crew_hears_that_something_else_comes_first(english: Telephone) -> None:
    """A dispatcher's change of order is told as a notice, and the page follows at once."""
    server = english.console.server
    given = give_route(server)
    page = english.open()
    expect(page.locator(".job.later")).to_have_count(2)
    with server.client() as client:
        body = {"report_id": given[2], "crew_id": CREW, "override": True, "pin": True, "position": 1}
        client.post("/api/v1/assignments", json=body).raise_for_status()
    expect(page.locator(".notice.first")).to_be_visible()
