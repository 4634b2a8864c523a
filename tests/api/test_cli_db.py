"""`equipage db` as an operator runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from typer.testing import CliRunner, Result

from equipage.api.cli_db import app
from equipage.data.database.schema import migrations


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'city' / 'equipage.sqlite'}"


def _run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, arguments, env=variables)


def test_check_after_upgrade_is_content(url: str) -> None:
    """After `upgrade` `check` exits with 0 and tells dialect, revision and the rows of every table."""
    head = ScriptDirectory.from_config(migrations()).get_current_head()
    upgraded = _run("upgrade", "--database-url", url)
    assert (upgraded.exit_code, upgraded.output) == (0, f"{url} is now at revision {head}.\n")
    checked = _run("check", "--database-url", url)
    assert checked.exit_code == 0
    told = {tuple(line.strip().rsplit(maxsplit=1)) for line in checked.output.splitlines()}
    facts = {("dialect", "sqlite"), ("revision", head), ("up to date", "yes"), ("rows of reports", "0")}
    assert facts <= told


def test_upgrading_twice_changes_nothing(url: str) -> None:
    """A second `upgrade` says that there was nothing to do."""
    _run("upgrade", "--database-url", url)
    again = _run("upgrade", "--database-url", url)
    assert (again.exit_code, again.output) == (0, f"{url} was up to date already.\n")


def test_check_without_a_database_says_what_to_run(url: str) -> None:
    """It exits with 1, one sentence on stderr names the database and the remedy, and nothing is made."""
    checked = _run("check", "--database-url", url)
    assert checked.exit_code == 1
    assert checked.stderr == (
        f"Error: {url} cannot be used: there is no such file yet: run `equipage db upgrade`\n"
    )
    assert not Path(url.removeprefix("sqlite:///")).exists()


def test_the_variable_names_the_database(url: str) -> None:
    """Without the option `EQUIPAGE_DATABASE_URL` is used."""
    assert _run("upgrade", EQUIPAGE_DATABASE_URL=url).exit_code == 0
    assert Path(url.removeprefix("sqlite:///")).is_file()


def test_without_either_it_is_a_file_of_the_user(tmp_path: Path) -> None:
    """With neither option nor variable the file in the user's data folder is used."""
    upgraded = _run("upgrade", XDG_DATA_HOME=str(tmp_path), EQUIPAGE_DATABASE_URL="")
    assert upgraded.exit_code == 0
    assert (tmp_path / "equipage" / "equipage.sqlite").is_file()


@pytest.mark.parametrize("action", ["upgrade", "check"])
def test_a_wrong_url_is_one_sentence(action: str) -> None:
    """A URL that cannot be used exits with 1 and says what can be given."""
    result = _run(action, "--database-url", "mysql://root:hush@localhost/city")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "Error: Équipage cannot use a database of kind 'mysql'; give sqlite:///FILE"
    )
    assert "hush" not in result.output


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Where a file is in the way of the folder the error names it."""
    (tmp_path / "file").write_text("")
    result = _run("upgrade", "--database-url", f"sqlite:///{tmp_path / 'file' / 'equipage.sqlite'}")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {tmp_path / 'file'}: File exists\n"
