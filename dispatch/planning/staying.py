"""What people want to stay with its crew has its time before all that is planned besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.schedule import Routes
from equipage.dispatch.solver.violations import sound_part


def without_what_has_no_time(problem: Problem, routes: Routes) -> Problem:
    """Return the problem without what is to stay with a crew that has no time left for it.

    Parameters
    ----------
    problem : Problem
        With what is to stay pinned to its crew.
    routes : sequence of sequences of int
        The plan in force, for every shift.

    Notes
    -----
    Of what is to stay, that has time which comes first in the route. An engine would choose what suits it,
    and put new work before the rest, which stays all the same, behind everything.
    """
    barred = problem.barred.copy()
    for shift, (first, stops) in enumerate(zip(problem.shifts.fixed, routes, strict=True)):
        stays = [*first, *(row for row in _staying(problem, shift, stops) if row not in first)]
        in_time = sound_part(problem, shift, stays, always=first)
        barred[[row for row in stays if row not in in_time], shift] = True
    return replace(problem, barred=barred)


def without_what_leaves_no_time(problem: Problem, routes: Routes) -> Routes:
    """Return routes without what leaves no time for what is to stay, so that engines begin with all of that.

    Parameters
    ----------
    problem : Problem
        Without what has no time anyway.
    routes : sequence of sequences of int
        What an engine is to begin with, for every shift.
    """
    stays = [_staying(problem, shift, stops) for shift, stops in enumerate(routes)]
    return [
        sound_part(problem, shift, stops, always=stays[shift]) if stays[shift] else stops
        for shift, stops in enumerate(routes)
    ]


def _staying(problem: Problem, shift: int, stops: Sequence[int]) -> list[int]:
    """Return which stops are to stay with the crew of a shift and may be in it, in order."""
    jobs, crew = problem.jobs, problem.shifts.crew[shift]
    return [row for row in stops if jobs.pinned_to[row] == crew and not problem.barred[row, shift]]
