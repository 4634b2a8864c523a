"""Fixtures: an empty, migrated database for each test, on SQLite and on PostGIS.

`tests/conftest.py` imports them, so that every room may ask for `store` or `database_url`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, event, text

from equipage.data.store import SqlStore, open_store, upgrade
from tests.postgres import private_server

DIALECTS = ("sqlite", "postgis")
"""What the contract tests run on."""

FreshDatabase = Callable[[Path], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def postgis_server() -> Iterator[URL]:
    """A private PostgreSQL server for the whole run, as a superuser sees it."""
    with private_server() as url:
        yield url


@pytest.fixture(scope="session")
def fresh_sqlite(tmp_path_factory: pytest.TempPathFactory) -> FreshDatabase:
    """A maker of migrated SQLite files: copies of one, since migrating takes longer than most tests."""
    return _sqlite_copies(tmp_path_factory.mktemp("template") / "template.sqlite")


@pytest.fixture(scope="session")
def fresh_postgis(postgis_server: URL) -> Iterator[FreshDatabase]:
    """A maker of migrated databases on PostGIS, copies of one too."""
    with postgis_copies(postgis_server) as copies:
        yield copies


@pytest.fixture(scope="session", params=DIALECTS)
def fresh_database(request: pytest.FixtureRequest) -> FreshDatabase:
    """A maker of migrated databases: the one that is asked for, so that tests on SQLite need no server."""
    maker: FreshDatabase = request.getfixturevalue(f"fresh_{request.param}")
    return maker


@pytest.fixture
def database_url(fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the present schema."""
    with fresh_database(tmp_path) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """An empty store of the present schema."""
    opened = open_store(database_url)
    yield opened
    opened.close()


def heard(store: SqlStore) -> list[tuple[str, Any]]:
    """Return a list that grows by each statement of a store, with what it is given."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(store._engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, given: Any, *_more: object) -> None:
        asked.append((statement, given))

    return asked


def _sqlite_copies(template: Path) -> FreshDatabase:
    upgrade(f"sqlite:///{template}")

    @contextmanager
    def copy(folder: Path) -> Iterator[str]:
        file = folder / "equipage.sqlite"
        shutil.copy(template, file)
        yield f"sqlite:///{file}"

    return copy


@contextmanager
def postgis_copies(url: URL) -> Iterator[FreshDatabase]:
    """Give a maker of databases that are copies of a migrated one on this server."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    template = f"equipage_template_{uuid4().hex}"

    def named(name: str) -> str:
        return url.set(database=name).render_as_string(hide_password=False)

    def run(statement: str) -> None:
        with admin.connect() as connection:
            connection.execute(text(statement))

    @contextmanager
    def copy(_folder: Path) -> Iterator[str]:
        name = f"equipage_test_{uuid4().hex}"
        run(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield named(name)
        run(f"DROP DATABASE {name} WITH (FORCE)")

    run(f"CREATE DATABASE {template}")
    upgrade(named(template))
    yield copy
    run(f"DROP DATABASE {template} WITH (FORCE)")
    admin.dispose()
