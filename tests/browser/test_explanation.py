"""Why a report waits or has its crew, as a dispatcher reads it in the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console
from tests.browser.test_console import file_report

pytestmark = pytest.mark.browser


def test_why_is_told_when_it_is_asked(console: Console) -> None:
    """A held report names what would help; given to a crew, it names who chose that."""
    filed = file_report(console.server)
    page = console.open()
    asked = []
    page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/explanation") else None)
    page.locator(f"#queue-list-{filed['id']}").click()
    expect(page.locator(".suggestion").first).to_be_visible()
    assert asked == []
    page.keyboard.press("w")
    expect(page.locator(".explained-why")).to_have_text("a dispatcher is taking the call")
    expect(page.locator(".explained-helps")).to_contain_text("whoever takes the call lets go of it")
    page.keyboard.press("1")
    expect(page.locator(".explained-why")).to_contain_text("a dispatcher chose this crew")
    page.keyboard.press("w")
    expect(page.locator(".explained-why")).to_be_hidden()
    assert console.faults == []


def test_an_explanation_that_does_not_come_can_be_asked_for_again(console: Console) -> None:
    """The fault is said where the explanation would be, and the button brings it."""
    filed = file_report(console.server)
    page = console.open()
    page.route("**/explanation", lambda route: route.abort(), times=1)
    page.locator(f"#queue-list-{filed['id']}").click()
    page.locator(".explained > summary").click()
    expect(page.locator(".explanation .fault-text")).to_contain_text("cannot be reached")
    page.locator(".explanation .button").click()
    expect(page.locator(".explained-helps")).to_be_visible()
