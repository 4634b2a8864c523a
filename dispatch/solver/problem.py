"""What is to be planned, as arrays: jobs, shifts, travel, and what each departure from a wish costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

NOBODY = -1
"""No crew, no job, no place: where an index may be missing."""

NO_WAY_S = 2**28
"""Seconds that mean that there is no way: more than eight years."""

FOREVER_S = 2**29
"""No window ends later, and no due time is: seventeen years."""


class InvalidProblemError(ValueError):
    """Arrays that do not belong together; the message names every fault."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jobs:
    """The n pieces of work to plan.

    Parameters
    ----------
    place : (n,) int64
        Where each is, an index of the travel matrix.
    service_s : (n,) int64
        Seconds of work on site.
    setup_s : (n,) int64
        Seconds before it, spared where the stop before was at the same place.
    earliest_s, latest_s : (n,) int64
        Work may begin within these times, both included.
    due_s : (n,) int64
        Work should begin by then.
    wait_cost : (n,) float64
        What each second costs until work begins, from the problem's moment 0 on.
    late_cost : (n,) float64
        What each second after the due time costs besides.
    drop_cost : (n,) float64
        What it costs to leave it out of the plan.
    demand : (n, q) int64
        What it takes of each of the q things a vehicle carries: room, spare parts.
    needs : (n, s) bool
        Which skills it needs.
    pinned_to : (n,) int64
        The crew that a dispatcher chose, or `NOBODY`.
    held_by : (n,) int64
        The crew that has it in the plan before, or `NOBODY`.
    change_cost : (n,) float64
        What it costs to give it to another crew than that one.
    """

    place: Ints
    service_s: Ints
    setup_s: Ints
    earliest_s: Ints
    latest_s: Ints
    due_s: Ints
    wait_cost: Floats
    late_cost: Floats
    drop_cost: Floats
    demand: Ints
    needs: Bools
    pinned_to: Ints
    held_by: Ints
    change_cost: Floats

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shifts:
    """The r stretches of time in which a crew works: one for each crew and day.

    Parameters
    ----------
    crew : (r,) int64
        Whose shift it is.
    start_place : (r,) int64
        Where it begins: at a depot, or where the crew is now.
    end_place : (r,) int64
        Where it ends, or `NOBODY` where that is wherever the last job is.
    start_s, end_s : (r,) int64
        From when the crew is free, not before moment 0, and when it must be at its end.
    travel : (r,) int64
        Which travel matrix its vehicle follows.
    capacity : (r, q) int64
        What the vehicle carries of each thing.
    has : (r, s) bool
        Which skills the crew has.
    fixed : tuple of tuples of int
        The jobs that each shift begins with, in this order: what has been started or promised, and what a
        dispatcher put first. They stay whatever that costs or violates.
    next_job : (r,) int64
        The job that the crew was told to do first in the plan before, or `NOBODY`.
    next_change_cost : (r,) float64
        What it costs to tell it another.
    break_first : (r + 1,) int64
        The breaks of shift k are those from `break_first[k]` to `break_first[k + 1]`, in order of time.
    break_earliest_s, break_latest_s, break_s : (b,) int64
        A break begins within these times and takes that many seconds.
    """

    crew: Ints
    start_place: Ints
    end_place: Ints
    start_s: Ints
    end_s: Ints
    travel: Ints
    capacity: Ints
    has: Bools
    fixed: tuple[tuple[int, ...], ...]
    next_job: Ints
    next_change_cost: Floats
    break_first: Ints
    break_earliest_s: Ints
    break_latest_s: Ints
    break_s: Ints

    def __len__(self) -> int:
        return len(self.crew)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """All that an engine sees. Costs are in seconds of driving, times in seconds from one moment, 0.

    Parameters
    ----------
    jobs : Jobs
        What is to be done.
    shifts : Shifts
        By whom and when.
    barred : (n, r) bool
        Which jobs must not be in which shifts, whatever else allows it: a crew has refused the job.
    travel_s : (v, p, p) int32
        Seconds from each of p places to each, for v kinds of vehicles; `NO_WAY_S` or more where there is no
        way.

    Raises
    ------
    InvalidProblemError
        Where arrays differ in length, or hold an index or a value that makes no sense.

    Notes
    -----
    A window that is empty, a job that no crew may do, a pin that no shift can keep: these are no faults of
    a problem. Such jobs stay out of the plan, and `obstacles` tells why.
    """

    jobs: Jobs
    shifts: Shifts
    barred: Bools
    travel_s: Int32s

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise InvalidProblemError("; ".join(faults))

    def skilled(self) -> Bools:
        """Return whether the crew of each shift has all the skills of each job, (n, r)."""
        needs, lacks = self.jobs.needs.astype(np.int64), (~self.shifts.has).astype(np.int64)
        return np.asarray(needs @ lacks.T == 0, dtype=bool)

    def allowed(self) -> Bools:
        """Return whether each job may be in each shift by skills, pins and what is barred, (n, r)."""
        pinned_to = self.jobs.pinned_to[:, None]
        may: Bools = (pinned_to == NOBODY) | (pinned_to == self.shifts.crew[None, :])
        return self.skilled() & may & ~self.barred


def _faults(problem: Problem) -> Iterator[str]:
    lengths = [*_lengths(problem)]
    yield from lengths
    if not lengths:
        yield from _bad_indices(problem)
        yield from _bad_values(problem)


def _lengths(problem: Problem) -> Iterator[str]:
    """Yield the arrays that do not have the shape that the others ask for."""
    jobs, shifts = problem.jobs, problem.shifts
    n, r = len(jobs), len(shifts)
    things, skills = _width(jobs.demand), _width(jobs.needs)
    breaks = len(shifts.break_s)
    expected: dict[str, tuple[object, dict[str, tuple[int, ...]]]] = {
        "jobs": (jobs, dict.fromkeys(_OF_JOBS, (n,)) | {"demand": (n, things), "needs": (n, skills)}),
        "shifts": (
            shifts,
            dict.fromkeys(_OF_SHIFTS, (r,))
            | {"capacity": (r, things), "has": (r, skills), "break_first": (r + 1,)}
            | dict.fromkeys(("break_earliest_s", "break_latest_s", "break_s"), (breaks,)),
        ),
    }
    for owner, (values, shapes) in expected.items():
        for name, shape in shapes.items():
            found = np.shape(getattr(values, name))
            if found != shape:
                yield f"{owner}.{name} must have the shape {shape}, not {found}"
    if len(shifts.fixed) != r:
        yield f"shifts.fixed must have {r} entries, not {len(shifts.fixed)}"
    if problem.barred.shape != (n, r):
        yield f"barred must have the shape {(n, r)}, not {problem.barred.shape}"
    if problem.travel_s.ndim != _TRAVEL_AXES or problem.travel_s.shape[1] != problem.travel_s.shape[2]:
        yield f"travel_s must have the shape (v, p, p), not {problem.travel_s.shape}"


_TRAVEL_AXES = 3
_OF_JOBS = (
    *("place", "service_s", "setup_s", "earliest_s", "latest_s", "due_s", "wait_cost", "late_cost"),
    *("drop_cost", "pinned_to", "held_by", "change_cost"),
)
_OF_SHIFTS = (
    *("crew", "start_place", "end_place", "start_s", "end_s", "travel", "next_job", "next_change_cost"),
)


def _width(array: npt.NDArray[np.generic]) -> int:
    return int(array.shape[1]) if array.ndim == len(("row", "column")) else 0


def _bad_indices(problem: Problem) -> Iterator[str]:
    jobs, shifts = problem.jobs, problem.shifts
    kinds, places, _ = problem.travel_s.shape
    for name, index, least, count in (
        ("jobs.place", jobs.place, 0, places),
        ("shifts.start_place", shifts.start_place, 0, places),
        ("shifts.end_place", shifts.end_place, NOBODY, places),
        ("shifts.travel", shifts.travel, 0, kinds),
        ("shifts.next_job", shifts.next_job, NOBODY, len(jobs)),
        ("shifts.crew", shifts.crew, 0, FOREVER_S),
        ("jobs.pinned_to", jobs.pinned_to, NOBODY, FOREVER_S),
        ("jobs.held_by", jobs.held_by, NOBODY, FOREVER_S),
        ("shifts.fixed", np.array([job for jobs in shifts.fixed for job in jobs]), 0, len(jobs)),
    ):
        wrong = np.unique(index[(index < least) | (index >= count)]).tolist()
        if wrong:
            yield f"{name} must be from {least} to {count - 1}, not {', '.join(map(str, wrong[:5]))}"
    fixed = np.array([job for jobs in shifts.fixed for job in jobs], dtype=np.int64)
    twice = np.flatnonzero(np.bincount(fixed[(fixed >= 0) & (fixed < len(jobs))], minlength=len(jobs)) > 1)
    if len(twice):
        yield f"shifts.fixed has a job twice: {', '.join(map(str, twice[:5].tolist()))}"
    first = shifts.break_first
    if first[0] != 0 or first[-1] != len(shifts.break_s) or (np.diff(first) < 0).any():
        yield f"shifts.break_first must grow from 0 to {len(shifts.break_s)}, the number of breaks"
        return
    sooner = np.flatnonzero(np.diff(shifts.break_earliest_s) < 0) + 1
    disordered = np.setdiff1d(sooner, first)
    if len(disordered):
        numbers = ", ".join(map(str, disordered[:5].tolist()))
        yield f"breaks must be in order of time within a shift, but too early are: {numbers}"


def _bad_values(problem: Problem) -> Iterator[str]:
    jobs, shifts = problem.jobs, problem.shifts
    for name, values in (
        ("jobs.service_s", jobs.service_s),
        ("jobs.setup_s", jobs.setup_s),
        ("jobs.wait_cost", jobs.wait_cost),
        ("jobs.late_cost", jobs.late_cost),
        ("jobs.drop_cost", jobs.drop_cost),
        ("jobs.demand", jobs.demand),
        ("jobs.change_cost", jobs.change_cost),
        ("shifts.start_s", shifts.start_s),
        ("shifts.next_change_cost", shifts.next_change_cost),
        ("shifts.break_s", shifts.break_s),
        ("travel_s", problem.travel_s),
    ):
        if (~(values >= 0)).any():
            yield f"{name} must not be negative or NaN"
        elif not np.isfinite(values).all():
            yield f"{name} must be finite"
    for name, times in (
        ("jobs.service_s", jobs.service_s),
        ("jobs.setup_s", jobs.setup_s),
        ("jobs.earliest_s", jobs.earliest_s),
        ("jobs.latest_s", jobs.latest_s),
        ("jobs.due_s", jobs.due_s),
        ("shifts.start_s", shifts.start_s),
        ("shifts.end_s", shifts.end_s),
        ("shifts.break_earliest_s", shifts.break_earliest_s),
        ("shifts.break_latest_s", shifts.break_latest_s),
        ("shifts.break_s", shifts.break_s),
    ):
        if (np.abs(times) > FOREVER_S).any():
            yield f"{name} must be within {FOREVER_S} seconds of the moment the problem counts from"
