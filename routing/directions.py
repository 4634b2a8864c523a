"""Turn-by-turn directions: where along a route a driver has to be told something, and what.

Notes
-----
What a junction asks for is read from the shapes of the roads, their names and classes, and the turns that are
allowed there. A driver is told nothing where the road that goes on keeps its name, or has no rival. The
network does not know which roads are roundabouts: their exits are turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.earth import bearing_deg, distance_m
from equipage.routing.network import RoadNetwork
from equipage.routing.route import Route, edges_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# The direction of a road at a junction is that of its first so many metres.
_LOOK_M = 15.0
# Up to so many degrees each, a change of direction has this name; those of OSRM's guidance.
_MODIFIERS = ((20.0, "straight"), (40.0, "slight"), (120.0, ""), (180.0, "sharp"))
# Roads that leave a junction by no more than this go on; the straightest goes on clearly when the next is
# farther off by at least so much.
_ONWARD_DEG, _CLEARLY_DEG = 45.0, 20.0
_FAST = frozenset({"motorway", "trunk"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Junction:
    """A place where a route could go on in another way.

    Parameters
    ----------
    point : int
        Its place among the points of the route's geometry.
    bearing_before, bearing_after : float or None
        The direction of travel on reaching and on leaving it, in degrees clockwise from north; None at the
        route's start and end.
    others : tuple of float
        The directions of the other roads one may take there.
    """

    point: int
    bearing_before: float | None
    bearing_after: float | None
    others: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """What a driver is told, and the part of the route until the next time.

    Parameters
    ----------
    kind : str
        What to do, in OSRM's words: `depart`, `turn`, `continue`, `new name`, `end of road`, `fork`,
        `on ramp`, `off ramp`, `merge` or `arrive`.
    modifier : str or None
        In which direction: `uturn`, `straight`, or `left` and `right`, also `slight` and `sharp`; None at the
        start and the end.
    name : str
        The street that is then driven along, empty where it has no name.
    junctions : tuple of Junction
        The one where it is done, and those passed on the way to the next step.
    last : int
        The place of the part's last point among the points of the route's geometry.
    """

    kind: str
    modifier: str | None
    name: str
    junctions: tuple[Junction, ...]
    last: int

    @property
    def first(self) -> int:
        """The place of the part's first point among the points of the route's geometry."""
        return self.junctions[0].point


def directions(network: RoadNetwork, route: Route) -> tuple[Step, ...]:
    """Return the steps of a route, from `depart` to `arrive`.

    Parameters
    ----------
    network : RoadNetwork
        What the route was found on.
    route : Route
        The route.
    """
    points = shapely.get_coordinates(route.geometry)
    driven = [i for i in range(len(route.edges)) if route.edge_start[i] < route.edge_start[i + 1]]
    edges = [route.edges[i] for i in driven] or [route.edges[0]]
    start = [int(route.edge_start[i]) for i in driven] or [0]
    end = len(points) - 1
    told: list[tuple[str, str | None, int]] = [("depart", None, 0)]
    junctions = [
        Junction(
            point=0, bearing_before=None, bearing_after=_bearing(points[: [*start, end][1] + 1]), others=()
        )
    ]
    for i in range(1, len(edges)):
        junction = _junction(
            network, (edges[i - 1], edges[i]), points, (start[i - 1], start[i], [*start, end][i + 1])
        )
        kind = _kind(network, edges[i - 1], edges[i], junction)
        if kind:
            told.append((kind, _modifier(network, (edges[i - 1], edges[i]), junction, kind), i))
        if kind or junction.others:
            junctions.append(junction)
    return _steps(network, edges, start, told, junctions, points)


def _steps(
    network: RoadNetwork,
    edges: Sequence[int],
    start: Sequence[int],
    told: Sequence[tuple[str, str | None, int]],
    junctions: Sequence[Junction],
    points: Floats,
) -> tuple[Step, ...]:
    """Return what is told with the parts of the way in between."""
    end = len(points) - 1
    lasts = [*(start[i] for _, _, i in told[1:]), end]
    steps = [
        Step(
            kind=kind,
            modifier=modifier,
            name=network.names[network.edge_name[edges[i]]],
            junctions=tuple(each for each in junctions if start[i] <= each.point < max(last, start[i] + 1)),
            last=last,
        )
        for (kind, modifier, i), last in zip(told, lasts, strict=True)
    ]
    arrival = Junction(
        point=end,
        bearing_before=_bearing(points[start[-1] :][::-1], back=True),
        bearing_after=None,
        others=(),
    )
    name = network.names[network.edge_name[edges[-1]]]
    return (*steps, Step(kind="arrive", modifier=None, name=name, junctions=(arrival,), last=end))


def _junction(
    network: RoadNetwork, edges: tuple[int, int], points: Floats, places: tuple[int, int, int]
) -> Junction:
    """Return the junction between two edges, which begin at two places and end at a third."""
    before, after = edges
    first, at, last = places
    # Of the array's own type, or the whole of it would be copied into another.
    begin, end = np.searchsorted(
        network.turn_from, np.array([before, before + 1], dtype=network.turn_from.dtype)
    )
    onward = edges_of(network, network.turn_to[begin:end].astype(np.int64))
    others = set(onward.tolist()) - {after, int(network.edge_reverse[before])}
    return Junction(
        point=at,
        bearing_before=_bearing(points[first : at + 1][::-1], back=True),
        bearing_after=_bearing(points[at : last + 1]),
        others=tuple(_bearing(network.edge_shape(edge)) for edge in sorted(others)),
    )


def _bearing(line: Floats, *, back: bool = False) -> float:
    """Return in which direction a line leaves its first point, or comes to it."""
    along_m = np.concatenate([[0.0], np.cumsum(distance_m(line[:-1], line[1:]))])
    seen = min(int(np.searchsorted(along_m, _LOOK_M)), len(line) - 1)
    # With a point far beyond, the direction is that of the piece it ends.
    ahead = max(seen - 1, 1) if along_m[seen] > 2 * _LOOK_M else seen
    pair = (line[ahead], line[0]) if back else (line[0], line[ahead])
    return float(bearing_deg(*pair))


def _kind(network: RoadNetwork, before: int, after: int, junction: Junction) -> str | None:
    """Return what a driver is told at a junction; None for nothing."""
    same_name = network.edge_name[before] == network.edge_name[after]
    if network.edge_reverse[before] == after:
        return "continue" if same_name else "turn"
    rivals = [abs(_change_deg(junction.bearing_before, other)) for other in junction.others]
    change = abs(_change_deg(junction.bearing_before, junction.bearing_after))
    if rivals and (ramp := _ramp(*(network.classes[network.edge_class[edge]] for edge in (before, after)))):
        return ramp
    onward = change <= _ONWARD_DEG and all(change + _CLEARLY_DEG <= rival for rival in rivals)
    if not rivals or onward:
        return None if same_name else "new name"
    if change <= _ONWARD_DEG and min(rivals) <= _ONWARD_DEG:
        return "fork"
    if same_name:
        return "continue"
    return "end of road" if min(change, *rivals) > _ONWARD_DEG else "turn"


def _ramp(before: str, after: str) -> str | None:
    """Return what a change of road classes is called at the ends of a ramp."""
    from_ramp, to_ramp = before.endswith("_link"), after.endswith("_link")
    if to_ramp and not from_ramp:
        return "off ramp" if before in _FAST else "on ramp" if after.removesuffix("_link") in _FAST else None
    return "merge" if from_ramp and after in _FAST else None


def _modifier(network: RoadNetwork, edges: tuple[int, int], junction: Junction, kind: str) -> str:
    """Return in which direction a route goes on at a junction; at a fork, on which side of the others."""
    before, after = edges
    if network.edge_reverse[before] == after:
        return "uturn"
    change = _change_deg(junction.bearing_before, junction.bearing_after)
    if kind == "fork":
        changes = (_change_deg(junction.bearing_before, other) for other in junction.others)
        prongs = [prong for prong in changes if abs(prong) <= _ONWARD_DEG]
        return (
            "slight left" if change < min(prongs) else "slight right" if change > max(prongs) else "straight"
        )
    strength = next(name for most, name in _MODIFIERS if abs(change) <= most)
    return strength if strength == "straight" else f"{strength} {'right' if change > 0 else 'left'}".strip()


def _change_deg(before: float | None, after: float | None) -> float:
    """Return by how many degrees a direction changes, to the right above 0, within ±180."""
    return ((after or 0.0) - (before or 0.0) + 180.0) % 360.0 - 180.0
