"""The router: routes, matrices, isochrones and snapping on one network, under the conditions that hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from equipage.routing.cch.hierarchy import Hierarchy
from equipage.routing.conditions import Conditions, checked_conditions
from equipage.routing.errors import UnroutableError
from equipage.routing.graph import TurnGraph
from equipage.routing.isochrones import isochrones
from equipage.routing.matrices import Matrices, durations, matrices
from equipage.routing.nearest_trips import End, NearestTrips, check_k_nearest, nearest_trips
from equipage.routing.network import RoadNetwork
from equipage.routing.questions import check_count, check_one, check_snap_limit
from equipage.routing.reach import Direction
from equipage.routing.reached_edges import EdgeSeconds, edge_seconds, reached_edges
from equipage.routing.route import Route, describe_route, roads_of
from equipage.routing.search import Search, hierarchy_of
from equipage.routing.snap import MAX_SNAP_M, Snapper, Snaps

if TYPE_CHECKING:
    import geopandas as gpd

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]


class Router:
    """Answers questions about travel on one network. It is immutable, and any number of threads may share it.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    max_snap_m : float
        The farthest that a given point may be from a usable road, in metres.
    conditions : Conditions, optional
        Closures and speeds, as in `with_conditions`.
    at : datetime, optional
        The time to answer for, with a time zone, as in `at`.
    like : Router, optional
        Another router on the same network, to share with it what conditions do not change: the less differs,
        the sooner it is made.

    Raises
    ------
    EmptyNetworkError
        Where the network has no usable road.
    InvalidConditionsError
        Where conditions name roads that the network does not have, or the time has no zone.
    InvalidQueryError
        Where the limit is not 0 or more.

    Notes
    -----
    A point is taken to the nearest road that can be both reached and left, and a trip may start and end in
    both directions of that road where both are usable. A destination within a centimetre behind the origin is
    where the origin is.

    A closed road is never entered. A trip may start on one, and then leaves it over other closed roads if it
    must: a crew in a flooded district gets out, and nobody is sent in.

    Examples
    --------
    >>> from equipage.routing.network import RoadNetwork
    >>> corners = [(4.0, 47.0), (4.01, 47.0), (4.01, 47.01)]
    >>> network = RoadNetwork.from_arrays(
    ...     corners, [0, 1, 1, 2], [1, 0, 2, 1], edge_duration_s=[60, 60, 90, 90]
    ... )
    >>> Router(network).matrix([(4.0, 47.0)], [(4.005, 47.0), (4.01, 47.0)]).round(3).tolist()
    [[30.0, 60.0]]
    """

    __slots__ = (
        "_at",
        "_conditions",
        "_graph",
        "_hierarchy",
        "_max_snap_m",
        "_network",
        "_roads",
        "_search",
        "_snapper",
    )

    def __init__(
        self,
        network: RoadNetwork,
        *,
        max_snap_m: float = MAX_SNAP_M,
        conditions: Conditions | None = None,
        at: datetime | None = None,
        like: Router | None = None,
    ) -> None:
        self._network = network
        check_snap_limit(max_snap_m)
        self._max_snap_m = max_snap_m
        self._conditions = conditions or Conditions()
        self._at = at
        self._snapper: Snapper = like.snapper if like else Snapper(network)
        self._hierarchy: Hierarchy = like.hierarchy if like else hierarchy_of(network)
        self._conditions.check(network)
        holding = self._conditions if at is None else self._conditions.at(at)
        durations_s, closed = holding.driving_durations(network, at), holding.closed_edges(network)
        self._graph = TurnGraph.of(network, durations_s, closed, at, like=like.graph if like else None)
        self._roads = roads_of(self._graph, self._snapper.lines)
        self._search = Search(
            self._hierarchy,
            self._graph.arc_s,
            network.edge_length_m[self._graph.before],
            like=like.search if like else None,
        )

    @property
    def network(self) -> RoadNetwork:
        """The network it routes on."""
        return self._network

    @property
    def snapper(self) -> Snapper:
        """The city's metric frame, the shapes of the edges in it, and their index."""
        return self._snapper

    @property
    def hierarchy(self) -> Hierarchy:
        """The contraction hierarchy of its network's edges and turns."""
        return self._hierarchy

    @property
    def graph(self) -> TurnGraph:
        """The network as a graph, with the seconds that hold."""
        return self._graph

    @property
    def search(self) -> Search:
        """The search engine under the conditions that hold."""
        return self._search

    @property
    def max_snap_m(self) -> float:
        """The farthest that a given point may be from a usable road, in metres."""
        return self._max_snap_m

    @property
    def conditions(self) -> Conditions:
        """All conditions it was given, whether they hold at its time or not."""
        return self._conditions

    @property
    def time(self) -> datetime | None:
        """The time it answers for; None where it was told none."""
        return self._at

    def with_conditions(self, conditions: Conditions) -> Router:
        """Return a router under these conditions instead of its own; this one stays as it is.

        Parameters
        ----------
        conditions : Conditions
            Closures and speeds. Those with time limits count when they hold at the router's time (see `at`);
            a router that was told no time takes all of them as holding.

        Returns
        -------
        Router
            It shares everything that conditions do not change. Where few roads differ from this one's, it is
            made in a few milliseconds, for a whole city in some tens: so ask the router that holds.

        Raises
        ------
        InvalidConditionsError
            Naming every way, edge and road class that the network does not have; where it is no `Conditions`.
        """
        return self._under(checked_conditions(conditions), self._at)

    def at(self, time: datetime) -> Router:
        """Return a router that answers for a time; this one stays as it is.

        Parameters
        ----------
        time : datetime
            In the city's time zone: the hours of roads and turn restrictions are read on its clock.

        Returns
        -------
        Router
            Its conditions are the same, and of those with time limits only the ones that hold at that time
            count. Roads that are closed, one-way or driven at other speeds at certain hours, and turns that
            are restricted then, are so if it is one of them; a router that was told no time leaves that out,
            as OSRM does.

        Raises
        ------
        InvalidConditionsError
            Where the time has no zone.
        """
        return self._under(self._conditions, time)

    def snap(self, points: npt.ArrayLike, *, max_snap_m: float | None = None) -> Snaps:
        """Return the nearest places on the network.

        Parameters
        ----------
        points : (n, 2) or (2,)
            Points lon, lat in degrees.
        max_snap_m : float, optional
            The farthest a point may be from its place, in metres; inf for any distance, the router's own
            where left out.

        Returns
        -------
        Snaps
            Edge, fraction, lon, lat, distance and street name for each point. Of several roads equally near,
            the one whose edge has the lowest number.

        Raises
        ------
        OffNetworkError
            Naming every point that is no lon, lat or too far from any usable road.
        InvalidQueryError
            Where the limit is not 0 or more.
        """
        return self._snapper.snap(self._limit_m(max_snap_m), point=points)[0]

    def nearest(self, point: npt.ArrayLike, count: int, *, max_snap_m: float | None = None) -> Snaps:
        """Return the nearest places to one point on several roads.

        Parameters
        ----------
        point : (2,)
            Lon, lat in degrees.
        count : int
            On how many roads at most.
        max_snap_m : float, optional
            As for `snap`.

        Returns
        -------
        Snaps
            One to `count` places, nearest first.

        Raises
        ------
        OffNetworkError
            Where the point is no lon, lat or too far from any usable road.
        InvalidQueryError
            Where it is not one point, or the count or the limit make no sense.
        """
        check_count(count)
        limit_m = self._limit_m(max_snap_m)
        place = self._snapper.snap(limit_m, point=point)[0]
        check_one(point=place)
        return self._snapper.nearest(np.ravel(point), count, limit_m)

    def route(self, origin: npt.ArrayLike | Snaps, destination: npt.ArrayLike | Snaps) -> Route:
        """Return the fastest route between two points.

        Parameters
        ----------
        origin, destination : (2,) or Snaps
            Points lon, lat in degrees, or what `snap` returned for one.

        Returns
        -------
        Route
            Duration, distance, geometry, streets and times along the way.

        Raises
        ------
        OffNetworkError
            Naming each point that is no lon, lat or too far from any usable road.
        UnroutableError
            Where no way leads from one to the other under the conditions that hold.
        InvalidQueryError
            Where one of them is no point, or several.
        """
        start, end = self._snapper.snap(self._max_snap_m, origin=origin, destination=destination)
        check_one(origin=start, destination=end)
        graph = self._graph
        near = start.edge[0] == end.edge[0]
        along_s = float(graph.along_s(start, end)[0, 0]) if near else np.inf
        seconds, states = self._searched(start, end)
        if not np.isfinite(min(along_s, seconds)):
            raise UnroutableError(self._no_way(start, end))
        if along_s <= seconds:
            states = _common_edge(start, end)
        return describe_route(
            self._roads,
            self._network.names,
            origin=start[0],
            destination=end[0],
            states=states,
            duration_s=min(along_s, seconds),
        )

    def matrix(self, origins: npt.ArrayLike | Snaps, destinations: npt.ArrayLike | Snaps) -> Floats:
        """Return the seconds of the fastest trips from every origin to every destination.

        Parameters
        ----------
        origins : (n, 2) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.
        destinations : (k, 2) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.

        Returns
        -------
        (n, k) float64
            Seconds; inf where there is no way, 0 where both are at the same place.

        Raises
        ------
        OffNetworkError
            Naming every point, of both kinds, that is no lon, lat or too far from any usable road.
        """
        starts, ends = self._snapper.snap(self._max_snap_m, origin=origins, destination=destinations)
        return durations(self._graph, self._search, starts, ends)

    def matrices(self, origins: npt.ArrayLike | Snaps, destinations: npt.ArrayLike | Snaps) -> Matrices:
        """Return seconds and metres of the fastest trips from every origin to every destination.

        Parameters
        ----------
        origins : (n, 2) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.
        destinations : (k, 2) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.

        Returns
        -------
        Matrices
            Seconds as `matrix` has them, to the millisecond, and the metres of the same trips.

        Raises
        ------
        OffNetworkError
            Naming every point, of both kinds, that is no lon, lat or too far from any usable road.
        """
        starts, ends = self._snapper.snap(self._max_snap_m, origin=origins, destination=destinations)
        return matrices(self._graph, self._search, starts, ends)

    def k_nearest(
        self,
        origins: npt.ArrayLike | Snaps,
        destinations: npt.ArrayLike | Snaps,
        count: int,
        *,
        each: End = "origin",
    ) -> NearestTrips:
        """Return the fastest trips of each origin, or to each destination.

        Parameters
        ----------
        origins : (n, 2) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.
        destinations : (k, 2) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.
        count : int
            How many trips to return for each, at least 1.
        each : {"origin", "destination"}
            Whether the nearest destinations of each origin are asked for, or the nearest origins of each
            destination: the three crews that are soonest at each report.

        Returns
        -------
        NearestTrips
            Places among the others and seconds, nearest first. Of equally fast trips, the other that was
            given first comes first. Points without any trip are named by `without`.

        Raises
        ------
        OffNetworkError
            Naming every point, of both kinds, that is no lon, lat or too far from any usable road.
        InvalidQueryError
            Where count or each make no sense; the message names every fault.

        Notes
        -----
        It costs what the matrix costs: to look at all trips is what is fast here.

        Examples
        --------
        >>> from equipage.routing.network import RoadNetwork
        >>> ends = [(4.0, 47.0), (4.01, 47.0), (4.02, 47.0)]
        >>> road = RoadNetwork.from_arrays(ends, [0, 1, 1, 2], [1, 2, 0, 1], edge_duration_s=[60] * 4)
        >>> crews, reports = [(4.0, 47.0), (4.02, 47.0)], [(4.015, 47.0)]
        >>> nearest = Router(road).k_nearest(crews, reports, 2, each="destination")
        >>> nearest.place.tolist(), nearest.duration_s.round(1).tolist()
        ([[1, 0]], [[30.0, 90.0]])
        """
        check_k_nearest(count, each)
        seconds = self.matrix(origins, destinations)
        return nearest_trips(seconds if each == "origin" else seconds.T, count, each)

    def edge_seconds(self, points: npt.ArrayLike | Snaps, direction: Direction = "from") -> EdgeSeconds:
        """Return the seconds of the fastest trips from or to points, for all edges of the network.

        Parameters
        ----------
        points : (n, 2) or (2,) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.
        direction : {"from", "to"}
            "from" for trips that begin at the points, "to" for trips that end there.

        Returns
        -------
        EdgeSeconds
            When each edge is entered and left, (n, m) each: 16 bytes for each edge and point.

        Raises
        ------
        OffNetworkError
            Naming every point that is no lon, lat or too far from any usable road.
        InvalidQueryError
            For another direction.

        Examples
        --------
        >>> from equipage.routing.network import RoadNetwork
        >>> ends = [(4.0, 47.0), (4.01, 47.0), (4.02, 47.0)]
        >>> road = RoadNetwork.from_arrays(ends, [0, 1, 1, 2], [1, 2, 0, 1], edge_duration_s=[60] * 4)
        >>> Router(road).edge_seconds((4.0, 47.0)).left_s[0, :2].round(1).tolist()
        [60.0, 120.0]
        """
        snaps = self._snapper.snap(self._max_snap_m, point=points)[0]
        return edge_seconds(self._graph, self._search, snaps, direction)

    def reached_edges(
        self,
        points: npt.ArrayLike | Snaps,
        minutes: Sequence[float] = (5, 10),
        direction: Direction = "from",
    ) -> gpd.GeoDataFrame:
        """Return the roads within some minutes of travel from or to points, cut where the time is up.

        Parameters
        ----------
        points : (n, 2) or (2,) or Snaps
            Points lon, lat in degrees, or what `snap` returned for them.
        minutes : sequence of float
            Minutes of travel, more than 0; inf for everything that there is a way to.
        direction : {"from", "to"}
            "from" for how far one gets from the points, "to" for where one reaches them from.

        Returns
        -------
        GeoDataFrame
            Columns origin (the point's place among those given), minutes, direction, edge, way_id, name,
            road_class, length_m, entered_s, left_s, geometry in EPSG:4326; one row for each piece of a
            directed edge. The seconds are those from the point to the piece's beginning and end, or from
            these to the point. A longer time's rows cover a shorter one's. The edges that a point is on may
            have two rows, one on each side of it.

        Raises
        ------
        OffNetworkError
            Naming every point that is no lon, lat or too far from any usable road.
        InvalidQueryError
            Where minutes or direction make no sense; the message names every fault.
        """
        snaps = self._snapper.snap(self._max_snap_m, point=points)[0]
        return reached_edges(
            self._snapper, self._graph, self._search, snaps, minutes=minutes, direction=direction
        )

    def isochrones(
        self, points: npt.ArrayLike, minutes: Sequence[float] = (5, 10), direction: Direction = "from"
    ) -> gpd.GeoDataFrame:
        """Return the areas within some minutes of travel from or to points.

        Parameters
        ----------
        points : (n, 2) or (2,)
            Points lon, lat in degrees.
        minutes : sequence of float
            Minutes of travel, more than 0.
        direction : {"from", "to"}
            "from" for how far one gets from the points, "to" for where one reaches them from.

        Returns
        -------
        GeoDataFrame
            Columns origin (the point's place among those given), minutes, direction, geometry in EPSG:4326;
            one row for each point and minutes, in the order given. A longer time's area covers a shorter
            one's, and none is empty.

        Raises
        ------
        OffNetworkError
            Naming every point that is no lon, lat or too far from any usable road.
        InvalidQueryError
            Where minutes or direction make no sense; the message names every fault.

        Notes
        -----
        Land belongs to its nearest usable road, up to 100 m away, and to an area when that place on the road
        is within the time. Outlines are exact to about 6 m for small areas and to a thousandth of the extent
        of large ones.
        """
        snaps = self._snapper.snap(self._max_snap_m, point=points)[0]
        return isochrones(
            self._snapper, self._graph, self._search, snaps, minutes=minutes, direction=direction
        )

    def _searched(self, start: Snaps, end: Snaps) -> tuple[float, Int32s]:
        """Return the fastest trip that leaves the road it starts on, and its states."""
        graph = self._graph
        if start.edge[0] != end.edge[0]:
            return self._search.path(graph.starts(start), graph.arrivals(end))
        seconds, states = self._search.path(graph.departures(start).each(), graph.arrivals(end))
        if len(states) == 0:
            return seconds, states
        return seconds, np.append(np.int32(graph.edge_left(start, int(states[0]))), states)

    def _limit_m(self, max_snap_m: float | None) -> float:
        if max_snap_m is None:
            return self._max_snap_m
        check_snap_limit(max_snap_m)
        return max_snap_m

    def _under(self, conditions: Conditions, at: datetime | None) -> Router:
        return Router(self._network, max_snap_m=self._max_snap_m, conditions=conditions, at=at, like=self)

    def _no_way(self, start: Snaps, end: Snaps) -> str:
        places = " to ".join(
            f"(lon {snap.lon:.7g}, lat {snap.lat:.7g}{f', {snap.name}' if snap.name else ''})"
            for snap in (start[0], end[0])
        )
        closed = self._graph.closed
        return f"no way leads from {places}; {closed.sum()} of the network's {len(closed)} edges are closed"


def _common_edge(start: Snaps, end: Snaps) -> Int32s:
    """Return the edge on which the destination is farthest ahead of the origin."""
    ahead = [
        (end_fraction - start_fraction, int(edge))
        for edge, start_fraction in zip(start.sides[0], start.side_fractions[0], strict=True)
        for other, end_fraction in zip(end.sides[0], end.side_fractions[0], strict=True)
        if edge == other and edge >= 0
    ]
    return np.array([max(ahead)[1]], dtype=np.int32)
