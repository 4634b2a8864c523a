"""Turn-by-turn directions: where along a route a driver has to be told something, and what.

Notes
-----
What a junction asks for is said in `equipage.routing.maneuvers`, what a roundabout is in
`equipage.routing.roundabouts`. A driver is told nothing where the road that goes on keeps its name, or has no
rival.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.earth import distance_m
from equipage.routing.junctions import Junction, Meetings, bearing_along, nodes_along
from equipage.routing.maneuvers import change_deg, direction, is_new, maneuver, road_at, roads_beside
from equipage.routing.network import RoadNetwork
from equipage.routing.roundabouts import exits_passed, ring_edges, ring_kind
from equipage.routing.route import Route

Floats = npt.NDArray[np.float64]
# A new name that holds for less is not told (so much on OSRM's).
_BRIEF_M = 105.0

Told = tuple[str, str | None, int | None]
"""What to do, in which direction, and by which exit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """What a driver is told, and the part of the route until the next time.

    Parameters
    ----------
    kind : str
        What to do, in OSRM's words: `depart`, `turn`, `continue`, `new name`, `end of road`, `fork`,
        `on ramp`, `off ramp`, `merge`, `roundabout`, `exit roundabout`, `rotary`, `exit rotary`,
        `roundabout turn` or `arrive`.
    modifier : str or None
        In which direction: `uturn`, `straight`, or `left` and `right`, also `slight` and `sharp`; None at the
        start and the end.
    name, ref, destination : str
        The street that is then driven along, its number, and where signs say it leads; empty where it has
        none. Of a roundabout, those of the road one leaves it by, and its own name is its `rotary`.
    exit : int or None
        Which exit of a roundabout is taken, 1 for the first; None elsewhere, and where the route ends on it.
    rotary : str
        The name of a roundabout that has one of its own.
    junctions : tuple of Junction
        The one where it is done, and those passed on the way to the next step.
    last : int
        The place of the part's last point among the points of the route's geometry.
    """

    kind: str
    modifier: str | None
    name: str
    ref: str
    destination: str
    exit: int | None
    rotary: str
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
    return _Drive(network, route).steps()


class _Drive:
    """The edges of a route that have a length, and what is told between them."""

    def __init__(self, network: RoadNetwork, route: Route) -> None:
        self.network = network
        self.points = shapely.get_coordinates(route.geometry)
        driven = [i for i in range(len(route.edges)) if route.edge_start[i] < route.edge_start[i + 1]]
        self.edges = [route.edges[i] for i in driven] or [route.edges[0]]
        self.start = [*(int(route.edge_start[i]) for i in driven or [0]), len(self.points) - 1]
        on_ring = network.edge_roundabout[self.edges].tolist()
        runs = list(_runs(on_ring))
        circles = [ring_edges(network, self.edges[begin]) for begin, _ in runs]
        nodes = nodes_along(network, [*self.edges, *(edge for circle in circles for edge in circle)])
        self.meetings = Meetings(network, nodes)
        kinds = [ring_kind(self.meetings, circle) for circle in circles]
        # Where the edges on each roundabout begin and end, and what it is called.
        self.rings = {begin: (end, kind) for (begin, end), kind in zip(runs, kinds, strict=True) if kind}

    def steps(self) -> tuple[Step, ...]:
        """Return the steps."""
        told: dict[int, Told] = {0: ("depart", None, None)}
        within = set[int]()
        for begin, (end, kind) in self.rings.items():
            told |= self._told_of_ring(begin, end, kind)
            within.update(range(begin, end + 1))
        junctions = [self._departure()]
        for i in range(1, len(self.edges)):
            junction, words = self._at(i)
            if words and i not in within:
                told[i] = (*words, None)
            if i in told or junction.others or junction.closed:
                junctions.append(junction)
        return (*self._between(self._without_brief_names(told), junctions), self._arrival())

    def _told_of_ring(self, begin: int, end: int, kind: str) -> dict[int, Told]:
        """Return what is told of a roundabout whose edges are those from one place to before another."""
        leaves = end < len(self.edges)
        exit_ = exits_passed(self.meetings, self.edges[begin:end]) + 1 if leaves else None
        enters = begin > 0
        if kind == "roundabout turn" and enters and leaves:
            change = change_deg(self._bearings(begin)[0], self._bearings(end)[1])
            return {begin: (kind, direction(change), exit_)}
        name = "roundabout" if kind == "roundabout turn" else kind
        told: dict[int, Told] = {}
        if enters:
            told[begin] = (name, direction(change_deg(*self._bearings(begin))), exit_)
        if leaves:
            told[end] = (f"exit {name}", direction(change_deg(*self._bearings(end))), exit_)
        return told

    def _without_brief_names(self, told: dict[int, Told]) -> list[tuple[int, Told]]:
        """Return what is told without names that soon give way to others, and those that then are none."""
        metres = np.append(0.0, np.cumsum(distance_m(self.points[:-1], self.points[1:])))
        places = sorted(told)
        kept: list[tuple[int, Told]] = []
        for i, following in zip(places, [*places[1:], len(self.edges)], strict=True):
            if told[i][0] == "new name":
                known, road = (road_at(self.network, self.edges[place], 0.0) for place in (kept[-1][0], i))
                lasts_m = metres[self.start[following]] - metres[self.start[i]]
                if lasts_m < _BRIEF_M or not is_new(known, road):
                    continue
            kept.append((i, told[i]))
        return kept

    def _bearings(self, i: int) -> tuple[float, float]:
        """Return the directions of travel before and after the place where an edge begins."""
        first, at, last = self.start[i - 1 : i + 2]
        before, after = (bool(self.network.edge_roundabout[edge]) for edge in self.edges[i - 1 : i + 1])
        return (
            bearing_along(self.points[first : at + 1][::-1], back=True, ring=before),
            bearing_along(self.points[at : last + 1], ring=after),
        )

    def _at(self, i: int) -> tuple[Junction, tuple[str, str] | None]:
        """Return the junction where an edge begins, and what is told there."""
        before, after = self.edges[i - 1], self.edges[i]
        bearing_before, bearing_after = self._bearings(i)
        arms = self.meetings.arms(before, after)
        junction = Junction(
            point=self.start[i],
            bearing_before=bearing_before,
            bearing_after=bearing_after,
            others=tuple(arm.bearing for arm in arms if arm.may_enter),
            closed=tuple(arm.bearing for arm in arms if not arm.may_enter),
        )
        change = change_deg(bearing_before, bearing_after)
        come, gone = road_at(self.network, before, 0.0), road_at(self.network, after, change)
        if self.network.edge_reverse[before] == after:
            return junction, ("continue" if come.name == gone.name else "turn", "uturn")
        return junction, maneuver(come, gone, roads_beside(self.network, bearing_before, arms))

    def _between(self, told: Sequence[tuple[int, Told]], junctions: Sequence[Junction]) -> Iterator[Step]:
        """Yield what is told with the parts of the way in between."""
        lasts = [*(self.start[i] for i, _ in told[1:]), self.start[-1]]
        for (i, words), last in zip(told, lasts, strict=True):
            begin = self.start[i]
            passed = tuple(each for each in junctions if begin <= each.point < max(last, begin + 1))
            left_at, _ = self.rings.get(i, (i, "")) if words[0] != "depart" else (i, "")
            road = self.edges[left_at if left_at < len(self.edges) else i]
            yield self._step(words, road, passed, last, rotary=self._rotary(words[0], i))

    def _rotary(self, kind: str, i: int) -> str:
        """Return the name of the rotary that is entered or left at the beginning of an edge."""
        if not kind.endswith("rotary"):
            return ""
        edge = self.edges[i - 1 if kind == "exit rotary" else i]
        name: str = self.network.names[self.network.edge_name[edge]]
        return name

    def _step(
        self, told: Told, edge: int, junctions: tuple[Junction, ...], last: int, *, rotary: str = ""
    ) -> Step:
        network = self.network
        kind, modifier, exit_ = told
        return Step(
            kind=kind,
            modifier=modifier,
            name=network.names[network.edge_name[edge]],
            ref=network.signs[network.edge_ref[edge]],
            destination=network.signs[network.edge_destination[edge]],
            exit=exit_,
            rotary=rotary,
            junctions=junctions,
            last=last,
        )

    def _departure(self) -> Junction:
        bearing = bearing_along(self.points[: self.start[1] + 1])
        return Junction(point=0, bearing_before=None, bearing_after=bearing)

    def _arrival(self) -> Step:
        end = self.start[-1]
        bearing = bearing_along(self.points[self.start[-2] :][::-1], back=True)
        junction = Junction(point=end, bearing_before=bearing, bearing_after=None)
        return self._step(("arrive", None, None), self.edges[-1], (junction,), end)


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each run of true flags begins and ends, its end not included."""
    begin = None
    for i, flag in enumerate([*flags, False]):
        if flag and begin is None:
            begin = i
        elif not flag and begin is not None:
            yield begin, i
            begin = None
