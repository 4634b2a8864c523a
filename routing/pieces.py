"""Ways cut into pieces: from junction to junction, without loops, over located nodes only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from equipage.geo.earth import distance_m
from equipage.routing.osm import OsmData

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Pieces of ways between nodes where something can happen.

    Parameters
    ----------
    node : (p,) int64
        For each point along the ways, the index of its node among the map's.
    first, last : (k,) int64
        Piece i runs over the points `first[i]` to `last[i]`, ends included; its ends are different nodes.
    way : (k,) int64
        The way each piece is part of.
    metre : (p,) float64
        A running total of metres along the ways, for each point.
    ignored : mapping from str to int
        What of the ways could not be used, by reason.
    """

    node: Indices
    first: Indices
    last: Indices
    way: Indices
    metre: Floats
    ignored: Mapping[str, int]

    @property
    def length_m(self) -> Floats:
        """Metres along each piece."""
        return self.metre[self.last] - self.metre[self.first]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """The p located points along the ways; a run is a stretch of a way with no node missing."""

    way: Indices
    node: Indices
    run: Indices


def cut_into_pieces(osm: OsmData, ways: Sequence[Sequence[int]], special_nodes: Indices) -> Pieces:
    """Return the pieces that ways fall into at junctions.

    Parameters
    ----------
    osm : OsmData
        The map, for the positions of nodes.
    ways : sequence of sequences of int
        The ids of the nodes of each way to be used, in order.
    special_nodes : (s,) int64
        Indices of nodes to cut at besides junctions (barriers, nodes of turn restrictions).

    Returns
    -------
    Pieces
        In the order of the ways.

    Notes
    -----
    A way is cut where it begins and ends, where it or another way comes by again, and at the special nodes.
    Where it names nodes that the map does not locate (a clipped extract), only the runs of located nodes
    between them are used. A node that is named twice in a row counts once. A piece that returns to its own
    beginning is cut once more in the middle, so that no piece ends where it begins.
    """
    points, way_is_cut, missing = _located_points(osm, ways)
    node, run = points.node, points.run
    starts = np.concatenate([[True], run[1:] != run[:-1]])[: len(run)]
    ends = np.concatenate([run[1:] != run[:-1], [True]])[: len(run)]
    cut = np.bincount(node, minlength=len(osm.node_id)) > 1
    cut[special_nodes] = True
    at = np.flatnonzero(cut[node] | starts | ends)
    joined = run[at[1:]] == run[at[:-1]]
    first, last = _without_loops(at[:-1][joined], at[1:][joined], node)
    metre = _metres(osm, points)
    has_piece = np.bincount(points.way[first], minlength=len(ways)) > 0
    return Pieces(
        node=node,
        first=first,
        last=last,
        way=points.way[first],
        metre=metre,
        ignored={
            "ways_cut": int((way_is_cut & has_piece).sum()),
            "ways_with_one_node": int((~has_piece).sum()),
            "nodes_missing": missing,
        },
    )


def _located_points(osm: OsmData, ways: Sequence[Sequence[int]]) -> tuple[_Points, Bools, int]:
    """Return the points along the ways, which of the ways lack some, and how many nodes the map lacks."""
    size = np.fromiter(map(len, ways), dtype=np.int64, count=len(ways))
    ref = np.fromiter(chain.from_iterable(ways), dtype=np.int64, count=int(size.sum()))
    way = np.repeat(np.arange(len(ways)), size)
    node = index_of(osm.node_id, ref)
    here = node >= 0
    way_is_cut = np.bincount(way[~here], minlength=len(ways)) > 0
    run = np.cumsum(np.concatenate([[True], (way[1:] != way[:-1]) | ~here[:-1]])[: len(ref)])
    way, node, run = way[here], node[here], run[here]
    again = np.concatenate([[False], (node[1:] == node[:-1]) & (run[1:] == run[:-1])])[: len(node)]
    points = _Points(way=way[~again], node=node[~again], run=run[~again])
    return points, way_is_cut, len(np.unique(ref[~here]))


def _metres(osm: OsmData, points: _Points) -> Floats:
    """Return a running total of metres along the ways; it stands still from one run to the next."""
    lonlat = np.column_stack([osm.node_lon, osm.node_lat])[points.node]
    step = np.where(points.run[1:] == points.run[:-1], distance_m(lonlat[:-1], lonlat[1:]), 0.0)
    return np.concatenate([[0.0], np.cumsum(step)])[: len(lonlat)]


def _without_loops(first: Indices, last: Indices, node: Indices) -> tuple[Indices, Indices]:
    """Return the pieces with those cut in two at their middle point that end at the node where they begin."""
    loop = node[first] == node[last]
    middle = (first + last) // 2
    kept = np.stack([np.ones_like(loop), loop], axis=1)
    begins = np.stack([first, middle], axis=1)[kept]
    ends = np.stack([np.where(loop, middle, last), last], axis=1)[kept]
    return begins, ends


def index_of(sorted_ids: Indices, ids: Indices) -> Indices:
    """Return the places of ids among others, -1 where they are not there.

    Parameters
    ----------
    sorted_ids : (n,) int64
        Ascending ids.
    ids : (k,) int64
        The ids to find.

    Returns
    -------
    (k,) int64
        Indices into `sorted_ids`.
    """
    if len(sorted_ids) == 0:
        return np.full(len(ids), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(sorted_ids, ids), len(sorted_ids) - 1)
    return np.where(sorted_ids[place] == ids, place, -1)
