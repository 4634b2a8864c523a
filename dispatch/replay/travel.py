"""The day's travel times, asked of the router once and looked up ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from equipage.dispatch.travel import TravelTimes, travel_table
from equipage.routing.errors import OffNetworkError

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Somewhere between two places: so many seconds before the one it goes to."""

    to: LonLat
    left_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayTimes:
    """Travel times between the p places of a day, and from vehicles between them.

    Parameters
    ----------
    index : mapping of (lon, lat) to int
        The place of each point.
    seconds : (p, p) float64
        From each to each, inf where there is no way.
    has_road : (p,) bool
        Whether a place has a road near enough.
    moving : mapping of (lon, lat) to OnTheWay
        Vehicles under way. From there it takes what is left of their drive, and then the way from its end:
        exact for the drive itself, and an upper bound for turning off before.
    """

    index: Mapping[LonLat, int]
    seconds: Floats
    has_road: Bools
    moving: Mapping[LonLat, OnTheWay] = field(default_factory=dict)

    def with_moving(self, moving: Mapping[LonLat, OnTheWay]) -> DayTimes:
        """Return the same with vehicles at other points of their ways."""
        return replace(self, moving=moving)

    def between(self, start: LonLat, end: LonLat) -> float:
        """Return the seconds from a place of the day to another, inf where there is no way."""
        return float(self.seconds[self.index[start], self.index[end]])

    def matrix(self, origins: npt.ArrayLike, destinations: npt.ArrayLike) -> Floats:
        """Return (n, m) seconds as `TravelTimes` does.

        Parameters
        ----------
        origins : (n, 2)
            Points lon, lat in degrees: places of the day, or of a moving vehicle.
        destinations : (m, 2)
            Points lon, lat in degrees; a moving vehicle's counts as the end of its drive.

        Raises
        ------
        OffNetworkError
            For a place without a road, and for one that the day does not have.
        """
        starts, left_s = self._looked_up(origins)
        ends, _ = self._looked_up(destinations)
        return np.asarray(left_s[:, None] + self.seconds[starts[:, None], ends[None, :]])

    def _looked_up(self, points: npt.ArrayLike) -> tuple[Ints, Floats]:
        rows = np.asarray(points, dtype=np.float64).reshape(-1, 2).tolist()
        ways = [self.moving.get((lon, lat)) for lon, lat in rows]
        ends = [(lon, lat) if way is None else way.to for (lon, lat), way in zip(rows, ways, strict=True)]
        strange = [end for end in ends if end not in self.index]
        if strange:
            raise OffNetworkError(f"{strange[0]} is no place of the day")
        places = np.array([self.index[end] for end in ends], dtype=np.int64)
        if not self.has_road[places].all():
            raise OffNetworkError(f"{ends[int(np.argmin(self.has_road[places]))]} has no road near enough")
        return places, np.array([0.0 if way is None else way.left_s for way in ways])


def day_times(times: TravelTimes, places: Floats) -> DayTimes:
    """Return the travel times between the places of a day.

    Parameters
    ----------
    times : TravelTimes
        The router; asked for one matrix.
    places : (p, 2) float64
        lon, lat in degrees, as of `Day.places`.
    """
    table = travel_table(times, places, places)
    # Whole seconds, as crews' clocks and solvers have them: nothing depends on the last bit of a sum.
    return DayTimes(
        index={(lon, lat): place for place, (lon, lat) in enumerate(places.tolist())},
        seconds=np.rint(table.seconds),
        has_road=table.origin_has_road & table.destination_has_road,
    )
