"""The benchmark of routing runs: every row, on a small map, with a peer that answers at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from equipage.routing.conditions import Closure, Conditions, SpeedChange
from tests.benchmarks.bench_routing import KINDS, measured, show
from tests.benchmarks.first_query import by_equipage, by_osmnx
from tests.benchmarks.maps import BenchMap
from tests.benchmarks.peers.client import Peers
from tests.benchmarks.peers.metered import Used
from tests.benchmarks.routing_bench import Bench, Sizes
from tests.benchmarks.routing_changes import segment_speeds

SIDE = 6
SIZES = Sizes(origins=3, destinations=4, routes=60, rounds=1, cycles=1)
FIRST_QUERIES = {"equipage": by_equipage, "osmnx": by_osmnx}


class ReadyPeers(Peers):
    """Peers that take a second for everything, and say that every route takes a minute."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, do: str, **asked: object) -> dict[str, object]:
        """Return such an answer, once the question is known to be one that can be sent."""
        json.dumps(asked, default=lambda values: values.tolist())
        self.asked.append(do)
        routes = asked["origins"] if do == "routes" else ()
        return {"seconds": 1.0, "durations_s": [{"duration_s": 60.0} for _ in routes]}  # type: ignore[attr-defined]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a bench on a grid of streets; commands take a second, and first queries are asked in here."""

    def metered(command: Sequence[str | Path]) -> Used:
        if "tests.benchmarks.first_query" in command:
            FIRST_QUERIES[str(command[-2])](Path(command[-1]))
        return Used(1.0, 100.0)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tests.benchmarks.peers.osrm_files.metered", metered)
    monkeypatch.setattr("tests.benchmarks.routing_changes.metered", metered)
    (tmp_path / "lib" / "python3" / "site-packages" / "osrm").mkdir(parents=True)
    grid = tmp_path / "grid.osm"
    grid.write_text(map_of_grid())
    return Bench.of(BenchMap("grid", grid), tmp_path / "bin" / "python", ReadyPeers(), SIZES)


def map_of_grid() -> str:
    """Return a map of streets that cross each other, and of a path through the middle."""
    number = [[1 + SIDE * row + column for column in range(SIDE)] for row in range(SIDE)]
    nodes = [
        f'<node id="{number[row][column]}" lon="{5 + 0.002 * column}" lat="{47 + 0.002 * row}"/>'
        for row in range(SIDE)
        for column in range(SIDE)
    ]
    lines = [*number, *map(list, zip(*number, strict=True))]
    ways = [
        f'<way id="{way}">{"".join(f"<nd ref={chr(34)}{node}{chr(34)}/>" for node in line)}'
        f'<tag k="highway" v="{"residential" if way % 2 else "tertiary"}"/></way>'
        for way, line in enumerate(lines, 1)
    ]
    return f'<osm version="0.6">{"".join([*nodes, *ways])}</osm>'


def test_every_row_is_measured(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind of row asks us and the peers; the table has a line for each figure, a column for each map."""
    rows = list(measured(bench))
    figures = [row.figure for row in rows]
    assert len(set(figures)) == len(figures) >= len(KINDS)
    assert all(row.measured for row in rows)
    assert isinstance(bench.peers, ReadyPeers)
    assert {"load", "build", "table", "many", "routes", "customize"} == set(bench.peers.asked)
    exact = [row for row in rows if row.goal == "0"]
    assert len(exact) == 2
    assert all(row.measured.startswith("0 of ") for row in exact)
    show(["1/4 grid", "grid"], [rows, rows])
    head, *lines = capsys.readouterr().out.splitlines()[-len(rows) - 1 :]
    assert head.endswith("grid")
    assert "1/4 grid" in head
    assert [line.startswith(figure) for line, figure in zip(lines, figures, strict=True)] == [True] * len(
        rows
    )


def test_osrm_has_our_speeds_and_closures(bench: Bench) -> None:
    """Each directed stretch of road has one line, with our speed under the conditions, or 0 where closed."""
    network = bench.network
    conditions = Conditions(
        closures=(Closure(edges=(0,)),), speeds=(SpeedChange(factor=0.5, road_classes=("tertiary",)),)
    )
    told = dict(line.rsplit(",", 1) for line in segment_speeds(bench, conditions))
    assert len(told) == 4 * SIDE * (SIDE - 1)
    usual = dict(line.rsplit(",", 1) for line in segment_speeds(bench, Conditions()))
    edges: dict[str, tuple[int, str]] = {}
    for edge in range(network.edge_count):
        ends = network.node_id[[network.edge_tail[edge], network.edge_head[edge]]]
        edges[",".join(map(str, ends.tolist()))] = (edge, network.classes[network.edge_class[edge]])
    for stretch, (edge, road_class) in edges.items():
        if edge == 0:
            assert told[stretch] == "0"
        elif road_class == "tertiary":
            assert float(told[stretch]) == pytest.approx(float(usual[stretch]) / 2.0, abs=1.0)
        else:
            assert told[stretch] == usual[stretch]
