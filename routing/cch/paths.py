"""Paths: the fastest way between two points, unpacked to the vertices it leads over.

References
----------
Dibbelt, Strasser, Wagner (2016), sections 8.2 (elimination-tree query) and 8.3 (path unpacking).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel, longer
from equipage.routing.cch.hierarchy import Downward, Tree, Upward
from equipage.routing.cch.labels import Points, climb, shared_depth
from equipage.routing.cch.metric import LONGEST, NO_WAY, Arcs, Metric, Weights

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


class Shortcuts(NamedTuple):
    """What tells the two arcs that a shortcut stands for.

    Parameters
    ----------
    upward, downward : Upward, Downward
        The arcs of the hierarchy.
    given, weight : (a,) int32
        The metric's weights.
    """

    upward: Upward
    downward: Downward
    given: Weights
    weight: Weights


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
    hierarchy = metric.hierarchy
    shortcuts = Shortcuts(hierarchy.upward, hierarchy.downward, metric.given, metric.weight)
    weight, path = _found(metric.up, metric.down, hierarchy.tree, shortcuts, origin, destination)
    return int(weight), path


@kernel
def _found(
    up: Arcs,
    down: Arcs,
    tree: Tree,
    shortcuts: Shortcuts,
    origin: Points,
    destination: Points,
) -> tuple[int, Int32s]:
    ahead, back = _label(up, tree, origin), _label(down, tree, destination)
    least, meeting = 2 * NO_WAY, -1
    for depth in range(shared_depth(tree, origin.vertex[0], destination.vertex[0])):
        if ahead[depth] + back[depth] < least:
            least, meeting = ahead[depth] + back[depth], depth
    if least > LONGEST:
        return NO_WAY, np.empty(0, np.int32)
    # Arcs that wait to be unpacked, the first one to drive on top.
    waiting = np.empty(len(ahead) + len(back) + len(tree.parent), np.int64)
    after, _ = _trace(down, tree, destination, back, meeting)
    before, start = _trace(up, tree, origin, ahead, meeting)
    for i in range(len(after)):
        waiting[i] = after[len(after) - 1 - i]
    for i in range(len(before)):
        waiting[len(after) + i] = before[i]
    path = _unpack(shortcuts, start, waiting, len(after) + len(before))
    return least, path


@kernel
def _label(arcs: Arcs, tree: Tree, point: Points) -> Int32s:
    label = np.full(tree.depth[point.vertex[0]] + 1, NO_WAY, np.int32)
    climb(arcs, tree, point, 0, label)
    return label


@kernel
def _trace(arcs: Arcs, tree: Tree, point: Points, label: Int32s, depth: int) -> tuple[Ints, int]:
    """Return the arcs, last first, by which a depth was reached from a vertex of the point, and that vertex.

    A vertex was reached by an arc that its label agrees with, from another one farther down.
    """
    way = np.empty(len(label), np.int32)
    begins = np.full(len(label), NO_WAY, np.int32)
    v = point.vertex[0]
    while v >= 0:
        way[tree.depth[v]] = v
        v = tree.parent[v]
    for entry in range(len(point.vertex)):
        at = tree.depth[point.vertex[entry]]
        begins[at] = min(begins[at], point.weight[entry])
    found = np.empty(len(label), np.int64)
    count, below = 0, depth
    while begins[depth] != label[depth]:
        below += 1
        for arc in range(arcs.first[way[below]], arcs.first[way[below] + 1]):
            if arcs.depth[arc] == depth and label[below] + arcs.weight[arc] == label[depth]:
                found[count] = arc
                count, depth = count + 1, below
                break
    return found[:count], way[depth]


@kernel
def _unpack(shortcuts: Shortcuts, start: int, waiting: Ints, left: int) -> Int32s:
    """Return the vertices along arcs, each shortcut replaced by the two arcs of a triangle below it."""
    upward, given, weight = shortcuts.upward, shortcuts.given, shortcuts.weight
    path = np.empty(256, np.int32)
    path[0] = start
    count = 1
    while left > 0:
        left -= 1
        arc = waiting[left]
        if weight[arc] == given[arc]:
            if count == len(path):
                path = longer(path, 2 * count)
            path[count] = upward.head[arc] if arc < upward.rising[-1] else upward.tail[arc]
            count += 1
        else:
            before, after = _halves(shortcuts, arc)
            waiting[left] = after
            waiting[left + 1] = before
            left += 2
    return path[:count].copy()


@kernel
def _halves(shortcuts: Shortcuts, arc: int) -> tuple[int, int]:
    """Return the two arcs that a shortcut stands for."""
    upward, downward, weight = shortcuts.upward, shortcuts.downward, shortcuts.weight
    low, high = upward.tail[arc], upward.head[arc]
    rises = arc < upward.rising[-1]
    low_arcs, high_arcs = (downward.falling, upward.rising) if rises else (downward.rising, upward.falling)
    # The way's highest vertex in between is one, and most often among the highest of all candidates.
    for place in range(low_arcs[low + 1] - 1, low_arcs[low] - 1, -1):
        v, to_low = downward.tail[place], downward.arc[place]
        if weight[to_low] > weight[arc]:
            continue
        to_high, end = high_arcs[v], high_arcs[v + 1]
        while to_high < end and upward.head[to_high] < high:
            to_high += 1
        if to_high == end or upward.head[to_high] != high:
            continue
        if weight[to_low] + weight[to_high] == weight[arc]:
            return (to_low, to_high) if rises else (to_high, to_low)
    return -1, -1
