"""What SQLite alone needs: durability, writers that queue, and a transaction from the first statement on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from equipage.data import store as store_module
from equipage.data.database import engine as engine_module
from equipage.data.database.engine import make_engine, parse_url
from equipage.data.errors import DatabaseBusyError
from equipage.data.store import SqlStore, open_store, upgrade
from equipage.dispatch.model import Contact, ReportId
from equipage.dispatch.ports import ReportQuery
from tests.data.examples import NOW, VEHICLES, new_report, save_city
from tests.stores import heard


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An SQLite file of the present schema."""
    made = tmp_path / "equipage.sqlite"
    upgrade(f"sqlite:///{made}")
    return made


@pytest.fixture
def sqlite_store(file: Path) -> Iterator[SqlStore]:
    """A store on SQLite."""
    opened = open_store(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 30_000),
    ],
)
def test_every_connection_is_set_up(file: Path, pragma: str, value: object) -> None:
    """The log is synced (2 is FULL), references checked, what is deleted overwritten, writers wait 30 s."""
    engine = make_engine(parse_url(f"sqlite:///{file}"))
    with engine.connect() as connection:
        assert connection.scalar(text(f"PRAGMA {pragma}")) == value
    engine.dispose()


def test_what_is_erased_is_not_left_in_the_file(file: Path) -> None:
    """When the server has ended, an e-mail address is nowhere in its bytes, and no log lies beside it."""
    email = "claire.montbard@courriel.example"
    store = open_store(f"sqlite:///{file}")
    with store.transaction() as tx:
        save_city(tx)
        for number in range(20):
            tx.add_report(new_report(str(number), contact=Contact(email=email), description="x" * 300))
    for number in range(20):
        with store.transaction() as tx:
            tx.save_report(replace(tx.report(ReportId(str(number))), contact=Contact(), description="short"))
    store.close()
    assert email.encode() not in file.read_bytes()
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def _nested(store: SqlStore) -> None:
    with store.transaction(), store.transaction():
        pass


def test_a_transaction_within_a_transaction_is_found_out(
    sqlite_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would wait for itself for ever; the error says what the cause may be, and then others can go on."""
    monkeypatch.setattr(store_module, "BUSY_TIMEOUT_S", 0.1)
    with pytest.raises(DatabaseBusyError, match="within a transaction"):
        _nested(sqlite_store)
    with sqlite_store.transaction() as tx:
        tx.save_setting("still", "usable")


def test_a_writer_waits_for_another_process(sqlite_store: SqlStore, file: Path) -> None:
    """A transaction begins when another process's has ended, and then sees what that one wrote."""
    other = open_store(f"sqlite:///{file}")
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with other.transaction() as tx:
            tx.save_setting("who", "first")
            entered.set()
            leave.wait(10)

    def read_and_write() -> str | None:
        with sqlite_store.transaction() as tx:
            before = tx.setting("who")
            tx.save_setting("who", "second")
            return before

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        assert entered.wait(10)
        writing = pool.submit(read_and_write)
        leave.set()
        holding.result(10)
        assert writing.result(10) == "first"
    other.close()


def test_a_writer_that_waited_too_long_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another process writes for longer than the patience lasts, the error is ours and says so."""
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_S", 0.1)
    store = open_store(f"sqlite:///{file}")
    with sqlite3.connect(file, isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusyError, match="somebody else has been writing"), store.transaction():
            pass
        holder.execute("ROLLBACK")
    holder.close()
    store.close()


def test_readers_do_not_wait_for_a_writer(sqlite_store: SqlStore) -> None:
    """While a transaction is open others read what was committed before it."""
    with sqlite_store.transaction() as tx:
        tx.save_setting("who", "writer")
        with sqlite_store.reading() as reading:
            assert reading.setting("who") is None


def test_more_threads_than_pooled_connections_can_read(sqlite_store: SqlStore) -> None:
    """Forty looks may be open at once, as the threads of a server open them."""
    all_in = threading.Barrier(40)

    def look(_number: int) -> str | None:
        with sqlite_store.reading() as reading:
            all_in.wait(20)
            return reading.setting("nothing")

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(look, range(40))) == [None] * 40


def test_the_server_of_a_file_leads(sqlite_store: SqlStore) -> None:
    """There is no other one."""
    assert sqlite_store.take_lead()
    assert sqlite_store.leads


def how(store: SqlStore, asked: list[tuple[str, Any]], table: str) -> list[str]:
    """Return how SQLite finds the rows of a table in the statements that were asked."""
    with store._engine.connect() as connection:
        steps = [
            step.detail
            for statement, given in list(asked)
            if f"FROM {table}" in statement
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]
    return [step for step in steps if f" {table} " in step]


def test_fixes_are_looked_up_and_deleted_by_an_index(sqlite_store: SqlStore) -> None:
    """However many there are: those of a group that arrives are found by their key, old ones by time."""
    asked = heard(sqlite_store)
    with sqlite_store.reading() as reading:
        reading.known_fixes([(VEHICLES[0], NOW), (VEHICLES[1], NOW)])
    sqlite_store.prune_fixes(NOW)
    by_key = "SEARCH fixes USING COVERING INDEX ix_fixes_fix_time (fix_time=? AND vehicle_id=?)"
    by_time = "SEARCH fixes USING COVERING INDEX ix_fixes_fix_time (fix_time<?)"
    assert how(sqlite_store, asked, "fixes") == [by_key, by_key, by_time]


def test_live_assignments_are_found_among_the_live_ones(sqlite_store: SqlStore) -> None:
    """Each tick of the planner asks for them: it reads an index that has no others."""
    asked = heard(sqlite_store)
    with sqlite_store.reading() as reading:
        reading.live_assignments()
    assert how(sqlite_store, asked, "assignments") == ["SCAN assignments USING INDEX uq_assignments_live_job"]


def test_reports_of_a_small_commune_are_found_by_an_index(sqlite_store: SqlStore) -> None:
    """Nobody looks through those of the city for them."""
    asked = heard(sqlite_store)
    with sqlite_store.reading() as reading:
        reading.reports(ReportQuery(communes=frozenset({"Bretenière"})))
    (found,) = how(sqlite_store, asked, "reports")
    assert found.startswith("SEARCH reports USING INDEX ix_reports_commune_requested_at (commune=?)")
