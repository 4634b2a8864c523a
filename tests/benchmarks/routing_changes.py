"""Rows on change: new weights and closures, from a file to the first query, and exactness throughout."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.errors import UnroutableError
from equipage.routing.graph import TurnGraph
from equipage.routing.router import Router
from tests.benchmarks.peers.metered import metered
from tests.benchmarks.peers.osrm_files import first_route
from tests.benchmarks.routing_bench import Bench, Floats, Row, ratio, timed

CLOSURES = 50
THREADS = 8
PAIRS = (20, 50)
"""Origins and destinations whose 1,000 pairs are checked in a cycle: scipy searches once for each origin."""
ARC = 1e-7
"""Added to every weight for scipy, which takes 0 for no arc: ways of some thousand arcs still round right."""


def reweight_rows(bench: Bench) -> Iterator[Row]:
    """Yield the whole re-weight with 50 closures to the first route, against OSRM's and pyroutingkit's.

    OSRM has the same speeds and closures. pyroutingkit has weights that are made already, and asks one pair.
    """
    points = bench.points(2)
    ours, osrm, kit = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for round_ in range(bench.sizes.rounds):
            conditions = _conditions(bench)
            ours.append(timed(lambda now=conditions: _first_answer(bench.router, now, points)))  # type: ignore[misc]
            osrm.append(_osrm_customized(bench, conditions, Path(folder) / str(round_), points))
            kit.append(bench.peers.seconds("customize"))
    yield Row("re-weight + 50 closures / OSRM's customize", "8x", "20x", ratio(min(ours), min(osrm)))
    yield Row("the same / pyroutingkit's customize", "", "", ratio(min(ours), min(kit)))


def first_query_rows(bench: Bench) -> Iterator[Row]:
    """Yield the way from a map file to the first route, in fresh processes, with the peak memory."""
    fresh = [sys.executable, "-m", "tests.benchmarks.first_query"]
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "mld" / "map.osrm"
        ours = metered([*fresh, "equipage", bench.map.file])
        osrm = bench.tools.prepare_mld(bench.map.file, base) + first_route(
            bench.python, base, bench.points(2)
        )
        again = metered([*fresh, "equipage", bench.map.file])
        osmnx = metered([*fresh, "osmnx", bench.map.file])
    # Once before the peers and once after: what else the machine does is the same for all.
    seconds, peak_mb = (ours.seconds + again.seconds) / 2.0, max(ours.peak_mb, again.peak_mb)
    yield Row("file to first query / OSMnx", "8x", "12x", ratio(seconds, osmnx.seconds))
    yield Row("file to first query / OSRM-MLD", "2x", "3x", ratio(seconds, osrm.seconds))
    both = f"{peak_mb:.0f} / {osmnx.peak_mb:.0f} MB; OSRM {osrm.peak_mb:.0f} MB"
    yield Row("its peak memory, ours / OSMnx'", "", "0.33", f"{peak_mb / osmnx.peak_mb:.2f} ({both})")


def exactness_rows(bench: Bench) -> Iterator[Row]:
    """Yield how many of our seconds are not scipy's, in cycles of re-weighting, closing and reopening."""
    alone = together = checked = 0
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(bench.sizes.cycles):
            router = bench.router.with_conditions(_conditions(bench))
            origins, destinations = (bench.points(count) for count in PAIRS)
            expected = _by_scipy(router, origins, destinations)
            found = router.matrix(origins, destinations)
            parts = pool.map(
                lambda part, router=router, to=destinations: router.matrix(part, to),
                np.array_split(origins, THREADS),
            )
            alone += _mismatches(found, expected)
            together += _mismatches(np.concatenate(list(parts)), expected)
            checked += int((~np.isnan(expected)).sum())
    what = f"mismatches with scipy, {bench.sizes.cycles} cycles x 1,000 pairs"
    yield Row(what, "0", "0", f"{alone} of {checked:,}")
    yield Row(f"the same asked by {THREADS} threads", "", "0", f"{together} of {checked:,}")


def _conditions(bench: Bench) -> Conditions:
    """Return other speeds on all roads, by class, and closed edges."""
    network = bench.network
    factors = bench.random.uniform(0.4, 1.3, len(network.classes))
    closed = bench.random.choice(network.edge_count, CLOSURES, replace=False)
    return Conditions(
        closures=(Closure(edges=tuple(closed.tolist())),),
        speeds=tuple(
            SpeedChange(road_classes=(name,), factor=float(factor))
            for name, factor in zip(network.classes, factors, strict=True)
        ),
    )


def _first_answer(router: Router, conditions: Conditions, points: Floats) -> None:
    with suppress(UnroutableError):
        router.with_conditions(conditions).route(*points)


def _osrm_customized(bench: Bench, conditions: Conditions, folder: Path, points: Floats) -> float:
    """Return the seconds of OSRM's customize with new speeds, of loading its files, and of one route.

    It works on a copy: OSRM goes on with old closures in files that once had some.
    """
    shutil.copytree(bench.files.mld.parent, folder)
    speeds = folder / "speeds.csv"
    speeds.write_text("\n".join(segment_speeds(bench, conditions)) + "\n")
    base = folder / bench.files.mld.name
    customize_s = bench.tools.run("customize", "--segment-speed-file", speeds, base).seconds
    load_s = bench.peers.seconds("load", name="changed", algorithm="MLD", base=str(base))
    answer = bench.peers.ask("routes", name="changed", origins=points[:1], destinations=points[1:])
    shutil.rmtree(folder)
    return customize_s + load_s + float(answer["seconds"])


def segment_speeds(bench: Bench, conditions: Conditions) -> Iterator[str]:
    """Yield a line for every two neighbouring nodes, in each direction that may be driven.

    That is OSRM's form of new speeds. They are our edges' under the conditions, to a whole kilometre an hour;
    0 closes.
    """
    network, osm = bench.network, bench.osm
    node_at = dict(zip(zip(osm.node_lon, osm.node_lat, strict=True), osm.node_id.tolist(), strict=True))
    kph = network.edge_length_m / conditions.driving_durations(network) * 3.6
    whole = np.where(conditions.closed_edges(network), 0.0, np.maximum(np.rint(kph), 1.0)).astype(int)
    for edge, speed in enumerate(whole.tolist()):
        nodes = [node_at[lon, lat] for lon, lat in network.edge_shape(edge).tolist()]
        yield from (f"{one},{other},{speed}" for one, other in pairwise(nodes))


def _by_scipy(router: Router, origins: Floats, destinations: Floats) -> Floats:
    """Return a matrix by scipy, on the turn graph of a router's conditions; nan for points on one road."""
    network, conditions = router.network, router.conditions
    graph = TurnGraph.of(network, conditions.driving_durations(network), conditions.closed_edges(network))
    weight = _ms(graph.arc_s) + ARC
    size = len(network.state_edge)
    arcs = csr_array((weight, network.turn_to, graph.first), shape=(size, size))
    starts, ends = router.snap(origins), router.snap(destinations)
    leaving, arriving = graph.starts(starts), graph.arrivals(ends)
    between = np.rint(dijkstra(arcs, indices=leaving.state)[:, arriving.state])
    whole = between + _ms(leaving.seconds)[:, None] + _ms(arriving.seconds)[None, :]
    best = np.full((len(starts), len(ends)), np.inf)
    np.minimum.at(best, (leaving.point[:, None], arriving.point[None, :]), whole)
    best[starts.edge[:, None] == ends.edge[None, :]] = np.nan
    return best / 1000.0


def _ms(seconds: Floats) -> Floats:
    return np.rint(seconds * 1000.0)


def _mismatches(found: Floats, expected: Floats) -> int:
    checked = ~np.isnan(expected)
    return int((found[checked] != expected[checked]).sum())
