"""What a page tells when the server asks it to wait, and that it goes on by itself."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Console, Telephone

pytestmark = pytest.mark.browser

WAIT_S = 2
TIMER_S = 0.1
"""A browser's timers and this clock differ by less."""


@dataclass
class Busy:
    """A part of the server that refuses the first requests with 429."""

    refusals: int = 1
    asked: list[float] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Refuse the first, and let the others through."""
        self.asked.append(time.monotonic())
        if len(self.asked) > self.refusals:
            route.continue_()
            return
        problem = {"title": "Too many requests", "status": 429, "code": "too_many_requests"}
        route.fulfill(status=429, headers={"Retry-After": str(WAIT_S)}, json=problem)

    def check(self) -> None:
        """Check that it was asked again, and not before it wanted to be."""
        first, second, *_ = self.asked
        assert second - first >= WAIT_S - TIMER_S


def busy(page: Page, path: str) -> Busy:
    """Have a path refuse its next request."""
    made = Busy()
    page.route(path, made.answer)
    return made


@pytest.mark.parametrize("path", ["**/api/v1/me", "**/api/v1/services*"])
def test_the_console_starts_once_the_server_answers(console: Console, path: str) -> None:
    """What it needs before anything else is asked for again when the server said; meanwhile it says why."""
    refused = busy(console.page, path)
    console.page.goto(console.server.url)
    expect(console.page.locator("#loading-text")).to_contain_text("Too many requests")
    console.page.wait_for_selector("body[data-ready=true]")
    refused.check()


def test_the_first_load_is_tried_again(console: Console) -> None:
    """A banner tells that reports could not be loaded, and when that is tried again; then it goes."""
    refused = busy(console.page, "**/api/v1/reports?*")
    console.page.goto(console.server.url)
    banner = console.page.locator("#behind")
    expect(banner).to_contain_text("Too many requests")
    expect(banner).to_contain_text("Trying again at")
    console.page.wait_for_selector("body[data-ready=true]")
    expect(banner).to_be_hidden()
    refused.check()


def test_news_that_could_not_be_loaded_comes_by_itself(console: Console) -> None:
    """An alarm is told by an event; its list is refused once, and shown all the same."""
    page = console.open()
    refused = busy(page, "**/api/v1/alarms*")
    with console.server.client() as client:
        client.post("/", data={"id": "demo-phone", "alarm": "sos"}).raise_for_status()
    expect(page.locator("#behind")).to_be_visible()
    expect(page.locator("#alarms")).to_contain_text("call for help")
    expect(page.locator("#behind")).to_be_hidden()
    refused.check()


def test_a_search_that_was_refused_is_told(console: Console) -> None:
    """Reports that are closed are found by the server alone: it can be asked again."""
    page = console.open()
    busy(page, "**/api/v1/search?*")
    page.locator("#queue-search").fill("balmaceda")
    expect(page.locator("#search-more")).to_contain_text("Too many requests")
    page.locator("#search-more").get_by_role("button").click()
    expect(page.locator("#search-others")).to_be_visible()
    expect(page.locator("#search-more .fault-text")).to_have_count(0)


def test_the_list_of_vehicles_is_tried_again(console: Console) -> None:
    """A fault while it is kept up to date is told as long as it lasts."""
    page = console.page
    page.goto(f"{console.server.url}/trackers")
    page.wait_for_selector("body[data-ready=true]")
    busy(page, "**/api/v1/vehicles*")
    expect(page.locator(".toast.fault")).to_contain_text("Too many requests")
    expect(page.locator(".toast.fault")).to_have_count(0)


def test_a_crews_day_is_tried_again(english: Telephone) -> None:
    """The crew reads that its page may be behind, and the day comes once the server has it."""
    busy(english.page, "**/day")
    english.page.goto(f"{english.console.server.url}/crew")
    expect(english.page.locator("#offline")).to_be_visible()
    english.page.wait_for_selector("body[data-ready=true]")
    expect(english.page.locator("#offline")).to_be_hidden()
