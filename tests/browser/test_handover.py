"""Handing a report over in the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.api.conftest import wait_until
from tests.browser.conftest import Console
from tests.browser.test_console import file_report, report
from tests.browser.test_mending import open_report

pytestmark = pytest.mark.browser


def test_report_goes_to_another_service_and_back(console: Console) -> None:
    """Chosen from the catalogue by keyboard; undo gives it its service back."""
    filed = file_report(console.server)
    page = console.open()
    open_report(page, filed["id"])
    page.keyboard.press("t")
    page.get_by_label("To which service?").select_option(value="pothole")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.locator(".report-service")).to_have_text("Pothole")
    expect(page.locator(".timeline li").first).to_contain_text("Handed over")
    page.keyboard.press("z")
    wait_until(lambda: report(console.server, filed["id"])["service_code"] == "graffiti")


def test_report_goes_to_somebody_outside(console: Console) -> None:
    """It is closed, its citizen reads to whom it went, and undo opens it again."""
    filed = file_report(console.server)
    page = console.open()
    open_report(page, filed["id"])
    page.keyboard.press("t")
    page.get_by_role("textbox", name="Organisation outside").fill("The water company")
    page.locator("dialog").get_by_label("Note", exact=True).fill("A valve leaks")
    page.locator("dialog").get_by_label("the citizen may read it").check()
    page.get_by_role("button", name="Hand over", exact=True).click()
    wait_until(lambda: report(console.server, filed["id"])["status"] == "rejected")
    with console.server.client(None) as citizen:
        told = citizen.get(f"{filed['follow_url']}.json").json()
    assert "The water company" in told["status_note"]
    assert [note["text"] for note in told["notes"]] == ["A valve leaks"]
    page.keyboard.press("z")
    wait_until(lambda: report(console.server, filed["id"])["status"] == "acknowledged")
