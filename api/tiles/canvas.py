"""A sheet to draw on: anti-aliased lines, areas and letters with matplotlib's Agg, written as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from PIL import Image

from equipage.api.tiles.glyphs import Glyph
from equipage.api.tiles.mercator import TILE_PX, Floats

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
        # matplotlib has no types here.
        self._renderer: Any = cast("Any", RendererAgg)(self._side, self._side, 72)
        self._pen = self._renderer.new_gc()
        self._pen.set_capstyle("round")
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

    def stroke(self, lines: Lines, *, width_px: float, colour: str) -> None:
        """Draw lines with round ends.

        Parameters
        ----------
        lines : Lines
            In the world's square.
        width_px : float
            Their width on the map.
        colour : str
            Their colour.
        """
        self._pen.set_linewidth(width_px * self._scale)
        self._pen.set_foreground(colour)
        self._renderer.draw_path(self._pen, _path_of(lines), self._place)

    def letters(
        self, glyphs: Sequence[Glyph], places: Floats, angles: Floats, *, size_px: float, fill: str, halo: str
    ) -> None:
        """Draw letters, each at its own place and angle, on a halo.

        Parameters
        ----------
        glyphs : sequence of n Glyph
            The letters.
        places : (n, 2) float64
            Where their origins are, in the world's square.
        angles : (n,) float64
            Radians anticlockwise from horizontal.
        size_px : float
            Font size on the map.
        fill, halo : str
            Colours.
        """
        size = size_px * self._scale
        origins = self._place.transform(places)
        vertices, codes = [], []
        for glyph, origin, angle in zip(glyphs, origins, angles, strict=True):
            cos, sin = np.cos(angle) * size, np.sin(angle) * size
            vertices.append(glyph.vertices @ np.array([[cos, sin], [-sin, cos]]) + origin)
            codes.append(glyph.codes)
        outline = Path(np.concatenate(vertices), np.concatenate(codes))
        self._pen.set_linewidth(2.6 * self._scale)
        self._pen.set_foreground(halo)
        self._renderer.draw_path(self._pen, outline, Affine2D())
        self._fill_path(outline, Affine2D(), fill)

    def png(self) -> bytes:
        """Return the picture.

        Returns
        -------
        bytes
            A PNG file.
        """
        pixels = np.asarray(self._renderer.buffer_rgba())[:, :, :3]
        file = BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=6)
        return file.getvalue()

    def _fill_path(self, path: Path, transform: Affine2D, colour: str) -> None:
        """Fill the inside of a path, without an outline."""
        self._pen.set_linewidth(0.0)
        self._renderer.draw_path(self._pen, path, transform, to_rgba(colour))


def _path_of(lines: npt.NDArray[np.object_]) -> Path:
    """Return many lines as one path, so that they are drawn in one go."""
    points, owner = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    codes[0] = Path.MOVETO
    codes[1:][owner[1:] != owner[:-1]] = Path.MOVETO
    return Path(points, codes)
