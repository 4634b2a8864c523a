"""Warming up leaves nothing of planning to compile for those who ask."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from equipage.dispatch.solver.explanation import explain
from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.ruin_recreate import ruin_and_recreate
from equipage.dispatch.warm_up import compile_planning
from tests.dispatch.solver.problems import MINUTE, jobs, problem, shifts
from tests.routing.test_warm_up import compiled


def read_only(puzzle: Problem) -> Problem:
    """Return the same with travel and demand as they may come from a file: not to be written to."""
    travel_s = np.asfortranarray(puzzle.travel_s)
    travel_s.setflags(write=False)
    demand = puzzle.jobs.demand.view()
    demand.setflags(write=False)
    return replace(puzzle, travel_s=travel_s, jobs=replace(puzzle.jobs, demand=demand))


def test_no_plan_waits_for_the_compiler() -> None:
    """Cold and warm, with breaks, rooms and fixed stops, without jobs or crews: all is compiled before."""
    compile_planning()
    before = {name: count for name, count in compiled().items() if ".dispatch." in name}
    work = jobs([3, 1, 3], demand=[[1], [2], [1]], setup_s=[MINUTE] * 3, wait_cost=[1.0, 0.0, 2.0])
    duty = shifts(
        [0, 9],
        capacity=[[4], [2]],
        fixed=((1,), ()),
        break_first=[0, 1, 1],
        break_earliest_s=[0],
        break_latest_s=[30 * MINUTE],
        break_s=[MINUTE],
    )
    full = problem(work, duty)
    for puzzle in (full, read_only(full), problem(jobs([]), shifts([0])), problem(jobs([1]), shifts([]))):
        looks = itertools.count()
        plan = ruin_and_recreate(puzzle, lambda: next(looks) / 3)  # noqa: B023 it is used up in this turn
        again = ruin_and_recreate(puzzle, lambda: 1.0, initial=plan.routes)
        for job in range(len(puzzle.jobs)):
            explain(puzzle, again.routes, job)
    assert {name: count for name, count in compiled().items() if ".dispatch." in name} == before
