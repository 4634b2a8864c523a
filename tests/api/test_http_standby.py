"""Where idle crews wait, over HTTP: asked by a dispatcher, seen by those who see where crews are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from equipage.dispatch.model import CrewId, Standby
from equipage.dispatch.planning import standby as planning
from equipage.dispatch.services import standing_by
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import Role
from tests.api.conftest import Live, demo_settings, ready, send_positions, serving, wait_until
from tests.api.test_http_reports import check_problem

CREW = "phone"
PATH = f"/api/v1/crews/{CREW}/standby"
PLACE = {"lon": -71.2519, "lat": -29.9027}


@pytest.fixture
def idle(client: httpx.Client) -> Iterator[httpx.Client]:
    """A client that may do everything, while the crew is heard of and waits nowhere; so afterwards."""
    send_positions(client)
    yield client
    client.delete(PATH).raise_for_status()


def crew_of(client: httpx.Client) -> Any:
    """Return the crew as it is shown."""
    return client.get(f"/api/v1/crews/{CREW}").raise_for_status().json()


def test_a_crew_is_told_where_to_wait(idle: httpx.Client) -> None:
    """The answer is the crew with its standby: where, since when, by whom, how far, and the street there."""
    assert crew_of(idle)["standby"] is None
    answer = idle.put(PATH, json=PLACE).raise_for_status().json()
    standby = answer["standby"]
    assert {name: standby[name] for name in ("lon", "lat", "actor", "saves_s")} == {
        **PLACE,
        "actor": "demo",
        "saves_s": 0.0,
    }
    assert standby["drive_s"] > 0
    assert datetime.fromisoformat(standby["since"]).tzinfo is not None
    street = idle.get("/api/v1/reverse", params=PLACE).json()["address"].partition(",")[0]
    assert standby["near"] == street != ""
    assert crew_of(idle)["standby"] == standby
    listed = {each["id"]: each["standby"] for each in idle.get("/api/v1/crews").json()["items"]}
    assert listed.pop(CREW) == standby
    assert set(listed.values()) == {None}


def test_geojson_has_it_too(idle: httpx.Client) -> None:
    """Among the properties; the geometry is where the crew is."""
    idle.put(PATH, json=PLACE).raise_for_status()
    params = {"format": "geojson"}
    shown = idle.get(f"/api/v1/crews/{CREW}", params=params).json()
    assert shown["properties"]["standby"]["lon"] == PLACE["lon"]
    assert shown["geometry"]["coordinates"] != [PLACE["lon"], PLACE["lat"]]
    listed = idle.get("/api/v1/crews", params=params).json()["features"]
    assert shown["properties"]["standby"] in [each["properties"]["standby"] for each in listed]


def test_a_crew_is_told_to_stay_where_it_is(idle: httpx.Client) -> None:
    """With nothing given."""
    crew = idle.put(PATH, json={}).raise_for_status().json()
    assert (crew["standby"]["lon"], crew["standby"]["lat"]) == (crew["lon"], crew["lat"])
    assert crew["standby"]["drive_s"] == 0


def test_a_crew_is_let_go(idle: httpx.Client) -> None:
    """As often as one likes."""
    idle.put(PATH, json=PLACE).raise_for_status()
    for _ in range(2):
        assert idle.delete(PATH).raise_for_status().json()["standby"] is None
    assert crew_of(idle)["standby"] is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"lon": -71.25}, "half_place"),
        ({"lon": -71.25, "lat": 291.0}, "no_place"),
        ({"lon": 5.04, "lat": 47.32}, "outside"),
        ({"lon": "here", "lat": 47.32}, "unreadable"),
    ],
    ids=str,
)
def test_a_place_that_will_not_do_is_refused(idle: httpx.Client, given: dict[str, Any], code: str) -> None:
    """With the fault by its code, for the page to word."""
    problem = check_problem(idle.put(PATH, json=given), 422)
    assert problem["errors"][0]["code"] == code
    assert crew_of(idle)["standby"] is None


def test_a_crew_that_is_not_idle_is_a_conflict(idle: httpx.Client) -> None:
    """The answer says what it does instead; a crew that there is not is 404."""
    idle.patch(f"/api/v1/crews/{CREW}", json={"paused": True}).raise_for_status()
    problem = check_problem(idle.put(PATH, json=PLACE), 409)
    idle.patch(f"/api/v1/crews/{CREW}", json={"paused": False}).raise_for_status()
    [fault] = problem["errors"]
    assert (fault["code"], fault["params"]["why"]["code"]) == ("not_idle", "paused")
    check_problem(idle.put("/api/v1/crews/nobody/standby", json=PLACE), 404)
    check_problem(idle.delete("/api/v1/crews/nobody/standby"), 404)


def test_every_role_gets_what_it_may(live: Live, idle: httpx.Client) -> None:
    """The desk asks; an analyst, who sees where crews are, sees it; a crew answers for itself alone."""
    with live.client(live.key(Role.DISPATCHER)) as dispatcher:
        standby = dispatcher.put(PATH, json=PLACE).raise_for_status().json()["standby"]
    assert standby["actor"] == "a dispatcher"
    with live.client(live.key(Role.ANALYST)) as analyst:
        assert crew_of(analyst)["standby"] == standby
        check_problem(analyst.put(PATH, json=PLACE), 403)
        check_problem(analyst.delete(PATH), 403)
    with live.client(live.key(Role.CREW, crew_id=CREW)) as own:
        assert own.get(f"/api/v1/crews/{CREW}/day").json()["crew"]["standby"] == standby
        stays = own.put(PATH, json={}).raise_for_status().json()["standby"]
        assert (stays["actor"], stays["drive_s"]) == ("a crew", 0)
        assert own.delete(PATH).raise_for_status().json()["standby"] is None
        check_problem(own.get(f"/api/v1/crews/{CREW}"), 403)
    with live.client(live.key(Role.CREW, crew_id="duty-1")) as other:
        check_problem(other.get(f"/api/v1/crews/{CREW}/day"), 403)
        check_problem(other.put(PATH, json={}), 403)
        check_problem(other.delete(PATH), 403)
    with live.client(live.key(Role.OPEN311)) as citizens:
        check_problem(citizens.get("/api/v1/crews"), 403)


def test_whoever_is_given_something_waits_no_longer(idle: httpx.Client) -> None:
    """The standby is gone with the answer to the assignment."""
    idle.put(PATH, json=PLACE).raise_for_status()
    report = idle.post("/api/v1/reports", json={"service_code": "pothole", **PLACE, "hold_s": 900}).json()
    body = {"report_id": report["id"], "crew_id": CREW, "override": True, "pin": True}
    assignment = idle.post("/api/v1/assignments", json=body).raise_for_status().json()
    assert crew_of(idle)["standby"] is None
    idle.delete(f"/api/v1/assignments/{assignment['id']}", params={"hold_s": 900}).raise_for_status()


def test_a_restart_keeps_it(tmp_path: Path) -> None:
    """Where crews wait is there when the server comes back."""
    settings = demo_settings(tmp_path)
    with serving(settings) as live, live.client() as client:
        wait_until(lambda: ready(live))
        send_positions(client)
        standby = client.put(PATH, json=PLACE).raise_for_status().json()["standby"]
    with serving(settings) as live, live.client() as client:
        wait_until(lambda: ready(live))
        assert crew_of(client)["standby"] == standby


@contextmanager
def asking(folder: Path) -> Iterator[tuple[Live, httpx.Client]]:
    """Run a server whose planner asks idle crews to wait elsewhere, with all its crews heard of."""
    with serving(demo_settings(folder, standby=True)) as live, live.client() as client:
        wait_until(lambda: ready(live))
        send_positions(client)
        yield live, client


def test_the_planner_asks_idle_crews_to_wait_where_reports_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seconds: as soon as one of them has a crew, others are idle than before."""
    monkeypatch.setattr(planning, "LEAST_SAVED_S", 0.1)
    with asking(tmp_path) as (_, client):
        for hold_s in (900, 900, 0):
            report = {"service_code": "pothole", **PLACE, "hold_s": hold_s}
            client.post("/api/v1/reports", json=report).raise_for_status()

        def asked() -> list[Any]:
            crews = client.get("/api/v1/crews").json()["items"]
            return [each["standby"] for each in crews if each["standby"]]

        found = wait_until(asked, timeout_s=20)
    assert {each["actor"] for each in found} == {"planner"}


def test_a_word_of_the_planner_does_not_make_it_speak_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its announcement wakes it, but is no reason to look again, not even if it were never content."""
    looks = []

    def restless(situation: Situation, _times: object) -> dict[CrewId, Standby]:
        looks.append(situation.now)
        crew_id = CrewId(CREW)
        return {
            crew_id: Standby(
                crew_id=crew_id,
                lon=PLACE["lon"] + 1e-4 * len(looks),
                lat=PLACE["lat"],
                since=situation.now,
                actor="planner",
                drive_s=60,
            )
        }

    monkeypatch.setattr(standing_by, "standbys", restless)
    with asking(tmp_path) as (live, client):
        wait_until(lambda: crew_of(client)["standby"])
        time.sleep(1.0)
        before = len(looks)
        time.sleep(3.0)
        assert len(looks) <= before + 1
        assert live.context.planner.fault == ""
