"""Opening a database: what a URL may be, and what is said of a database that cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, inspect, text

from equipage.data.database.engine import parse_url
from equipage.data.database.schema import state_of
from equipage.data.errors import DatabaseStateError, DatabaseUrlError
from equipage.data.store import SqlStore, default_database_url, open_store, upgrade
from equipage.dispatch.ports import Store

ALEMBIC_TABLE = """
    CREATE TABLE alembic_version (version_num);
    INSERT INTO alembic_version VALUES ('0004');
"""


def _run(file: Path, script: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An SQLite file of the present schema."""
    made = tmp_path / "equipage.sqlite"
    upgrade(f"sqlite:///{made}")
    return made


def test_the_default_is_a_file_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is said the database is a file below XDG_DATA_HOME, and upgrading makes its folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "données"))
    url = default_database_url()
    assert url == f"sqlite:///{tmp_path}/données/equipage/equipage.sqlite"
    upgrade(url)
    open_store(url).close()
    assert (tmp_path / "données" / "equipage" / "equipage.sqlite").is_file()


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@h/n", "postgres://u:p@h/n", "postgresql+psycopg2://u:p@h/n"]
)
def test_postgresql_is_spoken_to_by_psycopg(url: str) -> None:
    """Whatever driver a URL names, the one that is installed is used, and nothing else changes."""
    parsed = parse_url(url)
    assert parsed.render_as_string(hide_password=False) == "postgresql+psycopg://u:p@h/n"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("nonsense", "no database URL"),
        ("mysql://u@h/n", "kind 'mysql'"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_a_url_that_cannot_be_used_says_what_can(url: str, fault: str) -> None:
    """The error says what is wrong with the URL, and what to give instead."""
    with pytest.raises(DatabaseUrlError, match=f"{fault}.*give sqlite:///FILE or postgresql://"):
        open_store(url)


def test_a_file_that_is_absent_is_not_made_by_opening(tmp_path: Path) -> None:
    """Opening says what to run; the folder stays empty."""
    with pytest.raises(DatabaseStateError, match=r"no such file yet: run `equipage db upgrade`"):
        open_store(f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_says_what_to_run(tmp_path: Path) -> None:
    """A database without tables is not ours yet, and not wrong either."""
    file = tmp_path / "empty.sqlite"
    _run(file, "VACUUM")
    with pytest.raises(DatabaseStateError, match=r"is empty: run `equipage db upgrade`"):
        open_store(f"sqlite:///{file}")


def test_an_older_database_says_what_to_run(file: Path) -> None:
    """A database that lacks the last migration is named with both revisions."""
    _run(file, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(DatabaseStateError, match=r"0001 is older than this program's \d+: run `equipage db"):
        open_store(f"sqlite:///{file}")


def test_a_newer_database_is_neither_opened_nor_upgraded(file: Path) -> None:
    """A revision that this program does not know needs a newer program, and stays as it is."""
    _run(file, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseStateError, match=r"9999 was made by a newer Équipage.*install that newer"):
        open_store(f"sqlite:///{file}")
    with pytest.raises(DatabaseStateError, match=r"left as it is.*newer Équipage"):
        upgrade(f"sqlite:///{file}")
    assert state_of(f"sqlite:///{file}").revision == "9999"


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE reports (id)",
        ALEMBIC_TABLE + "CREATE TABLE users (id)",
    ],
    ids=["plain", "with Alembic's table"],
)
def test_another_programs_database_is_left_alone(tmp_path: Path, script: str) -> None:
    """Tables that are not ours are said to be another program's, and upgrading adds none."""
    file = tmp_path / "other.sqlite"
    _run(file, script)
    with pytest.raises(DatabaseStateError, match="belongs to another program"):
        open_store(f"sqlite:///{file}")
    with pytest.raises(DatabaseStateError, match=r"left as it is.*belongs to another program"):
        upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        names = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert not {"outbox", "services"} & names


@pytest.mark.parametrize("act", [open_store, upgrade])
def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, act: object) -> None:
    """A text file is refused with a sentence, and stays as it was."""
    file = tmp_path / "letter.sqlite"
    file.write_text("Dear Sir or Madam, " * 100)
    assert callable(act)
    with pytest.raises(DatabaseStateError, match="not a"):
        act(f"sqlite:///{file}")
    assert file.read_text().startswith("Dear Sir")


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    """The error names the database and the reason, but never the password."""
    with pytest.raises(DatabaseStateError, match="cannot be opened") as failure:
        open_store("postgresql://user:hush@127.0.0.1:9/none?connect_timeout=2")
    assert "hush" not in str(failure.value)
    assert "127.0.0.1:9/none" in str(failure.value)


def test_a_database_that_may_not_make_postgis_says_who_can(postgis_server: URL) -> None:
    """A plain role is told what to ask for, nothing is made; once a superuser did it, upgrading works."""
    admin = create_engine(postgis_server, isolation_level="AUTOCOMMIT")
    own = postgis_server.set(database="plain")
    url = own.set(username="plain").render_as_string(hide_password=False)
    with admin.connect() as server:
        server.execute(text("CREATE ROLE plain LOGIN"))
        server.execute(text("CREATE DATABASE plain OWNER plain"))
    try:
        with pytest.raises(DatabaseStateError, match=r"lacks PostGIS .*superuser run CREATE EXTENSION"):
            upgrade(url)
        superuser = create_engine(own, isolation_level="AUTOCOMMIT")
        with superuser.connect() as inside:
            assert inspect(inside).get_table_names() == []
            inside.execute(text("CREATE EXTENSION postgis"))
        superuser.dispose()
        upgrade(url)
        open_store(url).close()
    finally:
        with admin.connect() as server:
            server.execute(text("DROP DATABASE plain WITH (FORCE)"))
            server.execute(text("DROP ROLE plain"))
        admin.dispose()


def test_the_state_counts_the_rows_of_every_table(file: Path) -> None:
    """An up-to-date database tells its rows by table; looking at it adds none."""
    _run(file, "INSERT INTO settings VALUES ('a', 'b')")
    state = state_of(f"sqlite:///{file}")
    assert (state.dialect, state.problem, state.revision) == ("sqlite", "", state.head)
    assert state.row_counts["settings"] == 1
    assert sum(state.row_counts.values()) == 1
    assert {"reports", "fixes", "notes", "audit"} <= set(state.row_counts)


def test_a_store_is_what_dispatching_asks_for(store: SqlStore) -> None:
    """The type checker accepts the store as the port, and every method of the ports is there."""
    port: Store = store
    assert port is store
