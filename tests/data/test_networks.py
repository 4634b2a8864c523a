"""Files of built networks, and the cache of them."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from equipage.data import networks
from equipage.data.errors import NetworkFileError, OsmReadError
from equipage.data.network_files import FORMAT_VERSION, MAGIC
from equipage.data.networks import cached_network, load_network, read_network, save_network
from equipage.data.osm import read_osm
from equipage.routing import assembly
from equipage.routing.errors import UnknownProfileError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.data.overpass_server import LITTLE_TOWN


@pytest.fixture(scope="module")
def town() -> RoadNetwork:
    return load_network(LITTLE_TOWN)


@pytest.fixture
def stored(town: RoadNetwork, tmp_path: Path) -> Path:
    path = tmp_path / "town.equipage"
    save_network(town, path)
    return path


def test_a_stored_network_comes_back_the_same(town: RoadNetwork, stored: Path) -> None:
    """Every array, name and count of a network survives the file, types included."""
    again = read_network(stored)
    for field in fields(RoadNetwork):
        before, after = getattr(town, field.name), getattr(again, field.name)
        if isinstance(before, np.ndarray):
            assert after.dtype == before.dtype, field.name
            assert after.shape == before.shape, field.name
            assert np.array_equal(after, before), field.name
        else:
            assert after == before, field.name
            assert type(after) is type(before), field.name


def test_a_network_without_turns_comes_back(tmp_path: Path) -> None:
    """Empty arrays are kept with their shapes."""
    road = RoadNetwork.from_arrays([[5.0, 47.3], [5.01, 47.3]], [0], [1])
    save_network(road, tmp_path / "road.equipage")
    again = read_network(tmp_path / "road.equipage")
    assert again == road
    assert again.turn_from.shape == road.turn_from.shape == (0,)


def test_arrays_are_views_of_the_file(stored: Path) -> None:
    """Reading copies nothing: arrays are read-only, aligned, and rest on the mapped file."""
    network = read_network(stored)
    for values in (network.edge_duration_s, network.turn_to, network.shape_lonlat):
        assert not values.flags.owndata
        assert not values.flags.writeable
        assert values.flags.aligned


def test_a_stored_network_knows_its_order(
    town: RoadNetwork, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart does not look for the order of contraction again."""
    ends = town.edge_shape(0)[0], town.edge_shape(town.edge_count - 1)[0]
    expected = Router(town).route(*ends)

    def searched(*_: object) -> None:
        raise AssertionError("the order was looked for again")

    monkeypatch.setattr(assembly, "dissection_order", searched)
    found = Router(read_network(stored)).route(*ends)
    assert found.duration_s == expected.duration_s


def test_load_network_reads_maps_and_built_networks(town: RoadNetwork, stored: Path) -> None:
    """The same call takes an OSM file and the file of a built network, told apart by content."""
    renamed = stored.with_suffix(".pbf")
    stored.rename(renamed)
    assert load_network(renamed) == load_network(LITTLE_TOWN) == town


def test_saving_replaces_what_is_there_at_once(town: RoadNetwork, stored: Path) -> None:
    """A network in use stays readable while its file is replaced, and no temporary file is left."""
    used = read_network(stored)
    other = RoadNetwork.from_arrays([[5.0, 47.3], [5.01, 47.3]], [0, 1], [1, 0])
    save_network(other, stored)
    assert used.sealed() == town
    assert read_network(stored) == other
    assert list(stored.parent.iterdir()) == [stored]


def test_a_failed_save_leaves_the_old_file(
    town: RoadNetwork, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full half-way, the old file stays and no half one is left."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_network(town, stored)
    monkeypatch.undo()
    assert read_network(stored) == town
    assert list(stored.parent.iterdir()) == [stored]


def test_the_folder_is_made(town: RoadNetwork, tmp_path: Path) -> None:
    """A file in a folder that is not there yet can be written."""
    save_network(town, tmp_path / "a" / "b" / "town.equipage")
    assert read_network(tmp_path / "a" / "b" / "town.equipage") == town


# --- Files that are not whole -------------------------------------------------------------------------------


def with_header(content: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the file with its header changed, padded to its old length."""
    length = struct.unpack_from("<I", content, 20)[0]
    header = json.loads(content[24 : 24 + length])
    change(header)
    text = json.dumps(header, ensure_ascii=False).encode()
    assert len(text) <= length
    return content[:24] + text.ljust(length) + content[24 + length :]


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def flipped_in(content: bytes, array: str) -> bytes:
    """Return the file with the first bit of an array changed."""
    length = struct.unpack_from("<I", content, 20)[0]
    body = -(-(24 + length) // 64) * 64
    return flipped(content, body + json.loads(content[24 : 24 + length])["arrays"][array]["offset"])


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "is not the file of a built network"),
    "foreign": (lambda _: b"PK\x03\x04" + bytes(100), "is not the file of a built network"),
    "cut in the start": (lambda c: c[:20], "is not the file of a built network"),
    "cut in the header": (lambda c: c[:200], "cut off or damaged"),
    "cut in the arrays": (lambda c: c[: len(c) // 2], r"it has \d+ bytes instead of \d+"),
    "cut by one byte": (lambda c: c[:-1], r"it has \d+ bytes instead of \d+"),
    "too long": (lambda c: c + b"x", r"it has \d+ bytes instead of \d+"),
    "one bit of an array": (lambda c: flipped(c, len(c) - 3), "does not match its network_id"),
    "one bit of the order": (lambda c: flipped_in(c, "state_order"), "every state once"),
    "one bit of the header": (lambda c: flipped(c, 30), "cut off or damaged"),
    "older version": (
        lambda c: c[:16] + struct.pack("<I", FORMAT_VERSION - 1) + c[20:],
        f"format version {FORMAT_VERSION - 1}.*reads version {FORMAT_VERSION}",
    ),
    "newer version": (
        lambda c: c[:16] + struct.pack("<I", FORMAT_VERSION + 1) + c[20:],
        f"format version {FORMAT_VERSION + 1}.*reads version {FORMAT_VERSION}",
    ),
    "an array missing": (
        lambda c: with_header(c, lambda h: h["arrays"].pop("turn_to")),
        "cut off or damaged",
    ),
    "objects for numbers": (
        lambda c: with_header(c, lambda h: h["arrays"]["turn_to"].update(dtype="O")),
        "cut off or damaged",
    ),
    "beyond the end": (
        lambda c: with_header(c, lambda h: h["arrays"]["turn_to"].update(offset=9999)),
        "cut off or damaged",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_a_clear_error(name: str, stored: Path) -> None:
    """A foreign, cut off, changed or newer file is told with its name, the fault and the remedy."""
    damage, words = DAMAGES[name]
    stored.write_bytes(damage(stored.read_bytes()))
    with pytest.raises(NetworkFileError, match=words) as fault:
        read_network(stored)
    assert str(stored) in str(fault.value)
    assert "equipage network build" in str(fault.value)


def test_the_file_starts_with_its_magic(stored: Path) -> None:
    """The first bytes say what it is, so that other programs can tell."""
    assert stored.read_bytes().startswith(MAGIC)


def test_a_network_for_another_profile_is_refused(stored: Path, tmp_path: Path) -> None:
    """A network built for lorries does not silently serve vans."""
    lorries = RoadNetwork.from_arrays([[5.0, 47.3], [5.01, 47.3]], [0], [1], profile="lorry")
    save_network(lorries, tmp_path / "lorries.equipage")
    with pytest.raises(NetworkFileError, match="built for profile 'lorry', not 'van'"):
        load_network(tmp_path / "lorries.equipage")


def test_an_unknown_profile_is_told_before_a_map_is_read() -> None:
    """A misspelt profile is told at once, with those there are."""
    with pytest.raises(UnknownProfileError, match="van"):
        load_network("there is no such map", profile="vann")


def test_a_missing_file() -> None:
    """A file that is not there is a FileNotFoundError, map or network alike."""
    with pytest.raises(FileNotFoundError):
        load_network("nowhere.osm.pbf")
    with pytest.raises(FileNotFoundError):
        read_network("nowhere.equipage")


# --- The cache ----------------------------------------------------------------------------------------------


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the list of the maps that are read from now on."""
    maps: list[Path] = []

    def read(path: Path, progress: object) -> object:
        maps.append(path)
        return read_osm(path)

    monkeypatch.setattr(networks, "read_osm", read)
    return maps


def test_the_second_time_the_map_is_not_read(town: RoadNetwork, reads: list[Path], tmp_path: Path) -> None:
    """A network is built once; the next start maps the kept file, wherever the map lies by then."""
    assert cached_network(LITTLE_TOWN, "van", tmp_path / "cache") == town
    copy = tmp_path / "copy.osm"
    copy.write_bytes(LITTLE_TOWN.read_bytes())
    assert cached_network(copy, "van", tmp_path / "cache") == town
    assert reads == [LITTLE_TOWN]


def test_a_changed_map_is_built_anew(town: RoadNetwork, reads: list[Path], tmp_path: Path) -> None:
    """A new version of the map under the same name is noticed."""
    path = tmp_path / "town.osm"
    path.write_bytes(LITTLE_TOWN.read_bytes())
    cached_network(path, "van", tmp_path / "cache")
    path.write_text(LITTLE_TOWN.read_text().replace('v="residential"', 'v="primary"'))
    assert cached_network(path, "van", tmp_path / "cache") != town
    assert len(reads) == 2


def test_changed_rules_build_anew(reads: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of the program does not use what an old one built."""
    cached_network(LITTLE_TOWN, "van", tmp_path)
    monkeypatch.setattr(networks, "_rules_digest", lambda: "changed")
    cached_network(LITTLE_TOWN, "van", tmp_path)
    assert len(reads) == 2


def test_a_damaged_entry_is_built_anew(town: RoadNetwork, reads: list[Path], tmp_path: Path) -> None:
    """A kept file that is cut off is replaced, not an error."""
    cached_network(LITTLE_TOWN, "van", tmp_path)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(entry.read_bytes()[:100])
    assert cached_network(LITTLE_TOWN, "van", tmp_path) == town
    assert read_network(entry) == town
    assert len(reads) == 2


def test_a_cache_that_cannot_be_written_is_done_without(town: RoadNetwork, tmp_path: Path) -> None:
    """Where no folder can be made the network is built all the same, with a warning."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.warns(UserWarning, match="cannot be kept"):
        assert cached_network(LITTLE_TOWN, "van", blocked / "cache") == town


def test_a_broken_map_leaves_nothing_in_the_cache(tmp_path: Path) -> None:
    """An error of the map is passed on, and nothing is kept."""
    path = tmp_path / "broken.osm"
    path.write_text("<osm><node")
    with pytest.raises(OsmReadError):
        cached_network(path, "van", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
