"""Storage as dispatching sees it: one consistent look, one transaction, and events as they are committed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select

from equipage.data.database.assignments import AssignmentReading, AssignmentWriting
from equipage.data.database.city import CityReading, CityWriting
from equipage.data.database.doorbell import Doorbell
from equipage.data.database.engine import (
    BUSY_TIMEOUT_S,
    default_database_url,
    for_reading,
    for_writing,
    make_engine,
    parse_url,
)
from equipage.data.database.faults import BUSY, translated
from equipage.data.database.leadership import Leadership
from equipage.data.database.records import RecordsReading, RecordsWriting
from equipage.data.database.reports import ReportReading, ReportWriting
from equipage.data.database.retention import (
    days_without_partition,
    delete_some,
    drop_partitions,
    make_partitions,
)
from equipage.data.database.schema import engine_state, upgrade
from equipage.data.database.tables.records import outbox
from equipage.data.database.tracking import TrackingReading, TrackingWriting
from equipage.data.errors import DatabaseBusyError, DatabaseStateError

__all__ = ["SqlReading", "SqlStore", "SqlTransaction", "default_database_url", "open_store", "upgrade"]

POLL_S = 0.5
"""Seconds after which another process's events are seen at the latest where no bell rings."""

CLOSE_WITHIN_S = 5.0
"""Seconds that closing waits at most for those who wait for events to leave."""


class SqlReading(CityReading, ReportReading, AssignmentReading, TrackingReading, RecordsReading):
    """One consistent look at the database (`equipage.dispatch.ports.Reading`)."""


class SqlTransaction(CityWriting, ReportWriting, AssignmentWriting, TrackingWriting, RecordsWriting):
    """A look that may also write (`equipage.dispatch.ports.Transaction`)."""


class SqlStore:
    """A database that is up to date (`equipage.dispatch.ports.Store`), for any number of threads.

    Parameters
    ----------
    engine : Engine
        From `make_engine`; `close` disposes of it.

    Notes
    -----
    There is one writer at a time, so that what was loaded holds until it is saved, and nobody deadlocks: the
    writers of this process queue for a lock in memory, those of other processes for one in PostgreSQL, or
    wait in SQLite, where nobody queues and one may be unlucky for long. Readers never wait.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._committed = threading.Condition()
        on_server = engine.dialect.name == "postgresql"
        self._bell = Doorbell(engine, self._wake) if on_server else None
        self._leadership = Leadership(engine) if on_server else None
        self._commits = 0
        self._waiting = 0
        self._closed = False

    @property
    def dialect(self) -> str:
        """The database's kind: `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def leads(self) -> bool:
        """Whether this process was the leader when it last asked."""
        return self._leadership is None or self._leadership.is_held

    def take_lead(self) -> bool:
        """Return whether this process is the one to do what only one of several has to do.

        The first that asks is, until it ends; then another is. The one server of an SQLite file always is.

        Raises
        ------
        DatabaseGoneError
            If the server does not answer any more.
        """
        with translated():
            return self._leadership is None or self._leadership.take()

    @contextmanager
    def reading(self) -> Iterator[SqlReading]:
        """Return a look that stays the same until its `with` block ends.

        Yields
        ------
        SqlReading
            It may be used by one thread at a time, and not after the block.
        """
        with translated(), for_reading(self._engine).connect() as connection, connection.begin():
            yield SqlReading(connection)

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Return a transaction that is committed when its `with` block ends without an error.

        Do not open one within another, nor compute for long in it: all other writers wait.

        Yields
        ------
        SqlTransaction
            It may be used by one thread at a time, and not after the block.

        Raises
        ------
        DatabaseBusyError
            If others have been writing for more than `BUSY_TIMEOUT_S`.
        DatabaseGoneError
            If the server does not answer any more.
        RefusedRowError
            If something was saved that contradicts a rule of the schema.
        """
        with self._writing() as connection:
            session = SqlTransaction(connection)
            yield session
            announced = session.store_announcements()
        if announced:
            self._wake()

    def wait_for_events(self, after: int, *, timeout_s: float) -> int:
        """Return the last event id, as soon as it is greater than `after` or the time is over.

        Parameters
        ----------
        after : int
            The last id that the caller knows.
        timeout_s : float
            Seconds to wait at most.

        Returns
        -------
        int
            0 where there was never an event. The events of this process are seen at once, and on PostgreSQL
            those of others, too; on SQLite, and while PostgreSQL's connection is lost, within `POLL_S`.
            `close` ends the waiting, and after it `after` is the answer.
        """
        give_up = time.monotonic() + timeout_s
        with self._committed:
            if self._closed:
                return after
            self._waiting += 1
            if self._bell is not None:
                self._bell.start()
        try:
            return self._next_event_id(after, give_up)
        finally:
            with self._committed:
                self._waiting -= 1
                self._committed.notify_all()

    def _next_event_id(self, after: int, give_up: float) -> int:
        while True:
            seen = self._commits
            last = self._last_event_id()
            left = give_up - time.monotonic()
            if last > after or left <= 0 or self._closed:
                return last
            with self._committed:
                self._committed.wait_for(
                    lambda: self._closed or self._commits != seen,  # noqa: B023
                    timeout=left if self._bell is not None and self._bell.is_heard else min(left, POLL_S),
                )

    def prune_events(self, before: datetime) -> int:
        """Delete the events that are older than a time, and return how many they were.

        Parameters
        ----------
        before : datetime
            Events of this time and later stay, and all after the first of those; the newest one always does,
            so that a subscriber who has seen everything can still resume.

        Returns
        -------
        int
            Number of events deleted.
        """
        recent = select(func.min(outbox.c.id)).where(outbox.c.at >= before).scalar_subquery()
        newest = select(func.max(outbox.c.id)).scalar_subquery()
        with self._writing() as connection:
            return connection.execute(
                outbox.delete().where(outbox.c.id < func.coalesce(recent, newest))
            ).rowcount

    def make_room_for_fixes(self, now: datetime) -> None:
        """Make what PostgreSQL keeps the fixes of the coming days in; without it they have a common place.

        Parameters
        ----------
        now : datetime
            The moment from which on.

        Raises
        ------
        DatabaseBusyError
            If somebody is reading tracks just now.
        """
        if self.dialect != "postgresql":
            return
        with translated(), for_reading(self._engine).connect() as connection:
            missing = days_without_partition(connection, now)
        if missing:
            with self._writing() as connection:
                make_partitions(connection, days_without_partition(connection, now))

    def prune_fixes(self, before: datetime) -> bool:
        """Delete positions that are older than a time, some of them: fixes, last positions, settled alarms.

        Parameters
        ----------
        before : datetime
            Positions of this time and later stay.

        Returns
        -------
        bool
            Whether none is left; otherwise call it again, and let others write meanwhile.

        Raises
        ------
        DatabaseBusyError
            If somebody is reading tracks just now.
        """
        with self._writing() as connection:
            if self.dialect == "postgresql":
                drop_partitions(connection, before)
            return delete_some(connection, before)

    def close(self) -> None:
        """Wake all who wait for events, let them leave, and close the connections."""
        with self._committed:
            self._closed = True
            self._committed.notify_all()
            # A connection that they gave back later would be nobody's to close.
            self._committed.wait_for(lambda: not self._waiting, timeout=CLOSE_WITHIN_S)
        if self._bell is not None:
            self._bell.close()
        if self._leadership is not None:
            self._leadership.let_go()
        self._engine.dispose()

    def _last_event_id(self) -> int:
        with self.reading() as reading:
            return reading.event_range()[1]

    def _wake(self) -> None:
        with self._committed:
            self._commits += 1
            self._committed.notify_all()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._writers_turn(), translated(), for_writing(self._engine).begin() as connection:
            yield connection

    @contextmanager
    def _writers_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_S):
            raise DatabaseBusyError(f"{BUSY}. Was a transaction opened within a transaction?")
        try:
            yield
        finally:
            self._turn.release()


def open_store(url: str) -> SqlStore:
    """Open a database that is up to date.

    Parameters
    ----------
    url : str
        `sqlite:///FILE` or `postgresql://…`.

    Returns
    -------
    SqlStore
        Close it when done.

    Raises
    ------
    DatabaseStateError
        If the database is empty, older or newer than this program, another program's, or cannot be reached;
        the message says what to do.
    DatabaseUrlError
        If the URL cannot be used.
    """
    engine = make_engine(parse_url(url))
    state = engine_state(engine, counted=False)
    if state.problem:
        engine.dispose()
        raise DatabaseStateError(f"{state.url} cannot be used: {state.problem}")
    return SqlStore(engine)
