"""Junctions along a route: where it could go on in another way, and which roads meet there."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.earth import bearing_deg
from equipage.routing.bearings import places_ahead
from equipage.routing.network import RoadNetwork
from equipage.routing.route import edges_of

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

# A server has a network for each of its profiles; of more, the roads are put in order again.
_KEPT = 4


class Junction(NamedTuple):
    """A place where a route could go on in another way.

    Parameters
    ----------
    point : int
        Its place among the points of the route's geometry.
    bearing_before, bearing_after : float or None
        The direction of travel on reaching and on leaving it, in degrees clockwise from north; None at the
        route's start and end.
    others, closed : tuple of float
        The directions of the other roads there, those one may take and those one may not.
    """

    point: int
    bearing_before: float | None
    bearing_after: float | None
    others: tuple[float, ...] = ()
    closed: tuple[float, ...] = ()


class Arms(NamedTuple):
    """The roads at places along a route besides those that it comes and goes by.

    They are in the order of places; at each, those one may take come first, and then in the order of edges.

    Parameters
    ----------
    place : (a,) int64
        The place of each among those asked for.
    edge : (a,) int32
        The edge that leaves the place along it; where none does, the one that comes in.
    bearing : (a,) float64
        Its direction as seen from there, in degrees clockwise from north.
    may_enter : (a,) bool
        Whether who comes along the route may take it.
    """

    place: Ints
    edge: Int32s
    bearing: Floats
    may_enter: Bools


class Meetings:
    """The roads that meet at a network's nodes, and in which direction each leaves them.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        oneway = np.flatnonzero(network.edge_reverse < 0).astype(np.int32)
        edge = np.concatenate([np.arange(network.edge_count, dtype=np.int32), oneway])
        node = np.concatenate([network.edge_tail, network.edge_head[oneway]])
        order = np.argsort(node, kind="stable")
        self._edge = edge[order]
        self._first = np.searchsorted(node[order], np.arange(network.node_count + 1))
        self._bearing = np.concatenate([_bearings(network), _bearings(network, against=oneway)])[order]

    def roads(self, node: int) -> list[int]:
        """Return an edge of each road at a node, one that leaves it where there is one."""
        roads: list[int] = self._edge[self._first[node] : self._first[node + 1]].tolist()
        return roads

    def leaving(self, node: int) -> list[int]:
        """Return the edges that leave a node."""
        return [road for road in self.roads(node) if self.network.edge_tail[road] == node]

    def bearing(self, edge: int, node: int) -> float:
        """Return the direction of a road as seen from one of its ends, in degrees clockwise from north."""
        return float(self._bearing[self._first[node] + self.roads(node).index(edge)])

    def arms(self, before: Ints, after: Ints) -> Arms:
        """Return the roads at the junctions between edges and those that follow them, besides these.

        Parameters
        ----------
        before, after : (n,) int64
            The edges.
        """
        network = self.network
        node = network.edge_head[before]
        place, road = _ranges(self._first[node], self._first[node + 1])
        edge = self._edge[road]
        other = np.ones(len(edge), dtype=bool)
        for own in (before, after, network.edge_reverse[before], network.edge_reverse[after]):
            other &= edge != own[place]
        place, edge, bearing = place[other], edge[other], self._bearing[road[other]]
        onward = set(zip(*(each.tolist() for each in _onward(network, before)), strict=True))
        pairs = zip(place.tolist(), edge.tolist(), strict=True)
        closed = np.array([pair not in onward for pair in pairs], dtype=bool)
        order = np.lexsort([edge, closed, place])
        return Arms(place[order], edge[order], bearing[order], ~closed[order])


@lru_cache(maxsize=_KEPT)
def meetings_of(network: RoadNetwork) -> Meetings:
    """Return the roads that meet at a network's nodes; made when somebody first asks."""
    return Meetings(network)


def _bearings(network: RoadNetwork, *, against: Int32s | None = None) -> Floats:
    """Return in which direction each edge leaves its tail; or, seen from their heads, only some."""
    first, last = network.shape_start[:-1], network.shape_start[1:] - 1
    lonlat, ring = network.shape_lonlat, network.edge_roundabout
    if against is not None:
        lonlat, ring = lonlat[::-1], ring[against]
        first, last = len(lonlat) - 1 - last[against], len(lonlat) - 1 - first[against]
    return bearing_deg(lonlat[first], places_ahead(lonlat, first, last, ring))


def _onward(network: RoadNetwork, before: Ints) -> tuple[Ints, Ints]:
    """Return the edges that may follow edges, and the places of these."""
    # Of the array's own type, or the whole of it would be copied into another.
    state = before.astype(network.turn_from.dtype)
    place, turn = _ranges(
        np.searchsorted(network.turn_from, state), np.searchsorted(network.turn_from, state, side="right")
    )
    return place, edges_of(network, network.turn_to[turn].astype(np.int64))


def _ranges(first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return the numbers from each first one to before each end, and which range each is of."""
    count = end - first
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) + np.repeat(first - (np.cumsum(count) - count), count)
