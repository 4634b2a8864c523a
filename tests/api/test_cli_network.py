"""The command `equipage network`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipage.api.cli_network import app
from equipage.data.networks import load_network, read_network
from tests.data.overpass_server import LITTLE_TOWN, OverpassServer, running_server


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OverpassServer]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("osmnx._nominatim.time.sleep", lambda _seconds: None)
    with running_server() as running:
        monkeypatch.setenv("EQUIPAGE_OVERPASS_URL", running.overpass_url)
        monkeypatch.setenv("EQUIPAGE_NOMINATIM_URL", running.url)
        yield running


def summary(result: Result) -> dict[str, str]:
    """Return the rows of the table that was printed."""
    cells = (line.strip("│").split("│") for line in result.stdout.splitlines() if line.startswith("│"))
    return {name.strip(): value.strip() for name, value in cells}


def test_builds_from_a_file(tmp_path: Path) -> None:
    """`build --osm` writes the network that `load_network` builds and prints its account."""
    out = tmp_path / "town.equipage"
    result = run("build", "--osm", LITTLE_TOWN, "--out", out)
    assert result.exit_code == 0, result.output
    network = load_network(LITTLE_TOWN)
    assert read_network(out) == network
    rows = summary(result)
    assert rows["junctions and ends"] == str(network.node_count)
    assert rows["directed edges"] == str(network.edge_count)
    assert rows["turns"] == str(network.turn_count)
    assert rows["turn restrictions"] == "3"
    assert rows["profile"] == "van"
    assert str(out) in rows["file"]
    assert "s" in rows["built in"]


def test_every_restriction_is_accounted_for(tmp_path: Path) -> None:
    """Used and refused, reason by reason, make all restrictions."""
    rows = summary(run("build", "--osm", LITTLE_TOWN, "--out", tmp_path / "town.equipage"))
    refused = [int(value) for name, value in rows.items() if name.startswith("refused")]
    assert refused
    assert int(rows["used"]) + sum(refused) == int(rows["turn restrictions"]) == 3


def test_info_tells_the_same_as_build(tmp_path: Path) -> None:
    """`info` prints the account that `build` printed, but for the time it took."""
    out = tmp_path / "town.equipage"
    built = summary(run("build", "--osm", LITTLE_TOWN, "--out", out))
    del built["built in"]
    told = run("info", out)
    assert told.exit_code == 0
    assert summary(told) == built
    assert read_network(out).network_id in told.stdout


def test_two_way_roads_count_once(tmp_path: Path) -> None:
    """The kilometres are of roads, not of directions.

    0.01 degrees of longitude at 47.3 degrees north are 754 m, 0.005 of latitude 556 m: way 100 has 754 m, 101
    and 102 have 556 m each, 105 has 366 m, 106 754 m, 108 377 m; ferry and footway are closed to vans.
    """
    rows = summary(run("build", "--osm", LITTLE_TOWN, "--out", tmp_path / "town.equipage"))
    assert rows["roads"] == "3.4 km"


def test_progress_goes_to_stderr(tmp_path: Path) -> None:
    """The stages are shown on stderr, so that stdout is the account alone."""
    result = run("build", "--osm", LITTLE_TOWN, "--out", tmp_path / "town.equipage")
    assert "reading roads" in result.stderr
    assert "reading roads" not in result.stdout


def test_builds_from_a_place_and_offline_later(server: OverpassServer, tmp_path: Path) -> None:
    """`build --place` downloads once; the second build asks nobody."""
    first, second = tmp_path / "first.equipage", tmp_path / "second.equipage"
    assert run("build", "--place", "Little Town", "--out", first).exit_code == 0
    assert run("build", "--place", "Little Town", "--out", second).exit_code == 0
    assert read_network(first) == read_network(second)
    assert 106 not in read_network(first).edge_way_id
    assert (len(server.queries), len(server.searches)) == (1, 1)


def no_map(folder: Path) -> list[str | Path]:
    return ["build", "--osm", folder / "nowhere.osm.pbf", "--out", folder / "out.equipage"]


def broken_map(folder: Path) -> list[str | Path]:
    (folder / "broken.osm").write_text(LITTLE_TOWN.read_text()[:700])
    return ["build", "--osm", folder / "broken.osm", "--out", folder / "out.equipage"]


def map_without_roads(folder: Path) -> list[str | Path]:
    (folder / "sea.json").write_text(json.dumps({"elements": []}))
    return ["build", "--osm", folder / "sea.json", "--out", folder / "out.equipage"]


def map_of_footways(folder: Path) -> list[str | Path]:
    way = '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="steps"/></way>'
    nodes = '<node id="1" lat="1" lon="2"/><node id="2" lat="1" lon="3"/>'
    (folder / "park.osm").write_text(f'<osm version="0.6">{nodes}{way}</osm>')
    return ["build", "--osm", folder / "park.osm", "--out", folder / "out.equipage"]


def no_such_profile(folder: Path) -> list[str | Path]:
    return ["build", "--osm", LITTLE_TOWN, "--profile", "boat", "--out", folder / "out.equipage"]


def no_folder_to_write_in(folder: Path) -> list[str | Path]:
    (folder / "file").write_text("")
    return ["build", "--osm", LITTLE_TOWN, "--out", folder / "file" / "out.equipage"]


def no_network_file(folder: Path) -> list[str | Path]:
    return ["info", LITTLE_TOWN]


def missing_network_file(folder: Path) -> list[str | Path]:
    return ["info", folder / "nowhere.equipage"]


FAULTS = {
    no_map: "nowhere.osm.pbf",
    broken_map: "damaged or cut off",
    map_without_roads: "holds no roads",
    map_of_footways: "van",
    no_such_profile: "boat",
    no_folder_to_write_in: "file",
    no_network_file: "is not the file of a built network",
    missing_network_file: "nowhere.equipage",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_one_message_and_exit_code_1(fault: object, tmp_path: Path) -> None:
    """A faulty file is told in one line on stderr, without a traceback, and nothing is written."""
    result = run(*fault(tmp_path))  # type: ignore[operator]
    assert result.exit_code == 1
    assert result.stdout == ""
    (message,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert FAULTS[fault] in message  # type: ignore[index]
    assert "Traceback" not in result.output
    assert not (tmp_path / "out.equipage").exists()


def test_an_unknown_place_is_told(server: OverpassServer, tmp_path: Path) -> None:
    """A place that nobody knows is told with its name, and nothing is written."""
    result = run("build", "--place", "Nowhere at all", "--out", tmp_path / "out.equipage")
    assert result.exit_code == 1
    assert "Error: no area is known by the name 'Nowhere at all'" in result.stderr
    assert not (tmp_path / "out.equipage").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--out", "x"],
        ["build", "--osm", "a", "--place", "b", "--out", "x"],
        ["build", "--osm", "a"],
        ["build", "--osm", "a", "--out", "."],
        ["info"],
        ["rebuild"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    """Neither or both sources, no target, a folder as target, an unknown command: usage errors."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage" in result.stderr


@pytest.mark.parametrize("command", ["build", "info"])
def test_help_names_every_argument(command: str) -> None:
    """`--help` explains each option in words."""
    result = run(command, "--help")
    assert result.exit_code == 0
    wanted = {
        "build": ("--osm", "--place", "--profile", "--out", "Dijon"),
        "info": ("FILE", "equipage network build"),
    }
    assert all(word in result.stdout for word in wanted[command])
