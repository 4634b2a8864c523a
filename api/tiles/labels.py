"""Which of all that could be written is written: the same on both sides of every tile border.

Where something could stand depends on its street or place alone, and which of two that touch stays depends
only on what is around them, so that each block of tiles can decide for itself and all agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt
import shapely

from equipage.api.tiles.label import MAX_WIDTH_PX, Label
from equipage.api.tiles.mercator import world_px
from equipage.api.tiles.tile import Tile

REPEAT_PX = 190.0
"""Two equal names are never nearer than this: carriageways, and streets in pieces."""

ROUNDS = 2
"""Rounds of keeping the strongest of touching names; more would only fill few more gaps."""

REACH_PX = (0.5 + 3.0) * MAX_WIDTH_PX
"""How far around a tile names are compared: what `ROUNDS` rounds can depend on."""

MARGIN_PX = 64.0
"""How far outside a tile one may ask for names."""

BLOCK = 4
"""Tiles a side that are decided at once, for neighbours are asked for together."""

CACHED_BLOCKS = 256
"""Some 50 kB each."""


class Source(Protocol):
    """Something that has names to write."""

    def near(self, zoom: int, area: shapely.Polygon) -> list[Label]:
        """Return all that may be written in an area, and perhaps more around it."""


class Labels:
    """All the writing of a map.

    Parameters
    ----------
    *sources : Source
        Whose names compete for room.
    """

    def __init__(self, *sources: Source) -> None:
        self._sources = sources
        self._of_block = lru_cache(maxsize=CACHED_BLOCKS)(self._decide)
        # Neighbours are drawn at the same time: the second waits instead of deciding the same again.
        self._deciding = Lock()

    def around(self, tile: Tile, margin_px: float = 0.0) -> list[Label]:
        """Return the names to draw in a tile, weakest first.

        Parameters
        ----------
        tile : Tile
            Which.
        margin_px : float
            How far outside of it names count as well; at most `MARGIN_PX`.

        Returns
        -------
        list of Label
            All that touch it.
        """
        with self._deciding:
            labels, tree = self._of_block(tile.zoom, tile.x // BLOCK, tile.y // BLOCK)
        found = tree.query(shapely.box(*tile.box(margin_px)), predicate="intersects")
        return sorted((labels[number] for number in found.tolist()), key=lambda label: label.strength)

    def _decide(self, zoom: int, column: int, row: int) -> tuple[list[Label], shapely.STRtree]:
        """Return the names in and just around a block of tiles."""
        side = BLOCK / 2.0**zoom
        block = shapely.box(column * side, row * side, (column + 1) * side, (row + 1) * side)
        pixel = 1.0 / world_px(zoom)
        area = _grown(block, (REACH_PX + MARGIN_PX) * pixel)
        candidates = [label for source in self._sources for label in source.near(zoom, area)]
        kept = _strongest(candidates, repeat=REPEAT_PX * pixel)
        seen = _grown(block, MARGIN_PX * pixel)
        labels = [label for label in kept if label.box.intersects(seen)]
        return labels, shapely.STRtree([label.box for label in labels])


def _grown(box: shapely.Polygon, by: float) -> shapely.Polygon:
    """Return a box that is larger on each side."""
    west, north, east, south = box.bounds
    return shapely.box(west - by, north - by, east + by, south + by)


def _strongest(candidates: Sequence[Label], *, repeat: float) -> list[Label]:
    """Return the labels that stay when those that touch stronger ones, or repeat a name nearby, go."""
    if not candidates:
        return []
    weaker, stronger = _rivals(candidates, repeat=repeat)
    state = np.zeros(len(candidates), dtype=np.int8)  # 0 undecided, 1 kept, -1 dropped
    for _ in range(ROUNDS):
        before = state.copy()
        contested = np.zeros(len(candidates), dtype=bool)
        contested[weaker[before[stronger] >= 0]] = True
        state[(before == 0) & ~contested] = 1
        state[weaker[(state[stronger] == 1)]] = -1
    return [label for label, decided in zip(candidates, state, strict=True) if decided == 1]


def _rivals(
    candidates: Sequence[Label], *, repeat: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return pairs (weaker, stronger) of labels that cannot both stay."""
    tree = shapely.STRtree([label.box for label in candidates])
    touching = tree.query(tree.geometries, predicate="intersects")
    centres = np.array([label.centre for label in candidates], dtype=object)
    close = shapely.STRtree(centres).query(centres, predicate="dwithin", distance=repeat)
    names = np.array([label.name for label in candidates], dtype=object)
    close = close[:, names[close[0]] == names[close[1]]]
    pairs = np.concatenate([touching, close], axis=1)
    order = np.empty(len(candidates), dtype=np.int64)
    order[sorted(range(len(candidates)), key=lambda one: candidates[one].strength)] = np.arange(
        len(candidates)
    )
    pairs = pairs[:, order[pairs[0]] < order[pairs[1]]]
    return pairs[0], pairs[1]
