"""Random graphs, and scipy as the oracle for what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from equipage.routing.cch.hierarchy import Hierarchy
from equipage.routing.cch.labels import Points, table
from equipage.routing.cch.metric import LONGEST, Metric
from equipage.routing.cch.order import dissection_order

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Graph:
    """A directed graph of n vertices, with arcs to itself, several between two, and vertices without any."""

    count: int
    tail: Ints
    head: Ints

    def hierarchy(self, order: Ints | None = None, tied: npt.ArrayLike = ()) -> Hierarchy:
        """Return its hierarchy, by nested dissection unless an order is given."""
        if order is None:
            order = dissection_order(np.arange(self.count), self.tail, self.head)
        return Hierarchy.of(self.tail, self.head, order=order, tied=tied)

    def least(self, weights: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the least weights between all vertices by scipy, (n, n), inf where there is no way."""
        best: dict[tuple[int, int], int] = {}
        for a, b, w in zip(self.tail.tolist(), self.head.tolist(), np.asarray(weights).tolist(), strict=True):
            best[a, b] = min(w, best.get((a, b), w))
        # scipy leaves weights of 0 out: all are one more, and a way tells by its number of arcs how many.
        rows, columns = np.array(list(best), dtype=np.int64).reshape(-1, 2).T
        scaled = np.array(list(best.values()), dtype=np.float64) * (4 * self.count) + 1.0
        arcs = csr_array((scaled, (rows, columns)), shape=(self.count, self.count))
        return np.floor(dijkstra(arcs) / (4 * self.count))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph of up to a dozen vertices."""
    count = draw(st.integers(1, 12))
    vertex = st.integers(0, count - 1)
    arcs = draw(st.lists(st.tuples(vertex, vertex), max_size=3 * count))
    tail, head = np.array(arcs, dtype=np.int64).reshape(-1, 2).T
    return Graph(count, tail, head)


def points_at(hierarchy: Hierarchy, vertices: npt.ArrayLike) -> Points:
    """Return a point at each of some vertices."""
    ranks = hierarchy.rank[np.asarray(vertices, dtype=np.int64)]
    return Points(np.arange(len(ranks) + 1), ranks, np.zeros(len(ranks), dtype=np.int32))


def everywhere(metric: Metric) -> npt.NDArray[np.float64]:
    """Return the table between all vertices."""
    hierarchy = metric.hierarchy
    points = points_at(hierarchy, np.arange(len(hierarchy.rank)))
    found = table(metric, points, points)
    return np.where(found > LONGEST, np.inf, found)
