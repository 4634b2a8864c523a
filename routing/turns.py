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

from equipage.geo.earth import bearing_deg, distance_m

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

DrivingSide = Literal["right", "left"]

# OSRM's car profile (profiles/car.lua, process_turn): fitted there to samples of real driving.
TURN_PENALTY_S = 7.5
TURN_BIAS = 1.075
ONCOMING_S = 2.0
U_TURN_S = 20.0
JUNCTION_ROADS = 3
# At a junction a road has the direction of its first so many metres: of 5 to 20 on Porto, 10 agree best
# with OSRM's costs. A roundabout bends too soon for that.
_LOOK_M, _LOOK_ON_ROUNDABOUT_M = 10.0, 1.0


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
    roundabout : (m,) bool
        Which edges are part of a roundabout.
    """

    tail: Ints
    head: Ints
    reverse: Ints
    bearing_out: Floats
    bearing_in: Floats
    roundabout: Bools

    @classmethod
    def of(
        cls,
        tail: Ints,
        head: Ints,
        reverse: Ints,
        *,
        shape_start: npt.NDArray[np.int64],
        shape_lonlat: Floats,
        roundabout: Bools,
    ) -> EdgeEnds:
        """Return the ends of edges that are drawn by packed shapes.

        Parameters
        ----------
        tail, head, reverse, roundabout : (m,)
            As in the class.
        shape_start : (m + 1,) int64
            Edge e's shape is `shape_lonlat[shape_start[e]:shape_start[e + 1]]`.
        shape_lonlat : (k, 2) float64
            Points lon, lat in degrees.

        Returns
        -------
        EdgeEnds
            The bearings are those of the first and of the last ten metres.
        """
        first, last = shape_start[:-1], shape_start[1:] - 1
        steps_m = distance_m(shape_lonlat[:-1], shape_lonlat[1:])
        steps_m[last[:-1]] = 0.0
        metre = np.append(0.0, np.cumsum(steps_m))
        look_m = np.minimum(np.where(roundabout, _LOOK_ON_ROUNDABOUT_M, _LOOK_M), metre[last] - metre[first])
        extended = look_m > 0.0
        bearing_out, bearing_in = np.full((2, len(tail)), np.nan)
        first, last, look_m = first[extended], last[extended], look_m[extended]
        onward_m, back_m = metre[first] + look_m, metre[last] - look_m
        onward = _points_between(np.searchsorted(metre, onward_m) - 1, onward_m, metre, shape_lonlat)
        back = _points_between(np.searchsorted(metre, back_m, "right") - 1, back_m, metre, shape_lonlat)
        bearing_out[extended] = bearing_deg(shape_lonlat[first], onward)
        bearing_in[extended] = bearing_deg(back, shape_lonlat[last])
        return cls(
            tail=tail,
            head=head,
            reverse=reverse,
            bearing_out=bearing_out,
            bearing_in=bearing_in,
            roundabout=roundabout,
        )


def expand_turns(
    edges: EdgeEnds,
    *,
    delay_s: Floats,
    blocked: Bools,
    banned: npt.ArrayLike,
    local: Bools | None = None,
    turning: Bools | None = None,
    driving_side: DrivingSide = "right",
) -> Turns:
    """Return every allowed turn between edges, with the seconds it costs.

    A turn back onto the same road is there only where nothing else is: at dead ends, at barriers, and where
    all other turns are banned, or lead from a road for all onto those for local business or back. Besides, it
    is there where a road is made for it.

    Parameters
    ----------
    edges : EdgeEnds
        The m directed edges; none begins and ends at the same node.
    delay_s : (m,) float64
        Seconds that every turn out of an edge takes besides (signals, gates).
    blocked : (n,) bool
        Nodes that nobody drives through.
    banned : (b, 2)
        Pairs of edges that may not follow each other; pairs that do not meet are no fault.
    local : (m,) bool, optional
        Edges for local business only.
    turning : (n,) bool, optional
        Nodes where one may turn back (mini roundabouts, turning circles).
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
    may_turn = stuck[edge_from] if turning is None else stuck[edge_from] | turning[node]
    kept = through | (legal & back & may_turn)
    edge_from, edge_to, node, back = edge_from[kept], edge_to[kept], node[kept], back[kept]

    angle = (edges.bearing_out[edge_to] - edges.bearing_in[edge_from] + 180.0) % 360.0 - 180.0
    # Where a road merely goes on (as on OSRM's), its bend costs nothing.
    junction = roads_at_nodes(edges, len(blocked))[node] >= JUNCTION_ROADS
    round_ = edges.roundabout[edge_from] | edges.roundabout[edge_to]
    duration = np.where(back | junction, turn_penalty_s(angle, driving_side), 0.0)
    duration += np.where(junction & ~back & ~round_, oncoming_penalty_s(angle, driving_side), 0.0)
    duration += np.where(back, U_TURN_S, 0.0) + delay_s[edge_from]
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


def oncoming_penalty_s(angle_deg: npt.ArrayLike, driving_side: DrivingSide = "right") -> Floats:
    """Return the seconds one waits for a gap in the oncoming traffic on turning across it, up to 2.

    Parameters
    ----------
    angle_deg : (...)
        Change of bearing in degrees, -180 to 180; positive is to the right. NaN (unknown) costs nothing.
    driving_side : {"right", "left"}
        The side of the road one drives on; only turns to the other side cross the traffic.

    Returns
    -------
    (...) float64
        Seconds; hardly any for what is nearly straight on.

    References
    ----------
    `oncoming_turn_penalty` of OSRM's car profile, `process_turn` in profiles/car.lua.
    """
    angle = np.asarray(angle_deg, dtype=np.float64)
    across = -angle if driving_side == "right" else angle
    waited = ONCOMING_S / (1.0 + np.exp(-(13.0 * across / 180.0 - 3.25)))
    return np.where(across > 0.0, waited, 0.0)


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


def _points_between(before: npt.NDArray[np.int64], at_m: Floats, metre: Floats, lonlat: Floats) -> Floats:
    """Return the points lon, lat at some metres, each between a point and the next, farther along."""
    share = (at_m - metre[before]) / (metre[before + 1] - metre[before])
    points: Floats = lonlat[before] + share[:, np.newaxis] * (lonlat[before + 1] - lonlat[before])
    return points


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
