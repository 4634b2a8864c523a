"""One post of a tracker, whatever the wire form it came in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from equipage.dispatch.model import DeviceId, Fix

_NOT_A_PLACE = math.nan


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
