"""Make sound, and complete, what another engine or a dispatcher has planned."""

from __future__ import annotations

from dataclasses import replace

from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.ruin_recreate import Solution, ruin_and_recreate
from equipage.dispatch.solver.schedule import Routes, cost_of


def repaired(problem: Problem, routes: Routes = ()) -> Solution:
    """Return a plan without what would break something, and with what fits in besides.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : sequence of sequences of int
        The jobs of every shift, in order; empty for none.

    Notes
    -----
    Jobs that cannot stay are inserted, with those that were left out, where each costs least: by our own
    engine, in no round. The cost is the schedule's.
    """
    found = ruin_and_recreate(problem, lambda: 1.0, initial=routes)
    return replace(found, cost=cost_of(problem, found.routes).total)


def cheapest(*found: Solution) -> Solution:
    """Return the plan that costs least, the first of such."""
    return min(found, key=lambda solution: solution.cost)
