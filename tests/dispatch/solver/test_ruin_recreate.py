"""Our engine against the checker and the schedule."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from equipage.dispatch.solver.problem import NOBODY, Problem
from equipage.dispatch.solver.ruin_recreate import ruin_and_recreate
from equipage.dispatch.solver.schedule import Routes, cost_of, unassigned
from equipage.dispatch.solver.violations import violations
from tests.dispatch.solver.problems import MINUTE, jobs, problem, problems, shifts


def looks(count: int) -> Callable[[], float]:
    """Return a budget that is spent after so many looks at it."""
    seen = itertools.count()
    return lambda: next(seen) / count


def sound(problem: Problem, routes: Routes) -> bool:
    """Tell whether nothing is violated but what the fixed stops violate by themselves."""
    return set(violations(problem, routes)) <= set(violations(problem, problem.shifts.fixed))


@settings(max_examples=200)
@given(problems(), st.integers(0, 1000))
def test_it_violates_nothing_and_costs_what_it_says(problem: Problem, seed: int) -> None:
    """Only what fixed stops break by themselves is broken, and the schedule agrees on the cost."""
    found = ruin_and_recreate(problem, looks(20), seed=seed)
    assert sound(problem, found.routes)
    assert found.cost == pytest.approx(cost_of(problem, found.routes).total)
    assert all(
        tuple(stops[: len(fixed)]) == fixed
        for stops, fixed in zip(found.routes, problem.shifts.fixed, strict=True)
    )


@settings(max_examples=100)
@given(problems(), st.integers(0, 1000))
def test_a_plan_to_begin_with_never_gets_worse(problem: Problem, seed: int) -> None:
    """Going on from a plan costs as much as that plan at most."""
    before = ruin_and_recreate(problem, looks(3), seed=seed)
    after = ruin_and_recreate(problem, looks(3), seed=seed + 1, initial=before.routes)
    assert after.cost <= before.cost + 1e-6


@settings(max_examples=200)
@given(problems(most_jobs=14, most_shifts=2), st.data())
def test_a_job_goes_where_it_costs_least(puzzle: Problem, data: st.DataObject) -> None:
    """One job is taken out of a plan and inserted: nowhere else, nor left out, would it cost less.

    Without breaks, and where no way is longer than by another place, so that nothing gets sooner by it.
    """
    assume(not len(puzzle.shifts.break_s))
    puzzle = with_shortest_ways(puzzle)
    plan, fixed = ruin_and_recreate(puzzle, looks(2)).routes, puzzle.shifts.fixed
    free = [job for stops, kept in zip(plan, fixed, strict=True) for job in stops[len(kept) :]]
    assume(free and not violations(puzzle, fixed))
    new = data.draw(st.sampled_from(free))
    bare = [[job for job in stops if job != new] for stops in plan]
    alone = without_others(puzzle, unassigned(puzzle, plan))
    assume(inserted(without_others(alone, [new]), bare) == tuple(map(tuple, bare)))
    ways = [bare] + [
        [*bare[:shift], [*stops[:place], new, *stops[place:]], *bare[shift + 1 :]]
        for shift, stops in enumerate(bare)
        for place in range(len(stops) + 1)
    ]
    least = min(cost_of(puzzle, way).total for way in ways if not violations(alone, way))
    assert cost_of(puzzle, inserted(alone, bare)).total == pytest.approx(least)


def with_shortest_ways(puzzle: Problem) -> Problem:
    """Return the same where each way is the shortest by any places."""
    travel_s = puzzle.travel_s.copy()
    for place in range(travel_s.shape[1]):
        np.minimum(travel_s, travel_s[:, :, [place]] + travel_s[:, [place], :], out=travel_s)
    return replace(puzzle, travel_s=travel_s)


def without_others(puzzle: Problem, others: list[int]) -> Problem:
    """Return the same where nobody may have some jobs."""
    barred = puzzle.barred.copy()
    barred[others] = True
    return replace(puzzle, barred=barred)


def inserted(puzzle: Problem, routes: Routes) -> Routes:
    """Return a plan with what is not in it put where it costs least."""
    return ruin_and_recreate(puzzle, lambda: 1.0, initial=routes).routes


def test_the_same_seed_and_rounds_give_the_same_plan() -> None:
    """Chance is an argument."""
    puzzle = problem(jobs(list(range(18))), shifts([0, 9, 19]))
    one, other = (ruin_and_recreate(puzzle, looks(2), seed=3) for _ in range(2))
    assert one == other


def test_no_shift_and_no_job_make_an_empty_plan() -> None:
    """Nobody to work, nothing to do: no crash."""
    nobody = ruin_and_recreate(problem(jobs([1, 2]), shifts([])), looks(3))
    nothing = ruin_and_recreate(problem(jobs([]), shifts([0])), looks(3))
    assert (nobody.routes, nobody.cost) == ((), 2e6)
    assert (nothing.routes, nothing.cost) == (((),), 0.0)


def test_a_shift_may_have_more_stops_than_there_was_room_for() -> None:
    """A hundred jobs of no duration at one place fit into one shift."""
    puzzle = problem(jobs([5] * 100, service_s=np.zeros(100, dtype=np.int64)), shifts([0]))
    found = ruin_and_recreate(puzzle, looks(40))
    assert unassigned(puzzle, found.routes) == []


def test_a_price_on_changes_keeps_jobs_with_their_crews() -> None:
    """A crew nearer by a minute gets the job, unless changing costs more than the minute."""
    for change_cost, owner in ((0.0, 1), (2.0 * MINUTE, 0)):
        puzzle = problem(jobs([9], held_by=[0], change_cost=[change_cost]), shifts([7, 10]))
        routes = ruin_and_recreate(puzzle, looks(5)).routes
        assert routes[owner] == (0,)


def test_a_price_on_the_next_job_keeps_it() -> None:
    """The job behind the crew comes first only where telling it otherwise costs less than the detour."""
    for price, first in ((0.0, 1), (30.0 * MINUTE, 0)):
        duty = shifts([5], next_job=[0], next_change_cost=[price])
        routes = ruin_and_recreate(problem(jobs([1, 6]), duty), looks(20)).routes
        assert routes[0][0] == first


def test_an_idle_crew_far_away_goes_where_all_crews_near_are_at_work() -> None:
    """Twenty crews at the job's place are at work for an hour, one at the end of the street is idle."""
    duty = shifts([5] * 20 + [19], start_s=[60 * MINUTE] * 20 + [0])
    found = ruin_and_recreate(problem(jobs([5], wait_cost=[1.0]), duty), looks(20))
    assert found.routes == ((),) * 20 + ((0,),)


def test_pinned_jobs_are_with_their_crew_on_any_of_its_days() -> None:
    """The crew works on two days; the job waits for it though another one is near."""
    duty = shifts([0, 0, 9], crew=[0, 0, 1], start_s=[0, 86_400, 0], end_s=[600, 90_000, 90_000])
    routes = ruin_and_recreate(problem(jobs([9], pinned_to=[0]), duty), looks(5)).routes
    assert routes == ((), (0,), ())


def test_impossible_jobs_stay_out_of_the_plan() -> None:
    """An empty window, a skill that nobody has, a crew that does not exist: no crash, no false plan."""
    work = jobs(
        [1, 2, 3],
        earliest_s=[100, 0, 0],
        latest_s=[50, 10**6, 10**6],
        needs=[[False], [True], [False]],
        pinned_to=[NOBODY, NOBODY, 7],
    )
    puzzle = problem(work, shifts([0], has=[[False]]))
    assert unassigned(puzzle, ruin_and_recreate(puzzle, looks(5)).routes) == [0, 1, 2]
