"""The way to and from OSMnx: its graphs, as networkx has them, for whatever analysts do with those."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.earth import polyline_lengths_m
from equipage.routing.assembly import pack_shapes
from equipage.routing.errors import InvalidNetworkError
from equipage.routing.limits import within_limits
from equipage.routing.network import DEFAULT_SPEED_KPH, RoadNetwork
from equipage.routing.osmnx_edges import Piece, number_of, pieces_of, values_of, word_of, words_of
from equipage.routing.osmnx_faults import faults_of_graph
from equipage.routing.way_rules import ROUNDABOUTS

Floats = npt.NDArray[np.float64]
Graph: TypeAlias = "nx.MultiDiGraph[int]"


def graph_of(network: RoadNetwork) -> Graph:
    """Return a network as a graph of OSMnx.

    Parameters
    ----------
    network : RoadNetwork
        Its edges keep their order.

    Returns
    -------
    networkx.MultiDiGraph
        As `RoadNetwork.to_osmnx` says.
    """
    graph: Graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True, profile=network.profile)
    node_ids = network.node_id.tolist()
    # A two-way road is two edges, but one street.
    once = network.edge_reverse < np.arange(network.edge_count)
    ends = np.concatenate([network.edge_tail[once], network.edge_head[once]])
    streets = np.bincount(ends, minlength=network.node_count).tolist()
    for node_id, (x, y), count in zip(node_ids, network.node_lonlat.tolist(), streets, strict=True):
        graph.add_node(node_id, x=x, y=y, street_count=count)
    speeds = network.edge_speed_kph.tolist()
    for edge in range(network.edge_count):
        words = {
            "name": network.names[network.edge_name[edge]],
            "ref": network.signs[network.edge_ref[edge]],
            "destination": network.signs[network.edge_destination[edge]],
            "junction": "roundabout" if network.edge_roundabout[edge] else "",
        }
        graph.add_edge(
            node_ids[network.edge_tail[edge]],
            node_ids[network.edge_head[edge]],
            osmid=int(network.edge_way_id[edge]),
            highway=network.classes[network.edge_class[edge]],
            length=float(network.edge_length_m[edge]),
            travel_time=float(network.edge_duration_s[edge]),
            speed_kph=speeds[edge],
            oneway=bool(network.edge_reverse[edge] < 0),
            geometry=shapely.LineString(network.edge_shape(edge)),
            **{key: word for key, word in words.items() if word},
        )
    return graph


def network_of(graph: Graph, *, profile: str | None = None) -> RoadNetwork:
    """Return a graph of OSMnx as a network.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        As `RoadNetwork.from_osmnx` takes it.
    profile : str, optional
        Name of the vehicle profile that its travel times are meant for.

    Returns
    -------
    RoadNetwork
        As `RoadNetwork.from_osmnx` says.

    Raises
    ------
    InvalidNetworkError
        If it is no such graph; the message names every fault.
    """
    faults = "; ".join(faults_of_graph(graph))
    if faults:
        raise InvalidNetworkError(f"This graph is no road network: {faults}")
    pieces = list(pieces_of(graph))
    number, lonlat = _numbered(graph, pieces)
    length_m = _lengths_m(pieces)
    network = RoadNetwork.from_arrays(
        lonlat,
        [number[piece.tail] for piece in pieces],
        [number[piece.head] for piece in pieces],
        node_id=_node_ids(list(graph.nodes), len(number)),
        edge_length_m=length_m,
        edge_duration_s=_durations_s(pieces, length_m),
        edge_way_id=[min(map(int, values_of(piece.said["osmid"]))) for piece in pieces],
        edge_name=[word_of(piece.said.get("name")) for piece in pieces],
        edge_class=[word_of(piece.said.get("highway")) or "unclassified" for piece in pieces],
        edge_ref=[words_of(piece.said.get("ref")) for piece in pieces],
        edge_destination=[words_of(piece.said.get("destination")) for piece in pieces],
        edge_roundabout=[word_of(piece.said.get("junction")) in ROUNDABOUTS for piece in pieces],
        shapes=[piece.lonlat for piece in pieces],
        profile=profile or word_of(graph.graph.get("profile")) or "van",
    )
    loops = nx.number_of_selfloops(graph)
    flat = graph.number_of_edges() + loops - len(pieces)
    return replace(network, ignored={"loops_without_extent": flat // 2} if flat else {})


def _numbered(graph: Graph, pieces: Sequence[Piece]) -> tuple[dict[Hashable, int], Floats]:
    """Return the numbers and places of a graph's nodes, and after them those where loops were cut."""
    number: dict[Hashable, int] = {node: index for index, node in enumerate(graph.nodes)}
    places = [(said["x"], said["y"]) for _, said in graph.nodes(data=True)]
    for piece in pieces:
        if number.setdefault(piece.head, len(number)) == len(places):
            places.append(tuple(piece.lonlat[-1]))
    return number, np.array(places, dtype=np.float64).reshape(-1, 2)


def _node_ids(ids: Sequence[int], count: int) -> list[int]:
    """Return ids for all nodes; those that have none of OpenStreetMap's are below 0 and all others."""
    least = min([0, *ids])
    return [*map(int, ids), *range(least - 1, least - 1 - (count - len(ids)), -1)]


def _lengths_m(pieces: Sequence[Piece]) -> Floats:
    """Return what the edges say, and where they do not, what is measured."""
    start, points = pack_shapes([piece.lonlat for piece in pieces])
    said = np.array([piece.share * number_of(piece.said.get("length")) for piece in pieces])
    return np.where(np.isnan(said), polyline_lengths_m(points, start), said)


def _durations_s(pieces: Sequence[Piece], length_m: Floats) -> Floats:
    """Return what the edges say, and where they do not, what is driven at their speed or the usual one."""
    said = np.array([piece.share * number_of(piece.said.get("travel_time")) for piece in pieces])
    kph = np.array([number_of(piece.said.get("speed_kph")) for piece in pieces])
    driven = length_m * 3.6 / np.where(kph > 0.0, kph, DEFAULT_SPEED_KPH)
    return within_limits(np.where(np.isnan(said), driven, said))
