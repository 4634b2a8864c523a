"""Services whose reports go to the nearest crew, where all routes are planned together: that one has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.commitment import can_be_sent
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.planning.posing import Posed
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.schedule import Routes
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
        it is who would be there first behind what it does, and behind such jobs that it has or that chose
        before, of those who have time for it besides their breaks and what people want to stay with them.

    Notes
    -----
    They choose one after the other, the most urgent and then the oldest first. When in its route a crew has
    such a job is for the plan to say. Whether there is time is asked for each alone: on three drawn days (8
    crews, 110 reports) waits were 8 % longer where crews had to have time for all that they are held to.
    """
    situation, problem = posed.situation, posed.problem
    pinned_to, may, free_s = problem.jobs.pinned_to.copy(), problem.allowed(), problem.shifts.start_s.copy()
    named, staying = _named(situation, instant), _staying(posed, may)
    for_nearest = [job for job in posed.jobs if situation.services[job.service_code].policy is Policy.NEAREST]
    for job in sorted(for_nearest, key=lambda each: (each.priority, each.created_at, each.id)):
        row = posed.rows[job.id]
        there_s = free_s + problem.travel_s[0, problem.shifts.start_place, problem.jobs.place[row]]
        if pinned_to[row] == NOBODY:
            pinned_to[row] = (
                posed.shifts[named[job.id]]
                if job.id in named
                else _soonest(problem, row, may[row], there_s, staying)
            )
        if pinned_to[row] != NOBODY:
            free_s[pinned_to[row]] = there_s[pinned_to[row]] + job.duration_s
    return replace(posed, problem=replace(problem, jobs=replace(problem.jobs, pinned_to=pinned_to)))


def _named(situation: Situation, instant: Decision) -> Mapping[JobId, CrewId]:
    """Return who has each job by what the instant layer says: to whom it gives it, or leaves it."""
    released = set(instant.release)
    kept = {a.job_id: a.crew_id for a in situation.assignments.values() if a.id not in released}
    given = {choice.job_id: choice.crew_id for choice in instant.assign}
    return {job_id: crew_id for job_id, crew_id in (kept | given).items() if can_be_sent(situation, crew_id)}


def _staying(posed: Posed, may: Bools) -> list[list[int]]:
    """Return what people want to stay with each crew behind what is fixed, in the order of its route."""
    jobs, shifts = posed.problem.jobs, posed.problem.shifts
    return [
        [
            row
            for row in stops
            if jobs.pinned_to[row] == shifts.crew[shift]
            and may[row, shift]
            and row not in shifts.fixed[shift]
        ]
        for shift, stops in enumerate(posed.routes)
    ]


def _soonest(problem: Problem, row: int, may: Bools, there_s: Ints, staying: Routes) -> int:
    """Return who would be there first of those who have time, the first of several; `NOBODY` where none."""
    in_time = there_s + problem.jobs.service_s[row] <= problem.shifts.end_s
    possible = may & (there_s < NO_WAY_S) & in_time
    for shift in np.argsort(there_s, kind="stable").tolist():
        stops = [*problem.shifts.fixed[shift], row, *staying[shift]]
        if possible[shift] and not any(violations_of(problem, shift, stops)):
            return int(shift)
    return NOBODY
