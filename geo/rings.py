"""The area that pieces of its boundary enclose, in whatever order and direction they come."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry


class OpenRingsError(ValueError):
    """Lines that are meant to enclose an area do not."""


def area_within(outer: Sequence[LineString], inner: Sequence[LineString]) -> Polygon | MultiPolygon:
    """Return the area that lines enclose, its holes left out.

    Parameters
    ----------
    outer
        The lines of its outer rings: they join at their ends to one ring or several, also one in a hole of
        another.
    inner
        The lines of the rings around its holes; holes may touch each other.

    Raises
    ------
    OpenRingsError
        When there is no outer line, or lines do not join to rings, or cross.
    """
    rings = [*_rings(outer), *_rings(inner)]
    # What is in an odd number of rings is inside: an island in a hole is in three.
    area: BaseGeometry = Polygon()
    for ring in rings:
        area = shapely.symmetric_difference(area, ring)
    if not outer or not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise OpenRingsError("its outer boundary is missing")
    return area


def _rings(lines: Sequence[LineString]) -> list[Polygon]:
    faces, *left_over = shapely.polygonize_full(lines)
    if any(not pieces.is_empty for pieces in left_over):
        raise OpenRingsError("its boundary is not closed, or crosses itself")
    return [Polygon(face.exterior) for face in faces.geoms if isinstance(face, Polygon)]
