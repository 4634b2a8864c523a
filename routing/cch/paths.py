"""Paths: the fastest way between two points, unpacked to the vertices it leads over.

References
----------
Dibbelt, Strasser, Wagner (2016), sections 8.2 (elimination-tree query) and 8.3 (path unpacking).
Buchhold, Sanders, Wagner (2018), doi:10.4230/LIPIcs.SEA.2018.27 (an elimination-tree query that prunes).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel, longer
from equipage.routing.cch.hierarchy import Downward, Tree, Upward
from equipage.routing.cch.labels import Points
from equipage.routing.cch.metric import LONGEST, NO_WAY, Arcs, Metric, Weights

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


class Shortcuts(NamedTuple):
    """What tells the two arcs that a shortcut stands for.

    Parameters
    ----------
    upward, downward : Upward, Downward
        The arcs of the hierarchy.
    vertex : (n,) int32
        The graph's vertex of each rank.
    given, weight : (a,) int32
        The metric's weights.
    known : (a,) int64
        What was found of each arc: 0 for nothing yet; its two halves, the first one in the upper 32 bits; or
        ~v for an arc of the graph that leads to its vertex v.
    """

    upward: Upward
    downward: Downward
    vertex: Int32s
    given: Weights
    weight: Weights
    known: Ints


class Paths:
    """Finds the fastest ways under one metric, for as many threads as like.

    Parameters
    ----------
    metric : Metric
        The weights.

    Notes
    -----
    It remembers the halves of every shortcut that was unpacked: most ways share theirs with others, and to
    find them takes longer than the search. Threads that find the same ones at once write the same numbers.
    """

    __slots__ = ("_height", "_metric", "_shortcuts")

    def __init__(self, metric: Metric) -> None:
        hierarchy = metric.hierarchy
        self._metric = metric
        self._height = int(hierarchy.tree.depth.max(initial=0)) + 1
        self._shortcuts = Shortcuts(
            hierarchy.upward,
            hierarchy.downward,
            hierarchy.vertex,
            metric.given,
            metric.weight,
            # The system gives its memory page by page, when something is remembered there.
            np.zeros(len(metric.weight), dtype=np.int64),
        )

    def fastest(self, origins: Points, destination: Points) -> tuple[int, Int32s]:
        """Return the fastest way from the best of some points to another.

        Parameters
        ----------
        origins : Points
            One or more.
        destination : Points
            One.

        Returns
        -------
        weight : int
            Of the whole way; `NO_WAY` where there is none.
        vertices : (q,) int32
            Of the graph, in order; none where there is no way.
        """
        metric = self._metric
        return _fastest(
            metric.up, metric.down, metric.hierarchy.tree, self._shortcuts, self._height, origins, destination
        )


@kernel
def _fastest(
    up: Arcs,
    down: Arcs,
    tree: Tree,
    shortcuts: Shortcuts,
    height: int,
    origins: Points,
    destination: Points,
) -> tuple[int, Int32s]:
    best = 0
    least, meeting, ahead, back = _met(up, down, tree, origins, 0, destination)
    for p in range(1, len(origins.first) - 1):
        found = _met(up, down, tree, origins, p, destination)
        if found[0] < least:
            best = p
            least, meeting, ahead, back = found
    if least > LONGEST:
        return NO_WAY, np.empty(0, np.int32)
    after, _ = _traced(down, tree, destination, 0, back, meeting)
    before, start = _traced(up, tree, origins, best, ahead, meeting)
    # Arcs that wait to be unpacked, the first one to drive on top. Each half of one lies deeper than it.
    waiting = np.empty(len(after) + len(before) + height, np.int64)
    for i in range(len(after)):
        waiting[i] = after[len(after) - 1 - i]
    for i in range(len(before)):
        waiting[len(after) + i] = before[i]
    return least, _unpacked(shortcuts, start, waiting, len(after) + len(before))


@kernel
def _met(
    up: Arcs, down: Arcs, tree: Tree, origins: Points, p: int, destination: Points
) -> tuple[int, int, Int32s, Int32s]:
    """Return the least weight of a way, the depth of its highest vertex, and both labels as far as needed.

    What is no nearer than the least weight so far is not searched on from.
    """
    v, w = origins.vertex[origins.first[p]], destination.vertex[0]
    depth, other_depth = tree.depth[v], tree.depth[w]
    ahead, back = np.full(depth + 1, NO_WAY, np.int32), np.full(other_depth + 1, NO_WAY, np.int32)
    begun, ended = _begin(tree, origins, p, ahead), _begin(tree, destination, 0, back)
    while v != w and v >= 0 and w >= 0:
        if v < w:
            _relax(up, v, depth, ahead, NO_WAY)
            v, depth = tree.parent[v], depth - 1
        else:
            _relax(down, w, other_depth, back, NO_WAY)
            w, other_depth = tree.parent[w], other_depth - 1
    least, meeting = 2 * NO_WAY, -1
    while v == w and v >= 0:
        if ahead[depth] + back[depth] < least:
            least, meeting = int(ahead[depth] + back[depth]), int(depth)
        _relax(up, v, depth, ahead, least - ended)
        _relax(down, v, depth, back, least - begun)
        v, depth = tree.parent[v], depth - 1
        w = v
    return least, meeting, ahead, back


@kernel
def _begin(tree: Tree, points: Points, p: int, label: Int32s) -> int:
    """Write the weights from a point to the vertices next to it into its label, and return the least."""
    least = NO_WAY
    for entry in range(points.first[p], points.first[p + 1]):
        depth = tree.depth[points.vertex[entry]]
        label[depth] = min(label[depth], points.weight[entry])
        least = min(least, int(points.weight[entry]))
    return least


@kernel
def _relax(arcs: Arcs, v: int, depth: int, label: Int32s, limit: int) -> None:
    """Let what is above a vertex be as near as the way over it, if that is nearer than the limit."""
    so_far = label[depth]
    if so_far < limit:
        for arc in range(arcs.first[v], arcs.first[v + 1]):
            above = arcs.depth[arc]
            label[above] = min(label[above], so_far + arcs.weight[arc])


@kernel
def _traced(arcs: Arcs, tree: Tree, points: Points, p: int, label: Int32s, depth: int) -> tuple[Ints, int]:
    """Return the arcs, last first, by which a depth was reached from a vertex of a point, and that vertex.

    A vertex was reached by an arc that its label agrees with, from another one farther down.
    """
    way = np.empty(len(label), np.int32)
    begins = np.full(len(label), NO_WAY, np.int32)
    _begin(tree, points, p, begins)
    v, below = points.vertex[points.first[p]], len(label)
    while v >= 0:
        below -= 1
        way[below] = v
        v = tree.parent[v]
    found = np.empty(len(label), np.int64)
    count, below = 0, depth
    while begins[depth] != label[depth]:
        below += 1
        gap = label[depth] - label[below]
        if gap >= 0:
            arc, end = arcs.first[way[below]], arcs.first[way[below] + 1]
            while arc < end and arcs.depth[arc] > depth:
                arc += 1
            if arc < end and arcs.depth[arc] == depth and arcs.weight[arc] == gap:
                found[count] = arc
                count, depth = count + 1, below
    return found[:count], way[depth]


@kernel
def _unpacked(shortcuts: Shortcuts, start: int, waiting: Ints, left: int) -> Int32s:
    """Return the graph's vertices along arcs, each shortcut replaced by its halves."""
    path = np.empty(256, np.int32)
    path[0] = shortcuts.vertex[start]
    count = 1
    while left > 0:
        left -= 1
        arc = waiting[left]
        known = shortcuts.known[arc]
        if known == 0:
            known = _looked_up(shortcuts, arc)
            shortcuts.known[arc] = known
        if known < 0:
            if count == len(path):
                path = longer(path, 2 * count)
            path[count] = ~known
            count += 1
        else:
            waiting[left] = known & 0xFFFFFFFF
            waiting[left + 1] = known >> 32
            left += 2
    return path[:count].copy()


@kernel
def _looked_up(shortcuts: Shortcuts, arc: int) -> int:
    """Return what is to be known of an arc."""
    upward = shortcuts.upward
    if shortcuts.weight[arc] == shortcuts.given[arc]:
        to = upward.head[arc] if arc < upward.rising[-1] else upward.tail[arc]
        return ~int(shortcuts.vertex[to])
    before, after = _halves(shortcuts, arc)
    return before << 32 | after


@kernel
def _halves(shortcuts: Shortcuts, arc: int) -> tuple[int, int]:
    """Return the two arcs that a shortcut stands for."""
    upward, downward, weight = shortcuts.upward, shortcuts.downward, shortcuts.weight
    low, high = upward.tail[arc], upward.head[arc]
    rises = arc < upward.rising[-1]
    low_arcs, high_arcs = (downward.falling, upward.rising) if rises else (downward.rising, upward.falling)
    # The way's highest vertex in between is one, and most often among the highest of all candidates.
    for place in range(low_arcs[low + 1] - 1, low_arcs[low] - 1, -1):
        v, to_low = downward.tail[place], downward.arc[place]
        if weight[to_low] > weight[arc]:
            continue
        to_high, end = high_arcs[v], high_arcs[v + 1]
        while to_high < end and upward.head[to_high] < high:
            to_high += 1
        if to_high == end or upward.head[to_high] != high:
            continue
        if weight[to_low] + weight[to_high] == weight[arc]:
            return (to_low, to_high) if rises else (to_high, to_low)
    return -1, -1
