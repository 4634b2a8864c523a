"""Where the city is built up, told by how dense its streets are: a tint that shows its shape from afar."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from contourpy import FillType, contour_generator
from scipy.ndimage import gaussian_filter

from equipage.api.tiles.mercator import Floats
from equipage.geo.earth import EARTH_RADIUS_M

CELL_M = 30.0
"""Side of a cell in which streets are counted; of a region too large for `MOST_CELLS` a side it is larger."""

MOST_CELLS = 2000

BLUR_M = 90.0
"""How far a street counts: about the depth of a block."""

DENSE_PER_M = 0.0055
"""Metres of street on a square metre from which the ground counts as built up: a street every 180 m."""

SMALLEST_M2 = 60_000.0
"""A smaller spot is a crossing in the fields, no quarter."""

SMALLEST_HOLE_M2 = 150_000.0
"""A smaller gap is a school, a station or a park of the quarter around it."""


def built_up(streets: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the built-up areas of a city.

    Parameters
    ----------
    streets : (n,) LineString
        Those that people live on, in the world's square.

    Returns
    -------
    (k,) Polygon
        In the world's square; outer rings and holes in opposite directions.
    """
    if len(streets) == 0:
        return np.empty(0, dtype=object)
    west, north, east, south = shapely.total_bounds(streets).tolist()
    metre = _metre((north + south) / 2.0)
    margin = 4.0 * BLUR_M * metre
    cell = max(CELL_M * metre, (max(east - west, south - north) + 2.0 * margin) / MOST_CELLS)
    x = np.arange(west - margin, east + margin + cell, cell)
    y = np.arange(north - margin, south + margin + cell, cell)
    points = _steps(streets, cell / 2.0)
    counted, _y, _x = np.histogram2d(points[:, 1], points[:, 0], bins=(y, x))
    density = gaussian_filter(counted, BLUR_M * metre / cell) * (cell / 2.0) / cell**2 * metre
    contours = contour_generator(
        x[:-1] + cell / 2.0, y[:-1] + cell / 2.0, density, fill_type=FillType.OuterOffset
    ).filled(DENSE_PER_M, np.inf)
    areas = [
        _without_small_holes(np.split(outline, starts[1:-1]), SMALLEST_HOLE_M2 * metre**2)
        for outline, starts in zip(*contours, strict=True)
    ]
    return np.array([area for area in areas if area.area >= SMALLEST_M2 * metre**2], dtype=object)


def _without_small_holes(rings: list[Floats], smallest: float) -> shapely.Polygon:
    """Return the polygon of an outline and its holes, the small ones filled."""
    holes = [ring for ring in rings[1:] if shapely.Polygon(ring).area >= smallest]
    return shapely.Polygon(rings[0], holes)


def _metre(y: float) -> float:
    """Return the length of a metre at a height of the world's square."""
    latitude = np.arctan(np.sinh(np.pi * (1.0 - 2.0 * y)))
    return float(1.0 / (2.0 * np.pi * EARTH_RADIUS_M * np.cos(latitude)))


def _steps(lines: npt.NDArray[np.object_], step: float) -> Floats:
    """Return points a step apart on all lines."""
    length = shapely.length(lines)
    count = np.maximum(1, np.round(length / step)).astype(int)
    line = np.repeat(np.arange(len(lines)), count)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    at = shapely.line_interpolate_point(lines[line], length[line] * (nth + 0.5) / count[line])
    return shapely.get_coordinates(at)
