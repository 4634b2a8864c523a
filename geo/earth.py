"""Distances and bearings on the globe, for arrays of lon, lat in degrees.

The Earth is a sphere here: a distance is wrong by 0.5 % at most.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG R1), in metres."""


def distance_m(from_lonlat: npt.ArrayLike, to_lonlat: npt.ArrayLike) -> Floats:
    """Return the great-circle distances between points, in metres.

    Parameters
    ----------
    from_lonlat, to_lonlat : (..., 2)
        Points lon, lat in degrees; the shapes broadcast.

    Returns
    -------
    (...) float64
        Metres by the haversine formula, which stays accurate for points centimetres apart.
    """
    start, end = np.radians(from_lonlat), np.radians(to_lonlat)
    half = np.sin((end - start) / 2.0) ** 2
    chord = half[..., 1] + np.cos(start[..., 1]) * np.cos(end[..., 1]) * half[..., 0]
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))), dtype=np.float64)


def bearing_deg(from_lonlat: npt.ArrayLike, to_lonlat: npt.ArrayLike) -> Floats:
    """Return the bearings at the first points towards the second, in degrees clockwise from north.

    Parameters
    ----------
    from_lonlat, to_lonlat : (..., 2)
        Points lon, lat in degrees; the shapes broadcast.

    Returns
    -------
    (...) float64
        Degrees in [0, 360); 0 where both points are the same.
    """
    start, end = np.radians(from_lonlat), np.radians(to_lonlat)
    across = end[..., 0] - start[..., 0]
    east = np.sin(across) * np.cos(end[..., 1])
    north = np.cos(start[..., 1]) * np.sin(end[..., 1]) - (
        np.sin(start[..., 1]) * np.cos(end[..., 1]) * np.cos(across)
    )
    return np.asarray(np.degrees(np.arctan2(east, north)) % 360.0, dtype=np.float64)


def polyline_length_m(lonlat: npt.ArrayLike) -> float:
    """Return the length of one polyline, in metres.

    Parameters
    ----------
    lonlat : (k, 2)
        Points lon, lat in degrees.

    Returns
    -------
    float
        Metres along the points; 0 for fewer than two.
    """
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    return float(distance_m(points[:-1], points[1:]).sum())


def polyline_lengths_m(lonlat: Floats, start: npt.NDArray[np.int64]) -> Floats:
    """Return the lengths of many packed polylines, in metres.

    Parameters
    ----------
    lonlat : (k, 2) float64
        The points of all polylines, one after the other, lon, lat in degrees.
    start : (m + 1,) int64
        Polyline i is `lonlat[start[i]:start[i + 1]]`.

    Returns
    -------
    (m,) float64
        Metres; 0 for a polyline of fewer than two points.
    """
    step = np.zeros(len(lonlat))
    step[1:] = distance_m(lonlat[:-1], lonlat[1:])
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    # The step from the end of one polyline to the beginning of the next is no part of either.
    step[1:][owner[1:] != owner[:-1]] = 0.0
    return np.asarray(np.bincount(owner, weights=step, minlength=len(start) - 1), dtype=np.float64)
