"""Ruin: strings of neighbouring stops taken out of several shifts near each other.

References
----------
Christiaens, Vanden Berghe: Slack Induction by String Removals for Vehicle Routing Problems. Transportation
Science 54 (2020), doi:10.1287/trsc.2019.0914, section 5.1: adjacent string removal, plain and split.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from equipage.dispatch.kernels.plan import Bench, Plan
from equipage.geo.kernels.compiling import kernel

Ints = npt.NDArray[np.int64]

REMOVED = 10.0
"""How many jobs are taken out on average (the paper's c̄)."""

LONGEST = 10.0
"""The longest string (the paper's L^max)."""

WHOLE = 0.2
"""How often strings may be longer than the mean shift has stops (the paper's never are): without that, no
round could give all that a crew has to another one. Of 1,150 days of up to eight jobs that are proved by
`exact`, 4 were missed by it, and none are."""

SPLIT = 0.5
"""How often a string is taken in two parts (alpha in the paper), and what is spared grows by one more."""

SPARED = 5
"""At most so many stops are spared between the two parts."""


@kernel
def ruin(bench: Bench, plan: Plan, absent: Ints, left: int, touched: Ints) -> tuple[int, int]:
    """Take jobs out of shifts near one job.

    Parameters
    ----------
    bench : Bench
        The problem.
    plan : Plan
        The plan; times are left to the caller.
    absent : (n,) int64
        The jobs without a shift, so many as `left`; what is taken out is added.
    left : int
        How many these are.
    touched : (r,) int64
        The shifts that changed are written there.

    Returns
    -------
    left, count : int
        How many jobs are without a shift now, and how many shifts changed.
    """
    _, days, load, shift_of, _ = plan
    near, demand = bench.near, bench.demand
    jobs, shifts, used = len(shift_of), len(days), 0
    for shift in range(shifts):
        used += days[shift].count > 0
    if used == 0:
        return left, 0
    longest = LONGEST
    if np.random.random() >= WHOLE:
        longest = min(LONGEST, (jobs - left) / used)
    strings = int(np.random.random() * (4.0 * REMOVED / (1.0 + longest) - 1.0) + 1.0)
    seed, count = np.random.randint(0, jobs), 0
    for candidate in range(near.shape[1]):
        if count == strings:
            break
        job = near[seed, candidate]
        shift = shift_of[job]
        if shift < 0 or _is_among(touched, count, shift):
            continue
        removed = _remove_string(bench, plan, absent, left, job, shift, longest)
        if removed > 0:
            for place in range(left, left + removed):
                for thing in range(load.shape[1]):
                    load[shift, thing] -= demand[absent[place], thing]
            left += removed
            touched[count] = shift
            count += 1
    return left, count


@kernel
def _is_among(values: Ints, count: int, value: int) -> bool:
    for place in range(count):
        if values[place] == value:
            return True
    return False


@kernel
def _remove_string(
    bench: Bench, plan: Plan, absent: Ints, left: int, job: int, shift: int, longest: float
) -> int:
    """Take a string that a job is in out of its shift, write it to `absent` and return its length."""
    stops, days, _, shift_of, _ = plan
    fixed, size = bench.shifts[shift].fixed, days[shift].count
    movable = size - fixed
    at = 0
    while stops[shift, at].job != job:
        at += 1
    if at < fixed:
        return 0
    length = min(int(np.random.random() * min(float(movable), longest) + 1.0), movable)
    spared = 0
    if length > 1 and np.random.random() < SPLIT:
        while spared < min(SPARED, movable - length):
            spared += 1
            if np.random.random() < SPLIT:
                break
    whole = length + spared
    low, high = max(fixed, at - whole + 1), min(at, size - whole)
    first = low + int(np.random.random() * (high - low + 1))
    spared_from = first + 1 + int(np.random.random() * (length - 1)) if spared > 0 else size
    kept, removed = first, 0
    for position in range(first, size):
        stop = stops[shift, position].job
        within = position < first + whole
        if within and not spared_from <= position < spared_from + spared:
            absent[left + removed] = stop
            shift_of[stop] = -1
            removed += 1
        else:
            stops[shift, kept].job = stop
            kept += 1
    days[shift].count = kept
    return removed
