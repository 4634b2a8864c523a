"""What the use cases need of the road network beyond travel durations: its name, and where roads are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import numpy.typing as npt

from equipage.dispatch.model import Condition, MatchedPosition
from equipage.dispatch.travel import TravelTimes
from equipage.routing.snap import Snaps

STREET_WITHIN_M = 100.0
"""How far a place may be from a street that it is named after: a deep plot, a park's edge."""

ROAD_WITHIN_M = 50.0
"""How far a vehicle may be from the road it is taken to be on: a wide avenue and a usual phone's error."""


class Named(Protocol):
    """A road network as far as results record it."""

    @property
    def network_id(self) -> str:
        """Which network it is."""
        ...


class Roads(TravelTimes, Protocol):
    """What use cases need of `equipage.routing.router.Router`."""

    @property
    def network(self) -> Named:
        """The network it routes on."""
        ...

    def snap(self, points: npt.ArrayLike, *, max_snap_m: float | None = None) -> Snaps:
        """Return the nearest places on the network.

        Parameters
        ----------
        points : (n, 2)
            Points lon, lat in degrees.
        max_snap_m : float, optional
            The farthest a point may be from its place, in metres; inf for any distance.
        """
        ...


class RoadsUnder(Protocol):
    """Makes the router under other conditions than those that hold."""

    def under(self, conditions: Sequence[Condition], now: datetime) -> Roads:
        """Return the router under these conditions and no others.

        Parameters
        ----------
        conditions : sequence of Condition
            All of them.
        now : datetime
            The moment they are looked at.
        """
        ...


def street_at(roads: Roads, lon: float, lat: float) -> str:
    """Return the name of the street at a point; empty where none is near or it has no name.

    Parameters
    ----------
    roads : Roads
        The router.
    lon, lat : float
        In degrees.
    """
    return streets_at(roads, [(lon, lat)])[0]


def streets_at(roads: Roads, lonlat: Sequence[tuple[float, float]]) -> Sequence[str]:
    """Return the name of the street at each point; empty where none is near or it has no name.

    Parameters
    ----------
    roads : Roads
        The router; asked once.
    lonlat : sequence of (lon, lat)
        In degrees.
    """
    if not lonlat:
        return ()
    snaps = roads.snap(lonlat, max_snap_m=math.inf)
    return [snap.name if snap.distance_m <= STREET_WITHIN_M else "" for snap in snaps]


def matched_positions(
    roads: Roads, lonlat: Sequence[tuple[float, float]]
) -> Sequence[MatchedPosition | None]:
    """Return where on the road each point belongs; None for one that is near none.

    Parameters
    ----------
    roads : Roads
        The router; asked once.
    lonlat : sequence of (lon, lat)
        In degrees.
    """
    if not lonlat:
        return ()
    return [
        MatchedPosition(lon=snap.lon, lat=snap.lat, street=snap.name, distance_m=snap.distance_m)
        if snap.distance_m <= ROAD_WITHIN_M
        else None
        for snap in roads.snap(lonlat, max_snap_m=math.inf)
    ]
