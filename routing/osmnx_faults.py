"""What is wrong with a graph that should be OSMnx': every fault, where it is first, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import networkx as nx
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from equipage.routing.limits import MAX_DURATION_S, MAX_EDGE_LENGTH_M
from equipage.routing.osmnx_edges import values_of

_MOST_ID = 1 << 63
# About 11 cm; what projecting there and back may move.
_SAME_PLACE_DEG = 1e-6
_MOST = {"length": MAX_EDGE_LENGTH_M, "travel_time": MAX_DURATION_S, "speed_kph": np.inf}
_UNDIRECTED = "take it as it was before osmnx.convert.to_undirected, for roads are driven in directions"
_SINGLE = "take networkx.MultiDiGraph(graph)"
_STRINGS = "osmnx.load_graphml reads numbers and shapes from a file, networkx.read_graphml only text"


def faults_of_graph(graph: object) -> Iterator[str]:
    """Yield what is wrong with a graph that a network is to be made of.

    Parameters
    ----------
    graph : object
        What should be a graph of OSMnx.
    """
    if not isinstance(graph, nx.MultiDiGraph):
        yield f"a graph of OSMnx is a networkx.MultiDiGraph, not {type(graph).__name__}"
        if isinstance(graph, nx.Graph):
            yield _SINGLE if graph.is_directed() else _UNDIRECTED
        return
    yield from _faults_of_crs(graph.graph.get("crs", ""))
    nodes = dict(graph.nodes(data=True))
    edges = {(tail, head, key): said for tail, head, key, said in graph.edges(keys=True, data=True)}
    faults = [
        _counted("nodes", nodes, "no whole number as id", lambda node, _: not _is_id(node)),
        _counted("nodes", nodes, "no x and y in degrees", lambda _, said: not _is_placed(said)),
        _counted("edges", edges, "no osmid, a whole number", lambda _, said: not _has_ids(said)),
        *(
            _counted("edges", edges, f"a {name} that is no number from 0 to {most:,.0f}", _unsound(name))
            for name, most in _MOST.items()
        ),
        _counted("edges", edges, "a geometry that is no LineString", lambda _, said: not _is_drawn(said)),
        _counted(
            "edges",
            edges,
            "a geometry that does not lead from the first of their nodes to the second",
            lambda edge, said: _is_astray(nodes[edge[0]], nodes[edge[1]], said),
        ),
    ]
    told = [fault for fault in faults if fault]
    yield from told
    texts = (said.get(name) for some in (nodes, edges) for said in some.values() for name in ("x", *_MOST))
    if told and any(isinstance(value, str) for value in texts):
        yield _STRINGS


def _faults_of_crs(crs: Any) -> Iterator[str]:
    try:
        in_degrees = CRS.from_user_input(crs).equals(CRS.from_epsg(4326), ignore_axis_order=True)
    except CRSError:
        in_degrees = False
    if not in_degrees:
        yield f"the graph's crs must be EPSG:4326, not {crs!s:.40}"
        yield "take osmnx.project_graph(graph, to_latlong=True)"


def _counted(kind: str, some: Mapping[Any, Any], lack: str, wrong: Callable[[Any, Any], bool]) -> str | None:
    """Return how many of all have a fault and which is the first, or None."""
    having = [key for key, said in some.items() if wrong(key, said)]
    return f"{len(having)} of {len(some)} {kind} have {lack}: first {having[0]!r}" if having else None


def _is_id(value: object) -> bool:
    whole = isinstance(value, int | np.integer) or (isinstance(value, float) and value.is_integer())
    return whole and -_MOST_ID <= int(value) < _MOST_ID  # type: ignore[call-overload]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating)


def _is_placed(said: dict[str, Any]) -> bool:
    # A comparison with nan is false.
    return all(
        _is_number(said.get(name)) and abs(said[name]) <= most for name, most in (("x", 180.0), ("y", 90.0))
    )


def _has_ids(said: dict[str, Any]) -> bool:
    ids = values_of(said.get("osmid"))
    return bool(ids) and all(map(_is_id, ids))


def _unsound(name: str) -> Callable[[Any, dict[str, Any]], bool]:
    """Return what tells whether an edge has a number that cannot be; only of speeds may it have several."""

    def is_unsound(_: Any, said: dict[str, Any]) -> bool:
        values = values_of(said.get(name))
        several = len(values) > 1 and name != "speed_kph"
        return several or not all(_is_number(one) and 0 <= one <= _MOST[name] for one in values)

    return is_unsound


def _is_drawn(said: dict[str, Any]) -> bool:
    drawn = values_of(said.get("geometry"))
    lines = [one for one in drawn if isinstance(one, shapely.LineString) and not one.is_empty]
    return len(lines) == len(drawn) <= 1


def _is_astray(tail: dict[str, Any], head: dict[str, Any], said: dict[str, Any]) -> bool:
    """Return whether an edge's line begins or ends away from its nodes."""
    drawn = values_of(said.get("geometry"))
    if not drawn or not (_is_drawn(said) and _is_placed(tail) and _is_placed(head)):
        return False
    points = shapely.get_coordinates(drawn[0]).tolist()
    # The line of a loop need not be closed.
    both = ((points[0], tail), (points[-1] if head is not tail else points[0], head))
    return any(max(abs(x - node["x"]), abs(y - node["y"])) > _SAME_PLACE_DEG for (x, y), node in both)
