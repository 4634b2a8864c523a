"""OwnTracks' messages are read as its booklet says, and what tells no place is no accident."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.api.trackers.owntracks import is_owntracks, read_message
from equipage.api.trackers.post import TrackerPost, UnreadableBodyError

WHEN = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
HERE: dict[str, Any] = {"_type": "location", "tst": 1700000000, "lat": 47.32, "lon": 5.04, "tid": "v7"}


def _read(message: dict[str, Any], named: str | None = None) -> TrackerPost | None:
    return read_message(json.dumps(message).encode(), named)


def test_a_location_is_read_in_its_units() -> None:
    """Speed is in km/h, battery in percent, the time in epoch seconds."""
    told = {
        "acc": 5,
        "alt": 245,
        "vac": 21,
        "vel": 18,
        "cog": 271,
        "batt": 41,
        "bs": 1,
        "t": "u",
        "conn": "w",
    }
    assert _read({**HERE, **told}, "van-7") == TrackerPost(
        json=True,
        device_id="van-7",
        fix_time=WHEN,
        lon=5.04,
        lat=47.32,
        accuracy_m=5,
        speed_mps=5.0,
        course_deg=271,
        altitude_m=245,
        battery=0.41,
    )


def test_zeros_are_left_out_and_mean_nothing() -> None:
    """The application omits what is zero: it is unknown then."""
    post = _read(HERE)
    assert post is not None
    assert (post.accuracy_m, post.speed_mps, post.course_deg, post.battery) == (None, None, None, None)


@pytest.mark.parametrize(
    ("message", "named", "device_id"),
    [
        (HERE, "van-7", "van-7"),
        ({**HERE, "topic": "owntracks/dijon/van-8"}, "van-7", "van-7"),
        ({**HERE, "topic": "owntracks/dijon/van-8"}, None, "van-8"),
        (HERE, None, "v7"),
        ({**HERE, "topic": "owntracks/dijon/"}, None, "v7"),
        ({**HERE, "tid": 7, "topic": 8}, None, None),
    ],
)
def test_the_device_is_named_by_the_nearest_word(
    message: dict[str, Any], named: str | None, device_id: str | None
) -> None:
    """By the query or headers, else the end of the topic, else the tracker id."""
    post = _read(message, named)
    assert post is not None
    assert post.device_id == device_id


@pytest.mark.parametrize("change", [{"lat": "x"}, {"lon": None}, {"tst": "soon"}, {"tst": 1e300}])
def test_what_cannot_be_a_place_or_a_time_is_marked(change: dict[str, Any]) -> None:
    """It is judged impossible later instead of failing now, or the phone's queue would jam."""
    post = _read({**HERE, **change})
    assert post is not None
    assert post.impossible is True


@pytest.mark.parametrize("body", [b"", b"  \n", b'{"_type": "lwt"}', b'{"_type": "transition"}', b"{}"])
def test_other_messages_tell_no_place(body: bytes) -> None:
    """A last will, an entered region, a removed friend: heard, and nothing more."""
    assert read_message(body, "van-7") is None


def test_an_encrypted_message_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody here has the key; who runs the server learns what to change in the application."""
    with caplog.at_level(logging.WARNING):
        assert _read({"_type": "encrypted", "data": "c2VjcmV0"}) is None
    assert "encryption key" in caplog.text
    assert "c2VjcmV0" not in caplog.text


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_an_unreadable_body(body: bytes) -> None:
    """Whatever arrives, reading it ends in one of these ways."""
    try:
        read_message(body, None)
    except UnreadableBodyError:
        assert body.strip()


def test_its_mark_tells_it_from_other_json() -> None:
    """Traccar Client's JSON has none."""
    assert is_owntracks(json.dumps(HERE).encode())
    assert not is_owntracks(b'{"device_id": "1", "location": {}}')
