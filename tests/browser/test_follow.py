"""The citizen's page on a telephone: what is promised, who comes, in plain words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console
from tests.browser.test_console import SCRIPT, file_report

pytestmark = pytest.mark.browser


def test_citizen_sees_due_time_then_the_crew(console: Console) -> None:
    """Before an assignment the page tells the due time, afterwards the arrival, without a reload."""
    filed = file_report(console.server)
    page = console.page
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(filed["follow_url"])
    expect(page.locator(".arrival")).to_contain_text("A crew should be there by")
    with console.server.client() as client:
        crew = client.get(f"/api/v1/reports/{filed['id']}/suggestions").json()["suggestions"][0]["crew_id"]
        body = {"report_id": filed["id"], "crew_id": crew}
        assert client.post("/api/v1/assignments", json=body).status_code == 201
    expect(page.locator(".arrival")).to_contain_text("A crew is expected")
    expect(page.locator(".steps .reached")).to_have_count(2)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    assert (console.foreign, console.faults) == ([], [])


def test_note_to_the_citizen_is_text(console: Console) -> None:
    """Markup in the note of a closed report is shown as it was written."""
    filed = file_report(console.server)
    with console.server.client() as client:
        closing = {"status": "rejected", "note": SCRIPT}
        assert client.post(f"/api/v1/reports/{filed['id']}/close", json=closing).is_success
    console.page.goto(filed["follow_url"])
    expect(console.page.locator(".note p")).to_have_text(SCRIPT)
    expect(console.page.locator(".lead")).to_contain_text("cannot act")
