"""Web Mercator as tiles use it: the world is a square, x to the east and y to the south, both 0 to 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TILE_PX = 256
MAX_LATITUDE_DEG = 85.051128779806604
"""Where the square ends (EPSG:3857)."""


def to_world(lonlat: npt.ArrayLike) -> Floats:
    """Return points in the world's square.

    Parameters
    ----------
    lonlat : (..., 2)
        Points lon, lat in degrees; latitudes beyond the square are put on its border.

    Returns
    -------
    (..., 2) float64
        x and y, 0 to 1 from the north-west.
    """
    degrees = np.asarray(lonlat, dtype=np.float64)
    lat = np.radians(np.clip(degrees[..., 1], -MAX_LATITUDE_DEG, MAX_LATITUDE_DEG))
    x = degrees[..., 0] / 360.0 + 0.5
    y = 0.5 - np.log(np.tan(np.pi / 4.0 + lat / 2.0)) / (2.0 * np.pi)
    return np.stack([x, y], axis=-1)


def world_px(zoom: int) -> float:
    """Return the side of the world's square at a zoom, in pixels.

    Parameters
    ----------
    zoom : int
        0 is one tile.

    Returns
    -------
    float
        Pixels.
    """
    return float(TILE_PX * 2**zoom)
