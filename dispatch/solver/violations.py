"""What is wrong with a solution, by name: one checker for engines, dispatchers and the database alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.schedule import Routes, Timetable, timetable


class Broken(StrEnum):
    """What can be broken."""

    TWICE = "twice"
    FIXED = "fixed"
    PIN = "pin"
    BARRED = "barred"
    SKILL = "skill"
    NO_WAY = "no_way"
    WINDOW = "window"
    CAPACITY = "capacity"
    BREAK = "break"
    SHIFT_END = "shift_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that a solution must not do.

    Parameters
    ----------
    what : Broken
        Its name.
    shift : int
        Where.
    job : int
        Which job, or `NOBODY` where it is not about one.
    excess : int
        By how much: seconds too late, or what is carried too much; 0 where there is no measure.
    thing : int
        The skill that lacks, the thing carried too much of, the break that comes too late; else `NOBODY`.
    """

    what: Broken
    shift: int
    job: int = NOBODY
    excess: int = 0
    thing: int = NOBODY


def violations(problem: Problem, routes: Routes) -> list[Violation]:
    """Return everything that is wrong with a solution.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : sequence of sequences of int
        The jobs of every shift, in order; there must be one sequence for each shift.

    Returns
    -------
    list of Violation
        By shift and stop; empty for a sound one. Jobs left out are no violation, and what fixed stops break
        by themselves is told like everything else.

    Raises
    ------
    ValueError
        Where there are more or fewer routes than shifts, or a job that the problem does not have.
    """
    _check_numbers(problem, routes)
    return [
        *_twice(routes),
        *(found for shift, stops in enumerate(routes) for found in violations_of(problem, shift, stops)),
    ]


def _check_numbers(problem: Problem, routes: Routes) -> None:
    faults = []
    if len(routes) != len(problem.shifts):
        faults.append(f"{len(routes)} routes for {len(problem.shifts)} shifts")
    unknown = sorted({job for stops in routes for job in stops if not 0 <= job < len(problem.jobs)})
    if unknown:
        faults.append(f"no such jobs: {', '.join(map(str, unknown))}; there are {len(problem.jobs)}")
    if faults:
        raise ValueError("; ".join(faults))


def _twice(routes: Routes) -> Iterator[Violation]:
    seen: Counter[int] = Counter()
    for shift, stops in enumerate(routes):
        for job in stops:
            seen[job] += 1
            if seen[job] > 1:
                yield Violation(what=Broken.TWICE, shift=shift, job=job)


def violations_of(problem: Problem, shift: int, stops: Sequence[int]) -> Iterator[Violation]:
    """Yield everything that is wrong with one shift.

    Parameters
    ----------
    problem : Problem
        What is known.
    shift : int
        Which shift.
    stops : sequence of int
        Its jobs, in order.
    """
    fixed = problem.shifts.fixed[shift]
    for position, job in enumerate(fixed):
        if position >= len(stops) or stops[position] != job:
            yield Violation(what=Broken.FIXED, shift=shift, job=job)
    for job in stops:
        pinned_to = problem.jobs.pinned_to[job]
        if pinned_to not in {NOBODY, problem.shifts.crew[shift]}:
            yield Violation(what=Broken.PIN, shift=shift, job=job)
        if problem.barred[job, shift]:
            yield Violation(what=Broken.BARRED, shift=shift, job=job)
        for skill in np.flatnonzero(problem.jobs.needs[job] & ~problem.shifts.has[shift]).tolist():
            yield Violation(what=Broken.SKILL, shift=shift, job=job, thing=skill)
    carried = problem.jobs.demand[list(stops)].sum(axis=0) - problem.shifts.capacity[shift]
    for thing in np.flatnonzero(carried > 0).tolist():
        yield Violation(what=Broken.CAPACITY, shift=shift, excess=int(carried[thing]), thing=thing)
    yield from _of_times(problem, shift, timetable(problem, shift, stops))


def sound_part(
    problem: Problem, shift: int, stops: Sequence[int], *, always: Collection[int] = ()
) -> list[int]:
    """Return the stops of a shift without those that break something by themselves, in order.

    Parameters
    ----------
    problem : Problem
        What is known.
    shift : int
        Which shift.
    stops : sequence of int
        Its jobs, in order: each is looked at with those before it that break nothing, and with `always`.
    always : collection of int
        What is in it whatever it breaks.
    """
    sound = {job for job in stops if job in always}
    for job in stops:
        known, more = (_things(problem, shift, _of(stops, each)) for each in (sound, sound | {job}))
        if more <= known:
            sound.add(job)
    return _of(stops, sound)


def _of(stops: Sequence[int], wanted: Collection[int]) -> list[int]:
    return [job for job in stops if job in wanted]


def _things(problem: Problem, shift: int, stops: Sequence[int]) -> set[tuple[Broken, int, int]]:
    return {(each.what, each.job, each.thing) for each in violations_of(problem, shift, stops)}


def _of_times(problem: Problem, shift: int, day: Timetable) -> Iterator[Violation]:
    jobs, shifts = problem.jobs, problem.shifts
    for visit in day.visits:
        if visit.travel_s >= NO_WAY_S:
            yield Violation(what=Broken.NO_WAY, shift=shift, job=visit.job)
        late_s = visit.begin_s - int(jobs.latest_s[visit.job])
        if late_s > 0:
            yield Violation(what=Broken.WINDOW, shift=shift, job=visit.job, excess=late_s)
    for pause in day.pauses:
        late_s = pause.begin_s - int(shifts.break_latest_s[pause.number])
        if late_s > 0:
            yield Violation(what=Broken.BREAK, shift=shift, excess=late_s, thing=pause.number)
    if day.home_s >= NO_WAY_S:
        yield Violation(what=Broken.NO_WAY, shift=shift)
    late_s = day.end_s - int(shifts.end_s[shift])
    if day.visits and late_s > 0:
        yield Violation(what=Broken.SHIFT_END, shift=shift, excess=late_s)
