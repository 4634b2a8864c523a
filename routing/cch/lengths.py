"""Lengths: how long the lightest ways are, found together with their weights.

A weight and a length are one number, the weight in its upper half. Sums then add both, and the least number
is the lightest way and, of equally light ones, the shortest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel
from equipage.routing.cch.hierarchy import Tree
from equipage.routing.cch.labels import Points, labels_of, least_sum, lowest, shared_depth
from equipage.routing.cch.metric import Metric, Weights

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

_HALF = 32


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


def pairs(metric: Metric, origins: Points, destinations: Points, chosen: Ints) -> Weights:
    """Return the least weights from some origins to one destination each.

    Parameters
    ----------
    metric : Metric
        The weights, with lengths or without.
    origins, destinations : Points
        As for tables.
    chosen : (p, 2) int64
        Which of the origins, and which of the destinations.

    Returns
    -------
    (p,)
        More than `LONGEST` where there is no way.
    """
    ahead, back = labels_of(metric, origins, destinations)
    return _pair_sums(metric.hierarchy.tree, ahead, lowest(origins), back, lowest(destinations), chosen)


@kernel
def _pair_sums(
    tree: Tree, ahead: Weights, start: Int32s, back: Weights, end: Int32s, chosen: Ints
) -> Weights:
    found = np.empty(len(chosen), ahead.dtype)
    for p in range(len(chosen)):
        i, j = chosen[p]
        found[p] = least_sum(ahead[i], back[j], shared_depth(tree, start[i], end[j]))
    return found
