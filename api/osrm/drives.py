"""OSRM's `route`: a drive over coordinates, leg by leg, with its line, its turns and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pydantic_core import to_json

from equipage.api.osrm.faults import Code, OsrmError
from equipage.api.osrm.lines import shown_whole
from equipage.api.osrm.options import RouteOptions, route_options
from equipage.api.osrm.requests import OsrmRequest
from equipage.api.osrm.steps import pieces_m, shown_steps
from equipage.api.osrm.waypoints import shown_waypoint, snapped
from equipage.routing.directions import directions
from equipage.routing.errors import UnroutableError
from equipage.routing.route import Route
from equipage.routing.router import Router

Floats = npt.NDArray[np.float64]

# A simplified line is off by no more than this part of its extent: less than a dot where it fills a screen.
_SIMPLER = 1e-3


def route_answer(router: Router, request: OsrmRequest) -> str:
    """Return the answer to a request for a route, as JSON.

    Parameters
    ----------
    router : Router
        The router.
    request : OsrmRequest
        The request.

    Raises
    ------
    OsrmError
        Where it has no answer.

    Notes
    -----
    At each waypoint a vehicle may go on in both directions, as OSRM does with `continue_straight=false`.
    """
    options = route_options(request)
    snaps = snapped(router, request.lonlat, options.radius_m)
    places = [snaps.part(slice(i, i + 1)) for i in range(len(snaps))]
    try:
        routes = [router.route(start, end) for start, end in pairwise(places)]
    except UnroutableError as fault:
        raise OsrmError(Code.NO_ROUTE, f"Impossible route between points: {fault}") from None
    answer = {"code": Code.OK, "routes": [_shown(router, routes, options)]}
    if options.with_waypoints:
        answer["waypoints"] = [shown_waypoint(snap) for snap in snaps]
    # Several times as fast as json: most of a long line's time was its numbers'.
    return to_json(answer).decode()


def _shown(router: Router, routes: Sequence[Route], options: RouteOptions) -> dict[str, Any]:
    legs = [_leg(router, route, options) for route in routes]
    shown: dict[str, Any] = {
        **_measures(sum(route.duration_s for route in routes), sum(route.distance_m for route in routes)),
        "weight_name": "duration",
        "legs": legs,
    }
    if options.overview in {"simplified", "full"}:
        lines = [shapely.get_coordinates(route.geometry) for route in routes]
        lonlat = np.concatenate([lines[0], *(line[1:] for line in lines[1:])])
        if options.overview == "simplified":
            lonlat = _simplified(router, lonlat)
        shown["geometry"] = shown_whole(lonlat, options.geometries)
    return shown


def _leg(router: Router, route: Route, options: RouteOptions) -> dict[str, Any]:
    points = shapely.get_coordinates(route.geometry)
    leg: dict[str, Any] = {
        **_measures(route.duration_s, route.distance_m),
        "summary": "",
        "steps": [],
    }
    if options.steps:
        steps = directions(router.network, route)
        leg["steps"] = shown_steps(route, points, steps, options.geometries)
        leg["summary"] = _summary(leg["steps"])
    if options.overview == "by_legs":
        leg["geometry"] = shown_whole(points, options.geometries)
    if options.annotations:
        leg["annotation"] = _annotation(route, points, options.annotations)
    return leg


def _measures(duration_s: float, distance_m: float) -> dict[str, float]:
    seconds = round(duration_s, 1)
    return {"distance": round(distance_m, 1), "duration": seconds, "weight": seconds}


def _annotation(route: Route, points: Floats, asked: frozenset[str]) -> dict[str, list[float]]:
    """Return what is known of each piece between two points of a leg."""
    metres, seconds = pieces_m(route, points), np.diff(route.cumulative_duration_s)
    speed = np.divide(metres, seconds, out=np.zeros_like(metres), where=seconds > 0.0)
    known = {"distance": (metres, 3), "duration": (seconds, 3), "weight": (seconds, 3), "speed": (speed, 1)}
    return {name: np.round(*known[name]).tolist() for name in sorted(asked)}


def _summary(steps: Sequence[dict[str, Any]]) -> str:
    """Return the two streets that are driven along farthest, in order of travel."""
    metres: dict[str, float] = {}
    for step in steps:
        metres[step["name"]] = metres.get(step["name"], 0.0) + step["distance"]
    metres.pop("", None)
    longest = sorted(metres, key=lambda name: -metres[name])[:2]
    return ", ".join(name for name in metres if name in longest)


def _simplified(router: Router, lonlat: Floats) -> Floats:
    frame = router.snapper.frame
    line = frame.to_metres(lonlat)
    simple = shapely.simplify(shapely.linestrings(line), float(np.ptp(line, axis=0).max()) * _SIMPLER)
    return frame.to_lonlat(shapely.get_coordinates(simple))
