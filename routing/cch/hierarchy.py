"""The contraction hierarchy of a graph: everything that its weights do not change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from equipage.geo.kernels.compiling import kernel, longer

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

UP, DOWN = 0, 1
"""The directions of an arc of the hierarchy: from its lower end to the higher, and back."""


class Upward(NamedTuple):
    """Arcs from each vertex to higher ones; vertices are numbered by rank, the first contracted is 0.

    Parameters
    ----------
    first : (n + 1,) int64
        Where the arcs of each vertex begin.
    head : (a,) int32
        The higher ends, ascending for each vertex.
    tail : (a,) int32
        The lower ends.
    """

    first: Ints
    head: Int32s
    tail: Int32s


class Tree(NamedTuple):
    """The elimination tree: all that can be reached upward from a vertex is on its way to the root.

    Parameters
    ----------
    parent : (n,) int32
        The lowest of the higher neighbours, -1 at a root.
    depth : (n,) int32
        Steps to the root.
    visit : (n,) int32
        The place of each vertex when the tree is walked from its roots, branch by branch.
    """

    parent: Int32s
    depth: Int32s
    visit: Int32s


class Downward(NamedTuple):
    """For each vertex the arcs that come up to it.

    Parameters
    ----------
    first : (n + 1,) int64
        Where those of each vertex begin.
    tail : (a,) int32
        Their lower ends, ascending for each vertex.
    arc : (a,) int32
        Their numbers.
    """

    first: Ints
    tail: Int32s
    arc: Int32s


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """A directed graph, its order of contraction, and the shortcuts that any weights may need.

    Parameters
    ----------
    vertex : (n,) int64
        The vertex of each rank.
    rank : (n,) int32
        The rank of each vertex.
    upward : Upward
        Arcs and shortcuts.
    downward : Downward
        The same, by their higher ends.
    tree : Tree
        The elimination tree.
    triangles : (t,) int32
        For each vertex and each two of its arcs, in order, the arc that joins their higher ends.
    slot : (k,) int64
        For each of the graph's arcs, 2 * (arc of the hierarchy) + direction; -1 for one from a vertex to
        itself, which no fastest way has.
    """

    vertex: Ints
    rank: Int32s
    upward: Upward
    downward: Downward
    tree: Tree
    triangles: Int32s
    slot: Ints

    @classmethod
    def of(
        cls, tail: npt.ArrayLike, head: npt.ArrayLike, *, order: Ints, tied: npt.ArrayLike = ()
    ) -> Hierarchy:
        """Return the hierarchy of a graph.

        Parameters
        ----------
        tail, head : (k,)
            The vertices that each arc leaves and enters.
        order : (n,) int64
            Every vertex, in the order of contraction.
        tied : (p, 2)
            Pairs of vertices of which one shall be on the other's way to the root, as if an arc joined them.

        Notes
        -----
        Well under a second for 150,000 vertices and 300,000 arcs.

        References
        ----------
        Dibbelt, Strasser, Wagner (2016), sections 5 (contraction) and 6 (triangles).
        """
        size = len(order)
        rank = np.empty(size, dtype=np.int32)
        rank[order] = np.arange(size, dtype=np.int32)
        ends = np.sort(rank[np.column_stack([tail, head]).astype(np.int64)], axis=1)
        pairs = np.sort(rank[np.asarray(tied, dtype=np.int64).reshape(-1, 2)], axis=1)
        beside = np.concatenate([ends[ends[:, 0] != ends[:, 1]], pairs])
        ones = np.ones(len(beside), dtype=np.int8)
        given = coo_array((ones, (beside[:, 0], beside[:, 1])), shape=(size, size)).tocsr()
        first, heads, parent = _contract(given.indptr.astype(np.int64), given.indices.astype(np.int32))
        tails = np.repeat(np.arange(size, dtype=np.int32), np.diff(first))
        upward = Upward(first, heads, tails)
        slot = np.where(
            ends[:, 0] == ends[:, 1],
            -1,
            2 * _find_arcs(upward, ends[:, 0].copy(), ends[:, 1].copy())
            + np.where(rank[np.asarray(tail)] > rank[np.asarray(head)], DOWN, UP),
        )
        return cls(
            vertex=np.asarray(order, dtype=np.int64),
            rank=rank,
            upward=upward,
            downward=_downward(upward),
            tree=Tree(parent, *_walk(parent)),
            triangles=_triangles(upward),
            slot=slot,
        )


@kernel
def _sort(values: Int32s, begin: int, end: int) -> None:
    """Sort a part by insertion: it is short, and its runs are in order already."""
    for i in range(begin + 1, end):
        value, place = values[i], i
        while place > begin and values[place - 1] > value:
            values[place] = values[place - 1]
            place -= 1
        values[place] = value


@kernel
def _contract(first: Ints, head: Int32s) -> tuple[Ints, Int32s, Int32s]:
    """Return the upward arcs with all shortcuts, and each vertex's parent.

    A vertex's higher neighbours are the graph's, and those that its children in the tree hand up.
    """
    size = len(first) - 1
    begin = np.zeros(size + 1, np.int64)
    heads = np.empty(16 * size + 1024, np.int32)
    parent = np.full(size, -1, np.int32)
    child = np.full(size, -1, np.int32)  # the youngest child of each vertex
    sibling = np.full(size, -1, np.int32)  # the next older child of the same parent
    seen = np.full(size, -1, np.int32)
    for v in range(size):
        end = begin[v]
        if end + size - v > len(heads):
            heads = longer(heads, max(2 * len(heads), end + size - v))
        seen[v] = v
        for arc in range(first[v], first[v + 1]):
            if seen[head[arc]] != v:
                seen[head[arc]] = v
                heads[end] = head[arc]
                end += 1
        c = child[v]
        while c >= 0:
            for arc in range(begin[c], begin[c + 1]):
                if seen[heads[arc]] != v:
                    seen[heads[arc]] = v
                    heads[end] = heads[arc]
                    end += 1
            c = sibling[c]
        _sort(heads, begin[v], end)
        if end > begin[v]:
            above = heads[begin[v]]
            parent[v], sibling[v], child[above] = above, child[above], v
        begin[v + 1] = end
    return begin, heads[: begin[size]].copy(), parent


@kernel
def _walk(parent: Int32s) -> tuple[Int32s, Int32s]:
    """Return each vertex's depth, and its place in a walk of the tree from the roots."""
    size = len(parent)
    depth, below = np.zeros(size, np.int32), np.ones(size, np.int32)
    for v in range(size):  # children come before their parents
        if parent[v] >= 0:
            below[parent[v]] += below[v]
    visit, free = np.empty(size, np.int32), np.empty(size, np.int32)
    roots = 0
    for v in range(size - 1, -1, -1):
        if parent[v] >= 0:
            depth[v] = depth[parent[v]] + 1
            visit[v] = free[parent[v]]
            free[parent[v]] += below[v]
        else:
            visit[v] = roots
            roots += below[v]
        free[v] = visit[v] + 1
    return depth, visit


@kernel
def _triangles(upward: Upward) -> Int32s:
    """Return the arc between the higher ends of every two arcs of every vertex."""
    first, head, _ = upward
    count = 0
    for v in range(len(first) - 1):
        arcs = first[v + 1] - first[v]
        count += arcs * (arcs - 1) // 2
    joining = np.empty(count, np.int32)
    count = 0
    for v in range(len(first) - 1):
        for i in range(first[v], first[v + 1]):
            arc = first[head[i]]
            for j in range(i + 1, first[v + 1]):
                while head[arc] != head[j]:
                    arc += 1
                joining[count] = arc
                count += 1
    return joining


@kernel
def _find_arcs(upward: Upward, low: Int32s, high: Int32s) -> Ints:
    """Return the arcs that join pairs of vertices; what is returned for a vertex and itself means nothing."""
    first, head, _ = upward
    found = np.empty(len(low), np.int64)
    for i in range(len(low)):
        arc, end = first[low[i]], first[low[i] + 1]
        while arc < end and head[arc] < high[i]:
            arc += 1
        found[i] = arc
    return found


def _downward(upward: Upward) -> Downward:
    by_head = np.argsort(upward.head, kind="stable").astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(upward.head, minlength=len(upward.first) - 1))])
    return Downward(first, upward.tail[by_head], by_head)
