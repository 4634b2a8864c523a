"""Sweeps: from points to all vertices, or back, in one pass down the hierarchy for many points at once.

References
----------
Delling, Goldberg, Nowatzyk, Werneck: PHAST: Hardware-Accelerated Shortest Path Trees. Journal of Parallel and
Distributed Computing 73 (2013), doi:10.1016/j.jpdc.2012.02.007.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.routing.cch.compiling import kernel
from equipage.routing.cch.hierarchy import Tree
from equipage.routing.cch.labels import Points
from equipage.routing.cch.metric import NO_WAY, Arcs

Int32s = npt.NDArray[np.int32]


@kernel
def sweep(near: Arcs, far: Arcs, tree: Tree, points: Points) -> Int32s:
    """Return the least weight between every vertex and every point.

    Parameters
    ----------
    near, far : Arcs
        Upward and downward for ways from the points, downward and upward for ways to them.
    tree : Tree
        The elimination tree.
    points : Points
        The points; here their vertices may be anywhere.

    Returns
    -------
    (n, p) int32
        By rank; `NO_WAY` or more where there is no way.
    """
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
