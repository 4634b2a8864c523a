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
from equipage.routing.cch.metric import NO_WAY, Arcs

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


class Points(NamedTuple):
    """Points by the vertices next to them, which must lie on one way to the root.

    Parameters
    ----------
    first : (p + 1,) int64
        Where the entries of each point begin; none is without.
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


@kernel
def label_rows(arcs: Arcs, tree: Tree, points: Points, columns: int) -> Int32s:
    """Return the labels of points, one row for each.

    Parameters
    ----------
    arcs : Arcs
        Upward for points that are left, downward for points that are reached.
    tree : Tree
        The elimination tree.
    points : Points
        The points.
    columns : int
        The number of depths.

    Returns
    -------
    (p, columns) int32
        Weights by depth, `NO_WAY` where none is known.
    """
    rows = np.full((len(points.first) - 1, columns), NO_WAY, np.int32)
    for p in range(len(rows)):
        climb(arcs, tree, points, p, rows[p])
    return rows


@kernel
def table(up: Arcs, down: Arcs, tree: Tree, origins: Points, destinations: Points) -> Int32s:
    """Return the least weight from every origin to every destination.

    Parameters
    ----------
    up, down : Arcs
        The arcs to search.
    tree : Tree
        The elimination tree.
    origins, destinations : Points
        n and k points.

    Returns
    -------
    (n, k) int32
        About `NO_WAY` or more where there is no way.

    Notes
    -----
    Destinations are taken in the order of a walk through the tree. From an origin's place in that order
    outwards the way that is shared only becomes shorter: by what neighbours share.
    """
    columns = int(tree.depth.max()) + 1 if len(tree.depth) else 0
    ahead = label_rows(up, tree, origins, columns)
    low = destinations.vertex[destinations.first[:-1]]
    order = np.argsort(tree.visit[low])
    places = tree.visit[low][order]
    back = label_rows(down, tree, destinations, columns)[order]
    count = len(order)
    shared = np.zeros(count + 1, np.int32)  # by each and the one before it
    for j in range(1, count):
        shared[j] = shared_depth(tree, low[order[j - 1]], low[order[j]])
    found = np.full((len(ahead), count), NO_WAY, np.int32)
    for i in range(len(ahead)):
        own = origins.vertex[origins.first[i]]
        place = np.searchsorted(places, tree.visit[own])
        depth = shared_depth(tree, own, low[order[place]]) if place < count else 0
        for j in range(place, count):
            depth = depth if j == place else min(depth, shared[j])
            found[i, order[j]] = _least_sum(ahead[i], back[j], depth)
        depth = shared_depth(tree, own, low[order[place - 1]]) if place > 0 else 0
        for j in range(place - 1, -1, -1):
            depth = depth if j == place - 1 else min(depth, shared[j + 1])
            found[i, order[j]] = _least_sum(ahead[i], back[j], depth)
    return found


@kernel
def _least_sum(one: Int32s, other: Int32s, columns: int) -> np.int32:
    least = np.int32(2 * NO_WAY - 1)
    for k in range(columns):
        least = min(least, np.int32(one[k] + other[k]))
    return least
