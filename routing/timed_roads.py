"""Roads that are closed or driven at other speeds at some hours, and what is so at a time.

In a network's hours, `unless ` comes before those at which something does not hold, and ` AND ` between what
holds together. Without a time, what holds at some hours only is ignored, as OSRM does, and what is lifted at
some hours only holds.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from equipage.routing.conditional import AND
from equipage.routing.hours import read_hours
from equipage.routing.states import UNLESS

if TYPE_CHECKING:
    from equipage.routing.network import RoadNetwork

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def holding(hours: tuple[str, ...], time: datetime | None) -> Bools:
    """Return which of a network's hours hold.

    Parameters
    ----------
    hours : tuple of h str
        As in `RoadNetwork.hours`.
    time : datetime or None
        On the clock of the place.

    Returns
    -------
    (h,) bool
        Whether each holds.
    """
    return np.array([all(_holds(part, time) for part in words.split(AND)) for words in hours], dtype=bool)


def usual_durations(network: RoadNetwork, time: datetime | None) -> Floats:
    """Return the seconds that edges take at a time without conditions.

    Parameters
    ----------
    network : RoadNetwork
        Whose edges they are.
    time : datetime or None
        On the clock of the place.

    Returns
    -------
    (m,) float64
        Seconds; those of closed edges are as if they were open.
    """
    seconds = network.edge_duration_s.copy()
    told = holding(network.hours, time)[network.timed_edge_hours] & np.isfinite(network.timed_edge_s)
    seconds[network.timed_edge[told]] = network.timed_edge_s[told]
    return seconds


def closed_at(network: RoadNetwork, time: datetime | None) -> Bools:
    """Return which edges are closed at a time without conditions, (m,) bool.

    Parameters
    ----------
    network : RoadNetwork
        Whose edges they are.
    time : datetime or None
        On the clock of the place.
    """
    closed = np.zeros(network.edge_count, dtype=bool)
    told = holding(network.hours, time)[network.timed_edge_hours] & np.isinf(network.timed_edge_s)
    closed[network.timed_edge[told]] = True
    return closed


def _holds(when: str, time: datetime | None) -> bool:
    hours = read_hours(when.removeprefix(UNLESS))
    within = hours is not None and time is not None and hours.hold_at(time)
    return within != when.startswith(UNLESS)
