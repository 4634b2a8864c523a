"""What people entered, may do, said and did: conditions, keys, notes, events and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shapely import MultiPolygon, Polygon

from equipage.dispatch.model.ids import ConditionId, CrewId, KeyId, NoteId, ReportId
from equipage.dispatch.status import ConditionKind, NoteSubject, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A closure or a speed that holds on some roads for some time, as a person entered it.

    Parameters
    ----------
    area : Polygon, MultiPolygon or None
        Roads that touch it, lon, lat.
    way_ids : tuple of int
        OpenStreetMap ways.
    road_classes : tuple of str
        Values of the `highway` tag; of area, ways and classes those that are given narrow each other down.
    speed_factor : float or None
        Times the usual speed; for a closure None.
    speed_kph : float or None
        This speed instead of the usual one.
    hours : str
        At which hours of the week it holds, as in OpenStreetMap, on the city's clock; empty for all.
    """

    id: ConditionId
    name: str
    kind: ConditionKind
    created_at: datetime
    created_by: str
    area: Polygon | MultiPolygon | None = None
    way_ids: tuple[int, ...] = ()
    road_classes: tuple[str, ...] = ()
    speed_factor: float | None = None
    speed_kph: float | None = None
    hours: str = ""
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
