"""How a simulated crew really drives: at its own pace, with unlucky stops, seen through a noisy receiver.

The server predicts from the road network; what happens differs by a speed drawn for each trip and by stops
drawn along it, so that the comparison of predicted and actual arrivals in the demo is an honest one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

# A trip takes this many times the predicted driving time: median, and standard deviation of the logarithm.
# Our assumption: crews are a little slower than the map says, two thirds of the trips within 15 % of that.
PACE_MEDIAN, PACE_SPREAD = 1.05, 0.15
# Now and then something is in the way: a lorry unloading, a level crossing, a school's end.
STOPS_PER_HOUR, MEAN_STOP_S = 9.0, 35.0
# The error of a phone's position in a street, one standard deviation, and how slowly it wanders.
NOISE_M, NOISE_MEMORY = 4.0, 0.8

EARTH_RADIUS_M = 6_371_008.8


class Path(Protocol):
    """What is driven along: a route of `equipage.routing`."""

    @property
    def duration_s(self) -> float: ...
    def position_at(self, seconds: float) -> tuple[float, float]: ...


@dataclass(frozen=True, slots=True)
class Drive:
    """One trip as it really goes: which point of the predicted trip is reached after how many seconds.

    Parameters
    ----------
    path : Path
        The route, with its predicted duration.
    elapsed_s, progress_s : (k,) float64
        Ascending: after `elapsed_s[i]` real seconds the crew is where it was predicted after `progress_s[i]`.
    """

    path: Path
    elapsed_s: npt.NDArray[np.float64]
    progress_s: npt.NDArray[np.float64]

    @property
    def duration_s(self) -> float:
        """Seconds the trip really takes."""
        return float(self.elapsed_s[-1])

    def position_at(self, seconds: float) -> tuple[float, float]:
        """Return the lon, lat after so many real seconds; the ends hold before and after."""
        return self.path.position_at(float(np.interp(seconds, self.elapsed_s, self.progress_s)))

    def speed_and_course_at(self, seconds: float) -> tuple[float, float]:
        """Return metres a second and degrees from north, over the second that follows."""
        here, there = self.position_at(seconds), self.position_at(seconds + 1.0)
        east, north = metres_between(here, there)
        return math.hypot(east, north), math.degrees(math.atan2(east, north)) % 360.0


def draw_drive(path: Path, rng: np.random.Generator) -> Drive:
    """Draw how a trip along the path really goes.

    Parameters
    ----------
    path : Path
        The predicted route.
    rng : numpy Generator
        Where luck comes from.

    Returns
    -------
    Drive
        The same path at the crew's own pace, standing still at the stops it was unlucky to meet.
    """
    pace = PACE_MEDIAN * float(np.exp(rng.normal(0.0, PACE_SPREAD)))
    expected_stops = STOPS_PER_HOUR * path.duration_s / 3600.0
    stops = np.sort(rng.uniform(0.0, path.duration_s, rng.poisson(expected_stops)))
    waits = rng.exponential(MEAN_STOP_S, len(stops))
    before = np.concatenate([[0.0], np.cumsum(waits)])[:-1] if len(stops) else np.empty(0)
    # Each stop is two corners of the curve: arriving at it, and leaving it later from the same place.
    progress = np.concatenate([[0.0], np.repeat(stops, 2), [path.duration_s]])
    arriving = stops * pace + before
    corners = np.column_stack([arriving, arriving + waits]).ravel()
    elapsed = np.concatenate([[0.0], corners, [path.duration_s * pace + float(waits.sum())]])
    return Drive(path, elapsed, progress)


class Receiver:
    """A phone's GPS: its error wanders slowly around the truth instead of jumping."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._error = rng.normal(0.0, NOISE_M, 2)

    def see(self, position: tuple[float, float]) -> tuple[float, float]:
        """Return the position with the error of the moment, lon, lat."""
        fresh = self._rng.normal(0.0, NOISE_M, 2)
        # Keeps the standard deviation at NOISE_M (a first-order autoregression).
        self._error = NOISE_MEMORY * self._error + math.sqrt(1 - NOISE_MEMORY**2) * fresh
        return moved(position, east_m=float(self._error[0]), north_m=float(self._error[1]))


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> tuple[float, float]:
    """Return how far east and north `there` lies of `here`, in metres; for short distances."""
    north = math.radians(there[1] - here[1]) * EARTH_RADIUS_M
    east = math.radians(there[0] - here[0]) * EARTH_RADIUS_M * math.cos(math.radians(here[1]))
    return east, north


def moved(position: tuple[float, float], *, east_m: float, north_m: float) -> tuple[float, float]:
    """Return the lon, lat some metres east and north of a position; for short distances."""
    lon, lat = position
    metres_per_degree = math.radians(1.0) * EARTH_RADIUS_M
    return lon + east_m / (metres_per_degree * math.cos(math.radians(lat))), lat + north_m / metres_per_degree
