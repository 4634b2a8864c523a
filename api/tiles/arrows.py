"""Arrows on one-way streets, at places that depend on the street alone."""

from __future__ import annotations

import numpy as np
import shapely

from equipage.api.tiles.mercator import Floats, world_px
from equipage.api.tiles.streets import Streets
from equipage.api.tiles.style import ARROWS_FROM_ZOOM, width_px

SPACING_PX = 140.0
"""From one arrow to the next."""

MIN_STREET_PX = 36.0
"""A shorter street has none."""

LENGTH_PX = 13.0

HEAD_PX = 3.0
"""From the tip of an arrow to the ends of its barbs, along and across."""

MIN_WIDTH_PX = 7.0
"""On a narrower road an arrow would not fit."""


class Arrows:
    """The arrows of a city.

    Parameters
    ----------
    streets : Streets
        Its streets.
    """

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._tree = shapely.STRtree(streets.one_way)

    def around(self, zoom: int, box: tuple[float, float, float, float]) -> Floats:
        """Return the arrows in a part of the map.

        Parameters
        ----------
        zoom : int
            Of the map.
        box : (float, float, float, float)
            West, north, east and south in the world's square.

        Returns
        -------
        (n, 2, 2) float64
            Start and tip of each, in the world's square.
        """
        if zoom < ARROWS_FROM_ZOOM:
            return np.empty((0, 2, 2))
        found = self._tree.query(shapely.box(*box))
        styles = self._streets.styles
        wide = np.array([width_px(style.width, zoom) >= MIN_WIDTH_PX for style in styles], dtype=bool)
        found = np.sort(found[wide[self._streets.one_way_style[found]]])
        half = LENGTH_PX / 2.0 / world_px(zoom)
        line, middle = _middles(shapely.length(self._streets.one_way[found]) * world_px(zoom))
        lines, middle = self._streets.one_way[found][line], middle / world_px(zoom)
        ends = shapely.line_interpolate_point(np.stack([lines] * 2), np.stack([middle - half, middle + half]))
        arrows = np.stack([shapely.get_coordinates(end) for end in ends], axis=1)
        centre = arrows.mean(axis=1)
        inside = (centre >= box[:2]).all(axis=1) & (centre <= box[2:]).all(axis=1)
        return np.asarray(arrows[inside])


def barbs(arrows: Floats, zoom: int) -> Floats:
    """Return the heads of arrows.

    Parameters
    ----------
    arrows : (n, 2, 2) float64
        Start and tip of each, in the world's square.
    zoom : int
        Of the map.

    Returns
    -------
    (n, 3, 2) float64
        From one barb over the tip to the other.
    """
    course = arrows[:, 1] - arrows[:, 0]
    along = course / np.maximum(np.hypot(*course.T), 1e-15)[:, np.newaxis] * HEAD_PX / world_px(zoom)
    across = along[:, ::-1] * (-1.0, 1.0)
    tip = arrows[:, 1]
    return np.stack([tip - along + across, tip, tip - along - across], axis=1)


def _middles(length_px: Floats) -> tuple[np.ndarray, Floats]:
    """Return for lines of these lengths which line each arrow is on, and how far along its middle is."""
    count = np.where(length_px < MIN_STREET_PX, 0, np.maximum(1, np.round(length_px / SPACING_PX))).astype(
        int
    )
    line = np.repeat(np.arange(len(length_px)), count)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    return line, length_px[line] * (nth + 0.5) / np.maximum(count[line], 1)
