"""The instant layer in a flood: how long its answer takes, and how good it is beside scipy's dense optimum.

An answer is `decide` from a situation and travel times that are at hand as tables, to the crews' new jobs,
the reason for every job left out and everybody's visits: reading the database and searching ways are not in
it. Beside it scipy's `linear_sum_assignment` has the very costs that the planner weighs, as one dense matrix;
it knows no reasons. Milliseconds are the processor's; by the clock it is as many where nobody else computes.
`QUICK=1` takes fewer. Run by `make bench-instant`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from unittest import mock

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from equipage.dispatch.planning import assignment, choosing
from equipage.dispatch.planning.assignment import NOBODY, optimal
from equipage.dispatch.planning.planner import decide
from equipage.dispatch.planning.suggest import suggest
from equipage.dispatch.situation import Situation
from tests.benchmarks.bench_routing import show
from tests.benchmarks.routing_bench import Row
from tests.dispatch.floods import AtHand, a_flood
from tests.dispatch.worlds import StraightRoads

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is asked, and how often."""

    reports: int
    crews: int
    seeds: tuple[int, ...]
    answers: int


FULL = Sizes(2000, 500, (1, 2, 3, 4, 5), 40)
QUICK = Sizes(2000, 500, (1,), 20)


@dataclass(frozen=True, slots=True)
class Took:
    """What some answers took: milliseconds of the processor, and the least share of it that they had."""

    spent_ms: Array
    share: float

    @classmethod
    def by(cls, answer: Callable[[], object], times: int) -> Took:
        """Return what an answer takes, asked so often after once unmeasured."""
        answer()
        spent_ms, begun = [], time.perf_counter()
        for _ in range(times):
            before = time.process_time()
            answer()
            spent_ms.append((time.process_time() - before) * 1e3)
        wall_ms = (time.perf_counter() - begun) * 1e3
        return cls(np.array(spent_ms), sum(spent_ms) / wall_ms)

    def __add__(self, other: Took) -> Took:
        """Return both together."""
        return Took(np.concatenate([self.spent_ms, other.spent_ms]), min(self.share, other.share))

    def __str__(self) -> str:
        """Return the half and the last hundredth, as a table tells them."""
        half, last = np.percentile(self.spent_ms, [50, 99])
        return f"{half:.1f} / {last:.1f} (share of the processor {self.share:.2f} or more)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the planner asks of `optimal` for a situation."""

    cost: Array
    leave_cost: Array
    rank: Ints
    crews: int

    @classmethod
    def of(cls, situation: Situation, times: AtHand) -> Asked:
        """Return it, taken down while the planner decides."""
        asked = []

        def keep(cost_of: Callable[[Ints], Array], leave_cost: Array, rank: Ints, *, crews: int) -> Ints:
            asked.append(cls(cost_of(np.arange(len(rank))), leave_cost, rank, crews))
            return optimal(cost_of, leave_cost, rank, crews=crews)

        with mock.patch.object(choosing, "optimal", side_effect=keep):
            decide(situation, times)
        return asked[-1]

    def dense(self) -> Ints:
        """Return scipy's answer over all pairs."""
        gain = assignment._gains(self.cost, self.leave_cost, self.rank)
        jobs, crews = linear_sum_assignment(gain, maximize=True)
        crew_of = np.full(len(self.cost), NOBODY)
        given = np.isfinite(self.cost[jobs, crews])
        crew_of[jobs[given]] = crews[given]
        return crew_of

    def sparse(self) -> Ints:
        """Return what our flow finds."""
        return optimal(self.cost.__getitem__, self.leave_cost, self.rank, crews=self.crews)

    def counted(self, crew_of: Ints) -> tuple[int, float]:
        """Return how many jobs an answer serves, and what it costs with the jobs that it leaves."""
        left = crew_of == NOBODY
        pairs = self.cost[np.flatnonzero(~left), crew_of[~left]]
        return int((~left).sum()), float(np.rint(pairs).sum() + np.rint(self.leave_cost[left]).sum())


def measured(sizes: Sizes) -> Iterator[Row]:
    """Yield every row."""
    asked_of = f"{sizes.reports:,} x {sizes.crews}"
    for kind, same_priority in (("", False), (", all of one priority", True)):
        floods = [_flood(sizes, seed, same_priority=same_priority) for seed in sizes.seeds]
        asked = [Asked.of(*flood) for flood in floods]
        whole = _took(sizes, [partial(decide, *flood) for flood in floods])
        sparse = _took(sizes, [each.sparse for each in asked])
        dense = _took(sizes, [each.dense for each in asked])
        yield Row(f"{asked_of}{kind}: answer with reasons, p50 / p99, ms", "100", "30", str(whole))
        yield Row(f"{asked_of}{kind}: the flow alone, p50 / p99, ms", "", "", str(sparse))
        yield Row(f"{asked_of}{kind}: scipy's dense optimum, p50 / p99, ms", "", "", str(dense))
        ratio = np.median(dense.spent_ms) / np.median(sparse.spent_ms)
        yield Row(f"{asked_of}{kind}: scipy's time / the flow's", "", "", f"{ratio:.2f}")
        yield Row(f"{asked_of}{kind}: cost / the dense optimum's", "1", "1", _quality(asked))
    one = _took(sizes, [_suggesting(sizes, seed) for seed in sizes.seeds])
    yield Row(f"suggestions, 1 x {sizes.crews}, p50 / p99, ms", "", "", str(one))


def _flood(sizes: Sizes, seed: int, *, same_priority: bool = False) -> tuple[Situation, AtHand]:
    world = a_flood(np.random.default_rng(seed), reports=sizes.reports, crews=sizes.crews)
    if same_priority:
        world.jobs = [replace(job, priority=3) for job in world.jobs]
    return world.situation(), AtHand(StraightRoads())


def _took(sizes: Sizes, answers: Sequence[Callable[[], object]]) -> Took:
    first, *others = (Took.by(answer, sizes.answers) for answer in answers)
    return sum(others, first)


def _suggesting(sizes: Sizes, seed: int) -> Callable[[], object]:
    situation, times = _flood(sizes, seed)
    job = next(iter(situation.jobs.values()))
    return partial(suggest, situation, times, job)


def _quality(asked: list[Asked]) -> str:
    """Return our cost over the dense one's, having made sure that both serve as many."""
    ratios = []
    for each in asked:
        (ours, cost), (theirs, best) = each.counted(each.sparse()), each.counted(each.dense())
        if ours != theirs:
            raise SystemExit(f"{ours} jobs served, where the dense optimum serves {theirs}")
        ratios.append(cost / best)
    return f"{max(ratios):.6f} at worst"


def main() -> None:
    """Print the table."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    show(["measured"], [list(measured(QUICK if os.environ.get("QUICK") else FULL))], "figure")


if __name__ == "__main__":
    main()
