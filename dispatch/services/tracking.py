"""What becomes of fixes: judged one by one, kept once, and the vehicle moved at most once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from equipage.dispatch.announcements import alarm_raised
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import (
    Alarm,
    AuditEntry,
    Device,
    DeviceId,
    Fix,
    JudgedFix,
    TimeSpan,
    VehicleId,
    VehiclePosition,
)
from equipage.dispatch.ports import FixKey, Reading, Transaction
from equipage.dispatch.privacy import AROUND_SHIFT, Duty, is_private
from equipage.dispatch.roads import Roads, matched_positions
from equipage.dispatch.situation import LIVE_FOR
from equipage.dispatch.status import Verdict
from equipage.dispatch.verdicts import AHEAD, OLDEST, is_place, judge

_KEPT = frozenset({Verdict.ACCEPTED, Verdict.LATE})
_SECOND = timedelta(seconds=1)


def device_for(
    reading: Reading, *, device_id: DeviceId | None = None, token_hash: str | None = None
) -> Device:
    """Return the device with that id, or with a token of that hash.

    Parameters
    ----------
    reading : Reading
        Where to look.
    device_id : DeviceId or None
        What it posts as its id.
    token_hash : str or None
        `hash_secret` of its token; it goes before the id.

    Raises
    ------
    NotFoundError
        If there is none, or it was revoked.
    """
    if token_hash is not None:
        device = reading.device_by_token(token_hash)
    else:
        device = None if device_id is None else reading.device(device_id)
    if device is None or device.revoked_at is not None:
        raise NotFoundError("there is no such tracker, or it was revoked")
    return device


def vehicle_is_stale(position: VehiclePosition, now: datetime) -> bool:
    """Tell whether a position is too old to say where the vehicle is."""
    return now - position.fix_time >= LIVE_FOR


def record_fixes(
    tx: Transaction, fixes: Sequence[Fix], *, router: Roads, now: datetime
) -> Sequence[JudgedFix]:
    """Judge and keep fixes, move the vehicles, and raise the alarms among them.

    Parameters
    ----------
    tx : Transaction
        Where to.
    fixes : sequence of Fix
        Of known devices, in any order, also repeated: each vehicle's are taken in the order of their times.
    router : Roads
        Tells the road that a vehicle is on; asked once.
    now : datetime
        The server's clock.

    Returns
    -------
    sequence of JudgedFix
        One for each fix, in the order given.

    Raises
    ------
    NotFoundError
        If there is no such device; revoked ones are taken.

    Notes
    -----
    An alarm is kept whatever becomes of its fix, with its position where that can be: whoever calls for help
    wants to be found. What a phone kept back during a pause that has ended since is not known to be private.
    """
    vehicle_of = _vehicles_of(tx, {fix.device_id for fix in fixes})
    vehicle_ids = set(vehicle_of.values())
    known = tx.known_fixes({(vehicle_of[fix.device_id], fix.fix_time) for fix in fixes})
    duties = tx.duties(vehicle_ids, _hours_looked_at(fixes, now))
    judge_one = _Judge(known, duties, dict(tx.positions_of(vehicle_ids)), now)
    in_order = sorted(range(len(fixes)), key=lambda i: _when(vehicle_of[fixes[i].device_id], fixes[i]))
    judged: dict[int, JudgedFix] = {}
    for i in in_order:
        vehicle_id = vehicle_of[fixes[i].device_id]
        judged[i] = JudgedFix(fix=fixes[i], vehicle_id=vehicle_id, verdict=judge_one(vehicle_id, fixes[i]))
    answers = [judged[i] for i in range(len(fixes))]
    tx.add_fixes(answers)
    _move_vehicles(tx, judge_one.moved, router)
    _raise_alarms(tx, answers, now)
    tx.mark_devices({each.fix.device_id: each.verdict for each in answers}, now)
    return answers


def acknowledge_alarm(
    tx: Transaction, vehicle_id: VehicleId, *, kind: str, at: datetime, now: datetime, actor: str
) -> Alarm:
    """Say that somebody deals with an alarm.

    Parameters
    ----------
    tx : Transaction
        Where to.
    vehicle_id : VehicleId
        Whose driver called.
    kind : str
        What was pressed.
    at : datetime
        When it was.
    now : datetime
        When it is dealt with.
    actor : str
        By whom.

    Raises
    ------
    NotFoundError
        If no such alarm waits.
    """
    waiting = (alarm for alarm in tx.alarms() if (alarm.vehicle_id, alarm.at) == (vehicle_id, at))
    alarm = next((alarm for alarm in waiting if alarm.kind == kind), None)
    if alarm is None:
        raise NotFoundError(f"no alarm {kind!r} of vehicle {vehicle_id!r} at {at.isoformat()} waits")
    seen = replace(alarm, acknowledged_at=now)
    tx.save_alarm(seen)
    tx.announce(alarm_raised(seen, at=now))
    details = {"kind": kind, "at": at.isoformat()}
    tx.record(
        AuditEntry(
            at=now,
            actor=actor,
            action="acknowledged alarm",
            subject="vehicle",
            subject_id=vehicle_id,
            details=details,
        )
    )
    return seen


@dataclass(slots=True)
class _Judge:
    """Judges fixes in the order of their times, each in the light of those before."""

    known: set[FixKey]
    duties: Mapping[VehicleId, Sequence[Duty]]
    last: dict[VehicleId, VehiclePosition]
    now: datetime
    moved: dict[VehicleId, VehiclePosition] = field(default_factory=dict)

    def __call__(self, vehicle_id: VehicleId, fix: Fix) -> Verdict:
        """Return what becomes of the fix, and remember it."""
        key = vehicle_id, fix.fix_time
        duties = self.duties.get(vehicle_id, ())
        verdict = judge(
            fix,
            last=self.last.get(vehicle_id),
            seen=key in self.known,
            private=_is_judged_by_hours(fix, self.now) and is_private(fix.fix_time, duties),
            now=self.now,
        )
        if verdict in _KEPT:
            self.known.add(key)
        if verdict is Verdict.ACCEPTED:
            self.last[vehicle_id] = self.moved[vehicle_id] = _position(vehicle_id, fix)
        return verdict


def _vehicles_of(reading: Reading, device_ids: Collection[DeviceId]) -> Mapping[DeviceId, VehicleId]:
    devices = reading.devices_of(device_ids)
    if unknown := sorted(set(device_ids) - devices.keys()):
        raise NotFoundError(f"there is no device {', '.join(map(repr, unknown))}")
    return {device_id: device.vehicle_id for device_id, device in devices.items()}


def _hours_looked_at(fixes: Sequence[Fix], now: datetime) -> TimeSpan:
    times = [fix.fix_time for fix in fixes if _is_judged_by_hours(fix, now)] or [now]
    return TimeSpan(start=min(times) - AROUND_SHIFT, end=max(times) + AROUND_SHIFT + _SECOND)


def _is_judged_by_hours(fix: Fix, now: datetime) -> bool:
    """Tell whether it matters who was at work: other times are stale or in the future anyway."""
    return now - OLDEST <= fix.fix_time <= now + AHEAD


def _when(vehicle_id: VehicleId, fix: Fix) -> tuple[str, datetime, str, str, str]:
    """Return what fixes are ordered by; of two at the same time always the same one comes first."""
    return vehicle_id, fix.fix_time, str(fix.lon), str(fix.lat), repr(fix)


def _position(vehicle_id: VehicleId, fix: Fix) -> VehiclePosition:
    assert fix.lon is not None, "only a fix with a position is accepted"  # noqa: S101 - for the type checker
    assert fix.lat is not None, "only a fix with a position is accepted"  # noqa: S101
    return VehiclePosition(
        vehicle_id=vehicle_id,
        lon=fix.lon,
        lat=fix.lat,
        fix_time=fix.fix_time,
        received_at=fix.received_at,
        accuracy_m=fix.accuracy_m,
        speed_mps=fix.speed_mps,
        course_deg=fix.course_deg,
        battery=fix.battery,
    )


def _move_vehicles(tx: Transaction, moved: Mapping[VehicleId, VehiclePosition], router: Roads) -> None:
    positions = list(moved.values())
    matched = matched_positions(router, [(position.lon, position.lat) for position in positions])
    tx.save_positions(
        [replace(position, matched=place) for position, place in zip(positions, matched, strict=True)]
    )


def _raise_alarms(tx: Transaction, judged: Sequence[JudgedFix], now: datetime) -> None:
    # Of several posts of one alarm, one with a place is kept, whatever their order.
    placed_last = sorted(
        _alarms(judged), key=lambda each: (each.lon is not None, str(each.lon), str(each.lat))
    )
    for alarm in {(each.vehicle_id, each.at, each.kind): each for each in placed_last}.values():
        if not tx.has_alarm(alarm.vehicle_id, alarm.at, alarm.kind):
            tx.save_alarm(alarm)
            tx.announce(alarm_raised(alarm, at=now))


def _alarms(judged: Sequence[JudgedFix]) -> Iterator[Alarm]:
    for each in judged:
        fix = each.fix
        if not fix.alarm:
            continue
        placed = fix.lon is not None and fix.lat is not None and is_place(fix.lon, fix.lat)
        yield Alarm(
            vehicle_id=each.vehicle_id,
            kind=fix.alarm,
            at=fix.fix_time,
            received_at=fix.received_at,
            lon=fix.lon if placed else None,
            lat=fix.lat if placed else None,
        )
