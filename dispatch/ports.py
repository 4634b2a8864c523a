"""What dispatching needs from storage: one port to read, one to read and write within a transaction.

`equipage.data.store` implements them over SQLAlchemy. A `Transaction` commits when its `with` block ends
without an error, and only then are its announcements seen by anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from equipage.dispatch.model import (
    Alarm,
    Assignment,
    AssignmentId,
    AuditEntry,
    Condition,
    ConditionId,
    Crew,
    CrewId,
    Depot,
    Device,
    DeviceId,
    Event,
    Job,
    JobId,
    JudgedFix,
    Key,
    KeyId,
    Note,
    NoteId,
    Plan,
    PlannedWork,
    PlannedWorkId,
    Report,
    ReportId,
    Service,
    ServiceCode,
    Shift,
    Standby,
    TimeSpan,
    Vehicle,
    VehicleId,
    VehiclePosition,
    Zone,
    ZoneId,
)
from equipage.dispatch.privacy import Duty
from equipage.dispatch.status import NoteSubject, ReportStatus, Verdict

FixKey = tuple[VehicleId, datetime]
"""A fix as a track knows it: whose, and when."""

Numbered = Literal["report", "job", "assignment", "planned_work", "condition", "key", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """Which reports, newest first; an empty field does not limit.

    Parameters
    ----------
    near : (lon, lat, metres) or None
        Only reports within this distance.
    linked_to : frozenset of str
        Only reports linked to one of these.
    text : str
        Words to be found in id, description, address, commune or the service's name, accents and case aside.
    phones : bool
        Whether a text that is a telephone number, or a part of one, finds its citizen's reports, too.
    cursor : str
        `next` of the page before.
    limit : int
        Reports a page at most.
    """

    ids: Sequence[str] = ()
    statuses: frozenset[ReportStatus] = frozenset()
    service_codes: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    public_only: bool = False
    requested: TimeSpan | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    near: tuple[float, float, float] | None = None
    linked_to: frozenset[str] = frozenset()
    text: str = ""
    phones: bool = False
    cursor: str = ""
    limit: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """Reports, and where the next page starts (empty at the end)."""

    items: Sequence[Report]
    next_cursor: str = ""


class Reading(Protocol):
    """One consistent look at the stored state.

    What is asked for by its id and is not there raises `NotFoundError`.
    """

    def services(self) -> Mapping[ServiceCode, Service]: ...
    def zones(self) -> Sequence[Zone]: ...
    def depots(self) -> Sequence[Depot]: ...
    def crews(self) -> Sequence[Crew]: ...
    def vehicles(self) -> Sequence[Vehicle]: ...
    def devices(self) -> Sequence[Device]: ...
    def device(self, device_id: DeviceId) -> Device | None: ...
    def device_by_token(self, token_hash: str) -> Device | None: ...
    def shifts(self, span: TimeSpan) -> Sequence[Shift]:
        """Shifts that overlap the span, by start."""
        ...

    def duties(
        self, vehicle_ids: Collection[VehicleId], span: TimeSpan
    ) -> Mapping[VehicleId, Sequence[Duty]]:
        """Return when the crews of each vehicle are at work; nothing of one that no crew uses.

        A crew uses a vehicle usually, or in a shift that overlaps the span.
        """
        ...

    def report(self, report_id: ReportId) -> Report: ...
    def reports(self, query: ReportQuery) -> ReportPage: ...
    def reports_with_contact(self, *, closed_before: datetime, limit: int) -> Sequence[ReportId]:
        """Return reports that were closed before a time and still tell whose they are, oldest first."""
        ...

    def planned_work(self, work_id: PlannedWorkId) -> PlannedWork: ...
    def planned_works(self, span: TimeSpan) -> Sequence[PlannedWork]: ...
    def job(self, job_id: JobId) -> Job: ...
    def job_of_report(self, report_id: ReportId) -> Job: ...
    def open_jobs(self) -> Sequence[Job]: ...
    def assignment(self, assignment_id: AssignmentId) -> Assignment: ...
    def live_assignments(self) -> Sequence[Assignment]: ...
    def assignments_of(self, report_ids: Sequence[ReportId]) -> Mapping[ReportId, Sequence[Assignment]]:
        """All assignments, ended ones too, of each report, oldest first."""
        ...

    def ended_assignments(self, span: TimeSpan) -> Sequence[Assignment]:
        """Assignments that ended within the span, for comparing predicted and actual arrivals."""
        ...

    def refusals(self) -> frozenset[tuple[JobId, CrewId]]:
        """Return which crew refused which open job."""
        ...

    def plan(self) -> Plan: ...
    def standbys(self) -> Sequence[Standby]:
        """Where crews were asked to wait, one for each that was."""
        ...

    def positions(self) -> Mapping[VehicleId, VehiclePosition]: ...
    def positions_of(self, vehicle_ids: Collection[VehicleId]) -> Mapping[VehicleId, VehiclePosition]:
        """Return the last positions of those vehicles that have one."""
        ...

    def devices_of(self, device_ids: Collection[DeviceId]) -> Mapping[DeviceId, Device]:
        """Return the devices of those ids, revoked ones too; of what there is none, nothing."""
        ...

    def known_fixes(self, fixes: Collection[FixKey]) -> set[FixKey]:
        """Return those vehicles and times of which the tracks have a fix."""
        ...

    def track(self, vehicle_id: VehicleId, span: TimeSpan) -> Sequence[JudgedFix]: ...
    def verdict_counts(self) -> Mapping[VehicleId, Mapping[Verdict, int]]:
        """Return how many fixes of each vehicle had which verdict; what there was none of is left out."""
        ...

    def has_alarm(self, vehicle_id: VehicleId, at: datetime, kind: str) -> bool:
        """Return whether that alarm is kept, acknowledged or not."""
        ...

    def alarms(self) -> Sequence[Alarm]:
        """Alarms that nobody has acknowledged, newest first."""
        ...

    def conditions(self) -> Sequence[Condition]:
        """Conditions that were not removed, past and future ones too."""
        ...

    def condition(self, condition_id: ConditionId) -> Condition: ...
    def keys(self) -> Sequence[Key]: ...
    def key(self, key_id: KeyId) -> Key: ...
    def key_by_hash(self, secret_hash: str) -> Key | None: ...
    def events_after(self, event_id: int, *, limit: int) -> Sequence[Event]: ...
    def event_range(self) -> tuple[int, int]:
        """Return the first and the last id that can still be replayed; (0, 0) when there is none."""
        ...

    def audit(self, subject: str, subject_id: str) -> Sequence[AuditEntry]: ...
    def last_audit(self, subject: str, subject_id: str) -> AuditEntry | None: ...
    def note(self, note_id: NoteId) -> Note: ...
    def notes(self, subject: NoteSubject, subject_ids: Sequence[str]) -> Sequence[Note]:
        """Notes that were not withdrawn, oldest first."""
        ...

    def setting(self, name: str) -> str | None: ...


class Transaction(Reading, Protocol):
    """A look that may also write. Saving what has no row yet adds it."""

    def next_id(self, kind: Numbered) -> str: ...
    def save_service(self, service: Service) -> None: ...
    def save_zone(self, zone: Zone) -> None: ...
    def drop_zone(self, zone_id: ZoneId) -> None:
        """Forget a zone; reports that lie in it keep their commune."""
        ...

    def save_depot(self, depot: Depot) -> None: ...
    def save_crew(self, crew: Crew) -> None: ...
    def save_vehicle(self, vehicle: Vehicle) -> None: ...
    def save_device(self, device: Device) -> None: ...
    def save_shift(self, shift: Shift) -> None:
        """Add or replace the shift of that crew with that start."""
        ...

    def add_report(self, report: Report) -> None: ...
    def save_report(self, report: Report) -> Report:
        """Replace it, return it with its next version; `ConflictError` if another version is stored."""
        ...

    def save_reports(self, given: Sequence[Report]) -> Sequence[Report]:
        """Replace those that nobody else has changed since they were loaded; return these, as above."""
        ...

    def note_reports(self, given: Sequence[Report]) -> Sequence[Report]:
        """Keep why each waits and when it is expected, where nobody has changed it; return these.

        What the planner finds out is no change of a report: its version stays, so that nobody who is about to
        change it is refused.
        """
        ...

    def save_planned_work(self, work: PlannedWork) -> None: ...
    def save_job(self, job: Job) -> None:
        """Add or replace it; a report and planned work have one job each, which is reopened with them."""
        ...

    def add_assignment(self, assignment: Assignment) -> None:
        """Add it, or raise `AlreadyAssignedError` naming the holder when job or crew is taken."""
        ...

    def save_assignment(self, assignment: Assignment) -> None:
        """Replace it, or raise `AlreadyAssignedError` when its crew already has a running one."""
        ...

    def save_plan(self, plan: Plan) -> None:
        """Replace the plan; `ConflictError` unless the stored version is `plan.version - 1`."""
        ...

    def save_standby(self, standby: Standby) -> None:
        """Add or replace where that crew waits."""
        ...

    def drop_standby(self, crew_id: CrewId) -> bool:
        """Forget where a crew was asked to wait; return whether it was."""
        ...

    def add_fixes(self, fixes: Sequence[JudgedFix]) -> None:
        """Keep accepted and late fixes in the track, and count every verdict."""
        ...

    def save_positions(self, positions: Sequence[VehiclePosition]) -> None:
        """Replace the positions of those vehicles, each unless a newer one is stored."""
        ...

    def mark_devices(self, heard: Mapping[DeviceId, Verdict], at: datetime) -> None:
        """Note when devices were last heard, and what became of that."""
        ...

    def save_alarm(self, alarm: Alarm) -> None: ...
    def save_condition(self, condition: Condition) -> None: ...
    def save_key(self, key: Key) -> None: ...
    def save_note(self, note: Note) -> None: ...
    def save_setting(self, name: str, value: str) -> None: ...
    def announce(self, event: Event) -> None:
        """Store it with the next id when this transaction commits; before that nobody reads it."""
        ...

    def record(self, entry: AuditEntry) -> None: ...
    def rewrite_records(self, report_id: ReportId, change: Callable[[Any], Any]) -> None:
        """Replace what audit, notes and the announcements of earlier transactions tell about a report."""
        ...


class Store(Protocol):
    """Where the state lives."""

    def reading(self) -> AbstractContextManager[Reading]: ...
    def transaction(self) -> AbstractContextManager[Transaction]: ...
    def wait_for_events(self, after: int, *, timeout_s: float) -> int:
        """Return the last event id, as soon as it is greater than `after` or the time is over."""
        ...
