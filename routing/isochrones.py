"""Isochrones: how far one gets within some minutes, or from where one arrives, as areas along the roads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from equipage.geo.regions import Region, nested_regions
from equipage.routing.errors import InvalidQueryError
from equipage.routing.graph import TurnGraph
from equipage.routing.search import Search
from equipage.routing.snap import Snapper, Snaps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Direction = Literal["from", "to"]

# How far from a road its surroundings are counted to it: half a large city block.
REACH_M = 100.0
# Cells of at least 6 m, a lane's width or two, and at most a million and a half of them: about half a second
# of work.
_CELL_M = 6.0
_CELLS = 1.5e6


@dataclass(frozen=True, slots=True)
class _Reach:
    """Travel seconds between one point and every place on the network.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    direction : {"from", "to"}
        Whether trips begin or end at the point.
    base_s : (m,) float64
        From the point to entering each edge, or from entering it, over the whole of it, to the point.
    sides : (2,) int64
        The edges the point is on, or -1.
    fractions : (2,) float64
        How far along each it is.
    """

    graph: TurnGraph
    direction: Direction
    base_s: Floats
    sides: Ints
    fractions: Floats

    def seconds(self, edge: Ints, fraction: Floats) -> Floats:
        """Return the seconds to or from places by the given direction of their road, inf for edge -1."""
        ahead = 1.0 if self.direction == "from" else -1.0
        edge_s = self.graph.duration_s[edge]
        seconds = self.base_s[edge] + ahead * fraction * edge_s
        for own, start in zip(self.sides, self.fractions, strict=True):
            direct = ahead * (fraction - start) * edge_s
            seconds = np.where((edge == own) & (direct >= 0.0), np.minimum(direct, seconds), seconds)
        return np.where(edge >= 0, seconds, np.inf)

    def touches(self, edge: Ints, limit_s: float) -> npt.NDArray[np.bool_]:
        """Tell of which edges some part is within the limit, false for edge -1."""
        nearest_end = np.full(len(edge), 0.0 if self.direction == "from" else 1.0)
        within = self.seconds(edge, nearest_end) <= limit_s
        return (within | np.isin(edge, self.sides)) & (edge >= 0)


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
    faults = list(_faults(minutes, direction))
    if faults:
        raise InvalidQueryError("; ".join(faults))
    levels, place = np.unique(np.asarray(minutes, dtype=np.float64) * 60.0, return_inverse=True)
    areas: list[Region] = []
    for index, reach in enumerate(_reaches(graph, search, snaps, direction, float(levels[-1]))):
        regions = _regions(snapper, reach, snaps.lonlat[index], levels)
        areas.extend(snapper.frame.shape_to_lonlat(regions[rank]) for rank in place)
    columns = {
        "origin": np.repeat(np.arange(len(snaps)), len(minutes)),
        "minutes": np.tile(np.asarray(minutes), len(snaps)),
        "direction": [direction] * len(areas),
    }
    return gpd.GeoDataFrame(columns, geometry=areas, crs="EPSG:4326")


def _reaches(
    graph: TurnGraph, search: Search, snaps: Snaps, direction: Direction, limit_s: float
) -> Iterator[_Reach]:
    if direction == "from":
        entered = search.from_points(graph.departures(snaps), limit_s=limit_s)
        bases = map(graph.entered_s, entered)
    else:
        entered = search.to_points(graph.arrivals(snaps), limit_s=limit_s)
        bases = map(graph.after_s, entered)
    for base_s, sides, fractions in zip(bases, snaps.sides, snaps.side_fractions, strict=True):
        yield _Reach(graph, direction, base_s, sides, fractions)


def _regions(snapper: Snapper, reach: _Reach, lonlat: Floats, levels: Floats) -> list[Region]:
    """Return the areas, in metres, for ascending levels in seconds."""
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


def _faults(minutes: Sequence[float], direction: str) -> Iterator[str]:
    if len(minutes) == 0:
        yield "minutes is empty; give at least one number, such as [5, 10]"
    wrong = [str(value) for value in minutes if not (math.isfinite(value) and value > 0.0)]
    if wrong:
        yield f"minutes must be finite and more than 0, not {', '.join(wrong)}"
    if direction not in get_args(Direction):
        yield f"direction must be 'from' or 'to', not {direction!r}"
