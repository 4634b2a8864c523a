"""Crews, vehicles, devices and tracks as callers see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import Field

from equipage.api.representations.lists import Shown
from equipage.api.representations.work import AssignmentShown
from equipage.api.scan_codes import picture
from equipage.api.trackers.setup import Setup, setups
from equipage.dispatch.model import (
    Alarm,
    Crew,
    Device,
    JudgedFix,
    MatchedPosition,
    Shift,
    Standby,
    Vehicle,
    VehiclePosition,
)
from equipage.dispatch.services.tracking import vehicle_is_stale
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import CrewStatus, Verdict


class MatchedShown(Shown):
    """The place on the road that a position belongs to."""

    lon: float
    lat: float
    street: str

    @classmethod
    def of(cls, matched: MatchedPosition | None) -> Self | None:
        """Show a matched position."""
        if matched is None:
            return None
        return cls(lon=matched.lon, lat=matched.lat, street=matched.street)


class PositionShown(Shown):
    """How old a position is and what it rests on."""

    fix_time: datetime
    age_s: float
    stale: bool
    battery: float | None
    matched: MatchedShown | None

    @classmethod
    def of(cls, position: VehiclePosition, now: datetime) -> Self:
        """Show the last position of a vehicle."""
        return cls(
            fix_time=position.fix_time,
            age_s=_age_s(position, now),
            stale=vehicle_is_stale(position, now),
            battery=position.battery,
            matched=MatchedShown.of(position.matched),
        )


class ShiftShown(Shown):
    """The hours of a crew; `absent` when it does not come after all."""

    start: datetime
    end: datetime
    absent: bool

    @classmethod
    def of(cls, shift: Shift) -> Self:
        """Show a shift."""
        return cls(start=shift.span.start, end=shift.span.end, absent=shift.absent)


class StandbyShown(Shown):
    """Where an idle crew waits for what comes next; `near` is the street there, if it has a name."""

    lon: float
    lat: float
    since: datetime
    actor: str = Field(description="`planner`, or the person whose word it is")
    drive_s: int = Field(description="seconds of driving from where the crew was then")
    saves_s: float = Field(
        description="seconds sooner by which the average report is reached, as the planner expects"
    )
    near: str

    @classmethod
    def of(cls, standby: Standby, near: str) -> Self:
        """Show where a crew waits."""
        plain = {name: getattr(standby, name) for name in cls.model_fields.keys() - {"near"}}
        return cls(**plain, near=near)


class CrewShown(Shown):
    """Who works together on a shift, where, and on what: now, next, and how many are planned in all.

    One that is idle may have been asked to wait somewhere (`standby`).
    """

    id: str
    name: str
    skills: list[str]
    depot_id: str
    vehicle_id: str
    status: CrewStatus
    status_since: datetime | None
    lon: float | None
    lat: float | None
    position: PositionShown | None
    shift: ShiftShown | None
    paused: bool
    current: AssignmentShown | None
    next: AssignmentShown | None
    planned: int
    standby: StandbyShown | None

    @classmethod
    def of(cls, crew: Crew, situation: Situation, standby: StandbyShown | None) -> Self:
        """Show a crew as it is at the moment of the situation, and where it waits."""
        vehicle_id = situation.vehicle_of(crew.id)
        position = situation.positions.get(vehicle_id)
        shift = situation.shifts.get(crew.id)
        current = situation.running_of(crew.id)
        planned = situation.planned_of(crew.id)
        return cls(
            id=crew.id,
            name=crew.name,
            skills=sorted(crew.skills),
            depot_id=crew.depot_id,
            vehicle_id=vehicle_id,
            status=situation.status_of(crew.id),
            status_since=current.since if current else crew.paused_since,
            lon=position.lon if position else None,
            lat=position.lat if position else None,
            position=PositionShown.of(position, situation.now) if position else None,
            shift=ShiftShown.of(shift) if shift else None,
            paused=crew.paused_since is not None,
            current=AssignmentShown.of(current) if current else None,
            next=AssignmentShown.of(planned[0]) if planned else None,
            planned=len(planned),
            standby=standby,
        )


class VehicleShown(Shown):
    """What a crew drives, with its last accepted fix as it was posted."""

    id: str
    name: str
    profile: str
    depot_id: str | None
    crew_id: str | None
    lon: float | None
    lat: float | None
    matched: MatchedShown | None
    fix_time: datetime | None
    age_s: float | None
    stale: bool
    battery: float | None
    device_id: str | None
    last_verdict: Verdict | None
    verdicts: dict[str, int]

    @classmethod
    def of(
        cls,
        vehicle: Vehicle,
        position: VehiclePosition | None,
        *,
        crew_id: str | None,
        device: Device | None,
        with_device_id: bool,
        verdicts: Mapping[Verdict, int],
        now: datetime,
    ) -> Self:
        """Show a vehicle; its tracker's id, which is a credential, only to those who may know it."""
        return cls(
            id=vehicle.id,
            name=vehicle.name,
            profile=vehicle.profile,
            depot_id=vehicle.depot_id,
            crew_id=crew_id,
            lon=position.lon if position else None,
            lat=position.lat if position else None,
            matched=MatchedShown.of(position.matched) if position else None,
            fix_time=position.fix_time if position else None,
            age_s=_age_s(position, now) if position else None,
            stale=position is None or vehicle_is_stale(position, now),
            battery=position.battery if position else None,
            device_id=device.id if device and with_device_id else None,
            last_verdict=device.last_verdict if device else None,
            verdicts={verdict.value: count for verdict, count in verdicts.items()},
        )


class TrackPointShown(Shown):
    """One fix of a vehicle's track."""

    lon: float | None
    lat: float | None
    fix_time: datetime
    received_at: datetime
    accuracy_m: float | None
    verdict: Verdict

    @classmethod
    def of(cls, judged: JudgedFix) -> Self:
        """Show a fix, without its speed: nobody is to be judged by it."""
        fix = judged.fix
        return cls(
            lon=fix.lon,
            lat=fix.lat,
            fix_time=fix.fix_time,
            received_at=fix.received_at,
            accuracy_m=fix.accuracy_m,
            verdict=judged.verdict,
        )


class DeviceShown(Shown):
    """A tracker."""

    id: str
    vehicle_id: str
    created_at: datetime
    last_seen_at: datetime | None
    last_verdict: Verdict | None

    @classmethod
    def of(cls, device: Device) -> Self:
        """Show a device; its token is known to nobody."""
        return cls(**{name: getattr(device, name) for name in cls.model_fields})


class SetupShown(Shown):
    """What is entered in one tracking application, and as a code to scan (a picture's `data:` address)."""

    app: str
    values: dict[str, str]
    link: str
    qr: str

    @classmethod
    def of(cls, setup: Setup) -> Self:
        """Show how an application is set up."""
        code = picture(setup.link) if setup.link else ""
        return cls(app=setup.app, values=dict(setup.values), link=setup.link, qr=code)


class NewDeviceShown(Shown):
    """What a tracker is set up with, told this once."""

    device_id: str
    vehicle_id: str
    token: str
    url: str
    setups: list[SetupShown]

    @classmethod
    def of(cls, device: Device, *, token: str, base_url: str) -> Self:
        """Show a device with its token, which nobody can tell again."""
        return cls(
            device_id=device.id,
            vehicle_id=device.vehicle_id,
            token=token,
            url=f"{base_url.rstrip('/')}/t/{token}",
            setups=[
                SetupShown.of(each) for each in setups(base_url, token=token, vehicle_id=device.vehicle_id)
            ],
        )


class AlarmShown(Shown):
    """A driver's call for help."""

    id: str
    vehicle_id: str
    kind: str
    at: datetime
    received_at: datetime
    lon: float | None
    lat: float | None

    @classmethod
    def of(cls, alarm: Alarm) -> Self:
        """Show an alarm; nobody numbers alarms, so its id says which it is."""
        number = f"{alarm.vehicle_id}-{int(alarm.at.timestamp() * 1000)}-{alarm.kind}"
        plain = {name: getattr(alarm, name) for name in cls.model_fields if name != "id"}
        return cls(id=number, **plain)


def _age_s(position: VehiclePosition, now: datetime) -> float:
    return max((now - position.fix_time).total_seconds(), 0.0)
