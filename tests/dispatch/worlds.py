"""Small worlds for tests: a plain with straight roads, in metres east and north of a square."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    Crew,
    CrewId,
    Depot,
    DepotId,
    Job,
    JobId,
    Plan,
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
)
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, Mode, Policy, ReportStatus, Source
from equipage.routing.errors import OffNetworkError

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SPEED_MPS = 10.0
EDGE_OF_THE_PLAIN_M = 100_000.0
_SQUARE = np.array([5.04, 47.32])
_DEGREES_A_METRE = np.array([1.3e-5, 9e-6])

Place = tuple[float, float]


class StraightRoads:
    """A router on the plain: 10 m/s straight ahead, no way across the river, no road beyond the edge."""

    def __init__(self, *, river_x: float | None = None) -> None:
        self.river_x = river_x
        self.calls = 0

    def matrix(self, origins: npt.ArrayLike, destinations: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return seconds, inf across the river; refuse points beyond the plain."""
        self.calls += 1
        start, end = metres(origins), metres(destinations)
        if np.abs(np.concatenate([start, end])).max(initial=0.0) > EDGE_OF_THE_PLAIN_M:
            raise OffNetworkError("a point is beyond the edge of the plain")
        seconds = np.linalg.norm(start[:, None] - end[None], axis=2) / SPEED_MPS
        if self.river_x is not None:
            east = [points[:, 0] > self.river_x for points in (start, end)]
            seconds[east[0][:, None] != east[1][None]] = np.inf
        return np.asarray(seconds.round(6), dtype=np.float64)

    def route(self, origin: npt.ArrayLike, destination: npt.ArrayLike) -> StraightWay:
        """Return the way straight ahead."""
        start, end = metres(origin)[0], metres(destination)[0]
        return StraightWay(start, end)


@dataclass(frozen=True)
class StraightWay:
    """From one point to another, in metres from the square."""

    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]

    def position_at(self, seconds: float) -> tuple[float, float]:
        """Return lon, lat after so many seconds."""
        ahead = self.end - self.start
        length = float(np.linalg.norm(ahead))
        share = min(seconds * SPEED_MPS / length, 1.0) if length > 0.0 else 1.0
        x, y = (self.start + share * ahead).tolist()
        return lonlat((x, y))


def lonlat(place: Place) -> tuple[float, float]:
    """Return lon, lat of a place given in metres."""
    lon, lat = _SQUARE + np.array(place) * _DEGREES_A_METRE
    return float(lon), float(lat)


def at(minutes: float = 0.0) -> datetime:
    """Return the moment so many minutes from now."""
    return NOW + timedelta(minutes=minutes)


def a_service(code: str = "pothole", **changes: Any) -> Service:
    """Return a service that the planner decides, the best crew for all."""
    given = Service(code=ServiceCode(code), name=code, policy=Policy.OPTIMAL, mode=Mode.AUTOMATIC)
    return replace(given, **changes)


def a_crew(crew_id: str = "A", *skills: str, **changes: Any) -> Crew:
    """Return a crew with a vehicle of its own, at the depot on the square."""
    given = Crew(
        id=CrewId(crew_id),
        name=f"Crew {crew_id}",
        skills=frozenset(skills),
        depot_id=DepotId("square"),
        vehicle_id=VehicleId(f"van-{crew_id}"),
    )
    return replace(given, **changes)


def a_shift(
    crew_id: str = "A",
    hours: tuple[float, float] = (-4, 4),
    *,
    breaks: Sequence[tuple[float, float]] = (),
    absent: bool = False,
) -> Shift:
    """Return a shift by its hours from now, its breaks by minutes from now."""
    return Shift(
        crew_id=CrewId(crew_id),
        vehicle_id=VehicleId(f"van-{crew_id}"),
        span=TimeSpan(start=at(60 * hours[0]), end=at(60 * hours[1])),
        breaks=tuple(TimeSpan(start=at(start), end=at(end)) for start, end in breaks),
        absent=absent,
    )


def a_job(job_id: str = "j1", place: Place = (1000.0, 0.0), **changes: Any) -> Job:
    """Return the job of a report filed ten minutes ago, due in two hours, half an hour of work."""
    lon, lat = lonlat(place)
    given = Job(
        id=JobId(job_id),
        service_code=ServiceCode("pothole"),
        lon=lon,
        lat=lat,
        duration_s=1800,
        skills=frozenset(),
        priority=3,
        created_at=at(-10),
        earliest=at(-10),
        due_at=at(120),
        report_id=ReportId(f"r-{job_id}"),
    )
    return replace(given, **changes)


def a_planned_job(job_id: str = "p1", place: Place = (1000.0, 0.0), **changes: Any) -> Job:
    """Return a job of planned work that may begin now."""
    return a_job(job_id, place, report_id=None, planned_work_id=PlannedWorkId(f"w-{job_id}"), **changes)


def a_report(job: Job, **changes: Any) -> Report:
    """Return the report that a job comes from."""
    assert job.report_id is not None
    given = Report(
        id=job.report_id,
        service_code=job.service_code,
        status=ReportStatus.NEW,
        priority=job.priority,
        lon=job.lon,
        lat=job.lat,
        requested_at=job.created_at,
        updated_at=job.created_at,
        due_at=job.due_at,
        source=Source.OPEN311,
        public=True,
    )
    return replace(given, **changes)


def an_assignment(
    job_id: str = "j1", crew_id: str = "A", status: str = "planned", *, since: float = -5.0, **changes: Any
) -> Assignment:
    """Return an assignment by the planner, in its status for so many minutes from now."""
    given = Assignment(
        id=AssignmentId(f"a-{job_id}-{crew_id}"),
        job_id=JobId(job_id),
        crew_id=CrewId(crew_id),
        vehicle_id=VehicleId(f"van-{crew_id}"),
        status=AssignmentStatus(status),
        since=at(since),
        created_at=at(since),
        actor="planner",
        report_id=ReportId(f"r-{job_id}"),
        arrived_at=at(since) if status == "on_site" else None,
    )
    return replace(given, **changes)


def a_standby(
    crew_id: str = "A", place: Place = (500.0, 0.0), *, since: float = -5.0, **changes: Any
) -> Standby:
    """Return where the planner asked a crew to wait, so many minutes from now."""
    lon, lat = lonlat(place)
    given = Standby(
        crew_id=CrewId(crew_id), lon=lon, lat=lat, since=at(since), actor="planner", drive_s=50, saves_s=3.0
    )
    return replace(given, **changes)


def a_position(crew_id: str, place: Place, age_s: float = 0.0) -> VehiclePosition:
    """Return the position of a crew's van, so old."""
    lon, lat = lonlat(place)
    when = NOW - timedelta(seconds=age_s)
    return VehiclePosition(
        vehicle_id=VehicleId(f"van-{crew_id}"), lon=lon, lat=lat, fix_time=when, received_at=when
    )


@dataclass(kw_only=True)
class World:
    """What a test puts on the plain; what it leaves out is usual: everybody on shift, at the depot, idle."""

    crews: Iterable[Crew] = ()
    jobs: Iterable[Job] = ()
    where: Mapping[str, Place] | None = None
    positions: Iterable[VehiclePosition] = ()
    shifts: Iterable[Shift] | None = None
    assignments: Iterable[Assignment] = ()
    services: Iterable[Service] = ()
    reports: Iterable[Report] = ()
    refusals: Collection[tuple[str, str]] = ()
    recent: Sequence[Report] = ()
    standbys: Iterable[Standby] = ()
    tracked: Collection[str] = ()
    plan: Plan = Plan(version=0)  # noqa: RUF009 (it is immutable)

    def situation(self) -> Situation:
        """Return the situation at `NOW`."""
        crews, jobs = list(self.crews), list(self.jobs)
        shifts = [a_shift(crew.id) for crew in crews] if self.shifts is None else self.shifts
        live = [a_position(crew_id, place) for crew_id, place in (self.where or {}).items()]
        services = [a_service(), *self.services]
        reports = {job.report_id: a_report(job) for job in jobs if job.report_id is not None}
        reports.update({report.id: report for report in self.reports})
        lon, lat = lonlat((0.0, 0.0))
        return Situation(
            now=NOW,
            services={service.code: service for service in services},
            crews={crew.id: crew for crew in crews},
            vehicles={c.vehicle_id: Vehicle(id=c.vehicle_id, name=c.vehicle_id) for c in crews},
            depots={DepotId("square"): Depot(id=DepotId("square"), name="Square", lon=lon, lat=lat)},
            shifts={shift.crew_id: shift for shift in shifts},
            jobs={job.id: job for job in jobs},
            reports=reports,
            assignments={assignment.id: assignment for assignment in self.assignments},
            positions={position.vehicle_id: position for position in [*live, *self.positions]},
            plan=self.plan,
            refusals=frozenset((JobId(job_id), CrewId(crew_id)) for job_id, crew_id in self.refusals),
            recent=tuple(self.recent),
            standbys={standby.crew_id: standby for standby in self.standbys},
            tracked=frozenset(VehicleId(f"van-{crew_id}") for crew_id in self.tracked),
        )


def metres(points: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return points lon, lat as (n, 2) metres east and north of the square."""
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return np.asarray((degrees - _SQUARE) / _DEGREES_A_METRE, dtype=np.float64)
