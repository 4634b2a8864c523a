"""What OsmAnd and Traccar Client post, in its three wire forms: query, form and JSON.

Sources: the OsmAnd protocol as Traccar's server reads it (`OsmAndProtocolDecoder`), Traccar Client 8 (query),
9 (JSON) and 10 (form).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from equipage.dispatch.model import DeviceId, Fix

KNOT_MPS = 1852 / 3600
# From here on a number of seconds would be after 2038: it is milliseconds.
_FIRST_MILLISECONDS = 2**31
_NOT_A_PLACE = math.nan
_FALSE = frozenset({"false", "0", "no"})


class UnreadableBodyError(ValueError):
    """The body is no JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerPost:
    """One post of a tracker as far as it was understood; what it did not say is None.

    Parameters
    ----------
    json : bool
        Whether it came as JSON: an unknown device is then answered 404 instead of 400.
    fix_time : datetime or None
        When the device was there.
    impossible : bool or None
        Whether a coordinate or the time was given and cannot be read.
    """

    device_id: str | None = None
    json: bool = False
    fix_time: datetime | None = None
    impossible: bool | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    altitude_m: float | None = None
    battery: float | None = None
    alarm: str | None = None

    def as_fix(self, device_id: DeviceId, *, fix_time: datetime, received_at: datetime) -> Fix:
        """Return it as a fix; where it cannot be read its place is not a number, so that it is judged so."""
        return Fix(
            device_id=device_id,
            fix_time=fix_time,
            received_at=received_at,
            lon=_NOT_A_PLACE if self.impossible else self.lon,
            lat=_NOT_A_PLACE if self.impossible else self.lat,
            accuracy_m=self.accuracy_m,
            speed_mps=self.speed_mps,
            course_deg=self.course_deg,
            altitude_m=self.altitude_m,
            battery=self.battery,
            alarm=self.alarm or "",
        )


def read_post(query: str, body: bytes, content_type: str) -> TrackerPost:
    """Return what a tracker said in its query and its body; where both say something the query wins.

    Raises
    ------
    UnreadableBodyError
        If the body is meant as JSON and is no JSON object.
    """
    asked = _from_parameters(parse_qsl(query, keep_blank_values=True, errors="replace"))
    if not body.strip():
        return asked
    if "json" in content_type.lower() or ("form" not in content_type.lower() and body.lstrip()[:1] in b"{["):
        told = _from_json(body)
    else:
        told = _from_parameters(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    said = {each.name: getattr(asked, each.name) for each in fields(asked) if each.name != "json"}
    return replace(told, **{name: value for name, value in said.items() if value is not None})


def _from_parameters(pairs: Sequence[tuple[str, str]]) -> TrackerPost:
    given: dict[str, str] = {}
    for name, value in pairs:
        if value != "":
            given.setdefault(name, value)
    lat, lon, impossible = _coordinates(given)
    moment, unreadable = _moment_or_fault(given.get("timestamp"))
    speed_knots = _not_negative(given.get("speed"))
    battery = _not_negative((given.get("batt") or "").removesuffix("%"))
    if given.get("valid", "").lower() in _FALSE:
        lat = lon = None
    return TrackerPost(
        device_id=given.get("id") or given.get("deviceid"),
        fix_time=moment,
        impossible=True if impossible or unreadable else None,
        lon=lon,
        lat=lat,
        accuracy_m=_not_negative(given.get("accuracy")),
        speed_mps=None if speed_knots is None else speed_knots * KNOT_MPS,
        course_deg=_not_negative(given.get("bearing") or given.get("heading")),
        altitude_m=_number(given.get("altitude")),
        battery=None if battery is None else min(battery / 100, 1.0),
        alarm=given.get("alarm"),
    )


def _coordinates(given: Mapping[str, str]) -> tuple[float | None, float | None, bool]:
    lat, lon = given.get("lat"), given.get("lon")
    if lat is None and lon is None and "location" in given:
        lat, _, lon = given["location"].partition(",")
    if lat is None and lon is None:
        return None, None, False
    read = _number(lat), _number(lon)
    return *read, None in read


def _from_json(body: bytes) -> TrackerPost:
    try:
        root = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableBodyError(f"the body is not JSON: {error}") from None
    if not isinstance(root, dict):
        raise UnreadableBodyError(f"the body must be a JSON object, not {type(root).__name__}")
    location = _object(root.get("location"))
    coords = _object(location.get("coords"))
    lat, lon = coords.get("latitude"), coords.get("longitude")
    nowhere = lat is None and lon is None
    moment, unreadable = _moment_or_fault(location.get("timestamp"))
    device_id = root.get("device_id")
    level = _not_negative(_object(location.get("battery")).get("level"))
    alarm = _object(location.get("extras")).get("alarm") or root.get("alarm")
    return TrackerPost(
        json=True,
        device_id=str(device_id) if isinstance(device_id, str | int) and device_id != "" else None,
        fix_time=moment,
        impossible=True if unreadable or (not nowhere and None in (_number(lat), _number(lon))) else None,
        lon=_number(lon),
        lat=_number(lat),
        accuracy_m=_not_negative(coords.get("accuracy")),
        speed_mps=_not_negative(coords.get("speed")),
        course_deg=_not_negative(coords.get("heading")),
        altitude_m=_number(coords.get("altitude")),
        battery=None if level is None else min(level, 1.0),
        alarm=alarm if isinstance(alarm, str) else None,
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _not_negative(value: Any) -> float | None:
    """Return the number; trackers say -1 for unknown."""
    number = _number(value)
    return None if number is None or number < 0 else number


def _moment_or_fault(value: Any) -> tuple[datetime | None, bool]:
    if value is None:
        return None, False
    try:
        return _moment(value), False
    except (ValueError, OverflowError, TypeError):
        return None, True


def _moment(value: Any) -> datetime:
    number = _number(value)
    if number is not None:
        seconds = number / 1000 if number >= _FIRST_MILLISECONDS else number
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    # A `+` of a zone that was not escaped in a query arrives as a blank.
    text = str(value).strip()
    moment = datetime.fromisoformat(text.replace(" ", "T", 1) if "T" not in text else text.replace(" ", "+"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
