"""A citizen's job: filing by Open311, and following by telephone until somebody is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from georeport import GeoReport
from playwright.sync_api import expect

from tests.api.conftest import Live
from tests.browser.conftest import Console
from tests.browser.test_console import a_street
from tests.browser.test_language import missing_in
from tests.walks.conftest import BY_HAND

pytestmark = pytest.mark.browser

Say = Callable[[str, str], str]


def test_citizen_files_a_report_and_sees_who_comes(telephone: Console, say: Say) -> None:
    """An Open311 client reads it back; the page tells until when, then when somebody comes, then the end."""
    server, page = telephone.server, telephone.page
    filed = _file(server)
    shown = GeoReport(f"{server.url}/open311/v2").get_service_request(filed["service_request_id"])
    assert (shown["status"], shown["description"]) == ("open", "Encre bleue, 2 m")

    page.goto(filed["follow_url"])
    expect(page.locator("#follow")).to_contain_text(filed["service_request_id"])
    arrival = page.locator(".arrival")
    expect(arrival).to_contain_text(
        say("Une équipe devrait être sur place avant", "A crew should be there by")
    )
    assignment = _assign(server, filed["service_request_id"])
    expect(arrival).to_contain_text(say("Arrivée prévue de l’équipe", "A crew is expected"))
    assert missing_in(page) == []

    for status in ("en_route", "on_site"):
        _advance(server, assignment, status)
    expect(page.locator("#follow")).to_contain_text(say("Arrivée de l’équipe", "The crew arrived at"))
    page.get_by_role("link", name=say("English", "Français")).click()
    expect(page.locator("html")).to_have_attribute("lang", say("en", "fr"))
    _advance(server, assignment, "done")
    closed = GeoReport(f"{server.url}/open311/v2").get_service_request(filed["service_request_id"])
    assert closed["status"] == "closed"
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert (telephone.foreign, telephone.faults) == ([], [])


def _file(server: Live) -> dict[str, Any]:
    """File a report as a citizens' application does."""
    street = a_street(server)
    form = {
        "api_key": "demo",
        "service_code": BY_HAND,
        "lat": street["lat"],
        "long": street["lon"],
        "description": "Encre bleue, 2 m",
    }
    answer = httpx.post(f"{server.url}/open311/v2/requests.json", data=form)
    taken: dict[str, Any] = answer.raise_for_status().json()[0]
    return taken


def _assign(server: Live, report_id: str) -> str:
    """Give the report to the first crew that is suggested; return the assignment's id."""
    with server.client() as client:
        ranked = client.get(f"/api/v1/reports/{report_id}/suggestions").json()["suggestions"]
        body = {"report_id": report_id, "crew_id": ranked[0]["crew_id"]}
        return str(client.post("/api/v1/assignments", json=body).raise_for_status().json()["id"])


def _advance(server: Live, assignment_id: str, status: str) -> None:
    with server.client() as client:
        path = f"/api/v1/assignments/{assignment_id}/status"
        client.post(path, json={"status": status}).raise_for_status()
