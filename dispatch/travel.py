"""Travel durations by road, as dispatching needs them: a point without a road is a pair without a way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from equipage.routing.errors import OffNetworkError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class TravelTimes(Protocol):
    """What dispatching needs of `equipage.routing.router.Router`."""

    def matrix(self, origins: npt.ArrayLike, destinations: npt.ArrayLike) -> Floats:
        """Return (n, m) seconds, inf where there is no way; `OffNetworkError` for a point without a road.

        Parameters
        ----------
        origins : (n, 2)
            Points lon, lat in degrees.
        destinations : (m, 2)
            Points lon, lat in degrees.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Seconds from n origins to m destinations, and which of the points have a road near enough.

    Parameters
    ----------
    seconds : (n, m) float64
        inf where there is no way, or either end has no road.
    origin_has_road, destination_has_road : (n,) and (m,) bool
        False where the router refuses the point.
    """

    seconds: Floats
    origin_has_road: Bools
    destination_has_road: Bools


def travel_table(times: TravelTimes, origins: Floats, destinations: Floats) -> Table:
    """Return the seconds between all origins and destinations, whatever points they are.

    Parameters
    ----------
    times : TravelTimes
        The router.
    origins, destinations : (n, 2) and (m, 2) float64
        Points lon, lat in degrees.

    Notes
    -----
    One question to the router where all points have a road; 2 log2 n short ones more for each that has none.
    """
    seconds = np.full((len(origins), len(destinations)), np.inf)
    try:
        seconds[:] = times.matrix(origins, destinations)
        starts, ends = np.ones(len(origins), np.bool_), np.ones(len(destinations), np.bool_)
    except OffNetworkError:
        starts, ends = _have_road(times, origins), _have_road(times, destinations)
        seconds[np.ix_(starts, ends)] = times.matrix(origins[starts], destinations[ends])
    return Table(seconds, starts, ends)


def leg_seconds(times: TravelTimes, legs: Floats) -> Floats:
    """Return the seconds of each leg, all found with one matrix.

    Parameters
    ----------
    times : TravelTimes
        The router.
    legs : (n, 2, 2) float64
        From lon, lat to lon, lat, in degrees.

    Returns
    -------
    (n,) float64
        Seconds, inf where there is no way or an end has no road.
    """
    if len(legs) == 0:
        return np.zeros(0)
    origins, origin_of = np.unique(legs[:, 0], axis=0, return_inverse=True)
    destinations, destination_of = np.unique(legs[:, 1], axis=0, return_inverse=True)
    seconds = travel_table(times, origins, destinations).seconds
    return np.asarray(seconds[origin_of.ravel(), destination_of.ravel()], dtype=np.float64)


def _have_road(times: TravelTimes, points: Floats) -> Bools:
    """Return which points the router takes; a matrix without origins searches no ways."""
    if len(points) == 0:
        return np.zeros(0, dtype=np.bool_)
    try:
        times.matrix(np.empty((0, 2)), points)
    except OffNetworkError:
        if len(points) == 1:
            return np.zeros(1, dtype=np.bool_)
        half = len(points) // 2
        return np.concatenate([_have_road(times, points[:half]), _have_road(times, points[half:])])
    return np.ones(len(points), dtype=np.bool_)
