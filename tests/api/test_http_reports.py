"""A report's life over HTTP: filed, assigned, reached, closed, and every refusal on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from equipage.dispatch.status import Role
from tests.api.conftest import Live, send_positions, wait_until

REPORTS, ASSIGNMENTS = "/api/v1/reports", "/api/v1/assignments"
PLACE = {"lon": -71.2519, "lat": -29.9027}


def file(client: httpx.Client, **more: Any) -> dict[str, Any]:
    """File a report that nobody but the test assigns, and return it."""
    body = {"service_code": "pothole", **PLACE, "hold_s": 900, **more}
    answer = client.post(REPORTS, json=body)
    assert answer.status_code == 201, answer.text
    filed: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{REPORTS}/{filed['id']}"
    return filed


@pytest.fixture
def report(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """A report that waits; closed when the test ends, so that its crew is free again."""
    filed = file(client)
    yield filed
    client.post(f"{REPORTS}/{filed['id']}/close", json={"status": "cancelled"})


def able_crew(client: httpx.Client, report_id: str, rank: int = 1) -> str:
    """Return the crew of a rank among the suggestions."""
    found = client.get(f"{REPORTS}/{report_id}/suggestions").json()["suggestions"]
    return str(found[rank - 1]["crew_id"])


def check_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Check that an answer is problem details, and return them."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "errors"} <= set(problem)
    assert problem["status"] == status
    return problem


def test_a_report_is_shown_whole(client: httpx.Client, report: dict[str, Any]) -> None:
    """With its service's name, place, times, state of the promise, and how to follow it."""
    shown = client.get(f"{REPORTS}/{report['id']}").json()
    assert (shown["service_name"], shown["status"], shown["sla"]) == ("Pothole", "new", "on_track")
    assert (shown["lon"], shown["lat"], shown["commune"]) == (PLACE["lon"], PLACE["lat"], "La Serena")
    assert (shown["source"], shown["public"], shown["assignment"]) == ("console", False, None)
    assert (shown["unassigned_code"], shown["held_until"]) == ("held", report["held_until"])
    assert httpx.get(shown["follow_url"]).status_code == 200


def test_lists_are_filtered_paged_and_geojson(client: httpx.Client) -> None:
    """Pages join without gaps or repetitions; a Feature has the same properties and the place."""
    ids = [file(client, service_code="stray-animal")["id"] for _ in range(5)]
    mine = {"service_code": "stray-animal"}

    def listed(**parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = client.get(REPORTS, params={**mine, **parameters}).json()
        return answer

    assert [item["id"] for item in listed()["items"]] == ids[::-1]
    pages, cursor = [], ""
    while True:
        page = listed(limit=2, cursor=cursor)
        pages.append([item["id"] for item in page["items"]])
        cursor = page["next"]
        if not cursor:
            break
    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    assert {item["id"] for item in listed(ids=f"{ids[0]},{ids[2]}")["items"]} == {ids[0], ids[2]}
    assert listed(open="false")["items"] == []
    assert len(listed(status=["new", "acknowledged", "assigned"])["items"]) == 5
    assert len(listed(near=f"{PLACE['lon']},{PLACE['lat']},50")["items"]) == 5
    collection = listed(format="geojson")
    assert collection["type"] == "FeatureCollection"
    feature = collection["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [PLACE["lon"], PLACE["lat"]]}
    assert feature["properties"]["id"] == feature["id"] == ids[4]
    accept = client.get(f"{REPORTS}/{ids[0]}", headers={"Accept": "application/geo+json"})
    assert accept.headers["Content-Type"] == "application/geo+json"
    assert accept.json()["type"] == "Feature"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"status": "sad"}, "status must be among"),
        ({"near": "here"}, "near must be lon,lat,metres"),
        ({"open": "true", "status": "done"}, "leave nothing"),
        ({"limit": "0"}, "limit"),
        ({"limit": "99999"}, "limit"),
        ({"updated_after": "0001-01-01T00:00:00Z"}, "updated_after"),
        ({"cursor": "nonsense"}, "cursor"),
    ],
)
def test_a_question_that_cannot_be_is_refused(
    client: httpx.Client, parameters: dict[str, str], said: str
) -> None:
    """The problem names the parameter."""
    assert said in check_problem(client.get(REPORTS, params=parameters), 422)["detail"]


def test_every_fault_of_a_report_is_named(client: httpx.Client) -> None:
    """Wrong types by the framework, wrong facts by the domain: each in `errors`."""
    problem = check_problem(client.post(REPORTS, json={"lon": "x", "lat": 100, "nonsense": 1}), 422)
    assert {fault["loc"] for fault in problem["errors"]} == {
        "body.service_code",
        "body.lon",
        "body.lat",
        "body.nonsense",
    }
    body = {"service_code": "nope", "lon": 5.0, "lat": 47.0}
    problem = check_problem(client.post(REPORTS, json=body), 422)
    assert len(problem["errors"]) == 2
    assert check_problem(client.post(REPORTS, content=b"{"), 422)["errors"]


def test_a_body_that_is_too_long_is_413(client: httpx.Client) -> None:
    """Whether its length is told or found out."""
    long = b"x" * 300_000
    check_problem(client.post(REPORTS, content=long), 413)
    kind = {"Content-Type": "application/json"}
    check_problem(client.post(REPORTS, content=(long[:100_000] for _ in range(5)), headers=kind), 413)


def test_an_unknown_report_or_path_is_404(client: httpx.Client) -> None:
    """As a problem, and a wrong method is 405."""
    check_problem(client.get(f"{REPORTS}/999999"), 404)
    check_problem(client.get("/api/v1/nothing"), 404)
    check_problem(client.put(REPORTS), 405)


def test_a_report_is_changed_and_the_change_is_on_record(
    client: httpx.Client, report: dict[str, Any]
) -> None:
    """Only what is given changes; who did it is in the history."""
    answer = client.patch(f"{REPORTS}/{report['id']}", json={"priority": 1, "public": True})
    assert (answer.json()["priority"], answer.json()["public"]) == (1, True)
    assert answer.json()["description"] == report["description"]
    answer = client.patch(f"{REPORTS}/{report['id']}", json={"status": "acknowledged", "status_note": "Soon"})
    assert (answer.json()["status"], answer.json()["status_note"]) == ("acknowledged", "Soon")
    history = client.get(f"{REPORTS}/{report['id']}/history").json()["items"]
    mine = [entry["action"] for entry in history if entry["actor"] == "demo"]
    # The planner may have read it first.
    assert mine in (["filed", "amended", "amended", "acknowledged"], ["filed", "amended", "amended"])
    assert history[1]["details"]["priority"] == [3, 1]


def test_a_change_of_an_old_version_is_refused(client: httpx.Client, report: dict[str, Any]) -> None:
    """Somebody else's change is not overwritten unseen."""
    path, version = f"{REPORTS}/{report['id']}", report["version"]
    assert client.patch(path, json={"priority": 2, "version": version}).status_code == 200
    check_problem(client.patch(path, json={"priority": 3, "version": version}), 409)


def test_reports_link_to_one_another_but_not_in_circles(client: httpx.Client, report: dict[str, Any]) -> None:
    """A duplicate is linked and can be let go."""
    second = file(client, linked_to=report["id"])
    assert second["linked_to"] == report["id"]
    check_problem(client.patch(f"{REPORTS}/{report['id']}", json={"linked_to": second["id"]}), 422)
    answer = client.patch(f"{REPORTS}/{second['id']}", json={"linked_to": None})
    assert answer.json()["linked_to"] is None


def test_nearby_reports_come_with_their_distance(client: httpx.Client) -> None:
    """The nearest first, of the same service only when asked."""
    here = {"lon": -71.3344, "lat": -29.9553}
    first = file(client, **here, service_code="graffiti")
    second = file(client, lon=here["lon"], lat=here["lat"] + 0.0005, service_code="pothole")
    found = client.get(f"{REPORTS}/nearby", params=here).json()["items"]
    assert [each["report"]["id"] for each in found] == [first["id"], second["id"]]
    assert found[0]["distance_m"] < 1
    assert 50 < found[1]["distance_m"] < 60
    found = client.get(f"{REPORTS}/nearby", params={**here, "service_code": "pothole"}).json()["items"]
    assert [each["report"]["id"] for each in found] == [second["id"]]


def test_every_crew_is_suggested_or_told_why_not(client: httpx.Client, report: dict[str, Any]) -> None:
    """Ranked from 1, each arrival within its interval; the others with a code and a sentence."""
    told = client.get(f"{REPORTS}/{report['id']}/suggestions").json()
    crews = {crew["id"] for crew in client.get("/api/v1/crews").json()["items"]}
    ranked = [each["crew_id"] for each in told["suggestions"]]
    assert set(ranked) | {each["crew_id"] for each in told["why_not"]} == crews
    assert [each["rank"] for each in told["suggestions"]] == [*range(1, len(ranked) + 1)]
    assert all(each["earliest"] <= each["eta"] <= each["latest"] for each in told["suggestions"])
    assert all(each["reasons"] for each in told["suggestions"])
    assert all(each["reason"]["code"] and each["reason"]["text"] for each in told["why_not"])


def test_every_crew_is_compared_or_told_what_keeps_it(client: httpx.Client, report: dict[str, Any]) -> None:
    """Held it waits, with what would help; with a crew all others are told of; closed, only who had it."""
    path = f"{REPORTS}/{report['id']}"
    crews = {crew["id"] for crew in client.get("/api/v1/crews").json()["items"]}
    waiting = client.get(f"{path}/explanation").json()
    assert (waiting["standing"], waiting["crew_id"], waiting["shares"]) == ("waiting", None, [])
    assert [reason["code"] for reason in waiting["reasons"]] == ["held"]
    assert all(each["reasons"] for each in waiting["would_help"])
    assert {each["crew_id"] for each in (*waiting["others"], *waiting["why_not"])} == crews
    crew_id = able_crew(client, report["id"])
    client.post(ASSIGNMENTS, json={"report_id": report["id"], "crew_id": crew_id, "pin": True})
    planned = client.get(f"{path}/explanation").json()
    assert (planned["standing"], planned["crew_id"]) == ("planned", crew_id)
    assert "pinned" in {reason["code"] for reason in planned["reasons"]}
    assert all(share["part"] for share in planned["shares"])
    assert {each["crew_id"] for each in (*planned["others"], *planned["why_not"])} == crews - {crew_id}
    client.post(f"{path}/close", json={"status": "rejected", "note": "none of ours"})
    closed = client.get(f"{path}/explanation").json()
    assert (closed["standing"], closed["reasons"][0]["code"]) == ("closed", "closed")
    assert [each["crew_id"] for each in closed["earlier"]] == [crew_id]


def test_a_report_goes_to_a_crew_and_is_done(client: httpx.Client, report: dict[str, Any]) -> None:
    """Waiting, assigned, on the way, there, done: each step is seen at the report and in its ETA."""
    path = f"{REPORTS}/{report['id']}"
    assert set(client.get(f"{path}/eta").json()) == {
        "due",
        "unassigned_reason",
        "unassigned_code",
        "unassigned_params",
    }
    crew_id = able_crew(client, report["id"])
    made = client.post(ASSIGNMENTS, json={"report_id": report["id"], "crew_id": crew_id, "pin": True})
    assert made.status_code == 201
    assignment = made.json()
    assert made.headers["Location"] == f"{ASSIGNMENTS}/{assignment['id']}"
    shown = client.get(path).json()["assignment"]
    assert (shown["id"], shown["crew_id"], shown["status"]) == (assignment["id"], crew_id, "planned")
    eta = client.get(f"{path}/eta").json()
    assert set(eta) == {"eta", "earliest", "latest", "basis", "as_of", "crew_id"}
    jobs = client.get(f"/api/v1/crews/{crew_id}/jobs").json()["items"]
    assert report["id"] in {job["report"]["id"] for job in jobs}
    way = client.get(f"/api/v1/crews/{crew_id}/route", params={"assignment_id": assignment["id"]}).json()
    assert way["geometry"]["type"] == "LineString"
    assert way["properties"]["duration_s"] > 0
    for status, of_report in (("en_route", "en_route"), ("on_site", "in_progress"), ("done", "done")):
        answer = client.post(f"{ASSIGNMENTS}/{assignment['id']}/status", json={"status": status})
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert client.get(path).json()["status"] == of_report
    done = client.get(f"{ASSIGNMENTS}/{assignment['id']}").json()
    assert None not in (done["predicted_at"], done["arrived_at"], done["ended_at"])
    eta = client.get(f"{path}/eta").json()
    assert eta["basis"] == "arrived"
    assert eta["eta"] == eta["earliest"] == eta["latest"] == done["arrived_at"]
    accuracy = client.get("/api/v1/accuracy").json()
    assert assignment["id"] in {item["assignment_id"] for item in accuracy["items"]}
    check_problem(client.post(f"{ASSIGNMENTS}/{assignment['id']}/status", json={"status": "en_route"}), 409)


def test_whoever_comes_second_is_told_who_holds_it(client: httpx.Client, report: dict[str, Any]) -> None:
    """A running assignment is not replaced; the 409 names it."""
    first, second = able_crew(client, report["id"]), able_crew(client, report["id"], 2)
    made = client.post(ASSIGNMENTS, json={"report_id": report["id"], "crew_id": first, "pin": True}).json()
    client.post(f"{ASSIGNMENTS}/{made['id']}/status", json={"status": "en_route"})
    answer = client.post(ASSIGNMENTS, json={"report_id": report["id"], "crew_id": second})
    assert check_problem(answer, 409)["holder"] == {
        "assignment_id": made["id"],
        "crew_id": first,
        "report_id": report["id"],
        "status": "en_route",
    }


def test_a_planned_assignment_is_replaced_pinned_and_released(
    client: httpx.Client, report: dict[str, Any]
) -> None:
    """The first is released when another crew gets the report."""
    crews = able_crew(client, report["id"]), able_crew(client, report["id"], 2)
    made = [
        client.post(ASSIGNMENTS, json={"report_id": report["id"], "crew_id": crew, "pin": True}).json()
        for crew in crews
    ]
    assert client.get(f"{ASSIGNMENTS}/{made[0]['id']}").json()["status"] == "released"
    path = f"{ASSIGNMENTS}/{made[1]['id']}"
    assert client.patch(path, json={"pinned": False}).json()["pinned"] is False
    assert client.patch(path, json={"pinned": True}).json()["pinned"] is True
    released = client.delete(path, params={"reason": "a mistake", "hold_s": 60})
    assert (released.status_code, released.json()["status"]) == (200, "released")
    assert released.json()["reason"] == "a mistake"
    live = client.get(ASSIGNMENTS, params={"live": "true"}).json()["items"]
    assert made[1]["id"] not in {each["id"] for each in live}
    ended = client.get(ASSIGNMENTS, params={"live": "false", "ended_after": ""}).json()["items"]
    future = client.get(ASSIGNMENTS, params={"ended_after": "2099-01-01T00:00:00Z"})
    assert (future.status_code, future.json()["items"]) == (200, [])
    assert {each["id"] for each in made} <= {each["id"] for each in ended}


def test_an_unfit_crew_needs_an_override(client: httpx.Client, report: dict[str, Any]) -> None:
    """The refusal names what keeps it from the job, and the history what was overridden."""
    unfit = client.get(f"{REPORTS}/{report['id']}/suggestions").json()["why_not"][0]
    body = {"report_id": report["id"], "crew_id": unfit["crew_id"], "pin": True}
    assert unfit["reason"]["code"] in check_problem(client.post(ASSIGNMENTS, json=body), 422)["detail"]
    assert client.post(ASSIGNMENTS, json={**body, "override": True}).status_code == 201
    history = client.get(f"{REPORTS}/{report['id']}/history").json()["items"]
    (overridden,) = [each["details"].get("overridden") for each in history if each["action"] == "assigned"]
    assert overridden["code"] == unfit["reason"]["code"]
    check_problem(client.post(ASSIGNMENTS, json={**body, "crew_id": "nobody"}), 404)


def test_a_report_is_closed_and_reopened(client: httpx.Client, report: dict[str, Any]) -> None:
    """The only way out of an end is to reopen."""
    path = f"{REPORTS}/{report['id']}"
    closed = client.post(f"{path}/close", json={"status": "duplicate", "note": "see above"}).json()
    assert (closed["status"], closed["status_note"]) == ("duplicate", "see above")
    assert closed["closed_at"] is not None
    check_problem(client.post(f"{path}/close", json={"status": "done"}), 409)
    check_problem(client.post(f"{path}/close", json={"status": "new"}), 422)
    assert client.post(f"{path}/reopen", json={"note": "it was another"}).json()["closed_at"] is None
    check_problem(client.post(f"{path}/reopen", json={}), 409)


def test_a_reopened_report_is_nobodys_and_not_met(client: httpx.Client, report: dict[str, Any]) -> None:
    """Done by a crew, it shows who settled it; open again it has no crew and its SLA runs."""
    path = f"{REPORTS}/{report['id']}"
    chosen = {"report_id": report["id"], "crew_id": "phone", "override": True}
    assignment = client.post(ASSIGNMENTS, json=chosen).json()
    for status in ("en_route", "on_site", "done"):
        client.post(f"{ASSIGNMENTS}/{assignment['id']}/status", json={"status": status})
    done = client.get(path).json()
    assert (done["assignment"]["id"], done["sla"]) == (assignment["id"], "met")
    again = client.post(f"{path}/reopen", json={"note": "not mended"}).json()
    assert (again["assignment"], again["sla"]) == (None, "on_track")


def test_the_planner_gives_a_report_to_a_crew(client: httpx.Client) -> None:
    """Without a hold nobody needs to do anything but send positions; the plan has its stop."""
    send_positions(client)
    filed = file(client, service_code="flooding", hold_s=0)
    path = f"{REPORTS}/{filed['id']}"
    holder = wait_until(lambda: client.get(path).json()["assignment"])
    plan = client.get("/api/v1/plan").json()
    stops = {stop["report_id"]: route["crew_id"] for route in plan["routes"] for stop in route["stops"]}
    assert stops[filed["id"]] == holder["crew_id"]
    assert plan["network_id"]
    assert plan["version"] >= 1


def test_a_report_no_crew_can_take_says_why(client: httpx.Client) -> None:
    """It is never silently dropped: all crews with the skill are away. Who has read it may change it."""
    crews = client.get("/api/v1/crews").json()["items"]
    able = [crew["id"] for crew in crews if "animals" in crew["skills"]]
    for crew_id in able:
        client.patch(f"/api/v1/crews/{crew_id}", json={"paused": True})
    try:
        filed = file(client, service_code="stray-animal", hold_s=0)
        path = f"{REPORTS}/{filed['id']}"
        waiting = wait_until(lambda: client.get(path).json()["unassigned_reason"])
        assert waiting
        plan = client.get("/api/v1/plan").json()
        assert filed["id"] in {each["report_id"] for each in plan["unassigned"]}
        eta = client.get(f"{path}/eta").json()
        assert eta["unassigned_reason"] == waiting
        change = {"public": True, "version": filed["version"]}
        assert client.patch(path, json=change).status_code == 200
    finally:
        for crew_id in able:
            assert client.patch(f"/api/v1/crews/{crew_id}", json={"paused": False}).json()["paused"] is False


def test_contacts_are_for_those_who_may_read_them(live: Live, client: httpx.Client) -> None:
    """An analyst's key sees the report without them."""
    filed = file(client, contact={"first_name": "Ana", "phone": "555"})
    assert filed["contact"]["phone"] == "555"
    with live.client(live.key(Role.ANALYST)) as analyst:
        shown = analyst.get(f"{REPORTS}/{filed['id']}").json()
    assert "contact" not in shown
    assert shown["id"] == filed["id"]


def test_a_closure_changes_ways_within_seconds_and_ends(client: httpx.Client) -> None:
    """A condition by area is listed, shown on the map, taken in by the router, and removed."""
    west, south, east, north = -71.26, -29.91, -71.24, -29.90
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    body = {"name": "Flood", "kind": "closure", "area": {"type": "Polygon", "coordinates": [ring]}}
    made = client.post("/api/v1/conditions", json=body)
    assert made.status_code == 201
    shown = client.get(made.headers["Location"]).json()
    assert (shown["name"], shown["kind"], shown["created_by"]) == ("Flood", "closure", "demo")
    collection = client.get("/api/v1/conditions", params={"format": "geojson"}).json()
    assert collection["features"][-1]["geometry"]["type"] == "Polygon"
    assert client.delete(made.headers["Location"]).status_code == 204
    check_problem(client.get(made.headers["Location"]), 404)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "closure", "area": {"type": "Point", "coordinates": [1, 2]}}, "Polygon"),
        ({"kind": "closure", "area": {"type": "Polygon", "coordinates": "x"}}, "area"),
        ({"kind": "closure", "area": {}}, "area"),
        ({"kind": "closure"}, "closed"),
        ({"kind": "speed", "way_ids": [1]}, "speed_factor"),
        ({"kind": "closure", "way_ids": [1]}, "way"),
        ({"kind": "flood"}, "kind"),
    ],
)
def test_a_condition_that_cannot_be_is_refused(client: httpx.Client, body: dict[str, Any], said: str) -> None:
    """The problem says what is wrong with it."""
    answer = client.post("/api/v1/conditions", json={"name": "Test", **body})
    assert said in check_problem(answer, 422)["detail"]


def test_planned_work_is_planned_and_given_up(client: httpx.Client, live: Live) -> None:
    """It stands in its list until it is cancelled."""
    now = live.context.now().timestamp()
    times = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + hours * 3600)) for hours in (1, 3)]
    body = {"service_code": "pothole", "name": "Round", **PLACE, "earliest": times[0], "latest": times[1]}
    made = client.post("/api/v1/planned-work", json=body)
    assert made.status_code == 201
    listed = client.get("/api/v1/planned-work").json()["items"]
    assert made.json()["id"] in {work["id"] for work in listed}
    assert client.get(made.headers["Location"]).json()["name"] == "Round"
    assert client.delete(made.headers["Location"]).json()["cancelled_at"] is not None
    swapped = {**body, "earliest": times[1], "latest": times[0]}
    assert "latest" in check_problem(client.post("/api/v1/planned-work", json=swapped), 422)["detail"]


def test_it_is_told_who_would_come_to_planned_work_in_the_coming_days(
    client: httpx.Client, live: Live
) -> None:
    """A window of tomorrow has a crew or what would help, in whole; the list of days is bounded."""
    now = live.context.now().timestamp()
    times = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + hours * 3600)) for hours in (25, 48)]
    body = {"service_code": "pothole", "name": "Round", **PLACE, "earliest": times[0], "latest": times[1]}
    made = client.post("/api/v1/planned-work", json=body).raise_for_status()
    ahead = client.get("/api/v1/planned-work/ahead").raise_for_status().json()
    assert 0 <= ahead["kept_free"] < 1
    (told,) = (each for each in ahead["items"] if each["work"]["id"] == made.json()["id"])
    assert told["prospect"] in {"coming", "no_place"}
    assert (told["crew_id"] is None) == (told["prospect"] == "no_place") == (told["would_help"] is not None)
    (only,) = client.get("/api/v1/planned-work/ahead", params={"days": 1}).json()["items"]
    assert (only["work"]["id"], only["prospect"]) == (made.json()["id"], "later")
    check_problem(client.get("/api/v1/planned-work/ahead", params={"days": 400}), 422)
    client.delete(made.headers["Location"]).raise_for_status()


def test_planned_work_takes_no_time_or_much_but_no_month(client: httpx.Client, live: Live) -> None:
    """What cannot be is refused, naming all that is wrong; what can be is taken, however odd."""
    now = live.context.now().timestamp()
    times = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + hours * 3600)) for hours in (1, 3)]
    body = {"service_code": "pothole", "name": "Round", **PLACE, "earliest": times[0], "latest": times[1]}
    none = client.post("/api/v1/planned-work", json={**body, "duration_s": 0})
    assert (none.status_code, none.json()["duration_s"]) == (201, 0)
    client.delete(none.headers["Location"])
    month = {**body, "service_code": "dragons", "duration_s": 30 * 24 * 3600, "priority": 9}
    errors = check_problem(client.post("/api/v1/planned-work", json=month), 422)["errors"]
    assert len(errors) == 3
    assert "duration_s must be 0 to" in str(errors)
