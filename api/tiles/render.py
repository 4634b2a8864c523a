"""Draw one tile of the base map."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import shapely

from equipage.api.tiles.canvas import Canvas
from equipage.api.tiles.labels import Labels
from equipage.api.tiles.mercator import TILE_PX, to_world
from equipage.api.tiles.streets import Streets
from equipage.api.tiles.style import HALO, LAND, OUTSIDE, TEXT, width_px
from equipage.routing.network import RoadNetwork

MAX_ZOOM = 20
"""Nothing more is to be seen further in; maps enlarge these tiles."""

MARGIN_PX = 20.0
"""How far outside a tile a road may lie and still be seen in it: half the widest."""

CASED_FROM_PX = 1.9
"""A thinner road has no edge."""

CACHED_TILES = 2048
"""About 30 MB."""


class TileRenderer:
    """Draws the tiles of one city; the same tile is always the same picture.

    Parameters
    ----------
    network : RoadNetwork
        Its roads are drawn, with their names.
    areas : iterable of Polygon or MultiPolygon
        The city's zones, lon, lat: the ground outside them is a little darker.
    """

    def __init__(self, network: RoadNetwork, areas: Iterable[shapely.Geometry] = ()) -> None:
        self.network_id = network.network_id
        self._streets = Streets.of(network)
        self._labels = Labels(self._streets)
        ground = shapely.union_all([shapely.make_valid(area) for area in areas])
        self._ground = shapely.get_parts(shapely.orient_polygons(shapely.transform(ground, to_world)))
        self.tile = lru_cache(maxsize=CACHED_TILES)(self.render)

    def render(self, zoom: int, x: int, y: int, scale: int = 1) -> bytes:
        """Return one tile as a PNG.

        Parameters
        ----------
        zoom, x, y : int
            Which tile, counted from the north-west (XYZ).
        scale : int
            1 for 256 pixels a side, 2 for 512.

        Returns
        -------
        bytes
            A picture, of nothing but land where the city has no roads.

        Raises
        ------
        ValueError
            Where there is no such tile; the message names every fault.
        """
        check_tile(zoom, x, y, scale)
        canvas = Canvas(zoom, x, y, scale=scale, background=OUTSIDE if len(self._ground) else LAND)
        tiles = 2.0**zoom
        box = (x / tiles, y / tiles, (x + 1) / tiles, (y + 1) / tiles)
        self._draw_ground(canvas, box)
        self._draw_roads(canvas, zoom, box)
        for label in self._labels.around(zoom, box):
            canvas.letters(
                label.glyphs, label.places, label.angles, size_px=label.size_px, fill=TEXT, halo=HALO
            )
        return canvas.png()

    def _draw_ground(self, canvas: Canvas, box: tuple[float, float, float, float]) -> None:
        """Draw the zones."""
        margin = MARGIN_PX / TILE_PX * (box[2] - box[0])
        west, north, east, south = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
        seen = shapely.clip_by_rect(self._ground, west, north, east, south)
        canvas.fill([area for area in seen if area.area > 0.0], LAND)

    def _draw_roads(self, canvas: Canvas, zoom: int, box: tuple[float, float, float, float]) -> None:
        """Draw all casings, then all roads on top of them, the small ones first."""
        band = self._streets.at(zoom)
        margin = MARGIN_PX / TILE_PX * (box[2] - box[0])
        near = shapely.box(box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
        found = band.tree.query(near)
        style_of = self._streets.style[found]
        seen = sorted((self._streets.styles[number].rank, number) for number in np.unique(style_of).tolist())
        layers = [
            (self._streets.styles[number], band.lines[found[style_of == number]]) for _rank, number in seen
        ]
        for style, lines in layers:
            width = width_px(style.width, zoom)
            if width >= CASED_FROM_PX:
                canvas.stroke(lines, width_px=width + 1.6, colour=style.casing)
        for style, lines in layers:
            width = width_px(style.width, zoom)
            if width > 0.0:
                thin = width < CASED_FROM_PX
                canvas.stroke(lines, width_px=width, colour=style.casing if thin else style.fill)


def check_tile(zoom: int, x: int, y: int, scale: int = 1) -> None:
    """Refuse what is no tile.

    Parameters
    ----------
    zoom, x, y, scale : int
        As asked for.

    Raises
    ------
    ValueError
        Naming every fault.
    """
    faults = []
    if not 0 <= zoom <= MAX_ZOOM:
        faults.append(f"zoom must be 0 to {MAX_ZOOM}, not {zoom}")
    else:
        last = 2**zoom - 1
        faults += [
            f"{axis} must be 0 to {last} at zoom {zoom}, not {value}"
            for axis, value in (("x", x), ("y", y))
            if not 0 <= value <= last
        ]
    if scale not in {1, 2}:
        faults.append(f"scale must be 1 or 2, not {scale}")
    if faults:
        raise ValueError("There is no such tile: " + "; ".join(faults))
