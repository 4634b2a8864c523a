"""Migrations make exactly the tables that the code describes, and can be undone."""

from __future__ import annotations

import importlib.resources
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect

from equipage.data.database.engine import for_writing, make_engine, parse_url
from equipage.data.database.schema import compared, migrations
from equipage.data.database.tables import metadata


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection to an empty database of the present schema, in a transaction."""
    engine = make_engine(parse_url(database_url))
    with for_writing(engine).begin() as opened:
        yield opened
    engine.dispose()


def test_migrations_and_tables_agree(connection: Connection) -> None:
    """Alembic finds nothing to do after the last migration: no table, column, type, index or key differs."""
    include = compared(connection.dialect.name)
    context = MigrationContext.configure(connection, opts={"include_object": include})
    assert compare_metadata(context, metadata) == []


def test_a_column_that_no_migration_makes_would_be_noticed(connection: Connection) -> None:
    """The comparison above can fail: a dropped column is reported."""
    connection.exec_driver_sql("ALTER TABLE services DROP COLUMN description")
    context = MigrationContext.configure(
        connection, opts={"include_object": compared(connection.dialect.name)}
    )
    (difference,) = compare_metadata(context, metadata)
    assert (difference[0], difference[3].name) == ("add_column", "description")


def _index(index: Any) -> tuple[str, str, bool, str]:
    return index["name"], str(index["column_names"]), bool(index["unique"]), _where(index)


def _where(index: Any) -> str:
    return str(index.get("dialect_options", {}).get("sqlite_where", ""))


def _rules(connection: Connection) -> dict[str, Any]:
    """Return what Alembic does not compare: checks, and the conditions of partial indices, by table."""
    inspector = inspect(connection)
    return {
        table: (
            sorted((check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table)),
            sorted(_index(index) for index in inspector.get_indexes(table)),
            sorted(str(unique) for unique in inspector.get_unique_constraints(table)),
            sorted(str(key) for key in inspector.get_foreign_keys(table)),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_constraints_of_migrations_and_tables_agree(tmp_path: Path) -> None:
    """On SQLite checks and partial indices are the same, word for word, as tables made from the code have."""
    engine = make_engine(parse_url(f"sqlite:///{tmp_path / 'migrated.sqlite'}"))
    with for_writing(engine).begin() as connection:
        command.upgrade(migrations(connection), "head")
        migrated = _rules(connection)
    engine.dispose()
    plain = create_engine(f"sqlite:///{tmp_path / 'made.sqlite'}")
    metadata.create_all(plain)
    with plain.connect() as connection:
        made = _rules(connection)
    plain.dispose()
    assert migrated == made
    assert sum(len(checks) for checks, *_ in made.values()) > 30
    assert "status IN ('en_route', 'on_site')" in {
        where for _, indices, *_ in made.values() for *_, where in indices
    }


def test_downgrading_leaves_nothing(connection: Connection) -> None:
    """All the way down no table of ours is left, and up again the schema is whole."""
    config = migrations(connection)
    command.downgrade(config, "base")
    left = set(inspect(connection).get_table_names()) - {"spatial_ref_sys"}
    assert left == {"alembic_version"}
    command.upgrade(config, "head")
    context = MigrationContext.configure(
        connection, opts={"include_object": compared(connection.dialect.name)}
    )
    assert compare_metadata(context, metadata) == []


def test_the_script_for_postgresql_has_what_only_it_can() -> None:
    """The SQL for PostgreSQL, written without a server, has geometries, GiST, partitions and sequences."""
    config = migrations()
    config.output_buffer = io.StringIO()
    command.upgrade(config, "head", sql=True)
    script = config.output_buffer.getvalue()
    for piece in (
        "CREATE EXTENSION IF NOT EXISTS postgis",
        "position geometry(POINT,4326) NOT NULL",
        "CREATE INDEX ix_reports_position ON reports USING gist (position)",
        "PARTITION BY RANGE (fix_time)",
        "CREATE TABLE fixes_default PARTITION OF fixes DEFAULT",
        "CREATE SEQUENCE report_numbers",
        "TIMESTAMP WITH TIME ZONE",
        "WHERE status IN ('en_route', 'on_site')",
    ):
        assert piece in script
    assert "CREATE TABLE counters" not in script
    assert script.count("USING gist") == 4


def test_the_migrations_are_in_the_package() -> None:
    """They are found as resources of the installed package, as a wheel has them."""
    versions = importlib.resources.files("equipage.data") / "migrations" / "versions"
    names = sorted(entry.name for entry in versions.iterdir() if entry.name.endswith(".py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
