"""When a report is reached, and what its citizen was last promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from equipage.dispatch.announcements import eta_changed
from equipage.dispatch.eligibility import Obstacle
from equipage.dispatch.eta import eta_of
from equipage.dispatch.model import Assignment, Eta, Report, ReportId
from equipage.dispatch.plans import NOTICEABLE
from equipage.dispatch.ports import Reading, Store, Transaction
from equipage.dispatch.promise import is_settling
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.services.progress import live_assignment
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import AssignmentStatus, EtaBasis
from equipage.dispatch.travel import TravelTimes

NOTICEABLE_SHARE = 0.1
"""A time that moves by less of its interval is no news: what comes after other jobs moves all the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """There is no ETA: when a crew is due, and why none has the report (None when it is not known yet)."""

    due: datetime
    unassigned_reason: Reason | None


def report_eta(reading: Reading, report_id: ReportId, *, router: TravelTimes, now: datetime) -> Eta | Waiting:
    """Return when a report is or was reached, or what it waits for.

    Parameters
    ----------
    reading : Reading
        Where to look.
    report_id : ReportId
        Which one.
    router : TravelTimes
        Asked where a crew is to come.
    now : datetime
        The moment.

    Returns
    -------
    Eta or Waiting
        After the arrival all three times are the arrival, also when the report is closed.
    """
    report = reading.report(report_id)
    live = live_assignment(reading, report_id)
    if live is None:
        return _arrival_before(reading, report, now) or _waiting(report)
    eta = eta_of(load_situation(reading, now), router, [live.id]).get(live.id)
    if eta is None:
        return Waiting(due=report.due_at, unassigned_reason=because(Obstacle.UNREACHABLE))
    return eta


def refresh_promises(store: Store, *, router: TravelTimes, now: datetime) -> int:
    """Bring up to date when each report is expected to be reached, and announce what moved noticeably.

    Parameters
    ----------
    store : Store
        Where the state lives.
    router : TravelTimes
        Asked once, outside any transaction.
    now : datetime
        The moment.

    Returns
    -------
    int
        How many promises were changed. A report that somebody changes meanwhile is left to the next time.
    """
    with store.reading() as reading:
        situation = load_situation(reading, now)
    moved = {found[0].id: found for found in _moved(situation, router)}
    if not moved:
        return 0
    with store.transaction() as tx:
        noted = tx.note_reports(
            [replace(report, expected_at=eta.eta, updated_at=now) for report, _, eta in moved.values()]
        )
        for report in noted:
            _, assignment, eta = moved[report.id]
            _follow(tx, assignment, eta, now=now)
            tx.announce(eta_changed(*moved[report.id]))
    return len(noted)


def _follow(tx: Transaction, assignment: Assignment, eta: Eta, *, now: datetime) -> None:
    """Have a promise follow the plan while it settles; a crew that has set off has made its own."""
    stored = tx.assignment(assignment.id)
    if stored.status is AssignmentStatus.PLANNED and is_settling(stored, now):
        tx.save_assignment(replace(stored, promised_at=eta.eta))


def _moved(situation: Situation, router: TravelTimes) -> Iterator[tuple[Report, Assignment, Eta]]:
    for assignment_id, eta in eta_of(situation, router).items():
        assignment = situation.assignments[assignment_id]
        if assignment.report_id is None:
            continue
        report = situation.reports[assignment.report_id]
        if _is_news(report, eta):
            yield report, assignment, eta


def _is_news(report: Report, eta: Eta) -> bool:
    """Tell whether an arrival is another than was told, as far as it is sure, or makes the report late."""
    told = report.expected_at
    if told is None:
        return True
    if eta.basis is EtaBasis.ARRIVED:
        return eta.eta != told
    if abs(eta.eta - told) <= NOTICEABLE:
        return False
    was_late, is_late = told > report.due_at, eta.eta > report.due_at
    return was_late is not is_late or abs(eta.eta - told) > (eta.latest - eta.earliest) * NOTICEABLE_SHARE


def _arrival_before(reading: Reading, report: Report, now: datetime) -> Eta | None:
    """Return the arrival of the crew that has done it."""
    assignments = reversed(reading.assignments_of([report.id])[report.id])
    done = next((each for each in assignments if each.status is AssignmentStatus.DONE), None)
    if report.status.is_open or done is None or done.arrived_at is None:
        return None
    at, basis = done.arrived_at, EtaBasis.ARRIVED
    return Eta(crew_id=done.crew_id, eta=at, earliest=at, latest=at, basis=basis, as_of=now)


def _waiting(report: Report) -> Waiting:
    return Waiting(due=report.due_at, unassigned_reason=report.unassigned_reason)
