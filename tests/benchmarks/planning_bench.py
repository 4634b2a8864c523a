"""What all rows of the planning table share: our engine, the peers, the same budget and the same judge."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
from scipy import stats

from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.ruin_recreate import Solution, ruin_and_recreate
from equipage.dispatch.solver.schedule import Routes, cost_of
from equipage.dispatch.solver.violations import violations
from tests.benchmarks.peers.client import Peers

LEAST_SHARE = 0.95
"""A peer that measures its budget by the clock is asked again for longer, if it had less of the processor."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is asked: reports, crews, budgets in the processor's seconds, and how often."""

    seeds: tuple[int, ...]
    budget_s: float
    replan_s: float
    reports: int
    crews: int
    new_reports: int
    lost_crews: int
    large: tuple[int, int]
    large_s: float


FULL = Sizes((1, 2, 3, 4, 5), 5.0, 1.0, 500, 50, 25, 2, (5000, 500), 30.0)
QUICK = Sizes((1,), 1.0, 1.0, 500, 50, 25, 2, (0, 0), 0.0)


@dataclass(slots=True)
class Bench:
    """Ours and the peers; it takes down how much of its budget each run took, and of the processor."""

    peers: Peers
    sizes: Sizes
    overrun: dict[str, list[float]] = field(default_factory=dict)
    share: dict[str, list[float]] = field(default_factory=dict)

    def ours(self, problem: Problem, budget_s: float, seed: int, initial: Routes = ()) -> Solution:
        """Return our plan."""
        processor, clock = time.process_time(), time.perf_counter()
        found = ruin_and_recreate(problem, budget(budget_s), seed=seed, initial=initial)
        seconds, wall_s = time.process_time() - processor, time.perf_counter() - clock
        self._take_down("Équipage", seconds, wall_s, budget_s)
        return found

    def theirs(self, peer: str, problem: Problem, budget_s: float, seed: int, initial: Routes = ()) -> Routes:
        """Return a peer's plan."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "problem.npz"
            _write(file, problem)
            asked = {"peer": peer, "file": str(file), "seed": seed, "initial": initial}
            answer = self.peers.ask("plan", budget_s=budget_s, **asked)
            share = answer["seconds"] / answer["wall_s"]
            if peer != "PyVRP" and share < LEAST_SHARE:
                answer = self.peers.ask("plan", budget_s=budget_s / share, **asked)
        self._take_down(peer, answer["seconds"], answer["wall_s"], budget_s)
        routes: Routes = answer["routes"]
        return routes

    def _take_down(self, who: str, seconds: float, wall_s: float, budget_s: float) -> None:
        self.overrun.setdefault(who, []).append(seconds / budget_s - 1.0)
        self.share.setdefault(who, []).append(seconds / wall_s)


def budget(seconds: float) -> Callable[[], float]:
    """Return what tells the share that is spent of so many seconds of the processor."""
    begun = time.process_time()
    return lambda: (time.process_time() - begun) / seconds


def insertion(problem: Problem, initial: Routes = ()) -> Routes:
    """Return a plan made by our insertion alone: what can be kept of an initial one, and then the rest."""
    return ruin_and_recreate(problem, lambda: 1.0, initial=initial).routes


def sound_cost(problem: Problem, routes: Routes) -> float:
    """Return what a plan costs by the schedule, having it checked first.

    Raises
    ------
    SystemExit
        Where the checker finds something.
    """
    found = violations(problem, routes)
    if found:
        raise SystemExit(f"{len(found)} violations, the first: {found[0]}")
    return cost_of(problem, routes).total


def spread(values: Sequence[float]) -> str:
    """Return a mean and half the width of its 95 % interval by Student's t, where there are two or more."""
    mean = f"{np.mean(values):.3f}"
    if len(values) == 1:
        return f"{mean} (one seed)"
    half = float(stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return f"{mean} ± {half:.3f}"


def _write(file: Path, problem: Problem) -> None:
    """Write what peers are told; they have one kind of vehicle and no breaks."""
    owners = (problem.jobs, problem.shifts)
    told = {each.name: getattr(owner, each.name) for owner in owners for each in fields(owner)}
    told.pop("fixed")
    np.savez(file, travel_s=problem.travel_s[0], **told)
