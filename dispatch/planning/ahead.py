"""Planned work of the coming days: which crew would come to it, on which day, as shifts are planned now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from equipage.dispatch.eligibility import seconds_left
from equipage.dispatch.eta import itineraries
from equipage.dispatch.model import CrewId, Job, JobId, Shift
from equipage.dispatch.pauses import breaks_of
from equipage.dispatch.planning.commitment import can_be_sent
from equipage.dispatch.planning.posing import Posed
from equipage.dispatch.planning.replanning import Effort
from equipage.dispatch.planning.terms import (
    Duty,
    barred,
    ground_of,
    job_terms,
    numbered,
    shift_terms,
)
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.engines import engine
from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.schedule import Routes, timetable
from equipage.dispatch.travel import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A visit that is to be expected.

    Parameters
    ----------
    job_id : JobId
        What for.
    crew_id : CrewId
        Who would come.
    shift : Shift
        On which of its shifts.
    arrival : datetime
        When work would begin.
    late_s : int
        By how many seconds that is after it is due; 0 in time.
    """

    job_id: JobId
    crew_id: CrewId
    shift: Shift
    arrival: datetime
    late_s: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ahead:
    """The planned work of the coming days on the shifts of these days.

    Parameters
    ----------
    posed : Posed
        The problem; a crew has one of its shifts for each day.
    shifts : tuple of Shift
        Those of the problem, in its order.
    routes : tuple of tuples of int
        The rows that every shift visits, in order.
    """

    posed: Posed
    shifts: tuple[Shift, ...]
    routes: tuple[tuple[int, ...], ...]

    def coming(self) -> tuple[Coming, ...]:
        """Return the visits, the first first."""
        found = [each for shift in range(len(self.shifts)) for each in self._coming_of(shift)]
        return tuple(sorted(found, key=lambda each: (each.arrival, each.crew_id)))

    def left_out(self) -> tuple[int, ...]:
        """Return the rows that no shift has."""
        taken = {row for stops in self.routes for row in stops}
        return tuple(row for row in range(len(self.posed.jobs)) if row not in taken)

    def _coming_of(self, shift: int) -> Iterator[Coming]:
        problem, now = self.posed.problem, self.posed.situation.now
        for visit in timetable(problem, shift, self.routes[shift]).visits:
            job = self.posed.jobs[visit.job]
            yield Coming(
                job_id=job.id,
                crew_id=self.shifts[shift].crew_id,
                shift=self.shifts[shift],
                arrival=max(now + timedelta(seconds=visit.begin_s), job.earliest),
                late_s=max(visit.begin_s - int(problem.jobs.due_s[visit.job]), 0),
            )


def plan_ahead(
    situation: Situation,
    times: TravelTimes,
    shifts: Sequence[Shift],
    *,
    until: datetime,
    effort: Effort,
    kept_free: float = 0.0,
) -> Ahead:
    """Return which crew would do which planned work until then, and on which day.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router; asked for one matrix of all places, and one for the legs that crews are on.
    shifts : sequence of Shift
        Of the coming days, those that are on now among them.
    until : datetime
        What may not begin before that is left to later.
    effort : Effort
        With which engine, and how long.
    kept_free : float
        Which share of crews' time something else takes: work lasts so much longer as that needs.

    Notes
    -----
    Nothing is decided: the planner gives work to crews as its time comes. What crews have now they do first,
    in the shift that is on or in their next. Shifts that are to come end at their crews' depots.
    """
    on_duty = sorted(_on_duty(situation, shifts, until), key=lambda each: (each.span.start, each.crew_id))
    duties = list(_duties(situation, times, on_duty))
    work = tuple(sorted(_work(situation, until), key=lambda job: job.id))
    crew_ids = tuple(duty.crew_id for duty in duties)
    skills = sorted({skill for job in work for skill in job.skills})
    ground = ground_of(times, work, duties)
    nothing = ((),) * len(duties)
    jobs = job_terms(
        situation,
        work,
        numbered(crew_ids),
        ground,
        skills,
        horizon_s=max((duty.end_s for duty in duties), default=0.0),
    )
    longer_s = np.rint(jobs.service_s / (1.0 - kept_free)).astype(np.int64)
    problem = Problem(
        jobs=replace(jobs, service_s=longer_s),
        shifts=shift_terms(situation.crews, duties, ground, nothing, nothing, skills),
        barred=barred(situation, work, crew_ids),
        travel_s=ground.travel_s[None],
    )
    routes: Routes = engine(effort.engine)(problem, effort.budget(), initial=nothing).routes
    posed = Posed(
        situation=situation,
        problem=problem,
        jobs=work,
        crew_ids=crew_ids,
        rows={job.id: row for row, job in enumerate(work)},
        shifts={crew_id: shift for shift, crew_id in reversed(list(enumerate(crew_ids)))},
        routes=nothing,
        off_network=frozenset(
            job.id for job, has_road in zip(work, ground.job_has_road, strict=True) if not has_road
        ),
        doubt_s=np.zeros(len(duties), dtype=np.int64),
    )
    return Ahead(posed=posed, shifts=tuple(on_duty), routes=tuple(tuple(stops) for stops in routes))


def _on_duty(situation: Situation, shifts: Sequence[Shift], until: datetime) -> Iterator[Shift]:
    """Yield the shifts in which work can be done: a crew that is on now only if it can be sent."""
    for shift in shifts:
        if shift.absent or shift.span.end <= situation.now or shift.span.start >= until:
            continue
        if shift.span.start > situation.now or can_be_sent(situation, shift.crew_id):
            yield shift


def _work(situation: Situation, until: datetime) -> Iterator[Job]:
    """Yield the planned work that nobody has yet."""
    for job in situation.jobs.values():
        is_planned = job.planned_work_id is not None and situation.holder_of(job.id) is None
        if is_planned and job.earliest < until:
            yield job


def _duties(situation: Situation, times: TravelTimes, shifts: Sequence[Shift]) -> Iterator[Duty]:
    behind = {shift.crew_id for shift in shifts if _goes_on(situation, shift)}
    starts = itineraries(situation, times, sorted(behind))
    for shift in shifts:
        whole = _whole(situation, shift)
        if not _goes_on(situation, shift):
            yield whole
            continue
        start = starts[shift.crew_id]
        yield replace(
            whole,
            lon=start.lon,
            lat=start.lat,
            free_s=start.free.mid,
            end_s=seconds_left(situation, shift.crew_id),
            breaks=tuple(start.breaks.mid),
            ends_at=whole.ends_at if shift.span.start > situation.now else None,
        )


def _goes_on(situation: Situation, shift: Shift) -> bool:
    """Tell whether a shift does not begin anew: it is on, or the next of a crew that has something to do."""
    is_on = shift.span.start <= situation.now
    return is_on or (situation.shifts.get(shift.crew_id) == shift and bool(situation.live_of(shift.crew_id)))


def _whole(situation: Situation, shift: Shift) -> Duty:
    """Return a shift that begins and ends at the crew's depot."""
    depot = situation.depots[situation.crews[shift.crew_id].depot_id]
    begin_s = (shift.span.start - situation.now).total_seconds()
    return Duty(
        crew_id=shift.crew_id,
        lon=depot.lon,
        lat=depot.lat,
        free_s=begin_s,
        end_s=(shift.span.end - situation.now).total_seconds(),
        breaks=tuple(breaks_of(shift, situation.now, begin_s)),
        ends_at=(depot.lon, depot.lat),
    )
