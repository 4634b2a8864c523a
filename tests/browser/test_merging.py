"""Merging duplicates in the console."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from playwright.sync_api import expect

from tests.api.conftest import wait_until
from tests.browser.conftest import Console
from tests.browser.test_console import file_report, report
from tests.browser.test_mending import open_report

pytestmark = pytest.mark.browser


def test_duplicates_are_suggested_merged_and_taken_apart(console: Console) -> None:
    """The panel says that there is a similar one; two questions later they are one, and undo parts them."""
    street = {"lon": -71.2480, "lat": -29.9050}
    first = file_report(console.server, description="A dog on a wall", **street)
    second = file_report(console.server, description="Paint on a wall", **street)
    page = console.open()
    open_report(page, second["id"])
    page.locator(".notice", has_text="similar report").get_by_role("button").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text(first["id"])
    dialog.locator("select").select_option(value=first["id"])
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_contain_text("Which one to keep?")
    expect(dialog.locator("select")).to_have_value(first["id"])
    dialog.get_by_role("button", name="Merge").click()
    wait_until(lambda: report(console.server, second["id"])["status"] == "duplicate")
    expect(page.locator(".report-head")).to_contain_text("Duplicate")
    page.locator(".facts").get_by_role("button", name=first["id"]).click()
    expect(page.locator("#drawer-title")).to_have_text(f"Report {first['id']}")
    expect(page.locator(".facts")).to_contain_text(f"Duplicates{second['id']}")
    page.keyboard.press("z")
    wait_until(lambda: report(console.server, second["id"])["status"] == "acknowledged")


def test_what_another_merges_is_seen_on_the_report_that_is_kept(console: Console) -> None:
    """The panel is open while somebody else merges the other report into it."""
    kept, other = file_report(console.server), file_report(console.server)
    page = console.open()
    open_report(page, kept["id"])
    with console.server.client() as client:
        merged = client.post(f"/api/v1/reports/{other['id']}/merge", json={"into": kept["id"]})
    assert merged.status_code == HTTPStatus.OK
    expect(page.locator(".facts")).to_contain_text(f"Duplicates{other['id']}")


def test_any_two_are_merged_by_number(console: Console) -> None:
    """The crew that is under way decides which one is kept, and the dialog says so."""
    far = file_report(console.server, service_code="pothole", lon=-71.2519, lat=-29.9027)
    with console.server.client() as client:
        crew_id = client.get(f"/api/v1/reports/{far['id']}/suggestions").json()["suggestions"][0]["crew_id"]
        body = {"report_id": far["id"], "crew_id": crew_id, "pin": True}
        made = client.post("/api/v1/assignments", json=body).json()
        client.post(
            f"/api/v1/assignments/{made['id']}/status", json={"status": "en_route"}
        ).raise_for_status()
    mine = file_report(console.server)
    page = console.open()
    open_report(page, mine["id"])
    page.keyboard.press("d")
    page.get_by_label("Number, if it is not in the list").fill(far["id"])
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text(f"has set off for {far['id']} already")
    expect(dialog.locator("select")).to_have_value(far["id"])
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Merge").click()
    wait_until(lambda: report(console.server, mine["id"])["linked_to"] == far["id"])
    with console.server.client() as client:
        client.post(f"/api/v1/reports/{far['id']}/close", json={"status": "cancelled"}).raise_for_status()
