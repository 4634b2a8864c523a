"""Turns: which edge may follow which, and the seconds each turn costs.

The network is edge-based: a path is a sequence of edges, and between two of them stands a turn with a
duration of its own. A banned turn is one that is not there, and a costly one (across the oncoming traffic,
at a signal, back where one came from) is charged where it happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from equipage.geo.earth import bearing_deg

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

DrivingSide = Literal["right", "left"]

# OSRM's car profile (profiles/car.lua, process_turn): fitted there to samples of real driving.
TURN_PENALTY_S = 7.5
TURN_BIAS = 1.075
U_TURN_S = 20.0
JUNCTION_ROADS = 3


@dataclass(frozen=True, slots=True)
class Turns:
    """Allowed turns, sorted by the edge they leave, then by the one they enter.

    Parameters
    ----------
    edge_from, edge_to : (t,) int32
        The edge before and the edge after each turn.
    duration_s : (t,) float64
        Seconds that the turn itself costs.
    """

    edge_from: Ints
    edge_to: Ints
    duration_s: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeEnds:
    """Where directed edges begin and end, and which way they point there.

    Parameters
    ----------
    tail, head : (m,) int32
        Indices of the nodes that each edge leaves and enters.
    reverse : (m,) int32
        The edge of the same road in the other direction, or -1.
    bearing_out, bearing_in : (m,) float64
        Degrees clockwise from north, of travel, on leaving the tail and on entering the head; NaN for an edge
        without extent.
    """

    tail: Ints
    head: Ints
    reverse: Ints
    bearing_out: Floats
    bearing_in: Floats

    @classmethod
    def of(
        cls,
        tail: Ints,
        head: Ints,
        reverse: Ints,
        *,
        shape_start: npt.NDArray[np.int64],
        shape_lonlat: Floats,
    ) -> EdgeEnds:
        """Return the ends of edges that are drawn by packed shapes.

        Parameters
        ----------
        tail, head, reverse : (m,) int32
            As in the class.
        shape_start : (m + 1,) int64
            Edge e's shape is `shape_lonlat[shape_start[e]:shape_start[e + 1]]`.
        shape_lonlat : (k, 2) float64
            Points lon, lat in degrees.

        Returns
        -------
        EdgeEnds
            The bearings are those of the first and of the last piece that has a length.
        """
        first, after = shape_start[:-1], shape_start[1:]
        leaving = shape_lonlat[first], shape_lonlat[first + 1]
        entering = shape_lonlat[after - 2], shape_lonlat[after - 1]
        bearing_out, bearing_in = bearing_deg(*leaving), bearing_deg(*entering)
        still = (leaving[0] == leaving[1]).all(axis=1) | (entering[0] == entering[1]).all(axis=1)
        for edge in np.flatnonzero(still):
            shape = shape_lonlat[first[edge] : after[edge]]
            moves = np.flatnonzero((shape[1:] != shape[:-1]).any(axis=1))
            if len(moves) == 0:
                bearing_out[edge] = bearing_in[edge] = np.nan
                continue
            ends = moves[[0, -1]]
            bearing_out[edge], bearing_in[edge] = bearing_deg(shape[ends], shape[ends + 1])
        return cls(tail=tail, head=head, reverse=reverse, bearing_out=bearing_out, bearing_in=bearing_in)


def expand_turns(
    edges: EdgeEnds,
    *,
    delay_s: Floats,
    blocked: Bools,
    banned: npt.ArrayLike,
    local: Bools | None = None,
    driving_side: DrivingSide = "right",
) -> Turns:
    """Return every allowed turn between edges, with the seconds it costs.

    A turn back onto the same road is there only where nothing else is: at dead ends, at barriers, and where
    all other turns are banned, or lead from a road for all onto those for local business or back.

    Parameters
    ----------
    edges : EdgeEnds
        The m directed edges; none begins and ends at the same node.
    delay_s : (n,) float64
        Seconds that every turn at a node takes besides (signals, gates).
    blocked : (n,) bool
        Nodes that nobody drives through.
    banned : (b, 2)
        Pairs of edges that may not follow each other; pairs that do not meet are no fault.
    local : (m,) bool, optional
        Edges for local business only.
    driving_side : {"right", "left"}
        The side of the road one drives on: the turn across the oncoming traffic is the dearer one.

    Returns
    -------
    Turns
        Sorted by the edge before, then by the edge after.
    """
    edge_from, edge_to = _meeting_edges(edges.tail, edges.head, len(blocked))
    node = edges.head[edge_from]
    back = edges.reverse[edge_from] == edge_to
    keys = np.asarray(banned, dtype=np.int64).reshape(-1, 2) @ np.array([len(edges.tail), 1])
    legal = ~np.isin(edge_from.astype(np.int64) * len(edges.tail) + edge_to, keys)
    through = legal & ~back & ~blocked[node]
    onward = through if local is None else through & (local[edge_from] == local[edge_to])
    stuck = np.bincount(edge_from[onward], minlength=len(edges.tail)) == 0
    kept = through | (legal & back & stuck[edge_from])
    edge_from, edge_to, node, back = edge_from[kept], edge_to[kept], node[kept], back[kept]

    angle = (edges.bearing_out[edge_to] - edges.bearing_in[edge_from] + 180.0) % 360.0 - 180.0
    # Where a road merely goes on (as on OSRM's), its bend costs nothing.
    junction = roads_at_nodes(edges, len(blocked))[node] >= JUNCTION_ROADS
    duration = np.where(back | junction, turn_penalty_s(angle, driving_side), 0.0)
    duration += np.where(back, U_TURN_S, 0.0) + delay_s[node]
    return Turns(edge_from, edge_to, duration)


def turn_penalty_s(angle_deg: npt.ArrayLike, driving_side: DrivingSide = "right") -> Floats:
    """Return the seconds lost by turning, from 0 straight on to 7.5 for turning right round.

    Parameters
    ----------
    angle_deg : (...)
        Change of bearing in degrees, -180 to 180; positive is to the right. NaN (unknown) costs nothing.
    driving_side : {"right", "left"}
        The side of the road one drives on; turning to the other side is dearer.

    Returns
    -------
    (...) float64
        Seconds.

    References
    ----------
    The sigmoid of OSRM's car profile, `process_turn` in profiles/car.lua.
    """
    angle = np.asarray(angle_deg, dtype=np.float64)
    bias = np.where((angle >= 0) == (driving_side == "right"), 1.0 / TURN_BIAS, TURN_BIAS)
    penalty = TURN_PENALTY_S / (1.0 + np.exp(-(13.0 * bias * np.abs(angle) / 180.0 - 6.5 / bias)))
    return np.asarray(np.nan_to_num(penalty, nan=0.0), dtype=np.float64)


def roads_at_nodes(edges: EdgeEnds, node_count: int) -> npt.NDArray[np.int64]:
    """Return how many roads meet at each node; both directions of a road count as one.

    Parameters
    ----------
    edges : EdgeEnds
        The directed edges.
    node_count : int
        How many nodes there are.

    Returns
    -------
    (n,) int64
        Roads, a dead end having one.
    """
    leaving = np.bincount(edges.tail, minlength=node_count)
    return leaving + np.bincount(edges.head[edges.reverse < 0], minlength=node_count)


def _meeting_edges(tail: Ints, head: Ints, node_count: int) -> tuple[Ints, Ints]:
    """Return all pairs of an edge and one that leaves the node it enters, sorted."""
    by_tail = np.argsort(tail, kind="stable")
    leaving = np.bincount(tail, minlength=node_count)
    first = np.cumsum(leaving) - leaving
    count = leaving[head]
    edge_from = np.repeat(np.arange(len(head)), count)
    rank = np.arange(len(edge_from)) - np.repeat(np.cumsum(count) - count, count)
    edge_to = by_tail[first[head[edge_from]] + rank]
    return edge_from.astype(np.int32), edge_to.astype(np.int32)
