"""The best plan there is, for a handful of jobs: every order of every shift, put together by CP-SAT.

Small cases that are solved exactly are what other engines are measured by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ortools.sat.python import cp_model

from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.problem import NOBODY, Problem
from equipage.dispatch.solver.repair import cheapest, repaired
from equipage.dispatch.solver.ruin_recreate import Solution
from equipage.dispatch.solver.schedule import Routes, cost_of
from equipage.dispatch.solver.violations import Broken, Violation, violations_of

MOST_JOBS, MOST_SHIFTS = 8, 3
"""Beyond these there are too many orders: eight jobs have 109,601 in each shift."""

MILLI = 1000
"""Costs are whole thousandths of a second in CP-SAT."""

LASTING = {
    *(Broken.TWICE, Broken.FIXED, Broken.PIN, Broken.BARRED),
    *(Broken.SKILL, Broken.WINDOW, Broken.CAPACITY),
}
"""What no further stop mends."""


class TooLargeError(ValueError):
    """More jobs or shifts than can be tried in every order."""


def exact(problem: Problem, budget: Budget, *, seed: int = 1, initial: Routes = ()) -> Solution:
    """Return the plan that costs least of all sound ones.

    Parameters
    ----------
    problem : Problem
        What is known: eight jobs beside the fixed ones and three shifts at most.
    budget : Budget
        How long it may take.
    seed : int
        Of CP-SAT's random numbers.
    initial : sequence of sequences of int
        The plan to begin with; empty for none.

    Returns
    -------
    Solution
        `proved` where every order has been looked at and CP-SAT has proved its choice; else the best found
        within the budget, no worse than the plan to begin with.

    Raises
    ------
    TooLargeError
        Where there are more.

    Notes
    -----
    Sound and cost mean what `violations` and `cost_of` say: for each shift and set of jobs the cheapest sound
    order is kept, and CP-SAT chooses one for each shift so that no job is done twice. Costs are rounded
    to thousandths of a second.
    """
    _check_size(problem)
    first = repaired(problem, initial)
    columns, complete = _columns(problem, budget)
    routes, proved = _choose(problem, columns, budget, seed) if budget.left_s() > 0.0 else (None, False)
    if routes is None:
        return first
    chosen = Solution(routes=routes, cost=cost_of(problem, routes).total, proved=complete and proved)
    return chosen if chosen.proved else cheapest(first, chosen)


def _check_size(problem: Problem) -> None:
    free = len(problem.jobs) - sum(map(len, problem.shifts.fixed))
    if free > MOST_JOBS or len(problem.shifts) > MOST_SHIFTS:
        raise TooLargeError(
            f"{free} jobs and {len(problem.shifts)} shifts are too many for the exact engine, which takes "
            f"{MOST_JOBS} and {MOST_SHIFTS}: use another"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """What a shift may do, and what a plan costs more or less by that."""

    shift: int
    stops: tuple[int, ...]
    gain: float


def _columns(problem: Problem, budget: Budget) -> tuple[list[_Column], bool]:
    """Return the cheapest sound order of each shift and set of jobs, and if all orders have been tried."""
    nothing = [()] * len(problem.shifts)
    idle = cost_of(problem, nothing).total
    found: dict[tuple[int, frozenset[int]], _Column] = {}
    complete = True
    for shift, fixed in enumerate(problem.shifts.fixed):
        for stops in _sound_orders(problem, shift):
            alone: list[tuple[int, ...]] = [*nothing]
            alone[shift] = stops
            column = _Column(shift=shift, stops=stops, gain=cost_of(problem, alone).total - idle)
            key = shift, frozenset(stops)
            if key not in found or column.gain < found[key].gain:
                found[key] = column
            if stops != fixed and budget.left_s() <= 0.0:
                complete = False
                break
    return [*found.values()], complete


def _sound_orders(problem: Problem, shift: int) -> Iterator[tuple[int, ...]]:
    """Yield every order of jobs behind the fixed ones that breaks no more than these do."""
    fixed = problem.shifts.fixed[shift]
    taken = {job for stops in problem.shifts.fixed for job in stops}
    may = problem.allowed()
    free = [job for job in range(len(problem.jobs)) if job not in taken and may[job, shift]]
    already = set(violations_of(problem, shift, fixed))
    waiting = [fixed]
    while waiting:
        stops = waiting.pop()
        wrong = set(violations_of(problem, shift, stops)) - already
        if not wrong:
            yield stops
        if not any(map(_lasts, wrong)):
            waiting += [(*stops, job) for job in free if job not in stops]


def _lasts(wrong: Violation) -> bool:
    """Tell whether something is wrong whatever comes after."""
    return wrong.what in LASTING or (wrong.what is Broken.NO_WAY and wrong.job != NOBODY)


def _choose(
    problem: Problem, columns: list[_Column], budget: Budget, seed: int
) -> tuple[tuple[tuple[int, ...], ...] | None, bool]:
    """Return the orders that cost least together, and if that is proved."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in columns]
    for shift in range(len(problem.shifts)):
        mine = [var for var, column in zip(chosen, columns, strict=True) if column.shift == shift]
        model.add_exactly_one(mine)
    for job in range(len(problem.jobs)):
        model.add_at_most_one(var for var, column in zip(chosen, columns, strict=True) if job in column.stops)
    model.minimize(sum(round(MILLI * column.gain) * var for var, column in zip(chosen, columns, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = budget.left_s()
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None, False
    routes = tuple(
        column.stops for var, column in zip(chosen, columns, strict=True) if solver.boolean_value(var)
    )
    return routes, status == cp_model.OPTIMAL
