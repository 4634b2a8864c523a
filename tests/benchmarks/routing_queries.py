"""Rows on queries: matrices, routes with their ETA, and one-to-all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from equipage.api.osrm.drives import route_answer
from equipage.api.osrm.faults import OsrmError
from equipage.api.osrm.requests import OsrmRequest, read_request
from equipage.routing.cch.hierarchy import Hierarchy
from equipage.routing.cch.labels import Points
from equipage.routing.cch.metric import Metric
from equipage.routing.cch.order import dissection_order
from equipage.routing.cch.sweeps import TOGETHER, sweep
from equipage.routing.errors import UnroutableError
from tests.benchmarks.routing_bench import Bench, Floats, Row, ratio, timed

SOURCES = 64
CHUNK = 50
"""So many routes are asked of one before it is the other's turn."""


def matrix_rows(bench: Bench) -> Iterator[Row]:
    """Yield the matrix against OSRM's tables, which snap too, and pyroutingkit's between edges."""
    sizes = bench.sizes
    asked = {"origins": bench.points(sizes.origins), "destinations": bench.points(sizes.destinations)}
    edges = {
        name: bench.router.snap(points).edge
        for name, points in zip(("sources", "targets"), asked.values(), strict=True)
    }
    ours, ch, mld, kit = np.array(
        [
            (
                timed(lambda: bench.router.matrix(**asked)),
                bench.peers.seconds("table", name="ch", **asked),
                bench.peers.seconds("table", name="mld", **asked),
                bench.peers.seconds("many", **edges),
            )
            for _ in range(sizes.rounds)
        ]
    ).min(axis=0)
    what = f"matrix {sizes.origins}x{sizes.destinations}"
    yield Row(f"{what} / OSRM-CH table", "2x", "4x", ratio(ours, ch))
    yield Row(f"{what} / OSRM-MLD table", "10x", "15x", ratio(ours, mld))
    yield Row("the same / pyroutingkit, one direction of a road", "", "", ratio(ours, kit))


def route_rows(bench: Bench) -> Iterator[Row]:
    """Yield routes with path and geometry against OSRM's, and how far the ETA agree."""
    origins, destinations = bench.points(bench.sizes.routes), bench.points(bench.sizes.routes)
    ours_s = theirs_s = 0.0
    etas: list[tuple[float, float]] = []
    for begin in range(0, bench.sizes.routes, CHUNK):
        part = slice(begin, begin + CHUNK)
        durations: list[float] = []
        ours_s += timed(
            lambda part=part, durations=durations: durations.extend(  # type: ignore[misc]
                _durations(bench, origins[part], destinations[part])
            )
        )
        answer = bench.peers.ask("routes", name="ch", origins=origins[part], destinations=destinations[part])
        theirs_s += answer["seconds"]
        theirs = [np.nan if route is None else route["duration_s"] for route in answer["durations_s"]]
        etas.extend(zip(durations, theirs, strict=True))
    count = bench.sizes.routes
    yield Row("route with path and geometry / OSRM-CH", "1x", "3x", ratio(ours_s / count, theirs_s / count))
    yield from _eta_rows(np.array(etas))
    yield _steps_row(bench, origins[:CHUNK], destinations[:CHUNK])


def _steps_row(bench: Bench, origins: Floats, destinations: Floats) -> Row:
    """Return how long whole answers with steps take, as JSON, against OSRM's without that."""
    options = "steps=true&overview=full&geometries=geojson&annotations=duration"
    asked = [
        read_request(f"/route/v1/driving/{start[0]},{start[1]};{end[0]},{end[1]}", options)
        for start, end in zip(origins, destinations, strict=True)
    ]
    ways = {"name": "ch", "origins": origins, "destinations": destinations, "steps": True}
    ours_s, theirs_s = np.array(
        [
            (timed(lambda: [_answered(bench, one) for one in asked]), bench.peers.seconds("routes", **ways))
            for _ in range(bench.sizes.rounds)
        ]
    ).min(axis=0) / len(asked)
    return Row("route with steps / OSRM-CH with steps", "", "", ratio(ours_s, theirs_s))


def _answered(bench: Bench, asked: OsrmRequest) -> str | None:
    try:
        return route_answer(bench.router, asked)
    except OsrmError:
        return None


def _durations(bench: Bench, origins: Floats, destinations: Floats) -> list[float]:
    return [_duration(bench, *pair) for pair in zip(origins, destinations, strict=True)]


def _duration(bench: Bench, origin: Floats, destination: Floats) -> float:
    try:
        return bench.router.route(origin, destination).duration_s
    except UnroutableError:
        return np.nan


def _eta_rows(etas: Floats) -> Iterator[Row]:
    ours, theirs = etas[np.isfinite(etas).all(axis=1) & (etas > 0.0).all(axis=1)].T
    low, median, high = np.quantile(ours / theirs, [0.05, 0.5, 0.95])
    yield Row("ETA / OSRM's car: median", "0.93-1.07", "", f"{median:.3f} ({len(ours)} pairs)")
    yield Row("ETA / OSRM's car: p5, p95", "", "0.85, 1.15", f"{low:.3f}, {high:.3f}")


def one_to_all_rows(bench: Bench) -> Iterator[Row]:
    """Yield one-to-all against scipy on the same node-based graph, alone and 64 sources at once."""
    network = bench.network
    tail, head = network.edge_tail, network.edge_head
    weight = np.maximum(np.rint(network.edge_duration_s * 1000.0), 1.0)
    order = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[order], np.arange(network.node_count + 1))
    graph = csr_array((weight[order], head[order], first), shape=(network.node_count, network.node_count))
    nodes = np.arange(network.node_count)
    hierarchy = Hierarchy.of(tail, head, order=dissection_order(nodes, tail, head))
    metric = Metric.of(hierarchy, weight.astype(np.int32))
    sources = bench.random.choice(tail[network.edge_in_core], SOURCES).astype(np.int64)
    _check(graph, metric, sources)
    scipys, alone, together = np.array(
        [
            (
                timed(lambda source=source: dijkstra(graph, indices=source)),  # type: ignore[misc]
                timed(lambda source=source: _sweep(metric, np.array([source]))),  # type: ignore[misc]
                timed(lambda: _swept(metric, sources)) / SOURCES,
            )
            for source in sources[: 4 * bench.sizes.rounds]
        ]
    ).mean(axis=0)
    yield Row("one-to-all / scipy, node-based", "8x", "10x", ratio(alone, scipys))
    yield Row(f"{SOURCES} sources at once, per source", "", "80x", ratio(together, scipys))


def _check(graph: csr_array, metric: Metric, sources: npt.NDArray[np.int64]) -> None:
    for some in (sources[:1], sources[:TOGETHER]):
        reached = dijkstra(graph, indices=some)
        found = np.where(np.isfinite(reached), _sweep(metric, some), np.inf)
        if not np.array_equal(found, reached):
            raise SystemExit("our one-to-all is not scipy's")


def _swept(metric: Metric, sources: npt.NDArray[np.int64]) -> None:
    for begin in range(0, len(sources), TOGETHER):
        _sweep(metric, sources[begin : begin + TOGETHER])


def _sweep(metric: Metric, sources: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    rank = metric.hierarchy.rank[sources]
    return sweep(metric, Points(np.arange(len(rank) + 1), rank, np.zeros(len(rank), np.int32)), back=False)
