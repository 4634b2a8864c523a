"""One piece of writing on the map: letters along a line, or upright around a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from equipage.api.tiles.glyphs import Glyph
from equipage.api.tiles.mercator import Floats, world_px
from equipage.api.tiles.palette import TextKind

MAX_WIDTH_PX = 240.0
"""What is longer is left out."""

GAP_PX = 3.0
"""Between two of them."""

MAX_BEND_RAD = 0.45
"""The sharpest bend between two letters that is still easy to read (26 degrees)."""

MIN_STRAIGHT = 0.9
"""The distance between a name's ends, as a share of its length."""

MIDDLE = 0.36
"""Height of the middle of small letters above the base line, in font sizes."""

LINE_HEIGHT = 1.15
"""From one base line to the next, in font sizes."""

PLATE_PX = (3.5, 2.5)
"""From a road's number to the edge of its shield, across and down."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Label:
    """Something that could be written on the map.

    Parameters
    ----------
    name : str
        What it says; the same is not written twice nearby.
    kind : TextKind
        Its colours.
    strength : tuple
        The stronger of two that touch is kept; no two are equal.
    glyphs, places, angles
        Letters, their origins in the world's square, radians anticlockwise.
    size_px : float
        Font size.
    box : Polygon
        What it takes up, in the world's square.
    centre : Point
        Its middle, in the world's square.
    plate : Polygon or None
        The shield under it, in the world's square.
    """

    name: str
    kind: TextKind
    strength: tuple[float, ...]
    glyphs: tuple[Glyph, ...]
    places: Floats
    angles: Floats
    size_px: float
    box: shapely.Polygon
    centre: shapely.Point
    plate: shapely.Polygon | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is to be written, and how.

    Parameters
    ----------
    name : str
        Whose name it is.
    kind : TextKind
        How it looks.
    lines : tuple of tuple of Glyph
        The letters; more than one line only around a point.
    size_px : float
        Font size.
    spacing : float
        Between letters, in font sizes.
    """

    name: str
    kind: TextKind
    lines: tuple[tuple[Glyph, ...], ...]
    size_px: float
    spacing: float = 0.0

    def advances(self, line: int = 0) -> Floats:
        """Return how far it is from each letter of a line to the next, in pixels."""
        return np.array([glyph.advance + self.spacing for glyph in self.lines[line]]) * self.size_px

    @property
    def width_px(self) -> float:
        """The width of the longest line."""
        return max(float(self.advances(line).sum()) for line in range(len(self.lines)))


def label_along(
    wording: Wording, points: Floats, along: Floats, *, start: float, strength: tuple[float, ...], zoom: int
) -> Label | None:
    """Return a label that follows a line.

    Parameters
    ----------
    wording : Wording
        One line.
    points : (n, 2) float64
        The line, in pixels of the world at this zoom.
    along : (n,) float64
        How far along it each point is.
    start : float
        How far along it the first letter begins, in pixels.
    strength : tuple
        The label's.
    zoom : int
        Of the map.

    Returns
    -------
    Label or None
        Never upside down; None where the line is too short or too crooked.
    """
    ends = start + np.concatenate([[0.0], np.cumsum(wording.advances())])
    if start < 0.0 or ends[-1] > along[-1]:
        return None
    at = np.column_stack([np.interp(ends, along, points[:, axis]) for axis in (0, 1)])
    if at[-1, 0] < at[0, 0]:
        turned = along[-1] - along[::-1]
        back = along[-1] - ends[-1]
        return label_along(wording, points[::-1], turned, start=back, strength=strength, zoom=zoom)
    course = at[1:] - at[:-1]
    angles = np.arctan2(-course[:, 1], course[:, 0])
    bends = np.abs((np.diff(angles) + np.pi) % (2.0 * np.pi) - np.pi)
    straight = float(np.hypot(*(at[-1] - at[0]))) / max(float(ends[-1] - ends[0]), 1e-9)
    if bends.max(initial=0.0) > MAX_BEND_RAD or straight < MIN_STRAIGHT:
        return None
    down = MIDDLE * wording.size_px * np.column_stack([np.sin(angles), np.cos(angles)])
    box = shapely.buffer(
        shapely.LineString(at), wording.size_px / 2.0 + GAP_PX, cap_style="square", quad_segs=1
    )
    scale = world_px(zoom)
    return Label(
        name=wording.name,
        kind=wording.kind,
        strength=strength,
        glyphs=wording.lines[0],
        places=(at[:-1] + down) / scale,
        angles=angles,
        size_px=wording.size_px,
        box=shapely.transform(box, lambda xy: xy / scale),
        centre=shapely.Point(at.mean(axis=0) / scale),
    )


def label_at(
    wording: Wording, centre: Sequence[float], *, strength: tuple[float, ...], zoom: int, plate: bool = False
) -> Label:
    """Return a label around a point.

    Parameters
    ----------
    wording : Wording
        Any number of lines, centred one under the other.
    centre : (x, y)
        Its middle, in the world's square.
    strength : tuple
        The label's.
    zoom : int
        Of the map.
    plate : bool
        Whether it stands on a shield.

    Returns
    -------
    Label
        Upright.
    """
    scale = world_px(zoom)
    step = LINE_HEIGHT * wording.size_px
    height = step * len(wording.lines)
    places = []
    for number in range(len(wording.lines)):
        advances = wording.advances(number)
        x = np.concatenate([[0.0], np.cumsum(advances)[:-1]]) - advances.sum() / 2.0
        y = (number + 0.5) * step - height / 2.0 + MIDDLE * wording.size_px
        places.append(np.column_stack([x, np.full(len(x), y)]))
    offsets = np.concatenate(places)
    across, down = (wording.width_px / 2.0, height / 2.0)

    def around(more_across: float, more_down: float) -> shapely.Polygon:
        half_x, half_y = (across + more_across) / scale, (down + more_down) / scale
        return shapely.box(centre[0] - half_x, centre[1] - half_y, centre[0] + half_x, centre[1] + half_y)

    edge = PLATE_PX if plate else (0.0, 0.0)
    return Label(
        name=wording.name,
        kind=wording.kind,
        strength=strength,
        glyphs=tuple(glyph for line in wording.lines for glyph in line),
        places=np.asarray(centre) + offsets / scale,
        angles=np.zeros(len(offsets)),
        size_px=wording.size_px,
        box=around(edge[0] + GAP_PX, edge[1] + GAP_PX),
        centre=shapely.Point(centre),
        plate=around(PLATE_PX[0], PLATE_PX[1] - (LINE_HEIGHT - 1.0) * wording.size_px / 2.0)
        if plate
        else None,
    )
