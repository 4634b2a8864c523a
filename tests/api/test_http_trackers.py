"""Trackers over HTTP: every wire form moves the vehicle, and nothing makes a phone's queue jam."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from equipage.api.trackers.post import TrackerPost
from equipage.dispatch.model import VehicleId
from equipage.dispatch.status import Verdict
from tests.api.conftest import Live

HERE = {"lat": -29.9027, "lon": -71.2519}
VERDICT = "X-Equipage-Verdict"


@pytest.fixture
def phone(live: Live) -> str:
    """A tracker of its own for each test, in a vehicle whose crew works round the clock."""
    with live.client() as client:
        return str(client.post("/api/v1/devices", json={"vehicle_id": "phone"}).json()["device_id"])


def place_of(client: httpx.Client) -> tuple[float, float]:
    """Return where the phone's vehicle is taken to be."""
    vehicle = client.get("/api/v1/vehicles/phone").json()
    return vehicle["lon"], vehicle["lat"]


def moment(seconds_ago: float) -> int:
    """Return a time as a phone says it."""
    return int(time.time() - seconds_ago)


def post_form(client: httpx.Client, fields: dict[str, Any]) -> httpx.Response:
    """Post as Traccar Client 10 does."""
    return client.post("/", data=fields)


def post_query(client: httpx.Client, fields: dict[str, Any]) -> httpx.Response:
    """Post as Traccar Client 8 does."""
    return client.post("/", params=fields)


def get_query(client: httpx.Client, fields: dict[str, Any]) -> httpx.Response:
    """Ask as OsmAnd does."""
    return client.get("/", params=fields)


def post_json(client: httpx.Client, fields: dict[str, Any]) -> httpx.Response:
    """Post as Traccar Client 9 does."""
    at = datetime.fromtimestamp(fields["timestamp"], UTC).isoformat().replace("+00:00", "Z")
    coords = {"latitude": fields["lat"], "longitude": fields["lon"], "speed": -1, "heading": -1}
    return client.post(
        "/", json={"device_id": fields.get("id"), "location": {"timestamp": at, "coords": coords}}
    )


FORMS = [post_form, post_query, get_query, post_json]


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_every_wire_form_moves_the_vehicle(
    live: Live, anonymous: httpx.Client, client: httpx.Client, phone: str, number: int
) -> None:
    """The answer is 200 with an empty body, after which the position is there as posted; no key is needed."""
    place = {"lat": HERE["lat"] + number * 1e-4, "lon": HERE["lon"]}
    answer = FORMS[number](anonymous, {"id": phone, **place, "timestamp": moment(60 - number * 10)})
    assert (answer.status_code, answer.content, answer.headers[VERDICT]) == (200, b"", "accepted")
    assert place_of(client) == (place["lon"], place["lat"])


def test_the_token_in_the_path_is_as_good_as_an_id(anonymous: httpx.Client, client: httpx.Client) -> None:
    """In every form, with or without a slash at the end; an id beside it does not matter."""
    made = client.post("/api/v1/devices", json={"vehicle_id": "phone"}).json()
    assert made["url"] == f"{str(client.base_url).rstrip('/')}/t/{made['token']}"
    told: dict[str, Any] = {"id": "somebody", **HERE, "timestamp": moment(5)}
    assert anonymous.get(f"/t/{made['token']}", params=told).headers[VERDICT] in {"accepted", "late"}
    assert anonymous.post(f"/t/{made['token']}/", data=told).headers[VERDICT] == "duplicate"
    assert anonymous.post("/t/nobody", data=told).status_code == 404
    assert anonymous.post("/t/nobody", json={"device_id": "x"}).status_code == 404
    assert (
        anonymous.post("/t/nobody", content=b"{", headers={"Content-Type": "application/json"}).status_code
        == 400
    )


@pytest.mark.parametrize(
    ("request_of", "status"),
    [
        (lambda client: client.get("/", params={"id": "nobody", **HERE}), 400),
        (lambda client: client.get("/", params={"id": ""}), 400),
        (lambda client: client.get("/", params={"deviceid": "nobody"}), 400),
        (lambda client: client.post("/", data={"id": "nobody", **HERE}), 400),
        (lambda client: client.post("/", data=HERE), 400),
        (lambda client: client.post("/"), 400),
        (lambda client: client.post("/", json={"device_id": "nobody", "location": {}}), 404),
        (lambda client: client.post("/", json={"location": {}}), 404),
        (
            lambda client: client.post("/", content=b"{nope", headers={"Content-Type": "application/json"}),
            400,
        ),
        (lambda client: client.post("/", content=b"[1]", headers={"Content-Type": "application/json"}), 400),
        (lambda client: client.post("/", content=b"x" * 70_000), 413),
    ],
)
def test_what_is_nobodys_is_refused(anonymous: httpx.Client, request_of: Any, status: int) -> None:
    """400 by query and form, 404 by JSON, as the clients expect; a body has its bounds."""
    assert request_of(anonymous).status_code == status


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"lat": 91, "lon": 0}, "impossible"),
        ({"lat": 0, "lon": 0}, "impossible"),
        ({"lat": "NaN", "lon": "NaN"}, "impossible"),
        ({"lat": "x", "lon": 1}, "impossible"),
        ({"lat": 1}, "impossible"),
        ({**HERE, "timestamp": "soon"}, "impossible"),
        ({**HERE, "timestamp": 0}, "impossible"),
        ({**HERE, "timestamp": "99999999999999999999"}, "impossible"),
        ({**HERE, "timestamp": "9999-12-31T23:59:59-14:00"}, "impossible"),
        ({**HERE, "timestamp": int(time.time()) + 86400}, "future"),
        ({**HERE, "timestamp": int(time.time()) - 30 * 86400}, "stale"),
        ({**HERE, "accuracy": 5000}, "inaccurate"),
        ({"cell": "208,1,2,3"}, "no_position"),
        ({"batt": 50}, "no_position"),
    ],
)
def test_a_fix_that_will_never_do_is_taken_and_named(
    anonymous: httpx.Client, client: httpx.Client, phone: str, told: dict[str, Any], verdict: str
) -> None:
    """Anything but 200 would be sent again for ever; nothing is moved."""
    before = place_of(client)
    answer = anonymous.post("/", data={"id": phone, **told})
    assert (answer.status_code, answer.content, answer.headers[VERDICT]) == (200, b"", verdict)
    assert place_of(client) == before


def test_fixes_may_come_late_twice_and_out_of_order(
    anonymous: httpx.Client, client: httpx.Client, phone: str
) -> None:
    """The newest stays, a repeated one is a duplicate, an older one is late and in the track."""
    # `phone` has told of places 30 to 60 s ago before; seconds later those could be the same moment.
    newest, older = moment(1), moment(301)
    verdicts = [
        anonymous.post("/", data={"id": phone, **HERE, "timestamp": at}).headers[VERDICT]
        for at in (newest, newest, older, older)
    ]
    assert verdicts[1:] == ["duplicate", "late", "duplicate"]
    assert verdicts[0] in {"accepted", "duplicate"}
    track = client.get("/api/v1/vehicles/phone/track").json()["items"]
    times = [datetime.fromisoformat(fix["fix_time"]).timestamp() for fix in track]
    assert times == sorted(times)
    assert {newest, older} <= set(times)
    assert "speed" not in json.dumps(track)


def test_an_alarm_is_kept_with_and_without_a_position(
    anonymous: httpx.Client, client: httpx.Client, phone: str
) -> None:
    """It is announced, listed, and gone when somebody says that they deal with it."""
    answer = anonymous.post("/", data={"id": phone, "alarm": "sos", "timestamp": moment(0)})
    assert (answer.status_code, answer.headers[VERDICT]) == (200, "alarm_only")
    alarm = client.get("/api/v1/alarms").json()["items"][0]
    assert (alarm["vehicle_id"], alarm["kind"], alarm["lon"]) == ("phone", "sos", None)
    assert client.post(f"/api/v1/alarms/{alarm['id']}/acknowledge").status_code == 200
    assert alarm["id"] not in {each["id"] for each in client.get("/api/v1/alarms").json()["items"]}
    assert client.post(f"/api/v1/alarms/{alarm['id']}/acknowledge").status_code == 404


def test_a_revoked_tracker_is_unknown_at_once(
    anonymous: httpx.Client, client: httpx.Client, phone: str
) -> None:
    """Also one that posted a moment ago."""
    assert anonymous.get("/", params={"id": phone}).status_code == 200
    assert client.delete(f"/api/v1/devices/{phone}").status_code == 204
    assert anonymous.get("/", params={"id": phone}).status_code == 400


def test_a_get_without_an_id_is_the_console(anonymous: httpx.Client) -> None:
    """A GET with an id is a tracker's, even with no position, and so is every POST."""
    page = anonymous.get("/", params={"lang": "es"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert VERDICT not in page.headers
    assert anonymous.get("/", params={"id": "demo-phone"}).headers[VERDICT] == "no_position"


def test_many_posts_share_commits_and_each_is_answered_after_its_own(live: Live) -> None:
    """500 posts at once take a few commits, and every one is in the track when it is answered."""
    ingest, store = live.context.ingest, live.context.store
    commits, start = ingest.commits, datetime.fromtimestamp(moment(3000), UTC)
    stored = []

    async def post(at: datetime) -> None:
        verdict = await ingest.take(
            TrackerPost(device_id="demo-phone", fix_time=at, lat=HERE["lat"], lon=HERE["lon"])
        )
        with store.reading() as reading:
            stored.append((verdict, bool(reading.known_fixes([(VehicleId("phone"), at)]))))

    async def post_all() -> None:
        await asyncio.gather(*(post(start + timedelta(seconds=5 * n)) for n in range(500)))

    asyncio.run(post_all())
    assert len(stored) == 500
    assert set(stored) <= {(Verdict.ACCEPTED, True), (Verdict.LATE, True)}
    assert ingest.commits - commits <= 10


def test_posts_that_come_one_by_one_share_commits_too(live: Live) -> None:
    """30 fixes, one each hundredth of a second, take no more than a commit each twentieth of a second."""
    ingest = live.context.ingest
    commits, began, start = ingest.commits, time.monotonic(), datetime.fromtimestamp(moment(3000), UTC)

    async def post(number: int) -> Verdict | None:
        await asyncio.sleep(number / 100)
        at = start + timedelta(seconds=number)
        return await ingest.take(TrackerPost(device_id="demo-phone", fix_time=at))

    async def post_all() -> list[Verdict | None]:
        return await asyncio.gather(*map(post, range(30)))

    assert asyncio.run(post_all()) == [Verdict.NO_POSITION] * 30
    assert ingest.commits - commits <= (time.monotonic() - began) * 20 + 1


def test_a_devices_answers_name_no_credential(anonymous: httpx.Client) -> None:
    """What somebody tries as an id does not come back."""
    assert "guess" not in anonymous.get("/", params={"id": "guess"}).text
