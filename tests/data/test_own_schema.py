"""A schema of its own: it is made anew or kept, and whatever else is in the database stays untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from equipage.data.database.own_schema import own_schema
from equipage.data.database.schema import state_of
from equipage.data.errors import DatabaseStateError, DatabaseUrlError
from equipage.data.store import open_store, upgrade
from tests.data.examples import save_city
from tests.stores import FreshDatabase

NAME = "equipage_demo"


@pytest.fixture
def url(fresh_postgis: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """The URL of a PostGIS database whose public tables are the real server's, with a city in them."""
    with fresh_postgis(tmp_path) as named:
        _save_city(named)
        yield named


def _save_city(url: str) -> None:
    store = open_store(url)
    with store.transaction() as tx:
        save_city(tx)
    store.close()


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(statement))


def _rows(url: str) -> int:
    return sum(state_of(url).row_counts.values())


def test_what_else_is_in_the_database_stays_as_it_was(url: str) -> None:
    """The schema begins empty beside full public tables of the same names, and neither sees the other's."""
    before = state_of(url).row_counts
    demo = own_schema(url, NAME, anew=True)
    assert "is empty" in state_of(demo).problem
    upgrade(demo)
    assert _rows(demo) == 0
    _save_city(demo)
    assert state_of(demo).row_counts == before
    _run(demo, "DELETE FROM devices")
    own_schema(url, NAME, anew=True)
    assert state_of(url).row_counts == before
    assert state_of(url).problem == ""


def test_it_begins_anew_or_goes_on(url: str) -> None:
    """Kept it has what was stored; anew it is empty again, and takes the tables as at first."""
    upgrade(own_schema(url, NAME, anew=False))
    _save_city(own_schema(url, NAME, anew=False))
    assert _rows(own_schema(url, NAME, anew=False)) > 0
    demo = own_schema(url, NAME, anew=True)
    assert "is empty" in state_of(demo).problem
    upgrade(demo)
    assert _rows(demo) == 0


def test_settings_of_the_url_stay(url: str) -> None:
    """What the URL says already is kept beside the search path."""
    given = make_url(url).update_query_dict({"options": "-cgeqo=off"}).render_as_string(hide_password=False)
    engine = create_engine(own_schema(given, NAME, anew=True), poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW geqo")) == "off"
        assert connection.scalar(text("SHOW search_path")) == f"{NAME},public"


def test_postgis_may_be_in_a_schema_of_its_own(postgis_server: URL) -> None:
    """Where a database keeps its extensions elsewhere, geometries are found there, and stay there."""
    _run_alone(postgis_server, "CREATE DATABASE tidy")
    tidy = postgis_server.set(database="tidy").render_as_string(hide_password=False)
    _run(tidy, 'CREATE SCHEMA "Our extensions"; CREATE EXTENSION postgis SCHEMA "Our extensions"')
    for _ in range(2):
        upgrade(own_schema(tidy, NAME, anew=True))
    _save_city(own_schema(tidy, NAME, anew=False))
    _run_alone(postgis_server, "DROP DATABASE tidy WITH (FORCE)")


def test_a_role_without_rights_is_told_which(postgis_server: URL, url: str) -> None:
    """Somebody who may read only is told what the owner has to run, and nothing is made."""
    _run(url, "CREATE ROLE reader LOGIN")
    reader = make_url(url).set(username="reader").render_as_string(hide_password=False)
    with pytest.raises(DatabaseStateError, match=r"cannot be made .*GRANT CREATE ON DATABASE \w+ TO reader"):
        own_schema(reader, NAME, anew=True)
    _run(url, "DROP ROLE reader")


def test_a_server_that_does_not_answer_is_told_with_a_remedy() -> None:
    """The address is named without the password, and what to do."""
    with pytest.raises(DatabaseStateError, match=r"(?s)cannot be opened.*Start the server") as failure:
        own_schema("postgresql://user:hush@127.0.0.1:9/none?connect_timeout=2", NAME, anew=True)
    assert "hush" not in str(failure.value)


def test_only_postgresql_has_schemas() -> None:
    """A file has none, and the error says what to give."""
    with pytest.raises(DatabaseUrlError, match="give postgresql://"):
        own_schema("sqlite:///here.sqlite", NAME, anew=True)


def _run_alone(server: URL, statement: str) -> None:
    """Run what no transaction may hold."""
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
