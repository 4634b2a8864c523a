"""Warming up: compiled kernels before anybody asks."""

from __future__ import annotations

import numpy as np

from equipage.routing.graph import Ends
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from equipage.routing.search import Search, hierarchy_of


def compile_kernels() -> None:
    """Ask two roads in a row everything there is, so that nobody who asks later waits for the compiler.

    What was compiled before is read from disk in a fraction of a second; the first time takes ten and more.
    """
    nodes = [(0.0, 0.0), (0.01, 0.0), (0.02, 0.0)]
    road = RoadNetwork.from_arrays(nodes, [0, 1, 1, 2], [1, 0, 2, 1])
    hierarchy, arc_s = hierarchy_of(road), np.zeros(road.turn_count)
    point = Ends(1, np.array([0]), np.array([0]), np.array([0.0]), np.array([0.0]))
    search = Search(hierarchy, arc_s, arc_s)
    search.trips(point, point)
    search = Search(hierarchy, arc_s + 1.0, arc_s, like=search)
    search.trips(point, point)
    search.table(point, point)
    search.trip_pairs(point, point, np.array([0]), np.array([0]))
    search.path(point, point)
    both = Ends(2, np.arange(2), np.arange(2), np.zeros(2), np.zeros(2))
    for points in (point, both):
        list(search.from_points(points))
    router = Router(road)
    router.nearest(nodes[0], 1, max_snap_m=np.inf)
    for end in nodes:
        router.route(nodes[0], end)
