"""The day's travel times, asked of the router once and looked up ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from equipage.dispatch.travel import TravelTimes, travel_table
from equipage.routing.errors import OffNetworkError

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
LonLat = tuple[float, float]


class Way(Protocol):
    """A drive along roads."""

    def position_at(self, seconds: float) -> LonLat:
        """Return where a vehicle is so many seconds after the start, lon, lat in degrees."""
        ...


class Drives(TravelTimes, Protocol):
    """What a replay needs of `equipage.routing.router.Router`."""

    def route(self, origin: npt.ArrayLike, destination: npt.ArrayLike) -> Way:
        """Return the fastest drive between two points lon, lat in degrees."""
        ...


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Somewhere between two places: so many seconds before the one it goes to, of so many in all."""

    start: LonLat
    end: LonLat
    left_s: float
    whole_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayTimes:
    """Travel times between the p places of a day, and from vehicles between them.

    Parameters
    ----------
    roads : Drives
        The router.
    index : mapping of (lon, lat) to int
        The place of each point.
    seconds : (p, p) float64
        From each to each, inf where there is no way.
    has_road : (p,) bool
        Whether a place has a road near enough.
    starts : mapping of (lon, lat) to (p,) float64
        Seconds to all places from points at which drives were broken off.
    moving : mapping of (lon, lat) to OnTheWay
        Vehicles under way. What is left of their drive is exact; to anywhere else it is judged by how far
        they are, between what it takes from the start of the drive and from its end.
    """

    roads: Drives
    index: Mapping[LonLat, int]
    seconds: Floats
    has_road: Bools
    starts: Mapping[LonLat, Floats] = field(default_factory=dict)
    moving: Mapping[LonLat, OnTheWay] = field(default_factory=dict)

    def with_moving(self, moving: Mapping[LonLat, OnTheWay]) -> DayTimes:
        """Return the same with vehicles at other points of their ways."""
        return replace(self, moving=moving)

    def as_seen(self, points: Mapping[LonLat, LonLat], before: DayTimes) -> DayTimes:
        """Return the same where drives that were broken off are judged as they were before that.

        Parameters
        ----------
        points : mapping of (lon, lat) to (lon, lat)
            Where the drives were broken off, and where the vehicles had been taken to be.
        before : DayTimes
            What was known then.
        """
        seen = {point: before._from(taken) for point, taken in points.items()}
        return replace(self, starts={**self.starts, **seen})

    def broken_off(self, way: OnTheWay) -> tuple[LonLat, DayTimes]:
        """Return where a vehicle under way is on the road, and the same times with those from there.

        Parameters
        ----------
        way : OnTheWay
            Its drive so far.
        """
        point = self.roads.route(way.start, way.end).position_at(way.whole_s - way.left_s)
        places = np.array(list(self.index), dtype=np.float64).reshape(-1, 2)
        seconds = np.rint(travel_table(self.roads, np.array([point]), places).seconds[0])
        return point, replace(self, starts={**self.starts, point: seconds})

    def between(self, start: LonLat, end: LonLat) -> float:
        """Return the seconds from a place, or where a drive was broken off, to a place; inf for no way."""
        return float(self._from(start)[self.index[end]])

    def matrix(self, origins: npt.ArrayLike, destinations: npt.ArrayLike) -> Floats:
        """Return (n, m) seconds as `TravelTimes` does.

        Parameters
        ----------
        origins : (n, 2)
            Points lon, lat in degrees: places of the day, of a moving vehicle, or where one turned around.
        destinations : (m, 2)
            Points lon, lat in degrees; a moving vehicle's counts as the end of its drive, and where one
            turned around as its nearest place.

        Raises
        ------
        OffNetworkError
            For a place without a road, and for one that the day does not have.
        """
        columns = np.array([self._place(point) for point in _points(destinations)], dtype=np.int64)
        rows = [self._from(point)[columns] for point in _points(origins)]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(columns))

    def _from(self, point: LonLat) -> Floats:
        """Return the seconds from a point to all places, (p,)."""
        way = self.moving.get(point)
        if way is None:
            from_here_s: Floats = self.seconds[self._place(point)]
            return self.starts.get(point, from_here_s)
        end_s: Floats = self.seconds[self._place(way.end)]
        if way.left_s <= 0.0:
            return end_s
        share = way.left_s / way.whole_s
        between_s = np.rint(share * self._from(way.start) + (1.0 - share) * end_s)
        return np.asarray(np.minimum(between_s, way.left_s + end_s))

    def _place(self, point: LonLat) -> int:
        way = self.moving.get(point)
        if way is not None:
            return self._place(way.end)
        if point in self.starts:
            return int(self.starts[point].argmin())
        if point not in self.index:
            raise OffNetworkError(f"{point} is no place of the day")
        place = self.index[point]
        if not self.has_road[place]:
            raise OffNetworkError(f"{point} has no road near enough")
        return place


def _points(points: npt.ArrayLike) -> list[LonLat]:
    return [(lon, lat) for lon, lat in np.asarray(points, dtype=np.float64).reshape(-1, 2).tolist()]


def day_times(roads: Drives, places: Floats) -> DayTimes:
    """Return the travel times between the places of a day.

    Parameters
    ----------
    roads : Drives
        The router; asked for one matrix.
    places : (p, 2) float64
        lon, lat in degrees, as of `Day.places`.
    """
    table = travel_table(roads, places, places)
    # Whole seconds, as crews' clocks and solvers have them: nothing depends on the last bit of a sum.
    return DayTimes(
        roads=roads,
        index={(lon, lat): place for place, (lon, lat) in enumerate(places.tolist())},
        seconds=np.rint(table.seconds),
        has_road=table.origin_has_road & table.destination_has_road,
    )
