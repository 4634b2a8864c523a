"""What a URL of OSRM's API asks for: service, profile, coordinates and options, taken apart and counted.

`/{service}/{version}/{profile}/{coordinates}[.json]?{option}={value}&…`, where coordinates are
`{lon},{lat};{lon},{lat}…`, `polyline(…)` or `polyline6(…)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.faults import Code, OsrmError, malformed
from equipage.api.osrm.polylines import decoded

Floats = npt.NDArray[np.float64]

SERVICES = ("route", "table", "nearest")
MOST_COORDINATES = 10_000
"""More in one request are refused, whatever the service."""

_URL = re.compile(r"/(?P<service>\w+)/(?P<version>\w+)/(?P<profile>[\w-]+)/(?P<query>.+)", re.DOTALL)
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
    if parts["service"] not in SERVICES:
        raise OsrmError(Code.INVALID_SERVICE, f"Service {parts['service']} not found!")
    if parts["version"] != "v1":
        raise OsrmError(
            Code.INVALID_VERSION, f"Version {parts['version']} not found! {parts['service']} has v1"
        )
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
    if len(lonlat) > MOST_COORDINATES:
        raise OsrmError(
            Code.TOO_BIG, f"{len(lonlat)} coordinates are too many: at most {MOST_COORDINATES} are taken"
        )
    if (np.abs(lonlat) > [180.0, 90.0]).any():
        raise OsrmError(
            Code.INVALID_OPTIONS,
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
