"""What a request of OSRM's API asks for: service, profile, coordinates and options, taken apart and counted.

`/{service}/{version}/{profile}/{coordinates}[.json]?{option}={value}&…`, where coordinates are
`{lon},{lat};{lon},{lat}…`, `polyline(…)` or `polyline6(…)`; or `/{service}/{version}/{profile}` and the rest
as the members of a JSON object, for more than a URL can hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.faults import Code, OsrmError, malformed
from equipage.api.osrm.polylines import decoded

Floats = npt.NDArray[np.float64]

SERVICES = ("route", "table", "nearest")
MOST_COORDINATES = 10_000
"""More in one request are refused, whatever the service."""

_POSTED = re.compile(r"/(?P<service>\w+)/(?P<version>\w+)/(?P<profile>[\w-]+)/?")
_URL = re.compile(r"/(?P<service>\w+)/(?P<version>\w+)/(?P<profile>[\w-]+)/(?P<query>.+)", re.DOTALL)
# The members of a JSON object that are words with commas between them; others are one for each coordinate.
_WORDS = frozenset({"annotations", "exclude"})
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PAIR = re.compile(rf"({_NUMBER}),({_NUMBER})")
_ENCODED = re.compile(r"polyline(6?)\((.*)\)", re.DOTALL)
_FORMAT = re.compile(r"\.(json|flatbuffers)$")
# How much of the URL is repeated around where it cannot be read.
_AROUND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmRequest:
    """A request whose form is right.

    Parameters
    ----------
    service, profile : str
        As in the URL.
    lonlat : (n, 2) float64
        Degrees, within ±180 and ±90.
    options : mapping from str to (int, str)
        By name, where in the URL its value begins and what it is.
    """

    service: str
    profile: str
    lonlat: Floats
    options: Mapping[str, tuple[int, str]]


def read_request(path: str, query: str) -> OsrmRequest:
    """Return what a URL asks for.

    Parameters
    ----------
    path : str
        The decoded path, from the slash before the service on.
    query : str
        What follows the question mark, as it was sent.

    Raises
    ------
    OsrmError
        With OSRM's code for the first thing that is wrong.
    """
    parts = _URL.fullmatch(path)
    if parts is None:
        raise _bad_url(path)
    _check_service(parts)
    given = parts["query"]
    form = _FORMAT.search(given)
    if form and form[1] != "json":
        raise OsrmError(Code.INVALID_OPTIONS, f"The format {form[1]} is not offered: ask for json")
    lonlat = _coordinates(given.removesuffix(".json"), parts.start("query"))
    return OsrmRequest(
        service=parts["service"],
        profile=parts["profile"],
        lonlat=lonlat,
        options=_options(unquote(query), len(path) + 1),
    )


def read_posted(path: str, body: bytes) -> OsrmRequest:
    """Return what a URL without coordinates asks for with a body.

    Parameters
    ----------
    path : str
        The decoded path, from the slash before the service on.
    body : bytes
        A JSON object with `coordinates`, pairs of numbers or an encoded polyline, and the options: true,
        false, numbers, strings, and arrays where a URL has several values.

    Raises
    ------
    OsrmError
        With OSRM's code for the first thing that is wrong.
    """
    parts = _POSTED.fullmatch(path)
    if parts is None:
        raise _bad_url(path)
    _check_service(parts)
    text = body.decode(errors="replace")
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict):
        raise OsrmError(Code.INVALID_QUERY, "request body must be a JSON object")
    if "coordinates" not in members:
        raise OsrmError(Code.INVALID_QUERY, "missing required member: coordinates")
    coordinates = members.pop("coordinates")
    return OsrmRequest(
        service=parts["service"],
        profile=parts["profile"],
        lonlat=_coordinates(coordinates, 0) if isinstance(coordinates, str) else _members(coordinates),
        options={
            name: (max(text.find(f'"{name}"'), 0) + len(name) + 1, _as_text(name, value))
            for name, value in members.items()
        },
    )


def _check_service(parts: re.Match[str]) -> None:
    if parts["service"] not in SERVICES:
        raise OsrmError(Code.INVALID_SERVICE, f"Service {parts['service']} not found!")
    if parts["version"] != "v1":
        raise OsrmError(
            Code.INVALID_VERSION, f"Version {parts['version']} not found! {parts['service']} has v1"
        )


def _members(coordinates: Any) -> Floats:
    """Return the coordinates that JSON has as pairs of numbers."""
    fault = OsrmError(
        Code.INVALID_QUERY, "each coordinate must be an array of two numbers [longitude, latitude]"
    )
    if not isinstance(coordinates, list):
        raise fault
    for pair in coordinates:
        if not (isinstance(pair, list) and [type(number) in {int, float} for number in pair] == [True, True]):
            raise fault
    try:
        return _checked(np.array(coordinates, dtype=np.float64).reshape(-1, 2))
    except OverflowError:
        raise fault from None


def _as_text(name: str, value: Any) -> str:
    """Return an option's value as it would be in a URL."""
    if isinstance(value, list):
        between = "," if name in _WORDS else ";"
        return between.join(
            ",".join(map(str, element)) if isinstance(element, list) else _as_text(name, element)
            for element in value
        )
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    return str(value)


def _bad_url(path: str) -> OsrmError:
    """Return the error of a path that is not service, version, profile and coordinates."""
    at = len(path)
    around = path[max(at - _AROUND, 0) :]
    return OsrmError(
        Code.INVALID_URL,
        f'URL string malformed close to position {at}: "{around}"; it should be'
        " /{service}/v1/{profile}/{lon},{lat};{lon},{lat}",
    )


def _coordinates(given: str, position: int) -> Floats:
    encoded = _ENCODED.fullmatch(given)
    if encoded:
        try:
            lonlat = decoded(encoded[2], digits=6 if encoded[1] else 5)
        except ValueError as fault:
            raise malformed(position, str(fault)) from None
    else:
        lonlat = _pairs(given, position)
    return _checked(lonlat)


def _checked(lonlat: Floats) -> Floats:
    """Return coordinates that are not too many and lie on the globe."""
    if len(lonlat) > MOST_COORDINATES:
        raise OsrmError(
            Code.TOO_BIG, f"{len(lonlat)} coordinates are too many: at most {MOST_COORDINATES} are taken"
        )
    if not (np.abs(lonlat) <= [180.0, 90.0]).all():
        raise OsrmError(
            Code.INVALID_VALUE,
            "Invalid coordinate value. Give lon,lat with lon within ±180 and lat within ±90 degrees",
        )
    return lonlat


def _pairs(given: str, position: int) -> Floats:
    pairs = []
    for pair in given.split(";"):
        found = _PAIR.match(pair)
        if found is None:
            raise malformed(position, "coordinates are {lon},{lat};{lon},{lat}")
        if found.end() < len(pair):
            raise malformed(position + found.end(), "a coordinate is {lon},{lat}")
        pairs.append((float(found[1]), float(found[2])))
        position += len(pair) + 1
    return np.array(pairs)


def _options(query: str, position: int) -> Mapping[str, tuple[int, str]]:
    options: dict[str, tuple[int, str]] = {}
    for option in query.split("&") if query else ():
        name, equals, value = option.partition("=")
        if not equals or name in options:
            raise malformed(position, "options are {name}={value}, each once, with & between them")
        options[name] = position + len(name) + 1, value
        position += len(option) + 1
    return options
