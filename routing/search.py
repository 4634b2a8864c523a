"""Shortest paths over a turn graph: all that the rest of routing asks of a search engine.

Here scipy's Dijkstra does the work, at some tens of milliseconds for a city and a point. What is asked
(tables, one to all, paths) and what comes back stays the same under a faster engine.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from equipage.routing.graph import Ends

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Arcs = csr_array[np.float64]

# scipy holds the interpreter's lock throughout a call: with one search a call other threads run every few
# tens of milliseconds, and it takes no longer in all.
_ROWS = 1


class Search:
    """Answers for one turn graph, from as many threads as like.

    Parameters
    ----------
    arcs : (m, m) csr_array
        Seconds from entering one edge to entering the next.
    """

    __slots__ = ("_ahead", "_back")

    def __init__(self, arcs: Arcs) -> None:
        self._ahead = arcs
        self._back: Arcs = csr_array(arcs.T)

    def table(self, origins: Ends, destinations: Ends) -> Floats:
        """Return the seconds of the fastest trips from n points to k points, (n, k), inf where none is.

        The cost is one search for each of the fewer points.
        """
        if origins.count <= destinations.count:
            return _table(self._ahead, origins, destinations)
        return _table(self._back, destinations, origins).T

    def from_points(self, origins: Ends, *, limit_s: float = np.inf) -> Iterator[Floats]:
        """Yield for each point the (m,) seconds to entering every edge, inf beyond the limit."""
        for block in _blocks(self._ahead, origins, limit_s):
            yield from block

    def to_points(self, destinations: Ends, *, limit_s: float = np.inf) -> Iterator[Floats]:
        """Yield for each point the (m,) seconds from entering every edge, inf beyond the limit."""
        for block in _blocks(self._back, destinations, limit_s):
            yield from block

    def path(self, origin: Ends, destination: Ends) -> tuple[float, Ints]:
        """Return the fastest way from one point to another.

        Parameters
        ----------
        origin, destination : Ends
            Of one point each.

        Returns
        -------
        seconds : float
            The whole trip; inf where there is no way.
        edges : (p,) int64
            The edges entered, in order; none where there is no way.
        """
        root = self._ahead.shape[0]
        found = dijkstra(_rooted(self._ahead, origin), indices=np.array([root]), return_predecessors=True)
        seconds, before = found[0][0], found[1][0]
        total = seconds[destination.edge] + destination.seconds
        if not np.isfinite(total).any():
            return np.inf, np.zeros(0, dtype=np.int64)
        best = int(np.argmin(total))
        edges = [int(destination.edge[best])]
        while before[edges[-1]] != root:
            edges.append(int(before[edges[-1]]))
        return float(total[best]), np.array(edges[::-1], dtype=np.int64)


def _table(arcs: Arcs, roots: Ends, leaves: Ends) -> Floats:
    seconds = np.full((roots.count, leaves.count), np.inf)
    if len(leaves.edge) == 0 or roots.count == 0:
        return seconds
    first = np.flatnonzero(np.diff(leaves.point, prepend=-1))
    row = 0
    for block in _blocks(arcs, roots, np.inf):
        best = np.minimum.reduceat(block[:, leaves.edge] + leaves.seconds, first, axis=1)
        seconds[row : row + len(block), leaves.point[first]] = best
        row += len(block)
    return seconds


def _blocks(arcs: Arcs, roots: Ends, limit_s: float) -> Iterator[Floats]:
    """Yield the seconds from points to edges, (rows, m) at a time."""
    edges = arcs.shape[0]
    for first in range(0, roots.count, _ROWS):
        count = min(_ROWS, roots.count - first)
        low, high = np.searchsorted(roots.point, [first, first + count])
        some = Ends(count, roots.point[low:high] - first, roots.edge[low:high], roots.seconds[low:high])
        seconds = dijkstra(_rooted(arcs, some), indices=np.arange(edges, edges + count), limit=limit_s)
        yield np.atleast_2d(seconds)[:, :edges]


def _rooted(arcs: Arcs, roots: Ends) -> Arcs:
    """Return the graph with one more vertex for each point, from which its edges are reached."""
    size = arcs.shape[0] + roots.count
    added = np.cumsum(np.bincount(roots.point, minlength=roots.count))
    return csr_array(
        (
            np.concatenate([arcs.data, roots.seconds]),
            np.concatenate([arcs.indices, roots.edge]).astype(np.int32),
            np.concatenate([arcs.indptr, arcs.indptr[-1] + added]).astype(np.int32),
        ),
        shape=(size, size),
    )
