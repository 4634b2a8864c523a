"""What only PostgreSQL can do to its callers, and what is said then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine, text

from equipage.data.database import engine as engine_module
from equipage.data.errors import DatabaseBusyError, DatabaseGoneError
from equipage.data.store import SqlStore, open_store
from tests.data.examples import save_city
from tests.stores import postgis_copies

END_ALL_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module")
def url(postgis_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty PostGIS database."""
    with postgis_copies(postgis_server) as copy, copy(tmp_path_factory.mktemp("unused")) as named:
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
