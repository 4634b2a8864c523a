"""A problem as engines take it that know neither fixed stops nor soft due times: what is left after these.

Each shift begins after its fixed stops, with the room and the breaks that are left. A due time that has a
price is the end of the window: jobs that cannot be in time stay out there, and are inserted late by our
repair. What waiting, another crew or another next job costs is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.dispatch.solver.problem import NOBODY, Problem
from equipage.dispatch.solver.schedule import Routes, timetable

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A shift after its fixed stops.

    Parameters
    ----------
    shift : int
        Which.
    place : int
        Where the crew is then.
    end_place : int or None
        Where it must be at the end; None for anywhere.
    start_s, end_s : int
        From when it is free, and until when.
    room : tuple of int
        What it still carries of each thing.
    breaks : tuple of int
        The breaks that it has still to take, of the problem's.
    """

    shift: int
    place: int
    end_place: int | None
    start_s: int
    end_s: int
    room: tuple[int, ...]
    breaks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HardWindows:
    """What there is to plan.

    Parameters
    ----------
    jobs : list of int
        Those that are not fixed and that some shift may have.
    starts : list of Start
        The shifts that have time left.
    earliest_s, latest_s : (n,) int64
        For all jobs of the problem, from when and until when work may begin; not before 0.
    """

    jobs: list[int]
    starts: list[Start]
    earliest_s: Ints
    latest_s: Ints


def hard_windows(problem: Problem) -> HardWindows:
    """Return a problem without its fixed stops and soft due times.

    Parameters
    ----------
    problem : Problem
        What is known.
    """
    jobs, shifts = problem.jobs, problem.shifts
    starts = [start for k in range(len(shifts)) if (start := _start(problem, k)) is not None]
    begin_s = min((start.start_s for start in starts), default=0)
    earliest_s = np.maximum(jobs.earliest_s, 0)
    hopeless = jobs.due_s < np.maximum(earliest_s, begin_s)
    priced = (jobs.late_cost > 0.0) & ~hopeless
    latest_s = np.where(priced, np.minimum(jobs.latest_s, jobs.due_s), jobs.latest_s)
    may = problem.allowed()[:, [start.shift for start in starts]].any(axis=1) & (latest_s >= earliest_s)
    may[[job for stops in shifts.fixed for job in stops]] = False
    return HardWindows(
        jobs=np.flatnonzero(may).tolist(),
        starts=starts,
        earliest_s=earliest_s,
        latest_s=latest_s,
    )


def _start(problem: Problem, shift: int) -> Start | None:
    """Return a shift after its fixed stops; None where these leave nothing of it."""
    jobs, shifts = problem.jobs, problem.shifts
    fixed = shifts.fixed[shift]
    day = timetable(problem, shift, fixed)
    taken = sum(pause.before < len(fixed) for pause in day.pauses)
    start_s = day.visits[-1].end_s if fixed else int(shifts.start_s[shift])
    room = shifts.capacity[shift] - jobs.demand[list(fixed)].sum(axis=0)
    breaks = range(int(shifts.break_first[shift]) + taken, int(shifts.break_first[shift + 1]))
    if (room < 0).any() or not _rested(problem, shift, start_s, breaks):
        return None
    end_place = int(shifts.end_place[shift])
    return Start(
        shift=shift,
        place=int(jobs.place[fixed[-1]]) if fixed else int(shifts.start_place[shift]),
        end_place=None if end_place == NOBODY else end_place,
        start_s=start_s,
        end_s=int(shifts.end_s[shift]),
        room=tuple(room.tolist()),
        breaks=tuple(breaks),
    )


def _rested(problem: Problem, shift: int, now_s: int, breaks: range) -> bool:
    """Tell whether a shift can take its breaks one after the other, and has not ended before."""
    shifts = problem.shifts
    for number in breaks:
        now_s = max(now_s, int(shifts.break_earliest_s[number]))
        if now_s > shifts.break_latest_s[number]:
            return False
        now_s += int(shifts.break_s[number])
    return now_s < int(shifts.end_s[shift])


def with_fixed(problem: Problem, routes: dict[int, list[int]]) -> Routes:
    """Return the jobs of every shift, its fixed stops first.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : dict of int to list of int
        Jobs by shift, without the fixed ones.
    """
    return [[*fixed, *routes.get(shift, [])] for shift, fixed in enumerate(problem.shifts.fixed)]
