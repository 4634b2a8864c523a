"""What a driver is told at a junction, in OSRM's words, read from directions, names, signs and classes.

Notes
-----
Told is what OSRM's guidance tells: nothing where the road that goes on is plain and keeps its name. A road
goes on plainly where every other one leaves at clearly more of an angle, or is of a clearly lesser class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from equipage.routing.network import RoadNetwork

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Angle = TypeVar("Angle", float, Floats)

# Up to so many degrees each, a change of direction has this name; those of OSRM's guidance.
_MODIFIERS = ((20.0, "straight"), (40.0, "slight"), (120.0, ""), (180.0, "sharp"))
_NARROW_DEG = 40.0
# A road leaves at clearly more of an angle with more than twice the change, and so much besides.
_CLEARLY_TIMES, _CLEARLY_DEG = 2.0, 12.5
# Beside a road of a lesser class, so much is enough.
_STRAIGHTER_TIMES = 1.4
_PRIORITY = {
    "motorway": 0,
    "motorway_link": 1,
    "trunk": 2,
    "trunk_link": 3,
    "primary": 4,
    "primary_link": 5,
    "secondary": 6,
    "secondary_link": 7,
    "tertiary": 8,
    "tertiary_link": 9,
    "residential": 10,
    "unclassified": 10,
    "living_street": 11,
    "service": 12,
}
_LEAST_PRIORITY = 31
_SECONDARY = _PRIORITY["secondary"]
# A road of the class of the one before is plain beside one whose place in the order is so many times its.
_CLEARLY_LESSER = 1.75
_FAST = frozenset({"motorway", "trunk"})
_RAMPS = frozenset({"motorway_link", "trunk_link"})
_THREE_ROADS = 2
"""The road before, the one after, and so many others less one."""


@dataclass(frozen=True, slots=True)
class Road:
    """A road at a junction as it appears to a driver.

    Parameters
    ----------
    kind : str
        Its class.
    name, ref : str
        Its name and number, empty where it has none.
    change_deg : float
        By how much one turns to take it, to the right above 0, within ±180.
    may_enter : bool
        Whether one may take it.
    """

    kind: str
    name: str
    ref: str
    change_deg: float
    may_enter: bool = True

    @property
    def off_deg(self) -> float:
        """How far it is from straight on."""
        return abs(self.change_deg)

    @property
    def priority(self) -> int:
        """The place of its class in the order of importance, 0 for the highest."""
        return _PRIORITY.get(self.kind, _LEAST_PRIORITY)

    @property
    def is_minor(self) -> bool:
        """Whether drivers overlook it beside a street."""
        return self.kind not in _PRIORITY or self.kind == "service"


def road_at(network: RoadNetwork, edge: int, change: float, *, may_enter: bool = True) -> Road:
    """Return an edge as a road at a junction.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    edge : int
        The edge.
    change : float
        By how many degrees one turns to take it.
    may_enter : bool
        Whether one may take it.
    """
    name, ref = network.names[network.edge_name[edge]], network.signs[network.edge_ref[edge]]
    return Road(
        network.classes[network.edge_class[edge]], "" if name == ref else name, ref, change, may_enter
    )


def change_deg(before: Angle, after: Angle) -> Angle:
    """Return by how many degrees a direction changes, to the right above 0, within ±180.

    Parameters
    ----------
    before, after : float or (n,) float64
        Directions in degrees clockwise from north.
    """
    return (after - before + 180.0) % 360.0 - 180.0


def may_be_told(
    network: RoadNetwork, before: Ints, after: Ints, change: Floats, others: tuple[Ints, Bools, Floats]
) -> Bools:
    """Return at which junctions a driver may have to be told something; at all others `maneuver` is None.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    before, after : (n,) int64
        The edges by which one comes to the junctions and goes on.
    change : (n,) float64
        By how many degrees one turns there.
    others : (a,) int64, bool and float64
        Of each other road, the number of its junction, whether one may take it, and how one would turn.
    """
    place, may_enter, other = others
    off = np.abs(change)
    rivals = ~_is_clear(off[place], np.abs(other)) & may_enter
    told: Bools = network.edge_reverse[before] == after
    told[place[rivals | (off[place] > _NARROW_DEG)]] = True
    ramps = np.array([kind in _RAMPS for kind in network.classes])
    for edge in (before, after):
        told |= ramps[network.edge_class[edge]]
    for words in (network.edge_name, network.edge_ref):
        told |= words[before] != words[after]
    return told


def maneuver(before: Road, after: Road, beside: Sequence[Road]) -> tuple[str, str] | None:
    """Return what a driver is told to do at a junction, and in which direction.

    Parameters
    ----------
    before, after : Road
        The road one comes by, and the one that is taken.
    beside : sequence of Road
        The others.

    Returns
    -------
    (kind, modifier) or None
        In OSRM's words; None for nothing.
    """
    rivals = [road for road in beside if road.may_enter]
    if told := _told_of_ramp(before, after, beside):
        return told
    # Who turns wide sees all roads, and who goes on those that are open.
    seen = rivals if after.off_deg <= _NARROW_DEG else beside
    if all(_is_plainer(before, after, road) for road in seen):
        return _told_of_plain(before, after, beside)
    prongs = _ahead(rivals)
    if after.off_deg <= _NARROW_DEG and prongs and not _one_is_plain(before, [after, *prongs]):
        return "fork", _prong(after, prongs)
    if _ends_road(after, beside):
        return "end of road", direction(after.change_deg)
    same = before.name and before.name == after.name
    return "continue" if same else "turn", _way(after, prongs)


def is_new(before: Road, after: Road) -> bool:
    """Return whether a road's name or number is news: not where one goes on, comes in addition or ends.

    Parameters
    ----------
    before, after : Road
        The road one comes by, and the one that is taken.
    """
    if not before.name and not before.ref:
        return bool(after.name or after.ref)
    refs_agree = before.ref in after.ref or after.ref in before.ref
    numbered_alike = refs_agree and before.ref and after.ref
    if not after.name or before.name == after.name:
        return not (refs_agree or (before.name == after.name and not after.ref))
    contained = before.name and (before.name.startswith(after.name) or after.name.startswith(before.name))
    return not (refs_agree and (contained or (numbered_alike and not before.name)))


def direction(change: float) -> str:
    """Return the name of a change of direction.

    Parameters
    ----------
    change : float
        Degrees, to the right above 0, within ±180.
    """
    strength = next(name for most, name in _MODIFIERS if abs(change) <= most)
    return strength if strength == "straight" else f"{strength} {'right' if change > 0 else 'left'}".strip()


def _told_of_ramp(before: Road, after: Road, beside: Sequence[Road]) -> tuple[str, str] | None:
    """Return what is told where a ramp begins, divides or joins a motorway or trunk road; None elsewhere."""
    rivals = [road for road in beside if road.may_enter]
    prongs = _ahead(rivals)
    from_ramp, to_ramp = before.kind in _RAMPS, after.kind in _RAMPS
    if from_ramp and after.kind in _FAST and _joins(after, beside):
        return "merge", "slight left" if after.change_deg >= 0.0 else "slight right"
    if from_ramp and to_ramp and prongs and all(road.kind in _RAMPS for road in prongs):
        return "fork", _prong(after, prongs)
    if to_ramp and not from_ramp and before.kind not in _FAST:
        return "on ramp", _way(after, prongs)
    if to_ramp and not from_ramp and any(rival.kind not in _RAMPS for rival in rivals):
        return "off ramp", _side(after, rivals)
    return None


def _told_of_plain(before: Road, after: Road, beside: Sequence[Road]) -> tuple[str, str] | None:
    """Return what is told where the road taken is plain: its name, or that it goes through."""
    if not is_new(before, after):
        return None
    if not _goes_through(after, beside) or (before.kind in _RAMPS and after.kind in _RAMPS):
        return "new name", direction(after.change_deg)
    return "turn", "straight" if after.off_deg < _NARROW_DEG else direction(after.change_deg)


def _is_plainer(before: Road, road: Road, other: Road) -> bool:
    """Return whether a road goes on, rather than another."""
    if _is_plain_by_class(before, road, other):
        return True
    if road.off_deg > _NARROW_DEG or not _is_clear(road.off_deg, other.off_deg):
        return False
    return before.priority > _SECONDARY or not is_new(before, road) or is_new(before, other)


def _is_clear(off: Angle, other: Angle) -> Any:
    """Return whether one road leaves at clearly less of an angle from straight on than another."""
    return (other > _CLEARLY_TIMES * off) & (other - off > _CLEARLY_DEG)


def _is_plain_by_class(before: Road, road: Road, other: Road) -> bool:
    straighter = other.off_deg > _STRAIGHTER_TIMES * road.off_deg
    if other.is_minor and not road.is_minor:
        return straighter or road.off_deg <= _NARROW_DEG
    goes_on = before.kind == road.kind or {before.kind, road.kind} <= _FAST
    if goes_on and before.kind not in _RAMPS and other.kind in _RAMPS:
        return True
    is_its_link = before.kind == road.kind == other.kind.removesuffix("_link") != other.kind
    lesser = before.priority == road.priority and _CLEARLY_LESSER * road.priority < other.priority
    return is_its_link or (lesser and straighter)


def _one_is_plain(before: Road, roads: Sequence[Road]) -> bool:
    """Return whether one of two roads or more goes on rather than all others."""
    return any(
        all(_is_plainer(before, road, other) for other in roads if other is not road) for road in roads
    )


def _joins(after: Road, beside: Sequence[Road]) -> bool:
    """Return whether traffic of another road comes onto the one taken."""
    return any(
        (road.kind in _FAST or not road.may_enter)
        and abs(change_deg(road.change_deg, after.change_deg)) > 180.0 - _NARROW_DEG
        for road in beside
    )


def _goes_through(after: Road, beside: Sequence[Road]) -> bool:
    """Return whether the road taken comes from the other side of the junction under the same name."""
    return any(
        road.name == after.name
        and (road.name or road.kind == after.kind)
        and abs(change_deg(road.change_deg, after.change_deg)) > 180.0 - _NARROW_DEG
        for road in beside
    )


def _ends_road(after: Road, beside: Sequence[Road]) -> bool:
    """Return whether the junction is a T that one comes to by its stem."""
    if len(beside) + 1 != _THREE_ROADS:
        return False
    (other,) = beside
    return after.change_deg * other.change_deg < 0.0 and all(
        abs(road.off_deg - 90.0) < _NARROW_DEG for road in (after, other)
    )


def _ahead(roads: Sequence[Road]) -> list[Road]:
    """Return those of the roads that go on nearly straight."""
    return [road for road in roads if road.off_deg <= _NARROW_DEG]


def _way(after: Road, prongs: Sequence[Road]) -> str:
    """Return in which direction one goes on; straight on beside others ahead, on which side."""
    straight = direction(after.change_deg) == "straight"
    return _prong(after, prongs) if straight and prongs else direction(after.change_deg)


def _prong(after: Road, prongs: Sequence[Road]) -> str:
    """Return on which side of a fork's other roads one goes on."""
    changes = [road.change_deg for road in prongs]
    if after.change_deg < min(changes):
        return "slight left"
    return "slight right" if after.change_deg > max(changes) else "straight"


def _side(after: Road, rivals: Sequence[Road]) -> str:
    """Return on which side of the road that goes on a ramp leaves it."""
    ahead = min(rivals, key=lambda road: road.off_deg)
    return "slight right" if after.change_deg > ahead.change_deg else "slight left"
