"""Drawing map tiles, beside geopandas' plot of the same roads of the same tiles, in one run.

geopandas draws lines in the width and colour of their class and nothing else: no edges, names, arrows.
Ours is measured cold (the first tile of a zoom pays for its neighbours' names), drawn again, and from memory.
Times are the processor's, so that other work on the machine does not count. Run by `make bench-tiles`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.figure import Figure

from equipage.api.tiles.mercator import TILE_PX, to_world
from equipage.api.tiles.palette import PALETTES, MapStyle
from equipage.api.tiles.render import TileRenderer
from equipage.api.tiles.store import TileStore
from equipage.api.tiles.style import road_style, width_px
from equipage.api.tiles.tile import Tile
from equipage.data.city import load_city

ZOOMS = (12, 14, 16, 18)
SIDE = 5
"""Tiles a side of the square around the centre of La Serena that is drawn at each zoom."""
CENTRE = (-71.2525, -29.9045)
PALETTE = PALETTES[MapStyle.DAY]


def square(zoom: int) -> list[Tile]:
    """Return the tiles that are drawn."""
    x, y = np.floor(to_world(CENTRE) * 2**zoom).astype(int) - SIDE // 2
    return [Tile(zoom, int(x) + column, int(y) + row) for row in range(SIDE) for column in range(SIDE)]


def milliseconds(draw: Callable[[Tile], object], tiles: Sequence[Tile]) -> float:
    """Return the mean time of the processor for a tile."""
    begun = time.process_time()
    for tile in tiles:
        draw(tile)
    return 1000 * (time.process_time() - begun) / len(tiles)


def plotted(roads: gpd.GeoDataFrame, tile: Tile) -> bytes:
    """Return a tile as geopandas draws it: the roads that touch it, one call for each look."""
    west, north, east, south = tile.box()
    seen = roads.iloc[roads.sindex.query(shapely.box(*tile.box()))]
    figure = Figure(figsize=(TILE_PX / 100, TILE_PX / 100), dpi=100, facecolor=PALETTE.land)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    for (rank, colour), lines in seen.groupby(["rank", "colour"]):
        width = width_px(road_style(lines["class"].iloc[0]).width, tile.zoom)
        if width > 0.0:
            lines.plot(ax=axes, color=colour, linewidth=width * 0.72, zorder=rank, aspect=None)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def main() -> None:
    """Print a table, and the ratios."""
    mpl.use("Agg")
    city = load_city("la-serena-coquimbo")
    roads = city.network.to_geodataframe()
    roads["geometry"] = shapely.transform(roads.geometry.to_numpy(), to_world)
    roads = roads.set_crs(None, allow_override=True)
    roads["rank"] = [road_style(name).rank for name in roads["class"]]
    roads["colour"] = [PALETTE.roads[road_style(name).kind].thin for name in roads["class"]]
    renderer = TileRenderer(city.network, city.zone_values)
    store = TileStore(city.network, city.zone_values)
    print("zoom   cold ms  again ms  dense ms  night ms  memory ms  kB  geopandas ms  geopandas / again")
    for zoom in ZOOMS:
        tiles = square(zoom)
        cold = milliseconds(renderer.render, tiles)
        again = milliseconds(renderer.render, tiles)
        theirs = milliseconds(lambda tile: plotted(roads, tile), tiles)
        dense = milliseconds(renderer.render, [replace(tile, scale=2) for tile in tiles])
        night = milliseconds(renderer.render, [replace(tile, style=MapStyle.NIGHT) for tile in tiles])
        size = sum(len(store.ask(tile).result()) for tile in tiles) / len(tiles) / 1000
        memory = milliseconds(lambda tile: store.ask(tile).result(), tiles)
        print(
            f"{zoom:4} {cold:9.1f} {again:9.1f} {dense:9.1f} {night:9.1f} {memory:10.3f} {size:3.0f}"
            f" {theirs:13.1f} {theirs / again:17.1f}x"
        )
    store.close()


if __name__ == "__main__":
    main()
