"""Merging reports of the same thing, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from equipage.dispatch.announcements import report_changed
from equipage.dispatch.duplicates import SAME_WITHIN_M, Likeness, likely_duplicates
from equipage.dispatch.errors import IllegalStepError, InvalidInputError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import LONGEST_NOTE, faults_of_text
from equipage.dispatch.model import Report, ReportId
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.reasons import because
from equipage.dispatch.services.filing import faults_of_link, nearby_reports
from equipage.dispatch.services.links import kept_report
from equipage.dispatch.services.progress import (
    live_assignment,
    move_report,
    record_report,
    refuse_running,
    require_open,
)
from equipage.dispatch.services.reports import end_work
from equipage.dispatch.status import ReportStatus

__all__ = ["Likeness", "merge_report", "suggested_duplicates", "unmerge_report"]


def suggested_duplicates(reading: Reading, report_id: ReportId) -> Sequence[Likeness]:
    """Return the open reports that are likely to be of the same thing, the likeliest first.

    Parameters
    ----------
    reading : Reading
        Where to look.
    report_id : ReportId
        An open one; for one that is closed there are none.
    """
    report = reading.report(report_id)
    if not report.status.is_open:
        return ()
    near = nearby_reports(reading, lon=report.lon, lat=report.lat, service_code=None, radius_m=SAME_WITHIN_M)
    return likely_duplicates(report, near)


def merge_report(
    tx: Transaction, report_id: ReportId, into: ReportId, *, note: str, now: datetime, actor: str
) -> Report:
    """Close a report as a duplicate of another, which is dealt with for both.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        The duplicate; its planned crew is released. One that is merged into the other already stays so.
    into : ReportId
        The one to keep; where that is a duplicate itself, the one that is kept in its place.
    note : str
        What to tell the duplicate's citizen.
    now : datetime
        When.
    actor : str
        Who says so.

    Raises
    ------
    AlreadyAssignedError
        If a crew has set off for the duplicate: it is the one to keep.
    IllegalStepError
        If either is closed.
    InvalidInputError
        If a report is to be merged into itself, or the note is too long.
    """
    faults = list(faults_of_text("note", note, most=LONGEST_NOTE))
    report, kept = tx.report(report_id), kept_report(tx, tx.report(into))
    if kept.id == report_id:
        other = {} if into == report_id else {"into": into}
        faults.append(Fault("merged_into_itself", report_id=report_id, **other))
    if faults:
        raise InvalidInputError(faults)
    if kept_report(tx, report).id == kept.id:
        return report
    for each in (report, kept):
        require_open(each, before="merging it")
    remedy = f"keep that one and merge report {kept.id} into it, or release the crew first"
    refuse_running(tx, report, remedy=remedy)
    if any(faults_of_link(tx, kept.id, of=report_id)):
        # Somebody had linked them the other way round.
        kept = tx.save_report(replace(kept, linked_to=None))
    linked = tx.save_report(replace(report, linked_to=kept.id))
    merged = end_work(
        tx,
        linked,
        ReportStatus.DUPLICATE,
        note=note,
        reason=because("merged", report_id=kept.id),
        now=now,
        actor=actor,
    )
    record_report(tx, merged, "merged", now=now, actor=actor, into=kept.id, note=note)
    _tell_kept(tx, kept, "duplicate_merged", merged, now=now, actor=actor)
    return merged


def unmerge_report(tx: Transaction, report_id: ReportId, *, now: datetime, actor: str) -> Report:
    """Take a duplicate up again as a report of its own, due as it was.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        Which one.
    now : datetime
        When.
    actor : str
        Who says so.

    Raises
    ------
    IllegalStepError
        If it is no duplicate of another.
    """
    report = tx.report(report_id)
    if report.status is not ReportStatus.DUPLICATE or report.linked_to is None:
        raise IllegalStepError(f"report {report_id} is {report.status} and merged into none", report.status)
    kept = kept_report(tx, report)
    tx.save_job(replace(tx.job_of_report(report_id), closed_at=None))
    apart = move_report(
        tx,
        replace(report, linked_to=None),
        ReportStatus.ACKNOWLEDGED,
        reason=because("unmerged", report_id=kept.id),
        now=now,
    )
    record_report(tx, apart, "unmerged", now=now, actor=actor, kept=kept.id)
    _tell_kept(tx, kept, "duplicate_unmerged", apart, now=now, actor=actor)
    return apart


def _tell_kept(
    tx: Transaction, kept: Report, action: str, duplicate: Report, *, now: datetime, actor: str
) -> None:
    """Have those who look at the kept report look again: its duplicates are others now."""
    tx.announce(report_changed(kept, live_assignment(tx, kept.id), at=now))
    record_report(tx, kept, action, now=now, actor=actor, duplicate=duplicate.id)
