"""What is known of people is forgotten in time, and the audit tells that it was."""

from __future__ import annotations

from datetime import datetime

from equipage.dispatch.model import AuditEntry
from equipage.dispatch.ports import Transaction
from equipage.dispatch.services.erasure import erase_contact

CONTACTS_AT_ONCE = 20
"""Contacts erased in one transaction: others wait a tenth of a second for it."""

ACTOR = "system"


def erase_old_contacts(tx: Transaction, *, closed_before: datetime, now: datetime) -> int:
    """Forget who sent the reports that were closed before a time, `CONTACTS_AT_ONCE` of them at most.

    Parameters
    ----------
    tx : Transaction
        Where to.
    closed_before : datetime
        Reports that were closed then or later keep their contact.
    now : datetime
        When.

    Returns
    -------
    int
        How many contacts were erased.
    """
    report_ids = tx.reports_with_contact(closed_before=closed_before, limit=CONTACTS_AT_ONCE)
    for report_id in report_ids:
        erase_contact(tx, report_id, now=now, actor=ACTOR)
    return len(report_ids)


def record_deleted_positions(tx: Transaction, *, before: datetime, now: datetime) -> None:
    """Put on record, once, that no position is left from before a time.

    Parameters
    ----------
    tx : Transaction
        Where to.
    before : datetime
        A midnight.
    now : datetime
        When the last of them was deleted.
    """
    day = before.date().isoformat()
    if not tx.audit("positions_before", day):
        tx.record(
            AuditEntry(at=now, actor=ACTOR, action="deleted", subject="positions_before", subject_id=day)
        )
