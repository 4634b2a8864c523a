"""Lon, lat on the ellipsoid to metres on a plane around one place, and back.

The ellipsoid is laid conformally on the sphere that touches it best along the parallel of the place (Gauss's
second projection), and that sphere on the plane by directions and distances from the place (the azimuthal
equidistant projection).

References
----------
Snyder (1987), Map Projections: A Working Manual, USGS Professional Paper 1395, doi:10.3133/pp1395, chapters 3
(conformal latitude) and 25 (azimuthal equidistant projection).
IOGP Publication 373-7-2, Geomatics Guidance Note 7 part 2: the conformal sphere of the method "Oblique
Stereographic".
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.geo.kernels.compiling import kernel

Floats = npt.NDArray[np.float64]

# WGS 84.
_SEMI_MAJOR_AXIS_M = 6_378_137.0
_FLATTENING = 1.0 / 298.257223563
_SQUARED_ECCENTRICITY = _FLATTENING * (2.0 - _FLATTENING)
_ECCENTRICITY = math.sqrt(_SQUARED_ECCENTRICITY)

_GREATEST_LON = 180.0
_GREATEST_LAT = 90.0

# The ellipsoid is nearly a sphere: every round of finding a latitude leaves at most 0.7 % of its error. After
# these that is less than a micrometre.
_ROUNDS = 5


class Plane(NamedTuple):
    """The plane around one place.

    Parameters
    ----------
    lon : float
        Of the place, in radians.
    stretch, shift : float
        Of longitudes and isometric latitudes on the way from the ellipsoid to the sphere.
    radius_m : float
        Of the sphere, in metres.
    sin, cos : float
        Of the place's latitude on the sphere.
    """

    lon: float
    stretch: float
    shift: float
    radius_m: float
    sin: float
    cos: float


def plane_around(lon: float, lat: float) -> Plane:
    """Return the plane around a place lon, lat in degrees."""
    sin, cos = math.sin(math.radians(lat)), math.cos(math.radians(lat))
    across = 1.0 + _SQUARED_ECCENTRICITY / (1.0 - _SQUARED_ECCENTRICITY) * cos**2
    stretch = math.sqrt(1.0 + (across - 1.0) * cos**2)
    on_sphere = sin / stretch, cos * math.sqrt(across) / stretch
    isometric = math.asinh(sin / cos) - _ECCENTRICITY * math.atanh(_ECCENTRICITY * sin)
    return Plane(
        lon=math.radians(lon),
        stretch=stretch,
        shift=math.asinh(on_sphere[0] / on_sphere[1]) - stretch * isometric,
        radius_m=_SEMI_MAJOR_AXIS_M
        * math.sqrt(1.0 - _SQUARED_ECCENTRICITY)
        / (1.0 - _SQUARED_ECCENTRICITY * sin**2),
        sin=on_sphere[0],
        cos=on_sphere[1],
    )


@kernel
def turn_to_metres(plane: Plane, points: Floats) -> None:
    """Turn points lon, lat in degrees into metres east and north of the place, in place.

    Parameters
    ----------
    plane : Plane
        Around the place.
    points : (n, 2) float64
        What is no lon, lat becomes nan.
    """
    for i in range(len(points)):
        # A comparison with nan is false.
        if not (abs(points[i, 0]) <= _GREATEST_LON and abs(points[i, 1]) <= _GREATEST_LAT):
            points[i, 0] = points[i, 1] = math.nan
            continue
        turn = math.radians(points[i, 0]) - plane.lon
        turn = plane.stretch * (turn - 2.0 * math.pi * np.rint(turn / (2.0 * math.pi)))
        lat = math.radians(points[i, 1])
        isometric = math.asinh(math.tan(lat)) - _ECCENTRICITY * math.atanh(_ECCENTRICITY * math.sin(lat))
        grown = math.exp(plane.stretch * isometric + plane.shift)
        cos, sin = 2.0 / (grown + 1.0 / grown), (grown - 1.0 / grown) / (grown + 1.0 / grown)
        east = cos * math.sin(turn)
        north = plane.cos * sin - plane.sin * cos * math.cos(turn)
        up = plane.sin * sin + plane.cos * cos * math.cos(turn)
        flat = math.sqrt(east * east + north * north)
        scale = plane.radius_m * (math.atan2(flat, up) / flat if flat > 0.0 else 1.0)
        points[i, 0], points[i, 1] = scale * east, scale * north


@kernel
def turn_to_lonlat(plane: Plane, points: Floats) -> None:
    """Turn points in metres east and north of the place into lon, lat in degrees, in place.

    Parameters
    ----------
    plane : Plane
        Around the place.
    points : (n, 2) float64
        The inverse of `turn_to_metres`.
    """
    for i in range(len(points)):
        away = math.sqrt(points[i, 0] ** 2 + points[i, 1] ** 2)
        angle = away / plane.radius_m
        scale = math.sin(angle) / away if away > 0.0 else 1.0 / plane.radius_m
        east, north, up = scale * points[i, 0], scale * points[i, 1], math.cos(angle)
        outward = plane.cos * up - plane.sin * north
        tangent = (plane.sin * up + plane.cos * north) / math.sqrt(outward * outward + east * east)
        isometric = (math.asinh(tangent) - plane.shift) / plane.stretch
        sin = math.tanh(isometric)
        for _ in range(_ROUNDS):
            sin = math.tanh(isometric + _ECCENTRICITY * math.atanh(_ECCENTRICITY * sin))
        turn = plane.lon + math.atan2(east, outward) / plane.stretch
        turn -= 2.0 * math.pi * np.rint(turn / (2.0 * math.pi))
        points[i, 0], points[i, 1] = math.degrees(turn), math.degrees(math.asin(sin))
