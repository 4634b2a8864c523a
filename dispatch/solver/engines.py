"""Engines behind one door: a problem, a budget and a plan to begin with go in, a sound plan comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.exact import exact
from equipage.dispatch.solver.ortools_routing import ortools_routing
from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.ruin_recreate import Solution, ruin_and_recreate
from equipage.dispatch.solver.schedule import Routes


class Engine(Protocol):
    """What plans."""

    def __call__(self, problem: Problem, budget: Budget, *, seed: int = 1, initial: Routes = ()) -> Solution:
        """Return the best plan found within a budget.

        Parameters
        ----------
        problem : Problem
            What is known.
        budget : Budget
            How long it may take.
        seed : int
            Of its random numbers.
        initial : sequence of sequences of int
            The plan to begin with, for every shift; empty for none.

        Returns
        -------
        Solution
            Without violations, but for those that the problem's fixed stops cause by themselves; no worse
            than the plan to begin with. What it costs is what `cost_of` says.
        """


class UnknownEngineError(ValueError):
    """There is no engine of that name; the message names all there are."""


def own(problem: Problem, budget: Budget, *, seed: int = 1, initial: Routes = ()) -> Solution:
    """Return the plan of our own engine.

    Parameters
    ----------
    problem : Problem
        What is known.
    budget : Budget
        How long it may take.
    seed : int
        Of its random numbers.
    initial : sequence of sequences of int
        The plan to begin with; empty for none.
    """
    return ruin_and_recreate(problem, budget.spent, seed=seed, initial=initial)


ENGINES: Mapping[str, Engine] = {"own": own, "ortools": ortools_routing, "exact": exact}
"""The engines that come with the package, by name."""


def engine(name: str) -> Engine:
    """Return the engine of a name.

    Parameters
    ----------
    name : str
        One of `ENGINES`.

    Raises
    ------
    UnknownEngineError
        Where there is none.
    """
    try:
        return ENGINES[name]
    except KeyError:
        raise UnknownEngineError(f"No engine {name!r}: there are {', '.join(ENGINES)}") from None
