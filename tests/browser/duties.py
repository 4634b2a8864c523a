"""Jobs for a crew, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from tests.api.conftest import Live
from tests.browser.conftest import CREW
from tests.browser.test_console import file_report, report


def give_job(server: Live, crew_id: str = CREW, **more: Any) -> Mapping[str, Any]:
    """File a report and give it to a crew."""
    filed = file_report(server, **more)
    with server.client() as client:
        body = {"report_id": filed["id"], "crew_id": crew_id, "pin": True, "override": True}
        answer = client.post("/api/v1/assignments", json=body)
        assert answer.status_code == HTTPStatus.CREATED, answer.text
    return filed


def running(server: Live) -> bool:
    """Tell whether the crew has set off."""
    with server.client() as client:
        return client.get(f"/api/v1/crews/{CREW}").json()["current"] is not None


def told(server: Live, filed: Mapping[str, Any]) -> Callable[[str], bool]:
    """Return a test of whether the report has a status."""
    return lambda status: report(server, filed["id"])["status"] == status
