"""Assignments by hand: assign, release, pin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from equipage.dispatch.eligibility import obstacle
from equipage.dispatch.errors import (
    AlreadyAssignedError,
    IllegalStepError,
    InvalidInputError,
    NotEligibleError,
    NotFoundError,
    UnfitCrewError,
)
from equipage.dispatch.intake import faults_of_hold, faults_of_text, held_until
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    CrewId,
    Job,
    Report,
    ReportId,
)
from equipage.dispatch.planning.placing import fitting, places, route_stops
from equipage.dispatch.planning.staleness import Change, Seen, grown_since, taken_since
from equipage.dispatch.ports import Transaction
from equipage.dispatch.prospects import Approach, look_ahead
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.services.progress import (
    begin_assignment,
    change_plan,
    move_assignment,
    move_report,
    pin_assignment,
    require_open,
    tell_assignment,
    wait_again,
)
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from equipage.dispatch.travel import TravelTimes


def assign(
    tx: Transaction,
    report_id: ReportId,
    crew_id: CrewId,
    *,
    pin: bool,
    router: TravelTimes,
    now: datetime,
    actor: str,
    override: bool = False,
    seen: Seen | None = None,
    position: int | None = None,
) -> Assignment:
    """Give a report to a crew as its next job.

    Whoever has the report planned loses it. What the crew has planned comes later; what it then could no
    longer finish in its shift waits again, unless it is pinned. A crew that is on its way or at work takes
    only what is pinned, or what is given a place in its route.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id, crew_id
        What, and to whom.
    pin : bool
        Whether the planner is to leave it there, and so whatever the crew has planned before it.
    router : TravelTimes
        Tells when the crew would be there.
    now : datetime
        When.
    actor : str
        Who decides.
    override : bool
        Whether to do it although something keeps the crew from it.
    seen : Seen, optional
        The suggestion that the dispatcher looked at: what no longer holds of it is refused.
    position : int, optional
        Its place among what the crew has planned, from 1; what is more than there are is the last. Left out,
        it is the first, behind the pins that come first; and what the crew has already stays where it is.

    Returns
    -------
    Assignment
        The new one; or the old one, where the crew has it already.

    Raises
    ------
    AlreadyAssignedError
        If a crew is under way to the report, or the crew to something else.
    IllegalStepError
        If the report is closed.
    InvalidInputError
        If the crew may not have it; the obstacle is named.
    NotFoundError
        If there is no such report or crew.
    UnfitCrewError
        If the suggestion that was looked at no longer holds; the reason and both arrivals are told.
    """
    report, situation = tx.report(report_id), load_situation(tx, now)
    job = _open_job(tx, report)
    _known(situation, crew_id)
    holder = situation.holder_of(job.id)
    if seen is not None:
        _refuse_stale(situation, router, job, crew_id, seen)
    _refuse_taken(situation, job, crew_id, may_wait=pin or position is not None)
    if holder is not None and holder.crew_id == crew_id:
        confirmed = _confirm(tx, holder, job, pin=pin, now=now, actor=actor)
        if position is not None:
            _move(tx, situation, confirmed, position, router=router, now=now)
        return confirmed
    before, after = places(situation, crew_id, job.id, position)
    approach = _approach(situation, router, job, crew_id, [*([holder] if holder else []), *after])
    unfit = _unfit(situation, crew_id, job, approach)
    if unfit is not None and not override:
        fault = f"crew {crew_id} cannot have report {report_id} ({unfit.code}): {unfit.text}"
        remedy = "override it to send the crew all the same"
        raise NotEligibleError(f"{fault}; {remedy}", crew_id=crew_id, reason=unfit)
    if holder is not None:
        why = because("given_away", crew_id=crew_id)
        move_assignment(tx, holder, AssignmentStatus.RELEASED, reason=why, now=now, actor=actor)
    if pin:
        before = _pin_ahead(tx, situation, before, now=now, actor=actor)
    assignment = Assignment(
        id=AssignmentId(tx.next_id("assignment")),
        job_id=job.id,
        crew_id=crew_id,
        vehicle_id=situation.vehicle_of(crew_id),
        status=AssignmentStatus.PLANNED,
        since=now,
        created_at=now,
        actor=actor,
        report_id=report_id,
        pinned=pin,
        promised_at=_arrival(approach, now),
    )
    begin_assignment(tx, assignment, job, now=now, in_spite_of=unfit)
    move_report(tx, report, ReportStatus.ASSIGNED, assignment=assignment, now=now)
    route, displaced = fitting(situation, router, assignment, before, after)
    _send_back(tx, displaced, because("gave_way", report_id=report_id), now=now, actor=actor)
    leaving = {each.id for each in [*([holder] if holder else []), *displaced]}
    stops = route_stops(situation, router, crew_id, route)
    change_plan(tx, without=leaving, routes={crew_id: stops}, now=now)
    return assignment


def release(
    tx: Transaction,
    assignment_id: AssignmentId,
    *,
    reason: str,
    now: datetime,
    actor: str,
    hold_s: int = 0,
) -> Assignment:
    """Take a job from its crew again: the report waits for another, or the same.

    Parameters
    ----------
    tx : Transaction
        Where to.
    assignment_id : AssignmentId
        Which one; one that is released already stays as it is.
    reason : str
        Why.
    now : datetime
        When.
    actor : str
        Who decides.
    hold_s : int
        Seconds for which automatic assignment then leaves the report alone.

    Raises
    ------
    IllegalStepError
        If it is done or refused.
    InvalidInputError
        If the reason is too long or the hold out of range.
    """
    faults = [*faults_of_text("reason", reason), *faults_of_hold(hold_s)]
    if faults:
        raise InvalidInputError(faults)
    assignment = tx.assignment(assignment_id)
    if assignment.status is AssignmentStatus.RELEASED:
        return assignment
    released = move_assignment(tx, assignment, AssignmentStatus.RELEASED, reason=reason, now=now, actor=actor)
    why = because("released", said=reason) if reason else because("released")
    wait_again(tx, released, why, held=held_until(hold_s, now), now=now)
    change_plan(tx, without={assignment_id}, now=now)
    return released


def set_pin(
    tx: Transaction, assignment_id: AssignmentId, *, pinned: bool, now: datetime, actor: str
) -> Assignment:
    """Fix an assignment to its crew, or leave it to the planner again.

    Parameters
    ----------
    tx : Transaction
        Where to.
    assignment_id : AssignmentId
        A live one.
    pinned : bool
        Which of the two.
    now : datetime
        When.
    actor : str
        Who decides.

    Raises
    ------
    IllegalStepError
        If it has ended.
    """
    assignment = tx.assignment(assignment_id)
    if not assignment.status.is_live:
        raise IllegalStepError(
            f"assignment {assignment_id} is {assignment.status}; only a live one can be pinned or unpinned",
            assignment.status,
        )
    if assignment.pinned is pinned:
        return assignment
    changed = pin_assignment(tx, assignment, pinned=pinned, now=now, actor=actor)
    # No stop changes, but what the planner is deciding at this moment must not move it.
    change_plan(tx, now=now)
    return changed


def _open_job(tx: Transaction, report: Report) -> Job:
    require_open(report, before="a crew can have it")
    return tx.job_of_report(report.id)


def _known(situation: Situation, crew_id: CrewId) -> None:
    if crew_id not in situation.crews:
        raise NotFoundError(f"there is no crew {crew_id!r}; there are {', '.join(sorted(situation.crews))}")


def _refuse_stale(situation: Situation, router: TravelTimes, job: Job, crew_id: CrewId, seen: Seen) -> None:
    """Refuse a crew that was taken, may no longer go, or would come later, since it was suggested."""
    holder = situation.holder_of(job.id)
    _, after = places(situation, crew_id, job.id, None)
    approach = _approach(situation, router, job, crew_id, [*([holder] if holder else []), *after])
    eta = _arrival(approach, situation.now)
    change = taken_since(situation, job, crew_id, seen)
    if change is None and (holder is None or holder.crew_id != crew_id):
        why = obstacle(situation, crew_id, job, approach)
        change = Change(reason=why) if why is not None else grown_since(seen, eta)
    if change is None:
        return
    raise UnfitCrewError(
        f"crew {crew_id} is no longer as it was suggested for report {job.report_id}: {change.reason.text}",
        reason=change.reason,
        holder=change.holder,
        eta_before=seen.eta,
        eta_after=eta,
    )


def _refuse_taken(situation: Situation, job: Job, crew_id: CrewId, *, may_wait: bool) -> None:
    holder = situation.holder_of(job.id)
    if holder is not None and holder.status.is_running:
        raise AlreadyAssignedError(
            f"crew {holder.crew_id} is {holder.status} for report {job.report_id}; release it first", holder
        )
    running = situation.running_of(crew_id)
    if running is not None and not may_wait:
        raise AlreadyAssignedError(
            f"crew {crew_id} is {running.status} for job {running.job_id}; pin it to come next",
            running,
        )


def _move(
    tx: Transaction,
    situation: Situation,
    assignment: Assignment,
    position: int,
    *,
    router: TravelTimes,
    now: datetime,
) -> None:
    """Give what a crew has planned another place in its route."""
    crew_id, job = assignment.crew_id, situation.jobs[assignment.job_id]
    before, after = places(situation, crew_id, job.id, position)
    if assignment.pinned:
        before = _pin_ahead(tx, situation, before, now=now, actor=assignment.actor)
    route = [*before, assignment, *after]
    if [each.id for each in route] == [each.id for each in situation.live_of(crew_id)]:
        return
    tell_assignment(tx, assignment, job, action="moved", actor=assignment.actor, now=now)
    change_plan(tx, routes={crew_id: route_stops(situation, router, crew_id, route)}, now=now)


def _pin_ahead(
    tx: Transaction, situation: Situation, before: Sequence[Assignment], *, now: datetime, actor: str
) -> Sequence[Assignment]:
    """Pin what comes before a pinned job: the planner keeps the order of pins at the head of a route."""
    pinned = [replace(each, pinned=True) if not each.status.is_running else each for each in before]
    for was, each in zip(before, pinned, strict=True):
        if each != was:
            tx.save_assignment(each)
            job = situation.jobs[each.job_id]
            tell_assignment(tx, each, job, action="pinned", now=now, actor=actor)
    return pinned


def _confirm(
    tx: Transaction, holder: Assignment, job: Job, *, pin: bool, now: datetime, actor: str
) -> Assignment:
    """Make the planner's or somebody else's choice one's own."""
    confirmed = replace(holder, pinned=pin, actor=actor)
    if confirmed == holder:
        return holder
    tx.save_assignment(confirmed)
    tell_assignment(tx, confirmed, job, action="assigned", actor=actor, now=now)
    change_plan(tx, now=now)
    return confirmed


def _approach(
    situation: Situation, router: TravelTimes, job: Job, crew_id: CrewId, leaving: Sequence[Assignment]
) -> Approach:
    without = {assignment.id for assignment in leaving}
    return look_ahead(situation, router, jobs=[job], crew_ids=[crew_id], without=without).approach(0, 0)


def _unfit(situation: Situation, crew_id: CrewId, job: Job, approach: Approach) -> Reason | None:
    """Return what keeps the crew from the job, whoever has that."""
    fit = replace(
        situation, assignments={a.id: a for a in situation.assignments.values() if a.job_id != job.id}
    )
    return obstacle(fit, crew_id, job, approach)


def _arrival(approach: Approach, now: datetime) -> datetime | None:
    seconds = approach.arrives.mid
    return now + timedelta(seconds=max(round(seconds), 0)) if np.isfinite(seconds) else None


def _send_back(
    tx: Transaction, displaced: Sequence[Assignment], why: Reason, *, now: datetime, actor: str
) -> None:
    for assignment in displaced:
        released = move_assignment(
            tx, assignment, AssignmentStatus.RELEASED, reason=why, now=now, actor=actor
        )
        wait_again(tx, released, why, now=now)
