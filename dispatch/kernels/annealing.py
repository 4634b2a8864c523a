"""Ruin and recreate, again and again: what is worse is accepted the less the longer it goes on.

References
----------
Christiaens, Vanden Berghe: Slack Induction by String Removals for Vehicle Routing Problems. Transportation
Science 54 (2020), doi:10.1287/trsc.2019.0914, sections 5.2 and 6.1: orders of recreation, annealing.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.insertion import best_insertion
from equipage.dispatch.kernels.plan import Bench, Plan, copy_shift, put, retime
from equipage.dispatch.kernels.ruin import ruin
from equipage.geo.kernels.compiling import kernel

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BLINK = 0.01
"""How often a place is overlooked (beta in the paper)."""

OVERLOOKED = 0.5
"""How many places are overlooked for a job on average at least: of few, each must be more often for two jobs
to go together where either alone costs more."""

BY_CHANCE, BY_DROP_COST, BY_URGENCY, BY_LENGTH, BY_WINDOW = 0.33, 0.58, 0.75, 0.83, 0.92
"""Up to which random number jobs are sorted by what; beyond the last one by remoteness."""

RETRIED = 30
"""How many of the jobs that had no shift before are tried again in a round, on average."""

BETTER = 1e-6
"""What a plan must cost less to count as better: more than sums of costs are inexact by."""


@kernel
def search(
    bench: Bench,
    plan: Plan,
    accepted: Plan,
    best: Plan,
    seed: int,
    rounds: int,
    heat: tuple[float, float],
) -> float:
    """Better a plan by some rounds and return what the best one costs.

    Parameters
    ----------
    bench : Bench
        The problem.
    plan : Plan
        What is worked on.
    accepted : Plan
        The same; it stays what was last accepted.
    best : Plan
        The best so far, replaced by a better one.
    seed : int
        Of the random numbers.
    rounds : int
        How many.
    heat : (float, float)
        The temperatures of the first and the last round, as costs.

    Notes
    -----
    A round costs some time for each job taken out and each shift near it, none for those far away.
    """
    np.random.seed(seed)
    jobs, shifts = len(plan.shift_of), len(plan.days)
    absent, key, touched = np.empty(jobs, np.int64), np.empty(jobs), np.empty(shifts, np.int64)
    is_touched = np.zeros(shifts, np.bool_)
    blink = max(BLINK, OVERLOOKED / (jobs + shifts))
    left = _still_absent(plan, np.arange(jobs), jobs, absent)
    now, least = total(bench, plan), total(bench, best)
    for done in range(rounds):
        before, missing = now, left
        left, count = ruin(bench, plan, absent, left, touched)
        for place in range(count):
            retime(bench, plan, touched[place])
            is_touched[touched[place]] = True
        _sort_keys(bench, absent[:left], key)
        order = np.argsort(key[:left])
        count = _recreate(bench, plan, absent, order, missing, touched, count, is_touched, blink)
        after = before + _change(bench, plan, accepted, absent[:left], touched[:count])
        temperature = heat[0] * (heat[1] / heat[0]) ** (done / rounds)
        if after < before - temperature * math.log(1.0 - np.random.random()):
            now = after
            _settle(plan, accepted, absent[:left], touched[:count], is_touched)
        else:
            _settle(accepted, plan, absent[:left], touched[:count], is_touched)
        left = _still_absent(plan, absent, left, absent)
        if now < least - BETTER:
            least = now
            _settle(plan, best, np.arange(jobs), np.arange(shifts), is_touched)
    return least


@kernel
def _change(bench: Bench, plan: Plan, accepted: Plan, absent: Ints, touched: Ints) -> float:
    """Return how much more a plan costs than the accepted one, given all in which they may differ."""
    change, jobs = 0.0, bench.jobs
    days, shift_of = plan.days, plan.shift_of
    days_before, shift_before = accepted.days, accepted.shift_of
    for shift in touched:
        change += days[shift].cost - days_before[shift].cost
    for job in absent:
        if shift_of[job] < 0:
            change += jobs[job].drop_cost
        if shift_before[job] < 0:
            change -= jobs[job].drop_cost
    return change


@kernel
def _settle(source: Plan, target: Plan, absent: Ints, touched: Ints, is_touched: Bools) -> None:
    """Make one plan as the other is, given all in which they may differ."""
    for shift in touched:
        copy_shift(source, target, shift)
        is_touched[shift] = False
    now, then = source.shift_of, target.shift_of
    for job in absent:
        then[job] = now[job]


@kernel
def complete(bench: Bench, plan: Plan, order: Ints) -> None:
    """Insert jobs one after the other where each costs least; those that cost more than leaving them stay."""
    for job in order:
        found = best_insertion(bench, plan, job, bench.jobs[job].drop_cost, 0.0)
        if found.shift >= 0:
            put(bench, plan, job, found.shift, found.position)
            retime(bench, plan, found.shift)


@kernel
def total(bench: Bench, plan: Plan) -> float:
    """Return what a plan costs."""
    cost = 0.0
    for shift in range(len(plan.days)):
        cost += plan.days[shift].cost
    for job in range(len(plan.shift_of)):
        if plan.shift_of[job] < 0:
            cost += bench.jobs[job].drop_cost
    return cost


@kernel
def _still_absent(plan: Plan, absent: Ints, left: int, kept: Ints) -> int:
    """Write those of the absent jobs that still are, and return how many these are."""
    count, shift_of = 0, plan.shift_of
    for place in range(left):
        if shift_of[absent[place]] < 0:
            kept[count] = absent[place]
            count += 1
    return count


@kernel
def _recreate(
    bench: Bench,
    plan: Plan,
    absent: Ints,
    order: Ints,
    missing: int,
    touched: Ints,
    count: int,
    is_touched: Bools,
    blink: float,
) -> int:
    """Insert absent jobs in an order and return how many shifts have been changed in all.

    The first `missing` of them were absent before: of many such, a few are tried.
    """
    for place in order:
        if place < missing and np.random.random() * missing > RETRIED:
            continue
        job = absent[place]
        found = best_insertion(bench, plan, job, bench.jobs[job].drop_cost, blink)
        if found.shift < 0:
            continue
        put(bench, plan, job, found.shift, found.position)
        retime(bench, plan, found.shift)
        if not is_touched[found.shift]:
            is_touched[found.shift] = True
            touched[count] = found.shift
            count += 1
    return count


@kernel
def _sort_keys(bench: Bench, absent: Ints, key: Floats) -> None:
    """Write what the jobs are sorted by: chance, importance, urgency, size, narrowness or remoteness."""
    kind, jobs, travel_s = np.random.random(), bench.jobs, bench.travel_s
    hub = bench.shifts[np.random.randint(0, len(bench.shifts))].start_place
    for place in range(len(absent)):
        job = jobs[absent[place]]
        if kind < BY_CHANCE:
            key[place] = np.random.random()
        elif kind < BY_DROP_COST:
            key[place] = -job.drop_cost
        elif kind < BY_URGENCY:
            key[place] = min(job.due, job.latest)
        elif kind < BY_LENGTH:
            key[place] = -job.service
        elif kind < BY_WINDOW:
            key[place] = job.latest - job.earliest
        else:
            key[place] = -travel_s[0, hub, job.place]
