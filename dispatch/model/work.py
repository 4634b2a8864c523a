"""Work: what citizens report, what is planned, and whose job it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from equipage.dispatch.model.ids import (
    AssignmentId,
    CrewId,
    JobId,
    PlannedWorkId,
    ReportId,
    ServiceCode,
    VehicleId,
    ZoneId,
)
from equipage.dispatch.model.spans import TimeSpan
from equipage.dispatch.reasons import Reason
from equipage.dispatch.status import AssignmentStatus, ReportStatus, Source


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
        The arrival predicted when it was made; it follows the plan while it settles (`dispatch.promise`).
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
