"""What is in a job's way, with its measure, and the problem without it: so that reasons can be checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.dispatch.solver.problem import FOREVER_S, NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.violations import Violation, violations_of


class Hindrance(StrEnum):
    """What can be in the way: what a solution can break, and what a dispatcher can still provide."""

    SKILL = "skill"
    PIN = "pin"
    BARRED = "barred"
    CAPACITY = "capacity"
    NO_WAY = "no_way"
    FIXED = "fixed"
    WINDOW = "window"
    BREAK = "break"
    SHIFT_END = "shift_end"
    NO_CREW = "no_crew"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing in the way.

    Parameters
    ----------
    what : Hindrance
        Its name.
    shift : int
        Where; for `NO_CREW` the shift that another crew's would be like, or `NOBODY` where there is none.
    job : int
        The job whose window, due time, pin or way it is, or the first of the shift's fixed stops that are in
        the way; else `NOBODY`.
    excess : int
        By how much: seconds too late, what is carried too much, or how many fixed stops; 0 where there is no
        measure.
    thing : int
        The skill that lacks, the thing carried too much of, the break that comes too late, the place that the
        crew that lacks would start from; else `NOBODY`.
    """

    what: Hindrance
    shift: int
    job: int = NOBODY
    excess: int = 0
    thing: int = NOBODY


EFFORT: Mapping[Hindrance, int] = {
    Hindrance.WINDOW: 1,
    Hindrance.BREAK: 1,
    Hindrance.SHIFT_END: 1,
    Hindrance.PIN: 600,
    Hindrance.CAPACITY: 900,
    Hindrance.BARRED: 1_800,
    Hindrance.SKILL: 3_600,
    Hindrance.FIXED: 3_600,
    Hindrance.NO_CREW: 4 * 3_600,
    Hindrance.DUE: 1_000,
    Hindrance.NO_WAY: 10**9,
}
"""How hard each is to remove, for each second or unit of its measure, in seconds of overtime. Our choice: a
dispatcher's word is soon taken back, a crew's refusal less soon, another crew takes half a day, a promise is
broken last."""


def effort(obstacles: Sequence[Obstacle]) -> int:
    """Return how hard it is to remove all of them, in seconds of overtime."""
    return sum(EFFORT[obstacle.what] * max(obstacle.excess, 1) for obstacle in obstacles)


def obstacle_of(violation: Violation) -> Obstacle:
    """Return what a violation has in a job's way."""
    return Obstacle(
        what=Hindrance(violation.what.value),
        shift=violation.shift,
        job=violation.job,
        excess=violation.excess,
        thing=violation.thing,
    )


def new_violations(
    problem: Problem, shift: int, before: Sequence[int], after: Sequence[int]
) -> list[Violation]:
    """Return what a change of a shift's stops breaks, or breaks worse.

    Parameters
    ----------
    problem : Problem
        What is known.
    shift : int
        Which.
    before, after : sequence of int
        Its jobs; what `before` breaks by itself is no news.
    """
    known = {_key(violation): violation.excess for violation in violations_of(problem, shift, before)}
    return [each for each in violations_of(problem, shift, after) if each.excess > known.get(_key(each), -1)]


def _key(violation: Violation) -> tuple[str, int, int, int]:
    return violation.what, violation.shift, violation.job, violation.thing


def without(problem: Problem, obstacle: Obstacle) -> Problem:
    """Return the problem without an obstacle.

    Parameters
    ----------
    problem : Problem
        With it.
    obstacle : Obstacle
        What is to be removed. The crew gets the skill; shift, window, break's window, due time or room grow
        by the excess; the pin goes; the crew may have the job after all; the shift's stops are fixed up to
        the job only; a way leads to and from the job's place, or the shift's end; there is one more crew,
        whose shift comes last.

    Returns
    -------
    Problem
        The same but for that.
    """
    return _REMOVERS[obstacle.what](problem, obstacle)


def _with_skill(problem: Problem, obstacle: Obstacle) -> Problem:
    shifts = problem.shifts
    has = shifts.has.copy()
    has[shifts.crew == shifts.crew[obstacle.shift], obstacle.thing] = True
    return replace(problem, shifts=replace(shifts, has=has))


def _unbarred(problem: Problem, obstacle: Obstacle) -> Problem:
    barred = problem.barred.copy()
    barred[obstacle.job, problem.shifts.crew == problem.shifts.crew[obstacle.shift]] = False
    return replace(problem, barred=barred)


def _with_room(problem: Problem, obstacle: Obstacle) -> Problem:
    capacity = problem.shifts.capacity.copy()
    capacity[obstacle.shift, obstacle.thing] += obstacle.excess
    return replace(problem, shifts=replace(problem.shifts, capacity=capacity))


def _with_way(problem: Problem, obstacle: Obstacle) -> Problem:
    """Open all ways to and from the place: as long as the way back, or else as the longest there is."""
    shifts, kind = problem.shifts, int(problem.shifts.travel[obstacle.shift])
    home = int(shifts.end_place[obstacle.shift])
    place = home if obstacle.job == NOBODY else int(problem.jobs.place[obstacle.job])
    times = problem.travel_s[kind].copy()
    known = times[times < NO_WAY_S]
    longest = int(known.max()) if known.size else 0
    there, back = times[:, place].copy(), times[place, :].copy()
    times[:, place] = _opened(there, back, longest)
    times[place, :] = _opened(back, there, longest)
    travel_s = problem.travel_s.copy()
    travel_s[kind] = times
    return replace(problem, travel_s=travel_s)


def _opened(way: npt.NDArray[np.int32], back: npt.NDArray[np.int32], longest: int) -> npt.NDArray[np.int32]:
    instead = np.where(back < NO_WAY_S, back, longest)
    return np.where(way < NO_WAY_S, way, instead).astype(np.int32)


def _loosened(problem: Problem, obstacle: Obstacle) -> Problem:
    fixed = list(problem.shifts.fixed)
    stops = fixed[obstacle.shift]
    fixed[obstacle.shift] = stops[: stops.index(obstacle.job)]
    return replace(problem, shifts=replace(problem.shifts, fixed=tuple(fixed)))


def _of_job(field: str, value: Callable[[int, int], int]) -> Callable[[Problem, Obstacle], Problem]:
    """Return what sets a value of the obstacle's job, from what it is and the excess."""

    def remove(problem: Problem, obstacle: Obstacle) -> Problem:
        values = getattr(problem.jobs, field).copy()
        values[obstacle.job] = value(int(values[obstacle.job]), obstacle.excess)
        changed: dict[str, Any] = {field: values}
        return replace(problem, jobs=replace(problem.jobs, **changed))

    return remove


def _later(field: str, index: str) -> Callable[[Problem, Obstacle], Problem]:
    """Return what moves a time of the obstacle's shift or break by the excess."""

    def remove(problem: Problem, obstacle: Obstacle) -> Problem:
        times = getattr(problem.shifts, field).copy()
        number = getattr(obstacle, index)
        times[number] = min(times[number] + obstacle.excess, FOREVER_S)
        changed: dict[str, Any] = {field: times}
        return replace(problem, shifts=replace(problem.shifts, **changed))

    return remove


def _with_crew(problem: Problem, obstacle: Obstacle) -> Problem:
    """Add a crew that has and carries what the job asks for, in a shift like the one named without breaks."""
    shifts, jobs, like = problem.shifts, problem.jobs, obstacle.shift
    numbers = np.concatenate([shifts.crew, jobs.pinned_to, jobs.held_by, [NOBODY]])
    model: dict[str, Any] = {
        "crew": int(numbers.max()) + 1,
        "start_place": obstacle.thing,
        "end_place": NOBODY if like == NOBODY else shifts.end_place[like],
        "start_s": 0 if like == NOBODY else shifts.start_s[like],
        "end_s": FOREVER_S if like == NOBODY else shifts.end_s[like],
        "travel": 0 if like == NOBODY else shifts.travel[like],
        "capacity": jobs.demand[obstacle.job],
        "has": jobs.needs[obstacle.job],
        "next_job": NOBODY,
        "next_change_cost": 0.0,
        "break_first": shifts.break_first[-1],
    }
    more: dict[str, Any] = {
        name: np.concatenate([getattr(shifts, name), np.asarray(value)[None]])
        for name, value in model.items()
    }
    return replace(
        problem,
        shifts=replace(shifts, fixed=(*shifts.fixed, ()), **more),
        barred=np.pad(problem.barred, ((0, 0), (0, 1))),
    )


_REMOVERS: Mapping[Hindrance, Callable[[Problem, Obstacle], Problem]] = {
    Hindrance.SKILL: _with_skill,
    Hindrance.PIN: _of_job("pinned_to", lambda _crew, _excess: NOBODY),
    Hindrance.BARRED: _unbarred,
    Hindrance.CAPACITY: _with_room,
    Hindrance.NO_WAY: _with_way,
    Hindrance.FIXED: _loosened,
    Hindrance.WINDOW: _of_job("latest_s", lambda latest_s, excess: min(latest_s + excess, FOREVER_S)),
    Hindrance.BREAK: _later("break_latest_s", "thing"),
    Hindrance.SHIFT_END: _later("end_s", "shift"),
    Hindrance.NO_CREW: _with_crew,
    Hindrance.DUE: _of_job("due_s", lambda due_s, excess: min(due_s + excess, FOREVER_S)),
}
