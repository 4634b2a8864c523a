"""Customization: weights on a hierarchy. A metric answers for its weights and is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel
from equipage.routing.cch.hierarchy import Hierarchy, Upward

Int32s = npt.NDArray[np.int32]
Weights = npt.NDArray[np.integer]
"""Of 32 bits, or of 64 where lengths are joined with them."""

NO_WAY = 1 << 29
"""The weight of an arc that cannot be used. Two of them still fit into 32 bits."""

LONGEST = 1 << 28
"""No way is heavier; what would be counts as unreachable. Of milliseconds these are three days."""


class Arcs(NamedTuple):
    """The arcs of one direction, to search.

    Parameters
    ----------
    first : (n + 1,) int32
        Where those of each vertex begin, which is their lower end.
    head : (a,) int32
        The higher ends of all arcs.
    depth : (a,) int32
        The depths of the higher ends in the elimination tree.
    weight : (a,) int32 or int64
        The weights of the fastest ways between the ends.
    """

    first: Int32s
    head: Int32s
    depth: Int32s
    weight: Weights


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Weights on a hierarchy.

    Parameters
    ----------
    hierarchy : Hierarchy
        The graph.
    given : (a,) int32 or int64
        The weight of the graph's own arc, for each arc of the hierarchy.
    weight : (a,) int32 or int64
        The weight of the fastest way between its ends that stays below both.
    no_way : int
        The weight of what cannot be reached.

    Notes
    -----
    Weights may be 0. Of arcs side by side the lightest counts; one from a vertex to itself is on no way. All
    weights are at most `NO_WAY`, so that no sum of two, however heavy the ones given are, needs more than
    their bits; a whole way heavier than `LONGEST` counts as none, and so do parts that no arc joins.
    """

    hierarchy: Hierarchy
    given: Weights
    weight: Weights
    no_way: int = NO_WAY

    @classmethod
    def of(cls, hierarchy: Hierarchy, weights: npt.ArrayLike, *, no_way: int = NO_WAY) -> Metric:
        """Return the metric of some weights.

        Parameters
        ----------
        hierarchy : Hierarchy
            The graph.
        weights : (k,)
            One for each of the graph's arcs, integers of 0 or more; `no_way` or more where it is closed.
        no_way : int
            `NO_WAY`, for weights of 32 bits, or that joined with no length, for weights of 64 bits joined
            with lengths.

        Raises
        ------
        ValueError
            If there is not one for each, or one is negative.

        References
        ----------
        Dibbelt, Strasser, Wagner (2016), section 7.2 (basic customization). The perfect one, section 7.4,
        takes twice as long and spares a fifth of the arcs: the hierarchy has none that lead nowhere.
        """
        given = given_weights(hierarchy, weights, no_way)
        weight = given.copy()
        _relax(hierarchy.upward, hierarchy.triangles, weight)
        return cls(hierarchy, given, weight, no_way)

    @property
    def up(self) -> Arcs:
        """The arcs that rise."""
        upward = self.hierarchy.upward
        return Arcs(upward.rising, upward.head, upward.depth, self.weight)

    @property
    def down(self) -> Arcs:
        """The arcs that fall."""
        upward = self.hierarchy.upward
        return Arcs(upward.falling, upward.head, upward.depth, self.weight)


def given_weights(hierarchy: Hierarchy, weights: npt.ArrayLike, no_way: int) -> Weights:
    """Return the weights of the graph's own arcs by arc of the hierarchy.

    Parameters
    ----------
    hierarchy : Hierarchy
        The graph.
    weights : (k,)
        One for each of the graph's arcs, as for `Metric.of`.
    no_way : int
        The weight of what cannot be reached.

    Returns
    -------
    (a,) int32 or int64
        The least where several share one, `no_way` for shortcuts.

    Raises
    ------
    ValueError
        If there is not one for each, or one is negative.
    """
    asked = np.asarray(weights)
    if asked.shape != hierarchy.slot.shape or asked.min(initial=0) < 0:
        raise ValueError(
            f"weights must be {hierarchy.slot.shape[0]} integers of 0 or more, not {asked.shape[0]}"
            f" of which the least is {asked.min(initial=0)}"
        )
    kind = np.int32 if no_way == NO_WAY else np.int64
    given: Weights = np.full(len(hierarchy.upward.head), no_way, kind)
    _spread(hierarchy.slot, np.minimum(asked, no_way).astype(kind, copy=False), given)
    return given


@kernel
def _spread(slot: Int32s, weights: Weights, given: Weights) -> None:
    """Write the weights by arc of the hierarchy; the least where several share one."""
    for k in range(len(slot)):
        if slot[k] >= 0:
            given[slot[k]] = min(given[slot[k]], weights[k])


@kernel
def _relax(upward: Upward, triangles: Int32s, weight: Weights) -> None:
    """Let every arc be as light as the way over any vertex below its ends."""
    third = 0
    for v in range(len(upward.rising) - 1):
        third = _relax_over(upward.head, v, upward.falling, upward.rising, triangles, third, weight)
        third = _relax_over(upward.head, v, upward.rising, upward.falling, triangles, third, weight)


@kernel
def _relax_over(
    head: Int32s, v: int, one: Int32s, other: Int32s, triangles: Int32s, third: int, weight: Weights
) -> int:
    """Relax the arcs of the other direction over a vertex, in the order of the triangles, and count on."""
    begin, end = other[v], other[v + 1]
    for i in range(one[v], one[v + 1]):
        while begin < end and head[begin] <= head[i]:
            begin += 1
        for j in range(begin, end):
            arc = triangles[third]
            third += 1
            weight[arc] = min(weight[arc], weight[i] + weight[j])
    return third
