"""What is wrong with the arrays of a built network: its type, its size, or an index that leads nowhere.

Kernels check no bounds, so nothing else may stand in a network, whoever put it together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.routing.limits import MAX_DURATION_S, MAX_EDGE_LENGTH_M, MIN_EDGE_DURATION_S

if TYPE_CHECKING:
    from equipage.routing.network import RoadNetwork

Array = npt.NDArray[Any]


class _Column(NamedTuple):
    """What an array must be: its type, one row for each of what, an index of what, from what on."""

    dtype: type
    rows: str
    of: str = ""
    least: float = 0.0
    most: float = np.inf
    ascending: bool = False


COLUMNS = {
    "node_id": _Column(np.int64, "nodes", least=-np.inf),
    "node_lonlat": _Column(np.float64, "nodes", least=-180.0, most=180.0),
    "edge_tail": _Column(np.int32, "edges", "nodes"),
    "edge_head": _Column(np.int32, "edges", "nodes"),
    "edge_length_m": _Column(np.float64, "edges", most=MAX_EDGE_LENGTH_M),
    "edge_duration_s": _Column(np.float64, "edges", least=MIN_EDGE_DURATION_S, most=MAX_DURATION_S),
    "edge_way_id": _Column(np.int64, "edges", least=-np.inf),
    "edge_name": _Column(np.int32, "edges", "names"),
    "edge_class": _Column(np.int16, "edges", "classes"),
    "edge_ref": _Column(np.int32, "edges", "signs"),
    "edge_destination": _Column(np.int32, "edges", "signs"),
    "edge_roundabout": _Column(np.bool_, "edges"),
    "edge_reverse": _Column(np.int32, "edges", "edges", least=-1),
    "edge_in_core": _Column(np.bool_, "edges"),
    "shape_start": _Column(np.int64, "shapes", ascending=True),
    "shape_lonlat": _Column(np.float64, "points", least=-180.0, most=180.0),
    "copy_of": _Column(np.int32, "copies", "edges", ascending=True),
    "state_order": _Column(np.int32, "states", "states"),
    "turn_from": _Column(np.int32, "turns", "states", ascending=True),
    "turn_to": _Column(np.int32, "turns", "states"),
    "timed_turn": _Column(np.int32, "timed turns", "turns"),
    "timed_hours": _Column(np.int32, "timed turns", "hours"),
    "timed_edge": _Column(np.int32, "timed edges", "edges"),
    "timed_edge_hours": _Column(np.int32, "timed edges", "hours"),
    "timed_edge_s": _Column(np.float64, "timed edges"),
    "turn_duration_s": _Column(np.float64, "turns", most=MAX_DURATION_S),
}
"""Every array of a network."""


def faults_of_network(network: RoadNetwork) -> Iterator[str]:
    """Yield what is wrong with the arrays of a network, one fault each; a few milliseconds for a city.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    """
    counts = _counts(network)
    for name, column in COLUMNS.items():
        values: Array = getattr(network, name)
        wide = (2,) if name.endswith("lonlat") else ()
        wanted = (counts[column.rows], *wide)
        if values.dtype != column.dtype or values.shape != wanted:
            kind = np.dtype(column.dtype).name
            yield f"{name} is {values.dtype} {values.shape}, where {kind} {wanted} is needed"
        elif column.dtype is not np.bool_:
            yield from _faults_of_values(name, values, column, counts)
    start = network.shape_start
    if len(start) and (start[0] != 0 or start[-1] != counts["points"] or (np.diff(start) < 2).any()):  # noqa: PLR2004
        yield f"shape_start must lead from 0 to {counts['points']} in steps of 2 or more"
    if not np.array_equal(np.sort(network.state_order, axis=None), np.arange(counts["states"])):
        yield "state_order must have every state once"


def _counts(network: RoadNetwork) -> dict[str, int]:
    edges, copies = len(network.edge_tail), len(network.copy_of)
    return {
        "nodes": len(network.node_id),
        "edges": edges,
        "shapes": edges + 1,
        "points": len(network.shape_lonlat),
        "copies": copies,
        "states": edges + copies,
        "turns": len(network.turn_from),
        "timed turns": len(network.timed_turn),
        "timed edges": len(network.timed_edge),
        "hours": len(network.hours),
        "names": len(network.names),
        "classes": len(network.classes),
        "signs": len(network.signs),
    }


def _faults_of_values(name: str, values: Array, column: _Column, counts: dict[str, int]) -> Iterator[str]:
    most = counts[column.of] - 1 if column.of else column.most
    # A comparison with nan is false.
    if values.size and not (values.min() >= column.least and values.max() <= most):
        yield f"{name} has {values.min()} to {values.max()}, where {column.least:g} to {most:g} is allowed"
    if column.ascending and (np.diff(values) < 0).any():
        yield f"{name} must ascend"
