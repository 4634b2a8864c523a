"""From the city at one moment to a problem for the engines, and from their routes back to visits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

import numpy as np
import numpy.typing as npt

from equipage.dispatch.eligibility import seconds_left
from equipage.dispatch.eta import Itinerary, itineraries
from equipage.dispatch.model import AssignmentId, CrewId, Job, JobId
from equipage.dispatch.pauses import breaks_left
from equipage.dispatch.planning.caution import caution_s, idle_share
from equipage.dispatch.planning.commitment import can_be_sent, stays_with_its_crew
from equipage.dispatch.planning.terms import Duty, Ground, barred, from_s, ground_of, job_terms, shift_terms
from equipage.dispatch.planning.waiting import put_off
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.problem import NO_WAY_S, Problem
from equipage.dispatch.solver.schedule import Routes, timetable
from equipage.dispatch.travel import TravelTimes

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """A visit in the plan; `assignment_id` is None where the assignment is still to be made."""

    crew_id: CrewId
    position: int
    job_id: JobId
    assignment_id: AssignmentId | None
    arrival: datetime
    departure: datetime


def stops_on(situation: Situation, route: Itinerary) -> Iterator[PlannedStop]:
    """Yield what a crew has as visits, when it is expected there.

    Parameters
    ----------
    situation : Situation
        The moment from which the route counts.
    route : Itinerary
        The crew's.
    """
    for position, visit in enumerate(route.visits, start=1):
        yield PlannedStop(
            crew_id=route.crew_id,
            position=position,
            job_id=visit.job_id,
            assignment_id=visit.assignment_id,
            arrival=visit.eta.eta,
            departure=situation.now + timedelta(seconds=round(visit.departs.mid)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posed:
    """A situation as a problem, whose times count from the situation's moment.

    Parameters
    ----------
    situation : Situation
        What it is about.
    problem : Problem
        For the engines, the checker and the explanation.
    jobs : tuple of Job
        By row of the problem: what waits, and what is planned. What crews are doing lies before their starts.
    crew_ids : tuple of CrewId
        By shift of the problem: who can be sent now.
    rows, shifts : mapping
        The row of each job and the shift of each crew.
    routes : tuple of tuples of int
        The plan in force, for every shift.
    off_network : frozenset of JobId
        Jobs that are too far from any road; no route can take them.
    doubt_s : (r,) int64
        By how many seconds each crew must be sooner than one without anything to finish, to be waited for.
    """

    situation: Situation
    problem: Problem
    jobs: tuple[Job, ...]
    crew_ids: tuple[CrewId, ...]
    rows: Mapping[JobId, int]
    shifts: Mapping[CrewId, int]
    routes: tuple[tuple[int, ...], ...]
    off_network: frozenset[JobId]
    doubt_s: Ints

    def visits(self, routes: Routes) -> tuple[PlannedStop, ...]:
        """Return routes as visits, by crew and position, behind what each crew is doing.

        Parameters
        ----------
        routes : sequence of sequences of int
            The rows that every shift visits, in order.

        Notes
        -----
        Without visits to which there is no way, and those behind them: nobody can tell when these would be.
        """
        return tuple(stop for shift, stops in enumerate(routes) for stop in self._visits_of(shift, stops))

    def left_out(self, routes: Routes) -> tuple[Job, ...]:
        """Return the jobs that routes leave out, by id."""
        taken = {row for stops in routes for row in stops}
        return tuple(job for row, job in enumerate(self.jobs) if row not in taken)

    def _visits_of(self, shift: int, stops: Sequence[int]) -> Iterator[PlannedStop]:
        now, crew_id = self.situation.now, self.crew_ids[shift]
        for position, visit in enumerate(timetable(self.problem, shift, stops).visits, start=1):
            if visit.end_s >= NO_WAY_S:
                return
            job_id = self.jobs[visit.job].id
            holder = self.situation.holder_of(job_id)
            yield PlannedStop(
                crew_id=crew_id,
                position=position,
                job_id=job_id,
                assignment_id=holder.id if holder is not None and holder.crew_id == crew_id else None,
                arrival=now + timedelta(seconds=visit.begin_s),
                departure=now + timedelta(seconds=visit.end_s),
            )


def pose(situation: Situation, times: TravelTimes, *, jobs: Collection[JobId] | None = None) -> Posed:
    """Return a situation as a problem for the engines.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router; asked for one matrix of all places, and one for the legs that crews are on.
    jobs : collection of JobId, optional
        Which jobs without a crew to find crews for; all that are not put off when left out.

    Notes
    -----
    Nothing that the city gets wrong is a fault here: a job that nobody may do, or can reach, or has time for,
    is in the problem and stays out of every plan, and `solver.obstacles` tells why. Pinned
    stops at the head of a crew's route are fixed there, unless no way leads to them.
    """
    crew_ids = tuple(sorted(crew_id for crew_id in situation.crews if can_be_sent(situation, crew_id)))
    planned = _planned(situation, crew_ids)
    work = sorted([*planned.values(), *_waiting(situation, jobs)], key=lambda job: job.id)
    rows = {job.id: row for row, job in enumerate(work)}
    shifts = {crew_id: shift for shift, crew_id in enumerate(crew_ids)}
    behind = {a.id for crew_id in crew_ids for a in situation.planned_of(crew_id)}
    starts = itineraries(situation, times, crew_ids, without=behind)
    duties = [_duty(situation, crew_id, starts[crew_id]) for crew_id in crew_ids]
    ground = ground_of(times, work, duties)
    routes = tuple(_route(situation, rows, crew_id) for crew_id in crew_ids)
    fixed = tuple(
        _fixed(situation, work, route, ground, shift)
        for shift, (crew_id, route) in enumerate(zip(crew_ids, routes, strict=True))
    )
    skills = sorted({skill for job in work for skill in job.skills})
    problem = Problem(
        jobs=job_terms(
            situation, work, shifts, ground, skills, horizon_s=max((d.end_s for d in duties), default=0.0)
        ),
        shifts=shift_terms(situation.crews, duties, ground, routes, fixed, skills),
        barred=barred(situation, work, crew_ids),
        travel_s=ground.travel_s[None],
    )
    return Posed(
        situation=situation,
        problem=problem,
        jobs=tuple(work),
        crew_ids=crew_ids,
        rows=rows,
        shifts=shifts,
        routes=routes,
        off_network=frozenset(
            job.id for job, has_road in zip(work, ground.job_has_road, strict=True) if not has_road
        ),
        doubt_s=round(caution_s(idle_share(situation)))
        * np.array([_is_at_work(starts[c]) for c in crew_ids], np.int64),
    )


def _duty(situation: Situation, crew_id: CrewId, start: Itinerary) -> Duty:
    """Return the shift of a crew from when it can set off for what is planned."""
    free_s = start.free.mid
    return Duty(
        crew_id=crew_id,
        lon=start.lon,
        lat=start.lat,
        free_s=free_s,
        end_s=seconds_left(situation, crew_id),
        breaks=tuple(breaks_left(situation, crew_id, from_s(free_s))),
    )


def _is_at_work(start: Itinerary) -> bool:
    """Tell whether the crew has something to finish, and somebody can tell when."""
    return start.after is not None and isfinite(start.free.mid)


def _planned(situation: Situation, crew_ids: Sequence[CrewId]) -> Mapping[JobId, Job]:
    """Return the jobs that crews at hand have planned, and those that others leave to whoever comes."""
    at_hand = set(crew_ids)
    return {
        a.job_id: situation.jobs[a.job_id]
        for a in situation.assignments.values()
        if not a.status.is_running
        and situation.holder_of(a.job_id) == a
        and (a.crew_id in at_hand or not stays_with_its_crew(situation, a))
    }


def _waiting(situation: Situation, jobs: Collection[JobId] | None) -> Iterator[Job]:
    wanted = situation.jobs.keys() if jobs is None else set(jobs)
    for job_id in wanted:
        job = situation.jobs[job_id]
        if situation.holder_of(job_id) is None and (jobs is not None or put_off(situation, job) is None):
            yield job


def _route(situation: Situation, rows: Mapping[JobId, int], crew_id: CrewId) -> tuple[int, ...]:
    return tuple(
        rows[a.job_id]
        for a in situation.planned_of(crew_id)
        if a.job_id in rows and situation.holder_of(a.job_id) == a
    )


def _fixed(
    situation: Situation,
    work: Sequence[Job],
    route: Sequence[int],
    ground: Ground,
    shift: int,
) -> tuple[int, ...]:
    """Return the stops at the head of a route that must stay there, up to the first without a way."""
    place, fixed = ground.start_place[shift], list[int]()
    for row in route:
        holder = situation.holder_of(work[row].id)
        stays = holder is not None and holder.pinned
        if not stays or ground.travel_s[place, ground.job_place[row]] >= NO_WAY_S:
            break
        fixed.append(row)
        place = ground.job_place[row]
    return tuple(fixed)
