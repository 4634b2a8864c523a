"""What is wrong with arrays that are to become a road network: every fault, with what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from equipage.routing.assembly import pack_shapes
from equipage.routing.errors import InvalidNetworkError
from equipage.routing.limits import MAX_DURATION_S, MAX_EDGE_LENGTH_M, MIN_EDGE_DURATION_S
from equipage.routing.states import TURN
from equipage.routing.turns import DrivingSide

Array = npt.NDArray[Any]
Given = Mapping[str, Any]

# About 11 cm; OpenStreetMap keeps seven decimals of a degree.
_SAME_PLACE_DEG = 1e-6

# Classes are numbered in 16 bits.
_MOST_CLASSES = 1 << 15

_NUMBERS = ("node_lonlat", "edge_length_m", "edge_duration_s")
_WHOLE = ("edge_tail", "edge_head", "node_id", "edge_way_id", "edge_roundabout")
_WORDS = ("edge_name", "edge_class", "edge_ref", "edge_destination")
_OF_EDGES = ("edge_length_m", "edge_duration_s", "edge_way_id", "edge_roundabout", *_WORDS)
_NEEDED = ("node_lonlat", "edge_tail", "edge_head", "profile")
_ALLOWED = {
    "edge_length_m": (0.0, MAX_EDGE_LENGTH_M),
    "edge_duration_s": (MIN_EDGE_DURATION_S, MAX_DURATION_S),
    "edge_roundabout": (0, 1),
    "turn_duration_s": (0.0, MAX_DURATION_S),
}


def check_arrays(**given: Any) -> None:
    """Make sure that a road network can be made of what a caller gave.

    Parameters
    ----------
    **given
        All that `RoadNetwork.from_arrays` takes, by its names; None is as if left out.

    Raises
    ------
    InvalidNetworkError
        Naming every fault; where values are not of their kind, only those.
    """
    told = {name: values for name, values in given.items() if values is not None or name in _NEEDED}
    _raise_any([*_faults_of_numbers(told), *_faults_of_words(told), *_faults_of_courses(told)])
    tail, head = (np.asarray(told[name], dtype=np.int64) for name in ("edge_tail", "edge_head"))
    _raise_any(
        [
            *_faults_of_ends(np.asarray(told["node_lonlat"]), tail, head),
            *_faults_of_counts(told, tail.size),
            *_faults_of_ranges(told),
            *_faults_of_shapes(told, tail, head),
            *_faults_of_turns(told, tail, head),
        ]
    )


def _raise_any(faults: Iterable[str]) -> None:
    told = "; ".join(faults)
    if told:
        raise InvalidNetworkError(f"These arrays are no road network: {told}")


def _faults_of_numbers(told: Given) -> Iterator[str]:
    numbers = {name: told[name] for name in (*_NUMBERS, *_WHOLE) if name in told}
    numbers |= {f"the shape of edge {edge}": shape for edge, shape in enumerate(told.get("shapes", ()))}
    if isinstance(told.get("turn_duration_s"), Mapping):
        numbers["turn_duration_s"] = list(told["turn_duration_s"].values())
    for name, values in numbers.items():
        fault = _no_numbers(values, whole=name in _WHOLE)
        if fault:
            yield f"{name} must be {'whole ' * (name in _WHOLE)}numbers, but {fault}"


def _no_numbers(values: object, *, whole: bool) -> str | None:
    """Return why values are not numbers, or None."""
    try:
        given = np.asarray(values)
        numbers = given.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        return str(error)
    if given.dtype.kind not in "biufO":
        return f"these are of type {given.dtype}" if given.size else None
    # More than 2 to the 53 is whole for sure, and less than 2 to the 63 has room.
    astray = ~((np.abs(numbers) < 2.0**63) & (np.rint(numbers) == numbers))
    return f"one is {numbers[astray].flat[0]}" if whole and astray.any() else None


def _faults_of_words(told: Given) -> Iterator[str]:
    for name in _WORDS:
        for place, word in enumerate(told.get(name, ())):
            if not isinstance(word, str):
                yield f"{name}[{place}] is {word!r}, where text is needed"
                break
    if told["driving_side"] not in get_args(DrivingSide):
        yield f"driving_side must be one of {', '.join(get_args(DrivingSide))}, not {told['driving_side']!r}"
    if not isinstance(told["profile"], str):
        yield f"profile must be text, not {told['profile']!r}"


def _faults_of_courses(told: Given) -> Iterator[str]:
    if not isinstance(told["turn_duration_s"], Mapping):
        yield f"turn_duration_s must be a mapping from (edge, edge), not {told['turn_duration_s']!r}"
    for name in ("banned_turns", "turn_duration_s"):
        for course in told[name]:
            whole = np.ndim(course) == 1 and all(isinstance(edge, int | np.integer) for edge in course)
            if not whole or len(course) < TURN or (len(course) > TURN and name == "turn_duration_s"):
                yield f"{name} has {course!r}, where the numbers of edges that follow each other are needed"


def _faults_of_ends(lonlat: Array, tail: Array, head: Array) -> Iterator[str]:
    if lonlat.ndim != 2 or lonlat.shape[1] != 2:  # noqa: PLR2004
        yield f"node_lonlat has shape {lonlat.shape}, where (n, 2) lon, lat is needed"
        return
    for node in np.flatnonzero(~_on_earth(lonlat))[:1]:
        yield f"node {node} lies at {lonlat[node].tolist()}, which is no lon, lat in degrees"
    if tail.shape != head.shape or tail.ndim != 1:
        yield f"edge_tail has shape {tail.shape}, edge_head {head.shape}, where both must be (m,)"
        return
    for edge in np.flatnonzero(_astray(tail, head, len(lonlat)))[:1]:
        ends = [int(tail[edge]), int(head[edge])]
        yield f"edge {edge} joins nodes {ends}, where there are {len(lonlat)} nodes"
    for edge in np.flatnonzero(tail == head)[:1]:
        yield f"edge {edge} ends where it begins; split a loop at a node of its own"


def _on_earth(lonlat: Array) -> npt.NDArray[np.bool_]:
    # A comparison with nan is false.
    return np.asarray((np.abs(lonlat.astype(np.float64)) <= [180.0, 90.0]).all(axis=-1))


def _astray(tail: Array, head: Array, nodes: int) -> npt.NDArray[np.bool_]:
    return (np.minimum(tail, head) < 0) | (np.maximum(tail, head) >= nodes)


def _faults_of_counts(told: Given, edges: int) -> Iterator[str]:
    nodes = np.shape(told["node_lonlat"])[:1]
    for name, wanted in [("node_id", nodes), *((name, (edges,)) for name in _OF_EDGES)]:
        if name in told and np.shape(told[name]) != wanted:
            yield f"{name} has shape {np.shape(told[name])}, where {wanted} is needed"
    ids, times = np.unique(np.asarray(told.get("node_id", ())), return_counts=True)
    for node in ids[times > 1][:1]:
        yield f"node_id has {node} more than once"
    if len(set(told.get("edge_class", ()))) > _MOST_CLASSES:
        yield f"edge_class has {len(set(told['edge_class'])):,} classes, where {_MOST_CLASSES:,} are allowed"


def _faults_of_ranges(told: Given) -> Iterator[str]:
    for name, (least, most) in _ALLOWED.items():
        values = told.get(name, ())
        places = list(values) if isinstance(values, Mapping) else range(np.size(values))
        given = list(values.values()) if isinstance(values, Mapping) else values
        numbers = np.asarray(given, dtype=np.float64).ravel()
        for index in np.flatnonzero(~((numbers >= least) & (numbers <= most)))[:1]:
            yield f"{name}[{places[index]}] is {numbers[index]}, where {least:g} to {most:,.0f} is allowed"


def _faults_of_shapes(told: Given, tail: Array, head: Array) -> Iterator[str]:
    """Yield where shapes are missing, too short, or away from the nodes they should join."""
    lonlat = np.asarray(told["node_lonlat"], dtype=np.float64)
    shapes: Sequence[npt.ArrayLike] | None = told.get("shapes")
    if shapes is None or tail.shape != head.shape:
        return
    if len(shapes) != len(tail):
        yield f"there are {len(shapes)} shapes for {len(tail)} edges"
        return
    for edge, shape in enumerate(shapes):
        if np.ndim(shape) != 2 or np.shape(shape)[1] != 2 or len(np.asarray(shape)) < 2:  # noqa: PLR2004
            yield f"the shape of edge {edge} has fewer than two points lon, lat: it is {np.shape(shape)}"
            return
    start, points = pack_shapes(shapes)
    for point in points[~_on_earth(points)][:1]:
        yield f"a shape has the point {point.tolist()}, which is no lon, lat in degrees"
    if lonlat.ndim != 2 or _astray(tail, head, len(lonlat)).any():  # noqa: PLR2004
        return
    for end, place, node in (("begins", start[:-1], tail), ("ends", start[1:] - 1, head)):
        near = (np.abs(points[place] - lonlat[node]) <= _SAME_PLACE_DEG).all(axis=1)
        for edge in np.flatnonzero(~near)[:1]:
            point = points[place[edge]].tolist()
            yield f"the shape of edge {edge} {end} at {point}, away from its node {node[edge]}"


def _faults_of_turns(told: Given, tail: Array, head: Array) -> Iterator[str]:
    """Yield pairs of edges that should follow each other and do not meet."""
    edges = range(min(tail.size, head.size))
    for name in ("banned_turns", "turn_duration_s"):
        for before, after in (pair for course in told[name] for pair in pairwise(course)):
            if before not in edges or after not in edges or head[before] != tail[after]:
                yield f"{name} has ({before}, {after}), but {before} does not end where {after} begins"
