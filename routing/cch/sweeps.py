"""Sweeps: from points to all vertices, or back, in one pass down the hierarchy for many points at once.

References
----------
Delling, Goldberg, Nowatzyk, Werneck: PHAST: Hardware-Accelerated Shortest Path Trees. Journal of Parallel and
Distributed Computing 73 (2013), doi:10.1016/j.jpdc.2012.02.007.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel
from equipage.routing.cch.hierarchy import Tree
from equipage.routing.cch.labels import Points
from equipage.routing.cch.metric import NO_WAY, Arcs, Metric

Int32s = npt.NDArray[np.int32]

TOGETHER = 32
"""So many points share a sweep best: their row of weights fills two cache lines."""

_STREAMS = 16


def sweep(metric: Metric, points: Points, *, back: bool) -> Int32s:
    """Return the least weight between every vertex and every point.

    Parameters
    ----------
    metric : Metric
        The weights.
    points : Points
        The points; here their vertices may be anywhere.
    back : bool
        Whether ways lead to the points instead of from them.

    Returns
    -------
    (p, n) int32
        By vertex; more than `LONGEST` where there is no way.
    """
    near, far = (metric.down, metric.up) if back else (metric.up, metric.down)
    hierarchy = metric.hierarchy
    alone = len(points.first) - 1 == 1
    return (_sweep_one if alone else _sweep_many)(near, far, hierarchy.tree, hierarchy.vertex, points)


@kernel
def _sweep_one(near: Arcs, far: Arcs, tree: Tree, vertex: Int32s, points: Points) -> Int32s:
    size = len(vertex)
    least, row = np.full(size, NO_WAY, np.int32), np.empty((1, size), np.int32)
    _rise(near, tree, points, 0, least)
    first, head, weight = far.first, far.head, far.weight
    for v in range(size - 1, -1, -1):
        so_far = least[v]
        for arc in range(first[v], first[v + 1]):
            so_far = min(so_far, np.int32(least[head[arc]] + weight[arc]))
        least[v] = row[0, vertex[v]] = so_far
    return row


@kernel
def _sweep_many(near: Arcs, far: Arcs, tree: Tree, vertex: Int32s, points: Points) -> Int32s:
    size, count = len(vertex), len(points.first) - 1
    least = np.full((size, count), NO_WAY, np.int32)
    for p in range(count):
        _rise(near, tree, points, p, least[:, p])
    first, head, weight = far.first, far.head, far.weight
    for v in range(size - 1, -1, -1):
        for arc in range(first[v], first[v + 1]):
            above, further = head[arc], weight[arc]
            for p in range(count):
                least[v, p] = min(least[v, p], np.int32(least[above, p] + further))
    return _by_vertex(least, vertex)


@kernel
def _rise(near: Arcs, tree: Tree, points: Points, p: int, least: Int32s) -> None:
    """Write what it takes from a point to all that is above the vertices next to it."""
    first, head, weight, parent = near.first, near.head, near.weight, tree.parent
    for entry in range(points.first[p], points.first[p + 1]):
        v = points.vertex[entry]
        least[v] = min(least[v], points.weight[entry])
        while v >= 0:
            so_far = least[v]
            for arc in range(first[v], first[v + 1]):
                least[head[arc]] = min(least[head[arc]], so_far + weight[arc])
            v = parent[v]


@kernel
def _by_vertex(least: Int32s, vertex: Int32s) -> Int32s:
    """Return the columns as rows, and what is by rank by vertex.

    As many columns at a time as the processor can write to in turn.
    """
    size, count = least.shape
    rows = np.empty((count, size), np.int32)
    for begin in range(0, count, _STREAMS):
        end = min(begin + _STREAMS, count)
        for v in range(size):
            to = vertex[v]
            for p in range(begin, end):
                rows[p, to] = least[v, p]
    return rows
