"""The city: its services, zones and communes, and who works there with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from shapely import MultiPolygon, Polygon

from equipage.dispatch.model.ids import CrewId, DepotId, ServiceCode, Translations, VehicleId, ZoneId
from equipage.dispatch.model.spans import TimeSpan
from equipage.dispatch.status import Mode, Policy

HIGHEST_PRIORITY, LOWEST_PRIORITY = 1, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAttribute:
    """A further question that a service asks the citizen (Open311 service definition).

    Parameters
    ----------
    values : tuple of (str, str)
        What can be answered: key and name.
    descriptions, datatype_descriptions
        Translations.
    value_names : mapping of str to Translations
        By key of the value.
    """

    code: str
    description: str
    datatype: str = "string"
    required: bool = False
    variable: bool = True
    order: int = 1
    datatype_description: str = ""
    values: tuple[tuple[str, str], ...] = ()
    descriptions: Translations = field(default_factory=dict)
    datatype_descriptions: Translations = field(default_factory=dict)
    value_names: Mapping[str, Translations] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """What a job may need and a crew may have, with its name in the city's own language and others."""

    code: str
    name: str
    names: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The kind of thing reported, with what its jobs need and what the city promises.

    Parameters
    ----------
    code, name, description, group, keywords
        As citizens see it (Open311), in the city's own language.
    names, descriptions, groups
        Translations.
    priority : int
        1 (most urgent) to 4.
    duration_s : int
        Usual seconds of work on site.
    skills : frozenset of str
        What a crew must have, all of them.
    respond_s : int
        The SLA: a crew is to be on site within this many seconds of the report.
    policy, mode
        Who decides: nearest or optimal crew, assigned automatically or only suggested.
    public : bool
        Whether its reports are shown in open lists unless said otherwise.
    attributes : tuple of ServiceAttribute
        Further questions to the citizen.
    """

    code: ServiceCode
    name: str
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    priority: int = 3
    duration_s: int = 1800
    skills: frozenset[str] = frozenset()
    respond_s: int = 4 * 3600
    policy: Policy = Policy.OPTIMAL
    mode: Mode = Mode.AUTOMATIC
    public: bool = True
    attributes: tuple[ServiceAttribute, ...] = ()
    names: Translations = field(default_factory=dict)
    descriptions: Translations = field(default_factory=dict)
    groups: Translations = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = []
        if not self.code or not self.name:
            faults.append("code and name must not be empty")
        if not HIGHEST_PRIORITY <= self.priority <= LOWEST_PRIORITY:
            faults.append(f"priority must be {HIGHEST_PRIORITY} to {LOWEST_PRIORITY}, not {self.priority}")
        if self.duration_s < 0 or self.respond_s <= 0:
            faults.append("duration_s must not be negative and respond_s must be positive")
        if faults:
            raise ValueError(f"service {self.code!r}: " + "; ".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A part of the city, of one commune, with the people who live there where that is known."""

    id: ZoneId
    name: str
    commune: str
    geometry: Polygon | MultiPolygon
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """For whom Open311 is spoken: the whole city, or one of its communes.

    Parameters
    ----------
    id, name : str
        As applications and people know it.
    commune : str
        Empty for the whole city.
    services : frozenset of ServiceCode
        What can be reported there; empty means all that the city offers.
    """

    id: str
    name: str
    commune: str = ""
    services: frozenset[ServiceCode] = frozenset()

    def holds(self, commune: str) -> bool:
        """Tell whether what lies in that commune is its business."""
        return self.commune in {"", commune}

    def offers(self, code: ServiceCode) -> bool:
        """Tell whether a service of the city can be asked for there."""
        return not self.services or code in self.services


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """Where crews start and end."""

    id: DepotId
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """What a crew drives."""

    id: VehicleId
    name: str
    profile: str = "van"
    depot_id: DepotId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """A shift that recurs weekly, in the city's local time.

    Parameters
    ----------
    days : frozenset of int
        Weekdays on which it starts, 0 is Monday.
    start, end : time
        Local times; an end at or before the start is on the next day.
    breaks : tuple of (time, time)
        Local times within the shift.
    """

    days: frozenset[int]
    start: time
    end: time
    breaks: tuple[tuple[time, time], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who works together on a shift."""

    id: CrewId
    name: str
    skills: frozenset[str]
    depot_id: DepotId
    vehicle_id: VehicleId
    roster: tuple[RosterEntry, ...] = ()
    paused_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The hours of one crew on one day, with its breaks; `absent` when it does not come after all.

    Parameters
    ----------
    note : str
        What is to be known about it.
    rostered : TimeSpan or None
        Its hours by the roster, where today's are others.
    """

    crew_id: CrewId
    vehicle_id: VehicleId
    span: TimeSpan
    breaks: tuple[TimeSpan, ...] = ()
    absent: bool = False
    note: str = ""
    rostered: TimeSpan | None = None
