"""From a map file to the first route: `python -m tests.benchmarks.first_query equipage|osmnx FILE`."""

from __future__ import annotations

import sys
from pathlib import Path


def by_equipage(file: Path) -> float:
    """Return the seconds of our first route, between two edges' first points."""
    from equipage.data.osm import read_osm
    from equipage.routing.build import build_network
    from equipage.routing.router import Router

    network = build_network(read_osm(file))
    first, last = network.edge_in_core.nonzero()[0][[0, -1]]
    return Router(network).route(network.edge_shape(first)[0], network.edge_shape(last)[0]).duration_s


def by_osmnx(file: Path) -> float:
    """Return the seconds of OSMnx' first route, between the first and the last node that reach each other."""
    import osmnx

    from tests.benchmarks.bench_network import osmnx_graph

    graph = osmnx.truncate.largest_component(osmnx_graph(file), strongly=True)
    nodes = list(graph)
    path = osmnx.shortest_path(graph, nodes[0], nodes[-1], weight="travel_time")
    return float(osmnx.routing.route_to_gdf(graph, path)["travel_time"].sum())


if __name__ == "__main__":
    print({"equipage": by_equipage, "osmnx": by_osmnx}[sys.argv[1]](Path(sys.argv[2])))
