"""A suggestion that went stale between looking and clicking."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Console
from tests.browser.test_console import file_report, report
from tests.browser.test_mending import open_report

pytestmark = pytest.mark.browser


def test_stale_suggestion_is_told_and_nobody_else_is_sent(console: Console) -> None:
    """The crew got another job meanwhile: that is said with both arrivals, and fresh suggestions follow."""
    mine, other = file_report(console.server), file_report(console.server, service_code="pothole")
    page = console.open()
    open_report(page, mine["id"])
    first = page.locator(".suggestion").first
    expect(first).to_be_visible()
    with console.server.client() as client:

        def hold_back(route: Route) -> None:
            body: Any = route.request.post_data_json
            # Another dispatcher is quicker by the time it takes to press the key.
            taken = {"report_id": other["id"], "crew_id": body["crew_id"], "pin": True, "override": True}
            client.post("/api/v1/assignments", json=taken).raise_for_status()
            route.continue_()

        page.route("**/api/v1/assignments", hold_back)
        page.keyboard.press("1")
        notice = page.locator(".stale-suggestion")
        expect(notice).to_contain_text(f"has been given report {other['id']} meanwhile")
        expect(notice).to_contain_text("Told to arrive at")
        expect(notice).to_contain_text("Nobody was sent")
        assert report(console.server, mine["id"])["assignment"] is None
        page.unroute("**/api/v1/assignments")
        expect(page.locator(".as-of")).to_contain_text("as of")
        expect(page.locator(".suggestion").first).to_be_visible()
        client.post(f"/api/v1/reports/{other['id']}/close", json={"status": "cancelled"}).raise_for_status()


def test_suggestions_refresh_when_a_crew_is_taken(console: Console) -> None:
    """The open panel asks again as soon as it hears that a suggested crew has something else to do."""
    mine, other = file_report(console.server), file_report(console.server, service_code="pothole")
    page = console.open()
    open_report(page, mine["id"])
    expect(page.locator(".suggestion").first).to_be_visible()
    with console.server.client() as client:
        ranked = client.get(f"/api/v1/reports/{mine['id']}/suggestions").json()["suggestions"]
        taken = {"report_id": other["id"], "crew_id": ranked[0]["crew_id"], "pin": True, "override": True}
        with page.expect_response(f"**/reports/{mine['id']}/suggestions") as again:
            client.post("/api/v1/assignments", json=taken).raise_for_status()
        assert again.value.json()["suggestions"][0]["crew_id"] != ranked[0]["crew_id"]
        name = client.get(f"/api/v1/crews/{ranked[0]['crew_id']}").json()["name"]
        expect(page.locator(".suggestion .suggestion-head").first).not_to_contain_text(name)
        client.post(f"/api/v1/reports/{other['id']}/close", json={"status": "cancelled"}).raise_for_status()


def test_a_crew_taken_while_suggestions_are_on_their_way_is_noticed(console: Console) -> None:
    """The answer is older than what the page has heard meanwhile: it asks again at once."""
    mine, other = file_report(console.server), file_report(console.server, service_code="pothole")
    console.page.add_init_script("window.setInterval = () => 0")
    page = console.open()
    path, held = f"**/reports/{mine['id']}/suggestions", list[Route]()
    page.route(path, lambda route: held.append(route), times=1)  # noqa: PLW0108 Playwright marks it
    with page.expect_request(path):
        open_report(page, mine["id"])
    answer = held[0].fetch()
    crew_id = answer.json()["suggestions"][0]["crew_id"]
    with console.server.client() as client:
        taken = {"report_id": other["id"], "crew_id": crew_id, "pin": True, "override": True}
        with page.expect_response("**/api/v1/crews*"):
            client.post("/api/v1/assignments", json=taken).raise_for_status()
        name = client.get(f"/api/v1/crews/{crew_id}").json()["name"]
        held[0].fulfill(response=answer)
        expect(page.locator(".suggestion")).not_to_have_count(0)
        expect(page.locator(".suggestion .suggestion-head").first).not_to_contain_text(name)
        client.post(f"/api/v1/reports/{other['id']}/close", json={"status": "cancelled"}).raise_for_status()
