"""Customization: weights on a hierarchy. A metric answers for its weights and is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel
from equipage.routing.cch.hierarchy import DOWN, UP, Hierarchy, Upward

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

NO_WAY = 1 << 29
"""The weight of an arc that cannot be used. Two of them still fit into 32 bits."""

LONGEST = 1 << 28
"""No way is heavier; what would be counts as unreachable. Of milliseconds these are three days."""


class Arcs(NamedTuple):
    """The arcs of one direction that fastest ways need, by their lower ends.

    Parameters
    ----------
    first : (n + 1,) int64
        Where those of each vertex begin.
    head : (b,) int32
        Their higher ends.
    depth : (b,) int32
        The depth of each head in the elimination tree.
    weight : (b,) int32 or int64
        The weight of the fastest way between the ends; of 64 bits where its length is joined with it.
    number : (b,) int32
        The arc of the hierarchy.
    """

    first: Ints
    head: Int32s
    depth: Int32s
    weight: npt.NDArray[np.integer]
    number: Int32s


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Weights on a hierarchy.

    Parameters
    ----------
    hierarchy : Hierarchy
        The graph.
    given : (a, 2) int32
        The weight of the graph's own arc between the ends of each arc of the hierarchy, by direction.
    weight : (a, 2) int32
        The weight of the fastest way between its ends that stays below both.
    up, down : Arcs
        The arcs to search, by direction: those that are no longer than every other way.
    no_way : int
        The weight of what cannot be reached, in the kind of weights that the arcs have.
    """

    hierarchy: Hierarchy
    given: Int32s
    weight: Int32s
    up: Arcs
    down: Arcs
    no_way: int = NO_WAY

    @classmethod
    def of(cls, hierarchy: Hierarchy, weights: npt.ArrayLike) -> Metric:
        """Return the metric of some weights.

        Parameters
        ----------
        hierarchy : Hierarchy
            The graph.
        weights : (k,)
            One for each of the graph's arcs, integers of 0 or more; `NO_WAY` or more where it is closed.

        Raises
        ------
        ValueError
            If there is not one for each, or one is negative.

        References
        ----------
        Dibbelt, Strasser, Wagner (2016), sections 7.2 (basic) and 7.4 (perfect customization).
        """
        asked = np.asarray(weights)
        if asked.shape != hierarchy.slot.shape or asked.min(initial=0) < 0:
            raise ValueError(
                f"weights must be {hierarchy.slot.shape[0]} integers of 0 or more, not {asked.shape[0]}"
                f" of which the least is {asked.min(initial=0)}"
            )
        given = _spread(
            len(hierarchy.upward.head), hierarchy.slot, np.minimum(asked, NO_WAY).astype(np.int32)
        )
        weight = given.copy()
        relax_lower(hierarchy.upward, hierarchy.triangles, weight)
        least = weight.copy()
        _relax_upper(hierarchy.upward, hierarchy.triangles, least)
        depth = hierarchy.tree.depth
        up = Arcs(*_needed(hierarchy.upward, depth, weight, least, UP))
        down = Arcs(*_needed(hierarchy.upward, depth, weight, least, DOWN))
        return cls(hierarchy, given, weight, up, down)


@kernel
def _spread(arcs: int, slot: Ints, weights: Int32s) -> Int32s:
    """Return the weights by arc of the hierarchy and direction; the least where several share one."""
    given = np.full((arcs, 2), NO_WAY, np.int32)
    for k in range(len(slot)):
        if slot[k] >= 0:
            arc, direction = slot[k] >> 1, slot[k] & 1
            given[arc, direction] = min(given[arc, direction], weights[k])
    return given


@kernel
def relax_lower(upward: Upward, triangles: Int32s, weight: Int32s | Ints) -> None:
    """Let every arc be as light as the way over any vertex below its ends.

    Parameters
    ----------
    upward : Upward
        The arcs.
    triangles : (k,) int32
        Of the hierarchy.
    weight : (a, 2) int32 or int64
        By arc and direction; changed.
    """
    first = upward.first
    third = 0
    for v in range(len(first) - 1):
        end = first[v + 1]
        for i in range(first[v], end):
            from_v, to_v = weight[i, UP], weight[i, DOWN]
            for j in range(i + 1, end):
                arc = triangles[third]
                third += 1
                weight[arc, UP] = min(weight[arc, UP], to_v + weight[j, UP])
                weight[arc, DOWN] = min(weight[arc, DOWN], weight[j, DOWN] + from_v)


@kernel
def _relax_upper(upward: Upward, triangles: Int32s, weight: Int32s) -> None:
    """Let every arc be as light as the fastest way between its ends, also over higher vertices."""
    first = upward.first
    third = len(triangles)
    for v in range(len(first) - 2, -1, -1):
        begin, end = first[v], first[v + 1]
        third -= (end - begin) * (end - begin - 1) // 2
        at = third
        for i in range(begin, end):
            for j in range(i + 1, end):
                up, down = weight[triangles[at], UP], weight[triangles[at], DOWN]
                at += 1
                weight[j, UP] = min(weight[j, UP], weight[i, UP] + up)
                weight[i, UP] = min(weight[i, UP], weight[j, UP] + down)
                weight[j, DOWN] = min(weight[j, DOWN], down + weight[i, DOWN])
                weight[i, DOWN] = min(weight[i, DOWN], up + weight[j, DOWN])


@kernel
def _needed(
    upward: Upward, depth: Int32s, weight: Int32s, least: Int32s, direction: int
) -> tuple[Ints, Int32s, Int32s, Int32s, Int32s]:
    """Return the arcs that no way over higher vertices beats."""
    first, head, _ = upward
    begin = np.zeros(len(first), np.int64)
    heads, depths = np.empty(len(head), np.int32), np.empty(len(head), np.int32)
    weights, numbers = np.empty(len(head), np.int32), np.empty(len(head), np.int32)
    count = 0
    for v in range(len(first) - 1):
        for arc in range(first[v], first[v + 1]):
            if weight[arc, direction] < NO_WAY and weight[arc, direction] <= least[arc, direction]:
                heads[count], depths[count] = head[arc], depth[head[arc]]
                weights[count], numbers[count] = weight[arc, direction], arc
                count += 1
        begin[v + 1] = count
    return (
        begin,
        heads[:count].copy(),
        depths[:count].copy(),
        weights[:count].copy(),
        numbers[:count].copy(),
    )
