"""Contacts whose time is over are forgotten in turns, and what was forgotten is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from equipage.dispatch.model import Contact
from equipage.dispatch.services import retention
from equipage.dispatch.services.erasure import was_erased
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.services.retention import erase_old_contacts, record_deleted_positions
from equipage.dispatch.status import ReportStatus
from tests.dispatch.services.town import ACTOR, Town

CLAIRE = Contact(first_name="Claire", last_name="Montbard", email="claire.montbard@courriel.example")
DAY = timedelta(days=1)


def erase(town: Town, days: int) -> int:
    """Erase the contacts of what was closed more than so many days ago; return how many."""
    with town.store.transaction() as tx:
        return erase_old_contacts(tx, closed_before=town.now - days * DAY, now=town.now)


def test_only_what_was_closed_long_ago_is_forgotten(town: Town) -> None:
    """Not a report that is open since, nor one closed a day later, nor one that told of nobody."""
    old, recent, still_open = (town.file(contact=CLAIRE) for _ in range(3))
    nobodys = town.file()
    for report, closed_at in ((old, town.now), (nobodys, town.now), (recent, town.now + DAY)):
        with town.store.transaction() as tx:
            close_report(tx, report.id, ReportStatus.DONE, note="", now=closed_at, actor=ACTOR)
    town.now += 3 * DAY
    assert [erase(town, 3), erase(town, 2), erase(town, 2)] == [0, 1, 0]
    with town.store.reading() as reading:
        assert reading.report(old.id).contact == Contact()
        assert reading.report(recent.id).contact == reading.report(still_open.id).contact == CLAIRE
        assert was_erased(reading, old.id)
        assert not was_erased(reading, nobodys.id)


def test_so_many_contacts_are_erased_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others write between two turns; those closed first come first."""
    monkeypatch.setattr(retention, "CONTACTS_AT_ONCE", 2)
    reports = [town.file(contact=CLAIRE) for _ in range(3)]
    for number, report in enumerate(reversed(reports)):
        closed_at = town.now + number * DAY
        with town.store.transaction() as tx:
            close_report(tx, report.id, ReportStatus.DONE, note="", now=closed_at, actor=ACTOR)
    town.now += 10 * DAY
    assert erase(town, 1) == 2
    with town.store.reading() as reading:
        left = reading.reports_with_contact(closed_before=town.now, limit=10)
    assert left == [reports[0].id]
    assert erase(town, 1) == 1


def test_deleted_positions_are_on_record_once_a_day(town: Town) -> None:
    """However often that none is left is found out, and whichever server does."""
    before = town.now.replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(2):
        with town.store.transaction() as tx:
            record_deleted_positions(tx, before=before, now=town.now)
    with town.store.reading() as reading:
        (entry,) = reading.audit("positions_before", before.date().isoformat())
    assert (entry.actor, entry.action, entry.at) == ("system", "deleted", town.now)
