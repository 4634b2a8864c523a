"""Many rows at once, by PostgreSQL's COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

from equipage.data.database.rows import Row

WORTH_COPYING = 100
"""Rows from which on COPY is faster than INSERT (`make bench-fixes`)."""


def copy_if_free(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add the rows to a table, but for those that break a unique constraint.

    Parameters
    ----------
    connection : Connection
        To PostgreSQL, within a transaction.
    table : Table
        Where to.
    rows : sequence of dict
        Each with a value for every column.

    Notes
    -----
    COPY knows no ON CONFLICT: the rows go through a temporary table, which each connection makes once.

    Raises
    ------
    DBAPIError
        As any statement of SQLAlchemy would, if the database refuses.
    """
    names = ", ".join(column.name for column in table.c)
    arriving = f"arriving_{table.name}"
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {arriving} (LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    copying = f"COPY {arriving} ({names}) FROM STDIN"
    try:
        with _cursor(connection) as cursor, cursor.copy(copying) as copy:
            for values in _bound(connection.dialect, table, rows):
                copy.write_row(values)
    except psycopg.Error as error:
        # Outside SQLAlchemy's statements: what it would have raised is told apart in one place.
        raise DBAPIError.instance(copying, None, error, psycopg.Error, dialect=connection.dialect) from error
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {arriving} ON CONFLICT DO NOTHING"  # noqa: S608
    )


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver: Any = connection.connection.driver_connection
    cursor: psycopg.Cursor[Any] = driver.cursor()
    return cursor


def _bound(dialect: Dialect, table: Table, rows: Sequence[Row]) -> Iterator[list[Any]]:
    """Yield the values of each row as the driver takes them, in the order of the columns."""
    processors = _processors(dialect, table)
    for row in rows:
        yield [process(row[name]) for name, process in processors]


def _processors(dialect: Dialect, table: Table) -> Sequence[tuple[str, Callable[[Any], Any]]]:
    return [
        (column.name, column.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is)
        for column in table.c
    ]


def _as_it_is(value: Any) -> Any:
    return value
