"""One route, as the drive it describes: where, along which streets, and when at each point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.kernels.compiling import fixed
from equipage.geo.polylines import Polylines
from equipage.routing.graph import TurnGraph
from equipage.routing.kernels.drives import Place, Roads, drive
from equipage.routing.network import RoadNetwork
from equipage.routing.snap import Snap

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


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


def roads_of(graph: TurnGraph, lines: Polylines) -> Roads:
    """Return what there is to know of a network for the drives along its edges.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    lines : Polylines
        The shapes of all edges, in metres.
    """
    network = graph.network
    return Roads(
        shape_start=network.shape_start,
        lonlat=network.shape_lonlat,
        along_m=fixed(lines.along_m, np.float64),
        length_m=network.edge_length_m,
        duration_s=graph.duration_s,
        way_id=network.edge_way_id,
        name=network.edge_name,
        copy_of=network.copy_of,
        turn_first=graph.first,
        turn_to=network.turn_to,
        turn_s=network.turn_duration_s,
    )


def describe_route(
    roads: Roads,
    names: tuple[str, ...],
    *,
    origin: Snap,
    destination: Snap,
    states: Int32s,
    duration_s: float,
) -> Route:
    """Return the route along edges.

    Parameters
    ----------
    roads : Roads
        The network.
    names : tuple of str
        Its names.
    origin, destination : Snap
        Where it starts and ends: on the first and the last edge, or on their reverses.
    states : (p,) int32
        The network's states in order of travel, at least one.
    duration_s : float
        The seconds that the search found.

    Returns
    -------
    Route
        All fields filled in.
    """
    driven = drive(roads, states, _place(origin), _place(destination), duration_s)
    return Route(
        duration_s=duration_s,
        distance_m=driven.metres,
        # Twice as fast as to make a LineString of them.
        geometry=cast("shapely.LineString", shapely.linestrings(driven.lonlat)),
        cumulative_duration_s=driven.seconds,
        edges=tuple(driven.edge.tolist()),
        edge_start=driven.edge_start,
        way_ids=tuple(driven.way_id.tolist()),
        names=tuple([names[name] for name in driven.name.tolist()]),
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


def _place(snap: Snap) -> Place:
    return Place(snap.edge, snap.fraction, snap.lon, snap.lat)
