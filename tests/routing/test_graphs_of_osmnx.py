"""Graphs that OSMnx made of OpenStreetMap, with all that its simplification leaves in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import osmnx
import pytest
import shapely

from equipage.routing.errors import EmptyNetworkError, InvalidNetworkError
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from tests.routing.roads import LAT, LON, STEP

Graph = nx.MultiDiGraph

# a-b-c-d is one street of three ways, without a junction between; it is entered at a and left at d.
PLACES = {
    "a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (3, 0), "e": (4, 0), "f": (5, 1), "g": (5, -1),
    "h": (0, 2), "i": (3, 2), "j": (-1, 1), "k": (-1, -1), "l": (-2, 0),
}  # fmt: skip
WAYS: dict[str, Mapping[str, str]] = {
    "ab": {"name": "Rue Monge", "maxspeed": "50", "lanes": "2"},
    "bc": {"name": "Rue Berbisey", "maxspeed": "30", "lanes": "1", "highway": "tertiary"},
    "cd": {"name": "Rue Monge", "ref": "D 905;N 274"},
    "de": {"oneway": "yes"},
    "efge": {"name": "Place Darcy"},
    "ah": {},
    "hi": {},
    "id": {"oneway": "-1"},
    "ajlka": {"junction": "roundabout"},
    "ei": {},
}


def drawn(folder: Path, *, simplify: bool) -> Graph[int]:
    """Return what OSMnx makes of the drawn map."""
    root = ET.Element("osm", version="0.6")
    for letter, (x, y) in PLACES.items():
        ET.SubElement(root, "node", id=str(ord(letter)), lon=str(LON + x * STEP), lat=str(LAT + y * STEP))
    for number, (letters, tags) in enumerate(WAYS.items(), start=1):
        way = ET.SubElement(root, "way", id=str(number))
        for letter in letters:
            ET.SubElement(way, "nd", ref=str(ord(letter)))
        for key, value in {"highway": "residential", **tags}.items():
            ET.SubElement(way, "tag", k=key, v=value)
    ET.ElementTree(root).write(folder / "drawn.osm")
    return osmnx.graph_from_xml(folder / "drawn.osm", simplify=simplify, retain_all=True)


def pair(**said: Any) -> Graph[Any]:
    """Return a graph of one road from 7 to 9, about 152 m long, that says this."""
    graph: Graph[Any] = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(7, x=LON, y=LAT)
    graph.add_node(9, x=LON + STEP, y=LAT)
    graph.add_edge(7, 9, **{"osmid": 5, **said})
    return graph


def test_both_directions_of_a_simplified_street_are_one(tmp_path: Path) -> None:
    """OSMnx lists merged values in any order: way, name and class are the same ones both ways."""
    graph = drawn(tmp_path, simplify=True)
    network = RoadNetwork.from_osmnx(graph)
    street = [
        edge
        for edge in range(network.edge_count)
        if {int(network.node_id[network.edge_tail[edge]]), int(network.node_id[network.edge_head[edge]])}
        == {ord("a"), ord("d")}
    ]
    assert [len(graph.edges[ord("a"), ord("d"), 0][key]) for key in ("osmid", "name", "highway")] == [3, 2, 2]
    assert network.edge_reverse[street].tolist() == street[::-1]
    for edge in street:
        assert network.edge_way_id[edge] == 1
        assert network.names[network.edge_name[edge]] == "Rue Berbisey"
        assert network.classes[network.edge_class[edge]] == "residential"
        assert network.signs[network.edge_ref[edge]] == "D 905, N 274"


@pytest.mark.parametrize("simplify", [True, False])
def test_the_same_trips_take_as_long_on_any_of_its_graphs(tmp_path: Path, simplify: bool) -> None:  # noqa: FBT001
    """Loops, roundabouts, one-way streets and parallel roads: each trip between corners is networkx'."""
    graph = osmnx.add_edge_travel_times(osmnx.add_edge_speeds(drawn(tmp_path, simplify=simplify)))
    osmnx.save_graphml(graph, tmp_path / "graph.graphml")
    for each in (graph, osmnx.load_graphml(tmp_path / "graph.graphml")):
        network = RoadNetwork.from_osmnx(each)
        again = network.to_osmnx()
        assert again.size(weight="travel_time") == pytest.approx(graph.size(weight="travel_time"))
        for start in graph:
            expected = nx.single_source_dijkstra_path_length(graph, start, weight="travel_time")
            found = nx.single_source_dijkstra_path_length(again, start, weight="travel_time")
            assert {node: found.get(node) for node in graph} == pytest.approx(
                {node: expected.get(node) for node in graph}
            )


def test_a_loop_becomes_two_edges_with_a_node_between(tmp_path: Path) -> None:
    """Both directions of a two-way loop share the new node; a roundabout at one junction stays one."""
    graph = drawn(tmp_path, simplify=True)
    assert sorted(nx.nodes_with_selfloops(graph)) == [ord("a"), ord("e")]
    network = RoadNetwork.from_osmnx(graph)
    new = np.flatnonzero(network.node_id < 0)
    assert (len(new), network.edge_count) == (2, graph.number_of_edges() + 3)
    for node in new:
        entering, leaving = (np.flatnonzero(end == node) for end in (network.edge_head, network.edge_tail))
        ring = bool(network.edge_roundabout[entering].all())
        assert len(entering) == len(leaving) == (1 if ring else 2)
        assert (network.edge_reverse[entering] >= 0).all() == (not ring)
        start = int(network.node_id[network.edge_tail[entering[0]]])
        loop = next(iter(graph[start][start].values()))
        assert network.edge_length_m[[entering[0], leaving[0]]].sum() == pytest.approx(loop["length"])


def test_a_loop_without_extent_is_left_out_and_counted() -> None:
    """It has no line, or one that is a point: nobody can drive it."""
    graph = pair()
    graph.add_edge(7, 7, osmid=6)
    graph.add_edge(9, 9, osmid=6, geometry=shapely.LineString([(LON + STEP, LAT)] * 3))
    network = RoadNetwork.from_osmnx(graph)
    assert (network.edge_count, network.node_count) == (1, 2)
    assert network.ignored == {"loops_without_extent": 2}


def test_consolidated_intersections_can_be_routed_on(tmp_path: Path) -> None:
    """OSMnx then leaves some loops open at one end: they are closed, and both directions are one road."""
    graph = osmnx.project_graph(drawn(tmp_path, simplify=True))
    merged = osmnx.consolidate_intersections(graph, tolerance=80)
    consolidated = osmnx.project_graph(merged, to_latlong=True)
    lines = [said["geometry"] for tail, head, said in consolidated.edges(data=True) if tail == head]
    assert not all(line.is_closed for line in lines)
    network = RoadNetwork.from_osmnx(consolidated)
    assert network.edge_count == consolidated.number_of_edges() + len(lines)
    two_way = [1 + (tail == head) for tail, head, said in consolidated.edges(data=True) if not said["oneway"]]
    assert (network.edge_reverse >= 0).sum() == sum(two_way)


def test_parallel_edges_stay_apart() -> None:
    """Two roads between the same nodes, each with its own way and time."""
    graph = pair(travel_time=20.0)
    graph.add_edge(7, 9, osmid=6, travel_time=10.0)
    network = RoadNetwork.from_osmnx(graph)
    assert (network.edge_way_id.tolist(), network.edge_duration_s.tolist()) == ([5, 6], [20.0, 10.0])


METRES = 151.66
TIMES: dict[str, tuple[dict[str, Any], float]] = {
    "nothing": ({}, METRES / (50 / 3.6)),
    "a length": ({"length": 300.0}, 300 / (50 / 3.6)),
    "a speed": ({"length": 300.0, "speed_kph": 36.0}, 30.0),
    "speeds of merged edges": ({"length": 300.0, "speed_kph": [18.0, 54.0]}, 30.0),
    "no speed": ({"length": 300.0, "speed_kph": 0.0}, 300 / (50 / 3.6)),
    "a time before a speed": ({"length": 300.0, "speed_kph": 36.0, "travel_time": 45.0}, 45.0),
    "no number": ({"length": np.nan, "speed_kph": None, "travel_time": np.nan}, METRES / (50 / 3.6)),
    "no time": ({"length": 0.0, "travel_time": 0.0}, 0.001),
    "a line": ({"geometry": shapely.LineString([(LON, LAT), (LON + STEP, LAT)])}, METRES / (50 / 3.6)),
}


@pytest.mark.parametrize("name", TIMES)
def test_each_edge_takes_what_it_says(name: str) -> None:
    """Time, else length at speed, else 50 km/h, whatever the graph's other edges say."""
    said, seconds = TIMES[name]
    graph = pair(**said)
    graph.add_edge(9, 7, osmid=5, travel_time=77.0, length=100.0)
    network = RoadNetwork.from_osmnx(graph)
    assert network.edge_duration_s.tolist() == pytest.approx([seconds, 77.0], rel=1e-4)


def test_what_says_nothing_is_no_word() -> None:
    """None, nan, empty lists and absence are an empty name and an unclassified road."""
    silent: list[dict[str, Any]] = [
        {},
        {"name": None},
        {"name": np.nan, "highway": None, "ref": np.nan},
        {"name": []},
    ]
    for said in silent:
        network = RoadNetwork.from_osmnx(pair(**said))
        assert (network.names, network.classes, network.signs) == (("",), ("unclassified",), ("",))


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "osmid": ({"osmid": "5"}, "1 of 1 edges have no osmid, a whole number: first (7, 9, 0)"),
    "no osmid": ({"osmid": np.nan}, "1 of 1 edges have no osmid"),
    "osmid beyond 64 bits": ({"osmid": [5, 2**70]}, "1 of 1 edges have no osmid"),
    "length": ({"length": -1.0}, "a length that is no number from 0 to 20,000,000: first (7, 9, 0)"),
    "lengths": ({"length": [1.0, 2.0]}, "1 of 1 edges have a length that is no number"),
    "time": ({"travel_time": 1e9}, "a travel_time that is no number from 0 to 259,200"),
    "speed": ({"speed_kph": "50 mph"}, "a speed_kph that is no number"),
    "geometry": ({"geometry": shapely.Point(LON, LAT)}, "1 of 1 edges have a geometry that is no LineString"),
    "text": ({"geometry": "LINESTRING (0 0, 1 1)"}, "a geometry that is no LineString"),
    "backwards": (
        {"geometry": shapely.LineString([(LON + STEP, LAT), (LON, LAT)])},
        "a geometry that does not lead from the first of their nodes to the second: first (7, 9, 0)",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_edges_that_cannot_be_are_refused(name: str) -> None:
    """The message says what is wrong, with how many edges, and with which first."""
    said, fault = FAULTS[name]
    with pytest.raises(InvalidNetworkError) as caught:
        RoadNetwork.from_osmnx(pair(**said))
    assert fault in str(caught.value)


def test_every_fault_of_a_graph_is_named_at_once() -> None:
    """Projected, nodes without place or id, an edge without a way: one message, with the remedy."""
    graph = pair(length=-3.0)
    graph.graph["crs"] = "EPSG:2154"
    graph.add_node("x", x=np.nan, y=LAT)
    graph.add_node(11, x=LON)
    graph.add_edge(9, "x")
    with pytest.raises(InvalidNetworkError) as caught:
        RoadNetwork.from_osmnx(graph)
    for fault in (
        "crs must be EPSG:4326, not EPSG:2154",
        "osmnx.project_graph(graph, to_latlong=True)",
        "1 of 4 nodes have no whole number as id: first 'x'",
        "2 of 4 nodes have no x and y in degrees: first 'x'",
        "1 of 2 edges have no osmid, a whole number: first (9, 'x', 0)",
        "1 of 2 edges have a length",
    ):
        assert fault in str(caught.value)


def test_another_kind_of_graph_is_refused_with_what_to_do() -> None:
    """An undirected one, one without parallel edges, and what is no graph."""
    graph = pair(oneway=True)
    for other, remedy in (
        (osmnx.convert.to_undirected(graph), "not MultiGraph; take it as it was before"),
        (osmnx.convert.to_digraph(graph), r"not DiGraph; take networkx.MultiDiGraph\(graph\)"),
        (None, "not NoneType$"),
    ):
        with pytest.raises(InvalidNetworkError, match=remedy):
            RoadNetwork.from_osmnx(other)  # type: ignore[arg-type]


def test_a_file_that_only_networkx_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """There all is text; OSMnx' own reading makes numbers and lines of it."""
    osmnx.save_graphml(drawn(tmp_path, simplify=True), tmp_path / "graph.graphml")
    text: Any = nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    with pytest.raises(InvalidNetworkError, match=r"osmnx\.load_graphml reads numbers and shapes"):
        RoadNetwork.from_osmnx(text)


def test_a_graph_without_roads_routes_nobody() -> None:
    """It is an empty network, and a router on that says so."""
    graph = pair()
    graph.remove_edge(7, 9)
    with pytest.raises(EmptyNetworkError):
        Router(RoadNetwork.from_osmnx(graph))
