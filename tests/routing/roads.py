"""Small networks, and an oracle for travel that shares only the networks' arrays with the router."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from equipage.routing.network import RoadNetwork
from equipage.routing.snap import Snaps

LON, LAT = 5.0, 47.0
SAME_PLACE_M = 0.01
STEP = 0.002
ROUNDED_S = 0.01
"""What whole milliseconds for each edge and end may add up to on a small network."""


def grid(columns: int, rows: int, **more: object) -> RoadNetwork:
    """Return a grid of two-way streets, about 150 m by 220 m, its nodes numbered row by row."""
    lonlat = [(LON + STEP * column, LAT + STEP * row) for row in range(rows) for column in range(columns)]
    node = np.arange(rows * columns).reshape(rows, columns)
    pairs = [pair for line in (*node, *node.T) for pair in pairwise(line.tolist())]
    both = [*pairs, *(pair[::-1] for pair in pairs)]
    tail, head = zip(*both, strict=True)
    return RoadNetwork.from_arrays(lonlat, tail, head, **more)  # type: ignore[arg-type]


def chain(lonlat: list[tuple[float, float]], *, two_way: bool = True, **more: object) -> RoadNetwork:
    """Return one road through points: edge i leads from point i on, and those back follow in that order."""
    pairs = list(pairwise(range(len(lonlat))))
    both = [*pairs, *((head, tail) for tail, head in pairs)] if two_way else pairs
    tail, head = zip(*both, strict=True)
    return RoadNetwork.from_arrays(lonlat, tail, head, **more)  # type: ignore[arg-type]


@st.composite
def networks(draw: st.DrawFn) -> RoadNetwork:
    """Draw a network without bans of more than a turn."""
    return RoadNetwork.from_arrays(**draw(_arrays()))


@st.composite
def networks_with_courses(draw: st.DrawFn) -> tuple[RoadNetwork, RoadNetwork, list[tuple[int, ...]]]:
    """Draw a network with banned courses of three to five edges, the same without them, and the courses."""
    arrays = draw(_arrays())
    plain = RoadNetwork.from_arrays(**arrays)
    courses: list[tuple[int, ...]] = []
    for _ in range(draw(st.integers(1, 5))):
        course = [draw(st.integers(0, plain.edge_count - 1))]
        for _ in range(draw(st.integers(2, 4))):
            onward = plain.turn_to[plain.turn_from == course[-1]].tolist()
            if onward:
                course.append(draw(st.sampled_from(onward)))
        if len(course) > 2:
            courses.append(tuple(course))
    arrays["banned_turns"] = [*arrays["banned_turns"], *courses]
    return RoadNetwork.from_arrays(**arrays), plain, courses


@st.composite
def _arrays(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a crooked ring of streets with chords, one-way or not, with random durations and banned turns."""
    size = draw(st.integers(4, 8))
    jitter = draw(st.lists(st.floats(-0.3, 0.3), min_size=2 * size, max_size=2 * size))
    angle = np.arange(size) * 2 * np.pi / size
    lonlat = np.column_stack([LON + 0.004 * np.cos(angle), LAT + 0.003 * np.sin(angle)])
    lonlat += 0.002 * np.reshape(jitter, (size, 2))
    node = st.integers(0, size - 1)
    chords = draw(
        st.lists(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), max_size=8, unique=True)
    )
    ring = [(i, (i + 1) % size) for i in range(size)]
    pairs = list(dict.fromkeys([*ring, *chords]))
    for start, end in list(pairs):
        if (end, start) not in pairs and draw(st.booleans()):
            pairs.append((end, start))
    seconds = draw(st.lists(st.floats(1.0, 300.0), min_size=len(pairs), max_size=len(pairs)))
    meeting = [
        (before, after)
        for before, (_, head) in enumerate(pairs)
        for after, (tail, other) in enumerate(pairs)
        if head == tail and other != pairs[before][0]
    ]
    banned = draw(st.lists(st.sampled_from(meeting), max_size=4, unique=True)) if meeting else []
    tail, head = zip(*pairs, strict=True)
    return {
        "node_lonlat": lonlat,
        "edge_tail": tail,
        "edge_head": head,
        "edge_duration_s": seconds,
        "banned_turns": banned,
    }


def points(count: int) -> st.SearchStrategy[list[tuple[float, float]]]:
    """Draw points within a few hundred metres of such a network."""
    return st.lists(
        st.tuples(st.floats(LON - 0.006, LON + 0.006), st.floats(LAT - 0.005, LAT + 0.005)),
        min_size=count,
        max_size=count,
    )


def sides(snaps: Snaps, index: int) -> list[tuple[int, float]]:
    """Return the (edge, fraction) pairs a trip may start or end at."""
    both = zip(snaps.sides[index].tolist(), snaps.side_fractions[index].tolist(), strict=True)
    return [(edge, fraction) for edge, fraction in both if edge >= 0]


def travel_s(
    network: RoadNetwork,
    origin: list[tuple[int, float]],
    destination: list[tuple[int, float]],
    *,
    durations_s: npt.NDArray[np.float64] | None = None,
    closed: frozenset[int] = frozenset(),
    banned: Sequence[tuple[int, ...]] = (),
) -> float:
    """Return the seconds of the fastest trip by networkx; `banned` courses are for networks without copies.

    Vertices are the states driven last, as many as the longest banned course can tell apart: before the last
    of them ("in") and after it ("out"). Arcs are edges and turns.
    """
    edge_of = network.state_edge.tolist()
    seconds = network.edge_duration_s if durations_s is None else durations_s
    memory = max(map(len, banned), default=2) - 1
    turns: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    arrays = network.turn_from.tolist(), network.turn_to.tolist(), network.turn_duration_s.tolist()
    for before, after, turn_s in zip(*arrays, strict=True):
        if edge_of[after] not in closed or edge_of[before] in closed:
            turns[before].append((after, turn_s))
    graph: nx.DiGraph[Hashable] = nx.DiGraph()
    graph.add_nodes_from(["origin", "destination"])
    for edge, fraction in origin:
        graph.add_edge("origin", ("out", (edge,)), weight=(1 - fraction) * seconds[edge])
    waiting: list[tuple[int, ...]] = [(edge,) for edge, _ in origin]
    seen: set[tuple[int, ...]] = set()
    while waiting:
        driven = waiting.pop()
        if driven in seen:
            continue
        seen.add(driven)
        graph.add_edge(("in", driven), ("out", driven), weight=seconds[edge_of[driven[-1]]])
        graph.add_edge(("in", driven), ("entered", edge_of[driven[-1]]), weight=0.0)
        for after, turn_s in turns[driven[-1]]:
            whole = (*driven, after)
            if not any(whole[-len(course) :] == course for course in banned):
                graph.add_edge(("out", driven), ("in", whole[-memory:]), weight=turn_s)
                waiting.append(whole[-memory:])
    for edge, fraction in destination:
        graph.add_edge(("entered", edge), "destination", weight=fraction * seconds[edge])
    direct = [
        max(end - start, 0.0) * seconds[edge]
        for edge, start in origin
        for other, end in destination
        if edge == other and (end - start) * network.edge_length_m[edge] >= -SAME_PLACE_M
    ]
    try:
        searched = nx.shortest_path_length(graph, "origin", "destination", weight="weight")
    except nx.NetworkXNoPath:
        searched = np.inf
    return float(min([searched, *direct]))
