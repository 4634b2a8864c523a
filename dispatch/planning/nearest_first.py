"""Services whose reports go to the nearest crew, where all routes are planned together: that one has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.commitment import can_be_sent
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.planning.posing import Posed
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY
from equipage.dispatch.status import Policy


def with_nearest(posed: Posed, instant: Decision) -> Posed:
    """Return the problem in which jobs for the nearest crew are held to it.

    Parameters
    ----------
    posed : Posed
        A situation as a problem.
    instant : Decision
        What the instant layer says: whom it names is the nearest. Where it names nobody, since all are busy,
        it is who would be there first behind what it does, and behind such jobs that it has or that chose
        before.

    Notes
    -----
    They choose one after the other, the most urgent and then the oldest first. When in its route a crew has
    such a job is for the plan to say.
    """
    situation = posed.situation
    pinned_to = posed.problem.jobs.pinned_to.copy()
    named = _named(situation, instant)
    for_nearest = [job for job in posed.jobs if situation.services[job.service_code].policy is Policy.NEAREST]
    free_s = posed.problem.shifts.start_s.copy()
    for job in sorted(for_nearest, key=lambda each: (each.priority, each.created_at, each.id)):
        row = posed.rows[job.id]
        if pinned_to[row] == NOBODY:
            shift = posed.shifts[named[job.id]] if job.id in named else _soonest(posed, row, free_s)
            pinned_to[row] = NOBODY if shift is None else shift
        if pinned_to[row] != NOBODY:
            free_s[pinned_to[row]] += _drive_s(posed, row)[pinned_to[row]] + job.duration_s
    jobs = replace(posed.problem.jobs, pinned_to=pinned_to)
    return replace(posed, situation=situation, problem=replace(posed.problem, jobs=jobs))


def _named(situation: Situation, instant: Decision) -> Mapping[JobId, CrewId]:
    """Return who has each job by what the instant layer says: to whom it gives it, or leaves it."""
    released = set(instant.release)
    kept = {a.job_id: a.crew_id for a in situation.assignments.values() if a.id not in released}
    given = {choice.job_id: choice.crew_id for choice in instant.assign}
    return {job_id: crew_id for job_id, crew_id in (kept | given).items() if can_be_sent(situation, crew_id)}


def _soonest(posed: Posed, row: int, free_s: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int | None:
    """Return who would be there first and finish in time, the first of several; None where nobody."""
    problem = posed.problem
    drive_s = _drive_s(posed, row)
    there_s = free_s + drive_s
    in_time = there_s + problem.jobs.service_s[row] <= problem.shifts.end_s
    may = problem.allowed()[row] & (drive_s < NO_WAY_S) & in_time
    return int(np.where(may, there_s, NO_WAY_S).argmin()) if may.any() else None


def _drive_s(posed: Posed, row: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the seconds from where each crew is free to the job, (r,)."""
    problem = posed.problem
    drive_s = problem.travel_s[0, problem.shifts.start_place, problem.jobs.place[row]]
    return np.asarray(drive_s, dtype=np.int64)
