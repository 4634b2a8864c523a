"""All engines behind one door: sound plans, the schedule's costs, budgets, and the exact one as judge."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from equipage.dispatch.solver import engines
from equipage.dispatch.solver.budget import ROUNDS, Budget, looks
from equipage.dispatch.solver.engines import MissingEngineError, UnknownEngineError, engine, installed
from equipage.dispatch.solver.exact import TooLargeError, exact
from equipage.dispatch.solver.problem import FOREVER_S, NOBODY, Problem
from equipage.dispatch.solver.repair import repaired
from equipage.dispatch.solver.schedule import cost_of
from tests.dispatch.solver.problems import MINUTE, jobs, problem, problems, shifts
from tests.dispatch.solver.test_ruin_recreate import sound

every_engine = pytest.mark.parametrize("name", installed())


def on_the_wall(seconds: float) -> Budget:
    """Return a budget of seconds on the wall from now."""
    begin = time.perf_counter()
    return Budget(seconds=seconds, spent=lambda: (time.perf_counter() - begin) / seconds)


def of_looks(count: int, seconds: float) -> Budget:
    """Return a budget that is spent after so many looks at it."""
    seen = itertools.count()
    return Budget(seconds=seconds, spent=lambda: next(seen) / count)


@pytest.mark.parametrize("count", [0, 1, 60, 200, 201, 220])
def test_a_budget_of_looks_is_so_many_rounds(count: int) -> None:
    """Twice as many looks are twice as many rounds, however many."""
    assert engine("own")(city(12, 4), looks(count)).rounds == ROUNDS * count


def city(count: int, crews: int, seed: int = 1) -> Problem:
    """Return jobs of three priorities in a city, for crews with a break, half of the skills and refusals."""
    random = np.random.default_rng(seed)
    points = random.random((count + crews, 2)) * 15_000
    away_m = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    priority = random.choice(3, count, p=[0.1, 0.3, 0.6])
    work = jobs(
        list(range(count)),
        service_s=random.integers(600, 2700, count),
        due_s=np.where(priority == 2, FOREVER_S, random.integers(0, 6 * 3600, count)),
        wait_cost=np.array([1.0, 0.2, 0.0])[priority],
        late_cost=np.array([10.0, 1.0, 0.0])[priority],
        drop_cost=np.array([3e5, 6e4, 1.5e4])[priority],
        needs=random.random((count, 4)) < 0.2,
        held_by=random.integers(NOBODY, crews, count),
        change_cost=np.full(count, 60.0),
    )
    duty = shifts(
        list(range(count, count + crews)),
        end_s=np.full(crews, 8 * 3600),
        has=random.random((crews, 4)) < 0.5,
        break_first=np.arange(crews + 1),
        break_earliest_s=np.full(crews, 3 * 3600),
        break_latest_s=np.full(crews, 5 * 3600),
        break_s=np.full(crews, 45 * MINUTE),
    )
    travel_s = (away_m / 5.5).astype(np.int32)[None]
    return problem(work, duty, travel_s=travel_s, barred=random.random((count, crews)) < 0.05)


def solutions(problem: Problem) -> Iterator[list[list[int]]]:
    """Yield every way to do any of the jobs in any order."""
    count, width = len(problem.jobs), len(problem.shifts)
    for owners in itertools.product(range(-1, width), repeat=count):
        mine = [[job for job in range(count) if owners[job] == shift] for shift in range(width)]
        yield from (list(map(list, way)) for way in itertools.product(*map(itertools.permutations, mine)))


@every_engine
@settings(max_examples=40)
@given(puzzle=problems(most_jobs=5, most_shifts=2), seed=st.integers(0, 1000))
def test_plans_are_sound_and_cost_what_the_schedule_says(name: str, puzzle: Problem, seed: int) -> None:
    """Only what fixed stops break by themselves is broken, and the cost is `cost_of`'s."""
    found = engine(name)(puzzle, of_looks(10, 0.2), seed=seed)
    assert sound(puzzle, found.routes)
    assert found.cost == pytest.approx(cost_of(puzzle, found.routes).total)


@every_engine
@settings(max_examples=30)
@given(puzzle=problems(most_jobs=5, most_shifts=2))
def test_a_plan_to_begin_with_never_gets_worse(name: str, puzzle: Problem) -> None:
    """Whatever an engine cannot express, it gives back no worse plan than it was given."""
    before = repaired(puzzle)
    after = engine(name)(puzzle, of_looks(5, 0.1), initial=before.routes)
    assert after.cost <= before.cost + 1e-6


@settings(max_examples=25)
@given(puzzle=problems(most_jobs=4, most_shifts=2))
def test_the_exact_engine_finds_the_best_of_all_plans(puzzle: Problem) -> None:
    """Every way to do up to four jobs by two shifts is tried; none that breaks nothing more is cheaper."""
    least = min(cost_of(puzzle, routes).total for routes in solutions(puzzle) if sound(puzzle, routes))
    best = exact(puzzle, Budget(seconds=60.0, spent=lambda: 0.0))
    assert best.cost == pytest.approx(least, abs=0.01)


@settings(max_examples=20)
@given(puzzle=problems(most_jobs=5, most_shifts=3))
def test_no_engine_finds_anything_cheaper_than_the_best(puzzle: Problem) -> None:
    """What the exact engine proves to be the least cost is that: no other engine goes below."""
    best = exact(puzzle, Budget(seconds=60.0, spent=lambda: 0.0))
    assert best.proved
    assert sound(puzzle, best.routes)
    for name in installed():
        assert engine(name)(puzzle, of_looks(8, 0.1)).cost >= best.cost - 0.01


@settings(max_examples=15)
@given(count=st.integers(1, 6), crews=st.integers(1, 3), seed=st.integers(0, 10_000))
@example(count=4, crews=3, seed=140)
@example(count=5, crews=2, seed=660)
def test_ours_finds_the_best_of_small_days(count: int, crews: int, seed: int) -> None:
    """Jobs in a plane, due times, skills, breaks, prices of change: what is proved best is found.

    In the first example two jobs must go together where either alone costs more, in the second one all that
    a crew has must go to another one at once.
    """
    puzzle = city(count, crews, seed)
    best = exact(puzzle, Budget(seconds=60.0, spent=lambda: 0.0))
    assert best.proved
    assert engine("own")(puzzle, looks(300)).cost == pytest.approx(best.cost, abs=0.01)


@pytest.mark.parametrize("name", ["own", "ortools"])
def test_search_finds_the_best_plan_of_a_small_day(name: str) -> None:
    """Seven jobs with due times, skills, breaks and prices of change: both find what is proved best."""
    puzzle = city(7, 2)
    best = exact(puzzle, Budget(seconds=60.0, spent=lambda: 0.0))
    assert best.proved
    assert engine(name)(puzzle, on_the_wall(0.5)).cost == pytest.approx(best.cost, abs=0.01)


def test_ortools_betters_the_insertion_it_begins_with() -> None:
    """A day of sixty jobs with breaks is allowed by the model as it is inserted, and gets cheaper."""
    puzzle = city(60, 6, seed=3)
    assert engine("ortools")(puzzle, on_the_wall(2.0)).cost < repaired(puzzle).cost


@pytest.mark.parametrize("name", ["own", "ortools"])
def test_a_price_on_changes_keeps_jobs_with_their_crews(name: str) -> None:
    """A crew nearer by a minute gets the job, unless changing costs more than the minute."""
    for change_cost, owner in ((0.0, 1), (2.0 * MINUTE, 0)):
        puzzle = problem(jobs([9], held_by=[0], change_cost=[change_cost]), shifts([7, 10]))
        assert engine(name)(puzzle, of_looks(5, 0.1)).routes[owner] == (0,)


@pytest.mark.parametrize("name", ["own", "ortools"])
def test_a_price_on_the_next_job_keeps_it(name: str) -> None:
    """The job behind the crew comes first only where telling it otherwise costs less than the detour."""
    for price, first in ((0.0, 1), (30.0 * MINUTE, 0)):
        duty = shifts([5], next_job=[0], next_change_cost=[price])
        puzzle = problem(jobs([1, 6]), duty)
        assert engine(name)(puzzle, on_the_wall(0.1)).routes[0][0] == first


@pytest.mark.parametrize("name", ["own", "ortools"])
def test_who_waits_at_the_higher_price_is_first(name: str) -> None:
    """Nobody is late: the order that is driven six minutes longer saves twelve of waiting, or costs more."""
    for prices, first in (((1.0, 1.0), 0), ((1.0, 3.0), 1)):
        puzzle = problem(jobs([4, 12], wait_cost=prices), shifts([5]))
        assert engine(name)(puzzle, on_the_wall(0.1)).routes[0][0] == first


@pytest.mark.parametrize("name", sorted({"own", "ortools", "pyvrp"} & {*installed()}))
def test_budgets_are_not_overrun(name: str) -> None:
    """A second for two hundred jobs takes that and a twentieth at most, by the best of three tries."""
    puzzle = city(200, 20)
    engine(name)(puzzle, on_the_wall(0.2))
    taken = []
    for _ in range(3):
        begin = time.perf_counter()
        engine(name)(puzzle, on_the_wall(1.0))
        taken.append(time.perf_counter() - begin)
    assert min(taken) <= 1.05


def test_exact_says_when_it_has_not_proved_its_plan() -> None:
    """Twelve looks at the budget are too few for all orders of six jobs; insertion is no better."""
    puzzle = city(6, 2)
    found = exact(puzzle, of_looks(12, 60.0))
    assert not found.proved
    assert found.cost <= repaired(puzzle).cost


def test_exact_refuses_what_is_too_large() -> None:
    """Nine jobs have too many orders, and so have four shifts; the message names both."""
    with pytest.raises(TooLargeError, match="9 jobs and 4 shifts are too many for the exact engine"):
        exact(city(9, 4), on_the_wall(1.0))


@every_engine
def test_no_shift_and_no_job_make_an_empty_plan(name: str) -> None:
    """Nobody to work, nothing to do: no crash."""
    nobody = engine(name)(problem(jobs([1, 2]), shifts([])), of_looks(9, 0.1))
    nothing = engine(name)(problem(jobs([]), shifts([0])), of_looks(9, 0.1))
    assert (nobody.routes, nobody.cost) == ((), 2e6)
    assert (nothing.routes, nothing.cost) == (((),), 0.0)


def test_an_unknown_engine_is_refused_with_those_there_are() -> None:
    """A typing mistake is answered with the names."""
    known = "own, ortools, exact, pyvrp, vroom"
    with pytest.raises(UnknownEngineError, match=f"No engine 'ortool': there are {known}$"):
        engine("ortool")


def test_an_engine_that_is_not_installed_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has the package without extras is told what to install, and what works without."""
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)
    told = r"pip install 'equipage\[engines\]', or use one of own, ortools, exact$"
    with pytest.raises(MissingEngineError, match=f"The engine 'vroom' is not installed: {told}"):
        engine("vroom")


@pytest.mark.parametrize("name", sorted({"pyvrp", "vroom"} & {*installed()}))
def test_optional_engines_better_insertion_by_themselves(name: str) -> None:
    """Thirty jobs in no hurry, some pinned, one fixed, are planned for less than they are inserted."""
    work = jobs(
        list(range(30)),
        service_s=np.full(30, 5 * MINUTE),
        setup_s=np.full(30, MINUTE),
        pinned_to=[2] * 5 + [NOBODY] * 25,
    )
    duty = shifts([31, 32, 33], fixed=((7,), (), ()), end_s=np.full(3, 8 * 3600))
    random = np.random.default_rng(6)
    puzzle = problem(work, duty, travel_s=random.integers(60, 2400, (1, 34, 34)).astype(np.int32))
    found = engine(name)(puzzle, on_the_wall(1.0))
    assert sound(puzzle, found.routes)
    assert found.cost < 0.99 * repaired(puzzle).cost
