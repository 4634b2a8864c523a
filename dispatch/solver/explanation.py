"""Why a job is where it is in a plan: its cost, the next best crews, what keeps others, what would help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from equipage.dispatch.solver.insertions import Insertions, insertions
from equipage.dispatch.solver.obstacles import Hindrance, Obstacle, without
from equipage.dispatch.solver.problem import NO_WAY_S, Problem
from equipage.dispatch.solver.remedy import Remedy, Wish, remedy
from equipage.dispatch.solver.schedule import Routes, timetable
from equipage.dispatch.solver.split import Split, split


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A place that a job has or could have.

    Parameters
    ----------
    shift, position : int
        Where, before the stop that is there without it.
    begin_s : int
        When its work would begin.
    split : Split
        What it would cost there.
    more : float
        What the plan would cost more than as it is: 0 for the place that the job has.
    """

    shift: int
    position: int
    begin_s: int
    split: Split
    more: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A shift that does not have the job: what keeps it, or what it would cost more.

    Parameters
    ----------
    shift, position : int
        The best place, or the one where least is in the way.
    obstacle : Obstacle or None
        The one thing that matters most there; None where the job could be there.
    more : float or None
        What the plan would cost more than as it is, where nothing is in the way.
    """

    shift: int
    position: int
    obstacle: Obstacle | None
    more: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a job is where it is.

    Parameters
    ----------
    job : int
        Which.
    place : Option or None
        Where it is; None where it is left out.
    next_best : tuple of Option
        The best places with other shifts, the cheapest first.
    verdicts : tuple of Verdict
        One for each shift that does not have it, in order.
    remedy : Remedy or None
        What would have to change for it to be done, or to begin when it is due; None where it does.
    """

    job: int
    place: Option | None
    next_best: tuple[Option, ...]
    verdicts: tuple[Verdict, ...]
    remedy: Remedy | None


def explain(problem: Problem, routes: Routes, job: int, *, most: int = 5) -> Explanation:
    """Return why a job is where it is in a plan, all other stops taken as they are.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : sequence of sequences of int
        The plan.
    job : int
        Which.
    most : int
        How many of the next best crews are told with all they would cost.
    """
    home = next((shift for shift, stops in enumerate(routes) if job in stops), None)
    bare = [[other for other in stops if other != job] if job in stops else stops for stops in routes]
    given = () if home is None else _fixed_here(problem, home, job)
    place = None if home is None else _option(problem, home, routes[home], job)
    now = 0.0 if place is None else place.split.total
    seen = insertions(problem, bare, job)
    verdicts = tuple(_verdicts(problem, seen, given, home, now))
    free = sorted((each.more, each.shift, each.position) for each in verdicts if each.more is not None)
    return Explanation(
        job=job,
        place=place,
        next_best=tuple(
            _option(problem, shift, [*bare[shift][:position], job, *bare[shift][position:]], job, now)
            for _, shift, position in free[:most]
        ),
        verdicts=verdicts,
        remedy=_remedy(problem, bare, seen, place, given),
    )


def _option(problem: Problem, shift: int, stops: Sequence[int], job: int, now: float | None = None) -> Option:
    """Return the place that a job has among these stops; as it is, unless it is told what that costs now."""
    position = list(stops).index(job)
    costs = split(problem, shift, stops, job)
    return Option(
        shift=shift,
        position=position,
        begin_s=timetable(problem, shift, stops).visits[position].begin_s,
        split=costs,
        more=0.0 if now is None else costs.total - now,
    )


def _verdicts(
    problem: Problem, seen: Insertions, given: tuple[Obstacle, ...], home: int | None, now: float
) -> Iterator[Verdict]:
    """Yield for each other shift its best place, or what is in the way where least is."""
    sound, hard = seen.sound_cost(), seen.effort()
    possible = np.isfinite(sound.min(axis=1))
    position = np.where(possible, sound.argmin(axis=1), hard.argmin(axis=1)).tolist()
    more = (sound.min(axis=1) - problem.jobs.drop_cost[seen.job] - now).tolist()
    for shift, free in enumerate(possible.tolist()):
        if shift == home:
            continue
        if free and not given:
            yield Verdict(shift=shift, position=position[shift], obstacle=None, more=more[shift])
        else:
            obstacle = given[0] if free else seen.obstacle(shift, position[shift])
            yield Verdict(shift=shift, position=position[shift], obstacle=obstacle, more=None)


def _remedy(
    problem: Problem, bare: Routes, seen: Insertions, place: Option | None, given: tuple[Obstacle, ...]
) -> Remedy | None:
    """Return what would help a job that is left out or late."""
    job = seen.job
    if place is None:
        return remedy(Wish(problem=problem, routes=bare, job=job, punctual=False), seen)
    late_s = place.begin_s - int(problem.jobs.due_s[job])
    if late_s <= 0:
        return None
    wish = Wish(
        problem=problem,
        routes=bare,
        job=job,
        punctual=True,
        given=given,
        now=place.split.total,
        stay=_stay(problem, bare, place, job, late_s) if place.begin_s < NO_WAY_S else None,
    )
    return remedy(wish, insertions(wish.strict(), bare, job))


def _stay(problem: Problem, bare: Routes, place: Option, job: int, late_s: int) -> Remedy:
    """Return that the job stays where it is and is due later."""
    due = Obstacle(what=Hindrance.DUE, shift=place.shift, job=job, excess=late_s)
    stops = [*bare[place.shift][: place.position], job, *bare[place.shift][place.position :]]
    total = split(without(problem, due), place.shift, stops, job).total
    return Remedy(
        obstacles=(due,), shift=place.shift, position=place.position, more=total - place.split.total
    )


def _fixed_here(problem: Problem, shift: int, job: int) -> tuple[Obstacle, ...]:
    """Return that a job is among the fixed stops of its shift."""
    fixed = problem.shifts.fixed[shift]
    if job not in fixed:
        return ()
    excess = len(fixed) - fixed.index(job)
    return (Obstacle(what=Hindrance.FIXED, shift=shift, job=job, excess=excess),)
