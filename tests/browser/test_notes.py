"""Notes from the radio in the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console
from tests.browser.test_console import file_report
from tests.browser.test_mending import open_report

pytestmark = pytest.mark.browser


def test_note_is_written_by_keyboard_and_taken_back(console: Console) -> None:
    """`r` leads to the line, Enter keeps the note, and the timeline shows it with who wrote it."""
    filed = file_report(console.server)
    page = console.open()
    open_report(page, filed["id"])
    page.keyboard.press("r")
    page.keyboard.type("The gate is locked")
    page.keyboard.press("Enter")
    first = page.locator(".timeline li").first
    expect(first).to_contain_text("The gate is locked")
    expect(first).to_contain_text("demo")
    page.locator(".toast .button", has_text="Undo").click()
    expect(first).to_contain_text("Radio note taken back")
    with console.server.client() as client:
        found = client.get("/api/v1/notes", params={"subject": "report", "subject_id": filed["id"]})
    assert found.json()["items"] == []


def test_note_of_somebody_else_appears(console: Console) -> None:
    """The open panel shows what another dispatcher notes."""
    filed = file_report(console.server)
    page = console.open()
    open_report(page, filed["id"])
    body = {"subject": "report", "subject_id": filed["id"], "text": "Two men needed", "public": True}
    with console.server.client() as client:
        client.post("/api/v1/notes", json=body).raise_for_status()
    expect(page.locator(".timeline li").first).to_contain_text("Two men needed")
    expect(page.locator(".timeline .chip")).to_have_text("public")


def test_note_on_a_vehicle(console: Console) -> None:
    """On a crew's panel a note is about the crew or its vehicle."""
    page = console.open()
    page.locator("#tab-crews").click()
    page.locator("#crews-list .row").first.click()
    page.get_by_label("About").select_option(index=1)
    page.locator(".note-form input[type=text]").fill("Left indicator broken")
    page.locator(".note-form").get_by_role("button").click()
    expect(page.locator(".drawer .timeline li").first).to_contain_text("Vehicle: Left indicator broken")
