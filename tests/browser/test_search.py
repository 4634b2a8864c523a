"""The one search field of the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console
from tests.browser.test_console import file_report

pytestmark = pytest.mark.browser


def test_search_finds_every_kind_by_keyboard(console: Console) -> None:
    """`/` leads to the field; the arrows go through crews, vehicles, places, then reports; Enter opens."""
    filed = file_report(console.server, description="Devant l’école, rue élevée")
    page = console.open()
    page.keyboard.press("/")
    page.keyboard.type("guardia 2")
    others = page.locator("#search-others")
    expect(others).to_contain_text("Guardia 2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-title")).to_have_text("Guardia 2")
    page.keyboard.press("/")
    page.locator("#queue-search").fill("balmaceda")
    expect(others).to_contain_text("Streets and places")
    page.locator("#queue-search").fill("ECOLE elevee")
    expect(page.locator(f"#queue-list-{filed['id']}")).to_be_visible()
    expect(others).to_be_hidden()
    page.locator("#queue-search").press("Enter")
    expect(page.locator("#drawer-title")).to_have_text(f"Report {filed['id']}")


def test_closed_report_is_found_by_telephone(console: Console) -> None:
    """Its citizen calls again: the number alone finds what was done, whatever the filter."""
    filed = file_report(console.server, contact={"phone": "06 55 44 33 22"})
    with console.server.client() as client:
        client.post(f"/api/v1/reports/{filed['id']}/close", json={"status": "done"}).raise_for_status()
    page = console.open()
    page.locator('[data-filter="waiting"]').click()
    page.locator("#queue-search").fill("+33655443322")
    page.locator(f"#queue-list-{filed['id']}").click()
    expect(page.locator(".report-head")).to_contain_text("Done")


def test_nothing_found_is_said(console: Console) -> None:
    """An empty answer is told, and Escape shows the queue again."""
    file_report(console.server)
    page = console.open()
    page.locator("#queue-search").fill("xyzzyx")
    expect(page.locator("#queue-empty")).to_have_text("No report has these words.")
    expect(page.locator("#search-others")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#queue-empty")).to_be_hidden()
