"""Forgetting who sent a report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from equipage.dispatch.announcements import report_changed
from equipage.dispatch.model import Contact, Report, ReportId
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.redaction import traces_of, without
from equipage.dispatch.services.links import followers_of, kept_report
from equipage.dispatch.services.progress import live_assignment, record_report

_ACTION = "contact_erased"
_TEXTS = ("description", "address", "status_note", "media_url")


def erase_contact(tx: Transaction, report_id: ReportId, *, now: datetime, actor: str) -> Report:
    """Forget who sent a report: the contact, and where texts and records repeat it.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        Which one; it may be closed. One without a contact stays as it is.
    now : datetime
        When.
    actor : str
        Who wants it; the audit keeps that it was done, and nothing of what there was.

    Returns
    -------
    Report
        As it is now. For everybody but the desk it has not changed, and so keeps when it was updated.
    """
    report = tx.report(report_id)
    if report.contact == Contact():
        return report
    erased = tx.save_report(replace(report, contact=Contact()))
    traces = traces_of(report.contact)
    if traces is not None:
        # What is told of a report is told to the citizens of its duplicates, too.
        for each in (erased, kept_report(tx, erased), *followers_of(tx, report_id)):
            _clean(tx, each.id, traces)
    erased = tx.report(report_id)
    tx.announce(report_changed(erased, live_assignment(tx, report_id), at=now))
    record_report(tx, erased, _ACTION, now=now, actor=actor)
    return erased


def was_erased(reading: Reading, report_id: ReportId) -> bool:
    """Tell whether there was a contact that was erased."""
    return any(entry.action == _ACTION for entry in reading.audit("report", report_id))


def _clean(tx: Transaction, report_id: ReportId, traces: re.Pattern[str]) -> None:
    """Black the traces out in a report and in all that is on record about it."""
    report = tx.report(report_id)
    texts = {name: without(getattr(report, name), traces) for name in (*_TEXTS, "attributes")}
    cleaned = replace(report, **texts)
    if cleaned != report:
        tx.save_report(cleaned)
    for assignment in tx.assignments_of([report_id])[report_id]:
        reason = without(assignment.reason, traces)
        if reason != assignment.reason:
            tx.save_assignment(replace(assignment, reason=reason))
    tx.rewrite_records(report_id, lambda told: without(told, traces))
