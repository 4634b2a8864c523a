"""A crew with several jobs before it, as dispatchers, the crew itself and citizens are told of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from equipage.dispatch.model import ServiceCode
from equipage.dispatch.status import Mode, Role
from tests.api.conftest import Live, wait_until
from tests.api.test_http_follow import ENGLISH, FRENCH, file, text_of

CREW = "phone"
PLACES = ("-29.9027", "-29.9060", "-29.9100")
TIME = re.compile(r"\d\d:\d\d")
"""A time of day on a page: its hours and minutes may be the number of a report."""


@pytest.fixture(autouse=True, scope="module")
def _no_planner(live: Live) -> None:
    """Leave it to these tests which crew has what."""
    with live.context.store.transaction() as tx:
        tx.save_service(replace(tx.services()[ServiceCode("pothole")], mode=Mode.SUGGEST))


@pytest.fixture
def route(client: httpx.Client, anonymous: httpx.Client) -> Iterator[list[dict[str, Any]]]:
    """Three reports that the crew has planned in this order, each with its assignment and its link."""
    client.post("/", data={"id": "demo-phone", "lat": "-29.9027", "lon": "-71.2518"}).raise_for_status()
    filed = [file(anonymous, lat=lat) for lat in PLACES]
    given = [
        {**report, **put(client, report["service_request_id"], place)}
        for place, report in enumerate(filed, start=1)
    ]
    yield given
    for report in given:
        path = f"/api/v1/reports/{report['service_request_id']}/close"
        client.post(path, json={"status": "cancelled"})


def put(client: httpx.Client, report_id: str, position: int | None = None, *, pin: bool = True) -> Any:
    """Give a report to the crew at a place of its route, and return the assignment."""
    body = {"report_id": report_id, "crew_id": CREW, "override": True, "pin": pin, "position": position}
    answer = client.post("/api/v1/assignments", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def say(client: httpx.Client, assignment: dict[str, Any], status: str) -> None:
    """Have the crew say how far it is."""
    path = f"/api/v1/assignments/{assignment['id']}/status"
    client.post(path, json={"status": status}).raise_for_status()


def jobs(client: httpx.Client) -> list[dict[str, Any]]:
    """Return the crew's jobs in order."""
    found: list[dict[str, Any]] = client.get(f"/api/v1/crews/{CREW}/jobs").raise_for_status().json()["items"]
    return found


def test_a_dispatcher_sees_and_moves_the_route(client: httpx.Client, route: list[dict[str, Any]]) -> None:
    """In order with times that grow; the last given the first place is the first, and the crew has three."""
    told = jobs(client)
    assert [each["id"] for each in told] == [each["id"] for each in route]
    times = [(each["arrival"]["eta"], each["departure"]) for each in told]
    assert times == sorted(times)
    put(client, route[2]["service_request_id"], 1)
    assert [each["id"] for each in jobs(client)] == [route[k]["id"] for k in (2, 0, 1)]
    crew = client.get(f"/api/v1/crews/{CREW}").json()
    assert (crew["current"], crew["next"]["id"], crew["planned"]) == (None, route[2]["id"], 3)


def test_an_impossible_place_is_refused(client: httpx.Client, route: list[dict[str, Any]]) -> None:
    """Places count from 1."""
    body = {"report_id": route[0]["service_request_id"], "crew_id": CREW, "position": 0}
    answer = client.post("/api/v1/assignments", json=body)
    assert answer.status_code == 422
    assert "position" in answer.text


def test_the_plan_is_told_by_crew_with_totals(client: httpx.Client, route: list[dict[str, Any]]) -> None:
    """Each stop with whose it is and by how much it is late; each route with what it comes to."""
    plan = client.get("/api/v1/plan").json()
    (own,) = [each for each in plan["routes"] if each["crew_id"] == CREW]
    assert [stop["assignment_id"] for stop in own["stops"]] == [each["id"] for each in route]
    assert [stop["position"] for stop in own["stops"]] == [1, 2, 3]
    assert {(stop["status"], stop["pinned"]) for stop in own["stops"]} == {("planned", True)}
    assert own["ends_at"] == own["stops"][-1]["departure"]
    assert (own["totals"]["stops"], own["totals"]["planned"], own["totals"]["pinned"]) == (3, 3, 3)
    assert own["totals"]["late"] == sum(stop["late_s"] > 0 for stop in own["stops"])
    assert plan["totals"]["stops"] == sum(each["totals"]["stops"] for each in plan["routes"])


def test_the_whole_way_is_drawn_stop_by_stop(client: httpx.Client, route: list[dict[str, Any]]) -> None:
    """A line to each stop that begins where the one before ends, and a numbered point."""
    drawn = client.get(f"/api/v1/crews/{CREW}/itinerary").raise_for_status()
    assert drawn.headers["content-type"] == "application/geo+json"
    features = drawn.json()["features"]
    points = [each["properties"] for each in features if each["geometry"]["type"] == "Point"]
    assert [(each["position"], each["assignment_id"]) for each in points] == [
        (number, each["id"]) for number, each in enumerate(route, start=1)
    ]
    lines = [each["geometry"]["coordinates"] for each in features if each["geometry"]["type"] == "LineString"]
    assert [line[-1] for line in lines[:-1]] == [line[0] for line in lines[1:]]
    with_nothing = client.get("/api/v1/crews/duty-1/itinerary").json()
    assert with_nothing == {"type": "FeatureCollection", "features": []}


def test_a_citizen_is_told_how_many_come_first_and_no_more(
    client: httpx.Client, route: list[dict[str, Any]]
) -> None:
    """In words, in both languages; nothing of the others, and nothing where none comes before."""
    links = [each["follow_url"] for each in route]
    assert "visit" not in text_of(links[0])
    assert ENGLISH.visit_before in text_of(links[1])
    assert ENGLISH.two_visits_before in text_of(links[2])
    assert FRENCH.two_visits_before in text_of(links[2], "fr")
    snapshots = [httpx.get(f"{link}.json").json() for link in links]
    assert [told["visits_before"] for told in snapshots] == [0, 1, 2]
    windows = [_width(told) for told in snapshots]
    assert windows == sorted(windows)
    numbers = re.findall(r"\b\d+\b", TIME.sub("", text_of(links[2])))
    assert route[2]["service_request_id"] in numbers
    for other in route[:2]:
        assert other["service_request_id"] not in numbers
        assert other["id"] not in httpx.get(f"{links[2]}.json").text
    say(client, route[0], "en_route")
    say(client, route[0], "on_site")
    assert httpx.get(f"{links[1]}.json").json()["visits_before"] == 1
    say(client, route[0], "done")
    assert ENGLISH.visit_before in text_of(links[2])
    assert "visit" not in text_of(links[1])


def test_a_crew_hears_of_its_own_route_alone(live: Live, client: httpx.Client, route: list[Any]) -> None:
    """That its order has changed is told at once, and not whose else has."""
    heard: list[str] = []
    with (
        live.client(live.key(Role.CREW, crew_id=CREW)) as own,
        own.stream("GET", f"/api/v1/crews/{CREW}/events") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == ": welcome"
        put(client, route[2]["service_request_id"], 1)
        for line in lines:
            heard.append(line)
            if line.startswith("data") and "crew_ids" in line:
                break
    assert '"crew_ids":["phone"]' in heard[-1]


def test_open311_tells_a_planned_report_open_and_when(
    client: httpx.Client, anonymous: httpx.Client, route: list[dict[str, Any]]
) -> None:
    """Far along a route it is as open as any, with the arrival that is promised."""
    number = route[2]["service_request_id"]

    def promised() -> bool:
        answer = anonymous.get(f"/open311/v2/requests/{number}.json").json()[0]
        assert answer["status"] == "open"
        told = datetime.fromisoformat(answer["expected_datetime"])
        eta = datetime.fromisoformat(client.get(f"/api/v1/reports/{number}/eta").json()["eta"])
        return abs((told - eta).total_seconds()) < 600

    wait_until(promised)  # before that it is the due time


def test_what_comes_too_late_along_a_route_is_at_risk(
    client: httpx.Client, anonymous: httpx.Client, route: list[dict[str, Any]]
) -> None:
    """A flooded street behind three other jobs is due long before: told at once, and how late in the plan."""
    number = file(anonymous, service_code="flooding")["service_request_id"]
    last = put(client, number, 9)
    assert client.get(f"/api/v1/reports/{number}").json()["sla"] == "at_risk"
    (own,) = [each for each in client.get("/api/v1/plan").json()["routes"] if each["crew_id"] == CREW]
    assert own["stops"][-1]["assignment_id"] == last["id"]
    assert own["stops"][-1]["late_s"] > 0
    assert own["totals"]["late"] == 1
    client.post(f"/api/v1/reports/{number}/close", json={"status": "cancelled"}).raise_for_status()
    assert len(route) == len(jobs(client))


def _width(told: dict[str, Any]) -> float:
    earliest, latest = (datetime.fromisoformat(told[name]) for name in ("earliest", "latest"))
    return (latest - earliest).total_seconds()
