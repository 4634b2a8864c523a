"""One route, as the drive it describes: where, along which streets, and when at each point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.polylines import Polylines
from equipage.routing.graph import SAME_PLACE_M, TurnGraph
from equipage.routing.network import RoadNetwork
from equipage.routing.snap import Snap

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# About a tenth of a millimetre: points nearer than this are one.
_SAME_POINT_DEG = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """A drive from an origin to a destination.

    Parameters
    ----------
    duration_s : float
        Seconds from the origin's place on the network to the destination's.
    distance_m : float
        Metres driven.
    geometry : shapely.LineString
        The way, lon, lat in degrees, from one snapped place to the other. A route of no length has the same
        point twice.
    cumulative_duration_s : (k,) float64
        Seconds from the start on reaching each of the geometry's k points; never decreasing, 0 at the first
        and `duration_s` at the last. What a turn costs is spent on the way to it.
    edges : tuple of int
        The network's edges in order of travel, the ones only touched at their ends included.
    edge_start : (p + 1,) int64
        The place among the geometry's points where each of the p edges begins, and that of the last point.
    way_ids : tuple of int
        The OpenStreetMap ways in order of travel, consecutive repetitions merged, pieces of no length left
        out.
    names : tuple of str
        The named streets in order of travel, consecutive repetitions merged, pieces of no length left out.
    origin, destination : Snap
        Where the given points are on the network, and how far from it they were.
    """

    duration_s: float
    distance_m: float
    geometry: shapely.LineString
    cumulative_duration_s: Floats
    edges: tuple[int, ...]
    edge_start: Ints
    way_ids: tuple[int, ...]
    names: tuple[str, ...]
    origin: Snap
    destination: Snap

    def position_at(self, seconds: float) -> tuple[float, float]:
        """Return where a vehicle is that many seconds after the start.

        Parameters
        ----------
        seconds : float
            Seconds since the start; before it the origin is meant, after the end the destination.

        Returns
        -------
        lon, lat : float
            Degrees.
        """
        points = shapely.get_coordinates(self.geometry)
        lon, lat = (float(np.interp(seconds, self.cumulative_duration_s, points[:, axis])) for axis in (0, 1))
        return lon, lat


def describe_route(
    graph: TurnGraph,
    lines: Polylines,
    *,
    origin: Snap,
    destination: Snap,
    states: tuple[int, ...],
    duration_s: float,
) -> Route:
    """Return the route along edges.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    lines : Polylines
        The shapes of all edges, in metres.
    origin, destination : Snap
        Where it starts and ends: on the first and the last edge, or on their reverses.
    states : tuple of int
        The network's states in order of travel, at least one.
    duration_s : float
        The seconds that the search found.

    Returns
    -------
    Route
        All fields filled in.
    """
    network = graph.network
    state = np.array(states)
    edge = edges_of(network, state)
    edges = tuple(edge.tolist())
    begin, end = np.zeros(len(edge)), np.ones(len(edge))
    begin[0] = _fraction_on(edges[0], origin)
    end[-1] = max(_fraction_on(edges[-1], destination), begin[-1])
    length_m = network.edge_length_m[edge] * (end - begin)
    driven = edge[length_m > SAME_PLACE_M]
    named = network.edge_name[driven]
    turns_s = np.append(graph.turns_s(state), 0.0)
    points, seconds, edge_start = _timed_points(graph, lines, edge, turns_s, (begin, end))
    points[0], points[-1] = (origin.lon, origin.lat), (destination.lon, destination.lat)
    kept = _moving(points)
    points, seconds = points[kept], np.minimum(seconds, duration_s)[kept]
    seconds[-1] = duration_s
    return Route(
        duration_s=duration_s,
        distance_m=float(length_m.sum()),
        geometry=shapely.LineString(points),
        cumulative_duration_s=seconds,
        edges=edges,
        edge_start=(np.cumsum(kept) - 1)[edge_start],
        way_ids=tuple(_merged(network.edge_way_id[driven])),
        names=tuple(network.names[name] for name in _merged(named[named > 0])),
        origin=origin,
        destination=destination,
    )


def edges_of(network: RoadNetwork, state: Ints) -> Ints:
    """Return the edges of a few states: `network.state_edge` would be made for all.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    state : (n,) int64
        The states.
    """
    edge = state.copy()
    copied = state >= network.edge_count
    edge[copied] = network.copy_of[state[copied] - network.edge_count]
    return edge


def _fraction_on(edge: int, snap: Snap) -> float:
    return snap.fraction if edge == snap.edge else 1.0 - snap.fraction


def _timed_points(
    graph: TurnGraph, lines: Polylines, edge: Ints, turns_s: Floats, part: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Ints]:
    """Return the points lon, lat of a route, the seconds on reaching each, and where each edge begins.

    The first and the last point are left to be filled in. A turn is paid for on the way to the point where it
    is made: the last of every edge but the last.
    """
    begin, end = part
    edge_s = graph.duration_s[edge]
    left_s = np.cumsum((end - begin) * edge_s + turns_s)
    entered_s = np.concatenate([[0.0], left_s[:-1]])
    which, point, fraction = lines.points(edge)
    at_turn = np.zeros(len(which), dtype=bool)
    np.not_equal(which[:-1], which[1:], out=at_turn[:-1])
    kept = ((begin[which] < fraction) & (fraction < end[which])) | at_turn
    on_the_way_s = entered_s[which] + (fraction - begin[which]) * edge_s[which]
    seconds = np.where(at_turn, left_s[which], on_the_way_s)[kept]
    points = graph.network.shape_lonlat[point[kept]]
    nowhere = np.zeros((1, 2))
    turns = np.flatnonzero(at_turn[kept]) + 1
    return (
        np.concatenate([nowhere, points, nowhere]),
        np.concatenate([[0.0], seconds, left_s[-1:]]),
        np.concatenate([[0], turns, [len(points) + 1]]),
    )


def _moving(points: Floats) -> npt.NDArray[np.bool_]:
    """Return which points are elsewhere than the one before; two of them in any case."""
    moves = np.abs(points[1:] - points[:-1]) > _SAME_POINT_DEG
    kept = np.ones(len(points), dtype=bool)
    np.logical_or(moves[:, 0], moves[:, 1], out=kept[1:])
    if not kept[1:].any():
        kept[-1] = True
    return kept


def _merged(numbers: npt.NDArray[np.integer]) -> list[int]:
    """Return numbers without consecutive repetitions."""
    kept = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=kept[1:])
    merged: list[int] = numbers[kept].tolist()
    return merged
