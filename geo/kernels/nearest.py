"""The nearest places on the polylines of a tree: nearer boxes first, and none beyond what was found."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel
from equipage.geo.kernels.tree import Tree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Polylines whose distances differ by less count as equally near: OpenStreetMap's own coordinates are no finer
# than 1 cm.
_TIE_M = 1e-3

# On the way down one box waits at each depth.
_DEEPEST = 64


class _Found(NamedTuple):
    """The nearest polylines of one point so far, nearest first, (k,) each; -1 and inf where there is none.

    A step is told by its first point, and the place on it by the share of the step that lies before it.
    """

    line: Ints
    step: Ints
    share: Floats
    distance_m: Floats


class _Waiting(NamedTuple):
    """Boxes that are still to be looked into, the nearest on top, and their squared distances."""

    box: Ints
    gap_m2: Floats


@kernel
def nearest_places(tree: Tree, xy: Floats, k: int, within_m: float) -> tuple[Ints, Floats, Floats, Floats]:
    """Return the k nearest polylines of each point and the nearest place on each.

    Parameters
    ----------
    tree : Tree
        Of the polylines.
    xy : (n, 2) float64
        Points in metres.
    k : int
        How many different polylines to find for a point.
    within_m : float
        Places farther away than this are left out.

    Returns
    -------
    line : (n, k) int64
        The polyline, nearest first; -1 where there are fewer than k within the limit.
    fraction : (n, k) float64
        How far along the polyline by length, 0 to 1; nan where there is none.
    distance_m : (n, k) float64
        Metres from the point; inf where there is none, nan where the point is nan or infinite.
    place : (n, k, 2) float64
        The place in metres; nan where there is none.
    """
    line = np.empty((len(xy), k), np.int64)
    fraction, distance_m, place = np.empty(line.shape), np.empty(line.shape), np.empty((len(xy), k, 2))
    found = _Found(np.empty(k, np.int64), np.empty(k, np.int64), np.empty(k), np.empty(k))
    waiting = _Waiting(np.empty(_DEEPEST, np.int64), np.empty(_DEEPEST))
    for i in range(len(xy)):
        _search(tree, xy[i, 0], xy[i, 1], within_m, found, waiting)
        for rank in range(k):
            line[i, rank], distance_m[i, rank] = found.line[rank], found.distance_m[rank]
            step, share = found.step[rank], found.share[rank]
            fraction[i, rank] = _fraction(tree, found.line[rank], step, share)
            for axis in range(2):
                begin, end = tree.xy[step, axis], tree.xy[step + 1, axis]
                place[i, rank, axis] = begin + share * (end - begin)
    return line, fraction, distance_m, place


@kernel
def _search(tree: Tree, x: float, y: float, within_m: float, found: _Found, waiting: _Waiting) -> None:
    """Find the nearest polylines of one point."""
    sound = math.isfinite(x) and math.isfinite(y)
    for rank in range(len(found.line)):
        found.line[rank], found.step[rank], found.share[rank] = -1, 0, math.nan
        found.distance_m[rank] = math.inf if sound else math.nan
    leaves = len(tree.box) // 2
    size = len(tree.stretch) // leaves
    waiting.box[0], waiting.gap_m2[0] = 1, 0.0
    top = 0 if sound else -1
    limit_m2 = (within_m + _TIE_M) ** 2
    while top >= 0:
        box = waiting.box[top]
        if waiting.gap_m2[top] > limit_m2:
            top -= 1
        elif box < leaves:
            _open(tree, x, y, waiting, top)
            top += 1
        else:
            top -= 1
            for stretch in range((box - leaves) * size, (box - leaves + 1) * size):
                if _gap_m2(tree.around, stretch, x, y) <= limit_m2:
                    _take(tree, stretch, x, y, within_m, found)
                    limit_m2 = (min(within_m, found.distance_m[-1]) + _TIE_M) ** 2


@kernel
def _open(tree: Tree, x: float, y: float, waiting: _Waiting, top: int) -> None:
    """Let the halves of a box wait in its stead, the nearer one on top."""
    near = 2 * waiting.box[top]
    far = near + 1
    near_m2, far_m2 = _gap_m2(tree.box, near, x, y), _gap_m2(tree.box, far, x, y)
    if far_m2 < near_m2:
        near, far, near_m2, far_m2 = far, near, far_m2, near_m2
    waiting.box[top], waiting.gap_m2[top] = far, far_m2
    waiting.box[top + 1], waiting.gap_m2[top + 1] = near, near_m2


@kernel
def _gap_m2(boxes: Floats, i: int, x: float, y: float) -> float:
    """Return the squared distance of a point from a box."""
    across: float = max(boxes[i, 0] - x, 0.0, x - boxes[i, 2])
    up: float = max(boxes[i, 1] - y, 0.0, y - boxes[i, 3])
    return across * across + up * up


@kernel
def _take(tree: Tree, stretch: int, x: float, y: float, within_m: float, found: _Found) -> None:
    """Keep the nearest place on a stretch if its polyline is among the nearest."""
    line, first = int(tree.stretch[stretch, 0]), int(tree.stretch[stretch, 1])
    least_m2, step, share = math.inf, first, 0.0
    for point in range(first, tree.stretch[stretch, 2]):
        east, north = tree.xy[point + 1, 0] - tree.xy[point, 0], tree.xy[point + 1, 1] - tree.xy[point, 1]
        from_x, from_y = x - tree.xy[point, 0], y - tree.xy[point, 1]
        length_m2 = east * east + north * north
        along = (from_x * east + from_y * north) / length_m2 if length_m2 > 0.0 else 0.0
        along = min(max(along, 0.0), 1.0)
        gap_m2 = (from_x - along * east) ** 2 + (from_y - along * north) ** 2
        if gap_m2 < least_m2:
            least_m2, step, share = gap_m2, point, along
    if math.sqrt(least_m2) <= within_m:
        _keep(found, line, step, share, math.sqrt(least_m2))


@kernel
def _keep(found: _Found, line: int, step: int, share: float, distance_m: float) -> None:
    """Put a place where it belongs among the nearest; each polyline is there once."""
    rank = len(found.line) - 1
    while rank > 0 and found.line[rank] != line:
        rank -= 1
    if found.line[rank] == line:
        if (distance_m, step) >= (found.distance_m[rank], found.step[rank]):
            return
    else:
        rank = len(found.line) - 1
        if not _before(distance_m, line, found.distance_m[rank], found.line[rank]):
            return
    while rank > 0 and _before(distance_m, line, found.distance_m[rank - 1], found.line[rank - 1]):
        found.line[rank], found.step[rank] = found.line[rank - 1], found.step[rank - 1]
        found.share[rank], found.distance_m[rank] = found.share[rank - 1], found.distance_m[rank - 1]
        rank -= 1
    found.line[rank], found.step[rank] = line, step
    found.share[rank], found.distance_m[rank] = share, distance_m


@kernel
def _before(distance_m: float, line: int, other_m: float, other: int) -> bool:
    return (np.rint(distance_m / _TIE_M), line) < (np.rint(other_m / _TIE_M), other)


@kernel
def _fraction(tree: Tree, line: int, step: int, share: float) -> float:
    """Return how far along a polyline a place on one of its steps is."""
    if line < 0:
        return math.nan
    before_m, whole_m = 0.0, 0.0
    for point in range(tree.start[line], tree.start[line + 1] - 1):
        length_m = math.hypot(
            tree.xy[point + 1, 0] - tree.xy[point, 0], tree.xy[point + 1, 1] - tree.xy[point, 1]
        )
        whole_m += length_m
        if point < step:
            before_m += length_m
        elif point == step:
            before_m += share * length_m
    return min(before_m / whole_m, 1.0) if whole_m > 0.0 else 0.0
