"""Old positions go in small steps; on PostgreSQL each day of fixes has a partition, which goes at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import BindParameter, Connection, Integer, bindparam, select, text, tuple_

from equipage.data.database.tables.tracking import alarms, fixes, vehicle_positions

AT_ONCE = 5_000
"""Fixes deleted in one transaction: on SQLite others wait a tenth of a second for it."""

DAYS_AHEAD = 7
"""Days that have a partition before they begin: so long may a reader of tracks keep one from being made."""

_WAIT = "100ms"
"""How long a partition may wait for readers of tracks: meanwhile no fix is taken in."""

_NAMED = re.compile(r"fixes_(\d{8})")
_DAY = timedelta(days=1)
_PARTITIONS = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
    " WHERE inhparent = CAST('fixes' AS regclass)"
)
_IN_DEFAULT = text("SELECT FROM fixes_default WHERE fix_time >= :start AND fix_time < :end LIMIT 1")
_OLD = fixes.c.fix_time < bindparam("before")
_MOST: BindParameter[int] = bindparam("most", type_=Integer)
_KEY = fixes.c.vehicle_id, fixes.c.fix_time
_DELETE_SOME = fixes.delete().where(_OLD, tuple_(*_KEY).in_(select(*_KEY).where(_OLD).limit(_MOST)))
_FORGET_PLACES = (
    vehicle_positions.delete().where(vehicle_positions.c.fix_time < bindparam("before")),
    alarms.delete().where(alarms.c.at < bindparam("before"), alarms.c.acknowledged_at.is_not(None)),
)


def days_without_partition(connection: Connection, now: datetime) -> list[date]:
    """Return the days from today on that should have a partition and have none.

    Parameters
    ----------
    connection : Connection
        To PostgreSQL.
    now : datetime
        Days are those of UTC.

    Returns
    -------
    list of date
        Without the days of which there are fixes in the partition for all others: those stay there.
    """
    today = now.astimezone(UTC).date()
    wanted = {today + number * _DAY for number in range(DAYS_AHEAD + 1)}
    return [day for day in sorted(wanted - set(_days(connection))) if not _has_fixes(connection, day)]


def make_partitions(connection: Connection, days: Iterable[date]) -> None:
    """Make a partition for the fixes of each day; nobody else may be writing."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT}'")
    for day in days:
        start, end = _midnight(day), _midnight(day + _DAY)
        connection.exec_driver_sql(
            f"CREATE TABLE {_name(day)} PARTITION OF fixes"
            f" FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
        )


def drop_partitions(connection: Connection, before: datetime) -> None:
    """Drop the partitions of days that ended before a time, or then."""
    over = [day for day in _days(connection) if _midnight(day + _DAY) <= before]
    if over:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT}'")
        connection.exec_driver_sql(f"DROP TABLE {', '.join(map(_name, over))}")


def delete_some(connection: Connection, before: datetime) -> bool:
    """Delete the oldest positions, fixes at most `AT_ONCE` of them; return whether none is left.

    Parameters
    ----------
    connection : Connection
        Within a transaction.
    before : datetime
        What was taken then or later stays, and so do alarms that nobody has acknowledged.
    """
    for statement in _FORGET_PLACES:
        connection.execute(statement, {"before": before})
    deleted = connection.execute(_DELETE_SOME, {"before": before, "most": AT_ONCE}).rowcount
    return deleted < AT_ONCE


def _days(connection: Connection) -> list[date]:
    """Return the days that have a partition of their own."""
    names = map(_NAMED.fullmatch, connection.scalars(_PARTITIONS))
    return [date.fromisoformat(name[1]) for name in names if name]


def _has_fixes(connection: Connection, day: date) -> bool:
    span = {"start": _midnight(day), "end": _midnight(day + _DAY)}
    return connection.execute(_IN_DEFAULT, span).first() is not None


def _name(day: date) -> str:
    return f"fixes_{day:%Y%m%d}"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
