"""OSRM's HTTP API as its clients use it: routingpy over HTTP, and VROOM's requests byte for byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import pytest
import shapely
from routingpy import OSRM
from routingpy.exceptions import RouterApiError
from routingpy.utils import decode_polyline5, decode_polyline6

from equipage.geo.earth import distance_m
from equipage.routing.conditions import Closure, Conditions
from tests.api.conftest import START_TIMEOUT_S, Live, demo_settings, ready, serving, wait_until

PLACES = [[-71.2519, -29.9027], [-71.2394, -29.9126], [-71.2610, -29.8922]]
"""Three places in La Serena."""
COORDINATES = ";".join(f"{lon},{lat}" for lon, lat in PLACES)
AWAY = "-71.6000,-29.9000"
"""In the sea, 25 km from the coast."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server with a port for OSRM's API alone."""
    with serving(demo_settings(tmp_path_factory.mktemp("osrm"), osrm_port=0)) as server:
        wait_until(lambda: ready(server), START_TIMEOUT_S)
        yield server


@pytest.fixture
def osrm(live: Live) -> OSRM:
    """Routingpy's client of the server."""
    return OSRM(base_url=f"{live.url}/osrm", timeout=30)


def asked(client: httpx.Client, path: str) -> Any:
    """Return what is answered to a request that is right."""
    answer = client.get(f"/osrm/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["code"] == "Ok"
    return answer.json()


def refused(client: httpx.Client, path: str) -> tuple[str, str]:
    """Return code and message of a request that has no answer."""
    answer = client.get(f"/osrm/{path}")
    assert answer.status_code == 400, answer.text
    return answer.json()["code"], answer.json()["message"]


def test_routingpy_finds_the_way(live: Live, osrm: OSRM) -> None:
    """Duration, distance and line are those of the router, leg by leg."""
    found = osrm.directions(PLACES, profile="driving", overview="full", geometries="geojson")
    router = live.context.router
    legs = [router.route(PLACES[0], PLACES[1]), router.route(PLACES[1], PLACES[2])]
    assert found.duration == pytest.approx(sum(leg.duration_s for leg in legs), abs=1.0)
    assert found.distance == pytest.approx(sum(leg.distance_m for leg in legs), abs=1.0)
    lines = [shapely.get_coordinates(leg.geometry) for leg in legs]
    np.testing.assert_allclose(found.geometry, np.concatenate([lines[0], lines[1][1:]]), atol=1e-6)
    assert [leg["duration"] for leg in found.raw["routes"][0]["legs"]] == pytest.approx(
        [leg.duration_s for leg in legs], abs=0.1
    )


def test_routingpy_gets_tables_of_both_kinds(live: Live, osrm: OSRM) -> None:
    """Seconds and metres are the router's, for chosen sources and destinations too."""
    found = osrm.matrix(PLACES, profile="car")
    expected = live.context.router.matrices(PLACES, PLACES)
    np.testing.assert_allclose(found.durations, expected.duration_s, atol=0.051)
    np.testing.assert_allclose(found.distances, expected.distance_m, atol=0.051)
    some = osrm.matrix(PLACES, profile="van", sources=[2], destinations=[1, 0], annotations=["distance"])
    assert some.durations is None
    np.testing.assert_allclose(some.distances, expected.distance_m[[2]][:, [1, 0]], atol=0.051)


def test_routingpy_raises_what_osrm_would_answer(osrm: OSRM) -> None:
    """A place in the sea is an error of the API, not of the connection."""
    with pytest.raises(RouterApiError) as refusal:
        osrm.matrix([*PLACES, [-71.6, -29.9]], profile="car")
    assert refusal.value.status == 400
    assert "Could not find a matching segment for coordinate 3" in str(refusal.value.message)


@pytest.mark.parametrize(
    ("form", "decode", "digits"), [("polyline", decode_polyline5, 5), ("polyline6", decode_polyline6, 6)]
)
def test_lines_are_encoded_as_others_decode_them(
    anonymous: httpx.Client, form: str, decode: Any, digits: int
) -> None:
    """The same line as GeoJSON's, to the last digit, and such a line is taken as coordinates."""
    path = f"route/v1/car/{COORDINATES}?overview=full&geometries="
    line = asked(anonymous, f"{path}geojson")["routes"][0]["geometry"]["coordinates"]
    encoded = asked(anonymous, f"{path}{form}")["routes"][0]["geometry"]
    np.testing.assert_allclose(decode(encoded, is3d=False), line, atol=0.51 * 10**-digits + 5.1e-7)
    around = asked(
        anonymous, f"route/v1/car/{form}({encoded})?overview=false".replace("?", "%3F", encoded.count("?"))
    )
    assert len(around["waypoints"]) == len(line)


def test_a_simplified_line_is_short_and_close(anonymous: httpx.Client) -> None:
    """It is the default, has fewer points, and is nowhere farther off than a thousandth of the extent."""
    full, simple = (
        shapely.LineString(
            asked(anonymous, f"route/v1/car/{COORDINATES}?geometries=geojson{more}")["routes"][0]["geometry"][
                "coordinates"
            ]
        )
        for more in ("&overview=full", "")
    )
    assert len(simple.coords) < len(full.coords)
    assert shapely.hausdorff_distance(full, simple, densify=0.01) < 2e-3 * max(
        np.ptp(np.array(full.coords), axis=0)
    )
    without = asked(anonymous, f"route/v1/car/{COORDINATES}?overview=false")
    assert "geometry" not in without["routes"][0]


def test_steps_make_up_the_way(anonymous: httpx.Client) -> None:
    """From `depart` to `arrive` their metres, seconds and lines are the leg's."""
    answer = asked(anonymous, f"route/v1/car/{COORDINATES}?steps=true&overview=full&geometries=geojson")
    route = answer["routes"][0]
    for leg in route["legs"]:
        steps = leg["steps"]
        kinds = [step["maneuver"]["type"] for step in steps]
        assert (kinds[0], kinds[-1]) == ("depart", "arrive")
        assert {"depart", "arrive"}.isdisjoint(kinds[1:-1])
        assert all("modifier" in step["maneuver"] for step in steps[1:-1])
        assert sum(step["distance"] for step in steps) == pytest.approx(
            leg["distance"], abs=0.06 * len(steps)
        )
        assert sum(step["duration"] for step in steps) == pytest.approx(
            leg["duration"], abs=0.06 * len(steps)
        )
        for before, after in pairwise(steps):
            assert before["geometry"]["coordinates"][-1] == after["geometry"]["coordinates"][0]
            assert after["maneuver"]["location"] == after["geometry"]["coordinates"][0]
        for step in steps:
            for crossing in step["intersections"]:
                assert len(crossing["bearings"]) == len(crossing["entry"])
                assert crossing["bearings"] == sorted(crossing["bearings"])
        assert leg["summary"]


def test_annotations_are_told_for_every_piece(anonymous: httpx.Client) -> None:
    """As many as pieces between points; they add up to the leg, and what is not kept is refused by name."""
    path = f"route/v1/car/{COORDINATES}?overview=full&geometries=geojson&annotations="
    leg = asked(anonymous, f"{path}true")["routes"][0]["legs"][0]
    assert set(leg["annotation"]) == {"distance", "duration", "speed", "weight"}
    assert sum(leg["annotation"]["distance"]) == pytest.approx(leg["distance"], abs=0.5)
    assert sum(leg["annotation"]["duration"]) == pytest.approx(leg["duration"], abs=0.5)
    some = asked(anonymous, f"{path}duration,distance")["routes"][0]["legs"][0]
    assert set(some["annotation"]) == {"distance", "duration"}
    assert refused(anonymous, f"{path}nodes")[0] == "InvalidOptions"


def test_nearest_tells_several_roads(anonymous: httpx.Client) -> None:
    """Nearest first, with the nodes of each; a place of a route is the first of them."""
    near = asked(anonymous, f"nearest/v1/car/{COORDINATES.split(';')[0]}?number=3")["waypoints"]
    assert [place["distance"] for place in near] == sorted(place["distance"] for place in near)
    assert len({tuple(sorted(place["nodes"])) for place in near}) == 3
    first = asked(anonymous, f"route/v1/car/{COORDINATES}?overview=false")["waypoints"][0]
    assert first.items() <= near[0].items()


def test_a_radius_allows_or_forbids_a_place(anonymous: httpx.Client) -> None:
    """Without one the router's limit holds; unlimited is without limit, and an empty one is none."""
    path = f"table/v1/car/{COORDINATES};{AWAY}"
    code, message = refused(anonymous, path)
    assert code == "NoSegment"
    assert message.startswith("Could not find a matching segment for coordinate 3")
    assert len(asked(anonymous, f"{path}?radiuses=;;;unlimited")["durations"]) == 4
    assert len(asked(anonymous, f"{path}?radiuses=;;;35000")["durations"]) == 4
    assert refused(anonymous, f"{path}?radiuses=0;;;35000")[1].startswith(
        "Could not find a matching segment for coordinate 0"
    )


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("nonsense", "InvalidUrl", "URL string malformed close to position 9"),
        ("route/v1/driving/", "InvalidUrl", "URL string malformed close to position 18"),
        ("nonsense/v1/driving/1,1;1,2", "InvalidService", "Service nonsense not found!"),
        ("match/v1/driving/1,1;1,2", "InvalidService", "Service match not found!"),
        ("route/v2/driving/1,1;1,2", "InvalidVersion", "Version v2 not found!"),
        ("route/v1/driving/x", "InvalidQuery", "Query string malformed close to position 18"),
        ("route/v1/driving/1,1,1", "InvalidQuery", "Query string malformed close to position 21"),
        ("route/v1/driving/1,1;x,y", "InvalidQuery", "Query string malformed close to position 22"),
        ("route/v1/driving/1,nan;1,1", "InvalidQuery", "Query string malformed close to position 18"),
        ("route/v1/driving/1,1", "InvalidOptions", "Number of coordinates needs to be at least two."),
        ("route/v1/driving/200,5;44,5", "InvalidValue", "Invalid coordinate value."),
        ("route/v1/driving/polyline(_)", "InvalidQuery", "Query string malformed"),
        ("route/v1/bike/1,1;1,2", "InvalidValue", "there are no roads for bike here"),
        (f"route/v1/car/{COORDINATES}?foo=1", "InvalidQuery", "Query string malformed"),
        (f"route/v1/car/{COORDINATES}?steps=maybe", "InvalidQuery", "Query string malformed"),
        (f"route/v1/car/{COORDINATES}?overview=full&overview=full", "InvalidQuery", "Query string"),
        (f"route/v1/car/{COORDINATES}?radiuses=1;2", "InvalidOptions", "Number of elements in radiuses"),
        (f"route/v1/car/{COORDINATES}?radiuses=-1;2;3", "InvalidQuery", "Query string malformed"),
        (f"route/v1/car/{COORDINATES}?bearings=10,20;;", "InvalidOptions", "bearings=10,20 is not offered"),
        (f"route/v1/car/{COORDINATES}?bearings=10,20;", "InvalidOptions", "Number of elements in bearings"),
        (f"route/v1/car/{COORDINATES}?bearings=north;;", "InvalidQuery", "Query string malformed"),
        (f"route/v1/car/{COORDINATES}?approaches=curb;;", "InvalidOptions", "approaches=curb is not"),
        (f"route/v1/car/{COORDINATES}?approaches=side;;", "InvalidQuery", "Query string malformed"),
        (f"route/v1/car/{COORDINATES}?snapping=any", "InvalidOptions", "snapping=any is not offered"),
        (f"route/v1/car/{COORDINATES}?snapping=x", "InvalidQuery", "Query string malformed"),
        (f"route/v1/car/{COORDINATES}?exclude=motorway", "InvalidValue", "Exclude flag combination is not"),
        (f"route/v1/car/{COORDINATES}?waypoints=0;1", "InvalidValue", "First and last coordinates must"),
        (f"route/v1/car/{COORDINATES}?waypoints=0;2", "InvalidOptions", "waypoints that leave out"),
        (f"route/v1/car/{COORDINATES}?scale_factor=2", "InvalidQuery", "Query string malformed"),
        (f"table/v1/car/{COORDINATES}?scale_factor=0", "InvalidOptions", "scale_factor must be > 0"),
        (f"table/v1/car/{COORDINATES}?scale_factor=x", "InvalidQuery", "Query string malformed"),
        (f"table/v1/car/{COORDINATES}?fallback_speed=-5", "InvalidOptions", "fallback_speed must be > 0"),
        (f"table/v1/car/{COORDINATES}?fallback_coordinate=x", "InvalidQuery", "Query string malformed"),
        (f"route/v1/car/{COORDINATES}?continue_straight=true", "InvalidOptions", "continue_straight=true"),
        (f"route/v1/car/{COORDINATES}.flatbuffers", "InvalidOptions", "The format flatbuffers"),
        (f"table/v1/car/{COORDINATES}?sources=3", "InvalidOptions", "sources are indexes of the 3"),
        (f"table/v1/car/{COORDINATES}?sources=x", "InvalidQuery", "Query string malformed"),
        (f"table/v1/car/{COORDINATES}?annotations=speed", "InvalidQuery", "Query string malformed"),
        (f"table/v1/car/{';'.join(['1,1'] * 2001)}", "TooBig", "Too many table coordinates"),
        (f"table/v1/car/{';'.join(['1,1'] * 10001)}", "TooBig", "10001 coordinates are too many"),
        (f"route/v1/car/{';'.join(['1,1'] * 501)}", "TooBig", "Number of entries 501"),
        (f"nearest/v1/car/{COORDINATES}", "InvalidOptions", "Only one input coordinate is supported"),
        ("nearest/v1/car/-71.2519,-29.9027?number=0", "InvalidOptions", "number must be 1"),
        ("nearest/v1/car/-71.2519,-29.9027?number=x", "InvalidQuery", "Query string malformed"),
        ("nearest/v1/car/-71.2519,-29.9027?number=101", "TooBig", "Number of results 101"),
        ("route/v1/car/-71.2519,-29.9027;-71.6,-29.9", "NoSegment", "Could not find a matching segment"),
    ],
)
def test_each_fault_has_osrms_code(anonymous: httpx.Client, path: str, code: str, message: str) -> None:
    """And OSRM's words at the beginning of the message."""
    told = refused(anonymous, path)
    assert told[0] == code
    assert told[1].startswith(message)


@pytest.mark.parametrize(
    "more",
    [
        ".json",
        "?alternatives=true",
        "?alternatives=3&hints=;;",
        "?generate_hints=false&approaches=unrestricted;;&snapping=default&continue_straight=default",
        "?radiuses=unlimited;50000;",
        "?steps=false&annotations=false",
        "?waypoints=0;1;2&exclude=&bearings=;;",
    ],
)
def test_what_asks_for_nothing_else_is_taken(anonymous: httpx.Client, more: str) -> None:
    """Options that ask for what is done anyway give the same route."""
    plain = asked(anonymous, f"route/v1/car/{COORDINATES}")
    assert asked(anonymous, f"route/v1/car/{COORDINATES}{more}") == plain


def test_any_page_may_ask_and_waypoints_may_be_left_out(anonymous: httpx.Client) -> None:
    """Routing tells nothing private: no key, and every origin."""
    answer = anonymous.get(f"/osrm/table/v1/car/{COORDINATES}?skip_waypoints=true")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert set(answer.json()) == {"code", "durations"}


def test_a_closed_street_changes_the_answer_at_once(live: Live, client: httpx.Client) -> None:
    """A closure around the end of a route leaves no way there."""
    lon, lat = PLACES[1]
    path = f"/osrm/route/v1/car/{COORDINATES}?overview=false"
    assert client.get(path).status_code == 200
    ring = [(-0.005, -0.005), (0.005, -0.005), (0.005, 0.005), (-0.005, 0.005), (-0.005, -0.005)]
    area = {"type": "Polygon", "coordinates": [[[lon + x, lat + y] for x, y in ring]]}
    made = client.post("/api/v1/conditions", json={"name": "flood", "kind": "closure", "area": area})
    assert made.status_code == 201, made.text
    answer = wait_until(lambda: (found := client.get(path)).status_code == 400 and found)
    assert answer.json()["code"] == "NoRoute"
    assert answer.json()["message"].startswith("Impossible route between points")
    table = asked(client, f"table/v1/car/{COORDINATES}?sources=0&annotations=duration,distance")
    assert table["durations"][0][1] is None
    assert table["distances"][0][1] is None
    assert client.delete(made.headers["Location"]).status_code in {200, 204}
    wait_until(lambda: client.get(path).status_code == 200)


def test_seconds_are_scaled(anonymous: httpx.Client) -> None:
    """And metres stay."""
    path = f"table/v1/car/{COORDINATES}?annotations=duration,distance"
    plain, scaled = asked(anonymous, path), asked(anonymous, f"{path}&scale_factor=2.5")
    np.testing.assert_allclose(scaled["durations"], 2.5 * np.array(plain["durations"]), atol=0.2)
    assert scaled["distances"] == plain["distances"]


def test_where_no_way_leads_a_crow_may_fly(live: Live, anonymous: httpx.Client) -> None:
    """At the speed given, from where the coordinates are or from their roads; these cells are named."""
    away = f"{COORDINATES};{AWAY}"
    around = shapely.Point(PLACES[1]).buffer(0.005)
    closed = live.context.router.with_conditions(Conditions(closures=(Closure(area=around),)))
    before, live.context.routers.current = live.context.router, closed
    try:
        path = f"table/v1/car/{away}?radiuses=;;;unlimited&annotations=duration,distance"
        assert asked(anonymous, path)["durations"][0][1] is None
        flown = asked(anonymous, f"{path}&fallback_speed=10")
        snapped = asked(anonymous, f"{path}&fallback_speed=10&fallback_coordinate=snapped")
    finally:
        live.context.routers.current = before
    assert [0, 1] in flown["fallback_speed_cells"]
    assert [0, 0] not in flown["fallback_speed_cells"]
    metres = distance_m(np.array(PLACES[0]), np.array(PLACES[1]))
    assert flown["distances"][0][1] == pytest.approx(metres, abs=0.1)
    assert flown["durations"][0][1] == pytest.approx(metres / 10, abs=0.1)
    assert snapped["distances"][3][1] < flown["distances"][3][1] - 1000


def test_each_leg_may_have_its_line(anonymous: httpx.Client) -> None:
    """Instead of one for the whole route; one begins where the other ends."""
    route = asked(anonymous, f"route/v1/car/{COORDINATES}?overview=by_legs&geometries=geojson")["routes"][0]
    assert "geometry" not in route
    first, second = (leg["geometry"]["coordinates"] for leg in route["legs"])
    assert first[-1] == second[0]


def test_what_is_posted_is_answered_as_a_url_is(anonymous: httpx.Client) -> None:
    """Coordinates as numbers or as a line, options as JSON has them."""
    path = f"table/v1/car/{COORDINATES}?sources=0;2&radiuses=;unlimited;500&annotations=duration,distance"
    given = {
        "coordinates": PLACES,
        "sources": [0, 2],
        "radiuses": [None, "unlimited", 500],
        "annotations": ["duration", "distance"],
        "skip_waypoints": False,
    }
    posted = anonymous.post("/osrm/table/v1/car", json=given)
    assert posted.status_code == 200, posted.text
    assert posted.json() == asked(anonymous, path)
    line = {"coordinates": "polyline6(_}ik@~ocidC_ibE_ibE)", "overview": "false", "steps": True}
    along = anonymous.post("/osrm/route/v1/car/", json=line).json()
    assert along["code"] in {"Ok", "NoSegment"}


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("{", "InvalidQuery", "request body must be a JSON object"),
        ("[1]", "InvalidQuery", "request body must be a JSON object"),
        ("{}", "InvalidQuery", "missing required member: coordinates"),
        ('{"coordinates": [[1, "x"]]}', "InvalidQuery", "each coordinate must be an array of two numbers"),
        ('{"coordinates": [[1, 2, 3]]}', "InvalidQuery", "each coordinate must be an array of two numbers"),
        ('{"coordinates": 5}', "InvalidQuery", "each coordinate must be an array of two numbers"),
        ('{"coordinates": "x"}', "InvalidQuery", "Query string malformed"),
        ('{"coordinates": [[1, NaN], [1, 1]]}', "InvalidValue", "Invalid coordinate value."),
        ('{"coordinates": [[1, 1]]}', "InvalidOptions", "Number of coordinates needs to be at least two."),
        ('{"coordinates": [], "sources": []}', "InvalidOptions", "Number of coordinates needs to be at"),
        ('{"coordinates": [[1, 1], [1, 2]], "foo": 1}', "InvalidQuery", "Query string malformed"),
        ('{"coordinates": [[1, 1], [1, 2]], "sources": {}}', "InvalidQuery", "Query string malformed"),
        ('{"coordinates": [[1, 1], [1, 2]], "radiuses": [1]}', "InvalidOptions", "Number of elements in"),
    ],
)
def test_each_fault_of_a_body_has_osrms_code(
    anonymous: httpx.Client, body: str, code: str, message: str
) -> None:
    """And its words at the beginning."""
    answer = anonymous.post("/osrm/table/v1/car", content=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json()["message"].startswith(message)


def test_more_than_a_url_can_hold_is_posted(anonymous: httpx.Client) -> None:
    """From one place to 5,000."""
    places = [PLACES[0]] + [PLACES[1 + place % 2] for place in range(5000)]
    given = {"coordinates": places, "sources": [0], "destinations": list(range(5001)), "skip_waypoints": True}
    answer = anonymous.post("/osrm/table/v1/car", json=given).json()
    assert len(answer["durations"][0]) == 5001


def vroom(live: Live, service: str, arguments: str, places: list[list[float]]) -> Any:
    """Send what VROOM 1.14 sends and read the answer as it does: until the end, from brace to brace."""
    query = f"GET /{service}/v1/car/" + ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in places)
    query += f"?{arguments}&radiuses=" + ";".join("35000" for _ in places)
    query += " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    address = live.server.servers[1].sockets[0].getsockname()
    with socket.create_connection(address[:2], timeout=30) as connection:
        connection.sendall(query.encode())
        response = b"".join(iter(lambda: connection.recv(512), b""))
    return json.loads(response[response.index(b"{") : response.rindex(b"}") + 1])


def test_vroom_gets_its_matrices(live: Live) -> None:
    """Over a socket of its own, for hundreds of places in one line: seconds and metres of each pair."""
    lonlat = live.context.router.network.node_lonlat
    places = lonlat[np.random.default_rng(3).choice(len(lonlat), 400)].tolist()
    answer = vroom(live, "table", "annotations=duration,distance", places)
    assert answer["code"] == "Ok"
    rounded = [[float(f"{degrees:.6f}") for degrees in place] for place in places]
    expected = live.context.router.matrices(rounded, rounded)
    for name, values in (("durations", expected.duration_s), ("distances", expected.distance_m)):
        told = np.array(answer[name], dtype=np.float64)
        np.testing.assert_allclose(np.where(np.isnan(told), np.inf, told), values, atol=0.051)


def test_vroom_gets_the_line_of_a_plan(live: Live) -> None:
    """A leg from each place to the next, and the whole as an encoded polyline."""
    arguments = "alternatives=false&steps=false&overview=full&continue_straight=false"
    route = vroom(live, "route", arguments, PLACES)["routes"][0]
    assert len(route["legs"]) == len(PLACES) - 1
    assert all(leg["duration"] > 0 and leg["distance"] > 0 for leg in route["legs"])
    assert len(decode_polyline5(route["geometry"])) > len(PLACES)


def test_vroom_learns_which_place_has_no_road(live: Live) -> None:
    """It reads the place's number after these words."""
    answer = vroom(live, "table", "annotations=duration,distance", [*PLACES, [-75.0, -29.9]])
    assert answer["code"] == "NoSegment"
    words = "Could not find a matching segment for coordinate "
    assert answer["message"].startswith(f"{words}3:")


def test_the_port_for_osrm_leads_nowhere_else(live: Live) -> None:
    """Neither the console nor the API is there."""
    port = live.server.servers[1].sockets[0].getsockname()[1]
    for path in ("/", "/api/v1/reports", "/osrm/route/v1/car/1,1;2,2"):
        answer = httpx.get(f"http://127.0.0.1:{port}{path}")
        assert answer.status_code == 400
        assert answer.json()["code"].startswith("Invalid")


def test_a_request_may_be_as_long_as_the_largest_table(live: Live) -> None:
    """One place more, and it is the size that is refused, not the length of the request."""
    places = [[-71.251234, -29.901234]] * 2001
    assert vroom(live, "table", "annotations=duration,distance", places)["code"] == "TooBig"
