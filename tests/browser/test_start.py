"""The console while it starts: what cannot be heard yet cannot be pressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Console

pytestmark = pytest.mark.browser


def test_no_press_is_lost_while_the_console_starts(console: Console) -> None:
    """Until the scripts listen, tabs and commands are inert; the first press that they take counts."""
    page = console.page
    waiting: list[Route] = []

    def hold_back(route: Route) -> None:
        waiting.append(route)

    page.route("**/api/v1/clock", hold_back)
    with page.expect_request("**/api/v1/clock"):
        page.goto(console.server.url, wait_until="commit")
    commands = page.locator(
        "[role=tab], header.strip button[type=button], #show-shifts, #queue-search, #flood"
    )
    assert commands.count() > 8
    assert commands.evaluate_all("(all) => all.every((node) => node.closest('[inert]'))")
    waiting[0].continue_()
    page.locator("#tab-crews").click()
    expect(page.locator("#pane-crews")).to_be_visible()
    assert page.locator("[inert]").count() == 0


def test_the_demos_banner_moves_nothing_under_a_finger(console: Console) -> None:
    """It stands before anything can be pressed."""
    page = console.page
    page.goto(console.server.url)
    page.wait_for_selector(".left:not([inert])")
    before = page.locator("#tab-crews").bounding_box()
    page.wait_for_selector("body[data-ready=true]")
    expect(page.locator("#demo")).to_be_visible()
    assert page.locator("#tab-crews").bounding_box() == before
