"""Conditions: closures and speeds that hold now, and what they make of a network's durations.

When a condition holds and what it covers is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.polylines import line_strings
from equipage.routing.condition_faults import faults_of_area, faults_of_kind
from equipage.routing.errors import InvalidConditionsError
from equipage.routing.hours import read_hours
from equipage.routing.limits import within_limits
from equipage.routing.network import RoadNetwork
from equipage.routing.questions import is_positive
from equipage.routing.timed_roads import usual_durations

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Area = shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadCondition:
    """What closures and speed changes share: which edges, and when. What is given narrows the choice down.

    Parameters
    ----------
    area : shapely Polygon or MultiPolygon, optional
        Edges that touch it, lon, lat in degrees; such an edge is meant as a whole.
    way_ids : tuple of int
        Edges of these OpenStreetMap ways, both directions.
    edges : tuple of int
        These edges of the network. They are another network's other edges.
    road_classes : tuple of str
        Edges of these classes (values of the `highway` tag).
    valid_from, valid_until : datetime, optional
        Aware times; it holds from the first on and no longer at the second.
    hours : str
        The hours at which it holds, as in OpenStreetMap: `Mo-Fr 07:00-09:00,16:30-19:00`; at any where left
        out. They are read on the clock of the time that is asked for, so ask in the place's time zone.
    """

    area: Area | None = None
    way_ids: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    road_classes: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    hours: str = ""

    def __post_init__(self) -> None:
        faults = list(faults_of_kind(self)) or [*self._common_faults(), *self._faults()]
        if faults:
            msg = f"This {type(self).__name__} cannot be: " + "; ".join(faults)
            raise InvalidConditionsError(msg)

    def holds_at(self, time: datetime) -> bool:
        """Tell whether it holds at an aware time."""
        begun = self.valid_from is None or self.valid_from <= time
        over = self.valid_until is not None and self.valid_until <= time
        hours = read_hours(self.hours) if self.hours else None
        return begun and not over and (hours is None or hours.hold_at(time))

    def covers(self, network: RoadNetwork) -> Bools:
        """Return which edges of a network it is about, (m,) bool."""
        covered = np.ones(len(network.edge_tail), dtype=bool)
        if self.way_ids:
            covered &= np.isin(network.edge_way_id, self.way_ids)
        if self.edges:
            covered &= np.isin(np.arange(len(covered)), self.edges)
        if self.road_classes:
            chosen = np.array([name in self.road_classes for name in network.classes], dtype=bool)
            covered &= chosen[network.edge_class]
        if self.area is not None:
            covered &= _touching(network, self.area)
        return covered

    def faults_on(self, network: RoadNetwork) -> Iterator[str]:
        """Yield what it names that a network does not have."""
        unknown = sorted(set(self.way_ids) - set(network.edge_way_id.tolist())) if self.way_ids else []
        if unknown:
            yield f"way_ids {_listed(unknown)} are no ways of the network"
        beyond = [edge for edge in self.edges if not 0 <= edge < len(network.edge_tail)]
        if beyond:
            yield f"edges {_listed(beyond)} are not within 0 to {len(network.edge_tail) - 1}"
        strange = sorted(set(self.road_classes) - set(network.classes))
        if strange:
            yield f"road_classes {_listed(strange)} are not among {_listed(sorted(network.classes))}"

    def _names_roads(self) -> bool:
        return self.area is not None or bool(self.way_ids or self.edges or self.road_classes)

    def _faults(self) -> Iterator[str]:
        """Yield what is wrong with what only this kind of condition has."""
        yield from ()

    def _common_faults(self) -> Iterator[str]:
        if self.area is not None:
            yield from faults_of_area(self.area)
        times = {"valid_from": self.valid_from, "valid_until": self.valid_until}
        naive = [name for name, time in times.items() if time is not None and time.tzinfo is None]
        yield from (f"{name} must have a time zone, and {times[name]} has none" for name in naive)
        if self.valid_from and self.valid_until and not naive and self.valid_until <= self.valid_from:
            yield f"valid_until {self.valid_until} must be after valid_from {self.valid_from}"
        if self.hours and read_hours(self.hours) is None:
            yield f"hours must be like 'Mo-Fr 07:00-09:00,16:30-19:00', not {self.hours!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(RoadCondition):
    """Roads that nobody may enter, chosen by at least one of area, way_ids, edges and road_classes."""

    def _faults(self) -> Iterator[str]:
        if not self._names_roads():
            yield "it must say what is closed: an area, way_ids, edges or road_classes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedChange(RoadCondition):
    """Roads driven faster or slower than usual; where no road is named, all of them.

    Parameters
    ----------
    factor : float, optional
        Times the usual speed: 0.5 doubles durations. The factors of several changes multiply.
    kph : float, optional
        This speed in kilometres an hour instead of the usual one, delays at signals included. Of several the
        slowest holds; factors apply to it.
    """

    factor: float | None = None
    kph: float | None = None

    def _faults(self) -> Iterator[str]:
        if (self.factor is None) == (self.kph is None):
            yield "it must have either a factor or a speed in kph"
        for name, value in (("factor", self.factor), ("kph", self.kph)):
            if value is not None and not is_positive(value):
                yield f"{name} must be more than 0 and finite, not {value}; to close a road use a Closure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Closures and speed changes.

    Parameters
    ----------
    closures : tuple of Closure
        Roads that may not be entered.
    speeds : tuple of SpeedChange
        Roads driven faster or slower.

    Notes
    -----
    Whoever asks without a time gets all of them, whatever their time limits: it is better to avoid a road for
    nothing than to promise one that is closed.
    """

    closures: tuple[Closure, ...] = ()
    speeds: tuple[SpeedChange, ...] = ()

    def __post_init__(self) -> None:
        kinds: dict[str, type] = {"closures": Closure, "speeds": SpeedChange}
        faults = [
            f"{name} must be a tuple of {kind.__name__}, not {getattr(self, name)!r}"
            for name, kind in kinds.items()
            if not isinstance(getattr(self, name), tuple | list)
            or not all(isinstance(given, kind) for given in getattr(self, name))
        ]
        if faults:
            raise InvalidConditionsError("These cannot be conditions: " + "; ".join(faults))

    def at(self, time: datetime) -> Conditions:
        """Return those that hold at a time.

        Parameters
        ----------
        time : datetime
            With a time zone.

        Returns
        -------
        Conditions
            In the same order.

        Raises
        ------
        InvalidConditionsError
            Where the time has no zone, or is none.
        """
        given: object = time
        if not isinstance(given, datetime) or given.tzinfo is None:
            msg = f"conditions hold at a moment, and {time} has no time zone; give an aware datetime"
            raise InvalidConditionsError(msg)
        return Conditions(
            closures=tuple(closure for closure in self.closures if closure.holds_at(time)),
            speeds=tuple(speed for speed in self.speeds if speed.holds_at(time)),
        )

    def check(self, network: RoadNetwork) -> None:
        """Make sure that a network has all the roads that are named.

        Parameters
        ----------
        network : RoadNetwork
            The network they are meant for.

        Raises
        ------
        InvalidConditionsError
            Naming every way, edge and road class that the network does not have.
        """
        faults = [
            f"{kind}[{place}]: {fault}"
            for kind, given in (("closures", self.closures), ("speeds", self.speeds))
            for place, condition in enumerate(given)
            for fault in condition.faults_on(network)
        ]
        if faults:
            raise InvalidConditionsError("These conditions do not fit the network: " + "; ".join(faults))

    def closed_edges(self, network: RoadNetwork) -> Bools:
        """Return which edges are closed, (m,) bool."""
        return _any_of(network, [closure.covers for closure in self.closures])

    def driving_durations(self, network: RoadNetwork, time: datetime | None = None) -> Floats:
        """Return the seconds to drive each edge, (m,) float64, closed ones as if they were open.

        A millisecond to three days, however slow or fast the conditions say.
        """
        duration_s, factor = usual_durations(network, time), np.ones(len(network.edge_tail))
        kph = np.full(len(network.edge_tail), np.inf)
        # Speeds and factors may be as small or great as numbers get.
        with np.errstate(over="ignore", under="ignore", divide="ignore"):
            for speed in self.speeds:
                covered = speed.covers(network)
                if speed.kph is not None:
                    kph[covered] = np.minimum(kph[covered], speed.kph)
                if speed.factor is not None:
                    factor[covered] *= speed.factor
            # An edge of no length keeps its own duration, which is positive by contract.
            told = np.isfinite(kph) & (network.edge_length_m > 0.0)
            duration_s[told] = network.edge_length_m[told] / (kph[told] / 3.6)
            return within_limits(duration_s / factor)

    def edge_durations(self, network: RoadNetwork) -> Floats:
        """Return the seconds that edges take now.

        Parameters
        ----------
        network : RoadNetwork
            The network they are meant for.

        Returns
        -------
        (m,) float64
            Seconds; inf where an edge is closed.
        """
        return np.where(self.closed_edges(network), np.inf, self.driving_durations(network))


def checked_conditions(given: object) -> Conditions:
    """Return what was given where it is `Conditions`.

    Parameters
    ----------
    given : Conditions
        What a caller gave.

    Raises
    ------
    InvalidConditionsError
        Where it is something else; the message shows how to make one.
    """
    if not isinstance(given, Conditions):
        msg = f"give Conditions(closures=(…,), speeds=(…,)), not {given!r}"
        raise InvalidConditionsError(msg)
    return given


def _any_of(network: RoadNetwork, covers: list[Callable[[RoadNetwork], Bools]]) -> Bools:
    covered = np.zeros(len(network.edge_tail), dtype=bool)
    for cover in covers:
        covered |= cover(network)
    return covered


def _touching(network: RoadNetwork, area: Area) -> Bools:
    """Return which edges have a point in common with an area, (m,) bool."""
    first = network.shape_start[:-1]
    low = np.minimum.reduceat(network.shape_lonlat, first, axis=0)
    high = np.maximum.reduceat(network.shape_lonlat, first, axis=0)
    box = np.array(area.bounds)
    near = np.flatnonzero(((low <= box[2:]) & (high >= box[:2])).all(axis=1))
    touching = np.zeros(len(first), dtype=bool)
    touching[near] = shapely.intersects(area, line_strings(network.shape_lonlat, network.shape_start, near))
    return touching


def _listed(values: list[int] | list[str]) -> str:
    return ", ".join(str(value) for value in values)
