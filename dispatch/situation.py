"""Everything a decision looks at, at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile

from equipage.dispatch.crews import crew_status, current_shift
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
    Report,
    ReportId,
    Service,
    ServiceCode,
    Shift,
    Standby,
    Stop,
    TimeSpan,
    Vehicle,
    VehicleId,
    VehiclePosition,
)
from equipage.dispatch.ports import Reading, ReportQuery
from equipage.dispatch.status import AssignmentStatus, CrewStatus, EtaBasis

LIVE_FOR = timedelta(minutes=10)
"""How long a position counts as live: standing trackers send every 5 minutes, and one fix may be lost."""

SHIFTS_AHEAD = timedelta(days=1)
"""How far to look for the next shift of a crew that is off."""

JOBS_AHEAD = timedelta(minutes=30)
"""How long before its earliest start a job is given to a crew: a long drive through the city."""

LATELY = timedelta(days=1)
"""How far back what was reported tells what to expect: the same hour of the day before is in it."""

MOST_RECENT = 500
"""So many reports tell what to expect: more would take longer to look at, and tell the same."""

SILENT_AFTER = timedelta(minutes=30)
"""A tracker that sends nothing for so long is off: nobody can tell whether its crew hears of a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewPlace:
    """Where a crew is taken to be, what that rests on, and its age in seconds (None without a position)."""

    lon: float
    lat: float
    basis: EtaBasis
    age_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The city at the moment `now`.

    Parameters
    ----------
    now : datetime
        The moment.
    shifts : mapping
        The current shift of a crew, absent or not, or else its next one within a day.
    jobs, reports : mapping
        The open jobs, and the reports that they come from.
    assignments : mapping
        The live ones.
    refusals : frozenset of (JobId, CrewId)
        Which crew refused which open job.
    recent : sequence of Report
        What was reported last, open or not, which tells what to expect; only what prices leaving an area
        (`reserve`) and what places idle crews (`standby`) look at it.
    standbys : mapping
        Where idle crews were asked to wait.
    tracked : frozenset of VehicleId
        The vehicles that have a tracker.
    """

    now: datetime
    services: Mapping[ServiceCode, Service]
    crews: Mapping[CrewId, Crew]
    vehicles: Mapping[VehicleId, Vehicle]
    depots: Mapping[DepotId, Depot]
    shifts: Mapping[CrewId, Shift]
    jobs: Mapping[JobId, Job]
    reports: Mapping[ReportId, Report]
    assignments: Mapping[AssignmentId, Assignment]
    positions: Mapping[VehicleId, VehiclePosition]
    plan: Plan
    refusals: frozenset[tuple[JobId, CrewId]] = frozenset()
    recent: Sequence[Report] = ()
    standbys: Mapping[CrewId, Standby] = field(default_factory=dict)
    tracked: frozenset[VehicleId] = frozenset()
    _live: Mapping[CrewId, tuple[Assignment, ...]] = field(init=False, repr=False, compare=False)
    _holders: Mapping[JobId, Assignment] = field(init=False, repr=False, compare=False)
    _reported: Mapping[ReportId, JobId] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_live", _by_crew(self.assignments.values(), self.plan))
        object.__setattr__(self, "_holders", {a.job_id: a for a in self.assignments.values()})
        reported = {job.report_id: job.id for job in self.jobs.values() if job.report_id is not None}
        object.__setattr__(self, "_reported", reported)

    def live_of(self, crew_id: CrewId) -> tuple[Assignment, ...]:
        """Return the crew's live assignments in the order of its route: the running one, then as planned."""
        return self._live.get(crew_id, ())

    def running_of(self, crew_id: CrewId) -> Assignment | None:
        """Return the assignment that the crew has set off for or works on, if any."""
        return next((a for a in self.live_of(crew_id) if a.status.is_running), None)

    def planned_of(self, crew_id: CrewId) -> tuple[Assignment, ...]:
        """Return the assignments that the crew has not started, in the order of its route."""
        return tuple(a for a in self.live_of(crew_id) if not a.status.is_running)

    def head_of(self, crew_id: CrewId) -> tuple[Assignment, ...]:
        """Return what comes before whatever the crew is given next: what it does, and pins behind that."""
        running = self.running_of(crew_id)
        pinned = takewhile(lambda assignment: assignment.pinned, self.planned_of(crew_id))
        return (*([running] if running else []), *pinned)

    def behind(self, assignment: Assignment) -> tuple[Assignment, ...]:
        """Return what the assignment's crew does after it, in the order of its route."""
        route = self.live_of(assignment.crew_id)
        return route[route.index(assignment) + 1 :]

    def holder_of(self, job_id: JobId) -> Assignment | None:
        """Return the live assignment of the job, if any."""
        return self._holders.get(job_id)

    def job_of(self, report_id: ReportId) -> Job:
        """Return the open job of a report; `KeyError` where it has none."""
        return self.jobs[self._reported[report_id]]

    def status_of(self, crew_id: CrewId) -> CrewStatus:
        """Return what the crew is doing."""
        return crew_status(self.crews[crew_id], self.shifts.get(crew_id), self.live_of(crew_id), self.now)

    def vehicle_of(self, crew_id: CrewId) -> VehicleId:
        """Return what the crew drives on this shift."""
        shift = self.shifts.get(crew_id)
        return self.crews[crew_id].vehicle_id if shift is None else shift.vehicle_id

    def is_silent(self, crew_id: CrewId) -> bool:
        """Tell whether the crew's vehicle has a tracker that has not been heard for `SILENT_AFTER`."""
        vehicle_id = self.vehicle_of(crew_id)
        position = self.positions.get(vehicle_id)
        heard = position is not None and self.now - position.received_at < SILENT_AFTER
        return vehicle_id in self.tracked and not heard

    def position_of(self, crew_id: CrewId) -> CrewPlace:
        """Return where the crew is taken to be.

        A live position comes first; then the place of the job it works on, surer than an old position; then
        the old position; and without any of these the depot.
        """
        position = self.positions.get(self.vehicle_of(crew_id))
        age = None if position is None else max(self.now - position.fix_time, timedelta())
        if position is not None and age is not None and age < LIVE_FOR:
            return _place(position, EtaBasis.LIVE, age)
        running = self.running_of(crew_id)
        if running is not None and running.status is AssignmentStatus.ON_SITE:
            return _place(self.jobs[running.job_id], EtaBasis.PLAN)
        if position is not None:
            return _place(position, EtaBasis.STALE_POSITION, age)
        return _place(self.depots[self.crews[crew_id].depot_id], EtaBasis.DEPOT)


def load_situation(reading: Reading, now: datetime, *, recent: Iterable[TimeSpan] = ()) -> Situation:
    """Return the situation as it is stored.

    Parameters
    ----------
    reading : Reading
        One consistent look.
    now : datetime
        The moment to judge by.
    recent : iterable of TimeSpan
        When was reported what is looked at, too, closed or not: at most `MOST_RECENT` reports, those of the
        first span first, each span's newest first.
    """
    crews, jobs = reading.crews(), reading.open_jobs()
    return Situation(
        now=now,
        services=reading.services(),
        crews={crew.id: crew for crew in crews},
        vehicles={vehicle.id: vehicle for vehicle in reading.vehicles()},
        depots={depot.id: depot for depot in reading.depots()},
        shifts=_shifts_by_crew(reading.shifts(TimeSpan(start=now, end=now + SHIFTS_AHEAD)), crews, now),
        jobs={job.id: job for job in jobs},
        reports=_reports(reading, [job.report_id for job in jobs if job.report_id is not None]),
        assignments={assignment.id: assignment for assignment in reading.live_assignments()},
        positions=reading.positions(),
        plan=reading.plan(),
        refusals=reading.refusals(),
        standbys={standby.crew_id: standby for standby in reading.standbys()},
        recent=_reported(reading, recent),
        tracked=frozenset(device.vehicle_id for device in reading.devices() if device.revoked_at is None),
    )


def lately(now: datetime) -> TimeSpan:
    """Return the span of `LATELY` that ends now."""
    return TimeSpan(start=now - LATELY, end=now)


def _reported(reading: Reading, spans: Iterable[TimeSpan]) -> Sequence[Report]:
    found: list[Report] = []
    for span in spans:
        left = MOST_RECENT - len(found)
        if left:
            found += reading.reports(ReportQuery(requested=span, limit=left)).items
    return tuple(found)


def rerouted(situation: Situation, crew_id: CrewId, route: Sequence[Assignment]) -> Situation:
    """Return the situation with a crew's live assignments in that order, and their jobs nobody else's.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Whose route it is.
    route : sequence of Assignment
        All that the crew is to have, a running one first. Their times in the plan are not worked out: each is
        now.
    """
    jobs, now = {each.job_id for each in route}, situation.now
    others = {
        each.id: each
        for each in situation.assignments.values()
        if each.crew_id != crew_id and each.job_id not in jobs
    }
    own = (
        Stop(
            crew_id=crew_id,
            position=position,
            job_id=each.job_id,
            assignment_id=each.id,
            arrival=now,
            departure=now,
        )
        for position, each in enumerate(route, start=1)
    )
    kept = (stop for stop in situation.plan.stops if stop.assignment_id in others)
    return replace(
        situation,
        assignments={**others, **{each.id: each for each in route}},
        plan=replace(situation.plan, stops=(*kept, *own)),
    )


def _by_crew(assignments: Iterable[Assignment], plan: Plan) -> Mapping[CrewId, tuple[Assignment, ...]]:
    position = {stop.assignment_id: stop.position for stop in plan.stops}
    last = len(plan.stops) + 1
    routes = defaultdict(list)
    for assignment in assignments:
        routes[assignment.crew_id].append(assignment)
    return {
        crew_id: tuple(
            sorted(
                route, key=lambda a: (not a.status.is_running, position.get(a.id, last), a.created_at, a.id)
            )
        )
        for crew_id, route in routes.items()
    }


def _place(at: VehiclePosition | Job | Depot, basis: EtaBasis, age: timedelta | None = None) -> CrewPlace:
    return CrewPlace(lon=at.lon, lat=at.lat, basis=basis, age_s=None if age is None else age.total_seconds())


def _shifts_by_crew(shifts: Sequence[Shift], crews: Sequence[Crew], now: datetime) -> Mapping[CrewId, Shift]:
    chosen: dict[CrewId, Shift] = {}
    by_crew = defaultdict(list)
    for shift in shifts:
        by_crew[shift.crew_id].append(shift)
    for crew in crews:
        own = by_crew[crew.id]
        coming = (shift for shift in own if shift.span.start > now and not shift.absent)
        following = min(coming, key=lambda shift: shift.span.start, default=None)
        relevant = current_shift(own, crew.id, now) or following
        if relevant is not None:
            chosen[crew.id] = relevant
    return chosen


def _reports(reading: Reading, report_ids: Sequence[ReportId]) -> Mapping[ReportId, Report]:
    if not report_ids:  # a query without ids would not limit anything
        return {}
    page = reading.reports(ReportQuery(ids=report_ids, limit=len(report_ids)))
    return {report.id: report for report in page.items}
