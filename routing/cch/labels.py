"""Labels: the seconds from a point to every vertex on its way to the root of the elimination tree.

All that a search upward reaches is on that way, so that a label is a row of numbers by depth, and a cell of a
table is the least sum of two rows over the part of the way that both share: no queue, and no buckets.

References
----------
Dibbelt, Strasser, Wagner (2016), section 8.2 (elimination-tree query).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.routing.cch.compiling import kernel
from equipage.routing.cch.hierarchy import Tree
from equipage.routing.cch.metric import NO_WAY, Arcs, Metric

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


class Points(NamedTuple):
    """Points by the vertices next to them, which must lie on one way to the root.

    Parameters
    ----------
    first : (p + 1,) int64
        Where the entries of each point begin; for labels none is without.
    vertex : (e,) int32
        Ranks, ascending for each point.
    weight : (e,) int32
        From the point to the vertex, or back. It may be negative, as long as a whole way is not.
    """

    first: Ints
    vertex: Int32s
    weight: Int32s


@kernel
def climb(arcs: Arcs, tree: Tree, points: Points, p: int, label: Int32s) -> None:
    """Write one point's label, by depth.

    Parameters
    ----------
    arcs : Arcs
        Upward for points that are left, downward for points that are reached.
    tree : Tree
        The elimination tree.
    points : Points
        The points.
    p : int
        Which of them.
    label : (d,) int32
        All `NO_WAY` before.
    """
    for entry in range(points.first[p], points.first[p + 1]):
        at = tree.depth[points.vertex[entry]]
        label[at] = min(label[at], points.weight[entry])
    v = points.vertex[points.first[p]]
    while v >= 0:
        so_far = label[tree.depth[v]]
        if so_far < NO_WAY:
            for arc in range(arcs.first[v], arcs.first[v + 1]):
                at = arcs.depth[arc]
                label[at] = min(label[at], so_far + arcs.weight[arc])
        v = tree.parent[v]


@kernel
def shared_depth(tree: Tree, a: int, b: int) -> int:
    """Return how many vertices two ways to the root share.

    Parameters
    ----------
    tree : Tree
        The elimination tree.
    a, b : int
        Where they begin.
    """
    while a != b:
        if a < b:
            a = tree.parent[a]
        else:
            b = tree.parent[b]
        if a < 0 or b < 0:
            return 0
    return int(tree.depth[a]) + 1


def table(metric: Metric, origins: Points, destinations: Points) -> Int32s:
    """Return the least weight from every origin to every destination.

    Parameters
    ----------
    metric : Metric
        The weights.
    origins, destinations : Points
        n and k points.

    Returns
    -------
    (n, k) int32
        More than `LONGEST` where there is no way.

    Notes
    -----
    Destinations are taken in the order of a walk through the tree. From an origin's place in that order
    outwards the way that is shared only becomes shorter: by what neighbours share.
    """
    tree = metric.hierarchy.tree
    columns = int(tree.depth.max()) + 1
    start, end = origins.vertex[origins.first[:-1]], destinations.vertex[destinations.first[:-1]]
    order = np.argsort(tree.visit[end])
    place = np.searchsorted(tree.visit[end][order], tree.visit[start])
    ahead = _rows(metric.up, tree, origins, columns)
    back = _rows(metric.down, tree, destinations, columns)[order]
    found = np.empty((len(start), len(end)), dtype=np.int32)
    found[:, order] = _sums(tree, ahead, start, place, back, end[order])
    return found


@kernel
def _rows(arcs: Arcs, tree: Tree, points: Points, columns: int) -> Int32s:
    """Return the points' labels, a row for each and a column for each depth."""
    rows = np.full((len(points.first) - 1, columns), NO_WAY, np.int32)
    for p in range(len(rows)):
        climb(arcs, tree, points, p, rows[p])
    return rows


@kernel
def _sums(tree: Tree, ahead: Int32s, start: Int32s, place: Ints, back: Int32s, end: Int32s) -> Int32s:
    """Return the least sums of rows; each origin has its place among the destinations."""
    count = len(end)
    shared = np.zeros(count + 1, np.int64)  # by each and the one before it
    for j in range(1, count):
        shared[j] = shared_depth(tree, end[j - 1], end[j])
    found = np.empty((len(start), count), np.int32)
    for i in range(len(start)):
        own = place[i]
        if own < count:
            depth = shared_depth(tree, start[i], end[own])
            for j in range(own, count):
                found[i, j] = _least_sum(ahead[i], back[j], depth)
                depth = min(depth, shared[j + 1])
        if own > 0:
            depth = shared_depth(tree, start[i], end[own - 1])
            for j in range(own - 1, -1, -1):
                found[i, j] = _least_sum(ahead[i], back[j], depth)
                depth = min(depth, shared[j])
    return found


@kernel
def _least_sum(one: Int32s, other: Int32s, columns: int) -> np.int32:
    least = np.int32(2 * NO_WAY - 1)
    for k in range(columns):
        least = min(least, np.int32(one[k] + other[k]))
    return least
