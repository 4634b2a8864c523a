"""Sixteen clients at once, on both databases: no crew and no report is had twice, nobody sees a failure."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import START_TIMEOUT_S, Live, demo_settings, ready, serving, wait_until

CLIENTS = 16
PLACE = {"lon": -71.2519, "lat": -29.9027}
CREW = "phone"
"""On shift round the clock."""


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[Live]:
    """A server of the sample city on either database, ready."""
    with serving(demo_settings(tmp_path, database_url=database_url)) as server:
        wait_until(lambda: ready(server), START_TIMEOUT_S)
        yield server


def at_once(live: Live, work: Callable[[int, httpx.Client], httpx.Response]) -> list[httpx.Response]:
    """Have sixteen clients ask at the same moment; return the answers, none of which is a failure."""
    start = threading.Barrier(CLIENTS)

    def run(number: int) -> httpx.Response:
        with live.client() as client:
            client.get("/healthz")
            start.wait()
            return work(number, client)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(run, range(CLIENTS)))
    assert {answer.status_code for answer in answers} <= {
        HTTPStatus.OK,
        HTTPStatus.CREATED,
        HTTPStatus.CONFLICT,
    }, [answer.text for answer in answers]
    return answers


def test_sixteen_clients_race_for_a_crew_and_for_a_report(live: Live) -> None:
    """All give one crew a job, each has its place; once it drives they hear what it has."""
    body = {"service_code": "graffiti", **PLACE, "hold_s": 600}
    filed = at_once(live, lambda _number, client: client.post("/api/v1/reports", json=body))
    reports = [answer.json()["id"] for answer in filed]
    assert len(set(reports)) == CLIENTS

    given = at_once(live, lambda number, client: _assign(client, reports[number], CREW))
    assert Counter(answer.status_code for answer in given) == {201: CLIENTS}
    with live.client() as client:
        route = _route(client)
        wanted, *others = (client.post("/api/v1/reports", json=body).json()["id"] for _ in range(CLIENTS))
    assert Counter(route) == Counter(answer.json()["id"] for answer in given)

    path = f"/api/v1/assignments/{route[0]}/status"
    at_once(live, lambda _number, client: client.post(path, json={"status": "en_route"}))
    asked = [wanted, *others]
    refused = at_once(live, lambda number, client: _assign(client, asked[number], CREW, pin=False))
    assert {answer.status_code for answer in refused} == {409}
    assert {answer.json()["holder"]["assignment_id"] for answer in refused} == {route[0]}

    with live.client() as client:
        free = [crew["id"] for crew in client.get("/api/v1/crews").json()["items"] if crew["id"] != CREW]
    at_once(live, lambda number, client: _assign(client, wanted, free[number]))
    with live.client() as client:
        live_now = client.get("/api/v1/assignments").json()["items"]
    assert Counter(each["report_id"] for each in live_now)[wanted] == 1
    assert [each["id"] for each in live_now if each["status"] == "en_route"] == [route[0]]


def _route(client: httpx.Client) -> list[str]:
    """Return what the crew has in the plan, in order."""
    routes = client.get("/api/v1/plan").json()["routes"]
    return [stop["assignment_id"] for route in routes if route["crew_id"] == CREW for stop in route["stops"]]


def _assign(client: httpx.Client, report_id: str, crew_id: str, *, pin: bool = True) -> httpx.Response:
    body = {"report_id": report_id, "crew_id": crew_id, "pin": pin, "override": True}
    return client.post("/api/v1/assignments", json=body)
