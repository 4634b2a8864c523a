"""Dashed lines whose dashes go on from one tile to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from equipage.api.tiles.mercator import world_px

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
        self._scale = world_px(zoom)
        self._dash = dash
        coarse = shapely.simplify(lines, TOLERANCE_PX / self._scale)
        pieces = [piece for line in coarse for piece in _cut(line, CHUNK_PX / self._scale)]
        self._pieces = np.array(pieces, dtype=object)
        self._tree = shapely.STRtree(self._pieces)

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
        pieces = self._pieces[np.sort(self._tree.query(shapely.box(*box)))]
        length = shapely.length(pieces)
        count = np.maximum(1, np.round(length * self._scale / (self._dash.on + self._dash.off))).astype(int)
        # One dash more than gaps: half a dash at either end, so that pieces join.
        piece = np.repeat(np.arange(len(pieces)), count + 1)
        nth = np.arange(len(piece)) - np.repeat(np.cumsum(count + 1) - (count + 1), count + 1)
        period = (length / count)[piece]
        half = period * self._dash.on / (self._dash.on + self._dash.off) / 2.0
        starts = np.maximum(nth * period - half, 0.0)
        ends = np.minimum(nth * period + half, length[piece])
        points = shapely.line_interpolate_point(pieces[piece], np.stack([starts, ends]))
        return np.asarray(
            shapely.linestrings(np.stack([shapely.get_coordinates(end) for end in points], axis=1))
        )


def _cut(line: shapely.LineString, length: float) -> list[shapely.Geometry]:
    """Return a line in pieces of about a length."""
    count = max(1, round(line.length / length))
    ends = np.linspace(0.0, line.length, count + 1)
    return [substring(line, start, end) for start, end in pairwise(ends)] if line.length > 0.0 else []
