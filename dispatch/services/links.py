"""Reports of one thing: which of them is dealt with, and which follow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from equipage.dispatch.announcements import report_changed
from equipage.dispatch.model import AuditEntry, Report, ReportId
from equipage.dispatch.ports import Reading, ReportQuery, Transaction
from equipage.dispatch.status import ReportStatus

MOST_FOLLOWERS = 10_000
"""Far more than ever report one thing: a flood brings hundreds."""


def kept_report(reading: Reading, report: Report) -> Report:
    """Return the report that is dealt with in place of a duplicate, over any number of links.

    Parameters
    ----------
    reading : Reading
        Where reports are.
    report : Report
        Any; one that is no duplicate is itself the one.
    """
    seen = {report.id}
    while report.status is ReportStatus.DUPLICATE and report.linked_to not in {None, *seen}:
        report = reading.report(ReportId(str(report.linked_to)))
        seen.add(report.id)
    return report


def followers_of(reading: Reading, report_id: ReportId) -> list[Report]:
    """Return the duplicates of a report, and theirs.

    Parameters
    ----------
    reading : Reading
        Where reports are.
    report_id : ReportId
        Which one.
    """
    found: list[Report] = []
    asked = frozenset({str(report_id)})
    while asked:
        query = ReportQuery(
            linked_to=asked, statuses=frozenset({ReportStatus.DUPLICATE}), limit=MOST_FOLLOWERS
        )
        page = reading.reports(query)
        found += page.items
        asked = frozenset(str(report.id) for report in page.items)
    return found


def close_followers(tx: Transaction, kept: Report, *, now: datetime) -> None:
    """Tell the citizens of its duplicates that a report is closed, and with which note.

    Parameters
    ----------
    tx : Transaction
        Where to.
    kept : Report
        Just closed.
    now : datetime
        When.
    """
    for report in followers_of(tx, kept.id):
        told = replace(
            report, status_note=kept.status_note or report.status_note, closed_at=now, updated_at=now
        )
        tx.announce(report_changed(tx.save_report(told), None, at=now))
        tx.record(
            AuditEntry(
                at=now,
                actor="system",
                action="kept_closed",
                subject="report",
                subject_id=report.id,
                details={"kept": kept.id, "status": kept.status.value},
            )
        )
