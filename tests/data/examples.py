"""Values to store: a small city, and work in it, each field of a report or job as the test wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shapely import box

from equipage.data.store import SqlStore, SqlTransaction
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    Crew,
    CrewId,
    Depot,
    DepotId,
    Device,
    DeviceId,
    Event,
    Fix,
    Job,
    JobId,
    JudgedFix,
    Report,
    ReportId,
    Service,
    ServiceCode,
    Vehicle,
    VehicleId,
    Zone,
    ZoneId,
)
from equipage.dispatch.status import AssignmentStatus, ReportStatus, Source, Verdict

NOW = datetime(2026, 3, 29, 7, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LON, LAT = 5.0415, 47.322

SERVICE = ServiceCode("nid-de-poule")
ZONE = ZoneId("centre")
DEPOT = DepotId("nord")
CREWS = tuple(CrewId(f"crew-{number}") for number in range(1, 4))
VEHICLES = tuple(VehicleId(f"van-{number}") for number in range(1, 4))


def save_city(tx: SqlTransaction) -> None:
    """Save a service, a zone, a depot and three crews with their vehicles and trackers."""
    tx.save_service(Service(code=SERVICE, name="Nid-de-poule"))
    tx.save_zone(Zone(id=ZONE, name="Centre", commune="Dijon", geometry=box(5.0, 47.3, 5.1, 47.4)))
    tx.save_depot(Depot(id=DEPOT, name="Dépôt Nord", lon=LON, lat=LAT))
    for crew_id, vehicle_id in zip(CREWS, VEHICLES, strict=True):
        tx.save_vehicle(Vehicle(id=vehicle_id, name=f"Fourgon {vehicle_id}", depot_id=DEPOT))
        skills = frozenset({"voirie"})
        tx.save_crew(Crew(id=crew_id, name=crew_id, skills=skills, depot_id=DEPOT, vehicle_id=vehicle_id))
        tx.save_device(
            Device(
                id=DeviceId(f"phone-{vehicle_id}"),
                vehicle_id=vehicle_id,
                token_hash=f"hash of {vehicle_id}",
                created_at=NOW,
            )
        )


def new_report(report_id: str, **changes: Any) -> Report:
    """Return a report of the example service with only what every report has."""
    report = Report(
        id=ReportId(report_id),
        service_code=SERVICE,
        status=ReportStatus.NEW,
        priority=3,
        lon=LON,
        lat=LAT,
        requested_at=NOW,
        updated_at=NOW,
        due_at=NOW + 240 * MINUTE,
        source=Source.PHONE,
        public=True,
    )
    return replace(report, **changes)


def new_job(job_id: str, report_id: str | None, **changes: Any) -> Job:
    """Return an open job of a report."""
    job = Job(
        id=JobId(job_id),
        service_code=SERVICE,
        lon=LON,
        lat=LAT,
        duration_s=1800,
        skills=frozenset({"voirie"}),
        priority=3,
        created_at=NOW,
        earliest=NOW,
        due_at=NOW + 240 * MINUTE,
        report_id=None if report_id is None else ReportId(report_id),
        planned_work_id=changes.pop("planned_work_id", None),
    )
    return replace(job, **changes)


def new_assignment(assignment_id: str, job_id: str, crew: int = 0, **changes: Any) -> Assignment:
    """Return a planned assignment of a job to one of the example crews."""
    assignment = Assignment(
        id=AssignmentId(assignment_id),
        job_id=JobId(job_id),
        crew_id=CREWS[crew],
        vehicle_id=VEHICLES[crew],
        status=AssignmentStatus.PLANNED,
        since=NOW,
        created_at=NOW,
        actor="planner",
    )
    return replace(assignment, **changes)


def new_fix(
    seconds: float, verdict: Verdict = Verdict.ACCEPTED, vehicle: int = 0, **changes: Any
) -> JudgedFix:
    """Return a judged fix of one of the example vehicles, that many seconds after `NOW`."""
    fix_time = NOW + timedelta(seconds=seconds)
    values: dict[str, Any] = {"lon": LON, "lat": LAT, "received_at": fix_time} | changes
    fix = Fix(device_id=DeviceId(f"phone-{VEHICLES[vehicle]}"), fix_time=fix_time, **values)
    return JudgedFix(fix=fix, vehicle_id=VEHICLES[vehicle], verdict=verdict)


def new_event(number: int, **changes: Any) -> Event:
    """Return an event that tells its number."""
    return replace(Event(kind="report", at=NOW, data={"number": number}), **changes)


def save_jobs(store: SqlStore, count: int) -> list[JobId]:
    """Save the city and that many open jobs, each of a report of its own; return the jobs' ids."""
    numbers = range(1, count + 1)
    with store.transaction() as tx:
        save_city(tx)
        for number in numbers:
            tx.add_report(new_report(str(number)))
            tx.save_job(new_job(f"J{number}", str(number)))
    return [JobId(f"J{number}") for number in numbers]
