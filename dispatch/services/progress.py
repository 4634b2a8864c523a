"""Save, announce and record one step: what all use cases that move work have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from equipage.dispatch.announcements import assignment_changed, plan_changed, report_changed
from equipage.dispatch.errors import AlreadyAssignedError, IllegalStepError
from equipage.dispatch.eta import itineraries
from equipage.dispatch.lifecycle import assignment_moved, report_moved
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    AuditEntry,
    CrewId,
    Job,
    Plan,
    Report,
    ReportId,
    Stop,
)
from equipage.dispatch.plans import behind, changed_crews, plan_after, stops_of
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.reasons import Reason
from equipage.dispatch.services.links import close_followers, kept_report
from equipage.dispatch.situation import load_situation
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from equipage.dispatch.travel import TravelTimes


def live_assignment(reading: Reading, report_id: ReportId) -> Assignment | None:
    """Return the live assignment of a report, if any."""
    assignments = reading.assignments_of([report_id])[report_id]
    return next((assignment for assignment in assignments if assignment.status.is_live), None)


def require_open(report: Report, *, before: str) -> None:
    """Refuse what cannot be done to a closed report.

    Parameters
    ----------
    report : Report
        As it is stored.
    before : str
        What is to be done, after `reopen it before`.

    Raises
    ------
    IllegalStepError
        If it is closed.
    """
    if not report.status.is_open:
        raise IllegalStepError(
            f"report {report.id} is {report.status}; reopen it before {before}", report.status
        )


def refuse_running(reading: Reading, report: Report, *, remedy: str) -> None:
    """Refuse to take a report from a crew that has set off for it.

    Parameters
    ----------
    reading : Reading
        Where to look.
    report : Report
        Which one.
    remedy : str
        What to do instead, or first.

    Raises
    ------
    AlreadyAssignedError
        If its crew is under way or there.
    """
    live = live_assignment(reading, report.id)
    if live is not None and live.status.is_running:
        raise AlreadyAssignedError(
            f"crew {live.crew_id} is {live.status} for report {report.id}; {remedy}", live
        )


def begin_assignment(
    tx: Transaction, assignment: Assignment, job: Job, *, now: datetime, in_spite_of: Reason | None = None
) -> None:
    """Save, announce and record a new assignment; its crew waits no longer.

    Parameters
    ----------
    tx : Transaction
        Where to.
    assignment : Assignment
        With an id of its own.
    job : Job
        Its job.
    now : datetime
        When.
    in_spite_of : Reason, optional
        What kept the crew from it, and was overridden.

    Raises
    ------
    AlreadyAssignedError
        If somebody else has the job.
    """
    tx.add_assignment(assignment)
    tx.drop_standby(assignment.crew_id)
    actor, details = assignment.actor, _overridden(in_spite_of)
    tell_assignment(tx, assignment, job, action="assigned", actor=actor, now=now, details=details)


def _overridden(reason: Reason | None) -> Mapping[str, Any]:
    if reason is None:
        return {}
    return {"overridden": {"code": reason.code, "params": dict(reason.params), "text": reason.text}}


def tell_assignment(
    tx: Transaction,
    assignment: Assignment,
    job: Job,
    *,
    action: str,
    actor: str,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Announce a saved assignment, and record it where the history of its report or planned work is.

    Parameters
    ----------
    tx : Transaction
        Where to.
    assignment : Assignment
        As it was saved.
    job : Job
        Its job.
    action : str
        What was done.
    actor : str
        By whom.
    now : datetime
        When.
    details : mapping or None
        More for the audit, ready for JSON.
    """
    tx.announce(assignment_changed(assignment, job, at=now))
    subject, subject_id = (
        ("report", job.report_id) if job.report_id is not None else ("planned_work", job.planned_work_id)
    )
    tx.record(
        AuditEntry(
            at=now,
            actor=actor,
            action=action,
            subject=subject,
            subject_id=str(subject_id),
            details={"assignment_id": assignment.id, "crew_id": assignment.crew_id, **(details or {})},
        )
    )


def move_assignment(
    tx: Transaction,
    assignment: Assignment,
    status: AssignmentStatus,
    *,
    now: datetime,
    actor: str,
    reason: Reason | str = "",
    predicted_at: datetime | None = None,
    said_at: datetime | None = None,
) -> Assignment:
    """Take an assignment one step on: save, announce, record. The report and the plan are the caller's.

    Parameters
    ----------
    tx : Transaction
        Where to.
    assignment : Assignment
        As it is stored.
    status : AssignmentStatus
        What it is to be.
    now : datetime
        When.
    actor : str
        By whom.
    reason : Reason or str
        Why, for one that ends; a text is in the words of whoever says so.
    predicted_at : datetime or None
        The arrival that is predicted as the crew sets off.
    said_at : datetime or None
        When the crew said so, if that was earlier.

    Returns
    -------
    Assignment
        As it is now.

    Raises
    ------
    IllegalStepError
        If that status cannot follow.
    AlreadyAssignedError
        If its crew is already running for another.
    """
    text = reason.text if isinstance(reason, Reason) else reason
    moved = assignment_moved(
        assignment, status, now=now, reason=text, predicted_at=predicted_at, said_at=said_at
    )
    tx.save_assignment(moved)
    details: dict[str, Any] = {"reason": text} if text else {}
    if isinstance(reason, Reason):
        details["why"] = {"code": reason.code, "params": dict(reason.params)}
    job = tx.job(moved.job_id)
    tell_assignment(tx, moved, job, action=status.value, actor=actor, now=now, details=details)
    return moved


def pin_assignment(
    tx: Transaction, assignment: Assignment, *, pinned: bool, now: datetime, actor: str
) -> Assignment:
    """Save, announce and record that an assignment is pinned, or no longer. The plan is the caller's.

    Parameters
    ----------
    tx : Transaction
        Where to.
    assignment : Assignment
        As it is stored, live.
    pinned : bool
        Which of the two.
    now : datetime
        When.
    actor : str
        By whom.
    """
    changed = replace(assignment, pinned=pinned)
    tx.save_assignment(changed)
    action = "pinned" if pinned else "unpinned"
    tell_assignment(tx, changed, tx.job(changed.job_id), action=action, now=now, actor=actor)
    return changed


def move_report(
    tx: Transaction,
    report: Report,
    status: ReportStatus,
    *,
    now: datetime,
    assignment: Assignment | None = None,
    reason: Reason | None = None,
    note: str | None = None,
) -> Report:
    """Take a report to a status: save and announce; when it closes, its duplicates' citizens are told, too.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report : Report
        As it was loaded.
    status : ReportStatus
        What it is to be.
    now : datetime
        When.
    assignment : Assignment or None
        Who has it now, or has settled it.
    reason : Reason or None
        Why nobody has it.
    note : str or None
        What to tell the citizen.

    Raises
    ------
    IllegalStepError
        If that status cannot follow.
    ConflictError
        If somebody has changed the report since.
    """
    saved = tx.save_report(report_moved(report, status, now=now, reason=reason, note=note))
    tx.announce(report_changed(saved, assignment, at=now))
    if not saved.status.is_open and kept_report(tx, saved) == saved:
        close_followers(tx, saved, now=now)
    return saved


def wait_again(
    tx: Transaction, ended: Assignment, why: Reason, *, now: datetime, held: datetime | None = None
) -> None:
    """Have the report of an assignment that ended wait again; planned work just keeps its open job.

    Parameters
    ----------
    tx : Transaction
        Where to.
    ended : Assignment
        Released or refused.
    why : Reason
        Why nobody has the report now.
    now : datetime
        When.
    held : datetime or None
        Until when automatic assignment leaves it alone.
    """
    if ended.report_id is not None:
        report = replace(tx.report(ended.report_id), held_until=held)
        move_report(tx, report, ReportStatus.ACKNOWLEDGED, reason=why, now=now)


def record_report(
    tx: Transaction, report: Report, action: str, *, now: datetime, actor: str, **details: Any
) -> None:
    """Record what a person did to a report.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report : Report
        Which one.
    action : str
        What was done.
    now : datetime
        When.
    actor : str
        By whom.
    **details : Any
        More about it, ready for JSON.
    """
    entry = AuditEntry(
        at=now, actor=actor, action=action, subject="report", subject_id=report.id, details=details
    )
    tx.record(entry)


def change_plan(
    tx: Transaction,
    *,
    now: datetime,
    without: Collection[AssignmentId] = frozenset(),
    routes: Mapping[CrewId, Sequence[Stop]] | None = None,
) -> None:
    """Keep the plan in step with assignments that ended, were made by hand or come in another order.

    Its version grows even where no stop changes, so that a decision of the planner that rests on what was
    before is refused.

    Parameters
    ----------
    tx : Transaction
        Where to.
    now : datetime
        When.
    without : collection of AssignmentId
        Assignments that have ended.
    routes : mapping of CrewId to sequence of Stop, optional
        The whole routes of the crews for which they were worked out anew.
    """
    plan = tx.plan()
    earliest = {stop.job_id: tx.job(stop.job_id).earliest for stop in behind(plan, without)}
    save_plan(tx, plan_after(plan, now=now, without=without, earliest=earliest, routes=routes), now=now)


def retime_route(tx: Transaction, crew_id: CrewId, *, router: TravelTimes, now: datetime) -> None:
    """Work a crew's route in the plan out anew, from where it is and what it has now.

    Parameters
    ----------
    tx : Transaction
        Where to.
    crew_id : CrewId
        Whose.
    router : TravelTimes
        Tells when the crew would be where.
    now : datetime
        When.
    """
    itinerary = itineraries(load_situation(tx, now), router, [crew_id])[crew_id]
    change_plan(tx, routes={crew_id: stops_of(itinerary, now)}, now=now)


def save_plan(tx: Transaction, plan: Plan, *, now: datetime) -> None:
    """Save and announce the next plan; `ConflictError` if it does not follow the stored one.

    Parameters
    ----------
    tx : Transaction
        Where to.
    plan : Plan
        Of the version after the stored one.
    now : datetime
        When.
    """
    before = tx.plan()
    tx.save_plan(plan)
    tx.announce(plan_changed(plan, changed_crews(before, plan), at=now))
