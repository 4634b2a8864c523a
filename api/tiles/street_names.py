"""Where the names of streets, and the numbers of roads without one, could stand.

It depends on the street alone, so that each tile can work it out for itself and all agree.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from equipage.api.tiles.glyphs import Face, typeface
from equipage.api.tiles.label import MAX_WIDTH_PX, Label, Wording, label_along, label_at
from equipage.api.tiles.mercator import Floats, world_px
from equipage.api.tiles.palette import TextKind
from equipage.api.tiles.streets import Streets
from equipage.api.tiles.style import RoadStyle
from equipage.api.tiles.wording import road_number, wordings

SPACING_PX = 420.0
"""From one name to the next along a street."""

SHIFTS = (0.0, 0.25, -0.25, 0.5, -0.5)
"""Places tried for a name, in its widths: a bend may spoil the middle of a stretch, not what is beside it."""

MIN_SHIELD_PX = 60.0
"""A shorter road has no shield."""

SHIELD_FONT_PX = 9.5

CACHED_STREETS = 16_384
"""Streets at one zoom each whose names are remembered; about 3 kB each."""


class StreetNames:
    """The names of a city's streets, worked out street by street as tiles ask for them.

    Parameters
    ----------
    streets : Streets
        The streets.
    """

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._of_street = lru_cache(maxsize=CACHED_STREETS)(self._fit)

    def near(self, zoom: int, area: shapely.Polygon) -> list[Label]:
        """Return what could be written along the streets that touch an area.

        Parameters
        ----------
        zoom : int
            Of the map.
        area : Polygon
            In the world's square.

        Returns
        -------
        list of Label
            In the order of the streets.
        """
        found = np.sort(self._streets.at(zoom).tree.query(area))
        return [label for street in found.tolist() for label in self._of_street(zoom, street)]

    def _fit(self, zoom: int, street: int) -> tuple[Label, ...]:
        """Return the places where the name of one street fits, or its abbreviation where it does not."""
        style = self._streets.styles[self._streets.style[street]]
        name = self._streets.names[street]
        if not name or zoom < style.label_from:
            return ()
        points = shapely.get_coordinates(self._streets.at(zoom).lines[street]) * world_px(zoom)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        number = road_number(name)
        if number:
            return _shields(number, points, along, style=style, zoom=zoom, street=street)
        face = typeface()
        for text in wordings(name):
            glyphs = face.glyphs(text)
            if glyphs is None:
                return ()
            wording = Wording(
                name=name, kind=TextKind.STREET, lines=(glyphs,), size_px=style.font_px(zoom), spacing=0.02
            )
            labels = _along(wording, points, along, rank=style.rank, zoom=zoom, street=street)
            if labels:
                return labels
        return ()


def _along(
    wording: Wording, points: Floats, along: Floats, *, rank: int, zoom: int, street: int
) -> tuple[Label, ...]:
    """Return labels at regular distances along a street, points in pixels; none where it is too short."""
    width = wording.width_px
    if width > min(along[-1], MAX_WIDTH_PX):
        return ()
    labels = []
    count = max(1, round(along[-1] / SPACING_PX))
    for number in range(count):
        middle = along[-1] * (number + 0.5) / count
        strength = _strength(rank, along[-1], street, number)
        for shift in SHIFTS:
            start = middle + shift * min(width, along[-1] / count) - width / 2.0
            label = label_along(wording, points, along, start=start, strength=strength, zoom=zoom)
            if label is not None:
                labels.append(label)
                break
    return tuple(labels)


def _shields(
    number: str, points: Floats, along: Floats, *, style: RoadStyle, zoom: int, street: int
) -> tuple[Label, ...]:
    """Return shields with a road's number at regular distances along it."""
    glyphs = typeface(Face.BOLD).glyphs(number)
    if glyphs is None or along[-1] < MIN_SHIELD_PX:
        return ()
    wording = Wording(name=number, kind=TextKind.SHIELD, lines=(glyphs,), size_px=SHIELD_FONT_PX)
    count = max(1, round(along[-1] / SPACING_PX))
    labels = []
    for nth in range(count):
        at = along[-1] * (nth + 0.5) / count
        centre = [float(np.interp(at, along, points[:, axis])) / world_px(zoom) for axis in (0, 1)]
        strength = _strength(style.rank, along[-1], street, nth)
        labels.append(label_at(wording, centre, strength=strength, zoom=zoom, plate=True))
    return tuple(labels)


def _strength(rank: int, length_px: float, street: int, number: int) -> tuple[float, ...]:
    """Return which label stays: a big road's, then a long street's, then the first."""
    return (float(rank), min(length_px, 4000.0), -float(street), -float(number))
