"""Lengths: how long the lightest ways are, found together with their weights.

A weight and a length are one number, the weight in its upper half. Sums then add both, and the least number
is the lightest way and, of equally light ones, the shortest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.routing.cch.compiling import kernel
from equipage.routing.cch.hierarchy import DOWN, UP, Tree
from equipage.routing.cch.labels import Points, shared_depth
from equipage.routing.cch.metric import NO_WAY, Arcs, Metric, relax_lower

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

_HALF = 32
# No way, of no length. Two of them still fit.
_FAR = NO_WAY << _HALF


def joined(weight: npt.ArrayLike, length: npt.ArrayLike) -> Ints:
    """Return weights and lengths as one number each.

    Parameters
    ----------
    weight, length : (...)
        Integers. The length of a whole way must be less than 2 to the 32.
    """
    return (np.asarray(weight, dtype=np.int64) << _HALF) + np.asarray(length, dtype=np.int64)


def parted(ways: Ints) -> tuple[Ints, Ints]:
    """Return the weights and the lengths of whole ways, the inverse of `joined`."""
    return ways >> _HALF, ways & ((1 << _HALF) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """A metric's arcs with their lengths.

    Parameters
    ----------
    metric : Metric
        The weights.
    up, down : (b,) int64
        Weight and length of each of the metric's arcs, joined.
    """

    metric: Metric
    up: Ints
    down: Ints

    @classmethod
    def of(cls, metric: Metric, arcs: Ints) -> Lengths:
        """Return what a metric is with lengths.

        Parameters
        ----------
        metric : Metric
            The weights.
        arcs : (k,) int64
            For each of the graph's arcs the weight, which must be the metric's, joined with its length.
        """
        hierarchy = metric.hierarchy
        ways = np.full((len(hierarchy.upward.head), 2), _FAR, dtype=np.int64)
        kept = hierarchy.slot >= 0
        np.minimum.at(ways.reshape(-1), hierarchy.slot[kept], np.minimum(arcs[kept], _FAR))
        relax_lower(hierarchy.upward, hierarchy.triangles, ways)
        return cls(metric, ways[metric.up.number, UP], ways[metric.down.number, DOWN])

    def table(self, origins: Points, destinations: Points) -> Ints:
        """Return weight and length of the lightest ways from every origin to every destination, joined.

        Parameters
        ----------
        origins, destinations : Points
            n and k points; their weights are joined with lengths.

        Returns
        -------
        (n, k) int64
            A weight of more than `LONGEST` where there is no way.
        """
        tree = self.metric.hierarchy.tree
        start, end = origins.vertex[origins.first[:-1]], destinations.vertex[destinations.first[:-1]]
        order = np.argsort(tree.visit[end])
        place = np.searchsorted(tree.visit[end][order], tree.visit[start])
        ahead, back = self._labels(origins, destinations)
        found = np.empty((len(start), len(end)), dtype=np.int64)
        found[:, order] = _sums(tree, ahead, start, place, back[order], end[order])
        return found

    def pairs(self, origins: Points, destinations: Points, origin: Ints, destination: Ints) -> Ints:
        """Return weight and length of the lightest ways from some origins to one destination each, joined.

        Parameters
        ----------
        origins, destinations : Points
            As for `table`.
        origin, destination : (p,) int64
            Which of them.

        Returns
        -------
        (p,) int64
            A weight of more than `LONGEST` where there is no way.
        """
        start, end = origins.vertex[origins.first[:-1]], destinations.vertex[destinations.first[:-1]]
        ahead, back = self._labels(origins, destinations)
        return _pair_sums(
            self.metric.hierarchy.tree, ahead, start, back, end, np.column_stack([origin, destination])
        )

    def _labels(self, origins: Points, destinations: Points) -> tuple[Ints, Ints]:
        tree = self.metric.hierarchy.tree
        columns = int(tree.depth.max()) + 1
        ahead = _rows(self.metric.up, self.up, tree, origins, columns)
        return ahead, _rows(self.metric.down, self.down, tree, destinations, columns)


@kernel
def _rows(arcs: Arcs, way: Ints, tree: Tree, points: Points, columns: int) -> Ints:
    """Return the points' labels, a row for each and a column for each depth."""
    rows = np.full((len(points.first) - 1, columns), _FAR, np.int64)
    for p in range(len(rows)):
        for entry in range(points.first[p], points.first[p + 1]):
            at = tree.depth[points.vertex[entry]]
            rows[p, at] = min(rows[p, at], points.weight[entry])
        v = points.vertex[points.first[p]]
        while v >= 0:
            so_far = rows[p, tree.depth[v]]
            if so_far < _FAR:
                for arc in range(arcs.first[v], arcs.first[v + 1]):
                    at = arcs.depth[arc]
                    rows[p, at] = min(rows[p, at], so_far + way[arc])
            v = tree.parent[v]
    return rows


@kernel
def _sums(tree: Tree, ahead: Ints, start: Int32s, place: Ints, back: Ints, end: Int32s) -> Ints:
    """Return the least sums of rows; from its place among the destinations an origin shares less and less."""
    count = len(end)
    found = np.empty((len(start), count), np.int64)
    shared = np.zeros(count + 1, np.int64)  # by each and the one before it
    for j in range(1, count):
        shared[j] = shared_depth(tree, end[j - 1], end[j])
    for i in range(len(start)):
        depth = shared_depth(tree, start[i], end[min(place[i], count - 1)])
        for j in range(place[i], count):
            found[i, j] = _least_sum(ahead[i], back[j], depth)
            depth = min(depth, shared[j + 1])
        depth = shared_depth(tree, start[i], end[max(place[i] - 1, 0)])
        for j in range(place[i] - 1, -1, -1):
            found[i, j] = _least_sum(ahead[i], back[j], depth)
            depth = min(depth, shared[j])
    return found


@kernel
def _pair_sums(tree: Tree, ahead: Ints, start: Int32s, back: Ints, end: Int32s, pairs: Ints) -> Ints:
    """Return the least sums of two rows each."""
    found = np.empty(len(pairs), np.int64)
    for p in range(len(pairs)):
        i, j = pairs[p]
        found[p] = _least_sum(ahead[i], back[j], shared_depth(tree, start[i], end[j]))
    return found


@kernel
def _least_sum(one: Ints, other: Ints, columns: int) -> int:
    least = 2 * _FAR
    for k in range(columns):
        least = min(least, one[k] + other[k])
    return least
