"""Tracking: fixes, what became of them, and where vehicles are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from equipage.dispatch.model.ids import DeviceId, VehicleId
from equipage.dispatch.status import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One raw position as a tracker sent it; without lon and lat it still tells that the device lives.

    Parameters
    ----------
    accuracy_m : float or None
        Radius in metres.
    speed_mps : float or None
        Metres a second.
    course_deg : float or None
        Degrees clockwise from north.
    battery : float or None
        0 to 1.
    alarm : str
        What the driver pressed (`sos`, …); empty otherwise.
    """

    device_id: DeviceId
    fix_time: datetime
    received_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    altitude_m: float | None = None
    battery: float | None = None
    alarm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFix:
    """A fix, the vehicle it is of, and what became of it."""

    fix: Fix
    vehicle_id: VehicleId
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedPosition:
    """Where on the road a position belongs."""

    lon: float
    lat: float
    street: str
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VehiclePosition:
    """The last accepted fix of a vehicle, as posted, and beside it the place on the road."""

    vehicle_id: VehicleId
    lon: float
    lat: float
    fix_time: datetime
    received_at: datetime
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    battery: float | None = None
    matched: MatchedPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A driver's call for help, kept with or without a position."""

    vehicle_id: VehicleId
    kind: str
    at: datetime
    received_at: datetime
    lon: float | None = None
    lat: float | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A tracker: `id` is what it posts, the token is known only by its hash."""

    id: DeviceId
    vehicle_id: VehicleId
    token_hash: str
    created_at: datetime
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None
    last_verdict: Verdict | None = None
