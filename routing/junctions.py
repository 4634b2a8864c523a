"""Junctions along a route: where it could go on in another way, and which roads meet there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from equipage.geo.earth import bearing_deg, distance_m
from equipage.routing.network import RoadNetwork
from equipage.routing.route import edges_of

Floats = npt.NDArray[np.float64]

# The direction of a road at a junction is that of its first metres; a roundabout bends too soon for so many.
_LOOK_M, _LOOK_ON_ROUNDABOUT_M = 10.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Junction:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A road at a junction besides those that a route comes and goes by.

    Parameters
    ----------
    edge : int
        The edge that leaves the junction along it; where none does, the one that comes in.
    bearing : float
        Its direction as seen from the junction, in degrees clockwise from north.
    may_enter : bool
        Whether who comes from the edge before may take it.
    """

    edge: int
    bearing: float
    may_enter: bool


class Meetings:
    """The roads that meet at some of a network's nodes.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    nodes : iterable of int
        The nodes.
    """

    def __init__(self, network: RoadNetwork, nodes: Iterable[int]) -> None:
        self.network = network
        wanted = np.zeros(network.node_count, dtype=bool)
        wanted[list(nodes)] = True
        self._leaving: defaultdict[int, list[int]] = defaultdict(list)
        for edge in np.flatnonzero(wanted[network.edge_tail]).tolist():
            self._leaving[int(network.edge_tail[edge])].append(edge)
        self._arriving: defaultdict[int, list[int]] = defaultdict(list)
        for edge in np.flatnonzero(wanted[network.edge_head] & (network.edge_reverse < 0)).tolist():
            self._arriving[int(network.edge_head[edge])].append(edge)

    def roads(self, node: int) -> list[int]:
        """Return an edge of each road at a node, one that leaves it where there is one."""
        return self._leaving[node] + self._arriving[node]

    def leaving(self, node: int) -> list[int]:
        """Return the edges that leave a node."""
        return self._leaving[node]

    def bearing(self, edge: int, node: int) -> float:
        """Return the direction of a road as seen from one of its ends, in degrees clockwise from north."""
        shape = self.network.edge_shape(edge)
        line = shape if self.network.edge_tail[edge] == node else shape[::-1]
        return bearing_along(line, ring=bool(self.network.edge_roundabout[edge]))

    def arms(self, before: int, after: int) -> list[Arm]:
        """Return the roads at the junction between two edges besides these."""
        network = self.network
        onward = set(_onward(network, before))
        own = {before, after, int(network.edge_reverse[before]), int(network.edge_reverse[after])}
        node = int(network.edge_head[before])
        arms = (
            Arm(edge=edge, bearing=self.bearing(edge, node), may_enter=edge in onward)
            for edge in self.roads(node)
            if edge not in own
        )
        return sorted(arms, key=lambda arm: arm.edge)


def bearing_along(line: Floats, *, back: bool = False, ring: bool = False) -> float:
    """Return in which direction a line leaves its first point, or comes to it.

    Parameters
    ----------
    line : (k, 2) float64
        Points lon, lat in degrees.
    back : bool
        Whether it is driven towards its first point.
    ring : bool
        Whether it is part of a roundabout.

    Returns
    -------
    float
        Degrees clockwise from north.
    """
    along_m = np.concatenate([[0.0], np.cumsum(distance_m(line[:-1], line[1:]))])
    look_m = _LOOK_ON_ROUNDABOUT_M if ring else _LOOK_M
    ahead = np.array([np.interp(look_m, along_m, line[:, axis]) for axis in (0, 1)])
    pair = (ahead, line[0]) if back else (line[0], ahead)
    return float(bearing_deg(*pair))


def _onward(network: RoadNetwork, before: int) -> list[int]:
    """Return the edges that may follow an edge."""
    # Of the array's own type, or the whole of it would be copied into another.
    begin, end = np.searchsorted(
        network.turn_from, np.array([before, before + 1], dtype=network.turn_from.dtype)
    )
    onward: list[int] = edges_of(network, network.turn_to[begin:end].astype(np.int64)).tolist()
    return onward


def nodes_along(network: RoadNetwork, edges: Iterable[int]) -> list[int]:
    """Return the nodes at which edges begin and end."""
    return list(
        chain.from_iterable((int(network.edge_tail[edge]), int(network.edge_head[edge])) for edge in edges)
    )
