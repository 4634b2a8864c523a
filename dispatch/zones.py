"""Which zone of the city a place is in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from equipage.dispatch.model import Zone
from equipage.geo.frame import MetricFrame

BORDER_M = 50.0
"""A place so near outside still counts: a road on the border, drawn with the usual generalisation."""

_METRES_A_DEGREE = 111_320.0


def zone_at(zones: Sequence[Zone], lon: float, lat: float) -> Zone | None:
    """Return the zone that a place is in, or the nearest one not farther than `BORDER_M`.

    Parameters
    ----------
    zones : sequence of Zone
        The city's; of several that share the place, the first is taken.
    lon, lat : float
        In degrees.

    Returns
    -------
    Zone or None
        None for a place outside the city.
    """
    covering = shapely.covers(_shapes(zones), shapely.Point(lon, lat))
    if covering.any():
        return zones[int(covering.argmax())]
    return _zone_beside(zones, lon, lat)


def _zone_beside(zones: Sequence[Zone], lon: float, lat: float) -> Zone | None:
    height = 2 * BORDER_M / _METRES_A_DEGREE
    width = height / max(float(np.cos(np.radians(lat))), 0.01)
    box = shapely.box(lon - width, lat - height, lon + width, lat + height)
    near = [zones[i] for i in np.flatnonzero(shapely.intersects(_shapes(zones), box)).tolist()]
    if not near:
        return None
    frame = MetricFrame(lon, lat)
    away_m = [frame.shape_to_metres(zone.geometry).distance(shapely.Point(0.0, 0.0)) for zone in near]
    nearest = int(np.argmin(away_m))
    return near[nearest] if away_m[nearest] <= BORDER_M else None


def _shapes(zones: Sequence[Zone]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    shapes = np.empty(len(zones), dtype=np.object_)
    shapes[:] = [zone.geometry for zone in zones]
    return shapes
