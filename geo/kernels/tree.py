"""A tree of bounding boxes over short stretches of polylines.

It is a k-d tree: each box is halved by the middles of its stretches along its longer side, down to a few
stretches. All leaves are equally deep and hold equally many, so it needs no pointers: boxes 2 i and 2 i + 1
are the halves of box i, and box 1 is the root.

References
----------
Bentley (1975), Multidimensional binary search trees used for associative searching,
doi:10.1145/361002.361007.
Hoare (1961), Algorithm 65: Find, doi:10.1145/366622.366647.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

STRETCH = 8
"""A stretch has so many steps at most, from one point of a polyline to the next."""

# A leaf holds so many stretches at most: with twice as many, a query takes a tenth longer.
_LEAF = 8


class Tree(NamedTuple):
    """Stretches of polylines and the boxes around them.

    Parameters
    ----------
    xy : (p, 2) float64
        The points of all polylines.
    start : (m + 1,) int64
        Polyline i is `xy[start[i]:start[i + 1]]`.
    stretch : (s, 3) int32
        Of each stretch, the polyline, the first point and the last. All leaves have as many, one leaf's after
        the other's; some are there twice for that.
    around : (s, 4) float64
        Boxes of the stretches: least x, least y, greatest x, greatest y.
    box : (2 leaves, 4) float64
        Boxes of the tree, the leaves' last; number 0 is none.
    """

    xy: Floats
    start: Ints
    stretch: Int32s
    around: Floats
    box: Floats


def tree_of(xy: Floats, start: Ints, members: Ints) -> Tree:
    """Return the tree of some polylines.

    Parameters
    ----------
    xy : (p, 2) float64
        The points of all polylines.
    start : (m + 1,) int64
        Polyline i is `xy[start[i]:start[i + 1]]`, two points or more.
    members : (r,) int64
        The polylines it is to have, one or more.
    """
    count = -(-(start[members + 1] - start[members] - 1) // STRETCH)
    line = np.repeat(members, count)
    first = start[line] + STRETCH * (np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count))
    last = np.minimum(first + STRETCH, start[line + 1] - 1)
    boxes = boxes_of(xy, first, last)
    leaves = 1
    while leaves * _LEAF < len(line):
        leaves *= 2
    order = np.minimum(np.arange(-(-len(line) // leaves) * leaves), len(line) - 1)
    _halve(0.5 * (boxes[:, :2] + boxes[:, 2:])[order], order, leaves)
    around = boxes[order]
    return Tree(
        xy=xy,
        start=start,
        stretch=np.column_stack([line, first, last]).astype(np.int32)[order],
        around=around,
        box=_boxes_above(around, leaves),
    )


@kernel
def boxes_of(xy: Floats, first: Ints, last: Ints) -> Floats:
    """Return the boxes of points `first` to `last`, both included, (s, 4), for (s,) of each."""
    boxes = np.empty((len(first), 4))
    for i in range(len(first)):
        boxes[i, 0] = boxes[i, 2] = xy[first[i], 0]
        boxes[i, 1] = boxes[i, 3] = xy[first[i], 1]
        for point in range(first[i] + 1, last[i] + 1):
            _widen(boxes, i, xy[point, 0], xy[point, 1])
    return boxes


@kernel
def _halve(middle: Floats, order: Ints, leaves: int) -> None:
    """Bring boxes, told by their middles (s, 2) and their numbers, into the tree's order."""
    width = len(order)
    extent = np.empty((1, 4))
    while width * leaves > len(order):
        for low in range(0, len(order), width):
            extent[0, 0] = extent[0, 1] = np.inf
            extent[0, 2] = extent[0, 3] = -np.inf
            for place in range(low, low + width):
                _widen(extent, 0, middle[place, 0], middle[place, 1])
            axis = 1 if extent[0, 3] - extent[0, 1] > extent[0, 2] - extent[0, 0] else 0
            _select(middle, order, axis, low, low + width - 1)
        width //= 2


@kernel
def _select(middle: Floats, order: Ints, axis: int, low: int, high: int) -> None:
    """Let no middle in the first half of places low to high, both included, be beyond one in the second."""
    half = (low + high + 1) // 2
    while low < high:
        pivot = middle[(low + high) // 2, axis]
        left, right = low, high
        while left <= right:
            while middle[left, axis] < pivot:
                left += 1
            while middle[right, axis] > pivot:
                right -= 1
            if left <= right:
                order[left], order[right] = order[right], order[left]
                for i in range(2):
                    middle[left, i], middle[right, i] = middle[right, i], middle[left, i]
                left += 1
                right -= 1
        if half <= right:
            high = right
        elif half >= left:
            low = left
        else:
            return


@kernel
def _boxes_above(around: Floats, leaves: int) -> Floats:
    """Return the boxes of the tree."""
    boxes = np.empty((2 * leaves, 4))
    for i in range(2 * leaves):
        boxes[i, 0] = boxes[i, 1] = np.inf
        boxes[i, 2] = boxes[i, 3] = -np.inf
    size = len(around) // leaves
    for i in range(len(around)):
        _widen(boxes, leaves + i // size, around[i, 0], around[i, 1])
        _widen(boxes, leaves + i // size, around[i, 2], around[i, 3])
    for i in range(2 * leaves - 1, 1, -1):
        _widen(boxes, i // 2, boxes[i, 0], boxes[i, 1])
        _widen(boxes, i // 2, boxes[i, 2], boxes[i, 3])
    return boxes


@kernel
def _widen(boxes: Floats, i: int, x: float, y: float) -> None:
    boxes[i, 0], boxes[i, 2] = min(boxes[i, 0], x), max(boxes[i, 2], x)
    boxes[i, 1], boxes[i, 3] = min(boxes[i, 1], y), max(boxes[i, 3], y)
