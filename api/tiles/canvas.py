"""A sheet to draw on: anti-aliased lines, areas and letters with matplotlib's Agg, written as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from equipage.api.tiles.indexed import indexed_png
from equipage.api.tiles.label import Label
from equipage.api.tiles.mercator import TILE_PX

Lines = npt.NDArray[np.object_]
"""(n,) shapely LineStrings in the world's square."""


class Canvas:
    """One tile while it is drawn.

    Parameters
    ----------
    zoom, x, y : int
        Which tile.
    scale : int
        Pixels of the picture for one pixel of the map (2 for dense screens).
    background : str
        Colour of the empty sheet.
    """

    def __init__(self, zoom: int, x: int, y: int, *, scale: int, background: str) -> None:
        self._side = TILE_PX * scale
        self._scale = scale
        self._colours: set[str] = set()
        # matplotlib has no types here.
        self._renderer: Any = cast("Any", RendererAgg)(self._side, self._side, 72)
        self._pen = self._renderer.new_gc()
        self._pen.set_joinstyle("round")
        self._pen.set_snap(False)
        tiles = 2.0**zoom
        # Agg's y grows upwards.
        self._place = (
            Affine2D().scale(tiles).translate(-x, -y).scale(self._side, -self._side).translate(0, self._side)
        )
        everything = Path([(0, 0), (self._side, 0), (self._side, self._side), (0, self._side)], closed=False)
        self._fill_path(everything, Affine2D(), background)

    def fill(self, areas: Sequence[shapely.Geometry], colour: str) -> None:
        """Fill polygons.

        Parameters
        ----------
        areas : sequence of Polygon or MultiPolygon
            In the world's square, outer rings and holes in opposite directions.
        colour : str
            Their colour.
        """
        for area in areas:
            rings = shapely.get_rings(shapely.get_parts(area))
            self._fill_path(_path_of(rings), self._place, colour)

    def stroke(self, lines: Lines, *, width_px: float, colour: str, cap: str = "round") -> None:
        """Draw lines.

        Parameters
        ----------
        lines : Lines
            In the world's square.
        width_px : float
            Their width on the map.
        colour : str
            Their colour.
        cap : {"round", "butt"}
            Their ends.
        """
        if len(lines) == 0:
            return
        self._pen.set_capstyle(cap)
        self._draw_outline(_path_of(lines), self._place, width_px, colour)

    def letters(self, label: Label, *, fill: str, halo: str, halo_px: float) -> None:
        """Draw a label's letters, each at its own place and angle, on a halo.

        Parameters
        ----------
        label : Label
            What to write.
        fill, halo : str
            Colours.
        halo_px : float
            How far the halo goes around the letters; 0 for none.
        """
        size = label.size_px * self._scale
        origins = self._place.transform(label.places)
        cos, sin = np.cos(label.angles) * size, np.sin(label.angles) * size
        turns = np.stack([cos, sin, -sin, cos], axis=-1).reshape(-1, 2, 2)
        vertices = [
            glyph.vertices @ turn + origin
            for glyph, turn, origin in zip(label.glyphs, turns, origins, strict=True)
        ]
        outline = Path(np.concatenate(vertices), np.concatenate([glyph.codes for glyph in label.glyphs]))
        if halo_px > 0.0:
            self._draw_outline(outline, Affine2D(), 2.0 * halo_px, halo)
        self._fill_path(outline, Affine2D(), fill)

    def png(self) -> bytes:
        """Return the picture.

        Returns
        -------
        bytes
            A PNG file.
        """
        return indexed_png(np.asarray(self._renderer.buffer_rgba()), sorted(self._colours))

    def _draw_outline(self, path: Path, transform: Affine2D, width_px: float, colour: str) -> None:
        """Draw along a path."""
        self._colours.add(colour)
        self._pen.set_linewidth(width_px * self._scale)
        self._pen.set_foreground(colour)
        self._renderer.draw_path(self._pen, path, transform)

    def _fill_path(self, path: Path, transform: Affine2D, colour: str) -> None:
        """Fill the inside of a path, without an outline."""
        self._colours.add(colour)
        self._pen.set_linewidth(0.0)
        self._renderer.draw_path(self._pen, path, transform, to_rgba(colour))


def _path_of(lines: npt.NDArray[np.object_]) -> Path:
    """Return many lines as one path, so that they are drawn in one go."""
    points, owner = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    codes[0] = Path.MOVETO
    codes[1:][owner[1:] != owner[:-1]] = Path.MOVETO
    return Path(points, codes)
