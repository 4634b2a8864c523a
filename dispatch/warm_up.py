"""Warming up: the kernels of routing and planning compiled before anybody asks."""

from __future__ import annotations

import itertools

import numpy as np

from equipage.dispatch.pauses import finish
from equipage.dispatch.solver.explanation import explain
from equipage.dispatch.solver.problem import FOREVER_S, NOBODY, Jobs, Problem, Shifts
from equipage.dispatch.solver.ruin_recreate import ruin_and_recreate
from equipage.routing.warm_up import compile_kernels as compile_routing


def compile_kernels() -> None:
    """Compile routing's and planning's, so that nobody who asks later waits for that.

    What was compiled before is read from disk in a fraction of a second; the first time takes a minute.
    """
    compile_routing()
    compile_planning()


def compile_planning() -> None:
    """Plan one job and explain it, and tell when its crew would be there."""
    problem, looks = _one_job(), itertools.count()
    routes = ruin_and_recreate(problem, lambda: float(next(looks))).routes
    explain(problem, routes, 0)
    one = np.zeros(1)
    finish([[]], drive_s=np.zeros((1, 1)), free_s=one, earliest_s=one, work_s=one)


def _one_job() -> Problem:
    """Return one job where the only crew is, promised to it."""
    zero, nobody, forever = np.zeros(1, dtype=np.int64), np.full(1, NOBODY), np.full(1, FOREVER_S)
    free, nothing = np.zeros(1), np.zeros(0, dtype=np.int64)
    return Problem(
        jobs=Jobs(
            place=zero,
            service_s=zero,
            setup_s=zero,
            earliest_s=zero,
            latest_s=forever,
            due_s=forever,
            wait_cost=free,
            late_cost=free,
            drop_cost=free,
            demand=np.zeros((1, 0), dtype=np.int64),
            needs=np.zeros((1, 0), dtype=np.bool_),
            pinned_to=nobody,
            held_by=nobody,
            change_cost=free,
        ),
        shifts=Shifts(
            crew=zero,
            start_place=zero,
            end_place=nobody,
            start_s=zero,
            end_s=forever,
            travel=zero,
            capacity=np.zeros((1, 0), dtype=np.int64),
            has=np.zeros((1, 0), dtype=np.bool_),
            fixed=((0,),),
            next_job=nobody,
            next_change_cost=free,
            break_first=np.zeros(2, dtype=np.int64),
            break_earliest_s=nothing,
            break_latest_s=nothing,
            break_s=nothing,
        ),
        barred=np.zeros((1, 1), dtype=np.bool_),
        travel_s=np.zeros((1, 1, 1), dtype=np.int32),
    )
