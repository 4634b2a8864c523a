"""The places on the network that coordinates are taken to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.faults import Code, OsrmError
from equipage.routing.router import Router
from equipage.routing.snap import Snap, Snaps

Floats = npt.NDArray[np.float64]

# A degree to so many digits is a decimetre.
DEGREE_DIGITS = 6


def limits_m(router: Router, radius_m: Floats) -> Floats:
    """Return how far each coordinate may be from a road, in metres.

    Parameters
    ----------
    router : Router
        Its own limit holds where no radius is given.
    radius_m : (n,) float64
        The radiuses; nan where none is given.
    """
    return np.where(np.isnan(radius_m), router.max_snap_m, radius_m)


def snapped(router: Router, lonlat: Floats, radius_m: Floats) -> Snaps:
    """Return the nearest places on the network.

    Parameters
    ----------
    router : Router
        The router.
    lonlat : (n, 2) float64
        Degrees.
    radius_m : (n,) float64
        How far each may be from a road; nan for the router's own limit.

    Raises
    ------
    OsrmError
        `NoSegment` for the first coordinate that is too far from any road.
    """
    snaps = router.snap(lonlat, max_snap_m=np.inf)
    limit_m = limits_m(router, radius_m)
    for far in np.flatnonzero(snaps.distance_m > limit_m):
        raise OsrmError(
            Code.NO_SEGMENT,
            f"Could not find a matching segment for coordinate {far}: the nearest usable road is"
            f" {snaps.distance_m[far]:.0f} m away, and {limit_m[far]:.0f} m are allowed",
        )
    return snaps


def shown_waypoint(snap: Snap) -> dict[str, Any]:
    """Return a place as OSRM tells it. There are no hints: a place is found in microseconds."""
    return {
        "name": snap.name,
        "location": [round(snap.lon, DEGREE_DIGITS), round(snap.lat, DEGREE_DIGITS)],
        "distance": round(snap.distance_m, 3),
    }
