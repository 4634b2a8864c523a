"""The way to and from OSMnx: its graphs, as networkx has them, for whatever analysts do with those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from equipage.routing.errors import InvalidNetworkError
from equipage.routing.network import RoadNetwork
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
        Nodes by OpenStreetMap id with `x`, `y` and `street_count`; edges with `osmid`, `name`, `highway`,
        `length` (metres), `travel_time` (seconds), `speed_kph`, `oneway` and `geometry`, in EPSG:4326.
    """
    graph: Graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    node_ids = network.node_id.tolist()
    # A two-way road is two edges, but one street.
    once = network.edge_reverse < np.arange(network.edge_count)
    ends = np.concatenate([network.edge_tail[once], network.edge_head[once]])
    streets = np.bincount(ends, minlength=network.node_count).tolist()
    for node_id, (x, y), count in zip(node_ids, network.node_lonlat.tolist(), streets, strict=True):
        graph.add_node(node_id, x=x, y=y, street_count=count)
    speeds = network.edge_speed_kph.tolist()
    for edge in range(network.edge_count):
        name = network.names[network.edge_name[edge]]
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
            **({"name": name} if name else {}),
            **({"junction": "roundabout"} if network.edge_roundabout[edge] else {}),
        )
    return graph


def network_of(graph: Graph, *, profile: str = "van") -> RoadNetwork:
    """Return a graph of OSMnx as a network.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From OSMnx, not projected: nodes with `x` and `y`, edges with `osmid`, and where they are there
        `geometry`, `length`, `name`, `highway` and `travel_time`.
    profile : str
        Name of the vehicle profile that its travel times are meant for.

    Returns
    -------
    RoadNetwork
        Edges in the graph's order.

    Raises
    ------
    InvalidNetworkError
        If it is no such graph; the message names every fault.
    """
    faults = list(_faults(graph))
    if faults:
        raise InvalidNetworkError("; ".join(faults))
    number = {node: index for index, node in enumerate(graph.nodes)}
    edges: list[tuple[int, int, dict[str, Any]]] = list(graph.edges(data=True))
    lonlat = np.array([(data["x"], data["y"]) for _, data in graph.nodes(data=True)], dtype=np.float64)
    tail, head = [number[start] for start, _, _ in edges], [number[end] for _, end, _ in edges]
    told: list[Mapping[str, Any]] = [data for _, _, data in edges]
    return RoadNetwork.from_arrays(
        lonlat,
        tail,
        head,
        node_id=list(graph.nodes),
        edge_length_m=_numbers(told, "length"),
        edge_duration_s=_numbers(told, "travel_time"),
        edge_way_id=[_first(data["osmid"]) for data in told],
        edge_name=[str(_first(data.get("name", ""))) for data in told],
        edge_class=[str(_first(data.get("highway", "unclassified"))) for data in told],
        edge_roundabout=[_first(data.get("junction")) in ROUNDABOUTS for data in told],
        shapes=[
            shapely.get_coordinates(data["geometry"]) if "geometry" in data else lonlat[[start, end]]
            for data, start, end in zip(told, tail, head, strict=True)
        ],
        profile=profile,
    )


def _faults(graph: object) -> Iterator[str]:
    if not isinstance(graph, nx.MultiDiGraph):
        yield f"a graph of OSMnx is a networkx.MultiDiGraph, not {type(graph).__name__}"
        return
    try:
        projected = CRS.from_user_input(graph.graph.get("crs", "")) != CRS.from_epsg(4326)
    except CRSError:
        projected = True
    if projected:
        yield "the graph's crs must be EPSG:4326; take osmnx.project_graph(graph, to_latlong=True)"
    placeless = sum(not {"x", "y"} <= set(data) for _, data in graph.nodes(data=True))
    nameless = sum("osmid" not in data for _, _, data in graph.edges(data=True))
    if placeless:
        yield f"{placeless} of {len(graph)} nodes have no x and y"
    if nameless:
        yield f"{nameless} of {graph.number_of_edges()} edges have no osmid"


def _numbers(told: list[Mapping[str, Any]], name: str) -> list[float] | None:
    """Return a number of every edge; None, for the network to derive it, where one has none."""
    return [float(data[name]) for data in told] if all(name in data for data in told) else None


def _first(value: Any) -> Any:
    """Return the first of what OSMnx merged into a list, or the value itself."""
    return value[0] if isinstance(value, list) else value
