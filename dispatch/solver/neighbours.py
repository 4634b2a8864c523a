"""Which jobs and shifts to look at first for a job: those near it by road, and in time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from equipage.dispatch.solver.problem import Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

IDLE = 0.2
"""How much a second counts that a crew must be idle between two jobs, whenever it does the first; a second of
certain lateness counts fully. Vidal et al.: A hybrid genetic algorithm with adaptive diversity management for
a large class of vehicle routing problems with time-windows. Computers & Operations Research 40 (2013),
doi:10.1016/j.cor.2012.07.018, section 4.5."""

ROWS = 512
"""How many jobs' distances to all others are in memory at once: 5,000 jobs would have 25 million."""


def near_jobs(problem: Problem, count: int) -> Ints:
    """Return the jobs nearest to each, (n, count or n): itself first, then by what lies between at least.

    Parameters
    ----------
    problem : Problem
        What is known.
    count : int
        How many.
    """
    n = len(problem.jobs)
    count = min(count, n)
    near, everyone = np.empty((n, count), dtype=np.int64), np.arange(n)
    for rows in _blocks(n):
        apart = np.minimum(_between(problem, rows, everyone), _between(problem, everyone, rows).T)
        apart[np.arange(len(rows)), rows] = -1.0
        near[rows] = _least(apart, count)
    return near


def near_shifts(problem: Problem, count: int) -> Ints:
    """Return the shifts whose crews may do each job and would be there first, (n, count or r).

    Parameters
    ----------
    problem : Problem
        What is known.
    count : int
        How many.

    Notes
    -----
    Who is near but still at work, or may not do the job, is no neighbour while others would be there sooner:
    by the way alone, jobs queued behind busy crews where idle ones were farther away.
    """
    jobs, shifts, travel_s = problem.jobs, problem.shifts, problem.travel_s[0]
    count = min(count, len(shifts))
    near, allowed = np.empty((len(jobs), count), dtype=np.int64), problem.allowed()
    for rows in _blocks(len(jobs)):
        there_s = shifts.start_s + travel_s[np.ix_(shifts.start_place, jobs.place[rows])].T.astype(np.float64)
        near[rows] = _least(np.where(allowed[rows], there_s, np.inf), count)
    return near


def _blocks(count: int) -> Iterator[Ints]:
    for first in range(0, count, ROWS):
        yield np.arange(first, min(first + ROWS, count))


def _between(problem: Problem, before: Ints, after: Ints) -> Floats:
    """Return what lies between the first jobs and the second ones in seconds: driving, idling, lateness."""
    jobs = problem.jobs
    drive_s = problem.travel_s[0][np.ix_(jobs.place[before], jobs.place[after])].astype(np.float64)
    over_s = (jobs.service_s + jobs.setup_s)[before, None] + drive_s
    idle_s = jobs.earliest_s[after] - jobs.latest_s[before, None] - over_s
    late_s = np.maximum(jobs.earliest_s, 0)[before, None] + over_s - jobs.latest_s[after]
    between: Floats = drive_s + IDLE * np.maximum(idle_s, 0.0) + np.maximum(late_s, 0.0)
    return between


def _least(values: Floats, count: int) -> Ints:
    """Return where the least values of each row are, in order."""
    if count == 0:
        return np.empty((len(values), 0), dtype=np.int64)
    some: Ints = np.argpartition(values, count - 1, axis=1)[:, :count]
    rank = np.argsort(np.take_along_axis(values, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, rank, axis=1)
