"""What would have to change for a job to be done, or to begin in time: the least, and checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from equipage.dispatch.solver.insertions import Insertions
from equipage.dispatch.solver.obstacles import (
    EFFORT,
    Hindrance,
    Obstacle,
    effort,
    new_violations,
    obstacle_of,
    without,
)
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.schedule import Routes, timetable
from equipage.dispatch.solver.split import split
from equipage.dispatch.solver.violations import Broken

LOOKS = 8
"""How many places with one thing in the way are tried, the least first: some turn out to have more."""

ROUNDS = 50
"""How often obstacles are looked for anew where removing some moves a break and brings others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What would have to change, and where the job would be then.

    Parameters
    ----------
    obstacles : tuple of Obstacle
        What has to be removed, all of it: one thing where one is enough. Nothing where the job has a sound
        place as things are: then it is a matter of cost alone.
    shift, position : int
        The place that it would have, all other stops unchanged; a shift after the last is the further crew's.
    more : float
        What the plan would cost more then; above zero it would still be cheaper to leave things as they are.
    """

    obstacles: tuple[Obstacle, ...]
    shift: int
    position: int
    more: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A job that is to be done, or done in time.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : sequence of sequences of int
        The jobs of every shift, without this one.
    job : int
        Which.
    punctual : bool
        Whether it has to begin when it is due.
    given : tuple of Obstacle
        What is in the way wherever it goes.
    now : float
        What it costs as it is, over its being left out.
    stay : Remedy or None
        What it takes for a late job to stay where it is, if anything does.
    """

    problem: Problem
    routes: Routes
    job: int
    punctual: bool
    given: tuple[Obstacle, ...] = ()
    now: float = 0.0
    stay: Remedy | None = None

    def freed(self, obstacles: Sequence[Obstacle]) -> Problem:
        """Return the problem without these obstacles."""
        return reduce(without, obstacles, self.problem)

    def strict(self) -> Problem:
        """Return the problem without what is in the way everywhere, where late work is not allowed."""
        problem = self.freed(self.given)
        if not self.punctual:
            return problem
        latest_s = problem.jobs.latest_s.copy()
        latest_s[self.job] = min(latest_s[self.job], problem.jobs.due_s[self.job])
        return replace(problem, jobs=replace(problem.jobs, latest_s=latest_s))


def remedy(wish: Wish, seen: Insertions) -> Remedy:
    """Return the least that has to change for a wish to come true.

    Parameters
    ----------
    wish : Wish
        What is wanted.
    seen : Insertions
        All places of the job in `wish.strict()`.

    Notes
    -----
    One thing is preferred to several, whatever it takes; else what takes least by `EFFORT`. Each remedy is
    checked: with its obstacles removed nothing is broken that was not before.
    """
    sound = seen.sound_cost()
    if np.isfinite(sound).any():
        return _told(wish, wish.given, *_index(int(sound.argmin()), sound.shape))
    several = []
    for begun, shift, position in _places(wish, seen):
        obstacles = _cleared(wish, begun, shift, position)
        if obstacles is not None and len(obstacles) == 1:
            return _told(wish, obstacles, shift, position)
        if obstacles is not None:
            several.append((effort(obstacles), obstacles, shift, position))
    if wish.stay is not None:
        return wish.stay
    _, obstacles, shift, position = min(several, key=lambda each: each[0])
    return _told(wish, obstacles, shift, position)


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, int]:
    shift, position = np.unravel_index(flat, shape)
    return int(shift), int(position)


def _told(wish: Wish, obstacles: tuple[Obstacle, ...], shift: int, position: int) -> Remedy:
    stops = _inserted(wish, shift, position)
    total = split(wish.freed(obstacles), shift, stops, wish.job).total
    return Remedy(obstacles=obstacles, shift=shift, position=position, more=total - wish.now)


_Place = tuple[tuple[Obstacle, ...], int, int]


def _places(wish: Wish, seen: Insertions) -> Iterator[_Place]:
    """Yield the places to look at, with what is to be removed for them first: those with one thing, the least
    first, a further crew among them; then the one where all takes least.
    """
    crew = (*wish.given, _another_crew(wish.strict(), wish.job))
    hard = seen.effort()
    if wish.punctual:
        hard = hard + (EFFORT[Hindrance.DUE] - 1) * seen.fits["own_late"]
    single = np.where(seen.broken() == 1, hard, np.inf)
    least = [
        _index(flat, hard.shape) for flat in np.argsort(single, axis=None, kind="stable")[:LOOKS].tolist()
    ]
    ranked: list[tuple[float, _Place]] = [(float(effort(crew)), (crew, len(wish.routes), 0))]
    ranked += [(float(single[at]), (wish.given, *at)) for at in least if np.isfinite(single[at])]
    yield from (place for _, place in sorted(ranked, key=lambda each: each[0]))
    if hard.size:
        yield wish.given, *_index(int(hard.argmin()), hard.shape)


def _another_crew(problem: Problem, job: int) -> Obstacle:
    """Return that a crew lacks, like the one that would be best to do the job alone."""
    jobs, shifts = problem.jobs, problem.shifts
    place = int(jobs.place[job])
    if len(shifts) == 0:
        return Obstacle(what=Hindrance.NO_CREW, shift=NOBODY, job=job, thing=place)
    drive_s = problem.travel_s[shifts.travel, shifts.start_place, place].astype(np.int64)
    home_s = np.where(shifts.end_place == NOBODY, 0, problem.travel_s[shifts.travel, place, shifts.end_place])
    begin_s = np.maximum(shifts.start_s + drive_s, jobs.earliest_s[job])
    end_s = begin_s + jobs.service_s[job] + jobs.setup_s[job] + home_s
    late_s = np.maximum(begin_s - jobs.latest_s[job], 0) + np.maximum(end_s - shifts.end_s, 0)
    cut_off = (drive_s >= NO_WAY_S) | (home_s >= NO_WAY_S)
    like = int(np.lexsort((drive_s + home_s, late_s, cut_off))[0])
    return Obstacle(what=Hindrance.NO_CREW, shift=like, job=job, thing=int(shifts.start_place[like]))


def _inserted(wish: Wish, shift: int, position: int) -> list[int]:
    stops = [] if shift == len(wish.routes) else list(wish.routes[shift])
    return [*stops[:position], wish.job, *stops[position:]]


def _cleared(
    wish: Wish, obstacles: tuple[Obstacle, ...], shift: int, position: int
) -> tuple[Obstacle, ...] | None:
    """Return all that has to be removed for a place to be sound; None where removing brings ever more."""
    stops = _inserted(wish, shift, position)
    for _ in range(ROUNDS):
        left = list(_in_the_way(wish, wish.freed(obstacles), shift, stops))
        if not left:
            return obstacles
        obstacles = _merged([*obstacles, *left])
    return None


def _in_the_way(wish: Wish, problem: Problem, shift: int, stops: Sequence[int]) -> Iterator[Obstacle]:
    """Yield what inserting a job breaks; times tell nothing before there is a way."""
    before = [job for job in stops if job != wish.job]
    broken = new_violations(problem, shift, before, stops)
    fixed = [each for each in broken if each.what is Broken.FIXED]
    no_way = [each for each in broken if each.what is Broken.NO_WAY]
    if fixed:
        start = problem.shifts.fixed[shift].index(fixed[0].job)
        excess = len(problem.shifts.fixed[shift]) - start
        yield Obstacle(what=Hindrance.FIXED, shift=shift, job=fixed[0].job, excess=excess)
    if no_way:
        yield obstacle_of(no_way[0])
        return
    yield from (obstacle_of(each) for each in broken if each.what is not Broken.FIXED)
    if wish.punctual:
        (begin_s,) = (v.begin_s for v in timetable(problem, shift, stops).visits if v.job == wish.job)
        late_s = begin_s - int(problem.jobs.due_s[wish.job])
        if late_s > 0:
            yield Obstacle(what=Hindrance.DUE, shift=shift, job=wish.job, excess=late_s)


def _merged(obstacles: Sequence[Obstacle]) -> tuple[Obstacle, ...]:
    """Return the same with one entry for what is there twice, by the sum of its measures."""
    sums: dict[Obstacle, int] = {}
    for obstacle in obstacles:
        key = replace(obstacle, excess=0)
        sums[key] = sums.get(key, 0) + obstacle.excess
    return tuple(replace(key, excess=excess) for key, excess in sums.items())
