"""What a road network's arrays imply: shapes, opposite directions, the core, the order of contraction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from equipage.routing.cch.order import dissection_order
from equipage.routing.errors import InvalidNetworkError
from equipage.routing.turns import Turns

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Shapes = tuple[npt.NDArray[np.int64], Floats]


def pack_shapes(shapes: Sequence[npt.ArrayLike]) -> Shapes:
    """Return shapes laid one after the other.

    Parameters
    ----------
    shapes : sequence of (k, 2)
        The points lon, lat of each edge, in degrees.

    Returns
    -------
    start : (m + 1,) int64
        Where each begins in `lonlat`, and the end of the last.
    lonlat : (sum of k, 2) float64
        All points.
    """
    points = [np.asarray(shape, dtype=np.float64).reshape(-1, 2) for shape in shapes]
    start = np.concatenate([[0], np.cumsum([len(shape) for shape in points])]).astype(np.int64)
    return start, np.concatenate([np.empty((0, 2)), *points])


def straight_shapes(node_lonlat: Floats, edge_tail: Ints, edge_head: Ints) -> Shapes:
    """Return packed shapes that run straight from tail to head.

    Parameters
    ----------
    node_lonlat : (n, 2) float64
        Nodes lon, lat in degrees.
    edge_tail, edge_head : (m,) int32
        Indices of the nodes that each edge leaves and enters.

    Returns
    -------
    start : (m + 1,) int64
        Where each begins in `lonlat`.
    lonlat : (2 m, 2) float64
        All points.
    """
    ends = np.stack([edge_tail, edge_head], axis=1).ravel()
    return np.arange(0, 2 * len(edge_tail) + 1, 2, dtype=np.int64), node_lonlat[ends]


def pair_directions(
    edge_tail: Ints, edge_head: Ints, shapes: Shapes, way_id: npt.NDArray[np.int64] | None
) -> Ints:
    """Return for each edge the one that runs along the same shape the other way, or -1.

    Parameters
    ----------
    edge_tail, edge_head : (m,) int32
        Indices of the nodes that each edge leaves and enters.
    shapes : start and lonlat
        The packed shapes.
    way_id : (m,) int64 or None
        Where given, only edges of the same way are paired.

    Returns
    -------
    (m,) int32
        Its own inverse where not -1. Where several edges fit, they are paired in order.
    """
    start, lonlat = shapes
    reverse = np.full(len(edge_tail), -1, dtype=np.int32)
    waiting: dict[tuple[int, int, int, bytes], list[int]] = defaultdict(list)
    for edge, (tail, head) in enumerate(zip(edge_tail.tolist(), edge_head.tolist(), strict=True)):
        shape = lonlat[start[edge] : start[edge + 1]]
        way = 0 if way_id is None else int(way_id[edge])
        other = waiting[head, tail, way, shape[::-1].tobytes()]
        if other:
            reverse[edge] = other.pop(0)
            reverse[reverse[edge]] = edge
        else:
            waiting[tail, head, way, shape.tobytes()].append(edge)
    return reverse


def core_edges(edge_count: int, turns: Turns, copy_of: Ints) -> Bools:
    """Return which edges can be both reached from the network's core and left for it.

    Parameters
    ----------
    edge_count : int
        How many edges there are.
    turns : Turns
        The allowed turns between states.
    copy_of : (c,) int32
        The edge that each state from `edge_count` on is a copy of.

    Returns
    -------
    (m,) bool
        From each of them every other can be reached. The core is the largest strongly connected set of
        states; of equally large ones, that with the first edge.
    """
    if edge_count == 0:
        return np.zeros(0, dtype=bool)
    graph = csr_array(
        (np.ones(len(turns.edge_from), dtype=bool), (turns.edge_from, turns.edge_to)),
        shape=(edge_count + len(copy_of),) * 2,
    )
    _, label = connected_components(graph, directed=True, connection="strong")
    within = int(np.argmax(np.bincount(label)[label]))
    # One reaches an edge in any of its states, and leaves it in that of its own number.
    reached, left = np.zeros(edge_count, dtype=bool), np.zeros(len(label), dtype=bool)
    states = breadth_first_order(graph, within, return_predecessors=False)
    reached[np.concatenate([np.arange(edge_count), copy_of])[states]] = True
    left[breadth_first_order(graph.T, within, return_predecessors=False)] = True
    return reached & left[:edge_count]


def order_of_states(reverse: Ints, turns: Turns, copy_of: Ints) -> Ints:
    """Return the states in the order in which a contraction hierarchy takes them.

    Parameters
    ----------
    reverse : (m,) int32
        The edge of the same road in the other direction, or -1.
    turns : Turns
        The allowed turns between states.
    copy_of : (c,) int32
        The edge that each state from m on is a copy of.

    Returns
    -------
    (m + c,) int32
        All states of a road, in both directions, come one after the other.
    """
    edges = np.arange(len(reverse))
    _, road = np.unique(np.where((reverse >= 0) & (reverse < edges), reverse, edges), return_inverse=True)
    road_of_state = np.concatenate([road, road[copy_of]])
    return dissection_order(road_of_state, turns.edge_from, turns.edge_to).astype(np.int32)


def ways_of_their_own(edge_reverse: Ints) -> npt.NDArray[np.int64]:
    """Return a way id for each road, the number of its first edge counted from 1.

    Parameters
    ----------
    edge_reverse : (m,) int32
        The edge of the same road in the other direction, or -1.

    Returns
    -------
    (m,) int64
        The same for both directions of a road.
    """
    edge = np.arange(len(edge_reverse), dtype=np.int64)
    return np.where(edge_reverse < 0, edge, np.minimum(edge, edge_reverse)) + 1


def number_words(words: Sequence[str], *, first: str | None = None) -> tuple[tuple[str, ...], Ints]:
    """Return the distinct words, and for each given word its place among them.

    Parameters
    ----------
    words : sequence of m str
        The words, with repetitions.
    first : str, optional
        A word that is to have place 0, whether it occurs or not.

    Returns
    -------
    distinct : tuple of str
        In order of first appearance.
    place : (m,) int32
        `distinct[place[i]] == words[i]`.
    """
    places: dict[str, int] = {} if first is None else {first: 0}
    place = np.array([places.setdefault(word, len(places)) for word in words], dtype=np.int32)
    return tuple(places), place


def with_durations(turns: Turns, seconds: Mapping[tuple[int, int], float]) -> Turns:
    """Return the same turns, some with other durations.

    Parameters
    ----------
    turns : Turns
        The turns.
    seconds : mapping from (edge, edge) to float
        The durations to change.

    Returns
    -------
    Turns
        A new value; the given one is left alone.

    Raises
    ------
    InvalidNetworkError
        Where one of the pairs is not an allowed turn.
    """
    place = {
        pair: i for i, pair in enumerate(zip(turns.edge_from.tolist(), turns.edge_to.tolist(), strict=True))
    }
    unknown = [pair for pair in seconds if pair not in place]
    if unknown:
        msg = f"turn_duration_s names {unknown}, which are no allowed turns here"
        raise InvalidNetworkError(msg)
    duration = turns.duration_s.copy()
    duration[[place[pair] for pair in seconds]] = list(seconds.values())
    return replace(turns, duration_s=duration)
