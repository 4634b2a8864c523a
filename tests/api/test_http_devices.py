"""Trackers over HTTP: set up, shown once, replaced, their tokens rotated."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from equipage.dispatch.status import Role
from tests.api.conftest import Live

Tracker = Mapping[str, Any]


@pytest.fixture
def tracker(client: httpx.Client) -> Tracker:
    """A new tracker in the vehicle whose crew works round the clock."""
    made: Tracker = client.post("/api/v1/devices", json={"vehicle_id": "phone"}).json()
    return made


def is_heard(client: httpx.Client, token: str) -> bool:
    """Tell whether a post with a token is taken, whatever becomes of it."""
    return client.get(f"/t/{token}", params={"batt": 50}).status_code == 200


def setup_of(tracker: Tracker, app: str) -> Mapping[str, Any]:
    """Return how one application is set up."""
    [found] = [setup for setup in tracker["setups"] if setup["app"] == app]
    return dict(found)


def test_what_is_scanned_sets_traccar_client_up(anonymous: httpx.Client, tracker: Tracker) -> None:
    """Its address without the query is the server, the query its settings; posting there is heard."""
    setup = setup_of(tracker, "traccar")
    link = urlsplit(setup["link"])
    assert setup["values"]["server"] == tracker["url"] == f"{link.scheme}://{link.netloc}{link.path}"
    told = parse_qs(link.query)
    assert (told["id"], told["accuracy"], told["buffer"]) == (["phone"], ["high"], ["true"])
    assert setup["qr"].startswith("data:image/svg+xml")
    answer = anonymous.post(setup["values"]["server"], data={"id": "phone", "batt": "50"})
    assert answer.status_code == 200


def test_what_is_scanned_sets_owntracks_up(anonymous: httpx.Client, tracker: Tracker) -> None:
    """Its configuration names the address and the credentials that are taken there."""
    [inline] = parse_qs(urlsplit(setup_of(tracker, "owntracks")["link"]).query)["inline"]
    told = json.loads(base64.b64decode(inline))
    assert (told["_type"], told["mode"], told["auth"]) == ("configuration", 3, True)
    location = {"_type": "location", "tst": int(time.time()), "lat": 0, "lon": 0}
    answer = anonymous.post(told["url"], json=location, auth=(told["username"], told["password"]))
    assert (answer.status_code, answer.headers["X-Equipage-Verdict"]) == (200, "impossible")


def test_the_templates_of_osmand_and_gpslogger_are_taken(anonymous: httpx.Client, tracker: Tracker) -> None:
    """With a fix in the place of every placeholder; nothing stays unread."""
    address = setup_of(tracker, "osmand")["values"]["address"]
    osmand = address.format("-29.9027", "-71.2519", time.time(), "1", "20", "3", "90")
    assert anonymous.get(osmand).headers["X-Equipage-Verdict"] in {"accepted", "late", "duplicate"}
    values = setup_of(tracker, "gpslogger")["values"]
    body = values["body"]
    fix = {"LAT": "-29.9027", "LON": "-71.2519", "TIMESTAMP": str(int(time.time()) - 7)}
    for name, value in {**fix, "SPD": "3", "DIR": "90", "ACC": "5", "ALT": "20", "BATT": "80"}.items():
        body = body.replace(f"%{name}", value)
    assert "%" not in body
    answer = anonymous.post(
        values["url"],
        content=body,
        auth=(values["user"], values["password"]),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.headers["X-Equipage-Verdict"] in {"accepted", "late"}


def test_a_tokens_successor_is_taken_and_it_no_more(
    client: httpx.Client, anonymous: httpx.Client, tracker: Tracker
) -> None:
    """At once; the id stays, and neither token is in any list."""
    assert is_heard(anonymous, tracker["token"])
    rotated = client.post(f"/api/v1/devices/{tracker['device_id']}/token").json()
    assert rotated["device_id"] == tracker["device_id"]
    assert is_heard(anonymous, rotated["token"])
    assert not is_heard(anonymous, tracker["token"])
    listed = client.get("/api/v1/devices").text
    assert tracker["device_id"] in listed
    assert tracker["token"] not in listed
    assert rotated["token"] not in listed


def test_a_lost_phone_is_replaced(client: httpx.Client, anonymous: httpx.Client, tracker: Tracker) -> None:
    """The new one is of the same vehicle; with the lost one nothing is taken, by token or id."""
    assert is_heard(anonymous, tracker["token"])
    answer = client.post("/api/v1/devices", json={"replaces": tracker["device_id"]})
    new = answer.json()
    assert (answer.status_code, new["vehicle_id"]) == (201, "phone")
    assert is_heard(anonymous, new["token"])
    assert not is_heard(anonymous, tracker["token"])
    assert anonymous.get("/", params={"id": tracker["device_id"], "batt": 5}).status_code == 400
    assert tracker["device_id"] not in client.get("/api/v1/devices").text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422),
        ({"vehicle_id": "phone", "replaces": "x"}, 422),
        ({"vehicle_id": "nobody"}, 422),
        ({"replaces": "nobody"}, 404),
    ],
)
def test_faults_of_setting_up_are_named(client: httpx.Client, given: Mapping[str, str], status: int) -> None:
    """Neither or both, an unknown vehicle, an unknown tracker."""
    answer = client.post("/api/v1/devices", json=given)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_only_a_tracker_in_use_gets_another_token(client: httpx.Client, tracker: Tracker) -> None:
    """One that was taken out of use is not found, like one that never was."""
    path = f"/api/v1/devices/{tracker['device_id']}"
    assert client.delete(path).status_code == 204
    assert client.post(f"{path}/token").status_code == 404
    assert client.post("/api/v1/devices/nobody/token").status_code == 404


def test_a_dispatcher_sees_trackers_and_a_supervisor_sets_them_up(live: Live, tracker: Tracker) -> None:
    """A token opens a vehicle's door: not everybody at the desk hands it out."""
    with live.client(live.key(Role.DISPATCHER)) as dispatcher:
        assert dispatcher.get("/api/v1/devices").status_code == 200
        assert dispatcher.post(f"/api/v1/devices/{tracker['device_id']}/token").status_code == 403
    with live.client(live.key(Role.SUPERVISOR)) as supervisor:
        assert supervisor.post(f"/api/v1/devices/{tracker['device_id']}/token").status_code == 200


def test_a_vehicle_tells_of_the_tracker_that_was_heard_last(
    client: httpx.Client, anonymous: httpx.Client, tracker: Tracker
) -> None:
    """One that was set up since and is silent yet tells nothing."""
    assert is_heard(anonymous, tracker["token"])
    client.post("/api/v1/devices", json={"vehicle_id": "phone"}).raise_for_status()
    vehicle = client.get("/api/v1/vehicles/phone").json()
    assert (vehicle["device_id"], vehicle["last_verdict"]) == (tracker["device_id"], "no_position")


@pytest.mark.parametrize("path", ["/trackers", "/trackers/phone"])
def test_the_pages_are_for_those_who_signed_in(live: Live, path: str) -> None:
    """The demo signs everybody in."""
    with live.client(None) as browser:
        assert browser.get(path).status_code == 200
        assert browser.get("/api/v1/devices").status_code == 200
