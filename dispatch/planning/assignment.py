"""Which crew gets which job, on arrays: one after the other, or the best for all at once.

Rows are n jobs, columns m crews; inf marks a pair that must not be. Each crew gets one job at most. The same
input gives the same answer; callers sort jobs and crews by id, so that it does not hang on their order.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NOBODY = -1
"""In an answer: no crew."""

BEST_PAIRS = 16
"""With how many of the best crews of each job, and jobs of each crew, the search begins and goes on."""


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


def optimal(cost_of: Callable[[Ints], Floats], leave_cost: Floats, rank: Ints, *, crews: int) -> Ints:
    """Return the best crew of each job, all jobs considered together.

    As many jobs as possible are served, of lower rank first; among all ways to do so, the one of least cost.

    Parameters
    ----------
    cost_of : callable
        Tells for the k rows it is given what it costs that a crew takes the job, (k, m) float64, rounded to
        whole numbers; inf where it must not. It is asked for no more rows than need be looked at.
    leave_cost : (n,) float64
        What it costs to leave a job without a crew: it decides between jobs of the same rank.
    rank : (n,) int64
        0 is served first.
    crews : int
        How many crews may have a job, or more.

    Returns
    -------
    (n,) int64
        Columns, `NOBODY` for jobs left.

    Notes
    -----
    A min-cost flow over the `BEST_PAIRS` best crews of each job and jobs of each crew. The crews' prices that
    follow from it then prove it optimal for all pairs, or name the pairs that would better it; these are
    added, and the flow is solved again. The sets of jobs that can be served together are the independent sets
    of a transversal matroid, where the one that is best by rank is also a largest: no trade between number
    and rank arises, and ranks behind those that take every crew need not be looked at.
    """
    crew_of = np.full(len(rank), NOBODY, dtype=np.int64)
    if not len(rank) or not crews:
        return crew_of
    highest = int(np.searchsorted(np.cumsum(np.bincount(rank)), crews))
    while True:
        rows = np.flatnonzero(rank <= highest)
        crew_of[rows] = _best_for_all(_gains(cost_of(rows), leave_cost[rows], rank[rows]))
        if highest >= rank.max() or (crew_of != NOBODY).sum() == crews:
            return crew_of
        highest += 1


def _gains(cost: Floats, leave_cost: Floats, rank: Ints) -> Floats:
    """Return what each pair betters the plan by, whole numbers more than 0; 0 where it must not be.

    It counts from leaving the job: what is the same for all its crews changes no choice, and a job overdue by
    a year needs no larger numbers. To serve a job at all outweighs whatever higher ranks or costs could
    differ by.
    """
    gain = np.rint(leave_cost)[:, None] - np.rint(cost)
    allowed = np.isfinite(gain)
    np.copyto(gain, 0.0, where=~allowed)
    lowest, highest = gain.min(), gain.max()
    tier = (highest - lowest + 1.0) * (min(gain.shape) + 1)
    gain += (tier * (rank.max() + 1.0 - rank) - lowest)[:, None]
    np.copyto(gain, 0.0, where=~allowed)
    return gain


def _best_for_all(gain: Floats) -> Ints:
    """Return the crew of each job with the greatest sum of gains."""
    jobs, crews = gain.shape
    pairs = _best_pairs(gain, each_job=jobs < 2 * crews, each_crew=crews < 2 * jobs)
    most = gain.max(axis=1)
    while True:
        crew, job = np.nonzero(pairs)
        crew_of = _flow(gain, job, crew)
        price, kept = _prices(gain, job, crew, crew_of)
        rows = np.flatnonzero(most - kept > price.min())
        better = gain[rows] - price
        better -= kept[rows, None]
        if better.max(initial=0.0) <= 0.0:
            return crew_of
        pairs[:, rows] |= _best_pairs(better, each_job=True, each_crew=True)


def _best_pairs(gain: Floats, *, each_job: bool, each_crew: bool) -> Bools:
    """Return the pairs of greatest gain of each job, or of each crew, or of both, crews in rows, (m, n)."""
    jobs, crews = gain.shape
    pairs = np.zeros((crews, jobs), dtype=np.bool_)
    if each_job:
        crew = _greatest(gain, min(BEST_PAIRS, crews), axis=1)
        pairs[crew, np.arange(jobs)[:, None]] = True
    if each_crew:
        job = _greatest(gain, min(BEST_PAIRS, jobs), axis=0)
        pairs[np.arange(crews), job] = True
    crew, job = np.nonzero(pairs)
    pairs[crew, job] = gain[job, crew] > 0.0
    return pairs


def _greatest(values: Floats, count: int, *, axis: int) -> Ints:
    """Return where along the axis the so many greatest values are, in any order."""
    size = values.shape[axis]
    return np.argpartition(values, size - count, axis=axis).take(range(size - count, size), axis=axis)


def _flow(gain: Floats, job: Ints, crew: Ints) -> Ints:
    """Return the crew of each job in a min-cost flow of one unit from each crew to a job or past them all."""
    jobs, crews = gain.shape
    asked, sending = np.flatnonzero(np.bincount(job)), np.flatnonzero(np.bincount(crew))
    sink = jobs + crews
    tail = np.concatenate([jobs + crew, jobs + sending, asked])
    head = np.concatenate([job, np.full(len(sending) + len(asked), sink)])
    unit_cost = np.zeros(len(tail), dtype=np.int64)
    unit_cost[: len(job)] = -gain[job, crew]
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, np.ones_like(tail), unit_cost)
    supply = np.append(np.ones(len(sending), dtype=np.int64), -len(sending))
    flow.set_nodes_supplies(np.append(jobs + sending, sink), supply)
    status = flow.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise ArithmeticError(f"{jobs} jobs x {crews} crews: the flow ended as {status}, not OPTIMAL")
    used = flow.flows(arcs[: len(job)]) > 0
    crew_of = np.full(jobs, NOBODY, dtype=np.int64)
    crew_of[job[used]] = crew[used]
    return crew_of


def _prices(gain: Floats, job: Ints, crew: Ints, crew_of: Ints) -> tuple[Floats, Floats]:
    """Return the least price of each crew, (m,), at which every job is content, and what each then keeps.

    These are the dual values of the flow: what the other jobs would gain if the crew were there twice. The
    pairs come by crew.
    """
    served = np.flatnonzero(crew_of != NOBODY)
    begins = np.flatnonzero(np.diff(crew, prepend=-1))
    price, kept = np.zeros(gain.shape[1]), np.zeros(len(gain))
    own, offered = gain[served, crew_of[served]], gain[job, crew]
    while True:
        kept[served] = own - price[crew_of[served]]
        bid = np.maximum.reduceat(offered - kept[job], begins)
        raised = price.copy()
        raised[crew[begins]] = np.maximum(price[crew[begins]], bid)
        if np.array_equal(raised, price):
            return price, kept
        price = raised
