"""Where a demo keeps its state: never where another one has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from equipage.api.demo import cli


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to start demos in, and no database named."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EQUIPAGE_DATABASE_URL", raising=False)
    monkeypatch.setattr(cli, "_locks", [])
    yield tmp_path
    for lock in cli._locks:
        lock.close()


def test_a_demo_beside_another_has_a_state_of_its_own(here: Path) -> None:
    """The first keeps its file; the second's is named after its port; a third on that port has to wait."""
    place = str(here)
    first = cli._own_number(place, 8000)
    (here / ".equipage").mkdir()
    state = cli._file(first, keep=False)
    state.write_text("the first demo's")
    second = cli._own_number(place, 8001)
    assert (first, second) == ("", "8001")
    assert cli._file(second, keep=False) == here / ".equipage" / "demo-8001.sqlite"
    assert state.read_text() == "the first demo's"
    with pytest.raises(typer.Exit):
        cli._own_number(place, 8001)


def test_a_demo_that_has_ended_gives_its_state_back(here: Path) -> None:
    """The next one begins anew in the usual place, or goes on there."""
    state = here / ".equipage" / "demo.sqlite"
    assert cli._database_url(8000, keep=False) == f"sqlite:///{state}"
    state.write_text("some days")
    for lock in cli._locks:
        lock.close()
    assert cli._database_url(8001, keep=True) == f"sqlite:///{state}"
    assert state.read_text() == "some days"
    assert cli._database_url(8002, keep=False) == f"sqlite:///{here}/.equipage/demo-8002.sqlite"
    assert state.read_text() == "some days"
