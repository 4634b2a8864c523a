"""Dashed lines whose dashes go on from one tile to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from equipage.api.tiles.mercator import Floats, world_px

CHUNK_PX = 1024.0
"""Lines are cut into pieces of about this length, each with its own dashes: what a tile has to look at."""

TOLERANCE_PX = 1.2
"""By how much a border may differ from the real one; steps that small only make it restless."""


@dataclass(frozen=True, slots=True)
class Dash:
    """How long dashes and the gaps between them are, in pixels."""

    on: float
    off: float


class DashedLines:
    """Lines to be drawn dashed, at one zoom.

    Parameters
    ----------
    lines : (n,) LineString
        In the world's square.
    zoom : int
        Of the map.
    dash : Dash
        Their dashes.
    """

    def __init__(self, lines: npt.NDArray[np.object_], zoom: int, dash: Dash) -> None:
        scale = world_px(zoom)
        coarse = shapely.simplify(lines, TOLERANCE_PX / scale)
        pieces = [piece for line in coarse for piece in _cut(shapely.get_coordinates(line) * scale)]
        self._pieces = pieces
        self._scale = scale
        self._dash = dash
        self._tree = shapely.STRtree([shapely.LineString(piece / scale) for piece in pieces])

    def around(self, box: tuple[float, float, float, float]) -> npt.NDArray[np.object_]:
        """Return the dashes in a part of the map.

        Parameters
        ----------
        box : (float, float, float, float)
            West, north, east and south in the world's square.

        Returns
        -------
        (n,) LineString
            In the world's square; a few lie outside the box.
        """
        found = np.sort(self._tree.query(shapely.box(*box))).tolist()
        dashes = [dash for number in found for dash in _dashes(self._pieces[number], self._dash)]
        return np.array([shapely.LineString(dash / self._scale) for dash in dashes], dtype=object)


def _cut(points: Floats) -> list[Floats]:
    """Return a line in pieces of about `CHUNK_PX`, points in pixels."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    if along[-1] <= 0.0:
        return []
    ends = np.linspace(0.0, along[-1], max(1, round(along[-1] / CHUNK_PX)) + 1)
    return [_between(points, along, start, end) for start, end in pairwise(ends)]


def _dashes(points: Floats, dash: Dash) -> list[Floats]:
    """Return the dashes of a piece, half a dash at either end so that pieces join."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    count = max(1, round(along[-1] / (dash.on + dash.off)))
    period = along[-1] / count
    on = period * dash.on / (dash.on + dash.off)
    middles = period * np.arange(count + 1)
    starts = np.clip(middles - on / 2.0, 0.0, along[-1])
    ends = np.clip(middles + on / 2.0, 0.0, along[-1])
    return [_between(points, along, start, end) for start, end in zip(starts, ends, strict=True)]


def _between(points: Floats, along: Floats, start: float, end: float) -> Floats:
    """Return the part of a line from one distance to another."""
    inner = (along > start) & (along < end)
    first, last = (
        np.array([np.interp(at, along, points[:, axis]) for axis in (0, 1)]) for at in (start, end)
    )
    return np.vstack([first, points[inner], last])
