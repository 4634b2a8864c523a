"""The folder of drawn tiles."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from equipage.data.tile_files import TileFiles


def test_tile_is_found_again(tmp_path: Path) -> None:
    """What was written is read, by another object, too; of another version nothing is."""
    TileFiles(tmp_path, "one").write("day/3/1/2@1x.png", b"picture")
    assert TileFiles(tmp_path, "one").read("day/3/1/2@1x.png") == b"picture"
    assert TileFiles(tmp_path, "two").read("day/3/1/2@1x.png") is None


def test_oldest_tiles_make_room(tmp_path: Path) -> None:
    """Beyond its limit the folder loses the tiles written first, an older version's before others."""
    TileFiles(tmp_path, "old").write("a.png", bytes(40))
    os.utime(tmp_path / "old" / "a.png", (1, 1))
    files = TileFiles(tmp_path, "new", most_bytes=100)
    for number, name in enumerate(("b.png", "c.png")):
        files.write(name, bytes(35))
        os.utime(tmp_path / "new" / name, (2 + number, 2 + number))
    assert sorted(path.name for path in tmp_path.rglob("*.png")) == ["b.png", "c.png"]


def test_folder_that_cannot_be_written_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file in the place of the folder keeps nothing, says so once and hinders nobody."""
    (tmp_path / "taken").write_bytes(b"")
    files = TileFiles(tmp_path / "taken", "one")
    with caplog.at_level(logging.WARNING):
        files.write("a.png", b"1")
        files.write("b.png", b"2")
    assert files.read("a.png") is None
    assert len(caplog.records) == 1
