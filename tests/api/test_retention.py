"""A server forgets where vehicles were, and who sent what was closed long ago."""

from __future__ import annotations

from datetime import timedelta

from equipage.api.clock import Clock
from equipage.api.retention import Retention
from equipage.api.settings import Settings
from equipage.data.store import SqlStore, open_store
from equipage.dispatch.model import Contact, ReportId, TimeSpan
from equipage.dispatch.status import ReportStatus
from tests.api.conftest import wait_until
from tests.data.examples import NOW, VEHICLES, new_fix, new_report, save_city

CLAIRE = Contact(email="claire.montbard@courriel.example")
DAYS = Settings(positions_kept_days=2, contacts_kept_days=3)


def fill(store: SqlStore, clock: Clock) -> None:
    """Save fixes of 4 days and 1 hour ago, and reports that were closed as many days ago."""
    now = clock.now()
    ages = (timedelta(days=4), timedelta(hours=1))
    with store.transaction() as tx:
        save_city(tx)
        tx.add_fixes([new_fix((now - age - NOW).total_seconds()) for age in ages])
        for number, age in enumerate(ages):
            tx.add_report(
                new_report(str(number), status=ReportStatus.DONE, closed_at=now - age, contact=CLAIRE)
            )


def test_one_step_forgets_what_is_over(store: SqlStore) -> None:
    """The younger fix and contact stay; when that is from, is told."""
    clock = Clock()
    fill(store, clock)
    retention = Retention(DAYS, clock, store)
    retention.step()
    now = clock.now()
    assert retention.contacts == 1
    assert retention.positions_since is not None
    assert timedelta(days=1) <= now - retention.positions_since < timedelta(days=2)
    with store.reading() as reading:
        (left,) = reading.track(VEHICLES[0], TimeSpan(start=now - timedelta(days=9), end=now))
        assert now - left.fix.fix_time < timedelta(hours=2)
        contacts = [reading.report(ReportId(report_id)).contact for report_id in ("0", "1")]
        day = retention.positions_since.date().isoformat()
        assert len(reading.audit("positions_before", day)) == 1
    assert contacts == [Contact(), CLAIRE]


def test_a_server_that_does_not_lead_forgets_nothing(store: SqlStore, database_url: str) -> None:
    """Of several on one PostgreSQL one is enough; an SQLite file has one server only."""
    clock = Clock()
    other = open_store(database_url)
    leads_alone = other.take_lead() and not store.take_lead()
    retention = Retention(DAYS, clock, store)
    fill(store, clock)
    retention.step()
    assert retention.contacts == (0 if leads_alone else 1)
    assert (retention.positions_since is None) == leads_alone
    other.close()
    wait_until(store.take_lead)
    retention.step()
    assert retention.contacts == 1
