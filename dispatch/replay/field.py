"""The city as it is at a moment of a replay: crews, jobs and the plan, changed by what happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    CrewId,
    Job,
    JobId,
    Plan,
    Report,
    ReportId,
    Shift,
    Standby,
    VehicleId,
    VehiclePosition,
)
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.planning.planner import Choice, Decision
from equipage.dispatch.planning.standby import same_hours
from equipage.dispatch.replay.day import Call, Day, report_of
from equipage.dispatch.replay.travel import LonLat, OnTheWay
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, CrewStatus, ReportStatus


class BadDecisionError(ValueError):
    """A policy decided what cannot be: the message names every fault."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A crew's way from one place to another, begun and ended at these moments."""

    start: LonLat
    end: LonLat
    begun: datetime
    there: datetime

    def at(self, now: datetime) -> LonLat:
        """Return where the crew is: so far along the straight line as its drive is over."""
        share = (now - self.begun) / (self.there - self.begun) if self.there > self.begun else 1.0
        lon, lat = (
            before + share * (after - before) for before, after in zip(self.start, self.end, strict=True)
        )
        return lon, lat


class Field:
    """What is true at the moment `now`.

    Parameters
    ----------
    day : Day
        Its crews begin at their depots.
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        self.now = day.span.start
        self.shifts: Mapping[CrewId, Shift] = day.shifts_at(self.now)
        self.place: dict[CrewId, LonLat] = {crew_id: self._depot(crew_id) for crew_id in day.crews}
        self.drives: dict[CrewId, Drive] = {}
        self.jobs: dict[JobId, Job] = {}
        self.reports: dict[ReportId, Report] = {}
        self.live: dict[AssignmentId, Assignment] = {}
        self.plan = Plan(version=0)
        self.standbys: Mapping[CrewId, Standby] = {}
        self._before = [report_of(call, day.services[call.service_code]) for call in day.before]
        self._made = 0

    def situation(self, *, lately: bool = False) -> Situation:
        """Return what a policy may know: everything but how long work will really take.

        Parameters
        ----------
        lately : bool
            Whether to tell what was reported at about this hour in the days before, too.
        """
        return Situation(
            now=self.now,
            services=self.day.services,
            crews=self.day.crews,
            vehicles=self.day.vehicles,
            depots=self.day.depots,
            shifts=self.shifts,
            jobs=dict(self.jobs),
            reports=dict(self.reports),
            assignments=dict(self.live),
            positions=self._positions(),
            plan=self.plan,
            recent=self._recent() if lately else (),
            standbys=self.standbys,
        )

    def moving(self) -> Mapping[LonLat, OnTheWay]:
        """Return where crews under way are, and what is left of their drives."""
        return {
            drive.at(self.now): self.way_of(crew_id)
            for crew_id, drive in self.drives.items()
            if drive.begun < self.now  # else it is still where its drive starts
        }

    def way_of(self, crew_id: CrewId) -> OnTheWay:
        """Return how far a crew that drives is."""
        drive = self.drives[crew_id]
        left, whole = drive.there - self.now, drive.there - drive.begun
        return OnTheWay(drive.start, drive.end, left.total_seconds(), whole.total_seconds())

    def stop(self, crew_id: CrewId, point: LonLat) -> None:
        """Have a crew break off its drive: it is at that point now."""
        del self.drives[crew_id]
        self.place[crew_id] = point

    def turn(self) -> None:
        """Look at the rosters: whose shift begins is at the depot."""
        self.shifts = self.day.shifts_at(self.now)
        for crew_id, shift in self.shifts.items():
            if shift.span.start == self.now and self._running(crew_id) is None:
                self.drives.pop(crew_id, None)
                self.place[crew_id] = self._depot(crew_id)

    def report(self, call: Call) -> Job:
        """Take a call: there is a report now, and the job that is returned."""
        service = self.day.services[call.service_code]
        report = report_of(call, service)
        job_id = JobId(call.id)
        self.reports[call.id] = report
        self.jobs[job_id] = Job(
            id=job_id,
            service_code=call.service_code,
            lon=call.lon,
            lat=call.lat,
            duration_s=service.duration_s,
            skills=service.skills,
            priority=call.priority,
            created_at=call.at,
            earliest=call.at,
            due_at=report.due_at,
            report_id=call.id,
        )
        return self.jobs[job_id]

    def obey(self, decision: Decision, engine: str) -> list[Assignment]:
        """Do what a policy decided, and return the new assignments.

        Parameters
        ----------
        decision : Decision
            On the present situation.
        engine : str
            What the plan says it was decided by.

        Raises
        ------
        BadDecisionError
            If it is about jobs or crews that there are not, or gives a job to a second crew.
        """
        faults = list(self._faults(decision))
        if faults:
            raise BadDecisionError(f"{engine} at {self.now}: {'; '.join(faults)}")
        for assignment_id in decision.release:
            del self.live[assignment_id]
        made = {choice.job_id: self._assign(choice) for choice in decision.assign}
        stops = decision.stops(made)
        self.plan = Plan(version=self.plan.version + 1, as_of=self.now, engine=engine, stops=stops)
        return [self.live[assignment_id] for assignment_id in made.values()]

    def ready_to_go(self, situation: Situation) -> list[Assignment]:
        """Return what idle crews on duty have to do now, the next stop of each.

        Parameters
        ----------
        situation : Situation
            The present one.
        """
        crew_ids = sorted({a.crew_id for a in self.live.values() if not a.status.is_running})
        next_stops = (situation.planned_of(crew_id)[0] for crew_id in crew_ids)
        return [
            stop
            for stop in next_stops
            if situation.status_of(stop.crew_id) is CrewStatus.AVAILABLE
            and self.jobs[stop.job_id].earliest <= self.now
        ]

    def set_off(self, assignment: Assignment, drive_s: float) -> Drive:
        """Have a crew leave for its job, and return its drive."""
        job = self.jobs[assignment.job_id]
        drive = self.drive(assignment.crew_id, (job.lon, job.lat), drive_s)
        self._move(assignment, AssignmentStatus.EN_ROUTE, en_route_at=self.now, predicted_at=drive.there)
        return drive

    def drive(self, crew_id: CrewId, end: LonLat, drive_s: float) -> Drive:
        """Have a crew leave for a place, and return its drive."""
        there = self.now + timedelta(seconds=drive_s)
        self.drives[crew_id] = Drive(start=self.place[crew_id], end=end, begun=self.now, there=there)
        return self.drives[crew_id]

    def end_drive(self, crew_id: CrewId) -> None:
        """Have a crew be where it drives to."""
        self.place[crew_id] = self.drives.pop(crew_id).end

    def arrive(self, assignment_id: AssignmentId) -> Assignment:
        """Have a crew begin to work."""
        assignment = self.live[assignment_id]
        self.end_drive(assignment.crew_id)
        return self._move(assignment, AssignmentStatus.ON_SITE, arrived_at=self.now)

    def finish(self, assignment_id: AssignmentId) -> Assignment:
        """Have a crew end its work: the job is gone, and its report."""
        assignment = self.live.pop(assignment_id)
        del self.jobs[assignment.job_id]
        if assignment.report_id is not None:
            del self.reports[assignment.report_id]
        stops = tuple(stop for stop in self.plan.stops if stop.assignment_id != assignment_id)
        self.plan = replace(self.plan, version=self.plan.version + 1, stops=stops)
        return assignment

    def has_open_question(self) -> bool:
        """Tell whether there is any job for which no crew has set off."""
        return len(self.jobs) > sum(each.status.is_running for each in self.live.values())

    def _recent(self) -> Sequence[Report]:
        spans = same_hours(self.now)
        return [report for report in self._before if any(report.requested_at in span for span in spans)]

    def _depot(self, crew_id: CrewId) -> LonLat:
        depot = self.day.depots[self.day.crews[crew_id].depot_id]
        return depot.lon, depot.lat

    def _positions(self) -> Mapping[VehicleId, VehiclePosition]:
        found = {}
        for crew_id in self.day.crews:
            vehicle_id = self._vehicle(crew_id)
            drive = self.drives.get(crew_id)
            lon, lat = self.place[crew_id] if drive is None else drive.at(self.now)
            found[vehicle_id] = VehiclePosition(
                vehicle_id=vehicle_id, lon=lon, lat=lat, fix_time=self.now, received_at=self.now
            )
        return found

    def _running(self, crew_id: CrewId) -> Assignment | None:
        return next((a for a in self.live.values() if a.crew_id == crew_id and a.status.is_running), None)

    def _faults(self, decision: Decision) -> Iterator[str]:
        kept = {a.job_id: a.crew_id for a in self.live.values() if a.id not in decision.release}
        for assignment_id in decision.release:
            if assignment_id not in self.live or self.live[assignment_id].status is AssignmentStatus.ON_SITE:
                yield f"assignment {assignment_id} is not planned or under way and cannot be released"
        for choice in decision.assign:
            if choice.job_id not in self.jobs:
                yield f"there is no job {choice.job_id}"
            elif choice.job_id in kept:
                yield f"job {choice.job_id} is {kept[choice.job_id]}'s and cannot be {choice.crew_id}'s too"
            if choice.crew_id not in self.day.crews:
                yield f"there is no crew {choice.crew_id}"
            kept[choice.job_id] = choice.crew_id

    def _assign(self, choice: Choice) -> AssignmentId:
        """Give a job to a crew, and return by which assignment."""
        self._made += 1
        job, assignment_id = self.jobs[choice.job_id], AssignmentId(str(self._made))
        self.live[assignment_id] = Assignment(
            id=assignment_id,
            job_id=job.id,
            crew_id=choice.crew_id,
            vehicle_id=self._vehicle(choice.crew_id),
            status=AssignmentStatus.PLANNED,
            since=self.now,
            created_at=self.now,
            actor=ACTOR,
            report_id=job.report_id,
            promised_at=choice.arrival,
        )
        if job.report_id is not None:
            report = self.reports[job.report_id]
            self.reports[job.report_id] = replace(
                report, status=ReportStatus.ASSIGNED, expected_at=report.expected_at or choice.arrival
            )
        return assignment_id

    def _move(self, assignment: Assignment, status: AssignmentStatus, **times: Any) -> Assignment:
        moved = replace(assignment, status=status, since=self.now, **times)
        self.live[assignment.id] = moved
        return moved

    def _vehicle(self, crew_id: CrewId) -> VehicleId:
        shift = self.shifts.get(crew_id)
        return self.day.crews[crew_id].vehicle_id if shift is None else shift.vehicle_id
