"""Reached edges: the roads within some minutes of points, as lines cut where the time is up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from equipage.routing.graph import TurnGraph
from equipage.routing.reach import Direction, Pieces, check_reach, reaches
from equipage.routing.search import Search
from equipage.routing.snap import Snapper, Snaps

if TYPE_CHECKING:
    import geopandas as gpd

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EdgeSeconds:
    """Seconds between n points and all m edges of the network.

    Parameters
    ----------
    entered_s : (n, m) float64
        Of trips from a point: after how many seconds each edge is entered. Of trips to a point: how many
        seconds before the arrival it is entered. inf where no way leads.
    left_s : (n, m) float64
        The same for leaving each edge at its end, before any turn. The edges a point is on are left by who
        starts there, whether anybody enters them or not.
    """

    entered_s: Floats
    left_s: Floats


def edge_seconds(graph: TurnGraph, search: Search, snaps: Snaps, direction: Direction) -> EdgeSeconds:
    """Return the seconds between snapped points and all edges.

    Parameters
    ----------
    graph : TurnGraph
        The durations that hold.
    search : Search
        The search engine over the graph.
    snaps : Snaps
        n points.
    direction : {"from", "to"}
        Whether trips begin or end at the points.

    Raises
    ------
    InvalidQueryError
        For another direction.
    """
    check_reach(direction)
    edge = np.arange(graph.network.edge_count)
    entered_s, left_s = np.empty((2, len(snaps), len(edge)))
    for row, reach in enumerate(reaches(graph, search, snaps, direction)):
        entered_s[row] = reach.seconds(edge, np.zeros(len(edge)))
        left_s[row] = reach.seconds(edge, np.ones(len(edge)))
    return EdgeSeconds(entered_s=entered_s, left_s=left_s)


def reached_edges(
    snapper: Snapper,
    graph: TurnGraph,
    search: Search,
    snaps: Snaps,
    *,
    minutes: Sequence[float],
    direction: Direction,
) -> gpd.GeoDataFrame:
    """Return the pieces of edges within some minutes of snapped points.

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
        Minutes of travel, more than 0, in any order; inf for all that there is a way to.
    direction : {"from", "to"}
        Whether trips begin or end at the points.

    Returns
    -------
    GeoDataFrame
        As `Router.reached_edges` has it.

    Raises
    ------
    InvalidQueryError
        Where minutes or direction are none; the message names every fault.
    """
    check_reach(direction, minutes, endless=True)
    limits_s = [60.0 * value for value in minutes]
    found = [
        (origin, limit, reach.pieces(limits_s[limit]))
        for origin, reach in enumerate(reaches(graph, search, snaps, direction, limit_s=max(limits_s)))
        for limit in range(len(limits_s))
    ]
    count = [len(pieces.edge) for _, _, pieces in found]
    pieces = Pieces.joined([some for _, _, some in found])
    network, edge = graph.network, pieces.edge
    names, classes = (np.array(words, dtype=object) for words in (network.names, network.classes))
    columns = {
        "origin": np.repeat([origin for origin, _, _ in found], count),
        "minutes": np.repeat([minutes[limit] for _, limit, _ in found], count),
        "direction": direction,
        "edge": edge,
        "way_id": network.edge_way_id[edge],
        "name": names[network.edge_name[edge]],
        "road_class": classes[network.edge_class[edge]],
        "length_m": (pieces.end - pieces.begin) * network.edge_length_m[edge],
        "entered_s": pieces.entered_s,
        "left_s": pieces.left_s,
    }
    import geopandas as gpd  # noqa: PLC0415 - takes half a second, and no route needs it

    return gpd.GeoDataFrame(columns, geometry=_cut_lines(snapper, graph, pieces), crs="EPSG:4326")


def _cut_lines(snapper: Snapper, graph: TurnGraph, pieces: Pieces) -> Objects:
    """Return pieces of edges as lines, lon, lat in degrees."""
    lines, lonlat, row = snapper.lines, graph.network.shape_lonlat, np.arange(len(pieces.edge))
    which, point, fraction = lines.points(pieces.edge)
    within = (pieces.begin[which] < fraction) & (fraction < pieces.end[which])
    begins, ends = (
        snapper.frame.to_lonlat(lines.at(pieces.edge, part)) for part in (pieces.begin, pieces.end)
    )
    whole = pieces.begin == 0.0
    begins[whole] = lonlat[lines.start[pieces.edge[whole]]]
    whole = pieces.end == 1.0
    ends[whole] = lonlat[lines.start[pieces.edge[whole] + 1] - 1]
    rows = np.concatenate([row, which[within], row])
    points = np.concatenate([begins, lonlat[point[within]], ends])
    order = np.argsort(rows, kind="stable")
    return np.asarray(shapely.linestrings(points[order], indices=rows[order]), dtype=object)
