"""Turn-by-turn steps in OSRM's shape."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.api.osrm.lines import shown_parts
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


def shown_steps(route: Route, points: Floats, steps: Sequence[Step], form: str) -> list[dict[str, Any]]:
    """Return the steps of one leg.

    Parameters
    ----------
    route : Route
        The leg.
    points : (k, 2) float64
        The points of its geometry.
    steps : sequence of Step
        Its directions.
    form : str
        What their lines are sent as.
    """
    ends = [steps[0].first, *(step.last for step in steps)]
    along_m = np.append(0.0, np.cumsum(pieces_m(route, points)))[ends].tolist()
    along_s = route.cumulative_duration_s[ends].tolist()
    places = np.round(points, DEGREE_DIGITS).tolist()
    # A line has two points, so the last step has its one twice.
    shown_part = shown_parts(np.append(points, points[-1:], axis=0), form)
    return [
        {
            "distance": round(along_m[i + 1] - along_m[i], 1),
            "duration": round(along_s[i + 1] - along_s[i], 1),
            "weight": round(along_s[i + 1] - along_s[i], 1),
            "geometry": shown_part(step.first, max(step.last, step.first + 1)),
            "name": step.name,
            **_signs(step),
            "mode": "driving",
            "maneuver": _maneuver(places, step),
            "intersections": [_intersection(places, junction) for junction in step.junctions],
        }
        for i, step in enumerate(steps)
    ]


def _signs(step: Step) -> dict[str, str]:
    """Return what signs say along a step, where they say something."""
    said = {"ref": step.ref, "destinations": step.destination, "rotary_name": step.rotary}
    return {key: words for key, words in said.items() if words}


def _maneuver(places: Sequence[list[float]], step: Step) -> dict[str, Any]:
    junction = step.junctions[0]
    return {
        "type": step.kind,
        **({"modifier": step.modifier} if step.modifier else {}),
        **({"exit": step.exit} if step.exit is not None else {}),
        "location": places[junction.point],
        "bearing_before": _whole(junction.bearing_before or 0.0),
        "bearing_after": _whole(junction.bearing_after or 0.0),
    }


def _intersection(places: Sequence[list[float]], junction: Junction) -> dict[str, Any]:
    """Return a junction with the road by which it is reached and those one may take there."""
    roads = [(_whole(bearing), True, "") for bearing in junction.others]
    roads += [(_whole(bearing), False, "") for bearing in junction.closed]
    if junction.bearing_before is not None:
        roads.append((_whole((junction.bearing_before + 180.0) % 360.0), False, "in"))
    if junction.bearing_after is not None:
        roads.append((_whole(junction.bearing_after), True, "out"))
    roads.sort(key=itemgetter(0))
    shown: dict[str, Any] = {
        "location": places[junction.point],
        "bearings": [bearing for bearing, _, _ in roads],
        "entry": [entered for _, entered, _ in roads],
    }
    return shown | {role: place for place, (_, _, role) in enumerate(roads) if role}


def _whole(bearing: float) -> int:
    return round(bearing) % 360
