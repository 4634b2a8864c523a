"""The options of OSRM's services: what each may ask, and how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.faults import Code, OsrmError
from equipage.api.osrm.given import FLAG, NOT_OFFERED, NOT_OFFERED_ON_ROUTES, Given
from equipage.api.osrm.requests import OsrmRequest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_WAYPOINTS = 500
MOST_CELLS = 4_000_000
MOST_NEAREST = 100

_ALONG_ROUTES = ("distance", "duration", "weight", "speed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOptions:
    """What is asked of a route.

    Parameters
    ----------
    radius_m : (n,) float64
        How far from a road each coordinate may be; nan where it is not said.
    overview : str
        `simplified`, `full`, `by_legs` or `false`.
    geometries : str
        `polyline`, `polyline6` or `geojson`.
    steps : bool
        Whether each turn is told.
    annotations : frozenset of str
        What is told of each piece between two points.
    with_waypoints : bool
        Whether the places of the coordinates are told.
    """

    radius_m: Floats
    overview: str
    geometries: str
    steps: bool
    annotations: frozenset[str]
    with_waypoints: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """What is asked of a table.

    Parameters
    ----------
    radius_m : (n,) float64
        As for a route.
    sources, destinations : (r,) and (c,) int64
        Which coordinates.
    annotations : frozenset of str
        `duration`, `distance` or both.
    with_waypoints : bool
        Whether the places of the coordinates are told.
    fallback_mps : float
        Metres a second as the crow flies where there is no way; nan for null in such cells.
    fallback_snapped : bool
        Whether the crow flies between places on roads, not between the coordinates.
    scale : float
        Times all seconds.
    """

    radius_m: Floats
    sources: Ints
    destinations: Ints
    annotations: frozenset[str]
    with_waypoints: bool
    fallback_mps: float
    fallback_snapped: bool
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestOptions:
    """What is asked of the roads near a coordinate.

    Parameters
    ----------
    radius_m : (1,) float64
        As for a route.
    number : int
        How many places.
    """

    radius_m: Floats
    number: int


def route_options(request: OsrmRequest) -> RouteOptions:
    """Return what is asked of a route, or raise `OsrmError`."""
    given = Given(request)
    _at_least_two(request)
    if len(request.lonlat) > MOST_WAYPOINTS:
        raise OsrmError(
            Code.TOO_BIG,
            f"Number of entries {len(request.lonlat)} is higher than current maximum ({MOST_WAYPOINTS})",
        )
    given.take("alternatives", _flag_or_number, 0, expected="true, false or a number")
    radius_m, with_waypoints = _general(given)
    given.refuse(NOT_OFFERED_ON_ROUTES)
    _all_waypoints(given, request)
    options = RouteOptions(
        radius_m=radius_m,
        overview=given.choice("overview", "simplified", "full", "by_legs", "false"),
        geometries=given.choice("geometries", "polyline", "polyline6", "geojson"),
        steps=given.flag("steps"),
        annotations=given.take(
            "annotations",
            _annotations_of_route,
            frozenset(),
            expected="true, false or some of distance,duration,weight,speed,nodes,datasources",
        ),
        with_waypoints=with_waypoints,
    )
    given.done()
    missing = sorted(options.annotations.difference(_ALONG_ROUTES))
    if missing:
        raise OsrmError(
            Code.INVALID_OPTIONS,
            f"annotations={','.join(missing)} are not kept here; there are {','.join(_ALONG_ROUTES)}",
        )
    return options


def table_options(request: OsrmRequest) -> TableOptions:
    """Return what is asked of a table, or raise `OsrmError`."""
    given = Given(request)
    _at_least_two(request)
    radius_m, with_waypoints = _general(given)
    sources, destinations = (_chosen(given, request, name) for name in ("sources", "destinations"))
    annotations = given.take(
        "annotations", _annotations_of_table, frozenset({"duration"}), expected="duration,distance"
    )
    fallback_mps, scale = _positive(given, "fallback_speed", np.nan), _positive(given, "scale_factor", 1.0)
    fallback = given.choice("fallback_coordinate", "input", "snapped")
    given.done()
    if len(sources) * len(destinations) > MOST_CELLS:
        raise OsrmError(
            Code.TOO_BIG,
            f"Too many table coordinates: {len(sources)} by {len(destinations)} is more than {MOST_CELLS}",
        )
    return TableOptions(
        radius_m=radius_m,
        sources=sources,
        destinations=destinations,
        annotations=annotations,
        with_waypoints=with_waypoints,
        fallback_mps=fallback_mps,
        fallback_snapped=fallback == "snapped",
        scale=scale,
    )


def nearest_options(request: OsrmRequest) -> NearestOptions:
    """Return what is asked of the roads near a coordinate, or raise `OsrmError`."""
    given = Given(request)
    if len(request.lonlat) != 1:
        raise OsrmError(Code.INVALID_OPTIONS, "Only one input coordinate is supported")
    number = given.take("number", _count, 1, expected="an integer")
    radius_m, _ = _general(given)
    given.done()
    if number < 1:
        raise OsrmError(Code.INVALID_OPTIONS, "number must be 1 or more")
    if number > MOST_NEAREST:
        raise OsrmError(
            Code.TOO_BIG, f"Number of results {number} is higher than current maximum ({MOST_NEAREST})"
        )
    return NearestOptions(radius_m=radius_m, number=number)


def _general(given: Given) -> tuple[Floats, bool]:
    """Return the radiuses and whether waypoints are told, and check what all services have in common."""
    given.flag("generate_hints", default=True)
    given.each("hints", str, "", expected="a hint")
    given.refuse(NOT_OFFERED)
    if given.take("exclude", str, "", expected="classes of roads"):
        raise OsrmError(
            Code.INVALID_VALUE, "Exclude flag combination is not supported. No class can be excluded"
        )
    radiuses = given.each("radiuses", _radius_m, np.nan, expected="metres or unlimited")
    return np.array(radiuses), not given.flag("skip_waypoints")


def _at_least_two(request: OsrmRequest) -> None:
    if len(request.lonlat) < 2:  # noqa: PLR2004 - from somewhere to somewhere
        raise OsrmError(Code.INVALID_OPTIONS, "Number of coordinates needs to be at least two.")


def _chosen(given: Given, request: OsrmRequest, name: str) -> Ints:
    """Return the coordinates that are sources or destinations: all without the option."""
    count = len(request.lonlat)
    chosen = given.take(name, _indexes, None, expected="all or indexes with ; between them")
    if chosen is None:
        return np.arange(count)
    if chosen.max() >= count:
        raise OsrmError(
            Code.INVALID_OPTIONS, f"{name} are indexes of the {count} coordinates, from 0 to {count - 1}"
        )
    return chosen


def _radius_m(text: str) -> float:
    radius = np.inf if text == "unlimited" else float(text)
    if not radius >= 0.0:
        raise ValueError(text)
    return radius


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise ValueError(text)
    return count


def _positive(given: Given, name: str, default: float) -> float:
    """Return a number that must be more than 0, and that OSRM refuses with other words where it is not."""
    value = given.take(name, _number, default, expected="a number")
    if value <= 0.0:
        raise OsrmError(Code.INVALID_OPTIONS, f"{name} must be > 0")
    return value


def _number(text: str) -> float:
    number = float(text)
    if not np.isfinite(number):
        raise ValueError(text)
    return number


def _all_waypoints(given: Given, request: OsrmRequest) -> None:
    """Refuse that a coordinate is passed through without a leg ending there."""
    chosen, count = _chosen(given, request, "waypoints"), len(request.lonlat)
    if (chosen[0], chosen[-1]) != (0, count - 1):
        raise OsrmError(Code.INVALID_VALUE, "First and last coordinates must be specified as waypoints.")
    if chosen.tolist() != list(range(count)):
        raise OsrmError(
            Code.INVALID_OPTIONS, "waypoints that leave out coordinates are not offered: each ends a leg"
        )


def _flag_or_number(text: str) -> int:
    return int(FLAG[text]) if text in FLAG else int(text)


def _indexes(text: str) -> Ints | None:
    """Return indexes; None for all."""
    if text == "all":
        return None
    indexes = np.array([int(index) for index in text.split(";")], dtype=np.int64)
    if (indexes < 0).any():
        raise ValueError(text)
    return indexes


def _annotations_of_route(text: str) -> frozenset[str]:
    if text in FLAG:
        return frozenset(_ALONG_ROUTES) if FLAG[text] else frozenset()
    return _words(text, {*_ALONG_ROUTES, "nodes", "datasources"})


def _annotations_of_table(text: str) -> frozenset[str]:
    return _words(text, {"duration", "distance"})


def _words(text: str, allowed: set[str]) -> frozenset[str]:
    words = frozenset(text.split(","))
    if not words <= allowed:
        raise ValueError(text)
    return words
