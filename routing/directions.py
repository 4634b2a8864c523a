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
from itertools import compress

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.earth import bearing_deg
from equipage.routing.bearings import metres_along, places_ahead
from equipage.routing.junctions import Junction, meetings_of
from equipage.routing.maneuvers import change_deg, direction, is_new, maneuver, may_be_told, road_at
from equipage.routing.network import RoadNetwork
from equipage.routing.roundabouts import exits_passed, ring_edges, ring_kind
from equipage.routing.route import Route

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
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
        self.meetings = meetings_of(network)
        driven = np.flatnonzero(np.diff(route.edge_start))
        edges = np.array(route.edges)[driven]
        self.edges: list[int] = edges.tolist()
        points = shapely.get_coordinates(route.geometry)
        start = np.append(route.edge_start[driven], len(points) - 1)
        metres = metres_along(points)
        self.start: list[int] = start.tolist()
        self.metres: list[float] = metres[start].tolist()
        ring = network.edge_roundabout[edges]
        self._look(points, start, ring, metres)
        self.rings = self._rings_of(ring.tolist())
        self._meet(edges)

    def _look(self, points: Floats, start: Ints, ring: Bools, metres: Floats) -> None:
        """Find the directions of travel on leaving the beginning of each edge, and on reaching its end."""
        begins, ends, count = start[:-1], start[1:], len(points) - 1
        on_ring = np.concatenate([[False], ring[1:], ring[:-1], [False]])
        ahead = places_ahead(points, begins, ends, on_ring[: len(ring)], metres=metres)
        to_end = (metres[-1] - metres)[::-1]
        back = places_ahead(points[::-1], count - ends, count - begins, on_ring[len(ring) :], metres=to_end)
        bearings = bearing_deg(np.concatenate([points[begins], back]), np.concatenate([ahead, points[ends]]))
        self.leaving: list[float] = bearings[: len(ring)].tolist()
        self.reaching: list[float] = bearings[len(ring) :].tolist()

    def _rings_of(self, on_ring: Sequence[bool]) -> dict[int, tuple[int, str]]:
        """Return of each roundabout where its edges begin and end, and what it is called."""
        rings: dict[int, tuple[int, str]] = {}
        for begin, end in _runs(on_ring):
            kind = ring_kind(self.meetings, ring_edges(self.meetings, self.edges[begin]))
            if kind:
                rings[begin] = end, kind
        return rings

    def _meet(self, edges: Ints) -> None:
        """Find the junctions at which edges begin, and where something may have to be told."""
        before, after = edges[:-1], edges[1:]
        arms = self.meetings.arms(before, after)
        reaching, leaving = np.array(self.reaching[:-1]), np.array(self.leaving[1:])
        changes = change_deg(reaching[arms.place], arms.bearing)
        self.change: list[float] = [0.0, *change_deg(reaching, leaving).tolist()]
        told = may_be_told(
            self.network, before, after, np.array(self.change[1:]), (arms.place, arms.may_enter, changes)
        )
        self.asking: list[int] = (np.flatnonzero(told) + 1).tolist()
        self.arms = list(zip(arms.edge.tolist(), changes.tolist(), arms.may_enter.tolist(), strict=True))
        bounds = np.searchsorted(2 * arms.place + ~arms.may_enter, np.arange(2 * len(before) + 1)).tolist()
        self.bounds: list[int] = [0, 0, *bounds]
        bearings = tuple(arms.bearing.tolist())
        self.junctions = [
            Junction(0, None, self.leaving[0]),
            *(
                Junction(point, come, gone, bearings[begin:middle], bearings[middle:end])
                for point, come, gone, begin, middle, end in zip(
                    self.start[1:-1],
                    self.reaching[:-1],
                    self.leaving[1:],
                    bounds[:-1:2],
                    bounds[1::2],
                    bounds[2::2],
                    strict=True,
                )
            ),
        ]

    def steps(self) -> tuple[Step, ...]:
        """Return the steps."""
        told: dict[int, Told] = {0: ("depart", None, None)}
        within = set[int]()
        for begin, (end, kind) in self.rings.items():
            told |= self._told_of_ring(begin, end, kind)
            within.update(range(begin, end + 1))
        for i in self.asking:
            if i not in within and (words := self._maneuver(i)):
                told[i] = (*words, None)
        shown = [
            i in told or bool(junction.others or junction.closed) for i, junction in enumerate(self.junctions)
        ]
        return (*self._between(self._without_brief_names(told), shown), self._arrival())

    def _told_of_ring(self, begin: int, end: int, kind: str) -> dict[int, Told]:
        """Return what is told of a roundabout whose edges are those from one place to before another."""
        leaves = end < len(self.edges)
        exit_ = exits_passed(self.meetings, self.edges[begin:end]) + 1 if leaves else None
        enters = begin > 0
        if kind == "roundabout turn" and enters and leaves:
            change = change_deg(self.reaching[begin - 1], self.leaving[end])
            return {begin: (kind, direction(change), exit_)}
        name = "roundabout" if kind == "roundabout turn" else kind
        told: dict[int, Told] = {}
        if enters:
            told[begin] = (name, direction(self.change[begin]), exit_)
        if leaves:
            told[end] = (f"exit {name}", direction(self.change[end]), exit_)
        return told

    def _without_brief_names(self, told: dict[int, Told]) -> list[tuple[int, Told]]:
        """Return what is told without names that soon give way to others, and those that then are none."""
        places = sorted(told)
        kept: list[tuple[int, Told]] = []
        for i, following in zip(places, [*places[1:], len(self.edges)], strict=True):
            if told[i][0] == "new name":
                known, road = (road_at(self.network, self.edges[place], 0.0) for place in (kept[-1][0], i))
                lasts_m = self.metres[following] - self.metres[i]
                if lasts_m < _BRIEF_M or not is_new(known, road):
                    continue
            kept.append((i, told[i]))
        return kept

    def _maneuver(self, i: int) -> tuple[str, str] | None:
        """Return what is told where an edge begins, besides roundabouts."""
        network = self.network
        before, after = self.edges[i - 1], self.edges[i]
        come, gone = road_at(network, before, 0.0), road_at(network, after, self.change[i])
        if network.edge_reverse[before] == after:
            return "continue" if come.name == gone.name else "turn", "uturn"
        beside = [
            road_at(network, edge, change, may_enter=may_enter)
            for edge, change, may_enter in self.arms[self.bounds[2 * i] : self.bounds[2 * i + 2]]
        ]
        return maneuver(come, gone, beside)

    def _between(self, told: Sequence[tuple[int, Told]], shown: Sequence[bool]) -> Iterator[Step]:
        """Yield what is told with the parts of the way in between."""
        ends = [*(i for i, _ in told[1:]), len(self.edges)]
        for (i, words), end in zip(told, ends, strict=True):
            passed = tuple(compress(self.junctions[i:end], shown[i:end]))
            left_at, _ = self.rings.get(i, (i, "")) if words[0] != "depart" else (i, "")
            road = self.edges[left_at if left_at < len(self.edges) else i]
            yield self._step(words, road, passed, self.start[end], rotary=self._rotary(words[0], i))

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

    def _arrival(self) -> Step:
        end = self.start[-1]
        return self._step(
            ("arrive", None, None), self.edges[-1], (Junction(end, self.reaching[-1], None),), end
        )


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each run of true flags begins and ends, its end not included."""
    begin = None
    for i, flag in enumerate([*flags, False]):
        if flag and begin is None:
            begin = i
        elif not flag and begin is not None:
            yield begin, i
            begin = None
