"""Connections: what a database URL may be, and how SQLite and PostgreSQL are spoken to."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from platformdirs import user_data_path
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from equipage.data.errors import DatabaseUrlError

BUSY_TIMEOUT_S = 30.0
"""Seconds that a writer waits for another before it gives up."""

POOL_SIZE = 10
"""Connections kept open."""

WRITING = 0x45717069
"""Which advisory lock of PostgreSQL lets one writer in at a time ("Eqpi"), beside the schema's own key."""

_WRITES = "equipage_writes"
_FILE_URI = "file:"


def default_database_url() -> str:
    """Return the URL of the database that is used where none is named: SQLite in the user's data folder."""
    return f"sqlite:///{user_data_path('equipage', appauthor=False) / 'equipage.sqlite'}"


def parse_url(url: str) -> URL:
    """Return a database URL with the driver that Équipage uses.

    Parameters
    ----------
    url : str
        `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.

    Returns
    -------
    URL
        For SQLite, or for PostgreSQL with psycopg.

    Raises
    ------
    DatabaseUrlError
        If it is anything else, or SQLite without a file: what is kept in memory only is not kept.
    """
    allowed = "give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUrlError(f"{url!r} is no database URL; {allowed}") from error
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise DatabaseUrlError(f"Équipage cannot use a database of kind {backend!r}; {allowed}")
    if parsed.database in {None, "", ":memory:"}:
        raise DatabaseUrlError(f"{url!r} names no file, and SQLite in memory keeps nothing; {allowed}")
    return parsed.set(drivername="sqlite")


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite database, None for a server's."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    if url.database.startswith(_FILE_URI):
        return Path(unquote(url.database.removeprefix(_FILE_URI)))
    return Path(url.database)


def make_engine(url: URL) -> Engine:
    """Return an engine for many threads, each with a connection of its own at a time.

    Parameters
    ----------
    url : URL
        From `parse_url`.

    Returns
    -------
    Engine
        It connects when it is first used.
    """
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        # A file takes as many readers as there are threads; a server's connections are counted.
        max_overflow=-1 if url.get_backend_name() == "sqlite" else 2 * POOL_SIZE,
        pool_pre_ping=url.get_backend_name() != "sqlite",
        json_serializer=_to_json,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def make_read_only_engine(url: URL) -> Engine:
    """Return an engine whose connections cannot write, and last no longer than they are used.

    Parameters
    ----------
    url : URL
        From `parse_url`.

    Returns
    -------
    Engine
        SQLite opens the file itself for reading only; PostgreSQL takes every transaction as read-only.
    """
    file = file_of(url)
    if file is None:
        options = {"options": "-c default_transaction_read_only=on"}
        return for_reading(create_engine(url, poolclass=NullPool, connect_args=options))
    name = _FILE_URI + quote(str(file.absolute()))
    engine = create_engine(url.set(database=name, query={"mode": "ro", "uri": "true"}), poolclass=NullPool)
    event.listen(engine, "connect", _set_up_read_only_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def for_reading(engine: Engine) -> Engine:
    """Return the engine whose transactions see one state of the database, whatever others commit."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def for_writing(engine: Engine) -> Engine:
    """Return the engine whose transactions may write, one at a time."""
    return engine.execution_options(**{_WRITES: True})


def _to_json(value: Any) -> str:
    # PostgreSQL would refuse NaN, and no reader of the API could parse it.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # SQLAlchemy begins transactions itself (_begin_sqlite): by default sqlite3 would not begin one to read,
    # and so not give one consistent look, nor to change the schema, and so leave half a migration.
    connection.isolation_level = None
    # SQLite's own lower() knows only ASCII, and addresses are in French.
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000:.0f}")
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL would sync the log only now and then: after a power cut, reports that citizens were told are
    # filed could be gone. FULL syncs at every commit.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is erased, a citizen's contact above all, is overwritten in the file and not just left unused.
    connection.execute("PRAGMA secure_delete = ON")


def _set_up_read_only_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000:.0f}")
    connection.execute("PRAGMA query_only = ON")


def _lower(text: str | float | bytes | None) -> str | float | bytes | None:
    return text.lower() if isinstance(text, str) else text


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that starts by reading and then writes fails at once if somebody wrote in between, no
    # matter the timeout; one that says beforehand that it will write waits for its turn.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # As on SQLite: what a use case has loaded is then still so when it saves, and nobody can deadlock. The
    # lock is let go of after the commit, so that ids of events are given in the order of commits.
    if connection.get_execution_options().get(_WRITES, False):
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_S:.0f}s';"
            f" SELECT pg_advisory_xact_lock({WRITING}, hashtext(current_schema()))"
        )
