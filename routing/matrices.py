"""Matrices: the fastest trips from many points to many, by seconds alone or with their metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.routing.graph import TurnGraph, same_road
from equipage.routing.search import NO_TRIP, Search, joined_trips, parted_trips
from equipage.routing.snap import Snaps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrices:
    """The fastest trips from n origins to k destinations.

    Parameters
    ----------
    duration_s : (n, k) float64
        Seconds; inf where there is no way, 0 where both are at the same place.
    distance_m : (n, k) float64
        Metres of the same trips, which may not be the shortest: to a few centimetres, for each edge is
        rounded to one. Of equally fast trips the shortest counts. inf where there is no way.
    """

    duration_s: Floats
    distance_m: Floats


def durations(graph: TurnGraph, search: Search, starts: Snaps, ends: Snaps) -> Floats:
    """Return the seconds of the fastest trips.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    search : Search
        On the same.
    starts, ends : Snaps
        n and k snapped points.

    Returns
    -------
    (n, k) float64
        Seconds; inf where there is no way.
    """
    searched_s = search.table(graph.starts(starts), graph.arrivals(ends))
    row, column = same_road(starts, ends)
    searched_s[row, column] = _around_s(graph, search, starts, ends, (row, column))
    return np.minimum(searched_s, graph.along_s(starts, ends))


def matrices(graph: TurnGraph, search: Search, starts: Snaps, ends: Snaps) -> Matrices:
    """Return seconds and metres of the fastest trips.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    search : Search
        On the same.
    starts, ends : Snaps
        n and k snapped points.
    """
    trips = search.trips(graph.starts(starts), graph.arrivals(ends))
    row, column = same_road(starts, ends)
    trips[row, column] = _around(graph, search, starts, ends, (row, column))
    along = joined_trips(graph.along_s(starts, ends), graph.along_m(starts, ends))
    duration_s, distance_m = parted_trips(np.minimum(trips, along))
    return Matrices(duration_s=duration_s, distance_m=distance_m)


def _around_s(
    graph: TurnGraph, search: Search, starts: Snaps, ends: Snaps, pairs: tuple[Ints, Ints]
) -> Floats:
    """Return the seconds of trips that leave the road that both points are on, for pairs of points."""
    row, column = pairs
    if len(row) == 0:
        return np.zeros(0)
    rows, at_row = np.unique(row, return_inverse=True)
    columns, at_column = np.unique(column, return_inverse=True)
    leaving = graph.departures(starts).only(rows)
    seconds = search.table(leaving.each(), graph.arrivals(ends).only(columns))
    best = np.full((len(rows), len(columns)), np.inf)
    np.minimum.at(best, leaving.point, seconds)
    return best[at_row, at_column]


def _around(graph: TurnGraph, search: Search, starts: Snaps, ends: Snaps, pairs: tuple[Ints, Ints]) -> Ints:
    """Return such trips with their metres: each way of leaving the road is tried for each pair."""
    row, column = pairs
    leaving = graph.departures(starts)
    first, last = np.searchsorted(leaving.point, row), np.searchsorted(leaving.point, row, side="right")
    pair = np.repeat(np.arange(len(row)), last - first)
    way = np.arange(len(pair)) + np.repeat(last - np.cumsum(last - first), last - first)
    best = np.full(len(row), NO_TRIP)
    np.minimum.at(best, pair, search.trip_pairs(leaving.each(), graph.arrivals(ends), way, column[pair]))
    return best
