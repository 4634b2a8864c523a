"""Shortest paths over a turn graph: all that the rest of routing asks of a search engine.

Inside, a vertex is a state of the network (an edge, or a copy) at the moment it is entered, and a weight is
whole milliseconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.routing.cch.changes import changed
from equipage.routing.cch.hierarchy import Hierarchy
from equipage.routing.cch.labels import Points, by_rank, table
from equipage.routing.cch.lengths import joined, pairs, parted
from equipage.routing.cch.metric import LONGEST, NO_WAY, Metric
from equipage.routing.cch.paths import Paths
from equipage.routing.cch.sweeps import TOGETHER, sweep
from equipage.routing.graph import Ends
from equipage.routing.network import RoadNetwork

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

NO_TRIP = int(joined(NO_WAY, 0))
"""More than any trip, as `Search.trips` gives them."""


def hierarchy_of(network: RoadNetwork) -> Hierarchy:
    """Return the contraction hierarchy of a network's edges and turns, for all durations and closures.

    Parameters
    ----------
    network : RoadNetwork
        The network. All states of a road, in both directions, are near each other in its order and on one way
        to the root: so a point on a road needs one label.
    """
    back = network.edge_reverse
    two_way = np.flatnonzero(back > np.arange(network.edge_count))
    tied = np.vstack([np.column_stack([two_way, back[two_way]]), _copies_of_one_road(network)])
    return Hierarchy.of(
        network.turn_from, network.turn_to, order=network.state_order.astype(np.int64), tied=tied
    )


def _copies_of_one_road(network: RoadNetwork) -> Ints:
    """Return every copied state beside every other state of its road with a lower number, (p, 2)."""
    state_edge, back = network.state_edge, network.edge_reverse
    road = np.where(back >= 0, np.minimum(state_edge[: len(back)], back), state_edge[: len(back)])[state_edge]
    copied = np.isin(road, road[network.edge_count :])
    states: defaultdict[int, list[int]] = defaultdict(list)
    pairs: list[tuple[int, int]] = []
    for state in np.flatnonzero(copied).tolist():
        others = states[int(road[state])]
        pairs.extend((state, other) for other in others if state >= network.edge_count)
        others.append(state)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


class Search:
    """Answers for one turn graph, from as many threads as like.

    Parameters
    ----------
    hierarchy : Hierarchy
        Of the network.
    arc_s : (t,) float64
        Seconds from entering one state to entering the next, for each of the network's turns; inf where it
        cannot be taken now.
    arc_m : (t,) float64
        Metres of the same.
    like : Search, optional
        One on the same hierarchy: what it knows is taken over where nothing differs.

    Notes
    -----
    Seconds are rounded to the millisecond for each edge with its turn, and for each end of a trip. No trip
    takes longer than three days.
    """

    __slots__ = ("_arc_m", "_arc_s", "_hierarchy", "_lengths", "_lengths_before", "_metric", "_paths")

    def __init__(
        self, hierarchy: Hierarchy, arc_s: Floats, arc_m: Floats, *, like: Search | None = None
    ) -> None:
        weights = _milliseconds(arc_s)
        self._hierarchy = hierarchy
        self._metric = changed(like.metric, weights) if like else Metric.of(hierarchy, weights)
        self._paths = Paths(self._metric)
        self._arc_s, self._arc_m = arc_s, arc_m
        self._lengths: Metric | None = None
        self._lengths_before = like.lengths_so_far if like else None

    @property
    def metric(self) -> Metric:
        """The weights of all ways."""
        return self._metric

    @property
    def lengths_so_far(self) -> Metric | None:
        """The weights with lengths, or a like search's; None where they were never asked for."""
        return self._lengths or self._lengths_before

    def table(self, origins: Ends, destinations: Ends) -> Floats:
        """Return the seconds of the fastest trips from n points to k points, (n, k), inf where none is.

        A point's states must be those of one road.
        """
        seconds = np.full((origins.count, destinations.count), np.inf)
        rows, columns = np.unique(origins.point), np.unique(destinations.point)
        if len(rows) and len(columns):
            ends = self._points(origins.only(rows)), self._points(destinations.only(columns))
            seconds[np.ix_(rows, columns)] = _seconds(table(self._metric, *ends))
        return seconds

    def trips(self, origins: Ends, destinations: Ends) -> Ints:
        """Return milliseconds and centimetres of the fastest trips from n points to k points, joined, (n, k).

        Parameters
        ----------
        origins, destinations : Ends
            A point's states must be those of one road.

        Returns
        -------
        (n, k) int64
            As `joined` does it, so that less is faster and, of equally fast trips, shorter; `NO_TRIP` or more
            where there is none.

        Notes
        -----
        The first time it finds the lengths of all arcs, which takes as long as a change of conditions does.
        """
        trips = np.full((origins.count, destinations.count), NO_TRIP)
        rows, columns = np.unique(origins.point), np.unique(destinations.point)
        if len(rows) and len(columns):
            starts = self._joined_points(origins.only(rows))
            ends = self._joined_points(destinations.only(columns))
            trips[np.ix_(rows, columns)] = table(self._with_lengths(), starts, ends)
        return trips

    def trip_pairs(self, origins: Ends, destinations: Ends, origin: Ints, destination: Ints) -> Ints:
        """Return the same of the fastest trips from some points to one point each, (p,).

        Parameters
        ----------
        origins, destinations : Ends
            As for `trips`; each point must have an entry.
        origin, destination : (p,) int64
            Which of them.
        """
        if len(origin) == 0:
            return np.zeros(0, dtype=np.int64)
        starts, ends = self._joined_points(origins), self._joined_points(destinations)
        chosen = np.column_stack([origin, destination])
        return np.asarray(pairs(self._with_lengths(), starts, ends, chosen), dtype=np.int64)

    def from_points(self, origins: Ends, *, limit_s: float = np.inf) -> Iterator[Floats]:
        """Yield for each point the (m + c,) seconds to entering every state, inf beyond the limit."""
        return self._sweeps(origins, limit_s, back=False)

    def to_points(self, destinations: Ends, *, limit_s: float = np.inf) -> Iterator[Floats]:
        """Yield for each point the (m + c,) seconds from entering every state, inf beyond the limit."""
        return self._sweeps(destinations, limit_s, back=True)

    def path(self, origins: Ends, destination: Ends) -> tuple[float, Int32s]:
        """Return the fastest way from the best of some points to another.

        Parameters
        ----------
        origins : Ends
            Points whose states are those of one road each.
        destination : Ends
            One such point.

        Returns
        -------
        seconds : float
            The whole trip; inf where there is no way.
        states : (p,) int32
            The states entered, in order; none where there is no way.
        """
        if len(origins.state) == 0 or len(destination.state) == 0:
            return np.inf, np.zeros(0, dtype=np.int32)
        milliseconds, states = self._paths.fastest(self._points(origins), self._points(destination))
        return (milliseconds / 1000.0 if milliseconds <= LONGEST else np.inf), states

    def _sweeps(self, ends: Ends, limit_s: float, *, back: bool) -> Iterator[Floats]:
        for begin in range(0, ends.count, TOGETHER):
            count = min(TOGETHER, ends.count - begin)
            low, high = np.searchsorted(ends.point, [begin, begin + count])
            within = slice(low, high)
            some = Ends(
                count,
                ends.point[within] - begin,
                ends.state[within],
                ends.seconds[within],
                ends.metres[within],
            )
            for row in sweep(self._metric, self._points(some), back=back):
                seconds = _seconds(row)
                seconds[seconds > limit_s] = np.inf
                yield seconds

    def _with_lengths(self) -> Metric:
        # Threads that come at the same moment find the same.
        if self._lengths is None:
            trips, before = joined_trips(self._arc_s, self._arc_m), self._lengths_before
            self._lengths = (
                changed(before, trips) if before else Metric.of(self._hierarchy, trips, no_way=NO_TRIP)
            )
            self._lengths_before = None
        return self._lengths

    def _points(self, ends: Ends) -> Points:
        return self._weighted(ends, _milliseconds(ends.seconds))

    def _joined_points(self, ends: Ends) -> Points:
        return self._weighted(ends, joined_trips(ends.seconds, ends.metres))

    def _weighted(self, ends: Ends, weight: npt.NDArray[Any]) -> Points:
        return Points(*by_rank(ends.count, ends.point, ends.state, weight, self._hierarchy.rank))


def joined_trips(seconds: Floats, metres: Floats) -> Ints:
    """Return seconds and metres of trips as whole milliseconds and centimetres, joined.

    Parameters
    ----------
    seconds, metres : (...) float64
        Both inf where there is no trip.
    """
    centimetres = np.where(np.isfinite(metres), metres * 100.0, 0.0)
    return joined(_milliseconds(seconds), np.rint(centimetres))


def parted_trips(trips: Ints) -> tuple[Floats, Floats]:
    """Return the seconds and the metres of trips, the inverse of `joined_trips`."""
    milliseconds, centimetres = parted(trips)
    return _seconds(milliseconds), np.where(milliseconds > LONGEST, np.inf, centimetres / 100.0)


def _milliseconds(seconds: Floats) -> Int32s:
    return np.rint(np.minimum(seconds * 1000.0, NO_WAY)).astype(np.int32)


def _seconds(milliseconds: npt.NDArray[np.integer]) -> Floats:
    seconds: Floats = milliseconds / 1000.0
    seconds[milliseconds > LONGEST] = np.inf
    return seconds
