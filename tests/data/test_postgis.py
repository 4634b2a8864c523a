"""What only PostgreSQL can do to its callers, and what is said then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from math import cos, degrees, radians
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from equipage.data import store as store_module
from equipage.data.database import doorbell
from equipage.data.database import engine as engine_module
from equipage.data.database.bulk import WORTH_COPYING
from equipage.data.database.own_schema import own_schema
from equipage.data.errors import DatabaseBusyError, DatabaseGoneError
from equipage.data.store import SqlStore, open_store, upgrade
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.ports import ReportQuery
from equipage.dispatch.status import Verdict
from equipage.geo.earth import EARTH_RADIUS_M
from tests.api.conftest import wait_until
from tests.data.examples import NOW, VEHICLES, new_event, new_fix, new_report, save_city
from tests.stores import FreshDatabase, heard

DAY_S = 86_400
END_ALL_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

FILL = text(
    "INSERT INTO reports SELECT (jsonb_populate_record(first, jsonb_build_object('id', n,"
    " 'lon', n * :degrees, 'position', ST_SetSRID(ST_MakePoint(n * :degrees, lat), 4326)::text))).*"
    " FROM reports AS first, generate_series(1, 5000) AS n WHERE id = '0'"
)


@pytest.fixture
def url(fresh_postgis: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty PostGIS database."""
    with fresh_postgis(tmp_path) as named:
        yield named


@pytest.fixture
def postgis(url: str) -> Iterator[SqlStore]:
    """A store in it."""
    opened = open_store(url)
    yield opened
    opened.close()


@contextmanager
def another_program(url: str) -> Iterator[Connection]:
    """Give a connection that Équipage knows nothing of."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def test_a_connection_that_is_cut_is_told_and_the_next_one_works(postgis: SqlStore, url: str) -> None:
    """The server ends every connection while somebody writes: that one is told, nothing is half there."""

    def write() -> None:
        with postgis.transaction() as tx:
            save_city(tx)
            with another_program(url) as other:
                other.execute(END_ALL_OTHERS)
            tx.services()

    with pytest.raises(DatabaseGoneError, match="does not answer"):
        write()
    with postgis.reading() as reading:
        assert not reading.services()


def test_whoever_waits_too_long_is_told(postgis: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer of another process that does not end is said to be the reason, and reading goes on."""
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_S", 1.0)
    other = open_store(url)

    def write() -> None:
        with postgis.transaction() as tx:
            save_city(tx)

    with other.transaction(), pytest.raises(DatabaseBusyError, match=re.escape("try again")):
        write()
    with postgis.reading() as reading:
        assert not reading.services()
    other.close()


def test_near_is_answered_by_the_index_on_the_globe(postgis: SqlStore, url: str) -> None:
    """Among 5,000 reports, one each 10 m to the east, the 9 within 45 m are found by GiST."""
    with postgis.transaction() as tx:
        save_city(tx)
        tx.add_report(new_report("0", lon=0.0, lat=60.0))
    asked = heard(postgis)
    with another_program(url) as other:
        other.execute(FILL, {"degrees": degrees(10.0 / (EARTH_RADIUS_M * cos(radians(60.0))))})
    with another_program(url) as other:
        other.exec_driver_sql("ANALYZE reports")
        middle = other.scalar(text("SELECT lon FROM reports WHERE id = '2500'"))
        with postgis.reading() as reading:
            found = reading.reports(ReportQuery(near=(middle, 60.0, 45.0))).items
        statement, given = next(each for each in asked if "FROM reports" in each[0])
        plan = "\n".join(other.exec_driver_sql(f"EXPLAIN {statement}", given).scalars())
    assert {int(report.id) for report in found} == set(range(2496, 2505))
    assert "ix_reports_on_globe" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(("count", "is_copied"), [(WORTH_COPYING - 1, False), (WORTH_COPYING, True)])
def test_a_batch_that_is_worth_it_is_copied(postgis: SqlStore, count: int, *, is_copied: bool) -> None:
    """Few fixes are inserted, many go through COPY's temporary table."""
    with postgis.transaction() as tx:
        save_city(tx)
    asked = heard(postgis)
    with postgis.transaction() as tx:
        tx.add_fixes([new_fix(number) for number in range(count)])
    assert any("arriving_fixes" in statement for statement, _ in asked) == is_copied
    with postgis.reading() as reading:
        assert reading.verdict_counts().get(VEHICLES[0], {}) == {Verdict.ACCEPTED: count}


def test_what_copy_refuses_is_told_as_of_any_statement(postgis: SqlStore) -> None:
    """A text that PostgreSQL cannot hold is the sender's fault, not an error of the driver."""
    with postgis.transaction() as tx:
        save_city(tx)

    def add() -> None:
        with postgis.transaction() as tx:
            tx.add_fixes([new_fix(number, alarm="a\x00b") for number in range(WORTH_COPYING)])

    with pytest.raises(InvalidInputError, match="NUL"):
        add()


def test_another_process_is_heard_at_once(
    postgis: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bell rings in a second store as soon as the first commits, long before anybody would look."""
    monkeypatch.setattr(store_module, "POLL_S", 60.0)
    with closing(open_store(url)) as other, ThreadPoolExecutor() as pool:
        waiting = pool.submit(other.wait_for_events, 0, timeout_s=60.0)
        wait_until(lambda: bell_of(other).is_heard)
        announce(postgis)
        assert waiting.result(timeout=20) == 1


def is_announced(store: SqlStore) -> bool:
    """Announce something; tell whether the server, which ends connections in its own time, let it."""
    try:
        announce(store)
    except DatabaseGoneError:
        return False
    return True


def test_a_bell_that_was_cut_off_is_heard_again(
    postgis: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listening connection is made anew, and what was announced in between is not missed."""
    monkeypatch.setattr(store_module, "POLL_S", 60.0)
    with closing(open_store(url)) as other, ThreadPoolExecutor() as pool:
        waiting = pool.submit(other.wait_for_events, 0, timeout_s=60.0)
        wait_until(lambda: bell_of(other).is_heard)
        with another_program(url) as connection:
            connection.execute(END_ALL_OTHERS)
        wait_until(lambda: is_announced(postgis))
        assert waiting.result(timeout=20) == 1
        waiting = pool.submit(other.wait_for_events, 1, timeout_s=60.0)
        wait_until(lambda: bell_of(other).is_heard)
        announce(postgis)
        assert waiting.result(timeout=20) == 2


def test_the_bell_rings_once_a_transaction_and_never_for_a_fix(postgis: SqlStore, url: str) -> None:
    """Three announcements together ring once, a hundred fixes not at all."""
    with postgis.transaction() as tx:
        save_city(tx)
    asked = heard(postgis)
    announce(postgis, 3)
    assert [statement for statement, _ in asked if "NOTIFY" in statement] == ["NOTIFY equipage"]
    asked.clear()
    with postgis.transaction() as tx:
        tx.add_fixes([new_fix(number) for number in range(100)])
    assert not [statement for statement, _ in asked if "NOTIFY" in statement]


def test_one_process_leads_until_it_ends(postgis: SqlStore, url: str) -> None:
    """However often both ask, the first leads; when it has ended, the other does."""
    with closing(open_store(url)) as first:
        assert [first.take_lead(), postgis.take_lead(), first.take_lead()] == [True, False, True]
        assert (first.leads, postgis.leads) == (True, False)
    wait_until(postgis.take_lead)
    assert (first.leads, postgis.leads) == (False, True)


def test_a_leader_that_was_cut_off_says_so_and_asks_anew(postgis: SqlStore, url: str) -> None:
    """It does not lead by a connection that is lost: the other may, and then it does not any more."""
    assert postgis.take_lead()
    with closing(open_store(url)) as other:
        with another_program(url) as connection:
            connection.execute(END_ALL_OTHERS)
        wait_until(other.take_lead)
        with pytest.raises(DatabaseGoneError):
            postgis.take_lead()
        assert not postgis.leads
        assert not postgis.take_lead()
    wait_until(postgis.take_lead)


def test_each_schema_has_a_leader_of_its_own(postgis: SqlStore, url: str) -> None:
    """A demo beside the city's own server in one database plans for itself."""
    assert postgis.take_lead()
    demo_url = own_schema(url, "equipage_demo", anew=True)
    upgrade(demo_url)
    with closing(open_store(demo_url)) as demo:
        assert demo.take_lead()


def partitions(url: str) -> dict[str, int]:
    """Return how many fixes are in each partition."""
    with another_program(url) as connection:
        names = connection.scalars(
            text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'fixes'::regclass")
        ).all()
        return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


def test_each_day_has_a_partition_before_it_begins(postgis: SqlStore, url: str) -> None:
    """Today and the week after have one each; what is of another day is in the common one; asking again
    changes nothing, and a day later there is one more."""
    postgis.make_room_for_fixes(NOW)
    with postgis.transaction() as tx:
        save_city(tx)
        tx.add_fixes([new_fix(seconds) for seconds in (-DAY_S, 0, 7 * DAY_S, 8 * DAY_S)])
    postgis.make_room_for_fixes(NOW)
    days = [f"fixes_{NOW + timedelta(days=number):%Y%m%d}" for number in range(8)]
    filled = {"fixes_default": 2, days[0]: 1, days[7]: 1}
    assert partitions(url) == dict.fromkeys(days, 0) | filled
    postgis.make_room_for_fixes(NOW + timedelta(days=1))
    # The day after those has a fix in the common partition already, and so stays there.
    assert partitions(url) == dict.fromkeys(days, 0) | filled
    postgis.make_room_for_fixes(NOW + timedelta(days=2))
    assert f"fixes_{NOW + timedelta(days=9):%Y%m%d}" in partitions(url)


def test_days_that_are_over_are_dropped_whole(postgis: SqlStore, url: str) -> None:
    """No row of such a day is deleted one by one; of the common partition only old ones are."""
    postgis.make_room_for_fixes(NOW)
    with postgis.transaction() as tx:
        save_city(tx)
        tx.add_fixes([new_fix(seconds) for seconds in (-DAY_S, 0, DAY_S, 30 * DAY_S)])
    asked = heard(postgis)
    assert postgis.prune_fixes(datetime.combine(NOW.date() + timedelta(days=1), time(), UTC))
    day = f"fixes_{NOW:%Y%m%d}"
    assert [statement for statement, _ in asked if "DROP" in statement] == [f"DROP TABLE {day}"]
    left = partitions(url)
    assert day not in left
    assert (left["fixes_default"], sum(left.values())) == (1, 2)


def test_known_fixes_are_looked_for_in_their_days_only(postgis: SqlStore, url: str) -> None:
    """Fixes of two days are looked up by the keys of those two partitions, whatever other ones there are."""
    postgis.make_room_for_fixes(NOW)
    asked = heard(postgis)
    with postgis.reading() as reading:
        reading.known_fixes([(VEHICLES[0], NOW), (VEHICLES[1], NOW + timedelta(days=1))])
    statement, given = next(each for each in asked if "FROM fixes" in each[0])
    with another_program(url) as other:
        plan = "\n".join(other.exec_driver_sql(f"EXPLAIN {statement}", given).scalars())
    days = {f"fixes_{NOW + timedelta(days=number):%Y%m%d}" for number in range(2)}
    assert set(re.findall(r" on (fixes_\w+)", plan)) == days


def test_who_reads_tracks_keeps_fixes_from_no_one(postgis: SqlStore, url: str) -> None:
    """While an analyst reads for long, no partition is made, and nobody waits for that to be found out."""
    with another_program(url) as reader:
        reader.execute(text("SELECT * FROM fixes"))
        with pytest.raises(DatabaseBusyError):
            postgis.make_room_for_fixes(NOW)
        with postgis.transaction() as tx:
            save_city(tx)
            tx.add_fixes([new_fix(0)])
    # The day has begun in the common partition.
    postgis.make_room_for_fixes(NOW)
    assert partitions(url)["fixes_default"] == 1


def announce(store: SqlStore, count: int = 1) -> None:
    """Announce so many things in one transaction."""
    with store.transaction() as tx:
        for number in range(count):
            tx.announce(new_event(number))


def bell_of(store: SqlStore) -> doorbell.Doorbell:
    """Return the bell that a store on PostgreSQL has."""
    assert store._bell is not None
    return store._bell
