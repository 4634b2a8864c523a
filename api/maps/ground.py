"""The ground of a map: tiles of a server, or tiles within the page, both drawn from our own roads."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import platformdirs
from folium.map import Layer
from folium.raster_layers import TileLayer
from folium.template import Template

from equipage.api.tiles.mercator import to_world
from equipage.api.tiles.store import TileStore
from equipage.api.tiles.tile import MAX_ZOOM, Tile
from equipage.dispatch.model import Zone
from equipage.routing.network import RoadNetwork

Bounds = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""

OPENED_PX = (1000, 700)
"""The map's usual size when it is opened."""

EMBEDDED_TILES = 60
"""At most so many tiles within a page, about half a megabyte."""


class EmbeddedTiles(Layer):
    """A Leaflet tile layer whose pictures are in the page.

    Parameters
    ----------
    tiles : mapping from "z/x/y" to str
        Pictures as data URLs.
    attribution : str
        Whose data they show.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }}_tiles = {{ this.tiles|tojson }};
        var {{ this.get_name() }} = new (L.TileLayer.extend({
            getTileUrl({ x, y, z }) {
                return {{ this.get_name() }}_tiles[`${z}/${x}/${y}`] || L.Util.emptyImageUrl;
            },
        }))("", {{ this.options|tojavascript }});
        {% endmacro %}
    """)

    def __init__(self, tiles: dict[str, str], attribution: str) -> None:
        super().__init__(name="ground", overlay=False, control=False)
        self._name = "EmbeddedTiles"
        self.tiles = tiles
        zooms = [int(key.partition("/")[0]) for key in tiles]
        self.options = {
            "min_native_zoom": min(zooms),
            "max_native_zoom": max(zooms),
            "max_zoom": MAX_ZOOM,
            "attribution": attribution,
        }


def served_ground(attribution: str) -> TileLayer:
    """Return the server's own tiles."""
    return TileLayer(
        "/tiles/{z}/{x}/{y}.png", attr=attribution, max_zoom=MAX_ZOOM, overlay=False, control=False
    )


def embedded_ground(store: TileStore, bounds: Bounds, attribution: str) -> EmbeddedTiles:
    """Return the tiles of an area, from a zoom that shows all of it as far in as `EMBEDDED_TILES` allow."""
    tiles: dict[str, str] = {}
    for zoom in range(max(fitting_zoom(bounds) - 1, 0), MAX_ZOOM + 1):
        found = list(_tiles_of(bounds, zoom))
        if tiles and len(tiles) + len(found) > EMBEDDED_TILES:
            break
        pictures = [store.ask(Tile(zoom, x, y)) for x, y in found]
        for (x, y), picture in zip(found, pictures, strict=True):
            tiles[f"{zoom}/{x}/{y}"] = f"data:image/png;base64,{b64encode(picture.result()).decode()}"
    return EmbeddedTiles(tiles, attribution)


@lru_cache(maxsize=2)
def tiles_of(network: RoadNetwork, zones: tuple[Zone, ...] = ()) -> TileStore:
    """Return the tiles of a network, which are kept in the user's cache folder."""
    return TileStore(network, zones, root=platformdirs.user_cache_path("equipage") / "tiles")


def fitting_zoom(bounds: Bounds) -> int:
    """Return the closest zoom at which an area fits on a map of `OPENED_PX`."""
    (west, north), (east, south) = _corners(bounds)
    width, height = (pixels / 256 for pixels in OPENED_PX)
    share = max((east - west) / width, (south - north) / height, 2.0**-MAX_ZOOM)
    return int(np.clip(np.floor(-np.log2(share)), 0, MAX_ZOOM))


def _tiles_of(bounds: Bounds, zoom: int) -> Iterator[tuple[int, int]]:
    corners = np.clip(np.array(_corners(bounds)) * 2**zoom, 0, 2**zoom - 1).astype(int)
    (first_x, first_y), (last_x, last_y) = corners.tolist()
    for y in range(first_y, last_y + 1):
        for x in range(first_x, last_x + 1):
            yield x, y


def _corners(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = bounds
    corners: list[list[float]] = to_world(np.array([(west, north), (east, south)])).tolist()
    return corners
