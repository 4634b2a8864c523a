"""What a plan costs more with a job than without it, split by what it is for and by who is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipage.dispatch.solver.problem import NOBODY, Problem
from equipage.dispatch.solver.schedule import Timetable, timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """A job whose lateness the insertion changes; the inserted job is one where it begins late.

    Parameters
    ----------
    job : int
        Which.
    late_s : int
        How many seconds later than due it begins, more than without the insertion.
    cost : float
        What that costs.
    """

    job: int
    late_s: int
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What a plan costs more with a job at its place than with the job left out.

    Parameters
    ----------
    travel : float
        Driving.
    delays : tuple of Delay
        Lateness, by job; costs below zero where a job begins less late.
    waiting : float
        The time until work begins, from moment 0 on: the job's own, and by how much others begin later.
    idle_s : int
        Seconds that the crew stands idle, which cost nothing by themselves.
    crew_change : float
        Another crew has it than before.
    next_change : float
        The crew is told another next job than before, or it is not any more.
    dropped : float
        What leaving it out would cost: zero or less.
    """

    travel: float
    delays: tuple[Delay, ...]
    waiting: float
    idle_s: int
    crew_change: float
    next_change: float
    dropped: float

    @property
    def lateness(self) -> float:
        """What all delays cost."""
        return sum(delay.cost for delay in self.delays)

    @property
    def total(self) -> float:
        """All of it."""
        changes = self.crew_change + self.next_change
        return self.travel + self.waiting + self.lateness + changes + self.dropped


def split(problem: Problem, shift: int, stops: Sequence[int], job: int) -> Split:
    """Return what a job costs at its place.

    Parameters
    ----------
    problem : Problem
        What is known.
    shift : int
        Where it is.
    stops : sequence of int
        The jobs of that shift, in order, this one among them.
    job : int
        Which.
    """
    jobs, shifts = problem.jobs, problem.shifts
    bare = [other for other in stops if other != job]
    day, before = timetable(problem, shift, stops), timetable(problem, shift, bare)
    change = jobs.held_by[job] not in {NOBODY, shifts.crew[shift]}
    return Split(
        travel=float(_travel_s(day) - _travel_s(before)),
        delays=tuple(_delays(problem, day, before)),
        waiting=_waiting(problem, day) - _waiting(problem, before),
        idle_s=_idle_s(problem, shift, day) - _idle_s(problem, shift, before),
        crew_change=float(jobs.change_cost[job]) if change else 0.0,
        next_change=_next_change(problem, shift, stops) - _next_change(problem, shift, bare),
        dropped=-float(jobs.drop_cost[job]),
    )


def _travel_s(day: Timetable) -> int:
    return sum(visit.travel_s for visit in day.visits) + day.home_s


def _waiting(problem: Problem, day: Timetable) -> float:
    return sum(float(problem.jobs.wait_cost[visit.job]) * visit.begin_s for visit in day.visits)


def _idle_s(problem: Problem, shift: int, day: Timetable) -> int:
    """Return the seconds of a shift that are neither driving nor work nor break."""
    work_s = sum(visit.end_s - visit.begin_s for visit in day.visits)
    rest_s = sum(pause.end_s - pause.begin_s for pause in day.pauses)
    return day.end_s - int(problem.shifts.start_s[shift]) - _travel_s(day) - work_s - rest_s


def _delays(problem: Problem, day: Timetable, before: Timetable) -> Iterator[Delay]:
    late_before = _late_s(problem, before)
    for job, late_s in _late_s(problem, day).items():
        more_s = late_s - late_before.get(job, 0)
        if more_s:
            yield Delay(job=job, late_s=more_s, cost=float(problem.jobs.late_cost[job]) * more_s)


def _late_s(problem: Problem, day: Timetable) -> dict[int, int]:
    return {visit.job: max(visit.begin_s - int(problem.jobs.due_s[visit.job]), 0) for visit in day.visits}


def _next_change(problem: Problem, shift: int, stops: Sequence[int]) -> float:
    told = int(problem.shifts.next_job[shift])
    otherwise = told != NOBODY and (not stops or stops[0] != told)
    return float(problem.shifts.next_change_cost[shift]) if otherwise else 0.0
