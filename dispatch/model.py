"""The values dispatching is about: services, crews, reports, jobs, assignments, plans and fixes.

Every value is immutable; `dataclasses.replace` makes the next state. Times are aware datetimes in UTC,
positions are lon, lat in degrees (EPSG:4326), durations whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, NewType

from shapely import MultiPolygon, Polygon

from equipage.dispatch.reasons import Reason
from equipage.dispatch.status import (
    AssignmentStatus,
    ConditionKind,
    EtaBasis,
    Mode,
    NoteSubject,
    Policy,
    ReportStatus,
    Role,
    Source,
    Verdict,
)

ServiceCode = NewType("ServiceCode", str)
ZoneId = NewType("ZoneId", str)
DepotId = NewType("DepotId", str)
VehicleId = NewType("VehicleId", str)
CrewId = NewType("CrewId", str)
DeviceId = NewType("DeviceId", str)
ReportId = NewType("ReportId", str)
PlannedWorkId = NewType("PlannedWorkId", str)
JobId = NewType("JobId", str)
AssignmentId = NewType("AssignmentId", str)
ConditionId = NewType("ConditionId", str)
KeyId = NewType("KeyId", str)
NoteId = NewType("NoteId", str)

Translations = Mapping[str, str]
"""A text in other languages than the city's own, by language tag such as `fr`."""

HIGHEST_PRIORITY, LOWEST_PRIORITY = 1, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """From `start` to `end`, the end not included."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a time span must end after it starts, not {self.start} to {self.end}")

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


# --- The city -------------------------------------------------------------------------------------


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


# --- Work -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How to reach the citizen; never shown in open lists."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    account_id: str = ""
    device_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a citizen or sensor says needs attention.

    Parameters
    ----------
    held_until : datetime or None
        Automatic assignment leaves the report alone until then: a dispatcher is taking the call.
    expected_at : datetime or None
        The arrival last promised to the citizen.
    linked_to : ReportId or None
        An earlier report of the same thing.
    unassigned_reason : Reason or None
        Why no crew has it, where it waits.
    version : int
        Grows by one with every change; a save that expects another version is refused.
    """

    id: ReportId
    service_code: ServiceCode
    status: ReportStatus
    priority: int
    lon: float
    lat: float
    requested_at: datetime
    updated_at: datetime
    due_at: datetime
    source: Source
    public: bool
    description: str = ""
    address: str = ""
    zone_id: ZoneId | None = None
    commune: str = ""
    contact: Contact = field(default_factory=Contact)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    media_url: str = ""
    linked_to: ReportId | None = None
    expected_at: datetime | None = None
    held_until: datetime | None = None
    unassigned_reason: Reason | None = None
    status_note: str = ""
    closed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWork:
    """Work that nobody reported: a round, an inspection, a repair agreed for a day."""

    id: PlannedWorkId
    service_code: ServiceCode
    name: str
    lon: float
    lat: float
    window: TimeSpan
    duration_s: int
    priority: int
    public: bool
    created_at: datetime
    commune: str = ""
    description: str = ""
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work as the planner sees it, from a report or from planned work (exactly one of them).

    Parameters
    ----------
    earliest : datetime
        Service may not begin before.
    due_at : datetime
        A crew should be on site by then (SLA).
    closed_at : datetime or None
        When it left the planner's sight: done, cancelled, rejected or a duplicate.
    """

    id: JobId
    service_code: ServiceCode
    lon: float
    lat: float
    duration_s: int
    skills: frozenset[str]
    priority: int
    created_at: datetime
    earliest: datetime
    due_at: datetime
    report_id: ReportId | None = None
    planned_work_id: PlannedWorkId | None = None
    commune: str = ""
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.report_id is None) == (self.planned_work_id is None):
            raise ValueError(f"job {self.id}: give either a report_id or a planned_work_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Job j is crew c's.

    Parameters
    ----------
    since : datetime
        When it came into its present status.
    actor : str
        Who decided it: `planner` or a person's key.
    pinned : bool
        Whether a dispatcher fixed it: the planner leaves it where it is.
    promised_at : datetime or None
        The arrival predicted when it was made.
    predicted_at : datetime or None
        The arrival predicted when the crew set off; beside `arrived_at` it tells how good the ETA was.
    """

    id: AssignmentId
    job_id: JobId
    crew_id: CrewId
    vehicle_id: VehicleId
    status: AssignmentStatus
    since: datetime
    created_at: datetime
    actor: str
    report_id: ReportId | None = None
    pinned: bool = False
    promised_at: datetime | None = None
    predicted_at: datetime | None = None
    en_route_at: datetime | None = None
    arrived_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A planned visit of a crew; `position` counts from 1 along its route."""

    crew_id: CrewId
    position: int
    job_id: JobId
    assignment_id: AssignmentId
    arrival: datetime
    departure: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everybody's routes, versioned.

    Parameters
    ----------
    version : int
        0 before the first plan.
    as_of : datetime or None
        The moment it was decided for.
    network_id : str
        The road network its times come from.
    engine : str
        What decided it.
    stops : tuple of Stop
        By crew and position.
    """

    version: int
    as_of: datetime | None = None
    network_id: str = ""
    engine: str = ""
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Eta:
    """When a crew will be there: a time with its interval, what it rests on and when that was known."""

    crew_id: CrewId
    eta: datetime
    earliest: datetime
    latest: datetime
    basis: EtaBasis
    as_of: datetime


# --- Tracking -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One raw position as a tracker sent it; without lon and lat it still tells that the device lives.

    Parameters
    ----------
    accuracy_m : float or None
        Radius in metres.
    speed_mps : float or None
        Metres a second.
    course_deg : float or None
        Degrees clockwise from north.
    battery : float or None
        0 to 1.
    alarm : str
        What the driver pressed (`sos`, …); empty otherwise.
    """

    device_id: DeviceId
    fix_time: datetime
    received_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    altitude_m: float | None = None
    battery: float | None = None
    alarm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFix:
    """A fix, the vehicle it is of, and what became of it."""

    fix: Fix
    vehicle_id: VehicleId
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedPosition:
    """Where on the road a position belongs."""

    lon: float
    lat: float
    street: str
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VehiclePosition:
    """The last accepted fix of a vehicle, as posted, and beside it the place on the road."""

    vehicle_id: VehicleId
    lon: float
    lat: float
    fix_time: datetime
    received_at: datetime
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    battery: float | None = None
    matched: MatchedPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A driver's call for help, kept with or without a position."""

    vehicle_id: VehicleId
    kind: str
    at: datetime
    received_at: datetime
    lon: float | None = None
    lat: float | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A tracker: `id` is what it posts, the token is known only by its hash."""

    id: DeviceId
    vehicle_id: VehicleId
    token_hash: str
    created_at: datetime
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None
    last_verdict: Verdict | None = None


# --- Conditions, keys, records --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A closure or a speed that holds on some roads for some time, as a person entered it.

    Parameters
    ----------
    area : Polygon, MultiPolygon or None
        Roads that touch it, lon, lat.
    way_ids : tuple of int
        OpenStreetMap ways.
    speed_factor : float or None
        Times the usual speed; for a closure None.
    """

    id: ConditionId
    name: str
    kind: ConditionKind
    created_at: datetime
    created_by: str
    area: Polygon | MultiPolygon | None = None
    way_ids: tuple[int, ...] = ()
    speed_factor: float | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Who may call the API, known by the hash of a secret that is shown once.

    Parameters
    ----------
    prefix : str
        The first characters of the secret, to recognise it by.
    services, communes : frozenset of str
        What it is limited to; empty means no limit.
    crew_id : CrewId or None
        The crew that a key of role `crew` speaks for.
    """

    id: KeyId
    name: str
    role: Role
    prefix: str
    secret_hash: str
    created_at: datetime
    services: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    crew_id: CrewId | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody was told about a report, a crew or a vehicle; `public` if the citizen may read it."""

    id: NoteId
    at: datetime
    actor: str
    subject: NoteSubject
    subject_id: str
    text: str
    public: bool
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An announcement, durable once it has an id.

    Parameters
    ----------
    id : int
        The outbox id; 0 before it is stored.
    kind : str
        `report`, `assignment`, `eta`, `plan`, `conditions`, `alarm`, `note` or `crew`.
    report_id : ReportId or None
        The report it is about.
    service_code, commune : str
        What a scoped key is compared with; empty where it concerns everybody.
    data : mapping
        What subscribers receive, ready for JSON.
    """

    kind: str
    at: datetime
    data: Mapping[str, Any]
    report_id: ReportId | None = None
    service_code: str = ""
    commune: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to which thing, and when."""

    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: str
    details: Mapping[str, Any] = field(default_factory=dict)
