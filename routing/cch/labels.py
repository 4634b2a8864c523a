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

from equipage.geo.kernels.compiling import kernel
from equipage.routing.cch.hierarchy import Tree
from equipage.routing.cch.metric import Arcs, Metric, Weights

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
    weight : (e,)
        From the point to the vertex, or back, of the same kind as the metric's. It may be negative, as long
        as a whole way is not.
    """

    first: Ints
    vertex: Int32s
    weight: Weights


@kernel
def by_rank(
    count: int, point: Ints, vertex: Ints, weight: Weights, rank: Int32s
) -> tuple[Ints, Int32s, Weights]:
    """Return the fields of `Points`.

    Parameters
    ----------
    count : int
        How many points.
    point : (e,) int64
        Which one, ascending.
    vertex : (e,) int64
        A vertex next to it, as the graph numbers them.
    weight : (e,)
        From the one to the other, or back.
    rank : (n,) int32
        Of each vertex.
    """
    first = np.zeros(count + 1, np.int64)
    ranks, weights = np.empty(len(point), np.int32), np.empty_like(weight)
    for entry in range(len(point)):
        first[point[entry] + 1] += 1
    for p in range(count):
        first[p + 1] += first[p]
    for entry in range(len(point)):
        own, place = rank[vertex[entry]], entry
        while place > first[point[entry]] and ranks[place - 1] > own:
            ranks[place], weights[place] = ranks[place - 1], weights[place - 1]
            place -= 1
        ranks[place], weights[place] = own, weight[entry]
    return first, ranks, weights


@kernel
def climb(arcs: Arcs, tree: Tree, points: Points, p: int, label: Weights) -> None:
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
    label : (d,)
        All no way before.
    """
    no_way = label[0]
    for entry in range(points.first[p], points.first[p + 1]):
        at = tree.depth[points.vertex[entry]]
        label[at] = min(label[at], points.weight[entry])
    v = points.vertex[points.first[p]]
    while v >= 0:
        so_far = label[tree.depth[v]]
        if so_far < no_way:
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


def table(metric: Metric, origins: Points, destinations: Points) -> Weights:
    """Return the least weight from every origin to every destination.

    Parameters
    ----------
    metric : Metric
        The weights.
    origins, destinations : Points
        n and k points.

    Returns
    -------
    (n, k)
        More than `LONGEST` where there is no way.

    Notes
    -----
    Destinations are taken in the order of a walk through the tree. From an origin's place in that order
    outwards the way that is shared only becomes shorter: by what neighbours share.
    """
    tree = metric.hierarchy.tree
    start, end = lowest(origins), lowest(destinations)
    order = np.argsort(tree.visit[end])
    place = np.searchsorted(tree.visit[end][order], tree.visit[start])
    ahead, back = labels_of(metric, origins, destinations)
    found = np.empty((len(start), len(end)), dtype=ahead.dtype)
    found[:, order] = _sums(tree, ahead, start, place, back[order], end[order])
    return found


def lowest(points: Points) -> Int32s:
    """Return the vertex of each point from which all its others are on the way to the root."""
    return points.vertex[points.first[:-1]]


def labels_of(metric: Metric, origins: Points, destinations: Points) -> tuple[Weights, Weights]:
    """Return the labels of points that are left, and of points that are reached.

    Parameters
    ----------
    metric : Metric
        The arcs to search.
    origins, destinations : Points
        n and k points.

    Returns
    -------
    (n, d), (k, d)
        A row for each point, a column for each depth.
    """
    tree = metric.hierarchy.tree
    columns = int(tree.depth.max()) + 1
    kind = metric.weight.dtype
    ahead, back = (
        np.full((len(points.first) - 1, columns), metric.no_way, kind) for points in (origins, destinations)
    )
    _climb_all(metric.up, tree, origins, ahead)
    _climb_all(metric.down, tree, destinations, back)
    return ahead, back


@kernel
def least_sum(one: Weights, other: Weights, columns: int) -> np.integer:
    """Return the least sum of two labels.

    Parameters
    ----------
    one, other : (d,)
        Of a point that is left and a point that is reached.
    columns : int
        How many depths their ways to the root share.
    """
    kind = one.dtype.type
    least = kind(one[0] + other[0]) if columns > 0 else kind(np.iinfo(kind).max)
    for k in range(1, columns):
        least = min(least, kind(one[k] + other[k]))
    return least


@kernel
def _climb_all(arcs: Arcs, tree: Tree, points: Points, labels: Weights) -> None:
    for p in range(len(labels)):
        climb(arcs, tree, points, p, labels[p])


@kernel
def _sums(tree: Tree, ahead: Weights, start: Int32s, place: Ints, back: Weights, end: Int32s) -> Weights:
    """Return the least sums of rows; each origin has its place among the destinations."""
    count = len(end)
    shared = np.zeros(count + 1, np.int64)  # by each and the one before it
    for j in range(1, count):
        shared[j] = shared_depth(tree, end[j - 1], end[j])
    found = np.empty((len(start), count), ahead.dtype)
    for i in range(len(start)):
        own = place[i]
        if own < count:
            depth = shared_depth(tree, start[i], end[own])
            for j in range(own, count):
                found[i, j] = least_sum(ahead[i], back[j], depth)
                depth = min(depth, shared[j + 1])
        if own > 0:
            depth = shared_depth(tree, start[i], end[own - 1])
            for j in range(own - 1, -1, -1):
                found[i, j] = least_sum(ahead[i], back[j], depth)
                depth = min(depth, shared[j])
    return found
