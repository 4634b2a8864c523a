"""Services whose reports go to the nearest crew, where all routes are planned together: that one has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.commitment import can_be_sent
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.planning.posing import Posed
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.schedule import timetable
from equipage.dispatch.solver.violations import violations_of
from equipage.dispatch.status import Policy

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def with_nearest(posed: Posed, instant: Decision) -> Posed:
    """Return the problem in which jobs for the nearest crew are held to it.

    Parameters
    ----------
    posed : Posed
        A situation as a problem.
    instant : Decision
        What the instant layer says: whom it names is the nearest. Where it names nobody, since all are busy,
        it is who could begin first behind what it does, and behind such jobs that it has or that chose
        before, and has time for it besides its breaks and what people want to stay with it.

    Notes
    -----
    They choose one after the other, the most urgent and then the oldest first. When in its route a crew has
    such a job is for the plan to say.
    """
    situation = posed.situation
    pinned_to = posed.problem.jobs.pinned_to.copy()
    named = _named(situation, instant)
    for_nearest = [job for job in posed.jobs if situation.services[job.service_code].policy is Policy.NEAREST]
    queues = _queues(posed)
    for job in sorted(for_nearest, key=lambda each: (each.priority, each.created_at, each.id)):
        row = posed.rows[job.id]
        if pinned_to[row] == NOBODY:
            pinned_to[row] = posed.shifts[named[job.id]] if job.id in named else queues.soonest(row)
        if pinned_to[row] != NOBODY:
            queues.put(row, int(pinned_to[row]))
    jobs = replace(posed.problem.jobs, pinned_to=pinned_to)
    return replace(posed, problem=replace(posed.problem, jobs=jobs))


def _named(situation: Situation, instant: Decision) -> Mapping[JobId, CrewId]:
    """Return who has each job by what the instant layer says: to whom it gives it, or leaves it."""
    released = set(instant.release)
    kept = {a.job_id: a.crew_id for a in situation.assignments.values() if a.id not in released}
    given = {choice.job_id: choice.crew_id for choice in instant.assign}
    return {job_id: crew_id for job_id, crew_id in (kept | given).items() if can_be_sent(situation, crew_id)}


@dataclass(slots=True, kw_only=True, eq=False)
class _Queues:
    """What the crews of r shifts do before the next job for the nearest crew.

    Parameters
    ----------
    problem : Problem
        With the shifts.
    may : (n, r) bool
        Which jobs may be in which.
    first, behind : lists of r lists of int
        What each crew does before, in order, and what else people want to stay with it.
    free_s, place : (r,) int64
        When and where it has done what comes before.
    """

    problem: Problem
    may: Bools
    first: list[list[int]]
    behind: list[list[int]]
    free_s: Ints
    place: Ints

    def soonest(self, row: int) -> int:
        """Return the shift that could begin a job first, the nearest of several; `NOBODY` where none can."""
        jobs, shifts = self.problem.jobs, self.problem.shifts
        there_s = self.free_s + self.problem.travel_s[0, self.place, jobs.place[row]]
        may = self.may[row] & (there_s < NO_WAY_S) & (there_s + jobs.service_s[row] <= shifts.end_s)
        found, begins_s = NOBODY, NO_WAY_S
        for shift in np.argsort(there_s, kind="stable").tolist():
            if there_s[shift] >= begins_s:
                break
            if may[shift] and self._has_time(row, shift):
                begin_s = timetable(self.problem, shift, [*self.first[shift], row]).visits[-1].begin_s
                found, begins_s = (shift, begin_s) if begin_s < begins_s else (found, begins_s)
        return found

    def put(self, row: int, shift: int) -> None:
        """Put a job into a shift, behind what its crew does before; not where there is no time for it."""
        if row not in self.first[shift] and self._has_time(row, shift):
            self.first[shift].append(row)
            self.behind[shift] = [each for each in self.behind[shift] if each != row]
            self.free_s[shift] = timetable(self.problem, shift, self.first[shift]).visits[-1].end_s
            self.place[shift] = self.problem.jobs.place[row]

    def _has_time(self, row: int, shift: int) -> bool:
        behind = (each for each in self.behind[shift] if each != row)
        return not any(violations_of(self.problem, shift, [*self.first[shift], row, *behind]))


def _queues(posed: Posed) -> _Queues:
    """Return what crews do before any job for the nearest: stops that are fixed."""
    problem = posed.problem
    jobs, shifts, may = problem.jobs, problem.shifts, problem.allowed()
    queues = _Queues(
        problem=problem,
        may=may,
        first=[[] for _ in shifts.fixed],
        behind=[
            [row for row in stops if jobs.pinned_to[row] == shifts.crew[shift] and may[row, shift]]
            for shift, stops in enumerate(posed.routes)
        ],
        free_s=shifts.start_s.copy(),
        place=shifts.start_place.copy(),
    )
    for shift, stops in enumerate(shifts.fixed):
        for row in stops:
            queues.put(row, shift)
    return queues
