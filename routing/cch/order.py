"""The order in which vertices are contracted: nested dissection, so that small separators come last."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from equipage.routing.cch.dissection import dissect

pymetis: Any
try:
    import pymetis
except ImportError:  # it has no wheel for some machines
    pymetis = None

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

    Notes
    -----
    METIS does it where it is installed, in a third of a second for a metropolis. Elsewhere our own takes
    twenty times as long, and a hierarchy in its order has a quarter to a half more triangles.

    References
    ----------
    Karypis, Kumar: A Fast and High Quality Multilevel Scheme for Partitioning Irregular Graphs. SIAM Journal
    on Scientific Computing 20 (1998), doi:10.1137/S1064827595287997.
    """
    group = np.asarray(groups, dtype=np.int64)
    ends = (group[np.asarray(side, dtype=np.int64)] for side in (tail, head))
    beside = _joined(int(group.max(initial=-1)) + 1, *ends)
    place = np.empty(beside.shape[0], dtype=np.int64)
    place[_dissected(beside)] = np.arange(len(place))
    return np.argsort(place[group], kind="stable")


def _joined(count: int, tail: Ints, head: Ints) -> csr_array[np.int32]:
    """Return the undirected graph of groups, 1 where an arc joins two of them."""
    apart = tail != head
    rows, columns = np.concatenate([tail[apart], head[apart]]), np.concatenate([head[apart], tail[apart]])
    graph = csr_array(coo_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=(count, count)))
    graph.data[:] = 1
    return graph


def _dissected(beside: csr_array[np.int32]) -> Ints:
    if pymetis is None or beside.nnz == 0:
        return dissect(beside)
    graph = pymetis.CSRAdjacency(beside.indptr, beside.indices)
    return np.asarray(pymetis.nested_dissection(graph)[0], dtype=np.int64)
