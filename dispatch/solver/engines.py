"""Engines behind one door: a problem, a budget and a plan to begin with go in, a sound plan comes out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from equipage.dispatch.solver.budget import Budget
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
            How long it may take; only VROOM overruns it.
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


class MissingEngineError(ImportError):
    """An engine whose library is not installed; the message says how to install it."""


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
    return ruin_and_recreate(
        problem, budget.spent, seed=seed, initial=initial, rounds_a_look=budget.rounds_a_look
    )


ENGINES: Mapping[str, str] = {
    "own": "engines.own",
    "ortools": "ortools_routing.ortools_routing",
    "exact": "exact.exact",
}
"""The engines that are always there by name, and where each is: it is loaded when it is asked for, since
a server that plans with our own waits at its start for no other (CP-SAT brings pandas)."""

OPTIONAL: Mapping[str, str] = {
    "pyvrp": "pyvrp_engine.pyvrp_engine",
    "vroom": "vroom_engine.vroom_engine",
}
"""Those that come with `equipage[engines]`, by their names, which are their libraries' too."""


def installed() -> list[str]:
    """Return the names of the engines that can be asked for here."""
    return [*ENGINES, *(name for name in OPTIONAL if find_spec(name))]


def engine(name: str) -> Engine:
    """Return the engine of a name.

    Parameters
    ----------
    name : str
        One of `ENGINES` or `OPTIONAL`.

    Raises
    ------
    UnknownEngineError
        Where there is none.
    MissingEngineError
        Where its library is not installed.
    """
    every = {**ENGINES, **OPTIONAL}
    if name not in every:
        raise UnknownEngineError(f"No engine {name!r}: there are {', '.join(every)}")
    if name in OPTIONAL and not find_spec(name):
        raise MissingEngineError(
            f"The engine {name!r} is not installed: pip install 'equipage[engines]', or use one of "
            f"{', '.join(installed())}"
        )
    module, function = every[name].split(".")
    found: Engine = getattr(import_module(f"{__package__}.{module}"), function)
    return found
