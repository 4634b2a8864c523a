"""Isochrones: how far one gets within some minutes, or from where one arrives, as areas along the roads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from equipage.routing.graph import TurnGraph
from equipage.routing.reach import Direction, Reach, check_reach, reaches
from equipage.routing.search import Search
from equipage.routing.snap import Snapper, Snaps

if TYPE_CHECKING:
    import geopandas as gpd

    from equipage.geo.regions import Region

Floats = npt.NDArray[np.float64]

# How far from a road its surroundings are counted to it: half a large city block.
REACH_M = 100.0
# Cells of at least 6 m, a lane's width or two, and at most a million and a half of them: about half a second
# of work.
_CELL_M = 6.0
_CELLS = 1.5e6


def isochrones(
    snapper: Snapper,
    graph: TurnGraph,
    search: Search,
    snaps: Snaps,
    *,
    minutes: Sequence[float],
    direction: Direction,
) -> gpd.GeoDataFrame:
    """Return the areas within some minutes of snapped points, along the roads.

    Parameters
    ----------
    snapper : Snapper
        The network's roads.
    graph : TurnGraph
        The durations that hold.
    search : Search
        The search engine over the graph.
    snaps : Snaps
        n points.
    minutes : sequence of float
        Minutes of travel, more than 0, in any order.
    direction : {"from", "to"}
        Whether trips begin or end at the points.

    Returns
    -------
    GeoDataFrame
        Columns origin (0 to n - 1), minutes, direction, geometry in EPSG:4326; one row for each point and
        minutes.

    Raises
    ------
    InvalidQueryError
        Where minutes or direction are none; the message names every fault.
    """
    check_reach(direction, minutes)
    levels, place = np.unique(np.asarray(minutes, dtype=np.float64) * 60.0, return_inverse=True)
    areas: list[Region] = []
    for index, reach in enumerate(reaches(graph, search, snaps, direction, limit_s=levels[-1])):
        regions = _regions(snapper, reach, snaps.lonlat[index], levels)
        areas.extend(snapper.frame.shape_to_lonlat(regions[rank]) for rank in place)
    columns = {
        "origin": np.repeat(np.arange(len(snaps)), len(minutes)),
        "minutes": np.tile(np.asarray(minutes), len(snaps)),
        "direction": [direction] * len(areas),
    }
    import geopandas as gpd  # noqa: PLC0415 - takes half a second, and no route needs it

    return gpd.GeoDataFrame(columns, geometry=areas, crs="EPSG:4326")


def _regions(snapper: Snapper, reach: Reach, lonlat: Floats, levels: Floats) -> list[Region]:
    """Return the areas, in metres, for ascending levels in seconds."""
    from equipage.geo.regions import nested_regions  # noqa: PLC0415 - scipy.ndimage is slow to load, too

    roads, back = snapper.roads, snapper.reverse[snapper.roads]
    boxes = snapper.boxes
    reached = boxes[reach.touches(roads, levels[-1]) | reach.touches(back, levels[-1])]
    low, high = reached[:, :2].min(axis=0) - 2.0 * REACH_M, reached[:, 2:].max(axis=0) + 2.0 * REACH_M
    cell_m = max(_CELL_M, math.sqrt(float(np.prod(high - low)) / _CELLS))
    near = ((boxes[:, :2] <= high) & (boxes[:, 2:] >= low)).all(axis=1)
    edge, fraction = snapper.lines.samples(roads[near], cell_m)
    seconds = np.minimum(reach.seconds(edge, fraction), reach.seconds(snapper.reverse[edge], 1.0 - fraction))
    xy = np.vstack([snapper.lines.at(edge, fraction), snapper.frame.to_metres(lonlat)])
    # The point itself is always reached, however few the minutes.
    return nested_regions(xy, np.append(seconds, 0.0), levels, cell_m=cell_m, reach_m=REACH_M)
