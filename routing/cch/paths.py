"""Paths: the fastest way between two points, unpacked to the vertices it leads over.

References
----------
Dibbelt, Strasser, Wagner (2016), sections 8.2 (elimination-tree query) and 8.3 (path unpacking).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.routing.cch.compiling import kernel
from equipage.routing.cch.hierarchy import DOWN, UP, Downward, Tree, Upward
from equipage.routing.cch.labels import Points, climb, shared_depth
from equipage.routing.cch.metric import LONGEST, NO_WAY, Arcs, Metric

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


def fastest_path(metric: Metric, origin: Points, destination: Points) -> tuple[int, Int32s]:
    """Return the fastest way from one point to another.

    Parameters
    ----------
    metric : Metric
        The weights.
    origin, destination : Points
        One point each.

    Returns
    -------
    weight : int
        Of the whole way; `NO_WAY` where there is none.
    vertices : (q,) int32
        The ranks it leads over, in order; none where there is no way.
    """
    tree, hierarchy = metric.hierarchy.tree, metric.hierarchy
    weight, arcs, start = _meet(metric.up, metric.down, tree, origin, destination)
    if weight > LONGEST:
        return NO_WAY, np.zeros(0, dtype=np.int32)
    return int(weight), _unpack(
        hierarchy.upward, hierarchy.downward, metric.given, metric.weight, start, arcs
    )


@kernel
def _meet(up: Arcs, down: Arcs, tree: Tree, origin: Points, destination: Points) -> tuple[int, Ints, int]:
    """Return the weight of the fastest way, its arcs as 2 * number + direction, and its first vertex."""
    low_a, low_b = origin.vertex[0], destination.vertex[0]
    ahead = np.full(tree.depth[low_a] + 1, NO_WAY, np.int32)
    back = np.full(tree.depth[low_b] + 1, NO_WAY, np.int32)
    climb(up, tree, origin, 0, ahead)
    climb(down, tree, destination, 0, back)
    top = shared_depth(tree, low_a, low_b)
    best, weight = -1, 2 * NO_WAY - 1
    for depth in range(top):
        if ahead[depth] + back[depth] < weight:
            best, weight = depth, ahead[depth] + back[depth]
    if weight > LONGEST:
        return NO_WAY, np.empty(0, np.int64), -1
    to_meeting, start = _trace(up, tree, origin, ahead, best, UP)
    from_meeting, _ = _trace(down, tree, destination, back, best, DOWN)
    return weight, np.concatenate((to_meeting[::-1], from_meeting)), start


@kernel
def _trace(
    arcs: Arcs, tree: Tree, point: Points, label: Int32s, depth: int, direction: int
) -> tuple[Ints, int]:
    """Return the arcs between a depth and the point's vertex that it was reached from, and that vertex.

    A vertex on the way was reached over the arc that its label agrees with, from a vertex farther down.
    """
    found = np.empty(len(label), np.int64)
    count = 0
    begins = np.full(len(label), NO_WAY, np.int32)
    for entry in range(point.first[0], point.first[1]):
        at = tree.depth[point.vertex[entry]]
        begins[at] = min(begins[at], point.weight[entry])
    v = point.vertex[0]
    way = np.empty(len(label), np.int32)
    while v >= 0:
        way[tree.depth[v]] = v
        v = tree.parent[v]
    while begins[depth] != label[depth]:
        below = depth + 1
        searching = True
        while searching:
            v = way[below]
            for arc in range(arcs.first[v], arcs.first[v + 1]):
                if arcs.depth[arc] == depth and label[below] + arcs.weight[arc] == label[depth]:
                    found[count] = 2 * arcs.number[arc] + direction
                    count += 1
                    searching = False
            below += 1
        depth = below - 1
    return found[:count], way[depth]


@kernel
def _unpack(
    upward: Upward, downward: Downward, given: Int32s, weight: Int32s, start: int, arcs: Ints
) -> Int32s:
    """Return the vertices along arcs, each shortcut replaced by the two arcs of a triangle below it."""
    path = np.empty(256, np.int32)
    path[0] = start
    count = 1
    waiting = np.empty(len(arcs) + len(upward.first), np.int64)
    left = len(arcs)
    waiting[:left] = arcs[::-1]
    while left > 0:
        left -= 1
        arc, direction = waiting[left] >> 1, waiting[left] & 1
        if weight[arc, direction] == given[arc, direction]:
            if count == len(path):
                path = np.concatenate((path, np.empty(count, np.int32)))
            path[count] = upward.head[arc] if direction == UP else upward.tail[arc]
            count += 1
        else:
            before, after = _halves(upward, downward, weight, arc, direction)
            waiting[left] = after
            waiting[left + 1] = before
            left += 2
    return path[:count].copy()


@kernel
def _halves(upward: Upward, downward: Downward, weight: Int32s, arc: int, direction: int) -> tuple[int, int]:
    """Return the two arcs, as 2 * number + direction, that a shortcut stands for."""
    low, high = upward.tail[arc], upward.head[arc]
    # The way's highest vertex in between is one, and most often among the highest of all candidates.
    for place in range(downward.first[low + 1] - 1, downward.first[low] - 1, -1):
        v, to_low = downward.tail[place], downward.arc[place]
        if weight[to_low, 1 - direction] > weight[arc, direction]:
            continue
        end = upward.first[v + 1]
        to_high = upward.first[v] + np.searchsorted(upward.head[upward.first[v] : end], high)
        if to_high == end or upward.head[to_high] != high:
            continue
        if direction == UP and weight[to_low, DOWN] + weight[to_high, UP] == weight[arc, UP]:
            return 2 * to_low + DOWN, 2 * to_high + UP
        if direction == DOWN and weight[to_high, DOWN] + weight[to_low, UP] == weight[arc, DOWN]:
            return 2 * to_high + DOWN, 2 * to_low + UP
    return -1, -1
