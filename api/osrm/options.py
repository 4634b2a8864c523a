"""The options of OSRM's services, read and checked; what is not offered is refused, never passed over.

`hints` and `alternatives` alone are taken and have no effect: the place counts, and there is one route.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.faults import Code, OsrmError, malformed
from equipage.api.osrm.requests import OsrmRequest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Value = TypeVar("Value")

MOST_WAYPOINTS = 500
MOST_CELLS = 4_000_000
MOST_NEAREST = 100

_FLAG = {"true": True, "false": False}
# By option, the elements that ask for what is done anyway.
_NOT_OFFERED: Mapping[str, frozenset[str]] = {
    "bearings": frozenset({""}),
    "approaches": frozenset({"", "unrestricted"}),
    "exclude": frozenset({""}),
    "snapping": frozenset({"default"}),
    "continue_straight": frozenset({"default", "false"}),
    "waypoints": frozenset(),
    "fallback_speed": frozenset(),
    "fallback_coordinate": frozenset({"input"}),
    "scale_factor": frozenset({"1"}),
}
_ALONG_ROUTES = ("distance", "duration", "weight", "speed")


class _Given:
    """The options of one request, each taken once by whoever knows it."""

    def __init__(self, request: OsrmRequest) -> None:
        self._service = request.service
        self._count = len(request.lonlat)
        self._left = dict(request.options)

    def take(self, name: str, read: Callable[[str], Value], default: Value, *, expected: str) -> Value:
        """Return an option's value, read by a function that raises for what cannot be."""
        if name not in self._left:
            return default
        position, text = self._left.pop(name)
        try:
            return read(text)
        except (KeyError, ValueError, OverflowError):
            raise malformed(position, f"{name} must be {expected}") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an option that is true or false."""
        return self.take(name, _FLAG.__getitem__, default, expected="true or false")

    def choice(self, name: str, *values: str) -> str:
        """Return one of some values; the first without the option."""
        of_values = {value: value for value in values}
        return self.take(name, of_values.__getitem__, values[0], expected=" or ".join(values))

    def each(self, name: str, read: Callable[[str], Value], default: Value, *, expected: str) -> list[Value]:
        """Return an option's elements, one for each coordinate; an empty one is the default."""
        elements = self.take(
            name,
            lambda text: [read(element) if element else default for element in text.split(";")],
            [default] * self._count,
            expected=f"{expected} for each coordinate, with ; between them",
        )
        if len(elements) != self._count:
            raise OsrmError(
                Code.INVALID_OPTIONS,
                f"Number of elements in {name} size {len(elements)} does not match coordinate size"
                f" {self._count}",
            )
        return elements

    def refuse(self, allowed: Mapping[str, frozenset[str]]) -> None:
        """Take options that are not offered, where they ask for what is done anyway."""
        for name, usual in allowed.items():
            _, text = self._left.pop(name, (0, None))
            if text is not None and not usual.issuperset(text.split(";")):
                other = " or ".join(sorted(usual - {""}))
                raise OsrmError(
                    Code.INVALID_OPTIONS,
                    f"{name}={text:.80} is not offered: leave it out{f' or give {other}' if other else ''}",
                )

    def done(self) -> None:
        """Refuse what nobody took."""
        for name, (position, _) in self._left.items():
            raise malformed(position - len(name) - 1, f"{self._service} has no option {name:.80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOptions:
    """What is asked of a route.

    Parameters
    ----------
    radius_m : (n,) float64
        How far from a road each coordinate may be; nan where it is not said.
    overview : str
        `simplified`, `full` or `false`.
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
    """

    radius_m: Floats
    sources: Ints
    destinations: Ints
    annotations: frozenset[str]
    with_waypoints: bool


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
    given = _Given(request)
    _at_least_two(request)
    if len(request.lonlat) > MOST_WAYPOINTS:
        raise OsrmError(
            Code.TOO_BIG,
            f"Number of entries {len(request.lonlat)} is higher than current maximum ({MOST_WAYPOINTS})",
        )
    given.take("alternatives", _flag_or_number, 0, expected="true, false or a number")
    radius_m, with_waypoints = _general(given)
    options = RouteOptions(
        radius_m=radius_m,
        overview=given.choice("overview", "simplified", "full", "false"),
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
    given = _Given(request)
    _at_least_two(request)
    radius_m, with_waypoints = _general(given)
    everything = np.arange(len(request.lonlat))
    options = TableOptions(
        radius_m=radius_m,
        sources=given.take("sources", _indexes, everything, expected="all or indexes with ; between them"),
        destinations=given.take(
            "destinations", _indexes, everything, expected="all or indexes with ; between them"
        ),
        annotations=given.take(
            "annotations", _annotations_of_table, frozenset({"duration"}), expected="duration,distance"
        ),
        with_waypoints=with_waypoints,
    )
    given.done()
    sources, destinations = (
        everything if len(chosen) == 0 else chosen for chosen in (options.sources, options.destinations)
    )
    if max(sources.max(), destinations.max()) >= len(everything):
        raise OsrmError(
            Code.INVALID_OPTIONS,
            f"sources and destinations are indexes from 0 to {len(everything) - 1}, of the coordinates given",
        )
    if len(sources) * len(destinations) > MOST_CELLS:
        raise OsrmError(
            Code.TOO_BIG,
            f"Too many table coordinates: {len(sources)} by {len(destinations)} is more than {MOST_CELLS}",
        )
    return TableOptions(
        radius_m=radius_m,
        sources=sources,
        destinations=destinations,
        annotations=options.annotations,
        with_waypoints=with_waypoints,
    )


def nearest_options(request: OsrmRequest) -> NearestOptions:
    """Return what is asked of the roads near a coordinate, or raise `OsrmError`."""
    given = _Given(request)
    if len(request.lonlat) != 1:
        raise OsrmError(Code.INVALID_OPTIONS, "Only one input coordinate is supported")
    number = given.take("number", _count, 1, expected="an integer of 1 or more")
    radius_m, _ = _general(given)
    given.done()
    if number > MOST_NEAREST:
        raise OsrmError(
            Code.TOO_BIG, f"Number of results {number} is higher than current maximum ({MOST_NEAREST})"
        )
    return NearestOptions(radius_m=radius_m, number=number)


def _general(given: _Given) -> tuple[Floats, bool]:
    """Return the radiuses and whether waypoints are told, and check what all services have in common."""
    given.flag("generate_hints", default=True)
    given.each("hints", str, "", expected="a hint")
    given.refuse(_NOT_OFFERED)
    radiuses = given.each("radiuses", _radius_m, np.nan, expected="metres or unlimited")
    return np.array(radiuses), not given.flag("skip_waypoints")


def _at_least_two(request: OsrmRequest) -> None:
    if len(request.lonlat) < 2:  # noqa: PLR2004 - from somewhere to somewhere
        raise OsrmError(Code.INVALID_OPTIONS, "Number of coordinates needs to be at least two.")


def _radius_m(text: str) -> float:
    radius = np.inf if text == "unlimited" else float(text)
    if not radius >= 0.0:
        raise ValueError(text)
    return radius


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


def _flag_or_number(text: str) -> int:
    return int(_FLAG[text]) if text in _FLAG else int(text)


def _indexes(text: str) -> Ints:
    """Return indexes; none stand for all."""
    if text == "all":
        return np.zeros(0, dtype=np.int64)
    indexes = np.array([int(index) for index in text.split(";")], dtype=np.int64)
    if (indexes < 0).any():
        raise ValueError(text)
    return indexes


def _annotations_of_route(text: str) -> frozenset[str]:
    if text in _FLAG:
        return frozenset(_ALONG_ROUTES) if _FLAG[text] else frozenset()
    return _words(text, {*_ALONG_ROUTES, "nodes", "datasources"})


def _annotations_of_table(text: str) -> frozenset[str]:
    return _words(text, {"duration", "distance"})


def _words(text: str, allowed: set[str]) -> frozenset[str]:
    words = frozenset(text.split(","))
    if not words <= allowed:
        raise ValueError(text)
    return words
