"""Every wire form that trackers use is understood, and nothing they send is an accident."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.api.trackers.osmand import KNOT_MPS, read_post
from equipage.api.trackers.post import TrackerPost, UnreadableBodyError

FORM = "application/x-www-form-urlencoded"
WHEN = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def _query(**parameters: Any) -> TrackerPost:
    return read_post(urlencode(parameters, doseq=True), b"", "")


def _json(body: Any) -> TrackerPost:
    return read_post("", json.dumps(body).encode(), "application/json")


def test_traccar_client_8_posts_a_query() -> None:
    """Speed is in knots, battery in percent, the time in epoch seconds."""
    post = read_post(
        "id=4711&lat=-29.9&lon=-71.25&timestamp=1700000000&speed=10&bearing=270&altitude=245.5"
        "&accuracy=6&hdop=0.8&batt=75.0&charge=true&driverUniqueId=ab&alarm=sos",
        b"",
        "",
    )
    assert post == TrackerPost(
        device_id="4711",
        fix_time=WHEN,
        lon=-71.25,
        lat=-29.9,
        accuracy_m=6,
        speed_mps=10 * KNOT_MPS,
        course_deg=270,
        altitude_m=245.5,
        battery=0.75,
        alarm="sos",
    )


def test_traccar_client_10_posts_a_form() -> None:
    """The same names, in the body."""
    body = (
        b"id=van-7&lat=47.322&lon=5.0415&timestamp=1700000000&accuracy=4.2&altitude=245"
        b"&speed=0.00&bearing=0&batt=75&charge=false"
    )
    post = read_post("", body, f"{FORM}; charset=utf-8")
    assert (post.device_id, post.json, post.lat, post.lon) == ("van-7", False, 47.322, 5.0415)
    assert (post.fix_time, post.speed_mps, post.course_deg, post.battery) == (WHEN, 0, 0, 0.75)


def test_traccar_client_9_posts_json() -> None:
    """Speed is in metres a second, battery a share; keys nobody knows are no accident."""
    post = _json(
        {
            "location": {
                "timestamp": "2025-06-15T13:45:12.862Z",
                "coords": {
                    "latitude": 47.32,
                    "longitude": 5.04,
                    "accuracy": 5,
                    "speed": 12.5,
                    "heading": 90,
                    "altitude": 245,
                    "floor": None,
                    "age": 3,
                },
                "mock": False,
                "uuid": "x",
                "is_moving": True,
                "event": "motionchange",
                "battery": {"level": 0.79, "is_charging": False},
                "activity": {"type": "in_vehicle"},
                "extras": {},
            },
            "device_id": "48241179",
        }
    )
    assert post == TrackerPost(
        json=True,
        device_id="48241179",
        fix_time=datetime(2025, 6, 15, 13, 45, 12, 862000, tzinfo=UTC),
        lon=5.04,
        lat=47.32,
        accuracy_m=5,
        speed_mps=12.5,
        course_deg=90,
        altitude_m=245,
        battery=0.79,
    )


def test_minus_one_means_unknown() -> None:
    """JSON's -1 is nobody's speed, heading or battery."""
    post = _json(
        {
            "device_id": 12,
            "location": {
                "coords": {"latitude": 1, "longitude": 2, "speed": -1, "heading": -1, "accuracy": -1},
                "battery": {"level": -1},
            },
        }
    )
    assert post.device_id == "12"
    assert (post.speed_mps, post.course_deg, post.accuracy_m, post.battery) == (None, None, None, None)


@pytest.mark.parametrize(
    "timestamp",
    [
        "1700000000",
        "1700000000000",
        "2023-11-14T22:13:20Z",
        "2023-11-14T23:13:20+01:00",
        "2023-11-14 22:13:20",
    ],
)
def test_a_time_is_told_in_any_of_its_forms(timestamp: str) -> None:
    """Epoch seconds, epoch milliseconds, ISO 8601 and the plain form are the same moment."""
    assert _query(id=1, lat=1, lon=2, timestamp=timestamp).fix_time == WHEN


def test_a_plus_that_was_not_escaped_is_still_a_zone() -> None:
    """In a query a raw `+` arrives as a blank."""
    assert read_post("id=1&timestamp=2023-11-14T23:13:20+01:00", b"", "").fix_time == WHEN


def test_location_is_another_way_to_say_lat_and_lon() -> None:
    """The order is lat, lon."""
    post = _query(deviceid="a", location="-29.9,-71.25", heading=45)
    assert (post.device_id, post.lat, post.lon, post.course_deg) == ("a", -29.9, -71.25, 45)


def test_the_query_wins_over_the_body() -> None:
    """What both say is taken from the query, the rest from the body; in JSON too."""
    form = read_post("id=query&speed=10", b"id=body&lat=1&lon=2&speed=99", FORM)
    assert (form.device_id, form.lat) == ("query", 1)
    assert form.speed_mps == pytest.approx(5.14444, abs=1e-4)
    body = b'{"device_id": "body", "location": {"coords": {"latitude": 1, "longitude": 2}}}'
    told = read_post("id=query", body, "application/json")
    assert (told.device_id, told.json, told.lat, told.lon) == ("query", True, 1, 2)


def test_a_device_without_a_position_still_lives() -> None:
    """Cells and wifi networks, an alarm, or nothing at all give no place and no fault."""
    cells = _query(id=1, cell=["208,1,2,3", "208,1,2,4"], wifi="aa-bb,-70", alarm="sos")
    assert (cells.lat, cells.lon, cells.impossible, cells.alarm) == (None, None, None, "sos")
    assert _json({"device_id": "1", "location": {"extras": {"alarm": "sos"}}}).alarm == "sos"
    assert _json({"device_id": "1"}).impossible is None
    assert _query(id=1, lat=1, lon=2, valid="false").lat is None


@pytest.mark.parametrize(
    "query",
    ["id=1&lat=abc&lon=2", "id=1&lat=1", "id=1&lon=2", "id=1&location=12", "id=1&lat=NaN&lon=2"]
    + [f"id=1&lat=1&lon=2&timestamp={bad}" for bad in ("soon", "1e300", "-1e30", "2023-13-45 99:99:99")],
)
def test_what_cannot_be_a_place_or_a_time_is_marked(query: str) -> None:
    """It is judged impossible later instead of failing now, or the phone's queue would jam."""
    post = read_post(query, b"", "")
    assert post.device_id == "1"
    assert post.impossible is True


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a": }'])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    """The message says that it is about the body."""
    with pytest.raises(UnreadableBodyError, match="the body"):
        read_post("", body, "application/json")


def test_json_of_odd_shapes_is_read_as_far_as_it_goes() -> None:
    """Lists and numbers where objects belong say nothing, and fail nothing."""
    post = _json({"device_id": "1", "location": [1], "battery": 3})
    assert post == TrackerPost(json=True, device_id="1")
    assert _json({"device_id": ["1"]}).device_id is None
    assert _json({"device_id": "1", "location": {"coords": {"latitude": "x", "longitude": {}}}}).impossible


@given(
    query=st.text(max_size=60),
    body=st.binary(max_size=60),
    kind=st.sampled_from(["", FORM, "application/json"]),
)
def test_any_bytes_are_a_post_or_an_unreadable_body(query: str, body: bytes, kind: str) -> None:
    """Whatever arrives, reading it ends in one of two ways, and numbers are finite."""
    try:
        post = read_post(query, body, kind)
    except UnreadableBodyError:
        return
    assert post.lat is None or abs(post.lat) < float("inf")
