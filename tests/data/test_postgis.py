"""What only PostgreSQL can do to its callers, and what is said then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import cos, degrees, radians
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine, event, text

from equipage.data.database import engine as engine_module
from equipage.data.errors import DatabaseBusyError, DatabaseGoneError
from equipage.data.store import SqlStore, open_store
from equipage.dispatch.ports import ReportQuery
from equipage.geo.earth import EARTH_RADIUS_M
from tests.data.examples import new_report, save_city
from tests.stores import FreshDatabase, postgis_copies

END_ALL_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

FILL = text(
    "INSERT INTO reports SELECT (jsonb_populate_record(first, jsonb_build_object('id', n,"
    " 'lon', n * :degrees, 'position', ST_SetSRID(ST_MakePoint(n * :degrees, lat), 4326)::text))).*"
    " FROM reports AS first, generate_series(1, 20000) AS n WHERE id = '0'"
)


@pytest.fixture(scope="module")
def copies(postgis_server: URL) -> Iterator[FreshDatabase]:
    """A maker of empty PostGIS databases."""
    with postgis_copies(postgis_server) as copy:
        yield copy


@pytest.fixture
def url(copies: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty PostGIS database."""
    with copies(tmp_path) as named:
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
    """Among 20,000 reports, one each 10 m to the east, the 9 within 45 m are found by GiST."""
    with postgis.transaction() as tx:
        save_city(tx)
        tx.add_report(new_report("0", lon=0.0, lat=60.0))
    asked: list[tuple[str, Any]] = []

    @event.listens_for(postgis._engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, given: Any, *_more: object) -> None:
        asked.append((statement, given))

    with another_program(url) as other:
        other.execute(FILL, {"degrees": degrees(10.0 / (EARTH_RADIUS_M * cos(radians(60.0))))})
    with another_program(url) as other:
        other.exec_driver_sql("ANALYZE reports")
        middle = other.scalar(text("SELECT lon FROM reports WHERE id = '10000'"))
        with postgis.reading() as reading:
            found = reading.reports(ReportQuery(near=(middle, 60.0, 45.0))).items
        statement, given = next(each for each in asked if "FROM reports" in each[0])
        plan = "\n".join(other.exec_driver_sql(f"EXPLAIN {statement}", given).scalars())
    assert {int(report.id) for report in found} == set(range(9996, 10005))
    assert "ix_reports_on_globe" in plan
    assert "Seq Scan" not in plan
