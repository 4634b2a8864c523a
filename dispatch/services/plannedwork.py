"""Work that nobody reported: a round, an inspection, a repair agreed for a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import (
    LONGEST_DESCRIPTION,
    faults_of_place,
    faults_of_priority,
    faults_of_service,
    faults_of_text,
)
from equipage.dispatch.model import (
    AuditEntry,
    Job,
    JobId,
    PlannedWork,
    PlannedWorkId,
    Service,
    ServiceCode,
    TimeSpan,
    Zone,
)
from equipage.dispatch.ports import Transaction
from equipage.dispatch.reasons import because
from equipage.dispatch.services.progress import change_plan, move_assignment
from equipage.dispatch.status import AssignmentStatus
from equipage.dispatch.zones import zone_at

LONGEST_WORK_S = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlannedWork:
    """Planned work as somebody tells it.

    Parameters
    ----------
    lon, lat : float
        In degrees.
    window : TimeSpan
        When a crew may begin.
    duration_s : int or None
        Seconds on site; None takes the service's.
    priority : int or None
        None takes the service's.
    public : bool
        Whether everybody may know of it.
    """

    service_code: ServiceCode
    name: str
    lon: float
    lat: float
    window: TimeSpan
    duration_s: int | None = None
    priority: int | None = None
    public: bool = False
    description: str = ""


def add_planned_work(tx: Transaction, new: NewPlannedWork, *, now: datetime, actor: str) -> PlannedWork:
    """Plan work, with its job.

    Parameters
    ----------
    tx : Transaction
        Where to.
    new : NewPlannedWork
        What is to be done.
    now : datetime
        When it was planned.
    actor : str
        By whom.

    Raises
    ------
    InvalidInputError
        Naming every fault.
    """
    services, zones = tx.services(), tx.zones()
    faults = list(_faults(new, services, zones, now))
    if faults:
        raise InvalidInputError(faults)
    service = services[new.service_code]
    zone = zone_at(zones, new.lon, new.lat) if zones else None
    work = PlannedWork(
        id=PlannedWorkId(tx.next_id("planned_work")),
        service_code=service.code,
        name=new.name,
        lon=new.lon,
        lat=new.lat,
        window=new.window,
        duration_s=service.duration_s if new.duration_s is None else new.duration_s,
        priority=service.priority if new.priority is None else new.priority,
        public=new.public,
        created_at=now,
        commune=zone.commune if zone else "",
        description=new.description,
    )
    tx.save_planned_work(work)
    tx.save_job(_job(work, JobId(tx.next_id("job")), service))
    _record(tx, work, "planned", now=now, actor=actor)
    return work


def cancel_planned_work(tx: Transaction, work_id: PlannedWorkId, *, now: datetime, actor: str) -> PlannedWork:
    """Give up planned work, and release its crew.

    Parameters
    ----------
    tx : Transaction
        Where to.
    work_id : PlannedWorkId
        Which; what is cancelled already stays as it is, and so does what is done.
    now : datetime
        When.
    actor : str
        Who decides.
    """
    work = tx.planned_work(work_id)
    if work.cancelled_at is not None:
        return work
    job = next((job for job in tx.open_jobs() if job.planned_work_id == work_id), None)
    if job is None:
        return work
    cancelled = replace(work, cancelled_at=now)
    tx.save_planned_work(cancelled)
    for assignment in tx.live_assignments():
        if assignment.job_id == job.id:
            why = because("work_cancelled")
            move_assignment(tx, assignment, AssignmentStatus.RELEASED, reason=why, now=now, actor=actor)
            change_plan(tx, without={assignment.id}, now=now)
    tx.save_job(replace(job, closed_at=now))
    _record(tx, work, "cancelled", now=now, actor=actor)
    return cancelled


def _job(work: PlannedWork, job_id: JobId, service: Service) -> Job:
    return Job(
        id=job_id,
        service_code=service.code,
        lon=work.lon,
        lat=work.lat,
        duration_s=work.duration_s,
        skills=service.skills,
        priority=work.priority,
        created_at=work.created_at,
        earliest=work.window.start,
        due_at=work.window.end,
        planned_work_id=work.id,
        commune=work.commune,
    )


def _faults(
    new: NewPlannedWork, services: Mapping[ServiceCode, Service], zones: Sequence[Zone], now: datetime
) -> Iterator[str]:
    yield from faults_of_service(new.service_code, services)
    yield from faults_of_place(new.lon, new.lat, zones)
    if not new.name.strip():
        yield Fault("empty", name="name")
    yield from faults_of_text("name", new.name)
    yield from faults_of_text("description", new.description, most=LONGEST_DESCRIPTION)
    yield from faults_of_priority(new.priority)
    if new.duration_s is not None and not 0 <= new.duration_s <= LONGEST_WORK_S:
        yield Fault("duration", most_s=LONGEST_WORK_S, given=new.duration_s)
    if new.window.end <= now:
        yield Fault("window_over", now=now, end=new.window.end)


def _record(tx: Transaction, work: PlannedWork, action: str, *, now: datetime, actor: str) -> None:
    entry = AuditEntry(at=now, actor=actor, action=action, subject="planned_work", subject_id=work.id)
    tx.record(entry)
