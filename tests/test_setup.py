"""The scripts that make sure of what the tests need."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("sh", "ls", "sort", "tail")
"""What the script may use here: neither apt-get, so that nothing is installed, nor another PostgreSQL."""


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ([], False),
        (["15/bin/initdb"], False),
        (["15/lib/postgis-3.so"], False),
        (["15/bin/initdb", "15/lib/postgis-3.so"], True),
        (["9.6/bin/initdb", "9.6/lib/postgis-3.so", "15/bin/initdb"], False),
    ],
)
def test_a_server_without_its_postgis_is_missing(files: list[str], there: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Only the newest version counts, with the library beside it; else the packages are named."""
    versions, tools = tmp_path / "postgresql", tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    for file in files:
        (versions / file).parent.mkdir(parents=True, exist_ok=True)
        (versions / file).touch()
    done = subprocess.run(
        [ROOT / "scripts" / "need-postgres"],
        env={"PATH": str(tools), "EQUIPAGE_POSTGRESQL": str(versions)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "apt-get install postgresql postgresql-postgis" in done.stderr) == (
        (0, False) if there else (1, True)
    )


def test_chromiums_driver_needs_a_library_that_a_small_debian_leaves_out(tmp_path: Path) -> None:
    """Without libatomic, Chromium alone is not enough; both packages are named."""
    chromium = tmp_path / "chromium"
    chromium.touch(mode=0o755)
    for libatomic, missing in ((0, False), (1, True)):
        tools = tmp_path / f"bin-{libatomic}"
        tools.mkdir()
        (tools / "sh").symlink_to(str(shutil.which("sh")))
        python = tools / "python3"
        python.write_text(f"#!/bin/sh\nexit {libatomic}\n")
        python.chmod(0o755)
        done = subprocess.run(
            [ROOT / "scripts" / "need-chromium"],
            env={"PATH": str(tools), "EQUIPAGE_CHROMIUM": str(chromium)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "apt-get install chromium libatomic1" in done.stderr) == (
            int(missing),
            missing,
        )
