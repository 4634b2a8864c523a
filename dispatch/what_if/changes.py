"""Changes by hand that can be tried out: what each is, and the city as it would be after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from equipage.dispatch.intake import LONGEST_HOLD_S
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    Crew,
    CrewId,
    DepotId,
    ReportId,
    Shift,
    TimeSpan,
    Vehicle,
    VehicleId,
    VehiclePosition,
)
from equipage.dispatch.plans import numbered
from equipage.dispatch.situation import Situation, rerouted
from equipage.dispatch.status import AssignmentStatus

SOMEBODY = "what-if"
"""Who has decided an assignment that is only tried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Give a report to a crew, and pin it there.

    Parameters
    ----------
    position : int or None
        1 for the next thing that the crew goes to, 2 for the one behind it: what is before is pinned, too.
        None for wherever it fits on the crew's route.
    """

    report_id: ReportId
    crew_id: CrewId
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Leave a report where it is."""

    report_id: ReportId


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpin:
    """Let the planner have a report again."""

    report_id: ReportId


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """Take a report from its crew, if it has one, and keep it for a dispatcher as long as may be."""

    report_id: ReportId


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCrew:
    """Call in a crew from now on.

    Parameters
    ----------
    crew_id : CrewId
        One that is not known yet; its vehicle is called the same.
    hours : float
        How long it works.
    lon, lat : float or None
        Where it is, in degrees; None for at its depot.
    """

    crew_id: CrewId
    name: str
    skills: frozenset[str]
    depot_id: DepotId
    hours: float
    lon: float | None = None
    lat: float | None = None


ReportChange = Move | Pin | Unpin | LeaveOut
Change = ReportChange | AddCrew


def after_changes(situation: Situation, changes: Sequence[Change]) -> Situation:
    """Return the city as it would be, before the planner has looked at it.

    Parameters
    ----------
    situation : Situation
        The city as it is.
    changes : sequence of Change
        In which `faults_of_changes` finds nothing; crews come first, so that they can be given something.
    """
    for change in sorted(changes, key=lambda each: not isinstance(each, AddCrew)):
        situation = _after(situation, change)
    return situation


def added_crew(situation: Situation, added: AddCrew) -> tuple[Crew, Vehicle, Shift, VehiclePosition | None]:
    """Return the crew that is called in, with what it drives, its hours and where it is.

    Parameters
    ----------
    situation : Situation
        Its moment is when the shift begins.
    added : AddCrew
        As it was given.
    """
    now, vehicle_id = situation.now, VehicleId(added.crew_id)
    crew = Crew(
        id=added.crew_id,
        name=added.name,
        skills=added.skills,
        depot_id=added.depot_id,
        vehicle_id=vehicle_id,
    )
    vehicle = Vehicle(id=vehicle_id, name=added.name, depot_id=added.depot_id)
    span = TimeSpan(start=now, end=now + timedelta(hours=added.hours))
    shift = Shift(crew_id=crew.id, vehicle_id=vehicle_id, span=span)
    if added.lon is None or added.lat is None:
        return crew, vehicle, shift, None
    position = VehiclePosition(
        vehicle_id=vehicle_id, lon=added.lon, lat=added.lat, fix_time=now, received_at=now
    )
    return crew, vehicle, shift, position


def _after(situation: Situation, change: Change) -> Situation:
    match change:
        case Move():
            return _moved(situation, change)
        case Pin():
            return _pinned(situation, change.report_id, pinned=True)
        case Unpin():
            return _pinned(situation, change.report_id, pinned=False)
        case LeaveOut():
            return _left_out(situation, change.report_id)
        case AddCrew():
            return _with_crew(situation, change)


def _moved(situation: Situation, change: Move) -> Situation:
    job = situation.job_of(change.report_id)
    crew_id, holder = change.crew_id, situation.holder_of(job.id)
    moved = Assignment(
        id=AssignmentId(f"{SOMEBODY}-{job.id}") if holder is None else holder.id,
        job_id=job.id,
        crew_id=crew_id,
        vehicle_id=situation.vehicle_of(crew_id),
        status=AssignmentStatus.PLANNED,
        since=situation.now,
        created_at=situation.now,
        actor=SOMEBODY,
        report_id=job.report_id,
        pinned=True,
    )
    without = situation if holder is None else _without(situation, holder)
    route = list(without.live_of(crew_id))
    planned = [each for each in route if not each.status.is_running]
    at = len(planned) if change.position is None else min(change.position - 1, len(planned))
    ahead = planned[:at] if change.position is not None else []
    kept = {each.id: replace(each, pinned=True) for each in ahead}
    ordered = [*[kept.get(each.id, each) for each in planned[:at]], moved, *planned[at:]]
    return rerouted(without, crew_id, [*(each for each in route if each.status.is_running), *ordered])


def _pinned(situation: Situation, report_id: ReportId, *, pinned: bool) -> Situation:
    holder = situation.holder_of(situation.job_of(report_id).id)
    if holder is None:
        return situation
    changed = {holder.id: replace(holder, pinned=pinned)}
    return replace(situation, assignments={**situation.assignments, **changed})


def _left_out(situation: Situation, report_id: ReportId) -> Situation:
    job = situation.job_of(report_id)
    holder = situation.holder_of(job.id)
    without = situation if holder is None else _without(situation, holder)
    report = situation.reports[report_id]
    held = replace(report, held_until=situation.now + timedelta(seconds=LONGEST_HOLD_S))
    return replace(without, reports={**situation.reports, report_id: held})


def _with_crew(situation: Situation, added: AddCrew) -> Situation:
    crew, vehicle, shift, position = added_crew(situation, added)
    positions = {} if position is None else {vehicle.id: position}
    return replace(
        situation,
        crews={**situation.crews, crew.id: crew},
        vehicles={**situation.vehicles, vehicle.id: vehicle},
        shifts={**situation.shifts, crew.id: shift},
        positions={**situation.positions, **positions},
    )


def _without(situation: Situation, assignment: Assignment) -> Situation:
    kept = {a.id: a for a in situation.assignments.values() if a.id != assignment.id}
    stops = [stop for stop in situation.plan.stops if stop.assignment_id != assignment.id]
    return replace(situation, assignments=kept, plan=replace(situation.plan, stops=tuple(numbered(stops))))
