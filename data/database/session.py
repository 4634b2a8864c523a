"""What every group of queries stands on: one connection, and the few statements they all make."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from equipage.data.database.rows import Row, Stored
from equipage.dispatch.errors import NotFoundError

Insert = postgresql.Insert | sqlite.Insert

MOST_PARAMETERS = 10_000
"""Values in one IN list; SQLite takes 32,766 parameters in all, PostgreSQL 65,535."""


class Session:
    """Queries on one connection, within whatever transaction that is in.

    Parameters
    ----------
    connection : Connection
        Open; whoever opened it commits and closes it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _rows(self, statement: Executable, given: Row | None = None) -> Sequence[Stored]:
        return list(self._stream(statement, given))

    def _stream(self, statement: Executable, given: Row | None = None) -> Generator[Stored]:
        """Yield rows as they are asked for, so that SQLite looks no further than the last one wanted."""
        with self._connection.execute(statement, given) as result:
            # Dicts, which are read and unpacked several times as fast as SQLAlchemy's mappings.
            names = tuple(result.keys())
            for row in result:
                yield dict(zip(names, row, strict=True))

    def _row(self, statement: Executable) -> Stored | None:
        with closing(self._stream(statement)) as found:
            return next(found, None)

    def _by_id(self, table: Table, thing: str, identifier: str) -> Stored:
        """Return the row of that id, or raise `NotFoundError` saying which `thing` there is none of."""
        stored = self._row(table.select().where(table.c.id == identifier))
        if stored is None:
            raise NotFoundError(f"there is no {thing} {identifier!r}")
        return stored

    def _insert(self, table: Table) -> Insert:
        return insert_into(table, self._connection.dialect.name)

    def _upsert(self, table: Table, *rows: Row, by_age: str = "") -> None:
        """Add each row, or replace the one with its primary key unless that has a later time in `by_age`."""
        if rows:
            self._connection.execute(_upsert_into(table, self._connection.dialect.name, by_age), rows)

    def _insert_if_free(self, table: Table, row: Row) -> bool:
        """Add the row unless that breaks a unique constraint; return whether it was added.

        Unlike a failed INSERT this neither ends a PostgreSQL transaction nor deadlocks two of them.
        """
        statement = _insert_if_free_into(table, self._connection.dialect.name)
        return self._connection.execute(statement, row).first() is not None


def insert_into(table: Table, dialect: str) -> Insert:
    """Return an INSERT of a dialect: both know ON CONFLICT, SQLAlchemy's own does not.

    Parameters
    ----------
    table : Table
        Where to.
    dialect : str
        `sqlite` or `postgresql`.

    Returns
    -------
    Insert
        Give it the row when it is executed, not by `values`: with 30 columns that takes longer than the
        database does.
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _upsert_into(table: Table, dialect: str, by_age: str) -> Insert:
    statement = insert_into(table, dialect)
    changed = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    not_older = statement.excluded[by_age] >= table.c[by_age] if by_age else None
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=changed, where=not_older
    )


@cache
def _insert_if_free_into(table: Table, dialect: str) -> Insert:
    statement = insert_into(table, dialect).on_conflict_do_nothing()
    # RETURNING tells whether there was anything to insert; a count of rows is not to be had everywhere.
    return cast("Insert", statement.returning(*table.primary_key))


def chunks(values: Sequence[Any], size: int = MOST_PARAMETERS) -> Iterable[Sequence[Any]]:
    """Yield the values in pieces that fit into one IN list.

    Parameters
    ----------
    values : sequence
        Any number of values.
    size : int
        Most values a piece.

    Yields
    ------
    sequence
        The values in order; nothing for no values.
    """
    for start in range(0, len(values), size):
        yield values[start : start + size]
