"""Carry out routes that a person wants: who loses what, who gets what, and the plan that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from equipage.dispatch.eta import itineraries
from equipage.dispatch.model import Assignment, AssignmentId, CrewId, JobId
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.plans import stops_of
from equipage.dispatch.ports import Transaction
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.services.progress import (
    move_assignment,
    move_report,
    pin_assignment,
    save_plan,
    tell_assignment,
    wait_again,
)
from equipage.dispatch.situation import Situation, rerouted
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from equipage.dispatch.travel import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouting:
    """What a person wants.

    Parameters
    ----------
    routes : mapping of CrewId to sequence of JobId
        The whole routes of some crews, what they do now included.
    pins : mapping of JobId to bool
        What is to be pinned, or no longer; the others stay as they are.
    by_hand : frozenset of JobId
        What the person decided; the rest only follows, and the planner may decide anew about it.
    reasons : mapping of JobId to Reason
        Why jobs wait that no route has any more.
    held : mapping of JobId to datetime
        Until when the planner leaves those alone.
    """

    routes: Mapping[CrewId, Sequence[JobId]]
    pins: Mapping[JobId, bool] = field(default_factory=dict)
    by_hand: frozenset[JobId] = frozenset()
    reasons: Mapping[JobId, Reason] = field(default_factory=dict)
    held: Mapping[JobId, datetime] = field(default_factory=dict)


def reroute(
    tx: Transaction,
    situation: Situation,
    wanted: Rerouting,
    *,
    router: TravelTimes,
    actor: str,
    network_id: str,
) -> None:
    """Have crews go where they are wanted: release, assign, pin, plan, and tell everybody.

    Parameters
    ----------
    tx : Transaction
        Where to.
    situation : Situation
        As it is stored now.
    wanted : Rerouting
        In whose routes `faults_of_routes` finds nothing.
    router : TravelTimes
        Tells when crews are where.
    actor : str
        Who decides.
    network_id : str
        The roads that the times come from.

    Raises
    ------
    ConflictError
        If somebody has changed a report, a crew or the plan.
    """
    routes = {crew_id: _route(tx, situation, wanted, crew_id, actor=actor) for crew_id in wanted.routes}
    target = situation
    for crew_id, route in routes.items():
        target = rerouted(target, crew_id, route)
    crew_ids = sorted({each.crew_id for each in target.assignments.values()})
    found = itineraries(target, router, crew_ids)
    visits = {visit.assignment_id: visit for each in found.values() for visit in each.visits}
    lost = [each for each in situation.assignments.values() if each.id not in target.assignments]
    _release(tx, situation, target, lost, wanted, actor=actor)
    new = [each for route in routes.values() for each in route if each.id not in situation.assignments]
    for assignment in new:
        arrival = visits[assignment.id].eta.eta if assignment.id in visits else None
        _begin(tx, situation, replace(assignment, promised_at=arrival), actor=actor)
    for assignment in situation.assignments.values():
        pinned = wanted.pins.get(assignment.job_id, assignment.pinned)
        if assignment.id in target.assignments and pinned is not assignment.pinned:
            pin_assignment(tx, assignment, pinned=pinned, now=situation.now, actor=actor)
    plan = replace(
        situation.plan,
        version=situation.plan.version + 1,
        as_of=situation.now,
        network_id=network_id,
        stops=tuple(stop for crew_id in crew_ids for stop in stops_of(found[crew_id], situation.now)),
    )
    save_plan(tx, plan, now=situation.now)


def _route(
    tx: Transaction, situation: Situation, wanted: Rerouting, crew_id: CrewId, *, actor: str
) -> Sequence[Assignment]:
    own = {each.job_id: each for each in situation.live_of(crew_id)}
    return [
        own.get(job_id) or _assignment(tx, situation, wanted, job_id, crew_id, actor=actor)
        for job_id in wanted.routes[crew_id]
    ]


def _assignment(
    tx: Transaction, situation: Situation, wanted: Rerouting, job_id: JobId, crew_id: CrewId, *, actor: str
) -> Assignment:
    return Assignment(
        id=AssignmentId(tx.next_id("assignment")),
        job_id=job_id,
        crew_id=crew_id,
        vehicle_id=situation.vehicle_of(crew_id),
        status=AssignmentStatus.PLANNED,
        since=situation.now,
        created_at=situation.now,
        actor=actor if job_id in wanted.by_hand else ACTOR,
        report_id=situation.jobs[job_id].report_id,
        pinned=wanted.pins.get(job_id, False),
    )


def _release(
    tx: Transaction,
    situation: Situation,
    target: Situation,
    lost: Sequence[Assignment],
    wanted: Rerouting,
    *,
    actor: str,
) -> None:
    for assignment in lost:
        after = target.holder_of(assignment.job_id)
        if after is not None:
            why = because("given_away", crew_id=after.crew_id)
        else:
            why = wanted.reasons.get(assignment.job_id) or because("released")
        ended = move_assignment(
            tx, assignment, AssignmentStatus.RELEASED, reason=why, now=situation.now, actor=actor
        )
        if after is None:
            wait_again(tx, ended, why, held=wanted.held.get(assignment.job_id), now=situation.now)


def _begin(tx: Transaction, situation: Situation, assignment: Assignment, *, actor: str) -> None:
    tx.add_assignment(assignment)
    tx.drop_standby(assignment.crew_id)
    job, now = situation.jobs[assignment.job_id], situation.now
    tell_assignment(tx, assignment, job, action="assigned", actor=actor, now=now)
    if assignment.report_id is not None:
        report = tx.report(assignment.report_id)
        move_report(tx, report, ReportStatus.ASSIGNED, assignment=assignment, now=now)
