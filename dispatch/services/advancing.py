"""What crews say of their work: on the way, there, done, or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from equipage.dispatch.announcements import assignment_changed
from equipage.dispatch.errors import IllegalStepError, InvalidInputError
from equipage.dispatch.eta import eta_of
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_text
from equipage.dispatch.lifecycle import FOLLOWS
from equipage.dispatch.model import Assignment, AssignmentId, CrewId
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.reasons import because
from equipage.dispatch.services.progress import (
    change_plan,
    move_assignment,
    move_report,
    retime_route,
    wait_again,
)
from equipage.dispatch.situation import load_situation
from equipage.dispatch.status import ASSIGNMENT_STEPS, AssignmentStatus
from equipage.dispatch.travel import TravelTimes

HEARD_LATE = timedelta(minutes=1)
"""A crew that set off longer ago is somewhere on its way, and its arrival is no prediction any more."""


def advance(
    tx: Transaction,
    assignment_id: AssignmentId,
    status: AssignmentStatus,
    *,
    reason: str = "",
    said_at: datetime | None = None,
    router: TravelTimes,
    now: datetime,
    actor: str,
) -> Assignment:
    """Take note of how far a crew is: `en_route`, `on_site`, `done`, or that it has `refused`.

    A crew may set off for any job of its route: what it passed over then comes behind, in its order.

    Parameters
    ----------
    tx : Transaction
        Where to.
    assignment_id : AssignmentId
        Which one; where it is that already, nothing is changed or announced.
    status : AssignmentStatus
        What the crew says.
    reason : str
        Why it refuses, or what was done.
    said_at : datetime or None
        When it said so, if it is heard only now: its telephone had no connection.
    router : TravelTimes
        Predicts the arrival as the crew sets off.
    now : datetime
        When.
    actor : str
        Who says so.

    Raises
    ------
    AlreadyAssignedError
        If the crew is under way for something else.
    IllegalStepError
        If that cannot follow.
    InvalidInputError
        If it refuses without a reason.
    """
    assignment = tx.assignment(assignment_id)
    if assignment.status is status:
        return assignment
    _refuse_saying(assignment, status, reason)
    sets_off = status is AssignmentStatus.EN_ROUTE and (said_at is None or now - said_at < HEARD_LATE)
    predicted_at = _prediction(tx, assignment, router, now) if sets_off else None
    moved = move_assignment(
        tx,
        assignment,
        status,
        reason=reason,
        predicted_at=predicted_at,
        said_at=said_at,
        now=now,
        actor=actor,
    )
    if status is AssignmentStatus.REFUSED:
        why = because("refused", crew_id=moved.crew_id, said=reason)
        wait_again(tx, moved, why, now=now)
    elif moved.report_id is not None:
        move_report(tx, tx.report(moved.report_id), FOLLOWS[status], assignment=moved, now=now)
    if status is AssignmentStatus.DONE:
        tx.save_job(replace(tx.job(moved.job_id), closed_at=now))
    if not moved.status.is_live:
        change_plan(tx, without={assignment_id}, now=now)
        _tell_next(tx, moved.crew_id, now)
    elif not _comes_first(tx, moved):
        retime_route(tx, moved.crew_id, router=router, now=now)
    return moved


def _comes_first(reading: Reading, running: Assignment) -> bool:
    """Tell whether the crew does what its route begins with, and nothing out of turn."""
    route = [stop.assignment_id for stop in reading.plan().stops if stop.crew_id == running.crew_id]
    return running.id in route[:1] or not route


def _tell_next(tx: Transaction, crew_id: CrewId, now: datetime) -> None:
    """Announce what the crew goes to now: its citizen has nobody before them any more."""
    situation = load_situation(tx, now)
    following = next(iter(situation.planned_of(crew_id)), None)
    if following is not None and situation.running_of(crew_id) is None:
        tx.announce(assignment_changed(following, situation.jobs[following.job_id], at=now))


def _refuse_saying(assignment: Assignment, status: AssignmentStatus, reason: str) -> None:
    """Refuse what a crew cannot say: that it was released, or that it refuses for no reason."""
    sayable = ASSIGNMENT_STEPS[assignment.status] - {AssignmentStatus.RELEASED}
    if status not in sayable:
        what = f"may say {', '.join(sorted(sayable))}" if sayable else "can say no more"
        raise IllegalStepError(
            f"assignment {assignment.id} is {assignment.status} and cannot become {status}: its crew {what}",
            assignment.status,
        )
    faults = list(faults_of_text("reason", reason))
    if status is AssignmentStatus.REFUSED and not reason.strip():
        faults.append(Fault("no_reason"))
    if faults:
        raise InvalidInputError(faults)


def _prediction(
    tx: Transaction, assignment: Assignment, router: TravelTimes, now: datetime
) -> datetime | None:
    """Return when the crew is there if it sets off now, too early or not; None where no road leads there."""
    situation = load_situation(tx, now)
    setting_off = replace(assignment, status=AssignmentStatus.EN_ROUTE, since=now)
    job = replace(situation.jobs[assignment.job_id], earliest=now)
    under_way = replace(
        situation,
        assignments={**situation.assignments, assignment.id: setting_off},
        jobs={**situation.jobs, job.id: job},
    )
    eta = eta_of(under_way, router, [assignment.id]).get(assignment.id)
    return None if eta is None else eta.eta
