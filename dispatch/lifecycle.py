"""How assignments and reports move on: the only place that changes a status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from equipage.dispatch.errors import IllegalStepError
from equipage.dispatch.model import Assignment, Report
from equipage.dispatch.reasons import Reason
from equipage.dispatch.status import (
    ASSIGNMENT_STEPS,
    REPORT_STEPS,
    AssignmentStatus,
    ReportStatus,
)

FOLLOWS: Mapping[AssignmentStatus, ReportStatus] = {
    AssignmentStatus.PLANNED: ReportStatus.ASSIGNED,
    AssignmentStatus.EN_ROUTE: ReportStatus.EN_ROUTE,
    AssignmentStatus.ON_SITE: ReportStatus.IN_PROGRESS,
    AssignmentStatus.DONE: ReportStatus.DONE,
    AssignmentStatus.REFUSED: ReportStatus.ACKNOWLEDGED,
    AssignmentStatus.RELEASED: ReportStatus.ACKNOWLEDGED,
}
"""What a report is when its assignment is this."""

_IN_VAIN = frozenset({ReportStatus.REJECTED, ReportStatus.CANCELLED, ReportStatus.DUPLICATE})


def assignment_moved(
    assignment: Assignment,
    status: AssignmentStatus,
    *,
    now: datetime,
    reason: str = "",
    predicted_at: datetime | None = None,
    said_at: datetime | None = None,
) -> Assignment:
    """Return the assignment in its next status, with the time at which it came into it.

    Parameters
    ----------
    assignment : Assignment
        As it is.
    status : AssignmentStatus
        What it is to be.
    now : datetime
        When.
    reason : str
        Why, for one that ends.
    predicted_at : datetime or None
        The arrival that is predicted as the crew sets off.
    said_at : datetime or None
        When the crew said so, if that was earlier; counted from its last step at the earliest, `now` at the
        latest.

    Raises
    ------
    IllegalStepError
        Naming the steps that are allowed.
    """
    allowed = ASSIGNMENT_STEPS[assignment.status]
    if status not in allowed:
        raise IllegalStepError(
            _no_step("assignment", assignment.id, assignment.status, status, allowed), assignment.status
        )
    # `since` is when it was known here: what others decided before that, they decided without knowing.
    changes: dict[str, Any] = {"status": status, "since": now}
    at = now if said_at is None else min(max(said_at, _last_step(assignment)), now)
    if status is AssignmentStatus.EN_ROUTE:
        changes |= {"en_route_at": at, "predicted_at": predicted_at}
    elif status is AssignmentStatus.ON_SITE:
        changes |= {"arrived_at": at}
    else:
        changes |= {"ended_at": at, "reason": reason}
    return replace(assignment, **changes)


def _last_step(assignment: Assignment) -> datetime:
    return assignment.arrived_at or assignment.en_route_at or assignment.created_at


def report_moved(
    report: Report,
    status: ReportStatus,
    *,
    now: datetime,
    reason: Reason | None = None,
    note: str | None = None,
) -> Report:
    """Return the report in its next status, without what that status makes void.

    Parameters
    ----------
    report : Report
        As it is.
    status : ReportStatus
        What it is to be; where it is that already, only reason and note change.
    now : datetime
        When.
    reason : Reason or None
        Why no crew has it, for one that waits.
    note : str or None
        What to tell the citizen; None leaves what was told.

    Raises
    ------
    IllegalStepError
        Naming the steps that are allowed.
    """
    allowed = REPORT_STEPS[report.status]
    if status not in allowed:
        raise IllegalStepError(_no_step("report", report.id, report.status, status, allowed), report.status)
    waits = status.is_waiting
    return replace(
        report,
        status=status,
        updated_at=now,
        closed_at=None if status.is_open else now,
        expected_at=None if waits or status in _IN_VAIN else report.expected_at,
        held_until=report.held_until if waits else None,
        unassigned_reason=reason if waits else None,
        status_note=report.status_note if note is None else note,
    )


def _no_step(
    thing: str,
    identifier: str,
    present: AssignmentStatus | ReportStatus,
    wanted: AssignmentStatus | ReportStatus,
    allowed: frozenset[AssignmentStatus] | frozenset[ReportStatus],
) -> str:
    after = f"after {present} may come {', '.join(sorted(allowed))}" if allowed else f"{present} is final"
    return f"{thing} {identifier} is {present} and cannot become {wanted}: {after}"
