"""What OsmAnd, Traccar Client and GPSLogger post: a query, a form or JSON.

Sources: the OsmAnd protocol as Traccar's server reads it (`OsmAndProtocolDecoder`), Traccar Client 8 (query),
9 (JSON) and 10 (form); GPSLogger's custom URL, which differs in the unit of speed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from urllib.parse import parse_qsl

from equipage.api.trackers.post import TrackerPost
from equipage.api.trackers.values import (
    inner_object,
    json_object,
    moment_or_fault,
    not_negative,
    number,
    share,
)

KNOT_MPS = 1852 / 3600
_FALSE = frozenset({"false", "0", "no"})


def read_post(query: str, body: bytes, content_type: str, *, speed_unit_mps: float = KNOT_MPS) -> TrackerPost:
    """Return what a tracker said in its query and its body; where both say something the query wins.

    Parameters
    ----------
    query : str
        What follows the path's question mark.
    body : bytes
        A form, JSON or nothing.
    content_type : str
        What the body is said to be.
    speed_unit_mps : float
        What a speed in a query or form counts, in m/s; in JSON it is always m/s.

    Raises
    ------
    UnreadableBodyError
        If the body is meant as JSON and is no JSON object.
    """
    asked = _from_parameters(parse_qsl(query, keep_blank_values=True, errors="replace"), speed_unit_mps)
    if not body.strip():
        return asked
    if "json" in content_type.lower() or ("form" not in content_type.lower() and body.lstrip()[:1] in b"{["):
        told = _from_json(body)
    else:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        told = _from_parameters(pairs, speed_unit_mps)
    said = {each.name: getattr(asked, each.name) for each in fields(asked) if each.name != "json"}
    return replace(told, **{name: value for name, value in said.items() if value is not None})


def _from_parameters(pairs: Sequence[tuple[str, str]], speed_unit_mps: float) -> TrackerPost:
    given: dict[str, str] = {}
    for name, value in pairs:
        if value != "":
            given.setdefault(name, value)
    lat, lon, impossible = _coordinates(given)
    moment, unreadable = moment_or_fault(given.get("timestamp") or given.get("time"))
    speed = not_negative(given.get("speed"))
    if given.get("valid", "").lower() in _FALSE:
        lat = lon = None
    return TrackerPost(
        device_id=given.get("id") or given.get("deviceid"),
        fix_time=moment,
        impossible=True if impossible or unreadable else None,
        lon=lon,
        lat=lat,
        accuracy_m=not_negative(given.get("accuracy") or given.get("acc")),
        speed_mps=None if speed is None else speed * speed_unit_mps,
        course_deg=not_negative(given.get("bearing") or given.get("heading")),
        altitude_m=number(given.get("altitude")),
        battery=share(not_negative((given.get("batt") or "").removesuffix("%"))),
        alarm=given.get("alarm"),
    )


def _coordinates(given: Mapping[str, str]) -> tuple[float | None, float | None, bool]:
    lat, lon = given.get("lat"), given.get("lon")
    if lat is None and lon is None and "location" in given:
        lat, _, lon = given["location"].partition(",")
    if lat is None and lon is None:
        return None, None, False
    read = number(lat), number(lon)
    return *read, None in read


def _from_json(body: bytes) -> TrackerPost:
    root = json_object(body)
    location = inner_object(root.get("location"))
    coords = inner_object(location.get("coords"))
    lat, lon = coords.get("latitude"), coords.get("longitude")
    nowhere = lat is None and lon is None
    moment, unreadable = moment_or_fault(location.get("timestamp"))
    device_id = root.get("device_id")
    level = not_negative(inner_object(location.get("battery")).get("level"))
    alarm = inner_object(location.get("extras")).get("alarm") or root.get("alarm")
    return TrackerPost(
        json=True,
        device_id=str(device_id) if isinstance(device_id, str | int) and device_id != "" else None,
        fix_time=moment,
        impossible=True if unreadable or (not nowhere and None in (number(lat), number(lon))) else None,
        lon=number(lon),
        lat=number(lat),
        accuracy_m=not_negative(coords.get("accuracy")),
        speed_mps=not_negative(coords.get("speed")),
        course_deg=not_negative(coords.get("heading")),
        altitude_m=number(coords.get("altitude")),
        battery=None if level is None else min(level, 1.0),
        alarm=alarm if isinstance(alarm, str) else None,
    )
