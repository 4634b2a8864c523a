"""Turn-by-turn steps in OSRM's shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from equipage.api.osrm.waypoints import DEGREE_DIGITS
from equipage.geo.earth import distance_m
from equipage.routing.directions import Step
from equipage.routing.junctions import Junction
from equipage.routing.route import Route

Floats = npt.NDArray[np.float64]


def pieces_m(route: Route, points: Floats) -> Floats:
    """Return the metres between the points of a route; together they are as long as it is.

    Parameters
    ----------
    route : Route
        The route.
    points : (k, 2) float64
        The points of its geometry.
    """
    metres = distance_m(points[:-1], points[1:])
    total_m = float(metres.sum())
    return metres * (route.distance_m / total_m) if total_m > 0.0 else metres


def shown_steps(
    route: Route, steps: Sequence[Step], shown_line: Callable[[Floats], object]
) -> list[dict[str, Any]]:
    """Return the steps of one leg.

    Parameters
    ----------
    route : Route
        The leg.
    steps : sequence of Step
        Its directions.
    shown_line : callable
        A line in the form that was asked for.
    """
    points = shapely.get_coordinates(route.geometry)
    along_m = np.concatenate([[0.0], np.cumsum(pieces_m(route, points))])
    along_s = route.cumulative_duration_s
    return [
        {
            "distance": round(float(along_m[step.last] - along_m[step.first]), 1),
            "duration": round(float(along_s[step.last] - along_s[step.first]), 1),
            "weight": round(float(along_s[step.last] - along_s[step.first]), 1),
            "geometry": shown_line(_line(points, step)),
            "name": step.name,
            **_signs(step),
            "mode": "driving",
            "maneuver": _maneuver(points, step),
            "intersections": [_intersection(points, junction) for junction in step.junctions],
        }
        for step in steps
    ]


def _line(points: Floats, step: Step) -> Floats:
    """Return a step's points; a line has two, so the last step has its one twice."""
    line = points[step.first : step.last + 1]
    return line if len(line) > 1 else np.repeat(line, 2, axis=0)


def _signs(step: Step) -> dict[str, str]:
    """Return what signs say along a step, where they say something."""
    said = {"ref": step.ref, "destinations": step.destination, "rotary_name": step.rotary}
    return {key: words for key, words in said.items() if words}


def _maneuver(points: Floats, step: Step) -> dict[str, Any]:
    junction = step.junctions[0]
    return {
        "type": step.kind,
        **({"modifier": step.modifier} if step.modifier else {}),
        **({"exit": step.exit} if step.exit is not None else {}),
        "location": _location(points, junction),
        "bearing_before": _whole(junction.bearing_before or 0.0),
        "bearing_after": _whole(junction.bearing_after or 0.0),
    }


def _intersection(points: Floats, junction: Junction) -> dict[str, Any]:
    """Return a junction with the road by which it is reached and those one may take there."""
    came = None if junction.bearing_before is None else (junction.bearing_before + 180.0) % 360.0
    roads = [(bearing, True, "") for bearing in junction.others]
    roads += [(bearing, False, "") for bearing in junction.closed]
    if came is not None:
        roads.append((came, False, "in"))
    if junction.bearing_after is not None:
        roads.append((junction.bearing_after, True, "out"))
    roads.sort(key=lambda road: _whole(road[0]))
    shown: dict[str, Any] = {
        "location": _location(points, junction),
        "bearings": [_whole(bearing) for bearing, _, _ in roads],
        "entry": [entered for _, entered, _ in roads],
    }
    return shown | {role: place for place, (_, _, role) in enumerate(roads) if role}


def _location(points: Floats, junction: Junction) -> list[float]:
    lon, lat = np.round(points[junction.point], DEGREE_DIGITS).tolist()
    return [lon, lat]


def _whole(bearing: float) -> int:
    return round(bearing) % 360
