"""The nearest of many: for each of some points, the few others with the fastest trips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from equipage.routing.errors import InvalidQueryError
from equipage.routing.questions import faults_of_count

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

End = Literal["origin", "destination"]

NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearestTrips:
    """The fastest trips of each of n points from or to k others, nearest first.

    Parameters
    ----------
    place : (n, k) int64
        The others' places among those given; -1 where fewer are within reach.
    duration_s : (n, k) float64
        Seconds of the trips, never decreasing along a row; inf where there is none.
    each : {"origin", "destination"}
        What the n points are; the others are the other end of the trips.
    """

    place: Ints
    duration_s: Floats
    each: End

    @property
    def without(self) -> Ints:
        """The places of the points that no trip leads from or to, ascending, (u,)."""
        return np.flatnonzero(~np.isfinite(self.duration_s).any(axis=1))

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each trip: origin, destination, rank from 1 on, duration_s."""
        import pandas as pd  # noqa: PLC0415 - takes a third of a second, and no route needs it

        point, column = np.nonzero(self.place != NOBODY)
        other = self.place[point, column]
        origin, destination = (point, other) if self.each == "origin" else (other, point)
        return pd.DataFrame(
            {
                "origin": origin,
                "destination": destination,
                "rank": column + 1,
                "duration_s": self.duration_s[point, column],
            }
        )


def check_k_nearest(count: int, each: str) -> None:
    """Make sure that a question about the nearest has sense.

    Parameters
    ----------
    count : int
        How many, at least 1.
    each : str
        "origin" or "destination".

    Raises
    ------
    InvalidQueryError
        The message names every fault.
    """
    faults = faults_of_count(count)
    if each not in get_args(End):
        faults.append(f"each must be 'origin' or 'destination', not {each!r}")
    if faults:
        raise InvalidQueryError("; ".join(faults))


def nearest_trips(duration_s: Floats, count: int, each: End) -> NearestTrips:
    """Return the fastest trips of each row of a table.

    Parameters
    ----------
    duration_s : (n, j) float64
        Seconds between n points and j others; inf where there is no way.
    count : int
        How many to return of each row, at least 1.
    each : {"origin", "destination"}
        What the rows are.

    Returns
    -------
    NearestTrips
        With k the lesser of `count` and j. Of equally fast trips, the other with the lower place comes first.
    """
    count = min(count, duration_s.shape[1])
    place = np.full((len(duration_s), count), NOBODY, dtype=np.int64)
    nearest_s = np.full(place.shape, np.inf)
    if count:
        limit_s = np.partition(duration_s, count - 1, axis=1)[:, count - 1, None]
        row, other = np.nonzero((duration_s <= limit_s) & np.isfinite(duration_s))
        order = np.lexsort((other, duration_s[row, other], row))
        row, other = row[order], other[order]
        rank = np.arange(len(row)) - np.searchsorted(row, row)
        row, other, rank = (values[rank < count] for values in (row, other, rank))
        place[row, rank] = other
        nearest_s[row, rank] = duration_s[row, other]
    return NearestTrips(place=place, duration_s=nearest_s, each=each)
