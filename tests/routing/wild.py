"""Networks as strange as they are allowed to be, and scipy's answer to what a router is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.network import RoadNetwork
from equipage.routing.snap import Snaps
from tests.routing.roads import LAT, LON, SAME_PLACE_M, sides

Floats = npt.NDArray[np.float64]
Arc: TypeAlias = tuple[int, int, float]

# Equal durations are frequent, and so are those at the limits.
DURATIONS = st.one_of(st.sampled_from([0.001, 1.0, 10.0, 10.0, 30.0, 259_200.0]), st.floats(0.001, 300.0))


@st.composite
def wild_networks(draw: st.DrawFn) -> RoadNetwork:
    """Draw parallel edges, one-way streets, pockets, two pieces, nodes at one place, and banned courses."""
    size = draw(st.integers(2, 9))
    spot = st.tuples(st.integers(0, 4), st.integers(0, 3))
    spots = draw(st.lists(spot, min_size=size, max_size=size))
    lonlat = [(LON + 0.001 * x, LAT + 0.001 * y) for x, y in spots]
    node = st.integers(0, size - 1)
    roads = draw(
        st.lists(st.tuples(node, node).filter(lambda ends: ends[0] != ends[1]), min_size=1, max_size=16)
    )
    # Most are two-way, or hardly anything could be left and reached.
    one_way = draw(st.lists(st.integers(0, 3), min_size=len(roads), max_size=len(roads)))
    pairs = [*roads, *(road[::-1] for road, way in zip(roads, one_way, strict=True) if way)]
    seconds = draw(st.lists(DURATIONS, min_size=len(pairs), max_size=len(pairs)))
    return RoadNetwork.from_arrays(
        lonlat,
        [tail for tail, _ in pairs],
        [head for _, head in pairs],
        edge_duration_s=seconds,
        banned_turns=[course for course in draw(st.lists(_courses(pairs), max_size=6)) if len(course) > 1],
    )


@st.composite
def _courses(draw: st.DrawFn, pairs: list[tuple[int, int]]) -> tuple[int, ...]:
    """Draw up to four edges that follow each other."""
    course = [draw(st.integers(0, len(pairs) - 1))]
    for _ in range(draw(st.integers(1, 3))):
        onward = [edge for edge, (tail, _) in enumerate(pairs) if tail == pairs[course[-1]][1]]
        course.extend(draw(st.lists(st.sampled_from(onward), min_size=1, max_size=1)) if onward else [])
    return tuple(course)


@st.composite
def wild_conditions(draw: st.DrawFn, network: RoadNetwork) -> Conditions:
    """Draw closures and speeds of some edges, up to the limits of numbers."""
    edges = st.lists(st.integers(0, network.edge_count - 1), min_size=1, max_size=5, unique=True).map(tuple)
    factors = st.one_of(st.sampled_from([1e-308, 1e308, 1e-6, 1.0]), st.floats(0.1, 10.0))
    return Conditions(
        closures=tuple(Closure(edges=draw(edges)) for _ in range(draw(st.integers(0, 2)))),
        speeds=tuple(
            SpeedChange(edges=draw(edges), factor=draw(factors)) for _ in range(draw(st.integers(0, 2)))
        ),
    )


def scipy_table(network: RoadNetwork, origins: Snaps, destinations: Snaps, conditions: Conditions) -> Floats:
    """Return the seconds of all trips by scipy's dijkstra over the network's states.

    Vertices are the states on entering them, then the origins, then the destinations.
    """
    states = len(network.state_edge)
    goals = states + len(origins)
    # The arcs in an order in which, of several between two vertices, the fastest comes first.
    tail, head, seconds = np.array(
        sorted(
            [
                *_turns(network, conditions),
                *_departures(network, origins, conditions),
                *_arrivals(network, destinations, conditions, goals),
                *_along(network, origins, destinations, conditions),
            ],
            key=lambda arc: arc[2],
        )
    ).T.reshape(3, -1)
    ends, first = np.unique(np.column_stack([tail, head]).astype(np.int64), axis=0, return_index=True)
    size = goals + len(destinations)
    graph = csr_array((seconds[first], (ends[:, 0], ends[:, 1])), shape=(size, size))
    table: Floats = dijkstra(graph, indices=np.arange(states, goals))
    return table[:, goals:]


def _turns(network: RoadNetwork, conditions: Conditions) -> Iterator[Arc]:
    seconds, closed = conditions.driving_durations(network), conditions.closed_edges(network)
    edge_of = network.state_edge
    turns = zip(network.turn_from, network.turn_to, network.turn_duration_s, strict=True)
    for before, after, turn_s in turns:
        if closed[edge_of[before]] or not closed[edge_of[after]]:
            yield int(before), int(after), float(seconds[edge_of[before]] + turn_s)


def _departures(network: RoadNetwork, origins: Snaps, conditions: Conditions) -> Iterator[Arc]:
    seconds, arcs = conditions.driving_durations(network), list(_turns(network, conditions))
    for i in range(len(origins)):
        for edge, fraction in sides(origins, i):
            driven_s = fraction * float(seconds[edge])
            onward = [arc for arc in arcs if arc[0] == edge]
            yield from (
                (len(network.state_edge) + i, after, max(cost_s - driven_s, 0.0))
                for _, after, cost_s in onward
            )


def _arrivals(network: RoadNetwork, ends: Snaps, conditions: Conditions, goals: int) -> Iterator[Arc]:
    seconds = conditions.driving_durations(network)
    for j in range(len(ends)):
        for edge, fraction in sides(ends, j):
            for state in np.flatnonzero(network.state_edge == edge).tolist():
                yield state, goals + j, fraction * float(seconds[edge])


def _along(network: RoadNetwork, origins: Snaps, ends: Snaps, conditions: Conditions) -> Iterator[Arc]:
    seconds, states = conditions.driving_durations(network), len(network.state_edge)
    for i, j in np.ndindex(len(origins), len(ends)):
        for (edge, start), (other, end) in product(sides(origins, i), sides(ends, j)):
            if edge == other and (end - start) * network.edge_length_m[edge] >= -SAME_PLACE_M:
                yield states + i, states + len(origins) + j, max(end - start, 0.0) * float(seconds[edge])
