"""A small city to draw maps of."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import shapely
from PIL import Image

from equipage.api.tiles.mercator import to_world
from equipage.api.tiles.tile import Tile
from equipage.dispatch.model import Zone, ZoneId
from equipage.routing.network import RoadNetwork

WEST, SOUTH, EAST, NORTH = 5.00, 47.30, 5.06, 47.34
MIDDLE = (WEST + 0.03, SOUTH + 0.02)
HALF_WAY = WEST + 0.031
"""The border between the two communes; no street is on it."""


def a_grid_city() -> RoadNetwork:
    """Return named streets every 0.002 degrees, an avenue in the middle; column 3 is one-way, northwards."""
    tail, head, names, classes = [], [], [], []
    columns, rows = 31, 21
    nodes = [(WEST + 0.002 * column, SOUTH + 0.002 * row) for row in range(rows) for column in range(columns)]
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            ends = [(here + 1, f"Rue des Lilas {row}")] if column + 1 < columns else []
            ends += [(here + columns, f"Rue Monge {column}")] if row + 1 < rows else []
            for there, name in ends:
                pairs = [(here, there), (there, here)][: 1 if name == "Rue Monge 3" else 2]
                tail += [one for one, _other in pairs]
                head += [other for _one, other in pairs]
                names += [name] * len(pairs)
                classes += ["primary" if name == "Rue des Lilas 10" else "residential"] * len(pairs)
    return RoadNetwork.from_arrays(nodes, tail, head, edge_name=names, edge_class=classes)


def two_communes() -> list[Zone]:
    """Return zones that cover the city: the west is one commune, the east another of two zones."""
    middle = (SOUTH + NORTH) / 2
    return [
        Zone(id=ZoneId(name), name=name, commune=commune, geometry=shapely.box(*box))
        for name, commune, box in (
            ("Ouest", "Ouest", (WEST, SOUTH, HALF_WAY, NORTH)),
            ("Gare", "Levant", (HALF_WAY, SOUTH, EAST, middle)),
            ("Halles", "Levant", (HALF_WAY, middle, EAST, NORTH)),
        )
    ]


def tile_at(lonlat: tuple[float, float], zoom: int) -> Tile:
    """Return the tile that holds a point."""
    x, y = np.floor(to_world(lonlat) * 2**zoom).astype(int).tolist()
    return Tile(zoom, x, y)


def pixels(png: bytes) -> np.ndarray:
    """Return the picture as (height, width, 3)."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))
