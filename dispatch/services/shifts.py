"""Today's shifts: other hours, another vehicle, an absence, a note, and what follows for the crew's jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from equipage.dispatch.announcements import crew_changed
from equipage.dispatch.eligibility import OVERTIME_S, Obstacle, duty_obstacle
from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_text
from equipage.dispatch.model import (
    Assignment,
    AuditEntry,
    CrewId,
    Shift,
    TimeSpan,
    VehicleId,
)
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.roster import HOURS_MOVE_AT_MOST
from equipage.dispatch.services.progress import change_plan, move_assignment, tell_assignment, wait_again
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import AssignmentStatus

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftWanted:
    """A crew's shift as it is to be today.

    Parameters
    ----------
    span : TimeSpan
        Its hours.
    breaks : tuple of TimeSpan
        Within them.
    """

    span: TimeSpan
    breaks: tuple[TimeSpan, ...]
    vehicle_id: VehicleId
    absent: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChanged:
    """A shift as it is now, and the jobs that went back to the queue because of that."""

    shift: Shift
    released: Sequence[Assignment]


def change_shift(
    tx: Transaction,
    crew_id: CrewId,
    rostered_start: datetime,
    wanted: ShiftWanted,
    *,
    now: datetime,
    actor: str,
) -> ShiftChanged:
    """Change a shift for its day; the roster stays, and so do other days.

    Parameters
    ----------
    tx : Transaction
        Where to.
    crew_id : CrewId
        Whose.
    rostered_start : datetime
        When it starts by the roster: that says which shift it is.
    wanted : ShiftWanted
        How it is to be.
    now : datetime
        When.
    actor : str
        Who says so.

    Returns
    -------
    ShiftChanged
        What the crew has set off for stays with it; what is planned and no longer fits waits again.

    Raises
    ------
    ConflictError
        If another crew drives that vehicle during those hours.
    InvalidInputError
        Naming every fault.
    NotFoundError
        If there is no such shift.
    """
    shift = _shift(tx, crew_id, rostered_start)
    faults = list(_faults(tx, shift, wanted))
    if faults:
        raise InvalidInputError(faults)
    rostered = shift.rostered or shift.span
    changed = replace(
        shift,
        span=wanted.span,
        breaks=wanted.breaks,
        vehicle_id=wanted.vehicle_id,
        absent=wanted.absent,
        note=wanted.note,
        rostered=None if wanted.span == rostered else rostered,
    )
    if changed == shift:
        return ShiftChanged(shift=shift, released=())
    _refuse_driven(tx, changed)
    return ShiftChanged(
        shift=changed, released=save_shift(tx, shift, changed, "shift_changed", now=now, actor=actor)
    )


def save_shift(
    tx: Transaction, before: Shift, after: Shift, action: str, *, now: datetime, actor: str
) -> Sequence[Assignment]:
    """Save, record and announce a changed shift, and send back what its crew can no longer do.

    Parameters
    ----------
    tx : Transaction
        Where to.
    before, after : Shift
        As it was and as it is.
    action : str
        What was done.
    now : datetime
        When.
    actor : str
        By whom.

    Returns
    -------
    sequence of Assignment
        Those that were released.
    """
    was_at_work = not _is_gone(load_situation(tx, now), after.crew_id)
    tx.save_shift(after)
    tx.announce(crew_changed(after.crew_id, at=now))
    tx.record(
        AuditEntry(
            at=now,
            actor=actor,
            action=action,
            subject="crew",
            subject_id=after.crew_id,
            details={"shift": before.span.start.isoformat(), **_differences(before, after)},
        )
    )
    situation = load_situation(tx, now)
    if before.vehicle_id != after.vehicle_id and situation.shifts.get(after.crew_id) == after:
        _change_vehicle(tx, situation, after, now=now, actor=actor)
        situation = load_situation(tx, now)
    return _send_back(tx, list(_unfit(situation, after, was_at_work=was_at_work)), now=now, actor=actor)


def _shift(reading: Reading, crew_id: CrewId, rostered_start: datetime) -> Shift:
    around = TimeSpan(
        start=rostered_start - HOURS_MOVE_AT_MOST, end=rostered_start + HOURS_MOVE_AT_MOST + _MOMENT
    )
    for shift in reading.shifts(around):
        if shift.crew_id == crew_id and (shift.rostered or shift.span).start == rostered_start:
            return shift
    raise NotFoundError(Fault("no_such_shift", crew_id=crew_id, start=rostered_start))


def _faults(reading: Reading, shift: Shift, wanted: ShiftWanted) -> Iterator[str]:
    rostered = shift.rostered or shift.span
    moved = max(abs(wanted.span.start - rostered.start), abs(wanted.span.end - rostered.end))
    if moved > HOURS_MOVE_AT_MOST:
        hours = HOURS_MOVE_AT_MOST // timedelta(hours=1)
        yield Fault("moved_too_far", hours=hours, start=rostered.start, end=rostered.end)
    ends = [wanted.span.start, *(each.end for each in wanted.breaks)]
    for pause, free_from in zip(wanted.breaks, ends, strict=False):
        if pause.start < free_from or pause.end > wanted.span.end:
            yield Fault("breaks", start=pause.start, end=pause.end)
    known = {vehicle.id for vehicle in reading.vehicles()}
    if wanted.vehicle_id not in known:
        yield Fault("no_vehicle", vehicle_id=wanted.vehicle_id, known=tuple(sorted(known)))
    yield from faults_of_text("note", wanted.note)


def _refuse_driven(reading: Reading, wanted: Shift) -> None:
    """Refuse a vehicle that another crew drives at the same time."""
    if wanted.absent:
        return
    for other in reading.shifts(wanted.span):
        same = other.vehicle_id == wanted.vehicle_id and other.crew_id != wanted.crew_id
        if same and not other.absent:
            raise ConflictError(Fault("vehicle_driven", crew_id=other.crew_id, vehicle_id=wanted.vehicle_id))


def _change_vehicle(
    tx: Transaction, situation: Situation, shift: Shift, *, now: datetime, actor: str
) -> None:
    """Have the crew's live jobs be done with the vehicle it now drives: its citizens see where that is."""
    for assignment in situation.live_of(shift.crew_id):
        moved = replace(assignment, vehicle_id=shift.vehicle_id)
        tx.save_assignment(moved)
        job = tx.job(moved.job_id)
        tell_assignment(tx, moved, job, action="vehicle_changed", now=now, actor=actor)


def _unfit(situation: Situation, shift: Shift, *, was_at_work: bool) -> Iterator[tuple[Assignment, Reason]]:
    """Yield what the crew has planned and can no longer do, and why."""
    crew_id = shift.crew_id
    has_gone = _is_gone(situation, crew_id) and (was_at_work or shift.absent)
    departures: Mapping[str, datetime] = {s.assignment_id: s.departure for s in situation.plan.stops}
    last = shift.span.end + timedelta(seconds=OVERTIME_S)
    is_current = situation.shifts.get(crew_id) == shift
    for assignment in situation.planned_of(crew_id):
        if has_gone:
            yield assignment, because("crew_gone", crew_id=crew_id)
        elif is_current and departures.get(assignment.id, last) > last:
            yield assignment, because("shift_shortened", crew_id=crew_id)


def _is_gone(situation: Situation, crew_id: CrewId) -> bool:
    """Tell whether the crew is not at work; one that pauses is."""
    reason = duty_obstacle(situation, crew_id)
    return reason is not None and reason.code in {Obstacle.OFF_SHIFT, Obstacle.ABSENT}


def _send_back(
    tx: Transaction, unfit: Sequence[tuple[Assignment, Reason]], *, now: datetime, actor: str
) -> Sequence[Assignment]:
    released = []
    for assignment, why in unfit:
        ended = move_assignment(tx, assignment, AssignmentStatus.RELEASED, reason=why, now=now, actor=actor)
        wait_again(tx, ended, why, now=now)
        released.append(ended)
    change_plan(tx, without={each.id for each in released}, now=now)
    return released


def _differences(before: Shift, after: Shift) -> dict[str, Any]:
    pairs = {
        "start": (before.span.start.isoformat(), after.span.start.isoformat()),
        "end": (before.span.end.isoformat(), after.span.end.isoformat()),
        "vehicle_id": (before.vehicle_id, after.vehicle_id),
        "absent": (before.absent, after.absent),
        "note": (before.note, after.note),
    }
    return {name: list(pair) for name, pair in pairs.items() if pair[0] != pair[1]}
