"""Which crew gets which job, on arrays: one after the other, or the best for all at once.

Rows are n jobs, columns m crews; inf marks a pair that must not be. Each crew gets one job at most. The same
input gives the same answer; callers sort jobs and crews by id, so that it does not hang on their order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NOBODY = -1
"""In an answer: no crew."""

NEAREST_CREWS = 16
"""With how many of the cheapest crews of each job the search begins, and how many it adds at a time."""


def nearest(seconds: Floats, order: Ints) -> Ints:
    """Return the crew of each job when, in the given order, each job takes the nearest crew still free.

    Parameters
    ----------
    seconds : (n, m) float64
        How far each crew is, inf where it must not be.
    order : (n,) int64
        The rows, the first to choose first.

    Returns
    -------
    (n,) int64
        Columns, `NOBODY` where no crew is left.
    """
    left = seconds.copy()
    crew_of = np.full(len(seconds), NOBODY, dtype=np.int64)
    for job in order if left.shape[1] else ():
        crew = int(left[job].argmin())
        if np.isfinite(left[job, crew]):
            crew_of[job] = crew
            left[:, crew] = np.inf
    return crew_of


def optimal(cost: Floats, leave_cost: Floats, rank: Ints) -> Ints:
    """Return the best crew of each job, all jobs considered together.

    As many jobs as possible are served, of lower rank first; among all ways to do so, the one of least cost.

    Parameters
    ----------
    cost : (n, m) float64
        What it costs that a crew takes a job, rounded to whole numbers; inf where it must not.
    leave_cost : (n,) float64
        What it costs to leave a job without a crew: it decides between jobs of the same rank.
    rank : (n,) int64
        0 is served first.

    Returns
    -------
    (n,) int64
        Columns, `NOBODY` for jobs left.

    Notes
    -----
    A min-cost flow over the `NEAREST_CREWS` cheapest crews of each job. The crews' prices that follow from it
    then prove it optimal for all pairs, or name the pairs that would better it; these are added, and the flow
    is solved again. The sets of jobs that can be served together are the independent sets of a transversal
    matroid, where the one that is best by rank is also a largest: no trade between number and rank arises.
    """
    allowed = np.isfinite(cost)
    if not allowed.any():
        return np.full(len(cost), NOBODY, dtype=np.int64)
    whole, leave = _whole_costs(cost, leave_cost, rank, allowed)
    pairs = _cheapest_pairs(whole, allowed, NEAREST_CREWS)
    while True:
        crew_of = _flow(whole, leave, pairs)
        better = _bettering_pairs(whole, leave, allowed, pairs, crew_of)
        if not better.any():
            return crew_of
        pairs |= better


def _whole_costs(cost: Floats, leave_cost: Floats, rank: Ints, allowed: Bools) -> tuple[Ints, Ints]:
    """Return integer costs in which leaving a job outweighs all that lower ranks or costs could differ by.

    Each job's costs count from that of leaving it: what is the same for all its crews changes no choice, and
    a job overdue by a year needs no larger numbers.
    """
    leave = np.rint(leave_cost).astype(np.int64)
    whole = np.where(allowed, np.rint(np.where(allowed, cost, 0.0)).astype(np.int64) - leave[:, None], 0)
    lowest, highest = min(whole.min(), 0), max(whole.max(), 0)
    tier = (highest - lowest + 1) * (len(cost) + 1)
    return whole - lowest, tier * (rank.max() + 1 - rank) - lowest


def _cheapest_pairs(whole: Ints, allowed: Bools, count: int) -> Bools:
    if whole.shape[1] <= count:
        return allowed.copy()
    ranked = np.where(allowed, whole, np.iinfo(np.int64).max)
    columns = np.argpartition(ranked, count, axis=1)[:, :count]
    pairs = np.zeros_like(allowed)
    np.put_along_axis(pairs, columns, values=True, axis=1)
    return pairs & allowed


def _flow(whole: Ints, leave: Ints, pairs: Bools) -> Ints:
    """Return the crew of each job in a min-cost flow of one unit from each job to a crew or past them all."""
    count, crew_count = pairs.shape
    job, crew = np.nonzero(pairs)
    jobs, crews, sink = np.arange(count), count + np.arange(crew_count), count + crew_count
    tail = np.concatenate([job, jobs, crews])
    head = np.concatenate([count + crew, np.full(count + crew_count, sink)])
    unit_cost = np.concatenate([whole[job, crew], leave, np.zeros(crew_count, dtype=np.int64)])
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, np.ones_like(tail), unit_cost)
    flow.set_nodes_supplies(np.append(jobs, sink), np.append(np.ones(count, dtype=np.int64), -count))
    status = flow.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise ArithmeticError(f"{count} jobs x {crew_count} crews: the flow ended as {status}, not OPTIMAL")
    used = flow.flows(arcs[: len(job)]) > 0
    crew_of = np.full(count, NOBODY, dtype=np.int64)
    crew_of[job[used]] = crew[used]
    return crew_of


def _bettering_pairs(whole: Ints, leave: Ints, allowed: Bools, pairs: Bools, crew_of: Ints) -> Bools:
    """Return the pairs that would better the answer most; none at all proves it optimal."""
    if pairs.sum() == allowed.sum():
        return np.zeros_like(pairs)
    price = _crew_prices(whole, leave, pairs, crew_of)
    gain = np.where(allowed & ~pairs, _spent(whole, leave, crew_of, price)[:, None] - whole - price, 0)
    return _cheapest_pairs(-gain, gain > 0, NEAREST_CREWS)


def _crew_prices(whole: Ints, leave: Ints, pairs: Bools, crew_of: Ints) -> Ints:
    """Return the least price of each crew, (m,), at which every job is content with what it got.

    These are the dual values of the flow: what the other jobs would save if the crew were there twice.
    """
    job, crew = np.nonzero(pairs)
    price = np.zeros(pairs.shape[1], dtype=np.int64)
    while True:
        bid = _spent(whole, leave, crew_of, price)[job] - whole[job, crew]
        raised = price.copy()
        np.maximum.at(raised, crew, bid)
        if np.array_equal(raised, price):
            return price
        price = raised


def _spent(whole: Ints, leave: Ints, crew_of: Ints, price: Ints) -> Ints:
    """Return what each job pays, (n,): cost and price of its crew, or for being left."""
    with_crew = whole[np.arange(len(whole)), crew_of] + price[crew_of]
    return np.where(crew_of == NOBODY, leave, with_crew)
