"""Amending, acknowledging, closing and reopening reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from equipage.dispatch.errors import IllegalStepError, InvalidInputError, NotFoundError
from equipage.dispatch.model import Report, ReportId
from equipage.dispatch.services.reports import (
    ReportChanges,
    acknowledge_report,
    amend_report,
    close_report,
    reopen_report,
)
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, AssignmentStatus, ReportStatus
from tests.dispatch.services.town import ACTOR, Town


def amend(town: Town, report: Report, **changes: Any) -> Report:
    """Change a report."""
    with town.store.transaction() as tx:
        return amend_report(tx, report.id, ReportChanges(**changes), now=town.now, actor=ACTOR)


def close(town: Town, report: Report, status: ReportStatus, note: str = "") -> Report:
    """Close a report."""
    with town.store.transaction() as tx:
        return close_report(tx, report.id, status, note=note, now=town.now, actor=ACTOR)


def reopen(town: Town, report: Report, note: str = "") -> Report:
    """Reopen a report."""
    with town.store.transaction() as tx:
        return reopen_report(tx, report.id, note=note, now=town.now, actor=ACTOR)


def acknowledge(town: Town, report: Report) -> Report:
    """Acknowledge a report."""
    with town.store.transaction() as tx:
        return acknowledge_report(tx, report.id, now=town.now, actor=ACTOR)


def test_what_is_given_changes_and_the_rest_stays(town: Town) -> None:
    """A new description and priority leave address and place alone; the job gets the priority, too."""
    report = town.file(description="small", address="here")
    town.wait(1)
    amended = amend(town, report, description="large", priority=1)
    assert (amended.description, amended.priority, amended.address) == ("large", 1, "here")
    assert (amended.updated_at, amended.version) == (town.now, 2)
    assert town.report(report) == amended
    with town.store.reading() as reading:
        assert reading.job_of_report(report.id).priority == 1
        (_, entry) = reading.audit("report", report.id)
    assert (entry.action, entry.actor) == ("amended", ACTOR)
    assert entry.details == {"description": ["small", "large"], "priority": [3, 1]}
    assert len(town.events("report")) == 2


def test_no_difference_is_no_change(town: Town) -> None:
    """Saying what is known already neither makes a version nor an announcement."""
    report = town.file(description="small")
    assert amend(town, report, description="small") == report
    assert len(town.events()) == 1


def test_a_hold_is_taken_and_let_go(town: Town) -> None:
    """300 s hold from now; 0 lets go."""
    report = town.file()
    assert amend(town, report, hold_s=300).held_until == town.now + timedelta(seconds=300)
    assert amend(town, report, hold_s=0).held_until is None


def test_a_link_is_made_and_ended(town: Town) -> None:
    """An empty link is none."""
    first, second = town.file(), town.file()
    assert amend(town, second, linked_to=first.id).linked_to == first.id
    assert amend(town, second, linked_to=ReportId("")).linked_to is None


def test_links_never_go_round(town: Town) -> None:
    """Neither to itself nor over another report back."""
    first, second, third = town.file(), town.file(), town.file()
    amend(town, second, linked_to=first.id)
    amend(town, third, linked_to=second.id)
    for target in (first, third):
        with pytest.raises(InvalidInputError, match="cannot be linked"):
            amend(town, first, linked_to=target.id)


def test_every_fault_of_an_amendment_is_named(town: Town) -> None:
    """Four things wrong are four faults."""
    report = town.file()
    with pytest.raises(InvalidInputError) as caught:
        amend(town, report, description="x" * 4001, priority=0, hold_s=-1, linked_to=ReportId("77"))
    assert len(caught.value.faults) == 4


def test_acknowledging_is_for_new_reports_and_harmless_for_others(town: Town) -> None:
    """New becomes acknowledged; once more, or with a crew, nothing happens; a closed one is refused."""
    report = town.file()
    assert acknowledge(town, report).status is ReportStatus.ACKNOWLEDGED
    events = len(town.events())
    assert acknowledge(town, report).status is ReportStatus.ACKNOWLEDGED
    town.assign(report, "A")
    assert acknowledge(town, report).status is ReportStatus.ASSIGNED
    assert len(town.events("report")) == events + 1
    close(town, report, ReportStatus.CANCELLED)
    with pytest.raises(IllegalStepError, match="reopen"):
        acknowledge(town, report)


@pytest.mark.parametrize("status", sorted(CLOSED_REPORT_STATUSES))
def test_closing_closes_report_and_job(town: Town, status: ReportStatus) -> None:
    """In each of the four ways: the planner sees the job no more, the note is kept."""
    report = town.file()
    closed = close(town, report, status, "thank you")
    assert (closed.status, closed.closed_at, closed.status_note) == (status, town.now, "thank you")
    with town.store.reading() as reading:
        assert reading.open_jobs() == []
    assert town.history(report) == ["filed", "closed"]


@pytest.mark.parametrize(
    ("said", "status", "end"),
    [
        ((), ReportStatus.DONE, AssignmentStatus.RELEASED),
        (("en_route",), ReportStatus.CANCELLED, AssignmentStatus.RELEASED),
        (("en_route", "on_site"), ReportStatus.REJECTED, AssignmentStatus.RELEASED),
        (("en_route", "on_site"), ReportStatus.DONE, AssignmentStatus.DONE),
    ],
)
def test_closing_frees_the_crew(
    town: Town, said: tuple[str, ...], status: ReportStatus, end: AssignmentStatus
) -> None:
    """The live assignment is done where the work is and the crew was at it, else released; its stop goes."""
    report = town.file()
    assignment = town.advance(town.assign(report, "A"), *said)
    close(town, report, status)
    ended = town.assignment(assignment)
    assert (ended.status, ended.ended_at) == (end, town.now)
    with town.store.reading() as reading:
        assert reading.plan().stops == ()
        assert reading.live_assignments() == []


def test_closing_twice_alike_is_closing_once(town: Town) -> None:
    """The same status again changes nothing; another one is refused: the way out is to reopen."""
    report = town.file()
    closed = close(town, report, ReportStatus.DONE)
    events = town.events()
    assert close(town, report, ReportStatus.DONE) == closed
    assert town.events() == events
    with pytest.raises(IllegalStepError, match="done and cannot become rejected"):
        close(town, report, ReportStatus.REJECTED)


def test_a_report_is_not_closed_as_open(town: Town) -> None:
    """Assigned is no way to close a report."""
    with pytest.raises(InvalidInputError, match="cancelled, done, duplicate, rejected"):
        close(town, town.file(), ReportStatus.ASSIGNED)


def test_a_reopened_report_is_due_anew(town: Town) -> None:
    """It keeps when it was requested; its SLA and its job begin again."""
    report = town.file()
    close(town, report, ReportStatus.DONE)
    town.wait(600)
    reopened = reopen(town, report, "it is broken again")
    assert (reopened.status, reopened.closed_at) == (ReportStatus.ACKNOWLEDGED, None)
    assert reopened.requested_at == report.requested_at
    assert reopened.due_at == town.now + timedelta(hours=4)
    with town.store.reading() as reading:
        (job,) = reading.open_jobs()
    assert (job.report_id, job.earliest, job.due_at) == (report.id, town.now, reopened.due_at)
    assert town.history(report) == ["filed", "closed", "reopened"]


def test_only_a_closed_report_is_reopened(town: Town) -> None:
    """An open one is refused, an unknown one is not found."""
    with pytest.raises(IllegalStepError, match="only a closed one"):
        reopen(town, town.file())
    with town.store.transaction() as tx, pytest.raises(NotFoundError):
        reopen_report(tx, ReportId("77"), note="", now=town.now, actor=ACTOR)


def test_only_an_open_report_is_held(town: Town) -> None:
    """There is nothing to keep the planner from in a closed one."""
    report = town.file()
    close(town, report, ReportStatus.DONE)
    with pytest.raises(InvalidInputError, match="hold_s is for open reports"):
        amend(town, report, hold_s=60)


def test_a_note_has_its_limit(town: Town) -> None:
    """1,001 characters are too many, closing and reopening."""
    report = town.file()
    with pytest.raises(InvalidInputError, match="at most 1000"):
        close(town, report, ReportStatus.DONE, "x" * 1001)
    close(town, report, ReportStatus.DONE, "x" * 1000)
    with pytest.raises(InvalidInputError, match="at most 1000"):
        reopen(town, report, "x" * 1001)
