"""Draw one tile of the base map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely

from equipage.api.tiles.arrows import LENGTH_PX, Arrows, barbs
from equipage.api.tiles.built_up import built_up
from equipage.api.tiles.canvas import Canvas
from equipage.api.tiles.dashes import Dash, DashedLines
from equipage.api.tiles.labels import Labels
from equipage.api.tiles.palette import PALETTES, Palette, TextKind, ground_colours
from equipage.api.tiles.place_names import PlaceNames
from equipage.api.tiles.places import Places
from equipage.api.tiles.street_names import StreetNames
from equipage.api.tiles.streets import Streets
from equipage.api.tiles.style import CASED_FROM_PX, casing_px, width_px
from equipage.api.tiles.tile import MAX_ZOOM, Box, Tile
from equipage.dispatch.model import Zone
from equipage.routing.network import RoadNetwork

MARGIN_PX = 20.0
"""How far outside a tile something may lie and still be seen in it: half the widest road."""

ZONE_BORDERS_FROM = 14
"""From afar the borders of communes are enough."""

COMMUNE_DASH, ZONE_DASH = Dash(7.0, 4.0), Dash(2.5, 4.0)

HALO_PX = {TextKind.STREET: 1.5, TextKind.SHIELD: 0.0, TextKind.ZONE: 1.5, TextKind.COMMUNE: 2.0}


class TileRenderer:
    """Draws the tiles of one city; the same tile is always the same picture.

    Parameters
    ----------
    network : RoadNetwork
        Its roads are drawn, with their names.
    zones : sequence of Zone
        The city's: the ground outside them is a little darker, their borders are dashed, and they have names.
    """

    def __init__(self, network: RoadNetwork, zones: Sequence[Zone] = ()) -> None:
        self._streets = Streets.of(network)
        self._places = Places.of(zones)
        self._arrows = Arrows(self._streets)
        self._built_up = built_up(self._streets.lived_on())
        self._labels = Labels(
            StreetNames(self._streets), PlaceNames(self._places.communes, self._places.zones)
        )
        self._borders_at = lru_cache(maxsize=MAX_ZOOM + 1)(self._dash_borders)

    def render(self, tile: Tile) -> bytes:
        """Return one tile as a PNG.

        Parameters
        ----------
        tile : Tile
            Which.

        Returns
        -------
        bytes
            A picture, of nothing but land where the city has no roads.
        """
        palette = PALETTES[tile.style]
        has_zones = len(self._places.ground) > 0
        background = palette.outside if has_zones else ground_colours(palette, tile.zoom)[0]
        canvas = Canvas(tile.zoom, tile.x, tile.y, scale=tile.scale, background=background)
        near = tile.box(MARGIN_PX)
        self._draw_ground(canvas, tile.zoom, near, palette)
        self._draw_roads(canvas, tile.zoom, near, palette)
        self._draw_arrows(canvas, tile, palette)
        self._draw_labels(canvas, tile, palette)
        return canvas.png()

    def _draw_ground(self, canvas: Canvas, zoom: int, near: Box, palette: Palette) -> None:
        """Draw the zones and their borders."""
        land, built_up_land = ground_colours(palette, zoom)
        for areas, colour in ((self._places.ground, land), (self._built_up, built_up_land)):
            seen = shapely.clip_by_rect(areas, *near)
            canvas.fill([area for area in seen if area.area > 0.0], colour)
        zone_borders, commune_borders = self._borders_at(zoom)
        canvas.stroke(zone_borders.around(near), width_px=1.0, colour=palette.zone_border, cap="butt")
        canvas.stroke(commune_borders.around(near), width_px=1.2, colour=palette.commune_border, cap="butt")

    def _dash_borders(self, zoom: int) -> tuple[DashedLines, DashedLines]:
        """Return the borders of zones and of communes at a zoom."""
        zones = self._places.zone_borders if zoom >= ZONE_BORDERS_FROM else np.empty(0, dtype=object)
        return (
            DashedLines(zones, zoom, ZONE_DASH),
            DashedLines(self._places.commune_borders, zoom, COMMUNE_DASH),
        )

    def _draw_roads(self, canvas: Canvas, zoom: int, near: Box, palette: Palette) -> None:
        """Draw all edges, then all roads on top of them, the small ones first."""
        band = self._streets.at(zoom)
        found = band.tree.query(shapely.box(*near))
        style_of = self._streets.style[found]
        styles = self._streets.styles
        seen = sorted(np.unique(style_of).tolist(), key=lambda number: styles[number].rank)
        layers = [
            (palette.roads[styles[number].kind], width, band.lines[found[style_of == number]])
            for number in seen
            if (width := width_px(styles[number].width, zoom)) > 0.0
        ]
        for paint, width, lines in layers:
            if width >= CASED_FROM_PX:
                canvas.stroke(lines, width_px=width + 2.0 * casing_px(zoom), colour=paint.casing)
        for paint, width, lines in layers:
            canvas.stroke(lines, width_px=width, colour=paint.fill if width >= CASED_FROM_PX else paint.thin)

    def _draw_arrows(self, canvas: Canvas, tile: Tile, palette: Palette) -> None:
        """Draw the arrows that no name covers."""
        arrows = self._arrows.around(tile.zoom, tile.box(LENGTH_PX))
        if len(arrows) == 0:
            return
        names = [label.box for label in self._labels.around(tile, 2.0 * LENGTH_PX)]
        shafts = shapely.linestrings(arrows)
        hidden, _name = shapely.STRtree(names).query(shafts, predicate="intersects")
        free = np.delete(arrows, np.unique(hidden), axis=0)
        for lines in (free, barbs(free, tile.zoom)):
            canvas.stroke(np.asarray(shapely.linestrings(lines)), width_px=1.3, colour=palette.arrow)

    def _draw_labels(self, canvas: Canvas, tile: Tile, palette: Palette) -> None:
        """Write the names, the weakest first."""
        for label in self._labels.around(tile):
            if label.plate is not None:
                canvas.fill([label.plate], palette.shield)
                canvas.stroke(shapely.get_rings([label.plate]), width_px=1.0, colour=palette.shield_edge)
            canvas.letters(
                label, fill=palette.text[label.kind], halo=palette.halo, halo_px=HALO_PX[label.kind]
            )
