"""PyVRP over what our problem has in common with it.

It has windows, rooms, kinds of vehicle and drop costs. Skills and pins are ways of a price above all others
to the jobs that a shift must not have; setup always counts; breaks shorten the shift. Of the rest, see
`hard_windows`.

References
----------
Wouda, Lan, Kool: PyVRP: A High-Performance VRP Solver Package. INFORMS Journal on Computing 36 (2024),
doi:10.1287/ijoc.2023.0055.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyvrp

from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.hard_windows import HardWindows, Start, hard_windows, with_fixed
from equipage.dispatch.solver.problem import NO_WAY_S, Problem
from equipage.dispatch.solver.repair import cheapest, repaired
from equipage.dispatch.solver.ruin_recreate import Solution
from equipage.dispatch.solver.schedule import Routes

Ints = npt.NDArray[np.int64]

SHARE_KEPT = 0.03
"""Which share of the budget is kept for its last round, and for repairing what is found."""


def pyvrp_engine(problem: Problem, budget: Budget, *, seed: int = 1, initial: Routes = ()) -> Solution:
    """Return PyVRP's plan, repaired, or that to begin with, completed, if it costs less.

    Parameters
    ----------
    problem : Problem
        What is known.
    budget : Budget
        How long it may take, as its caller counts: PyVRP asks after each round.
    seed : int
        Of its random numbers.
    initial : sequence of sequences of int
        The plan to begin with; empty for none.
    """
    first, form = repaired(problem, initial), hard_windows(problem)
    if not form.jobs or not form.starts or budget.spent() >= 1.0 - SHARE_KEPT:
        return first
    data = _data(problem, form)
    found = pyvrp.solve(
        data,
        lambda _best_cost: budget.spent() >= 1.0 - SHARE_KEPT,
        seed=seed,
        collect_stats=False,
        initial_solution=_solution(data, form, first.routes),
    )
    routes = {
        form.starts[route.vehicle_type()].shift: [
            form.jobs[stop.idx] for stop in route.schedule() if stop.is_client()
        ]
        for route in found.best.routes()
    }
    return cheapest(first, repaired(problem, with_fixed(problem, routes)))


def _solution(data: pyvrp.ProblemData, form: HardWindows, routes: Routes) -> pyvrp.Solution:
    """Return routes as PyVRP has them."""
    client_of = {job: client for client, job in enumerate(form.jobs)}
    visits = [[client_of[job] for job in routes[start.shift] if job in client_of] for start in form.starts]
    return pyvrp.Solution(
        data, [pyvrp.Route(data, stops, kind) for kind, stops in enumerate(visits) if stops]
    )


def _data(problem: Problem, form: HardWindows) -> pyvrp.ProblemData:
    """Return a problem with a location for each job, then for the start and the end of each shift."""
    n, r = len(form.jobs), len(form.starts)
    ends = [start.place if start.end_place is None else start.end_place for start in form.starts]
    place = np.array([*problem.jobs.place[form.jobs], *(start.place for start in form.starts), *ends])
    anywhere = [n + r + k for k, start in enumerate(form.starts) if start.end_place is None]
    profile_of: dict[bytes, int] = {}
    kinds: list[int] = []
    distances: list[Any] = []
    durations: list[Any] = []
    may = problem.allowed()[form.jobs]
    for start in form.starts:
        travel = int(problem.shifts.travel[start.shift])
        key = bytes([travel % 256, travel // 256]) + may[:, start.shift].tobytes()
        kinds.append(profile_of.setdefault(key, len(profile_of)))
        if kinds[-1] == len(distances):
            travel_s = np.minimum(problem.travel_s[travel][np.ix_(place, place)], NO_WAY_S).astype(np.int64)
            travel_s[:, anywhere] = 0
            np.fill_diagonal(travel_s, 0)
            distances.append(_forbidding(problem, travel_s, np.flatnonzero(~may[:, start.shift])))
            durations.append(travel_s)
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in place],
        [_client(problem, form, location, job) for location, job in enumerate(form.jobs)],
        [pyvrp.Depot(location) for location in range(n, n + 2 * r)],
        [_vehicle(problem, start, k, k + r, kinds[k]) for k, start in enumerate(form.starts)],
        distances,
        durations,
    )


def _forbidding(problem: Problem, travel_s: Ints, forbidden: Ints) -> Ints:
    """Return what ways cost, with those to forbidden jobs dearer than to leave out any."""
    prices = travel_s.copy()
    prices[:, forbidden] = NO_WAY_S + round(float(problem.jobs.drop_cost.max()))
    np.fill_diagonal(prices, 0)
    return prices


def _client(problem: Problem, form: HardWindows, location: int, job: int) -> pyvrp.Client:
    jobs = problem.jobs
    return pyvrp.Client(
        location,
        pickup=jobs.demand[job].tolist(),
        service_duration=int(jobs.service_s[job] + jobs.setup_s[job]),
        tw_early=int(form.earliest_s[job]),
        tw_late=int(form.latest_s[job]),
        prize=round(float(jobs.drop_cost[job])),
        required=False,
    )


def _vehicle(problem: Problem, start: Start, depot: int, end: int, kind: int) -> pyvrp.VehicleType:
    resting_s = int(problem.shifts.break_s[list(start.breaks)].sum())
    return pyvrp.VehicleType(
        capacity=list(start.room),
        start_depot=depot,
        end_depot=end,
        tw_early=start.start_s,
        tw_late=max(start.start_s, start.end_s - resting_s),
        profile=kind,
    )
