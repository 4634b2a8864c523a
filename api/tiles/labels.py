"""Street names along their streets, the same on both sides of every tile border.

Where a name could stand depends on its street alone, and which of two that touch stays depends only on what
is around them, so that each tile can decide for itself and all agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from equipage.api.tiles.glyphs import Glyph, typeface
from equipage.api.tiles.mercator import Floats, world_px
from equipage.api.tiles.streets import Streets

FIRST_ZOOM = 13
"""Below it no street has a name on the map."""

SPACING_PX = 420.0
"""From one name to the next along a street."""

REPEAT_PX = 190.0
"""Two equal names are never nearer than this: carriageways, and streets in pieces."""

MAX_WIDTH_PX = 240.0
"""A name that is longer is left out."""

GAP_PX = 3.0
"""Between names."""

MAX_BEND_RAD = 0.45
"""The sharpest bend between two letters that is still easy to read (26 degrees)."""

MIN_STRAIGHT = 0.9
"""The distance between a name's ends, as a share of its length."""

MIDDLE = 0.36
"""Height of the middle of small letters above the base line, in font sizes."""

CACHED_STREETS = 16_384
"""Streets at one zoom each whose names are remembered; about 3 kB each."""

ROUNDS = 2
"""Rounds of keeping the strongest of touching names; more would only fill few more gaps."""

REACH_PX = (0.5 + 3.0) * MAX_WIDTH_PX
"""How far around a tile names are compared: what `ROUNDS` rounds can depend on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Label:
    """A name that could stand along a street.

    Parameters
    ----------
    strength : tuple
        The stronger of two that touch is kept; no two are equal.
    glyphs, places, angles
        Letters, their origins in the world's square, radians anticlockwise.
    size_px : float
        Font size.
    """

    name: str
    strength: tuple[float, ...]
    glyphs: tuple[Glyph, ...]
    places: Floats
    angles: Floats
    size_px: float
    box: shapely.Polygon
    centre: tuple[float, float]


class Labels:
    """The names of a city's streets, worked out street by street as tiles ask for them.

    Parameters
    ----------
    streets : Streets
        The streets.
    """

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._of_street = lru_cache(maxsize=CACHED_STREETS)(self._fit)

    def around(self, zoom: int, box: tuple[float, float, float, float]) -> list[Label]:
        """Return the names to draw in a part of the map, weakest first.

        Parameters
        ----------
        zoom : int
            Zoom of the map.
        box : (float, float, float, float)
            West, north, east and south in the world's square.

        Returns
        -------
        list of Label
            All that touch the box.
        """
        if zoom < FIRST_ZOOM:
            return []
        reach = REACH_PX / world_px(zoom)
        near = shapely.box(box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach)
        candidates = [
            label
            for street in np.sort(self._streets.at(zoom).tree.query(near)).tolist()
            for label in self._of_street(zoom, street)
        ]
        kept = _strongest(candidates, repeat=REPEAT_PX / world_px(zoom))
        here = shapely.box(*box)
        return sorted((label for label in kept if label.box.intersects(here)), key=lambda one: one.strength)

    def _fit(self, zoom: int, street: int) -> tuple[Label, ...]:
        """Return the places where the name of one street fits."""
        style = self._streets.styles[self._streets.style[street]]
        name = self._streets.names[street]
        if not name or zoom < style.label_from:
            return ()
        points = shapely.get_coordinates(self._streets.at(zoom).lines[street]) * world_px(zoom)
        return _labels_along(
            points, name, zoom=zoom, rank=style.rank, size_px=style.font_px(zoom), street=street
        )


def _labels_along(
    points: Floats, name: str, *, zoom: int, rank: int, size_px: float, street: int
) -> tuple[Label, ...]:
    """Return labels at regular distances along a street, points in pixels; none where it is too short."""
    glyphs = typeface().glyphs(name)
    step = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(step)])
    if glyphs is None:
        return ()
    width = sum(glyph.advance for glyph in glyphs) * size_px
    if width > min(along[-1], MAX_WIDTH_PX):
        return ()
    count = max(1, round(along[-1] / SPACING_PX))
    labels = []
    for number in range(count):
        middle = along[-1] * (number + 0.5) / count
        # A bend may spoil the middle of a stretch and spare what is beside it.
        for shift in (0.0, 0.25, -0.25, 0.5, -0.5):
            start = middle + shift * min(width, along[-1] / count) - width / 2.0
            placed = _place(points, along, glyphs, start=start, size_px=size_px)
            if placed is not None:
                places, angles = placed
                strength = (float(rank), min(along[-1], 4000.0), -float(street), -float(number))
                labels.append(
                    _label(name, strength, glyphs, places, angles, width=width, size_px=size_px, zoom=zoom)
                )
                break
    return tuple(labels)


def _place(
    points: Floats, along: Floats, glyphs: Sequence[Glyph], *, start: float, size_px: float
) -> tuple[Floats, Floats] | None:
    """Return origins and angles of the letters along a line from `start`, or None where they do not fit."""
    advance = np.array([glyph.advance for glyph in glyphs]) * size_px
    ends = start + np.concatenate([[0.0], np.cumsum(advance)])
    if start < 0.0 or ends[-1] > along[-1]:
        return None
    at = np.column_stack([np.interp(ends, along, points[:, axis]) for axis in (0, 1)])
    if at[-1, 0] < at[0, 0]:
        turned = along[-1] - along[::-1]
        return _place(points[::-1], turned, glyphs, start=along[-1] - ends[-1], size_px=size_px)
    course = at[1:] - at[:-1]
    angles = np.arctan2(-course[:, 1], course[:, 0])
    bends = np.abs((np.diff(angles) + np.pi) % (2.0 * np.pi) - np.pi)
    straight = float(np.hypot(*(at[-1] - at[0]))) / max(float(ends[-1] - ends[0]), 1e-9)
    if bends.max(initial=0.0) > MAX_BEND_RAD or straight < MIN_STRAIGHT:
        return None
    down = MIDDLE * size_px * np.column_stack([np.sin(angles), np.cos(angles)])
    return at[:-1] + down, angles


def _label(
    name: str,
    strength: tuple[float, ...],
    glyphs: tuple[Glyph, ...],
    places: Floats,
    angles: Floats,
    *,
    width: float,
    size_px: float,
    zoom: int,
) -> Label:
    """Return a label with its box, from places in pixels."""
    scale = world_px(zoom)
    hull = shapely.LineString(places) if len(places) > 1 else shapely.Point(places[0])
    half = size_px / 2.0 + GAP_PX
    box = shapely.buffer(hull, half, cap_style="square", quad_segs=1)
    centre = places.mean(axis=0) / scale
    return Label(
        name=name,
        strength=(strength[0], strength[1], *strength[2:], width),
        glyphs=glyphs,
        places=places / scale,
        angles=angles,
        size_px=size_px,
        box=shapely.transform(box, lambda xy: xy / scale),
        centre=(float(centre[0]), float(centre[1])),
    )


def _strongest(candidates: Sequence[Label], *, repeat: float) -> list[Label]:
    """Return the labels that stay when those that touch stronger ones, or repeat a name nearby, go."""
    if not candidates:
        return []
    rivals = _rivals(candidates, repeat=repeat)
    state = np.zeros(len(candidates), dtype=np.int8)  # 0 undecided, 1 kept, -1 dropped
    for _ in range(ROUNDS):
        before = state.copy()
        contested = np.zeros(len(candidates), dtype=bool)
        weaker, stronger = rivals
        contested[weaker[before[stronger] == 0]] = True
        contested[weaker[before[stronger] == 1]] = True
        state[(before == 0) & ~contested] = 1
        state[weaker[(state[stronger] == 1)]] = -1
    return [label for label, decided in zip(candidates, state, strict=True) if decided == 1]


def _rivals(
    candidates: Sequence[Label], *, repeat: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return pairs (weaker, stronger) of labels that cannot both stay."""
    tree = shapely.STRtree([label.box for label in candidates])
    touching = tree.query(tree.geometries, predicate="intersects")
    centres = shapely.points([label.centre for label in candidates])
    close = shapely.STRtree(centres).query(centres, predicate="dwithin", distance=repeat)
    names = np.array([label.name for label in candidates], dtype=object)
    close = close[:, names[close[0]] == names[close[1]]]
    pairs = np.concatenate([touching, close], axis=1)
    order = np.empty(len(candidates), dtype=np.int64)
    order[sorted(range(len(candidates)), key=lambda one: candidates[one].strength)] = np.arange(
        len(candidates)
    )
    pairs = pairs[:, order[pairs[0]] < order[pairs[1]]]
    return pairs[0], pairs[1]
