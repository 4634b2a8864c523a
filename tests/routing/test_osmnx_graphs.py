"""To OSMnx and back: the same roads, and graphs that OSMnx itself works with."""

from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx
import pytest
from hypothesis import given, settings

from equipage.routing.errors import InvalidNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP, grid, networks


@given(network=networks())
@settings(max_examples=30, deadline=None)
def test_there_and_back_is_the_same_road(network: RoadNetwork) -> None:
    """Each directed edge comes back with its ends, length, duration and way, whatever the order."""

    def edges_of(some: RoadNetwork) -> list[tuple[float, ...]]:
        columns = [
            some.node_id[some.edge_tail],
            some.node_id[some.edge_head],
            some.edge_way_id,
            some.edge_length_m.round(6),
            some.edge_duration_s,
        ]
        return sorted(zip(*(column.tolist() for column in columns), strict=True))

    back = RoadNetwork.from_osmnx(network.to_osmnx())
    assert edges_of(back) == edges_of(network)
    assert back.profile == network.profile


def test_osmnx_takes_it_for_its_own() -> None:
    """Its statistics, its tables and its shortest paths work on the graph."""
    network = grid(4, 3, edge_name=["Rue Monge"] * 34)
    graph = network.to_osmnx()
    nodes, edges = osmnx.graph_to_gdfs(graph)
    assert (len(nodes), len(edges)) == (network.node_count, network.edge_count)
    assert osmnx.basic_stats(graph)["edge_length_total"] == pytest.approx(network.edge_length_m.sum())
    path = osmnx.shortest_path(graph, 1, 12, weight="travel_time")
    assert path is not None
    assert osmnx.routing.route_to_gdf(graph, path, weight="travel_time")["travel_time"].sum() > 0
    assert set(edges["name"]) == {"Rue Monge"}


def test_a_graph_of_osmnx_can_be_routed_on() -> None:
    """Merged names become the first of them; without travel times 50 km/h are driven."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(7, x=LON, y=LAT)
    graph.add_node(9, x=LON + STEP, y=LAT)
    for start, end in ((7, 9), (9, 7)):
        graph.add_edge(start, end, osmid=[5, 6], length=150.0, name=["Rue Monge", "Rue Berbisey"])
    network = RoadNetwork.from_osmnx(graph)
    assert (network.node_id.tolist(), network.edge_way_id.tolist()) == ([7, 9], [5, 5])
    assert network.names == ("", "Rue Monge")
    seconds = Router(network).matrix([(LON, LAT)], [(LON + STEP, LAT)])
    assert seconds == pytest.approx(np.array([[150 / (50 / 3.6)]]), rel=1e-3)


def test_what_is_no_such_graph_is_refused() -> None:
    """Another kind of graph; a projected one without places and ways, with every fault and the remedy."""
    with pytest.raises(InvalidNetworkError, match="MultiDiGraph, not Graph"):
        RoadNetwork.from_osmnx(nx.Graph())  # type: ignore[arg-type]
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:2154")
    graph.add_edge(1, 2)
    with pytest.raises(InvalidNetworkError) as told:
        RoadNetwork.from_osmnx(graph)
    said = str(told.value)
    assert "osmnx.project_graph(graph, to_latlong=True)" in said
    assert "2 of 2 nodes have no x and y" in said
    assert "1 of 1 edges have no osmid" in said
