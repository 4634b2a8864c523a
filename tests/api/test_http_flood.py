"""A flood drawn on the map, seen from outside: every answer goes around it at once, as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.api.conftest import START_TIMEOUT_S, Live, demo_settings, ready, serving, wait_until
from tests.api.test_http_events import Stream, _more_comments, listening

__all__ = ["_more_comments"]

CREW = "phone"
HOME = (-71.2519, -29.9027)
AHEAD = (-71.2394, -29.9226)
BEHIND = (-71.2390, -29.9260)
"""Where the crew is, and its jobs: five minutes to the first, and on from there."""
DETOUR_S = 60.0
"""What the way around the flood takes more: two minutes or so, and an arrival is news from one on."""
WAY = f"{HOME[0]},{HOME[1]};{AHEAD[0]},{AHEAD[1]}"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server that looks at promises by itself once an hour: whatever comes at once, comes of the flood."""
    settings = demo_settings(tmp_path_factory.mktemp("flood"), promises_interval_s=3600.0)
    with serving(settings) as server:
        wait_until(lambda: ready(server), START_TIMEOUT_S)
        yield server


@pytest.fixture(autouse=True)
def _dry_and_idle(client: httpx.Client) -> Iterator[None]:
    """Have the crew at home; end what a test leaves behind."""
    client.post("/", data={"id": f"demo-{CREW}", "lon": HOME[0], "lat": HOME[1]}).raise_for_status()
    yield
    for each in client.get("/api/v1/conditions").json()["items"]:
        client.delete(f"/api/v1/conditions/{each['id']}").raise_for_status()
    for each in client.get("/api/v1/reports", params={"open": True}).json()["items"]:
        client.post(f"/api/v1/reports/{each['id']}/close", json={"status": "cancelled"}).raise_for_status()
    wait_until(lambda: code(client, HOME, AHEAD) == code(client, AHEAD, HOME) == "Ok")


@pytest.fixture
def under_way(client: httpx.Client) -> tuple[str, str]:
    """Two reports of a crew: it is on its way to the first and has the second planned behind it."""
    running, planned = file(client, AHEAD), file(client, BEHIND)
    give(client, running, "en_route")
    give(client, planned)
    return running, planned


def file(client: httpx.Client, place: tuple[float, float], **more: Any) -> str:
    """File a report that the planner leaves alone."""
    body = {"service_code": "pothole", "lon": place[0], "lat": place[1], "hold_s": 900, **more}
    return str(client.post("/api/v1/reports", json=body).raise_for_status().json()["id"])


def give(client: httpx.Client, report_id: str, *statuses: str) -> None:
    """Give a report to the crew, which then says how far it is."""
    body = {"report_id": report_id, "crew_id": CREW, "override": True, "pin": True}
    made = client.post("/api/v1/assignments", json=body).raise_for_status().json()
    for status in statuses:
        client.post(f"/api/v1/assignments/{made['id']}/status", json={"status": status}).raise_for_status()


def around(place: tuple[float, float]) -> dict[str, Any]:
    """Return a square of some 400 m around a place."""
    (lon, lat), half = place, 0.002
    west, south, east, north = lon - half, lat - half, lon + half, lat + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def on_the_way(client: httpx.Client) -> dict[str, Any]:
    """Return a flood over the middle of the crew's way."""
    line = route(client)["geometry"]["coordinates"]
    return around(line[len(line) // 2])


def flood(client: httpx.Client, area: Mapping[str, Any], **more: Any) -> str:
    """Close the roads of an area; return where the closure is."""
    body = {"name": "Flood", "kind": "closure", "area": area, **more}
    return str(client.post("/api/v1/conditions", json=body).raise_for_status().headers["Location"])


def route(client: httpx.Client) -> Any:
    """Return OSRM's answer for the crew's way."""
    asked = {"overview": "full", "geometries": "geojson"}
    return client.get(f"/osrm/route/v1/driving/{WAY}", params=asked).raise_for_status().json()["routes"][0]


def code(client: httpx.Client, start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return whether OSRM has a way."""
    places = ";".join(f"{lon},{lat}" for lon, lat in (start, end))
    return str(client.get(f"/osrm/route/v1/driving/{places}").json()["code"])


def eta(client: httpx.Client, report_id: str) -> datetime:
    """Return when a report is reached."""
    return datetime.fromisoformat(client.get(f"/api/v1/reports/{report_id}/eta").json()["eta"])


def told(client: httpx.Client, reports: tuple[str, str]) -> dict[str, float]:
    """Return all that is told of the crew's way and of its arrivals, in seconds of this moment's clock."""
    running, planned = reports
    now = datetime.fromisoformat(client.get(f"/api/v1/reports/{running}/eta").json()["as_of"])
    link = client.get(f"/api/v1/reports/{running}").json()["follow_url"]
    suggested = client.get(f"/api/v1/reports/{running}/suggestions").json()["suggestions"]
    mine = next(each for each in suggested if each["crew_id"] == CREW)
    routes = {each["crew_id"]: each["stops"] for each in client.get("/api/v1/plan").json()["routes"]}
    stop = next(each for each in routes[CREW] if each["report_id"] == planned)
    moments = {
        "eta": eta(client, running),
        "eta of the next": eta(client, planned),
        "follow link": datetime.fromisoformat(httpx.get(f"{link}.json").json()["eta"]),
        "suggestion": datetime.fromisoformat(mine["eta"]),
        "plan": datetime.fromisoformat(stop["arrival"]),
    }
    table = client.get(f"/osrm/table/v1/driving/{WAY}").raise_for_status().json()
    return {
        "route": route(client)["duration"],
        "table": table["durations"][0][1],
        **{name: (moment - now).total_seconds() for name, moment in moments.items()},
    }


def delayed(now: Mapping[str, float], before: Mapping[str, float]) -> set[str]:
    """Return what is told to take longer than before by a detour."""
    return {name for name, seconds in now.items() if seconds - before[name] > DETOUR_S}


def arrivals(stream: Stream, report_id: str) -> list[datetime]:
    """Return the arrivals that were announced of a report."""
    events = [data for _, kind, data in stream.events if kind == "eta" and data["report_id"] == report_id]
    return [datetime.fromisoformat(data["eta"]) for data in events]


def test_a_flood_delays_all_that_is_told_and_its_end_restores_it(
    live: Live, client: httpx.Client, under_way: tuple[str, str]
) -> None:
    """OSRM's answers, arrivals under way and planned, suggestions, plan, the citizen's link, the stream."""
    running, _ = under_way
    before, promised = told(client, under_way), eta(client, running)
    with listening(f"{live.url}/api/v1/events", X_API_Key="demo") as stream:
        closure = flood(client, on_the_way(client))
        wait_until(lambda: delayed(told(client, under_way), before) == set(before))
        wait_until(lambda: arrivals(stream, running))
        later = arrivals(stream, running)[-1]
        assert later - promised > timedelta(seconds=DETOUR_S)
        client.delete(closure).raise_for_status()
        wait_until(lambda: not delayed(told(client, under_way), before))
        wait_until(lambda: arrivals(stream, running)[-1] < later - timedelta(seconds=DETOUR_S))
    assert {name: told(client, under_way)[name] for name in ("route", "table")} == {
        name: before[name] for name in ("route", "table")
    }


def test_a_flood_ends_at_its_time_without_anybody_asking(
    live: Live, client: httpx.Client, under_way: tuple[str, str]
) -> None:
    """Who only listens hears of the delay and then, with nothing removed, that it is over."""
    running, _ = under_way
    before = route(client)["duration"]
    area, until = on_the_way(client), live.context.now() + timedelta(seconds=5)
    with listening(f"{live.url}/api/v1/events", X_API_Key="demo") as stream:
        flood(client, area, valid_until=until.isoformat())
        wait_until(lambda: arrivals(stream, running))
        later = arrivals(stream, running)[-1]
        wait_until(lambda: arrivals(stream, running)[-1] < later - timedelta(seconds=DETOUR_S))
    assert live.context.now() >= until
    assert route(client)["duration"] == before


def test_a_crew_inside_gets_out(client: httpx.Client) -> None:
    """It is suggested for a report outside and has an arrival there; OSRM knows its way out, none back."""
    outside = file(client, AHEAD)
    flood(client, around(HOME))
    wait_until(lambda: code(client, AHEAD, HOME) == "NoRoute")
    assert code(client, HOME, AHEAD) == "Ok"
    advice = client.get(f"/api/v1/reports/{outside}/suggestions").json()
    assert CREW in {each["crew_id"] for each in advice["suggestions"]}
    give(client, outside, "en_route")
    assert eta(client, outside) > datetime.fromisoformat(advice["as_of"])


def test_nobody_is_sent_in(client: httpx.Client) -> None:
    """No crew is suggested, and the one under way has no arrival any more: no road leads there."""
    running = file(client, AHEAD)
    give(client, running, "en_route")
    path, link = f"/api/v1/reports/{running}", client.get(f"/api/v1/reports/{running}").json()["follow_url"]
    flood(client, around(AHEAD))
    wait_until(lambda: code(client, HOME, AHEAD) == "NoRoute")
    waiting = client.get(f"{path}/eta").json()
    assert ("eta" in waiting, waiting["unassigned_code"]) == (False, "unreachable")
    assert httpx.get(f"{link}.json").json()["eta"] is None
    advice = client.get(f"{path}/suggestions").json()
    why = {each["crew_id"]: each["reason"]["code"] for each in advice["why_not"]}
    assert (advice["suggestions"], why[CREW]) == ([], "unreachable")


def test_a_report_that_no_road_leads_to_says_so_until_one_does(client: httpx.Client) -> None:
    """The planner gives it to nobody and names the reason; when the water is gone a crew has it."""
    closure = flood(client, around(AHEAD))
    report_id = file(client, AHEAD, hold_s=0)

    def report() -> Any:
        return client.get(f"/api/v1/reports/{report_id}").json()

    wait_until(lambda: report()["unassigned_code"] == "all_cut_off")
    assert report()["assignment"] is None
    client.delete(closure).raise_for_status()
    wait_until(lambda: report()["assignment"])


def test_a_condition_holds_at_its_hours_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On the city's clock, here twenty times as fast: minutes later all is as before, and nobody asked."""
    with serving(demo_settings(tmp_path_factory.mktemp("hours"), speed=20.0)) as quick:
        wait_until(lambda: ready(quick), START_TIMEOUT_S)
        with quick.client() as client:
            usual_s, area = route(client)["duration"], on_the_way(client)
            now = quick.context.now().astimezone(ZoneInfo(quick.context.city.time_zone))
            flood(client, area, hours=f"{now:%H:%M}-{now + timedelta(minutes=4):%H:%M}")
            wait_until(lambda: route(client)["duration"] > usual_s + DETOUR_S)
            wait_until(lambda: route(client)["duration"] == usual_s)
