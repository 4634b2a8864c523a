"""Where compiled kernels are kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from equipage.geo.kernels.compiling import ROOMS, cache_folder
from tests.conftest import ROOT

CALLER = """
from town.geo.kernels.compiling import kernel
from town.geo.kernels.callee import double

@kernel
def twice(value):
    return double(value)

print(twice(21))
"""
CALLEE = """
from town.geo.kernels.compiling import kernel

@kernel
def double(value):
    return {factor} * value
"""


def test_a_callee_changed_in_another_module_is_compiled_anew(tmp_path: Path) -> None:
    """numba alone would go on with the old one: it looks at the caller's module only."""
    for package in ("town", "town/geo", "town/geo/kernels", "town/routing", "town/routing/cch"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    compiling = (ROOT / "geo" / "kernels" / "compiling.py").read_text()
    (tmp_path / "town" / "geo" / "kernels" / "compiling.py").write_text(compiling)
    (tmp_path / "town" / "routing" / "cch" / "caller.py").write_text(CALLER)
    answers = []
    for factor in (2, 3):
        callee = tmp_path / "town" / "geo" / "kernels" / "callee.py"
        callee.write_text(CALLEE.format(factor=factor))
        answers.append(
            subprocess.run(
                [sys.executable, "-m", "town.routing.cch.caller"],
                cwd=tmp_path,
                env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
        )
    assert answers == ["42", "63"]
    assert len(list((tmp_path / "cache" / "equipage" / "kernels").iterdir())) == 2


def test_the_folder_depends_on_every_source(tmp_path: Path) -> None:
    """The same sources have one folder, and any change another."""
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "one.py").write_text("1")
    folder = cache_folder([sources], tmp_path / "cache")
    assert cache_folder([sources], tmp_path / "cache") == folder
    (sources / "two.py").write_text("2")
    assert cache_folder([sources], tmp_path / "cache") != folder


def test_where_nothing_can_be_written_there_is_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where the folder should be: the kernels are kept elsewhere."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "file").touch()
    folder = cache_folder([tmp_path], tmp_path / "file" / "cache")
    assert folder.is_dir()
    assert folder.parent == tmp_path


def test_kernels_are_in_their_rooms_only() -> None:
    """A kernel elsewhere would be answered from the old code after a change."""
    using = {
        str(source.relative_to(ROOT).parent)
        for layer in ("geo", "routing", "dispatch", "data", "api")
        for source in (ROOT / layer).rglob("*.py")
        if "import kernel" in source.read_text() or "numba" in source.read_text()
    }
    assert using <= set(ROOMS)
