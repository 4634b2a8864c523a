"""What every group of queries stands on: one connection, and the few statements they all make."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
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

    def _rows(self, statement: Executable) -> Sequence[Stored]:
        return list(self._stream(statement))

    def _stream(self, statement: Executable) -> Generator[Stored]:
        """Yield rows as they are asked for, so that SQLite looks no further than the last one wanted."""
        with self._connection.execute(statement) as result:
            # Every column here has a name; SQLAlchemy allows other keys too.
            yield from cast("Iterator[Stored]", result.mappings())

    def _row(self, statement: Executable) -> Stored | None:
        return cast("Stored | None", self._connection.execute(statement).mappings().first())

    def _by_id(self, table: Table, thing: str, identifier: str) -> Stored:
        """Return the row of that id, or raise `NotFoundError` saying which `thing` there is none of."""
        stored = self._row(table.select().where(table.c.id == identifier))
        if stored is None:
            raise NotFoundError(f"there is no {thing} {identifier!r}")
        return stored

    def _insert(self, table: Table) -> Insert:
        """Return an INSERT of the connection's dialect: both know ON CONFLICT, SQLAlchemy's own does not."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _upsert(self, table: Table, row: Row) -> None:
        """Add the row, or replace the one with its primary key."""
        statement = self._insert(table).values(row)
        key = [column.name for column in table.primary_key]
        changed = {name: statement.excluded[name] for name in row if name not in key}
        self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))

    def _insert_if_free(self, table: Table, row: Row) -> bool:
        """Add the row unless that breaks a unique constraint; return whether it was added.

        Unlike a failed INSERT this neither ends a PostgreSQL transaction nor deadlocks two of them.
        """
        statement = self._insert(table).values(row).on_conflict_do_nothing()
        added = self._connection.execute(statement.returning(*table.primary_key))
        return added.first() is not None


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
