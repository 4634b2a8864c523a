"""What all rows of the routing table share: one map, our router, the peers, the same points for all."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.data.osm import read_osm
from equipage.routing.build import build_network
from equipage.routing.graph import TurnGraph
from equipage.routing.network import RoadNetwork
from equipage.routing.osm import OsmData
from equipage.routing.router import Router
from tests.benchmarks.maps import BenchMap
from tests.benchmarks.peers.client import Peers
from tests.benchmarks.peers.osrm_files import OsrmFiles, OsrmTools, prepared

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is asked."""

    origins: int
    destinations: int
    routes: int
    rounds: int
    cycles: int


FULL = Sizes(origins=500, destinations=1000, routes=1000, rounds=5, cycles=100)
QUICK = Sizes(origins=100, destinations=200, routes=200, rounds=2, cycles=5)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure on one map, with what the project wants it to be."""

    figure: str
    floor: str
    goal: str
    measured: str


@dataclass(frozen=True, slots=True)
class Bench:
    """One map as ours and as the peers'."""

    map: BenchMap
    osm: OsmData
    router: Router
    python: Path
    tools: OsrmTools
    files: OsrmFiles
    peers: Peers
    sizes: Sizes
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(4))

    @classmethod
    def of(cls, bench_map: BenchMap, python: Path, peers: Peers, sizes: Sizes) -> Bench:
        """Return the bench of a map, as the peers have it, too: OSRM's files as `ch` and `mld`."""
        osm = read_osm(bench_map.file)
        router = Router(build_network(osm))
        tools = OsrmTools.beside(python)
        files = prepared(tools, bench_map.file)
        peers.ask("load", name="ch", algorithm="CH", base=str(files.ch))
        peers.ask("load", name="mld", algorithm="MLD", base=str(files.mld))
        _build_kit(router.network, peers)
        return cls(bench_map, osm, router, python, tools, files, peers, sizes)

    @property
    def network(self) -> RoadNetwork:
        """Our network."""
        return self.router.network

    def points(self, count: int) -> Floats:
        """Return places lon, lat in the middle of random stretches of road, away from junctions."""
        network = self.network
        edge = self.random.choice(np.flatnonzero(network.edge_in_core), count)
        stretches = np.diff(network.shape_start)[edge] - 1
        first = network.shape_start[edge] + self.random.integers(0, stretches)
        places: Floats = (network.shape_lonlat[first] + network.shape_lonlat[first + 1]) / 2.0
        return places


def _build_kit(network: RoadNetwork, peers: Peers) -> None:
    """Let pyroutingkit have our turn graph, without arcs from an edge to itself."""
    graph = TurnGraph.of(network, network.edge_duration_s, np.zeros(network.edge_count, dtype=bool))
    kept = (network.turn_from != network.turn_to) & np.isfinite(graph.arc_s)
    lon, lat = network.shape_lonlat[network.shape_start[network.state_edge]].T
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.npz"
        np.savez(
            file,
            tail=network.turn_from[kept].astype(np.uint32),
            head=network.turn_to[kept].astype(np.uint32),
            weight=np.rint(graph.arc_s[kept] * 1000.0).astype(np.uint32),
            lat=lat.astype(np.float32),
            lon=lon.astype(np.float32),
        )
        peers.ask("build", graph=str(file))


def timed(do: Callable[[], Any]) -> float:
    """Return the processor's seconds that something takes."""
    begun = time.process_time()
    do()
    return time.process_time() - begun


def ratio(ours_s: float, theirs_s: float) -> str:
    """Return how many times faster ours is, and both."""
    return f"{theirs_s / ours_s:.1f}x ({told(theirs_s)} / {told(ours_s)})"


def told(seconds: float) -> str:
    """Return a duration in a unit that suits it."""
    unit, factor = next(
        (unit, factor)
        for unit, factor, least in (("s", 1.0, 1.0), ("ms", 1e3, 1e-3), ("us", 1e6, 0.0))
        if seconds >= least
    )
    return f"{seconds * factor:.3g} {unit}"
