"""When everything in a solution happens, and what it costs: the measure for every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipage.dispatch.solver.problem import NOBODY, Problem

Routes = Sequence[Sequence[int]]
"""The jobs of every shift, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break as it is taken.

    Parameters
    ----------
    number : int
        Which of the problem's breaks.
    begin_s, end_s : int
        From when to when.
    before : int
        The place, among the shift's stops, of the stop it is taken before; their number for the end.
    """

    number: int
    begin_s: int
    end_s: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A job as it is done.

    Parameters
    ----------
    job : int
        Which.
    arrival_s : int
        When the crew is there.
    begin_s, end_s : int
        When work begins, not before its window, and when the crew leaves.
    travel_s : int
        Seconds of driving there.
    """

    job: int
    arrival_s: int
    begin_s: int
    end_s: int
    travel_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A shift as it is worked.

    Parameters
    ----------
    visits : tuple of Visit
        In order.
    pauses : tuple of Pause
        In order; all of its breaks where the shift has a visit.
    home_s : int
        Seconds of driving to where the shift ends.
    end_s : int
        When the crew is there, or has left the last job.
    """

    visits: tuple[Visit, ...]
    pauses: tuple[Pause, ...]
    home_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a solution costs, in seconds of driving, split by what it is for.

    Parameters
    ----------
    travel : float
        Driving.
    waiting : float
        The time until work begins, from moment 0 on.
    lateness : float
        Work that begins after it is due.
    crew_changes : float
        Jobs that another crew has than before.
    next_changes : float
        Crews that are told another next job than before.
    dropped : float
        Jobs that nobody does.
    """

    travel: float
    waiting: float
    lateness: float
    crew_changes: float
    next_changes: float
    dropped: float

    @property
    def total(self) -> float:
        """All of it."""
        changes = self.crew_changes + self.next_changes
        return self.travel + self.waiting + self.lateness + changes + self.dropped


def timetable(problem: Problem, shift: int, stops: Sequence[int]) -> Timetable:
    """Return when a shift does its jobs, whatever is violated by that.

    Parameters
    ----------
    problem : Problem
        What is known.
    shift : int
        Which shift.
    stops : sequence of int
        Its jobs, in order.

    Notes
    -----
    Crews drive at once and wait where they arrive too early. A break is taken where it costs no time, while
    waiting; else as late as it may be: before the first work that would go on past the last moment at which
    the break may begin, or after the last work. It is taken where the crew arrives.
    """
    jobs, shifts = problem.jobs, problem.shifts
    travel_s = problem.travel_s[shifts.travel[shift]]
    place, now_s = int(shifts.start_place[shift]), int(shifts.start_s[shift])
    waiting = list(range(shifts.break_first[shift], shifts.break_first[shift + 1])) if stops else []
    visits: list[Visit] = []
    pauses: list[Pause] = []
    for position, job in enumerate(stops):
        target = int(jobs.place[job])
        drive_s = int(travel_s[place, target])
        arrival_s = now_s + drive_s
        moved = position == 0 or target != place
        work_s = int(jobs.service_s[job]) + (int(jobs.setup_s[job]) if moved else 0)
        ready_s, earliest_s = arrival_s, int(jobs.earliest_s[job])
        while waiting and _due_now(problem, waiting[0], ready_s, earliest_s, work_s):
            pauses.append(_pause(problem, waiting.pop(0), ready_s, position))
            ready_s = pauses[-1].end_s
        begin_s = max(ready_s, earliest_s)
        now_s, place = begin_s + work_s, target
        visits.append(Visit(job=job, arrival_s=arrival_s, begin_s=begin_s, end_s=now_s, travel_s=drive_s))
    while waiting:
        pauses.append(_pause(problem, waiting.pop(0), now_s, len(stops)))
        now_s = pauses[-1].end_s
    end = int(shifts.end_place[shift])
    home_s = int(travel_s[place, end]) if visits and end != NOBODY else 0
    return Timetable(visits=tuple(visits), pauses=tuple(pauses), home_s=home_s, end_s=now_s + home_s)


def _due_now(problem: Problem, number: int, ready_s: int, earliest_s: int, work_s: int) -> bool:
    """Tell whether a break is to be taken before work that could begin from `earliest_s`."""
    shifts = problem.shifts
    free = max(ready_s, int(shifts.break_earliest_s[number])) + int(shifts.break_s[number]) <= earliest_s
    return free or max(ready_s, earliest_s) + work_s > int(shifts.break_latest_s[number])


def _pause(problem: Problem, number: int, ready_s: int, before: int) -> Pause:
    begin_s = max(ready_s, int(problem.shifts.break_earliest_s[number]))
    return Pause(
        number=number, begin_s=begin_s, end_s=begin_s + int(problem.shifts.break_s[number]), before=before
    )


def timetables(problem: Problem, routes: Routes) -> tuple[Timetable, ...]:
    """Return when every shift does its jobs."""
    return tuple(timetable(problem, shift, stops) for shift, stops in enumerate(routes))


def unassigned(problem: Problem, routes: Routes) -> list[int]:
    """Return the jobs that no shift does."""
    return sorted(set(range(len(problem.jobs))) - {job for stops in routes for job in stops})


def cost_of(problem: Problem, routes: Routes) -> Cost:
    """Return what a solution costs.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : sequence of sequences of int
        The jobs of every shift, in order.
    """
    jobs, shifts = problem.jobs, problem.shifts
    days = timetables(problem, routes)
    visits = [visit for day in days for visit in day.visits]
    late = (
        float(jobs.late_cost[visit.job]) * max(visit.begin_s - int(jobs.due_s[visit.job]), 0)
        for visit in visits
    )
    return Cost(
        travel=float(sum(visit.travel_s for visit in visits) + sum(day.home_s for day in days)),
        waiting=sum(float(jobs.wait_cost[visit.job]) * visit.begin_s for visit in visits),
        lateness=sum(late),
        crew_changes=sum(float(jobs.change_cost[job]) for job in _taken_over(problem, routes)),
        next_changes=sum(float(shifts.next_change_cost[shift]) for shift in _told_otherwise(problem, routes)),
        dropped=sum(float(jobs.drop_cost[job]) for job in unassigned(problem, routes)),
    )


def _taken_over(problem: Problem, routes: Routes) -> Iterator[int]:
    """Yield the jobs that another crew has than before."""
    for shift, stops in enumerate(routes):
        for job in stops:
            if problem.jobs.held_by[job] not in {NOBODY, problem.shifts.crew[shift]}:
                yield job


def _told_otherwise(problem: Problem, routes: Routes) -> Iterator[int]:
    """Yield the shifts that begin with another job than the crew was told."""
    for shift, stops in enumerate(routes):
        told = int(problem.shifts.next_job[shift])
        if told != NOBODY and (not stops or stops[0] != told):
            yield shift
