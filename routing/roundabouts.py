"""Roundabouts as a driver is told of them: what kind they are, and which exit is taken.

Notes
-----
Kinds and counting are those of OSRM's guidance: a ring with a name of its own is a rotary, a small one with
few roads in clear directions is a place to turn, and exits onto service roads do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import tau

from equipage.routing.junctions import Meetings
from equipage.routing.network import RoadNetwork

# Up to this radius a ring may be told as a turn; from it on, as a rotary.
_SMALL_M = 15.0
_FEW_ROADS = 4
_CLEAR_DEG = 40.0
_SERVICE = "service"


def ring_edges(meetings: Meetings, edge: int) -> list[int]:
    """Return the edges of a roundabout in order of travel.

    Parameters
    ----------
    meetings : Meetings
        The roads at its nodes.
    edge : int
        One of its edges.

    Returns
    -------
    list of int
        From that edge on, all the way round; only as far as it goes where the ring is not closed or forks.
    """
    network = meetings.network
    ring = [edge]
    while True:
        node = int(network.edge_head[ring[-1]])
        following = [road for road in meetings.leaving(node) if network.edge_roundabout[road]]
        if not following or following[-1] in ring:
            return ring
        ring.append(following[-1])


def ring_kind(meetings: Meetings, ring: Sequence[int]) -> str | None:
    """Return what a roundabout is called.

    Parameters
    ----------
    meetings : Meetings
        The roads at its nodes.
    ring : sequence of int
        Its edges in order of travel.

    Returns
    -------
    str or None
        `roundabout`, `rotary` or `roundabout turn`; None where it does not lead round to where it begins.
    """
    network = meetings.network
    if network.edge_head[ring[-1]] != network.edge_tail[ring[0]]:
        return None
    radius_m = float(network.edge_length_m[list(ring)].sum()) / tau
    nodes = [int(network.edge_tail[edge]) for edge in ring]
    roads = [[road for road in meetings.roads(node) if not network.edge_roundabout[road]] for node in nodes]
    names = {_name(network, edge) for edge in ring} - {""}
    of_roads = {_name(network, road) for met in roads for road in met}
    if len(names) == 1 and names.isdisjoint(of_roads) and radius_m > _SMALL_M:
        return "rotary"
    joined = [(node, met) for node, met in zip(nodes, roads, strict=True) if met]
    few = len(joined) <= _FEW_ROADS and all(len(met) == 1 for _, met in joined)
    if few and radius_m < _SMALL_M and _are_clear([meetings.bearing(met[0], node) for node, met in joined]):
        return "roundabout turn"
    return "roundabout"


def exits_passed(meetings: Meetings, driven: Sequence[int]) -> int:
    """Return how many exits a route passes on a roundabout.

    Parameters
    ----------
    meetings : Meetings
        The roads at its nodes.
    driven : sequence of int
        The roundabout's edges that are driven, in order.

    Returns
    -------
    int
        Those between them; roads that lead in only do not count, nor do service roads at a proper street's.
    """
    network = meetings.network
    minor = _is_service(network, driven[0])
    return sum(
        any(
            not network.edge_roundabout[road] and (minor or not _is_service(network, road))
            for road in meetings.leaving(int(network.edge_head[edge]))
        )
        for edge, _ in pairwise(driven)
    )


def _name(network: RoadNetwork, edge: int) -> str:
    """Return an edge's name; a number is none."""
    name = network.names[network.edge_name[edge]]
    return "" if name == network.signs[network.edge_ref[edge]] else name


def _is_service(network: RoadNetwork, edge: int) -> bool:
    kind: str = network.classes[network.edge_class[edge]]
    return kind == _SERVICE


def _are_clear(bearings: Sequence[float]) -> bool:
    """Return whether directions are far enough from each other to be told apart."""
    ordered = sorted(bearings)
    return all(
        (after - before) % 360.0 > _CLEAR_DEG or len(ordered) == 1
        for before, after in zip(ordered, [*ordered[1:], *ordered[:1]], strict=True)
    )
