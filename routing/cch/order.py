"""The order in which vertices are contracted: nested dissection, so that small separators come last."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pymetis
from scipy.sparse import coo_array

Ints = npt.NDArray[np.int64]


def dissection_order(groups: npt.ArrayLike, tail: npt.ArrayLike, head: npt.ArrayLike) -> Ints:
    """Return the vertices in the order of contraction.

    Parameters
    ----------
    groups : (n,)
        The group of each vertex, 0 to the number of groups - 1. A group's vertices come one after the other:
        the two directions of a road, which are near each other in every sense.
    tail, head : (k,)
        Arcs between vertices; their direction does not matter.

    Returns
    -------
    (n,) int64
        The same for the same graph, always.

    References
    ----------
    Karypis, Kumar: A Fast and High Quality Multilevel Scheme for Partitioning Irregular Graphs. SIAM Journal
    on Scientific Computing 20 (1998), doi:10.1137/S1064827595287997.
    """
    group = np.asarray(groups, dtype=np.int64)
    count = int(group.max(initial=-1)) + 1
    ends = group[np.asarray(tail)], group[np.asarray(head)]
    place = np.empty(count, dtype=np.int64)
    place[_dissected(count, *ends)] = np.arange(count)
    return np.argsort(place[group], kind="stable")


def _dissected(count: int, tail: Ints, head: Ints) -> Ints:
    apart = tail != head
    rows, columns = (
        np.concatenate([tail, head])[np.tile(apart, 2)],
        np.concatenate([head, tail])[np.tile(apart, 2)],
    )
    if len(rows) == 0:
        return np.arange(count)
    beside = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(count, count)).tocsr()
    graph = pymetis.CSRAdjacency(beside.indptr, beside.indices)
    return np.asarray(pymetis.nested_dissection(graph)[0], dtype=np.int64)
