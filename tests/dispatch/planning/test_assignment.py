"""Both ways of choosing crews, against brute force, scipy and arithmetic."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from equipage.dispatch.planning import assignment
from equipage.dispatch.planning.assignment import NOBODY, nearest, optimal

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

INF = np.inf
FREE = np.zeros(2)


def served(crew_of: Ints, rank: Ints) -> list[int]:
    """Return the sorted ranks of the jobs that got a crew."""
    return sorted(rank[crew_of != NOBODY].tolist())


def total(cost: Array, leave_cost: Array, crew_of: Ints) -> float:
    """Return the cost of an answer, jobs left without a crew included."""
    pairs = enumerate(crew_of.tolist())
    return float(sum(leave_cost[job] if crew == NOBODY else cost[job, crew] for job, crew in pairs))


def brute_force(cost: Array, leave_cost: Array, rank: Ints) -> tuple[int, list[int], float]:
    """Return what the best answer of all serves and costs: most jobs, lowest ranks, least cost."""
    best: tuple[int, list[int], float] = (1, [], 0.0)
    for answer in product(range(-1, cost.shape[1]), repeat=len(cost)):
        given_crews = [crew for crew in answer if crew != NOBODY]
        if len(set(given_crews)) < len(given_crews):
            continue
        crew_of = np.array(answer)
        price = total(cost, leave_cost, crew_of)
        if np.isfinite(price):
            key = (-len(given_crews), served(crew_of, rank), price)
            best = min(best, key)
    return best


def instance(seed: int, jobs: int, crews: int, *, forbidden: float = 0.3) -> tuple[Array, Array, Ints]:
    """Return random costs, costs of leaving and ranks, whole numbers so that sums are exact."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 1000, (jobs, crews)).astype(float)
    cost[rng.random((jobs, crews)) < forbidden] = INF
    return cost, rng.integers(0, 3000, jobs).astype(float), rng.integers(0, 4, jobs)


def test_one_after_the_other_takes_the_nearest_free_crew() -> None:
    """The first job takes its nearest crew, the second has to make do with the other one."""
    seconds = np.array([[60.0, 100.0], [50.0, 300.0]])
    assert nearest(seconds, np.array([0, 1])).tolist() == [0, 1]
    assert nearest(seconds, np.array([1, 0])).tolist() == [1, 0]


def test_nearest_goes_to_the_lower_column_on_a_tie_and_to_nobody_when_all_are_gone() -> None:
    """Equal distances are decided by the order of the crews, and the last job gets none."""
    seconds = np.array([[60.0, 60.0], [60.0, 60.0], [60.0, 60.0]])
    assert nearest(seconds, np.array([0, 1, 2])).tolist() == [0, 1, NOBODY]


def test_nearest_never_sends_a_crew_that_must_not_go() -> None:
    """A forbidden pair stays empty even when the crew has nothing else to do."""
    assert nearest(np.array([[INF]]), np.array([0])).tolist() == [NOBODY]


def best_of(cost: Array, leave_cost: Array, rank: Ints) -> Ints:
    """Return the best crew of each job where all costs are at hand."""
    return optimal(cost.__getitem__, leave_cost, rank, crews=cost.shape[1])


def test_together_beats_one_after_the_other() -> None:
    """Greedy sends A to j1 (60 s) and B must take j2 (600 s): 660 s; swapped it is 90 + 120 = 210 s."""
    cost = np.array([[60.0, 90.0], [120.0, 600.0]])
    greedy = nearest(cost, np.array([0, 1]))
    best = best_of(cost, np.array([7200.0, 7200.0]), np.array([0, 0]))
    assert greedy.tolist() == [0, 1]
    assert total(cost, FREE, greedy) == 660
    assert best.tolist() == [1, 0]
    assert total(cost, FREE, best) == 210


def test_two_jobs_served_are_better_than_one_however_far() -> None:
    """A could serve j1 in a second, but then nobody could serve j2: both are served, for 1 + 9,999 s."""
    cost = np.array([[1.0, 9999.0], [1.0, INF]])
    assert best_of(cost, np.array([0.0, 0.0]), np.array([0, 0])).tolist() == [1, 0]


def test_the_more_urgent_job_is_served_when_only_one_can_be() -> None:
    """One crew, an urgent job 5,000 s away and a minor one next door: the urgent one gets it."""
    cost = np.array([[1.0], [5000.0]])
    assert best_of(cost, np.array([7200.0, 7200.0]), np.array([1, 0])).tolist() == [NOBODY, 0]


def test_among_equals_the_one_that_loses_most_by_waiting_is_served() -> None:
    """Serving j1 saves 7,200 - 700 s, serving j2 8,000 - 1,000 s: j2 has more to lose."""
    cost = np.array([[700.0], [1000.0]])
    assert best_of(cost, np.array([7200.0, 8000.0]), np.array([0, 0])).tolist() == [NOBODY, 0]


@pytest.mark.parametrize("seed", range(200))
def test_optimal_equals_brute_force_on_small_instances(seed: int) -> None:
    """Of all ways to give up to four jobs to up to four crews none is better in number, urgency or cost."""
    jobs, crews = 1 + seed % 4, 1 + seed // 4 % 4
    cost, leave_cost, rank = instance(seed, jobs, crews)
    crew_of = best_of(cost, leave_cost, rank)
    found = (-int((crew_of != NOBODY).sum()), served(crew_of, rank), total(cost, leave_cost, crew_of))
    assert found == brute_force(cost, leave_cost, rank)


@pytest.mark.parametrize(("jobs", "crews"), [(60, 60), (200, 40), (40, 200), (120, 90)])
@pytest.mark.parametrize("seed", range(5))
def test_optimal_equals_a_dense_assignment_by_scipy(jobs: int, crews: int, seed: int) -> None:
    """The sparse flow, proved and completed by prices, costs exactly what scipy's dense one costs."""
    cost, leave_cost, rank = instance(seed, jobs, crews, forbidden=0.5)
    gain = assignment._gains(cost, leave_cost, rank)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    crew_of = best_of(cost, leave_cost, rank)
    jobs_served = np.flatnonzero(crew_of != NOBODY)
    assert gain[jobs_served, crew_of[jobs_served]].sum() == gain[rows, columns].sum()


def test_ranks_behind_those_that_take_every_crew_are_served_where_these_leave_one() -> None:
    """Of two crews the only one that may do urgent jobs takes one of them, and the minor job the other."""
    cost = np.array([[60.0, INF], [90.0, INF], [INF, 5.0]])
    assert best_of(cost, np.full(3, 7200.0), np.array([0, 0, 5])).tolist() == [0, NOBODY, 1]


def test_jobs_that_share_their_nearest_crews_do_not_stay_without_one() -> None:
    """Forty jobs at one place have the same sixteen nearest crews; all forty are served all the same."""
    cost = np.tile(np.arange(40.0) * 60, (40, 1))
    crew_of = best_of(cost, np.full(40, 7200.0), np.zeros(40, dtype=int))
    assert sorted(crew_of.tolist()) == list(range(40))


def test_a_job_overdue_by_a_century_does_not_overflow() -> None:
    """Costs count from the cost of leaving the job, so that even absurd lateness can be solved."""
    overdue = 32.0 * 3.2e9
    cost = np.array([[overdue + 8 * 600, overdue + 8 * 60], [8 * 60.0, 8 * 6000.0]])
    assert best_of(cost, np.array([overdue + 8 * 7200, 8 * 7200.0]), np.array([0, 0])).tolist() == [1, 0]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (3, 3)])
def test_nothing_to_choose_from_is_answered_with_nobody(shape: tuple[int, int]) -> None:
    """No jobs, no crews, or no allowed pair: everybody who is there is left."""
    cost = np.full(shape, INF)
    expected = [NOBODY] * shape[0]
    assert best_of(cost, np.zeros(shape[0]), np.zeros(shape[0], dtype=int)).tolist() == expected
    assert nearest(cost, np.arange(shape[0])).tolist() == expected


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_rows_changes_no_cost(seed: int) -> None:
    """Shuffled jobs are served as well as before."""
    cost, leave_cost, rank = instance(seed, 12, 8)
    shuffled = np.random.default_rng(seed).permutation(12)
    before = best_of(cost, leave_cost, rank)
    after = best_of(cost[shuffled], leave_cost[shuffled], rank[shuffled])
    assert served(before, rank) == served(after, rank[shuffled])
    assert total(cost, leave_cost, before) == total(cost[shuffled], leave_cost[shuffled], after)


def test_greedy_is_never_better_than_optimal() -> None:
    """On fifty instances, whichever of 24 orders greedy takes, it serves no more and costs no less."""
    for seed in range(50):
        cost, leave_cost, rank = instance(seed, 4, 4)
        rank[:] = 0
        best = best_of(cost, leave_cost, rank)
        for order in permutations(range(4)):
            greedy = nearest(cost, np.array(order))
            more_served = (best != NOBODY).sum() > (greedy != NOBODY).sum()
            assert more_served or total(cost, leave_cost, best) <= total(cost, leave_cost, greedy)
