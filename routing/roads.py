"""The ways of a map that a vehicle may use, with what their tags mean for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.routing.osm import CROSSINGS, OsmData, OsmWay, Tags
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

# Tags without a rule that differ from way to way. The combinations of all others are few in a city: each is
# read once.
_NAMING_KEYS = frozenset(
    {"name", "ref", "alt_name", "old_name", "int_ref", "note", "source", "wikidata", "layer"}
)


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
    ignored : mapping from str to int
        How many of the map's ways are not among these, and of how many a tag was not read, by reason.
    """

    ways: Sequence[OsmWay]
    open: Bools
    local: Bools
    stop: Bools
    kph: Floats
    crossing_s: Floats
    ignored: Mapping[str, int]


class _Reading(NamedTuple):
    """What the tags of one way mean, column 0 for the direction it is drawn in; and what to count of them."""

    open: tuple[bool, bool]
    local: tuple[bool, bool]
    stop: tuple[bool, bool]
    kph: tuple[float, float]
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
    known: dict[frozenset[tuple[str, str]], _Reading] = {}
    found: list[tuple[OsmWay, _Reading]] = []
    ignored: Counter[str] = Counter(ways_closed=0)
    for way in osm.ways:
        ruling = frozenset(pair for pair in way.tags.items() if pair[0] not in _NAMING_KEYS)
        reading = known.get(ruling)
        if reading is None:
            reading = known[ruling] = _read(way.tags, profile)
        ignored.update(reading.ignored)
        if any(reading.open):
            found.append((way, reading))
    readings = [reading for _, reading in found]
    return Roads(
        ways=[way for way, _ in found],
        open=np.array([reading.open for reading in readings], dtype=bool).reshape(-1, 2),
        local=np.array([reading.local for reading in readings], dtype=bool).reshape(-1, 2),
        stop=np.array([reading.stop for reading in readings], dtype=bool).reshape(-1, 2),
        kph=np.array([reading.kph for reading in readings], dtype=np.float64).reshape(-1, 2),
        crossing_s=np.array([reading.crossing_s for reading in readings], dtype=np.float64),
        ignored=ignored,
    )


def _read(tags: Tags, profile: VehicleProfile) -> _Reading:
    """Return what the tags of a way mean for a profile."""
    closed = [closure(tags, profile, direction) for direction in DIRECTIONS]
    if all(closed):
        reason = next((why for why in closed if why is not Closure.ONEWAY), Closure.ONEWAY)
        neither = (False, False)
        why = ("ways_closed", f"ways_closed_by_{reason}")
        return _Reading(neither, neither, neither, (0.0, 0.0), np.nan, why)
    return _Reading(
        open=(closed[0] is None, closed[1] is None),
        local=(is_local(tags, profile, "forward"), is_local(tags, profile, "backward")),
        stop=(may_stop(tags, profile, "forward"), may_stop(tags, profile, "backward")),
        kph=(speed_kph(tags, profile, "forward"), speed_kph(tags, profile, "backward")),
        crossing_s=_crossing_s(tags, profile),
        ignored=tuple(unread_tags(tags, profile)),
    )


def _crossing_s(tags: Tags, profile: VehicleProfile) -> float:
    """Return the seconds that a ferry, a shuttle train or a movable bridge says it takes, NaN for none."""
    crosses = road_class(tags) in CROSSINGS or tags.get("bridge") in profile.bridge_kph
    stated = tags.get("duration") if crosses else None
    return (duration_s(stated) if stated else None) or np.nan
