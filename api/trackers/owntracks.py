"""What OwnTracks posts in its HTTP mode.

Source: the OwnTracks booklet, chapters *HTTP* and *JSON*. Only a location moves a vehicle; all other messages
are heard and answered, since the application sends a refused one again for ever.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from equipage.api.trackers.post import TrackerPost
from equipage.api.trackers.values import json_object, moment_or_fault, not_negative, number, share

_KMH_MPS = 1 / 3.6
_log = logging.getLogger(__name__)


def is_owntracks(body: bytes | bytearray) -> bool:
    """Tell a message of OwnTracks from other JSON by its mark."""
    return b'"_type"' in body


def read_message(body: bytes, named: str | None) -> TrackerPost | None:
    """Return the location that a message tells, or None where it tells none.

    Parameters
    ----------
    body : bytes
        Its JSON; empty when a friend is removed in the application.
    named : str or None
        The device as the query or the headers name it; it goes before what the message says.

    Raises
    ------
    UnreadableBodyError
        If the body is no JSON object.
    """
    if not body.strip():
        return None
    told = json_object(body)
    kind = told.get("_type")
    if kind == "encrypted":
        _log.warning("an OwnTracks application encrypts what it posts: its encryption key must be left empty")
    return _location(told, named or _named_in(told)) if kind == "location" else None


def _location(told: Mapping[str, Any], device_id: str | None) -> TrackerPost:
    lon, lat = number(told.get("lon")), number(told.get("lat"))
    moment, unreadable = moment_or_fault(told.get("tst"))
    speed_kmh = not_negative(told.get("vel"))
    return TrackerPost(
        json=True,
        device_id=device_id,
        fix_time=moment,
        impossible=True if unreadable or None in (lon, lat) else None,
        lon=lon,
        lat=lat,
        accuracy_m=not_negative(told.get("acc")),
        speed_mps=None if speed_kmh is None else speed_kmh * _KMH_MPS,
        course_deg=not_negative(told.get("cog")),
        altitude_m=number(told.get("alt")),
        battery=share(not_negative(told.get("batt"))),
    )


def _named_in(told: Mapping[str, Any]) -> str | None:
    """Return the device as a message names it: the end of its topic, else its two-letter tracker id."""
    topic, tracker = told.get("topic"), told.get("tid")
    if isinstance(topic, str) and topic.rpartition("/")[2]:
        return topic.rpartition("/")[2]
    return tracker if isinstance(tracker, str) and tracker else None
