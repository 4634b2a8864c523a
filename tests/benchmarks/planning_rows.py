"""The rows of the planning table."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from equipage.dispatch.cost import CHANGE_S, NEXT_CHANGE_COST
from equipage.dispatch.solver.problem import NOBODY, Problem
from equipage.dispatch.solver.schedule import Routes, cost_of
from tests.benchmarks.planning_bench import Bench, insertion, sound_cost, spread
from tests.benchmarks.planning_instances import (
    DROP_COST,
    city,
    published,
    read_vrptw,
    without_skills_and_deadlines,
)
from tests.benchmarks.routing_bench import Row

RIVALS = ("PyVRP", "VROOM", "OR-Tools")


def published_rows(bench: Bench) -> Iterator[Row]:
    """Yield how far from the best known each is on published instances with windows."""
    gaps: dict[str, list[float]] = {who: [] for who in ("Équipage", *RIVALS)}
    budget_s = bench.sizes.budget_s
    for seed in bench.sizes.seeds:
        gap: dict[str, list[float]] = {who: [] for who in gaps}
        for name, (file, best) in published().items():
            problem = read_vrptw(file)
            plans: dict[str, Routes] = {"Équipage": bench.ours(problem, budget_s, seed).routes}
            plans |= {peer: bench.theirs(peer, problem, budget_s, seed) for peer in RIVALS}
            for who, routes in plans.items():
                gap[who].append((sound_cost(problem, routes) / 10.0 / best - 1.0) * 100.0)
            print(
                f"  {name}, seed {seed}: {_told({who: each[-1] for who, each in gap.items()})}",
                file=sys.stderr,
            )
        for who, each in gap.items():
            gaps[who].append(float(np.mean(each)))
    for who, each in gaps.items():
        wanted = ("1.5", "0.7") if who == "Équipage" else ("", "")
        yield Row(f"gap to best known, 7 VRPTW, {budget_s:g} s, %: {who}", *wanted, spread(each))


def soft_rows(bench: Bench) -> Iterator[Row]:
    """Yield the best rival's cost over ours with skills and due times."""
    sizes = bench.sizes
    figure = f"{sizes.reports} x {sizes.crews} with soft due times, {sizes.budget_s:g} s: best rival / ours"
    ratios = [
        _best_rival(bench, city(sizes.reports, sizes.crews, seed), sizes.budget_s, seed, RIVALS)
        for seed in sizes.seeds
    ]
    yield Row(figure, "1.2", "1.4", spread(ratios))


def plain_rows(bench: Bench) -> Iterator[Row]:
    """Yield our cost over PyVRP's where both know everything."""
    sizes, ratios = bench.sizes, []
    for seed in sizes.seeds:
        problem = without_skills_and_deadlines(city(sizes.reports, sizes.crews, seed))
        ours = sound_cost(problem, bench.ours(problem, sizes.budget_s, seed).routes)
        theirs = insertion(problem, bench.theirs("PyVRP", problem, sizes.budget_s, seed))
        ratios.append(ours / sound_cost(problem, theirs))
    yield Row("the same without skills and due times: ours / PyVRP's", "1.03", "0.98", spread(ratios))


def large_rows(bench: Bench) -> Iterator[Row]:
    """Yield the best rival's cost over ours in a big city; PyVRP would need too many sets of roads."""
    (reports, crews), budget_s = bench.sizes.large, bench.sizes.large_s
    if reports:
        ratios = [
            _best_rival(bench, city(reports, crews, seed), budget_s, seed, ("VROOM", "OR-Tools"))
            for seed in bench.sizes.seeds
        ]
        yield Row(f"{reports} x {crews}, {budget_s:g} s: best rival / ours", "1.0", "1.2", spread(ratios))


def _best_rival(bench: Bench, problem: Problem, budget_s: float, seed: int, rivals: tuple[str, ...]) -> float:
    """Return what the best rival's plan costs, once our insertion has repaired it, over what ours does."""
    costs = {"Équipage": sound_cost(problem, bench.ours(problem, budget_s, seed).routes)}
    begun = insertion(problem)
    for peer in rivals:
        routes = bench.theirs(peer, problem, budget_s, seed, begun if peer == "OR-Tools" else ())
        costs[peer] = sound_cost(problem, insertion(problem, routes))
    print(f"  seed {seed}: {_told(costs)}", file=sys.stderr, flush=True)
    return min(costs[peer] for peer in rivals) / costs["Équipage"]


@dataclass(frozen=True, slots=True)
class Disruption:
    """A plan, and what is to be planned when reports have come and crews are lost.

    Parameters
    ----------
    before : Routes
        The plan of the crews that are left.
    problem : Problem
        With the prices of changing that plan.
    known : int
        How many of the reports, the first ones, are in it.
    """

    before: Routes
    problem: Problem
    known: int

    @classmethod
    def of(cls, bench: Bench, seed: int) -> Disruption:
        """Return the last crews lost and the last reports new, the others planned by us from nothing."""
        sizes = bench.sizes
        after = city(sizes.reports + sizes.new_reports, sizes.crews, seed)
        known = sizes.reports
        plan = bench.ours(_first(after, known, sizes.crews), sizes.budget_s, seed).routes
        before = plan[: sizes.crews - sizes.lost_crews]
        left = _first(after, len(after.jobs), len(before))
        held_by = np.full(len(after.jobs), NOBODY)
        for shift, stops in enumerate(before):
            held_by[list(stops)] = shift
        told = np.array([stops[0] if stops else NOBODY for stops in before])
        priced = replace(
            left,
            jobs=replace(left.jobs, held_by=held_by, change_cost=np.full(len(held_by), CHANGE_S)),
            shifts=replace(left.shifts, next_job=told, next_change_cost=np.full(len(told), NEXT_CHANGE_COST)),
        )
        return cls(before, priced, known)

    def work_cost(self, routes: Routes) -> float:
        """Return what a sound plan costs but for the prices of changing."""
        sound_cost(self.problem, routes)
        cost = cost_of(self.problem, routes)
        return cost.total - cost.crew_changes - cost.next_changes

    def changing_crew(self, routes: Routes) -> float:
        """Return the share of jobs of crews that are left which these do not have any more."""
        pairs = [job in now for was, now in zip(self.before, map(set, routes), strict=True) for job in was]
        return 1.0 - float(np.mean(pairs))

    def changing_next(self, routes: Routes) -> float:
        """Return the share of crews left whose next stop changes, but for a new and most urgent report."""
        urgent = self.problem.jobs.drop_cost == DROP_COST[0]
        changes = [
            (not now or now[0] != was[0])
            for was, now in zip(self.before, routes, strict=True)
            if was and not (now and now[0] >= self.known and urgent[now[0]])
        ]
        return float(np.mean(changes))


def replan_rows(bench: Bench) -> Iterator[Row]:
    """Yield what a replan from the plan before costs beside one from nothing, and how much it changes."""
    sizes, costs, crews, nexts = bench.sizes, [], [], []
    for seed in sizes.seeds:
        disruption = Disruption.of(bench, seed)
        problem = disruption.problem
        warm = bench.ours(problem, sizes.replan_s, seed, disruption.before).routes
        cold = bench.ours(_unpriced(problem), sizes.budget_s, seed).routes
        costs.append(disruption.work_cost(warm) / disruption.work_cost(cold))
        crews.append(disruption.changing_crew(warm) * 100.0)
        nexts.append(disruption.changing_next(warm) * 100.0)
    asked = f"replan in {sizes.replan_s:g} s, {sizes.new_reports} new, {sizes.lost_crews} crews lost"
    yield Row(f"{asked}: cost / own cold {sizes.budget_s:g} s", "1.15", "1.08", spread(costs))
    yield Row(f"{asked}: jobs changing crew, %", "10", "5", spread(crews))
    yield Row(f"{asked}: crews changing next stop, %", "8", "3", spread(nexts))


def overrun_rows(bench: Bench) -> Iterator[Row]:
    """Yield by how much each has overrun its budget at worst, and the least share of the processor it had."""
    for who, overrun in bench.overrun.items():
        wanted = ("5", "1") if who == "Équipage" else ("", "")
        measured = f"{max(overrun) * 100:.1f} (share of the processor {min(bench.share[who]):.2f} or more)"
        yield Row(f"overrun of the budget at worst, %: {who}", *wanted, measured)


def _first(problem: Problem, jobs: int, crews: int) -> Problem:
    """Return a problem of a city with the first of its jobs and crews only."""
    per_crew = (
        *("crew", "start_place", "end_place", "start_s", "end_s", "travel", "capacity", "has"),
        *("fixed", "next_job", "next_change_cost"),
    )
    work = {name: getattr(problem.jobs, name)[:jobs] for name in problem.jobs.__slots__}
    duty = {name: getattr(problem.shifts, name)[:crews] for name in per_crew}
    duty["break_first"] = problem.shifts.break_first[: crews + 1]
    return replace(
        problem,
        jobs=replace(problem.jobs, **work),
        shifts=replace(problem.shifts, **duty),
        barred=problem.barred[:jobs, :crews],
    )


def _unpriced(problem: Problem) -> Problem:
    """Return the same where changing costs nothing."""
    return replace(
        problem,
        jobs=replace(problem.jobs, change_cost=np.zeros(len(problem.jobs))),
        shifts=replace(problem.shifts, next_change_cost=np.zeros(len(problem.shifts))),
    )


def _told(values: dict[str, float]) -> str:
    return ", ".join(f"{who} {value:,.2f}" for who, value in values.items())
