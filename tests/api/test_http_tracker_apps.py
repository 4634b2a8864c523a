"""OwnTracks and GPSLogger over HTTP: they move the vehicle, and hear what keeps their queues going."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from equipage.dispatch.model import TimeSpan, VehicleId
from tests.api.conftest import Live

VERDICT = "X-Equipage-Verdict"


@pytest.fixture
def tracker(client: httpx.Client) -> Mapping[str, str]:
    """A tracker of its own for each test, in a vehicle whose crew works round the clock."""
    made: Mapping[str, str] = client.post("/api/v1/devices", json={"vehicle_id": "phone"}).json()
    return made


def moments() -> Iterator[int]:
    """Yield times of which none is another test's: the past second, and those before it."""
    start = int(time.time())
    while True:
        start -= 1
        yield start


_MOMENTS = moments()


def location(**told: Any) -> dict[str, Any]:
    """Return a location as OwnTracks tells it."""
    return {"_type": "location", "tst": next(_MOMENTS), "lat": -29.9027, "lon": -71.2519, "tid": "ph", **told}


def is_taken(answer: httpx.Response) -> bool:
    """Tell whether a fix was taken as new; one that is older than another is late."""
    return answer.status_code == 200 and answer.headers[VERDICT] in {"accepted", "late"}


def test_owntracks_tells_its_token_as_its_password(
    anonymous: httpx.Client, tracker: Mapping[str, str]
) -> None:
    """The answer is an empty list of commands."""
    answer = anonymous.post("/pub", json=location(), auth=("van", tracker["token"]))
    assert is_taken(answer)
    assert (answer.json(), answer.headers["Content-Type"]) == ([], "application/json")


@pytest.mark.parametrize("named", ["query", "header", "topic", "token in the path"])
def test_owntracks_names_its_device_in_other_ways(
    anonymous: httpx.Client, tracker: Mapping[str, str], named: str
) -> None:
    """By `d`, by `X-Limit-D`, by the end of its topic; or its address is the token's, and says OwnTracks."""
    device_id = tracker["device_id"]
    answer = {
        "query": lambda: anonymous.post("/pub", params={"u": "x", "d": device_id}, json=location()),
        "header": lambda: anonymous.post("/pub", headers={"X-Limit-D": device_id}, json=location()),
        "topic": lambda: anonymous.post("/pub", json=location(topic=f"owntracks/x/{device_id}")),
        "token in the path": lambda: anonymous.post(f"/t/{tracker['token']}", json=location()),
    }[named]()
    assert is_taken(answer)
    assert answer.json() == []


@pytest.mark.parametrize(
    "body", [b"", b'{"_type": "lwt", "tst": 1}', b'{"_type": "encrypted", "data": "x"}', b'{"_type": "card"}']
)
def test_what_tells_no_place_is_heard(anonymous: httpx.Client, body: bytes) -> None:
    """Whoever sends it: a refusal would be tried again for ever."""
    answer = anonymous.post("/pub", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_place_that_cannot_be_is_heard_and_named(
    anonymous: httpx.Client, client: httpx.Client, tracker: Mapping[str, str]
) -> None:
    """Nothing is moved by it."""
    before = client.get("/api/v1/vehicles/phone").json()["lon"]
    answer = anonymous.post("/pub", json=location(lat=91), auth=("van", tracker["token"]))
    assert (answer.status_code, answer.json(), answer.headers[VERDICT]) == (200, [], "impossible")
    assert client.get("/api/v1/vehicles/phone").json()["lon"] == before


@pytest.mark.parametrize("path", ["/pub", "/gpslogger"])
@pytest.mark.parametrize(
    "authorization", ["Basic dmFuOndyb25n", "Basic dmFuOg==", "Basic !", "Basic gIA=", "basic dmFu"]
)
def test_a_wrong_password_is_401(anonymous: httpx.Client, path: str, authorization: str) -> None:
    """Also beside an id that is known: whoever sends a password expects it to count."""
    answer = anonymous.post(
        path,
        params={"id": "demo-phone", "d": "demo-phone"},
        json=location(),
        headers={"Authorization": authorization},
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_nobodys_messages_are_refused(anonymous: httpx.Client) -> None:
    """404 by JSON, 400 by form; a user's name alone is no device; the body has its bounds."""
    assert anonymous.post("/pub", json=location()).status_code == 404
    assert anonymous.post("/pub", params={"u": "demo-phone"}, json=location()).status_code == 404
    assert anonymous.post("/pub", json=location(topic="owntracks/x/nobody")).status_code == 404
    assert anonymous.post("/t/nobody", json=location()).status_code == 404
    assert anonymous.post("/pub", content=b"{nope").status_code == 400
    assert anonymous.post("/pub", content=b"x" * 70_000).status_code == 413
    assert anonymous.post("/gpslogger", data={"lat": 1, "lon": 2}).status_code == 400
    assert anonymous.get("/gpslogger", params={"id": "nobody"}).status_code == 400


def test_a_revoked_tracker_is_nobody(
    anonymous: httpx.Client, client: httpx.Client, tracker: Mapping[str, str]
) -> None:
    """At once, by its password and by its id."""
    credentials = ("van", tracker["token"])
    assert is_taken(anonymous.post("/pub", json=location(), auth=credentials))
    client.delete(f"/api/v1/devices/{tracker['device_id']}")
    assert anonymous.post("/pub", json=location(), auth=credentials).status_code == 401
    assert anonymous.post("/pub", params={"d": tracker["device_id"]}, json=location()).status_code == 404
    assert anonymous.post("/gpslogger", data={"id": tracker["device_id"]}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_gpslogger_speaks_in_metres_a_second(
    live: Live, anonymous: httpx.Client, tracker: Mapping[str, str], method: str
) -> None:
    """By the names of its own template, in a query or a form, with its id or with Basic credentials."""
    at = next(_MOMENTS)
    told = {"lat": -29.9027, "lon": -71.2519, "timestamp": at, "speed": 12.5, "acc": 8, "batt": 55}
    credentials = ("van", tracker["token"])
    if method == "GET":
        answer = anonymous.get("/gpslogger", params=told, auth=credentials)
    else:
        answer = anonymous.post("/gpslogger", data=told, auth=credentials)
    assert is_taken(answer)
    assert answer.content == b""
    moment = datetime.fromtimestamp(at, UTC)
    with live.context.store.reading() as reading:
        track = reading.track(VehicleId("phone"), TimeSpan(start=moment, end=moment + timedelta(seconds=1)))
    [kept] = track
    assert (kept.fix.speed_mps, kept.fix.accuracy_m, kept.fix.battery) == (12.5, 8, 0.55)
    again = {**told, "id": tracker["device_id"]}
    assert anonymous.post("/gpslogger", data=again).headers[VERDICT] == "duplicate"
