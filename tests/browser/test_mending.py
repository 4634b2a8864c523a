"""Mending a report's place and service in the console."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.api.conftest import wait_until
from tests.browser.conftest import Console
from tests.browser.test_console import file_report, report

pytestmark = pytest.mark.browser


def open_report(page: Page, report_id: str) -> None:
    """Show a report's panel."""
    page.locator("#queue-search").fill(report_id)
    page.locator(f"#queue-list-{report_id}").click()
    expect(page.locator("#drawer-title")).to_have_text(f"Report {report_id}")


def test_place_is_mended_by_a_click_and_undone(console: Console) -> None:
    """A click on the map moves the report, its address follows, and undo puts it back."""
    filed = file_report(console.server)
    page = console.open()
    open_report(page, filed["id"])
    page.keyboard.press("e")
    expect(page.locator("#drawer-title")).to_have_text(f"Correct report {filed['id']}")
    page.locator("#map").click(position={"x": 150, "y": 400})
    page.get_by_role("button", name=re.compile("^Correct")).click()
    expect(page.locator("#drawer-title")).to_have_text(f"Report {filed['id']}")
    moved = report(console.server, filed["id"])
    assert (moved["lon"], moved["lat"]) != (filed["lon"], filed["lat"])
    expect(page.locator(".timeline li").first).to_contain_text("Place or service corrected")
    page.locator(".toast .button", has_text="Undo").click()
    wait_until(lambda: report(console.server, filed["id"])["lat"] == filed["lat"])
    assert report(console.server, filed["id"])["lon"] == filed["lon"]


def test_pin_is_moved_by_keyboard_and_by_dragging(console: Console) -> None:
    """The pin takes the focus and the arrows, and the mouse."""
    filed = file_report(console.server)
    page = console.open()
    open_report(page, filed["id"])
    page.keyboard.press("e")
    pin = page.locator(".place-pin")
    pin.focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowUp")
    pin.hover()  # this waits until it rests: the map glides to the report when the panel opens
    box = pin.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 15, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 95, box["y"] + 20, steps=5)
    page.mouse.up()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name=re.compile("^Correct")).click()
    expect(page.locator("#drawer-title")).to_have_text(f"Report {filed['id']}")
    moved = report(console.server, filed["id"])
    assert moved["lat"] > filed["lat"]
    assert moved["lon"] > filed["lon"]


def test_service_is_mended_and_the_crew_decided_about(console: Console) -> None:
    """A crew without the skill is named before anything changes; taken away knowingly, it is gone."""
    filed = file_report(console.server)
    with console.server.client() as client:
        found = client.get(f"/api/v1/reports/{filed['id']}/suggestions").json()["suggestions"]
        skills = {crew["id"]: set(crew["skills"]) for crew in client.get("/api/v1/crews").json()["items"]}
        lamp = next(
            service
            for service in client.get("/api/v1/services").json()["items"]
            if not set(service["skills"]) <= skills[found[0]["crew_id"]]
        )
        assigned = {"report_id": filed["id"], "crew_id": found[0]["crew_id"], "pin": True}
        assert client.post("/api/v1/assignments", json=assigned).status_code == 201
    page = console.open()
    open_report(page, filed["id"])
    page.keyboard.press("e")
    field = page.get_by_role("combobox", name="What?")
    field.fill(lamp["name"])
    expect(page.locator(".menu:visible li")).to_have_count(1)
    expect(page.locator(".menu:visible li")).to_contain_text(lamp["name"])
    field.press("Enter")
    expect(page.locator(".outlook .notice")).to_contain_text("should no longer have it")
    page.get_by_role("button", name=re.compile("^Correct")).click()
    expect(page.locator(".fault-text").first).to_contain_text("Say what becomes of the crew")
    page.get_by_label(re.compile("^Take it from")).check()
    page.get_by_role("button", name=re.compile("^Correct")).click()
    expect(page.locator("#drawer-title")).to_have_text(f"Report {filed['id']}")
    mended = report(console.server, filed["id"])
    assert mended["service_code"] == lamp["code"]
    holder = mended["assignment"]
    assert holder is None or holder["crew_id"] != found[0]["crew_id"]


def test_who_changed_it_meanwhile_is_shown_with_both(console: Console) -> None:
    """Another's change is shown beside what was there, and one's own is saved only when said again."""
    filed = file_report(console.server)
    page = console.open()
    open_report(page, filed["id"])
    page.keyboard.press("e")
    with console.server.client() as client:
        client.patch(f"/api/v1/reports/{filed['id']}", json={"priority": 1, "address": "By the school"})
    page.get_by_label("Address or landmark").fill("By the church")
    page.get_by_role("button", name=re.compile("^Correct")).click()
    fault = page.locator(".fault-text").first
    expect(fault).to_contain_text("Changed meanwhile by demo")
    expect(fault).to_contain_text("By the school")
    assert report(console.server, filed["id"])["address"] == "By the school"
    page.get_by_role("button", name="Save my correction").click()
    expect(page.locator("#drawer-title")).to_have_text(f"Report {filed['id']}")
    assert report(console.server, filed["id"])["address"] == "By the church"
