"""Changes: from one metric to another whose weights differ in a few places, much sooner than anew."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel
from equipage.routing.cch.hierarchy import Downward, Upward
from equipage.routing.cch.metric import Metric, Weights, given_weights

Bools = npt.NDArray[np.bool_]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

# Where more arcs change, and more than one in so many, all anew is as soon done: measured on Porto.
_FEW, _SHARE = 16, 1000


def changed(metric: Metric, weights: npt.ArrayLike) -> Metric:
    """Return the metric of other weights on the same hierarchy, by what differs where that is little.

    Parameters
    ----------
    metric : Metric
        It stays as it is.
    weights : (k,)
        As for `Metric.of`.

    Returns
    -------
    Metric
        The same as `Metric.of` gives; the given one where nothing differs.

    Raises
    ------
    ValueError
        If there is not one for each arc of the graph, or one is negative.

    References
    ----------
    Dibbelt, Strasser, Wagner (2016), section 7.5 (partial updates).
    """
    hierarchy = metric.hierarchy
    given = given_weights(hierarchy, weights, metric.no_way)
    arcs = np.flatnonzero(given != metric.given)
    if len(arcs) == 0:
        return metric
    if len(arcs) > max(_FEW, len(given) // _SHARE):
        return Metric.of(hierarchy, weights, no_way=metric.no_way)
    weight = metric.weight.copy()
    _mend(hierarchy.upward, hierarchy.downward, given, arcs, metric.weight, weight)
    return Metric(hierarchy, given, weight, metric.no_way)


@kernel
def _mend(
    upward: Upward, downward: Downward, given: Weights, arcs: Ints, before: Weights, weight: Weights
) -> None:
    """Weigh the arcs that were given other weights anew, and then all that a change made doubtful.

    A change makes arcs doubtful whose ends are higher, so one pass upward meets each when it is due.
    """
    doubtful, due = np.zeros(len(weight), np.bool_), np.zeros(len(upward.rising), np.bool_)
    for arc in arcs:
        doubtful[arc] = due[upward.tail[arc]] = True
    for v in range(len(upward.rising) - 1):
        if due[v]:
            for arc in range(upward.rising[v], upward.rising[v + 1]):
                if doubtful[arc]:
                    to_high = downward.rising[upward.head[arc] :]
                    weight[arc] = _weighed(downward, downward.falling[v:], to_high, given[arc], weight)
            for arc in range(upward.falling[v], upward.falling[v + 1]):
                if doubtful[arc]:
                    from_high = downward.falling[upward.head[arc] :]
                    weight[arc] = _weighed(downward, downward.rising[v:], from_high, given[arc], weight)
            _doubt(upward, v, upward.falling, upward.rising, before, weight, doubtful, due)
            _doubt(upward, v, upward.rising, upward.falling, before, weight, doubtful, due)


@kernel
def _weighed(downward: Downward, at_low: Int32s, at_high: Int32s, given: int, weight: Weights) -> int:
    """Return the weight of the fastest way over vertices that both ends of an arc are above, if lighter."""
    tail, arc = downward.tail, downward.arc
    i, j = at_low[0], at_high[0]
    least = given
    while i < at_low[1] and j < at_high[1]:
        if tail[i] < tail[j]:
            i += 1
        elif tail[i] > tail[j]:
            j += 1
        else:
            least = min(least, weight[arc[i]] + weight[arc[j]])
            i, j = i + 1, j + 1
    return least


@kernel
def _doubt(
    upward: Upward,
    v: int,
    one: Int32s,
    other: Int32s,
    before: Weights,
    weight: Weights,
    doubtful: Bools,
    due: Bools,
) -> None:
    """Mark the arcs of the other direction that were as heavy as a way over a vertex, or are heavier now."""
    head = upward.head
    begin = other[v]
    for i in range(one[v], one[v + 1]):
        while begin < other[v + 1] and head[begin] <= head[i]:
            begin += 1
        arc = other[head[i]]
        for j in range(begin, other[v + 1]):
            if weight[i] == before[i] and weight[j] == before[j]:
                continue
            while head[arc] != head[j]:
                arc += 1
            if before[i] + before[j] == before[arc] or weight[i] + weight[j] < weight[arc]:
                doubtful[arc] = due[head[i]] = True
