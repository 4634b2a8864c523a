"""Today's shifts in the console."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.api.conftest import Live, wait_until
from tests.browser.conftest import Console
from tests.browser.test_console import file_report, report

pytestmark = pytest.mark.browser


def shifts(server: Live, crew_id: str) -> list[dict[str, Any]]:
    """Return a crew's shifts of today."""
    with server.client() as client:
        items: list[dict[str, Any]] = client.get("/api/v1/shifts").json()["items"]
    return [each for each in items if each["crew_id"] == crew_id]


def test_crew_is_absent_and_its_job_goes_back_to_the_queue(console: Console) -> None:
    """`s` opens the panel; the job that waits again is named; undo brings the crew back."""
    filed = file_report(console.server)
    with console.server.client() as client:
        crew_id = client.get(f"/api/v1/reports/{filed['id']}/suggestions").json()["suggestions"][0]["crew_id"]
        body = {"report_id": filed["id"], "crew_id": crew_id, "pin": True}
        client.post("/api/v1/assignments", json=body).raise_for_status()
        crew = client.get(f"/api/v1/crews/{crew_id}").json()
    page = console.open()
    page.keyboard.press("s")
    rows = page.locator(".shifts li").filter(has=page.get_by_role("button", name=crew["name"], exact=True))
    starts = [each["start"] for each in shifts(console.server, crew_id)]
    on = starts.index(crew["shift"]["start"])  # an earlier one of today may be over
    rows.nth(on).get_by_role("button", name="Absent", exact=True).click()
    expect(page.locator(".toast").last).to_contain_text(f"Report {filed['id']} is back in the queue")
    assert report(console.server, filed["id"])["assignment"] is None
    expect(rows.nth(on).locator(".chip")).to_have_text("Absent")
    page.keyboard.press("z")
    wait_until(lambda: not any(each["absent"] for each in shifts(console.server, crew_id)))


def test_hours_and_note_are_changed_for_today(console: Console) -> None:
    """The dialog takes the city's time; the panel shows the roster's hours beside the new ones."""
    page = console.open()
    page.locator("#tab-crews").click()
    page.locator("#show-shifts").click()
    row = page.locator(".shifts li").last
    crew = row.locator(".button.strong").inner_text()
    row.get_by_role("button", name=f"Shift of {crew}").click()
    dialog = page.locator("dialog")
    end = dialog.get_by_label("End")
    hour, minute = end.input_value().split(":")
    end.fill(f"{int(hour) - 1:02d}:{minute}" if int(hour) else f"23:{minute}")
    dialog.get_by_label("Note").fill("Leaves early")
    dialog.get_by_role("button", name="Save").click()
    row = page.locator(".shifts li").last
    expect(row).to_contain_text("instead of")
    expect(row).to_contain_text("Leaves early")
    page.keyboard.press("z")
    expect(page.locator(".shifts li").last).not_to_contain_text("instead of")
