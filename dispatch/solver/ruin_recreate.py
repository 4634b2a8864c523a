"""Our own engine: ruin and recreate, from the plan before or from nothing, until it is told to stop.

References
----------
Christiaens, Vanden Berghe: Slack Induction by String Removals for Vehicle Routing Problems. Transportation
Science 54 (2020), doi:10.1287/trsc.2019.0914.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipage.dispatch.kernels.annealing import complete, search, total
from equipage.dispatch.kernels.insertion import keep
from equipage.dispatch.kernels.plan import DAY, STOP, Bench, Plan, put, retime
from equipage.dispatch.solver.budget import Spent
from equipage.dispatch.solver.neighbours import near_jobs, near_shifts
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.records import break_records, job_records, shift_records
from equipage.dispatch.solver.schedule import Routes
from equipage.geo.kernels.compiling import fixed

HOT, COLD = 0.15, 0.0015
"""The first and the last temperature, as shares of the mean travel between two jobs. Tuned on the instances
of `make bench-dispatch`: a factor of two in either makes no difference that five seeds can tell."""

NEAR_JOBS, NEAR_SHIFTS = 40, 32
"""How many neighbours each job is looked at with. With 25 jobs the gap on published instances is 0.3 points
wider; 100 cost more rounds than they gain. Where neither skills nor due times tell crews apart, 500 jobs cost
2 % more with 16 shifts, 5 % more with 8."""

ROOM = 24
"""For how many more stops a shift has room before its arrays are made anew."""

CHUNK = 1 / 200
"""Share of the budget between two looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What an engine found.

    Parameters
    ----------
    routes : tuple of tuples of int
        The jobs of every shift, in order.
    cost : float
        What it costs by the engine's own account.
    rounds : int
        How many rounds it worked; 0 where an engine has none, or does not tell.
    proved : bool
        Whether it is proved that none costs less.
    """

    routes: tuple[tuple[int, ...], ...]
    cost: float
    rounds: int = 0
    proved: bool = False


def ruin_and_recreate(
    problem: Problem,
    spent: Spent,
    *,
    seed: int = 1,
    initial: Routes = (),
    rounds_a_look: int | None = None,
) -> Solution:
    """Return the best plan that is found within a budget.

    Parameters
    ----------
    problem : Problem
        What is known.
    spent : callable
        Tells which share of the budget is spent; from 1 on it stops, at the next look.
    seed : int
        Of its random numbers.
    initial : sequence of sequences of int
        The plan to begin with, for every shift; empty for none. What it cannot keep is planned anew.
    rounds_a_look : int, optional
        How many rounds it works between two looks at the budget; as many as take a two-hundredth of it where
        that is not said, which a budget that passes by being looked at cannot tell.

    Returns
    -------
    Solution
        Without violations, but for those that the problem's fixed stops cause by themselves.

    Notes
    -----
    It is never worse than the plan to begin with. The same seed and the same number of rounds give the same
    plan; a budget of time does not.
    """
    bench = _bench(problem)
    plan = _first_plan(problem, bench, initial or [()] * len(problem.shifts))
    accepted, best = _copy(plan), _copy(plan)
    heat, rounds, chunk = _heat(problem), 0, rounds_a_look or 10
    cost = float(total(bench, best))
    workable = min(len(problem.jobs), len(problem.shifts)) > 0
    while workable and (share := spent()) < 1.0:
        upto = min(1.0, share + CHUNK)
        cost = search(
            bench,
            plan,
            accepted,
            best,
            seed + rounds,
            chunk,
            (_temperature(heat, share), _temperature(heat, upto)),
        )
        rounds += chunk
        if rounds_a_look is None:
            chunk = _next_chunk(chunk, spent() - share)
        if plan.days["count"].max() == plan.stops.shape[1]:
            plan, accepted, best = (_wider(each) for each in (plan, accepted, best))
    return Solution(
        routes=tuple(
            tuple(best.stops["job"][k, :stops].tolist())
            for k, stops in enumerate(best.days["count"].tolist())
        ),
        cost=float(cost),
        rounds=rounds,
    )


def _temperature(heat: tuple[float, float], share: float) -> float:
    return heat[0] * float((heat[1] / heat[0]) ** min(share, 1.0))


def _next_chunk(chunk: int, share: float) -> int:
    """Return how many rounds will take about the share of the budget between two looks."""
    return int(np.clip(chunk * min(4.0, CHUNK / max(share, 1e-9)), 1, 20_000))


def _bench(problem: Problem) -> Bench:
    """Return a problem as the kernels take it."""
    jobs, shifts = problem.jobs, problem.shifts
    return Bench(
        jobs=job_records(problem),
        shifts=shift_records(problem),
        breaks=break_records(problem),
        demand=fixed(jobs.demand, np.int64),
        capacity=fixed(shifts.capacity, np.int64),
        allowed=fixed(problem.allowed(), np.bool_),
        near=near_jobs(problem, NEAR_JOBS),
        near_shift=near_shifts(problem, NEAR_SHIFTS),
        travel_s=fixed(problem.travel_s, np.int32),
    )


def _heat(problem: Problem) -> tuple[float, float]:
    """Return the first and the last temperature."""
    between = problem.travel_s[0][np.ix_(problem.jobs.place, problem.jobs.place)]
    known = between[between < NO_WAY_S]
    mean = max(1.0, float(known.mean())) if known.size else 1.0
    return HOT * mean, COLD * mean


def _first_plan(problem: Problem, bench: Bench, initial: Routes) -> Plan:
    """Return a plan with the fixed stops, what can be kept of an initial plan, and then the rest."""
    plan = _empty(problem, initial)
    begun = {job for stops in problem.shifts.fixed for job in stops}
    for shift, stops in enumerate(problem.shifts.fixed):
        for position, job in enumerate(stops):
            put(bench, plan, job, shift, position)
        retime(bench, plan, shift)
    for shift, wished in enumerate(initial):
        kept = np.array([job for job in wished if job not in begun], dtype=np.int64)
        keep(bench, plan, shift, kept)
    absent = np.flatnonzero(plan.shift_of == NOBODY)
    order = absent[np.lexsort((problem.jobs.due_s[absent], -problem.jobs.drop_cost[absent]))]
    complete(bench, plan, order)
    return plan


def _empty(problem: Problem, initial: Routes) -> Plan:
    """Return a plan without stops, with room for those that are to come at first."""
    shifts, things = problem.shifts.capacity.shape
    longest = max((len(stops) for stops in (*initial, *problem.shifts.fixed)), default=0)
    return Plan(
        stops=np.zeros((shifts, longest + ROOM), dtype=STOP),
        days=np.zeros(shifts, dtype=DAY),
        load=np.zeros((shifts, things), dtype=np.int64),
        shift_of=np.full(len(problem.jobs), NOBODY, dtype=np.int64),
        place_of=np.zeros(len(problem.jobs), dtype=np.int64),
    )


def _copy(plan: Plan) -> Plan:
    return Plan(*(values.copy() for values in plan))


def _wider(plan: Plan) -> Plan:
    """Return the same plan with room for twice as many stops in a shift."""
    return plan._replace(stops=np.pad(plan.stops, ((0, 0), (0, plan.stops.shape[1]))))
