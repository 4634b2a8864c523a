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
    return _by_vertex(_sweep(near, far, metric.hierarchy.tree, points), metric.hierarchy.rank)


@kernel
def _sweep(near: Arcs, far: Arcs, tree: Tree, points: Points) -> Int32s:
    size, count = len(tree.parent), len(points.first) - 1
    least = np.full((size, count), NO_WAY, np.int32)
    for p in range(count):
        for entry in range(points.first[p], points.first[p + 1]):
            v = points.vertex[entry]
            least[v, p] = min(least[v, p], points.weight[entry])
            while v >= 0:
                for arc in range(near.first[v], near.first[v + 1]):
                    head = near.head[arc]
                    least[head, p] = min(least[head, p], least[v, p] + near.weight[arc])
                v = tree.parent[v]
    for v in range(size - 1, -1, -1):
        for arc in range(far.first[v], far.first[v + 1]):
            head, weight = far.head[arc], far.weight[arc]
            for p in range(count):
                least[v, p] = min(least[v, p], np.int32(least[head, p] + weight))
    return least


@kernel
def _by_vertex(least: Int32s, rank: Int32s) -> Int32s:
    """Return the columns as rows, and what is by rank by vertex."""
    size, count = least.shape
    rows = np.empty((count, size), np.int32)
    for v in range(size):
        for p in range(count):
            rows[p, v] = least[rank[v], p]
    return rows
