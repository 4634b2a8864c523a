"""Lines in the forms that OSRM sends them in, whole and in parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.polylines import Encoded
from equipage.api.osrm.waypoints import DEGREE_DIGITS

Floats = npt.NDArray[np.float64]
Parts = Callable[[int, int], str | dict[str, Any]]
"""Shows the points of a line from one to another, both included."""


def shown_whole(lonlat: Floats, form: str) -> str | dict[str, Any]:
    """Return a line as it is sent.

    Parameters
    ----------
    lonlat : (k, 2) float64
        Its points, in degrees.
    form : str
        `polyline`, `polyline6` or `geojson`.
    """
    return shown_parts(lonlat, form)(0, len(lonlat) - 1)


def shown_parts(lonlat: Floats, form: str) -> Parts:
    """Return what shows parts of a line; all its points are worded at once.

    Parameters
    ----------
    lonlat : (k, 2) float64
        Its points, in degrees.
    form : str
        `polyline`, `polyline6` or `geojson`.
    """
    if form != "geojson":
        return Encoded(lonlat, digits=6 if form == "polyline6" else 5).part
    places = np.round(lonlat, DEGREE_DIGITS).tolist()
    return lambda first, last: {"type": "LineString", "coordinates": places[first : last + 1]}
