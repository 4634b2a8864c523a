"""The ground of a map: tiles of a server, or tiles within the page, both drawn from our own roads."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import platformdirs
from folium.map import Layer
from folium.raster_layers import TileLayer
from folium.template import Template

from equipage.api.tiles.mercator import TILE_PX, to_world
from equipage.api.tiles.store import TileStore
from equipage.api.tiles.tile import MAX_ZOOM, Tile
from equipage.dispatch.model import Zone
from equipage.routing.network import RoadNetwork

Corners = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""

OPENED_PX = (900, 560)
"""Room for what is to be seen when a map is opened, in a notebook or on a small screen."""

SCREEN_PX = (1600, 900)
"""So much ground there is around it at first."""

EMBEDDED_TILES = 120
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
    fitting = fitting_zoom(bounds)
    for zoom in range(max(fitting - 1, 0), MAX_ZOOM + 1):
        found = _tiles_of(_screen(bounds, zoom) if zoom <= fitting else _corners(bounds), zoom)
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
    (west, north), (east, south) = _corners(bounds).tolist()
    width, height = (pixels / TILE_PX for pixels in OPENED_PX)
    share = max((east - west) / width, (south - north) / height, 2.0**-MAX_ZOOM)
    return int(np.clip(np.floor(-np.log2(share)), 0, MAX_ZOOM))


def _tiles_of(corners: Corners, zoom: int) -> list[tuple[int, int]]:
    """Return x and y of the tiles between two corners."""
    (first_x, first_y), (last_x, last_y) = np.clip(corners * 2**zoom, 0, 2**zoom - 1).astype(int).tolist()
    return [(x, y) for y in range(first_y, last_y + 1) for x in range(first_x, last_x + 1)]


def _screen(bounds: Bounds, zoom: int) -> Corners:
    """Return the corners of a screen with the area in its middle."""
    middle, half = _corners(bounds).mean(axis=0), np.array(SCREEN_PX) / 2 / TILE_PX / 2**zoom
    return np.array([middle - half, middle + half])


def _corners(bounds: Bounds) -> Corners:
    """Return the north-west and the south-east corner in the world's square, (2, 2)."""
    west, south, east, north = bounds
    return to_world(np.array([(west, north), (east, south)]))
