"""The state of a database's schema, and bringing it up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from equipage.data.database.engine import file_of, for_writing, make_engine, parse_url
from equipage.data.database.tables import metadata
from equipage.data.database.tables.base import ONLY_ON
from equipage.data.errors import DatabaseStateError

REMEDY = "run `equipage db upgrade`"

_NOT_OURS = "it belongs to another program: give Équipage a database, or a schema, of its own"
_OF_POSTGIS = frozenset({"spatial_ref_sys"})
# On an expression, which Alembic cannot compare on SQLite: the migration alone knows it.
_ON_EXPRESSION = frozenset({"ix_reports_on_globe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """What a database holds.

    Parameters
    ----------
    url : str
        Without the password.
    dialect : str
        `sqlite` or `postgresql`.
    revision : str
        Of its schema; empty before the first.
    head : str
        The revision that this program works with.
    problem : str
        Why this program cannot work with it and what to do; empty when it can.
    row_counts : mapping of str to int
        By table; empty when there is a problem.
    """

    url: str
    dialect: str
    revision: str
    head: str
    problem: str
    row_counts: Mapping[str, int] = field(default_factory=dict)


def schema_of(connection: Connection) -> str | None:
    """Return the schema that our tables are in: the first of PostgreSQL's search path, none on SQLite.

    Parameters
    ----------
    connection : Connection
        To either.

    Returns
    -------
    str or None
        Without it, tables of the same names further down the search path would be taken for ours.
    """
    return connection.dialect.default_schema_name if connection.dialect.name == "postgresql" else None


def migrations(connection: Connection | None = None) -> Config:
    """Return the configuration of Alembic.

    Parameters
    ----------
    connection : Connection or None
        What to migrate, within a transaction of the caller.

    Returns
    -------
    Config
        It finds the migrations in the installed package.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "equipage.data:migrations")
    return config


def compared(dialect: str) -> Callable[..., bool]:
    """Return Alembic's `include_object`: what the tables and a database of that dialect are compared by.

    Parameters
    ----------
    dialect : str
        `sqlite` or `postgresql`.

    Returns
    -------
    callable
        False for what only the other dialect has, for partitions, for PostGIS's own tables and for an index
        on an expression.
    """

    def include(thing: Any, name: str, kind: str, *_about: object) -> bool:
        if kind == "index":
            if name in _ON_EXPRESSION:
                return False
            return dialect == "postgresql" or thing.dialect_options["postgresql"]["using"] != "gist"
        if kind == "table":
            is_partition = name.startswith("fixes_")
            return (
                thing.info.get(ONLY_ON, dialect) == dialect and not is_partition and name not in _OF_POSTGIS
            )
        return True

    return include


def upgrade(url: str) -> None:
    """Bring a database to this program's schema, all or nothing; an absent SQLite file is made.

    Parameters
    ----------
    url : str
        `sqlite:///FILE` or `postgresql://…`.

    Raises
    ------
    DatabaseStateError
        If the database is another program's or newer than this one, or has no PostGIS and cannot get it.
    DatabaseUrlError
        If the URL cannot be used.
    """
    parsed = parse_url(url)
    file = file_of(parsed)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(parsed)
    try:
        with for_writing(engine).begin() as connection:
            _, problem = _revision(connection)
            if problem and REMEDY not in problem:
                raise DatabaseStateError(f"{_shown(engine)} was left as it is: {problem}")
            if problem and connection.dialect.name == "postgresql":
                need_postgis(connection)
            if problem:
                command.upgrade(migrations(connection), "head")
    except DatabaseError as error:
        raise unusable(engine, "upgraded", error) from error
    finally:
        engine.dispose()


def state_of(url: str) -> DatabaseState:
    """Return what a database holds; it is only read, and an absent SQLite file stays absent.

    Parameters
    ----------
    url : str
        `sqlite:///FILE` or `postgresql://…`.

    Returns
    -------
    DatabaseState
        With the problem, if there is one.

    Raises
    ------
    DatabaseStateError
        If it cannot be connected to.
    DatabaseUrlError
        If the URL cannot be used.
    """
    engine = make_engine(parse_url(url))
    try:
        return engine_state(engine, counted=True)
    finally:
        engine.dispose()


def engine_state(engine: Engine, *, counted: bool) -> DatabaseState:
    """Return what the database of an engine holds.

    Parameters
    ----------
    engine : Engine
        From `make_engine`.
    counted : bool
        Whether to count rows as well, which reads every table.

    Returns
    -------
    DatabaseState
        With the problem, if there is one.

    Raises
    ------
    DatabaseStateError
        If it cannot be connected to.
    """
    file = file_of(engine.url)
    if file is not None and not file.exists():
        return _state(engine, "", f"there is no such file yet: {REMEDY}")
    try:
        with engine.connect() as connection:
            revision, problem = _revision(connection)
            counts = {} if problem or not counted else _row_counts(connection)
    except DatabaseError as error:
        if "not a database" in str(error.orig):
            return _state(engine, "", f"the file is not an SQLite database; {_NOT_OURS}")
        raise unusable(engine, "opened", error) from error
    return _state(engine, revision, problem, counts)


def need_postgis(connection: Connection) -> None:
    """Make the extension where it is missing, as the migrations would, or say who can.

    Parameters
    ----------
    connection : Connection
        To PostgreSQL, within a transaction that a refusal leaves as it is.

    Raises
    ------
    DatabaseStateError
        If it is not there and this role may not make it.
    """
    try:
        # A savepoint: a refusal would otherwise end the transaction that the caller is in.
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except DatabaseError as error:
        reason = str(error.orig).partition("\n")[0]
        raise DatabaseStateError(
            f"{_shown(connection.engine)} was left as it is: it lacks PostGIS ({reason}). Install PostGIS on"
            " the server (on Debian: apt-get install postgresql-postgis), then let a superuser run"
            " CREATE EXTENSION postgis in this database"
        ) from error


def unusable(engine: Engine, what: str, error: DatabaseError) -> DatabaseStateError:
    """Return the error that says why a database cannot be used and, where it was not reached, what to do.

    Parameters
    ----------
    engine : Engine
        Whose database.
    what : str
        What it cannot be, such as `opened`.
    error : DatabaseError
        What was said.

    Returns
    -------
    DatabaseStateError
        Without the password.
    """
    told = f"{_shown(engine)} cannot be {what}: {error.orig}"
    # No statement was ever sent.
    if engine.dialect.name == "postgresql" and error.statement is None:
        database = engine.url.database or "NAME"
        told = (
            f"{told.rstrip()}\nStart the server, or mend the URL (user, password, host, port); where the"
            f" server has no such database yet, run `createdb {database}`"
        )
    return DatabaseStateError(told)


def _state(
    engine: Engine, revision: str, problem: str, counts: Mapping[str, int] | None = None
) -> DatabaseState:
    return DatabaseState(
        url=_shown(engine),
        dialect=engine.dialect.name,
        revision=revision,
        head=_head(),
        problem=problem,
        row_counts=counts or {},
    )


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _head() -> str:
    return ScriptDirectory.from_config(migrations()).get_current_head() or ""


def _revision(connection: Connection) -> tuple[str, str]:
    """Return the schema's revision and what is wrong with it, both empty where there is none."""
    present = _table_names(connection) - _OF_POSTGIS
    in_schema = {"version_table_schema": schema_of(connection)}
    found = MigrationContext.configure(connection, opts=in_schema).get_current_heads()
    revision = found[0] if found else ""
    ours = {"outbox", "fix_verdicts"} <= present
    if not present - {"alembic_version"}:
        return revision, f"it is empty: {REMEDY}"
    if not revision or not ours:
        return revision, f"its tables are not those of Équipage; {_NOT_OURS}"
    known = {script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()}
    if revision not in known:
        return revision, (
            f"its schema {revision} was made by a newer Équipage than this one, which knows it up to"
            f" {_head()}: install that newer version"
        )
    if revision != _head():
        return revision, f"its schema {revision} is older than this program's {_head()}: {REMEDY}"
    return revision, ""


def _row_counts(connection: Connection) -> Mapping[str, int]:
    present = _table_names(connection)
    tables = [table for table in metadata.sorted_tables if table.name in present]
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names(schema_of(connection)))
