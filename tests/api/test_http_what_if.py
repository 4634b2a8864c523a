"""What-if over HTTP: ask, carry out what was shown, take it back, and every fault named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from equipage.dispatch.status import Role
from tests.api.conftest import Live, send_positions, wait_until
from tests.api.test_http_shifts import put

FLOODED = {"service_code": "flooding", "lon": -71.2519, "lat": -29.9027, "hold_s": 0}


@pytest.fixture
def report(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """A report that the planner has given to a crew; afterwards it is closed."""
    send_positions(client)
    filed = client.post("/api/v1/reports", json=FLOODED).raise_for_status().json()
    path = f"/api/v1/reports/{filed['id']}"
    wait_until(lambda: client.get(path).json()["assignment"])
    yield client.get(path).json()
    client.post(f"{path}/close", json={"status": "cancelled"}).raise_for_status()


def other_crew(client: httpx.Client, report: dict[str, Any]) -> str:
    """Return another crew that could have the report."""
    ranked = client.get(f"/api/v1/reports/{report['id']}/suggestions").json()["suggestions"]
    holder = report["assignment"]["crew_id"]
    return str(next(each["crew_id"] for each in ranked if each["crew_id"] != holder))


def ask(client: httpx.Client, *changes: dict[str, Any]) -> dict[str, Any]:
    """Return what would be."""
    answer = client.post("/api/v1/what-if", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def apply(client: httpx.Client, shown: dict[str, Any], *changes: dict[str, Any]) -> httpx.Response:
    """Carry out what was shown."""
    kept = {name: shown[name] for name in ("plan_version", "routes", "also_pinned")}
    return client.post("/api/v1/what-if/apply", json={"changes": changes, **kept})


def holder(client: httpx.Client, report: dict[str, Any]) -> dict[str, Any] | None:
    """Return the assignment of the report now."""
    found: dict[str, Any] | None = client.get(f"/api/v1/reports/{report['id']}").json()["assignment"]
    return found


def test_a_move_is_shown_carried_out_and_taken_back(client: httpx.Client, report: dict[str, Any]) -> None:
    """The crew that was shown has it, pinned; then the first has it again, and the history tells."""
    before, crew_id = report["assignment"]["crew_id"], other_crew(client, report)
    move = {"kind": "move", "report_id": report["id"], "crew_id": crew_id}
    shown = ask(client, move)
    (changed,) = (each for each in shown["jobs"] if each["report_id"] == report["id"])
    assert (changed["before"]["crew_id"], changed["after"]["crew_id"]) == (before, crew_id)
    assert changed["after"]["pinned"]
    assert changed["by_hand"]
    assert min(shown["before"]["driving_s"], shown["after"]["driving_s"]) > 0  # both may start at one depot
    assert (holder(client, report) or {})["crew_id"] == before
    done = apply(client, shown, move)
    assert done.status_code == 200, done.text
    assert (done.json()["action"], done.json()["possible"]) == ("what_if", True)
    assert (holder(client, report) or {})["crew_id"] == crew_id
    assert client.get("/api/v1/plan/undo").json()["report_ids"] == [report["id"]]
    assert client.post("/api/v1/plan/undo").raise_for_status().json()["action"] == "what_if"
    assert (holder(client, report) or {})["crew_id"] == before
    history = client.get(f"/api/v1/reports/{report['id']}/history").json()["items"]
    assert [each["action"] for each in history if each["action"] in {"what_if", "undone"}] == [
        "what_if",
        "undone",
    ]


def test_an_assignment_by_hand_is_taken_back(client: httpx.Client, report: dict[str, Any]) -> None:
    """What the console does by one press, too; a second time 409 says that there is nothing left."""
    crew_id = other_crew(client, report)
    body = {"report_id": report["id"], "crew_id": crew_id, "pin": True}
    client.post("/api/v1/assignments", json=body).raise_for_status()
    client.post("/api/v1/plan/undo").raise_for_status()
    assert (holder(client, report) or {})["crew_id"] == report["assignment"]["crew_id"]
    refused = client.post("/api/v1/plan/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")
    assert refused.json()["reason"]["code"] == "undo_nothing"
    assert client.get("/api/v1/plan/undo").json()["possible"] is False


def test_a_plan_that_has_changed_is_409_with_what_changed(
    client: httpx.Client, report: dict[str, Any]
) -> None:
    """The report has another crew by now: its route and what it was are told, and nothing is done."""
    crew_id = other_crew(client, report)
    move = {"kind": "move", "report_id": report["id"], "crew_id": crew_id}
    shown = ask(client, move)
    body = {"report_id": report["id"], "crew_id": crew_id, "pin": True}
    client.post("/api/v1/assignments", json=body).raise_for_status()
    refused = apply(client, shown, move)
    assert (refused.status_code, refused.json()["code"]) == (409, "plan_changed")
    stale = {each["crew_id"]: each for each in refused.json()["stale"]}
    assert report["id"] in stale[crew_id]["now"]
    assert report["id"] not in stale[crew_id]["seen"]


def test_a_closed_road_is_tried_out_and_not_closed(client: httpx.Client, report: dict[str, Any]) -> None:
    """A stroke around the report: its crew comes later or not at all, and no condition is entered."""
    lon, lat, far = report["lon"], report["lat"], 0.001
    ring = [[lon - far, lat - far], [lon + far, lat - far], [lon + far, lat + far], [lon - far, lat + far]]
    line = {"type": "LineString", "coordinates": [*ring, ring[0]]}
    shown = ask(client, {"kind": "close", "name": "flood", "area": line})
    (changed,) = (each for each in shown["jobs"] if each["report_id"] == report["id"])
    assert changed["after"]["arrival"] is None or changed["later_s"] > 0
    assert client.get("/api/v1/conditions").json()["items"] == []


def test_what_closed_a_road_is_taken_back_only_where_crews_can_keep_what_they_had(
    client: httpx.Client, report: dict[str, Any]
) -> None:
    """Its crew goes home in a minute now: the road stays closed; when it stays after all, both are undone."""
    lon, lat = report["lon"], report["lat"]
    area = {"type": "LineString", "coordinates": [[lon + 0.02, lat], [lon + 0.021, lat]]}
    changes: tuple[dict[str, Any], ...] = (
        {"kind": "move", "report_id": report["id"], "crew_id": other_crew(client, report)},
        {"kind": "close", "name": "flood", "area": area},
    )
    assert apply(client, ask(client, *changes), *changes).status_code == 200
    held = client.get("/api/v1/conditions").json()["items"]
    assert [each["name"] for each in held] == ["flood"]
    now, before = client.get("/api/v1/clock").json()["now"], report["assignment"]["crew_id"]
    shift = next(
        each
        for each in client.get("/api/v1/shifts").json()["items"]
        if each["crew_id"] == before and each["start"] <= now < each["end"]
    )
    soon = (datetime.fromisoformat(now) + timedelta(minutes=1)).isoformat()
    put(client, shift, end=soon, breaks=[]).raise_for_status()
    refused = client.post("/api/v1/plan/undo")
    assert (refused.status_code, refused.json()["reason"]["code"]) == (409, "unsound_shift_end")
    assert client.get("/api/v1/conditions").json()["items"] == held
    put(client, shift).raise_for_status()
    client.post("/api/v1/plan/undo").raise_for_status()
    assert client.get("/api/v1/conditions").json()["items"] == []
    assert (holder(client, report) or {})["crew_id"] == before


def test_every_fault_is_named(client: httpx.Client, report: dict[str, Any]) -> None:
    """An empty list, unknown things, a closed report; what has no such form is said by its field."""
    empty = client.post("/api/v1/what-if", json={"changes": []})
    assert [each["code"] for each in empty.json()["errors"]] == ["no_changes"]
    changes = [
        {"kind": "move", "report_id": report["id"], "crew_id": "nobody"},
        {"kind": "pin", "report_id": "nowhere"},
        {"kind": "add_crew", "crew_id": "x", "name": "", "depot_id": "moon", "hours": 99},
        {"kind": "close", "name": "flood"},
    ]
    wrong = client.post("/api/v1/what-if", json={"changes": changes})
    assert wrong.status_code == 422
    codes = [each["code"] for each in wrong.json()["errors"]]
    assert codes == ["empty", "no_depot", "crew_hours", "no_crew", "no_report", "bad_ground"]
    assert client.post("/api/v1/what-if", json={"changes": [{"kind": "fly"}]}).status_code == 422


def test_it_is_a_dispatchers_and_within_their_limits(live: Live, report: dict[str, Any]) -> None:
    """A crew may not ask; whose key is for other services does not find the report."""
    pin = {"changes": [{"kind": "pin", "report_id": report["id"]}]}
    with live.client(live.key(Role.CREW, crew_id=report["assignment"]["crew_id"])) as crew:
        assert crew.post("/api/v1/what-if", json=pin).status_code == 403
        assert crew.post("/api/v1/plan/undo").status_code == 403
    limited = live.key(Role.DISPATCHER, services=frozenset({"noise"}))
    with live.client(limited) as dispatcher:
        assert dispatcher.post("/api/v1/what-if", json=pin).status_code == 404
