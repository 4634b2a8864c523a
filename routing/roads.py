"""The ways of a map that a vehicle may use, with what their tags mean for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.routing.conditional import Situation, situations
from equipage.routing.osm import CROSSINGS, Direction, OsmData, OsmWay, Tags
from equipage.routing.profile import VehicleProfile
from equipage.routing.speeds import duration_s
from equipage.routing.way_rules import (
    DIRECTIONS,
    Closure,
    closure,
    is_local,
    may_stop,
    road_class,
    speed_kph,
    unread_tags,
)

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

KEYS_WITHOUT_RULE = frozenset(
    {"name", "alt_name", "loc_name", "short_name", "old_name", "ref", "int_ref", "old_ref", "layer"}
    | {"addr:street", "addr:postcode", "postal_code", "destination", "destination:ref"}
    | {"lit", "sidewalk", "cutting", "embankment", "covered", "noexit", "start_date", "check_date"}
    | {"source", "created_by", "description", "note", "fixme", "FIXME", "wikidata", "wikipedia"}
)
"""Frequent tags that mean nothing here. The combinations of all others are few: each is read once."""


class TimedSpeed(NamedTuple):
    """The place of a way, 1 for against the direction it is drawn in, when, and its km/h then (0: closed)."""

    way: int
    against: int
    when: str
    kph: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """The w ways that a profile may use.

    Parameters
    ----------
    ways : sequence of OsmWay
        In the order of the map.
    open : (w, 2) bool
        Whether each may be driven in the direction it is drawn in, and against it.
    local : (w, 2) bool
        Whether they are for local business only.
    stop : (w, 2) bool
        Whether trips may start and end there.
    kph : (w, 2) float64
        The average speeds in these directions.
    crossing_s : (w,) float64
        The seconds that a ferry, shuttle train or movable bridge says it takes, NaN where nothing is said.
    timed : sequence of TimedSpeed
        What differs from these speeds at some hours, in the order of the ways.
    ignored : mapping from str to int
        How many of the map's ways are not among these, and of how many a tag was not read, by reason.

    Notes
    -----
    A way that is only open at some hours is open here, and closed in `timed` at all others.
    """

    ways: Sequence[OsmWay]
    open: Bools
    local: Bools
    stop: Bools
    kph: Floats
    crossing_s: Floats
    timed: Sequence[TimedSpeed]
    ignored: Mapping[str, int]


class _Side(NamedTuple):
    """What the tags of a way mean for one direction, and the km/h that differ at some hours."""

    open: bool
    local: bool
    stop: bool
    kph: float
    timed: tuple[tuple[str, float], ...]


class _Reading(NamedTuple):
    """What the tags of one way mean: the direction it is drawn in, the other, and what to count of them."""

    sides: tuple[_Side, _Side]
    crossing_s: float
    ignored: tuple[str, ...]


def usable_roads(osm: OsmData, profile: VehicleProfile) -> Roads:
    """Return the ways that a profile may use in some direction, with their speeds.

    Parameters
    ----------
    osm : OsmData
        The decoded map.
    profile : VehicleProfile
        Whose rules count.

    Returns
    -------
    Roads
        The ways and what their tags mean.
    """
    readings, number = _readings(osm.ways, profile)
    usable = np.array([any(side.open for side in each.sides) for each in readings], dtype=bool)[number]
    kind = number[usable]
    return Roads(
        ways=list(compress(osm.ways, usable)),
        open=_by_side([[side.open for side in each.sides] for each in readings]).astype(bool)[kind],
        local=_by_side([[side.local for side in each.sides] for each in readings]).astype(bool)[kind],
        stop=_by_side([[side.stop for side in each.sides] for each in readings]).astype(bool)[kind],
        kph=_by_side([[side.kph for side in each.sides] for each in readings])[kind],
        crossing_s=np.array([each.crossing_s for each in readings], dtype=np.float64)[kind],
        timed=[
            TimedSpeed(way, against, when, kph)
            for way, place in enumerate(kind.tolist())
            for against, side in enumerate(readings[place].sides)
            for when, kph in side.timed
        ],
        ignored=_ignored(readings, number),
    )


def _readings(ways: Iterable[OsmWay], profile: VehicleProfile) -> tuple[list[_Reading], Indices]:
    """Return what the combinations of tags mean, each read once, and the place of each way's among them."""
    places: dict[frozenset[tuple[str, str]], int] = {}
    readings: list[_Reading] = []
    number = []
    for way in ways:
        ruling = frozenset([pair for pair in way.tags.items() if pair[0] not in KEYS_WITHOUT_RULE])
        place = places.setdefault(ruling, len(readings))
        if place == len(readings):
            readings.append(_read(way.tags, profile))
        number.append(place)
    return readings, np.array(number, dtype=np.int64)


def _by_side(values: list[list[float]]) -> Floats:
    return np.array(values, dtype=np.float64).reshape(-1, 2)


def _ignored(readings: Sequence[_Reading], number: Indices) -> Counter[str]:
    """Return how many ways have each reason to be left out, or to be read in part."""
    ignored: Counter[str] = Counter(ways_closed=0)
    for reading, ways in zip(readings, np.bincount(number, minlength=len(readings)).tolist(), strict=True):
        for reason in reading.ignored:
            ignored[reason] += ways
    return ignored


def _read(tags: Tags, profile: VehicleProfile) -> _Reading:
    """Return what the tags of a way mean for a profile."""
    plain = [Situation("", tags)]
    told = situations(tags, profile)
    sides = [_side(told or plain, profile, direction) for direction in DIRECTIONS]
    unread = told is None or None in sides
    if unread:
        told, sides = plain, [_side(plain, profile, direction) for direction in DIRECTIONS]
    usual = (told or plain)[0].tags
    both = tuple(side for side in sides if side is not None)
    ignored = [*(unread_tags(usual, profile)), *(["conditions_not_read"] if unread else [])]
    if not any(side.open for side in both):
        closed = [closure(usual, profile, direction) for direction in DIRECTIONS]
        reason = next((why for why in closed if why is not Closure.ONEWAY), Closure.ONEWAY)
        ignored = ["ways_closed", f"ways_closed_by_{reason}"]
    return _Reading((both[0], both[1]), _crossing_s(usual, profile), tuple(ignored))


def _side(told: Sequence[Situation], profile: VehicleProfile, direction: Direction) -> _Side | None:
    """Return what the situations of a way mean for a direction.

    None where it is for local business at some hours and for all at others: local roads are so at all times.
    """
    open_ = [closure(each.tags, profile, direction) is None for each in told]
    kph = [
        speed_kph(each.tags, profile, direction) if drivable else 0.0
        for each, drivable in zip(told, open_, strict=True)
    ]
    local = {is_local(each.tags, profile, direction) for each in compress(told, open_)}
    if not any(open_):
        return _Side(open=False, local=False, stop=False, kph=0.0, timed=())
    if len(local) > 1 and open_[0]:
        return None
    usual = kph[0] or next(filter(None, kph))
    return _Side(
        open=True,
        local=any(local),
        stop=open_[0] and may_stop(told[0].tags, profile, direction),
        kph=usual,
        timed=tuple((each.when, then) for each, then in zip(told, kph, strict=True) if then != usual),
    )


def _crossing_s(tags: Tags, profile: VehicleProfile) -> float:
    """Return the seconds that a ferry, a shuttle train or a movable bridge says it takes, NaN for none."""
    crosses = road_class(tags) in CROSSINGS or tags.get("bridge") in profile.bridge_kph
    stated = tags.get("duration") if crosses else None
    return (duration_s(stated) if stated else None) or np.nan
