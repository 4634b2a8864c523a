"""Nested dissection of our own: cuts by maximum flow between the two far ends of a graph.

References
----------
Schild, Sommer: On Balanced Separators in Road Networks. SEA 2015, doi:10.1007/978-3-319-20086-6_22: flows
between the first and the last vertices along a line. Here the line is the difference of the distances from
two vertices that are far apart, which needs no coordinates.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, dijkstra, maximum_flow

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Graph = csr_array[np.int32]

# Whatever the order of so few vertices, it costs next to nothing.
_FEW = 16
# Each side of a cut has at least this share of the vertices.
_SIDE = 0.25


def dissect(beside: Graph) -> Ints:
    """Return the vertices of an undirected graph in an order in which separators follow what they separate.

    Parameters
    ----------
    beside : (n, n) csr_array
        1 where two vertices are joined, in both directions.

    Returns
    -------
    (n,) int64
        The same for the same graph, always.
    """
    order = np.empty(beside.shape[0], dtype=np.int64)
    free = len(order)
    waiting = [np.arange(len(order))]
    while waiting:
        part = waiting.pop()
        few = len(part) <= _FEW
        between, rest = (part, list[Ints]()) if few else _separated(beside[part][:, part], part)
        order[free - len(between) : free] = between
        free -= len(between)
        waiting.extend(rest)
    return order


def _separated(graph: Graph, part: Ints) -> tuple[Ints, list[Ints]]:
    """Return the vertices whose removal makes parts that nothing joins, and those parts."""
    count, label = connected_components(graph, directed=False)
    if count > 1:
        by_label = np.argsort(label, kind="stable")
        return part[:0], np.split(part[by_label], np.flatnonzero(np.diff(label[by_label])) + 1)
    near = _cut(graph)
    rows, columns = graph.nonzero()
    crossing = near[rows] & ~near[columns]
    # The side of the cut edges that has fewer ends.
    sides = np.unique(rows[crossing]), np.unique(columns[crossing])
    separator = min(sides, key=len)
    near[separator], far = False, ~near
    far[separator] = False
    return part[separator], [part[near], part[far]]


def _cut(graph: Graph) -> Bools:
    """Return one side of the least cut between the two far ends of a connected graph."""
    size = graph.shape[0]
    one_end = int(np.argmax(_steps(graph, 0)))
    from_one = _steps(graph, one_end)
    from_other = _steps(graph, int(np.argmax(from_one)))
    line = np.argsort(from_one - from_other, kind="stable")
    end = max(1, int(_SIDE * size))
    source, sink = size, size + 1
    rows, columns = graph.nonzero()
    ends = np.repeat([source, sink], end), np.concatenate([line[:end], line[-end:]])
    joined = coo_array(
        (
            np.concatenate([graph.data, np.full(4 * end, size, dtype=np.int32)]).astype(np.int32),
            (np.concatenate([rows, *ends]), np.concatenate([columns, *ends[::-1]])),
        ),
        shape=(size + 2, size + 2),
    ).tocsr()
    left = joined - maximum_flow(joined, source, sink).flow
    left.eliminate_zeros()
    near = np.zeros(size + 2, dtype=bool)
    near[breadth_first_order(left, source, return_predecessors=False)] = True
    return near[:size]


def _steps(graph: Graph, vertex: int) -> npt.NDArray[np.float64]:
    return np.asarray(dijkstra(graph, unweighted=True, indices=np.array([vertex]))[0], dtype=np.float64)
