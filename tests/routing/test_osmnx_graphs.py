"""To OSMnx and back: the same roads, and graphs that OSMnx itself works with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx
import pytest
from hypothesis import assume, given, settings

from equipage.data.osm.read import read_osm
from equipage.routing.build import build_network
from equipage.routing.network import RoadNetwork
from equipage.routing.profile import EMERGENCY
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, ROUNDED_S, STEP, grid, networks, points, sides
from tests.routing.scenario import build, draw


def edges_of(network: RoadNetwork) -> list[tuple[object, ...]]:
    """Return all that OSMnx knows about a network's edges, one row each, in an order of its own."""
    signs, shapes = np.array(network.signs), map(network.edge_shape, range(network.edge_count))
    columns = [
        network.node_id[network.edge_tail],
        network.node_id[network.edge_head],
        network.edge_way_id,
        network.edge_length_m.round(6),
        network.edge_duration_s.round(6),
        np.array(network.names)[network.edge_name],
        np.array(network.classes)[network.edge_class],
        signs[network.edge_ref],
        signs[network.edge_destination],
        network.edge_roundabout,
        network.edge_reverse >= 0,
    ]
    rows = zip(*(column.tolist() for column in columns), [shape.tobytes() for shape in shapes], strict=True)
    return sorted(rows)


@given(network=networks())
@settings(max_examples=30, deadline=None)
def test_there_and_back_is_the_same_road(network: RoadNetwork) -> None:
    """Each directed edge comes back with its ends, length, duration, way and shape, whatever the order."""
    assert edges_of(RoadNetwork.from_osmnx(network.to_osmnx())) == edges_of(network)


def test_names_signs_roundabouts_and_the_profile_come_back() -> None:
    """What both know is kept, each direction's own destination too, and the vehicle it is for."""
    signs = {"ref": "D 905;N 274", "destination:forward": "Paris;Lyon", "destination:backward": "Dole"}
    ways = {"ab": {"name": "Rue Monge", **signs}, "bcdb": {"junction": "roundabout", "highway": "primary"}}
    network = build(draw("a b c\n. d .", ways=ways), EMERGENCY)
    back = RoadNetwork.from_osmnx(network.to_osmnx())
    assert edges_of(back) == edges_of(network)
    assert {"D 905, N 274", "Paris, Lyon", "Dole"} < set(back.signs)
    assert back.profile == network.profile == "emergency"
    assert RoadNetwork.from_osmnx(network.to_osmnx(), profile="truck").profile == "truck"


def test_files_and_tables_of_osmnx_lose_nothing(tmp_path: Path) -> None:
    """Saved as GraphML and loaded, or made tables and a graph again, it is the same network."""
    ways = {"ab": {"name": "Rue Monge", "ref": "D 905"}, "bc": {"oneway": "yes"}, "ac": {}}
    network = build(draw("a b\n. c", ways=ways))
    graph = network.to_osmnx()
    osmnx.save_graphml(graph, tmp_path / "graph.graphml")
    loaded = osmnx.load_graphml(tmp_path / "graph.graphml")
    tables = osmnx.graph_from_gdfs(*osmnx.graph_to_gdfs(graph), graph_attrs=graph.graph)
    for other in (loaded, tables):
        assert edges_of(RoadNetwork.from_osmnx(other)) == edges_of(network)


def test_osmnx_takes_it_for_its_own() -> None:
    """Its statistics, its tables, its shortest paths and its plots work on the graph."""
    network = grid(4, 3, edge_name=["Rue Monge"] * 34)
    graph = network.to_osmnx()
    nodes, edges = osmnx.graph_to_gdfs(graph)
    assert (len(nodes), len(edges)) == (network.node_count, network.edge_count)
    assert set(edges["name"]) == {"Rue Monge"}
    said = osmnx.basic_stats(osmnx.project_graph(graph), area=1e6)
    assert said["edge_length_total"] == pytest.approx(network.edge_length_m.sum())
    assert (said["street_segment_count"], said["self_loop_proportion"]) == (17, 0.0)
    path = osmnx.shortest_path(graph, 1, 12, weight="travel_time")
    assert path is not None
    assert osmnx.routing.route_to_gdf(graph, path, weight="travel_time")["travel_time"].sum() > 0
    _, axes = osmnx.plot_graph_route(graph, path, show=False, close=True)
    assert len(axes.collections) > 0


@given(network=networks(), ends=points(2))
@settings(max_examples=30, deadline=None)
def test_times_are_those_of_networkx_where_turns_cost_nothing(
    network: RoadNetwork, ends: list[tuple[float, float]]
) -> None:
    """After the way there and back, without bans and turn costs, each trip takes as long as on the graph.

    Where every road can be used both to start and to end, nobody gains by turning round on the way.
    """
    graph = network.to_osmnx()
    back = RoadNetwork.from_osmnx(graph)
    assume(back.edge_in_core.all())
    back = replace(back, turn_duration_s=np.zeros(back.turn_count)).sealed()
    router = Router(back, max_snap_m=np.inf)
    snaps = router.snap(ends)
    found = router.matrix(snaps, snaps)
    between = dict(nx.all_pairs_dijkstra_path_length(graph, weight="travel_time"))

    def trip_s(leaving: tuple[int, float], entering: tuple[int, float]) -> float:
        (first, gone), (last, far) = leaving, entering
        if first == last and gone <= far:
            return (far - gone) * float(back.edge_duration_s[first])
        nodes = int(back.node_id[back.edge_head[first]]), int(back.node_id[back.edge_tail[last]])
        driven = (1 - gone) * back.edge_duration_s[first] + far * back.edge_duration_s[last]
        return float(driven + between[nodes[0]].get(nodes[1], np.inf))

    expected = min(trip_s(one, other) for one in sides(snaps, 0) for other in sides(snaps, 1))
    assert found[0, 1] == pytest.approx(expected, abs=ROUNDED_S)


def test_monaco_comes_back_whole(shared_data: Path) -> None:
    """A real city goes to OSMnx and back with all that both know."""
    network = build_network(read_osm(shared_data / "monaco" / "monaco.osm.pbf"))
    graph = network.to_osmnx()
    assert edges_of(RoadNetwork.from_osmnx(graph)) == edges_of(network)
    assert osmnx.basic_stats(graph)["m"] == network.edge_count


def test_a_projected_graph_can_be_used_after_the_remedy() -> None:
    """What is projected and taken back to degrees is the network again, within a tenth of a millimetre."""
    network = grid(3, 3)
    there = osmnx.project_graph(network.to_osmnx())
    back = RoadNetwork.from_osmnx(osmnx.project_graph(there, to_latlong=True))
    assert (back.edge_count, back.edge_length_m.sum()) == (network.edge_count, network.edge_length_m.sum())
    np.testing.assert_allclose(back.bounds, network.bounds, atol=1e-9)
    assert (back.edge_reverse >= 0).all()


def test_graphs_without_roads_come_back_and_route_nobody() -> None:
    """No node at all, and nodes without an edge."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326")
    assert RoadNetwork.from_osmnx(graph).node_count == 0
    graph.add_node(7, x=LON + STEP, y=LAT)
    network = RoadNetwork.from_osmnx(graph)
    assert (network.node_id.tolist(), network.edge_count) == ([7], 0)
    assert network.to_osmnx().number_of_nodes() == 1
