"""Reports: amend, acknowledge, close and reopen them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from equipage.dispatch.announcements import report_changed
from equipage.dispatch.errors import ChangedMeanwhileError, IllegalStepError, InvalidInputError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import (
    LONGEST_DESCRIPTION,
    LONGEST_NOTE,
    faults_of_hold,
    faults_of_priority,
    faults_of_text,
    held_until,
)
from equipage.dispatch.model import Report, ReportId
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.services.filing import faults_of_link
from equipage.dispatch.services.progress import (
    change_plan,
    live_assignment,
    move_assignment,
    move_report,
    record_report,
    require_open,
)
from equipage.dispatch.sla import due_at
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, AssignmentStatus, ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChanges:
    """What is to be different about a report; None leaves it.

    Parameters
    ----------
    hold_s : int or None
        Seconds from now for which automatic assignment leaves it alone; 0 lets it go.
    linked_to : ReportId or None
        An earlier report of the same thing; empty ends the link.
    status_note : str or None
        What to tell the citizen.
    """

    description: str | None = None
    address: str | None = None
    priority: int | None = None
    public: bool | None = None
    hold_s: int | None = None
    linked_to: ReportId | None = None
    status_note: str | None = None


def require_version(reading: Reading, report: Report, version: int | None) -> None:
    """Refuse to change a report that is not as it was when somebody looked at it.

    Parameters
    ----------
    reading : Reading
        Where it is on record who changed it.
    report : Report
        As it is now.
    version : int or None
        What was looked at; None wants no such care.

    Raises
    ------
    ChangedMeanwhileError
        Naming who changed it last.
    """
    if version in {None, report.version}:
        return
    last = next(reversed(reading.audit("report", report.id)), None)
    by = f", last changed by {last.actor} ({last.action})" if last else ""
    raise ChangedMeanwhileError(
        f"report {report.id} has version {report.version} by now, not {version}{by}; load it again",
        version=report.version,
        last=last,
    )


def amend_report(
    tx: Transaction, report_id: ReportId, changes: ReportChanges, *, now: datetime, actor: str
) -> Report:
    """Change what is known about a report; a new priority is its job's, too.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        Which one; it may be closed.
    changes : ReportChanges
        What is to be different.
    now : datetime
        When.
    actor : str
        Who says so.

    Returns
    -------
    Report
        As it is now; without any difference nothing is saved or announced.

    Raises
    ------
    InvalidInputError
        Naming every fault.
    """
    report = tx.report(report_id)
    faults = [*_faults_of_changes(report, changes), *faults_of_link(tx, changes.linked_to, of=report_id)]
    if faults:
        raise InvalidInputError(faults)
    amended = replace(report, **dict(_changed_fields(changes, now)))
    if amended == report:
        return report
    if amended.priority != report.priority:
        tx.save_job(replace(tx.job_of_report(report_id), priority=amended.priority))
    saved = tx.save_report(replace(amended, updated_at=now))
    tx.announce(report_changed(saved, live_assignment(tx, report_id), at=now))
    record_report(tx, saved, "amended", now=now, actor=actor, **_differences(report, amended))
    return saved


def acknowledge_report(tx: Transaction, report_id: ReportId, *, now: datetime, actor: str) -> Report:
    """Say that somebody has read a report; one that is dealt with already stays as it is.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        Which one.
    now : datetime
        When.
    actor : str
        Who has read it.

    Raises
    ------
    IllegalStepError
        If it is closed.
    """
    report = tx.report(report_id)
    require_open(report, before="acknowledging it")
    if report.status is not ReportStatus.NEW:
        return report
    acknowledged = move_report(
        tx, report, ReportStatus.ACKNOWLEDGED, reason=report.unassigned_reason, now=now
    )
    record_report(tx, report, "acknowledged", now=now, actor=actor)
    return acknowledged


def close_report(
    tx: Transaction, report_id: ReportId, status: ReportStatus, *, note: str, now: datetime, actor: str
) -> Report:
    """End the work on a report: its crew is released, or done where the report is done and it had set off.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        Which one; one that is closed like that already stays as it is.
    status : ReportStatus
        `done`, `duplicate`, `rejected` or `cancelled`.
    note : str
        What to tell the citizen; empty leaves what was told.
    now : datetime
        When.
    actor : str
        Who closes it.

    Raises
    ------
    InvalidInputError
        If that status closes nothing, or the note is too long.
    IllegalStepError
        If it is closed in another way.
    """
    faults = list(faults_of_text("note", note, most=LONGEST_NOTE))
    if status.is_open:
        faults.append(Fault("no_closing", known=tuple(sorted(CLOSED_REPORT_STATUSES)), status=status.value))
    if faults:
        raise InvalidInputError(faults)
    report = tx.report(report_id)
    if report.status is status:
        return report
    reason = because("closed", status=status.value)
    closed = end_work(tx, report, status, note=note, reason=reason, now=now, actor=actor)
    record_report(tx, closed, "closed", now=now, actor=actor, status=status.value, note=note)
    return closed


def end_work(
    tx: Transaction,
    report: Report,
    status: ReportStatus,
    *,
    note: str,
    reason: Reason,
    now: datetime,
    actor: str,
) -> Report:
    """Close a report and its job, and end its assignment; what was done is recorded where it was decided.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report : Report
        As it was loaded.
    status : ReportStatus
        A closed one.
    note : str
        What to tell the citizen; empty leaves what was told.
    reason : Reason
        Why its assignment ends.
    now : datetime
        When.
    actor : str
        Who closes it.
    """
    live = live_assignment(tx, report.id)
    closed = move_report(tx, report, status, assignment=live, note=note or None, now=now)
    if live is not None:
        is_done = status is ReportStatus.DONE and live.status.is_running
        end = AssignmentStatus.DONE if is_done else AssignmentStatus.RELEASED
        move_assignment(tx, live, end, reason=reason, now=now, actor=actor)
        change_plan(tx, without={live.id}, now=now)
    tx.save_job(replace(tx.job_of_report(report.id), closed_at=now))
    return closed


def reopen_report(tx: Transaction, report_id: ReportId, *, note: str, now: datetime, actor: str) -> Report:
    """Take up a closed report again. It keeps when it was reported, and is due anew from now on.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        Which one.
    note : str
        Why; empty leaves what was told.
    now : datetime
        When.
    actor : str
        Who takes it up.

    Raises
    ------
    IllegalStepError
        If it is not closed.
    """
    faults = list(faults_of_text("note", note, most=LONGEST_NOTE))
    if faults:
        raise InvalidInputError(faults)
    report = tx.report(report_id)
    if report.status.is_open:
        raise IllegalStepError(
            f"report {report_id} is {report.status}; only a closed one is reopened", report.status
        )
    due = due_at(tx.services()[report.service_code], now)
    job = tx.job_of_report(report_id)
    tx.save_job(replace(job, closed_at=None, earliest=now, due_at=due))
    reopened = move_report(
        tx,
        replace(report, due_at=due),
        ReportStatus.ACKNOWLEDGED,
        reason=because("reopened"),
        note=note or None,
        now=now,
    )
    record_report(tx, reopened, "reopened", now=now, actor=actor, note=note)
    return reopened


def _faults_of_changes(report: Report, changes: ReportChanges) -> Iterator[str]:
    yield from faults_of_text("description", changes.description or "", most=LONGEST_DESCRIPTION)
    yield from faults_of_text("address", changes.address or "")
    yield from faults_of_text("status_note", changes.status_note or "", most=LONGEST_NOTE)
    yield from faults_of_priority(changes.priority)
    yield from faults_of_hold(changes.hold_s or 0)
    if changes.hold_s and not report.status.is_open:
        yield Fault("hold_closed", report_id=report.id, status=report.status.value)


def _changed_fields(changes: ReportChanges, now: datetime) -> Iterator[tuple[str, Any]]:
    for name in ("description", "address", "priority", "public", "status_note"):
        value = getattr(changes, name)
        if value is not None:
            yield name, value
    if changes.hold_s is not None:
        yield "held_until", held_until(changes.hold_s, now)
    if changes.linked_to is not None:
        yield "linked_to", changes.linked_to or None


def _differences(before: Report, after: Report) -> dict[str, Any]:
    """Return what has changed, for the audit: before and after, ready for JSON."""
    pairs = {
        name: (getattr(before, name), getattr(after, name))
        for name in ("description", "address", "priority", "public", "status_note", "held_until", "linked_to")
    }
    return {
        name: [value.isoformat() if isinstance(value, datetime) else value for value in pair]
        for name, pair in pairs.items()
        if pair[0] != pair[1]
    }
