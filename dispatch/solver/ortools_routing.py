"""OR-Tools' routing model over our problem: guided local search from our own insertion.

The model has windows, due times, skills, pins, refusals, fixed stops, rooms, kinds of vehicle, and the prices
of leaving jobs out, of other crews and of other next jobs as the schedule has them. Three things it says
otherwise, on the side of allowing more: a setup that may be spared (wrong by the setup at most, where a crew
waits at a place with several jobs), breaks, which it takes when it likes, on the way too, and not when the
schedule does, and the price of waiting, which it counts as if there were no breaks. What it finds is
repaired, and its cost is the schedule's. Where the model does not allow our insertion's plan to begin with,
as some breaks make it, or leaves nothing to search, that plan is the answer.

References
----------
Furnon, Perron: OR-Tools Routing Library. https://developers.google.com/optimization/routing
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.problem import FOREVER_S, NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.repair import cheapest, repaired
from equipage.dispatch.solver.ruin_recreate import Solution
from equipage.dispatch.solver.schedule import Routes
from equipage.dispatch.solver.violations import Broken, violations_of

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CENTI = 100
"""Costs are whole hundredths of a second in the model."""

LONG_S = 3600
"""A limit until a search is given its own."""

HORIZON_S = 8 * FOREVER_S
"""No moment of the model is later."""

SHARE_TO_GO_ON = 0.1
"""Which share of the budget must be left for another search: by the processor's seconds, it may be."""

SHARE_KEPT = 0.02
"""Which share of the budget is kept for repairing what is found."""


def ortools_routing(problem: Problem, budget: Budget, *, seed: int = 1, initial: Routes = ()) -> Solution:
    """Return the best plan that OR-Tools' guided local search finds within a budget.

    Parameters
    ----------
    problem : Problem
        What is known.
    budget : Budget
        How long it may take. OR-Tools counts on the wall; it searches again from what it has found while much
        of the budget is left.
    seed : int
        Of its solver's random numbers; guided local search hardly uses them.
    initial : sequence of sequences of int
        The plan to begin with; empty for none. What it lacks is inserted before the search.

    Returns
    -------
    Solution
        Without violations, but for those that the problem's fixed stops cause by themselves, and no worse
        than the plan to begin with.
    """
    best = repaired(problem, initial)
    if min(len(problem.jobs), len(problem.shifts)) == 0:
        return best
    search, share = _Search(problem, seed, best.routes), budget.spent()
    while share < 1.0 - SHARE_KEPT:
        routes = search.better(best.routes, budget)
        if routes is None:
            return best
        best = cheapest(best, repaired(problem, routes))
        before, share = share, budget.spent()
        if share > 1.0 - SHARE_TO_GO_ON or share == before:
            return best
    return best


class _Search:
    """A routing model, closed and ready."""

    def __init__(self, problem: Problem, seed: int, routes: Routes) -> None:
        form = _Form(problem, routes)
        shifts = len(problem.shifts)
        self._problem = problem
        self._manager = pywrapcp.RoutingIndexManager(
            form.nodes, shifts, form.starts.tolist(), form.ends.tolist()
        )
        self._model = pywrapcp.RoutingModel(self._manager)
        _add_costs(self._model, form)
        _add_times(self._model, self._manager, form)
        _add_waiting(self._model, self._manager, form)
        _add_loads(self._model, form)
        _add_jobs(self._model, self._manager, form)
        self._parameters = pywrapcp.DefaultRoutingSearchParameters()
        self._parameters.local_search_metaheuristic = (
            routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        )
        # A plan to begin with is completed within this limit; breaks of 50 crews take more than its 0.1 s.
        self._parameters.lns_time_limit.FromSeconds(LONG_S)
        self._parameters.time_limit.FromSeconds(LONG_S)
        # Before routes are read: else neither search nor limit is what was asked for (google/or-tools#1841).
        self._model.CloseModelWithParameters(self._parameters)
        self._model.solver().ReSeed(seed)

    def better(self, routes: Routes, budget: Budget) -> list[list[int]] | None:
        """Return better routes found within a budget; none where the model does not allow those given."""
        first = self._model.ReadAssignmentFromRoutes([list(stops) for stops in routes], True)
        if first is None:
            return None
        limit_s = budget.left_s() - SHARE_KEPT * budget.seconds
        self._parameters.time_limit.FromMilliseconds(max(1, int(1e3 * limit_s)))
        found = self._model.SolveFromAssignmentWithParameters(first, self._parameters)
        return None if found is None else [*self._routes(found)]

    def _routes(self, found: Any) -> Iterator[list[int]]:
        for shift in range(len(self._problem.shifts)):
            stops = []
            index = found.Value(self._model.NextVar(self._model.Start(shift)))
            while not self._model.IsEnd(index):
                stops.append(self._manager.IndexToNode(index))
                index = found.Value(self._model.NextVar(index))
            yield stops


class _Form:
    """A problem as nodes: jobs first, then the beginning and the end of each shift.

    Times count from `origin_s`, before which nothing begins and nothing is due.
    """

    def __init__(self, problem: Problem, routes: Routes) -> None:
        jobs, shifts = problem.jobs, problem.shifts
        n, r = len(jobs), len(shifts)
        self.problem = problem
        self.nodes = n + 2 * r
        self.starts, self.ends = n + np.arange(r), n + r + np.arange(r)
        self.origin_s = int(min(shifts.start_s.min(), jobs.due_s.min()))
        self.broken = [[*violations_of(problem, shift, shifts.fixed[shift])] for shift in range(r)]
        self.closed = [self._is_closed(shift, routes[shift]) for shift in range(r)]
        # Where another job is at the same place, setup belongs to the way there, as it may be spared.
        shared = np.bincount(jobs.place)[jobs.place] > 1
        self.spared_s = np.where(shared, jobs.setup_s, 0)
        self.work_s = jobs.service_s + jobs.setup_s - self.spared_s
        self.place = np.concatenate([jobs.place, shifts.start_place, np.maximum(shifts.end_place, 0)])
        self.kinds = np.unique(shifts.travel).tolist()

    def _is_closed(self, shift: int, stops: Sequence[int]) -> bool:
        """Tell whether a shift that has its fixed stops only takes no other, as they break something."""
        shifts = self.problem.shifts
        own = slice(shifts.break_first[shift], shifts.break_first[shift + 1])
        return len(stops) == len(shifts.fixed[shift]) and (
            any(each.what in _CLOSING for each in self.broken[shift])
            or bool(shifts.start_s[shift] > shifts.end_s[shift])
            or bool((shifts.break_latest_s[own] < shifts.start_s[shift]).any())
        )

    def travel_s(self, kind: int) -> Ints:
        """Return seconds of driving between nodes; none to the end of an idle or an open shift."""
        travel_s: Ints = self.problem.travel_s[kind][np.ix_(self.place, self.place)].astype(np.int64)
        travel_s[:, self.ends[self.problem.shifts.end_place == NOBODY]] = 0
        travel_s[np.ix_(self.starts, self.ends)] = 0
        return travel_s

    def prices(self, kind: int) -> Ints:
        """Return what each way costs: driving, and another next job than the crew was told."""
        shifts = self.problem.shifts
        prices = CENTI * self.travel_s(kind)
        for shift in np.flatnonzero(shifts.next_job != NOBODY).tolist():
            told = prices[self.starts[shift], shifts.next_job[shift]]
            prices[self.starts[shift]] += round(CENTI * float(shifts.next_change_cost[shift]))
            prices[self.starts[shift], shifts.next_job[shift]] = told
        return prices

    def seconds(self, kind: int) -> Ints:
        """Return seconds from the beginning of work to that of the next."""
        n = len(self.work_s)
        travel_s = self.travel_s(kind)
        moved = self.place[:, None] != self.place[None, :n]
        moved[self.starts] = True
        seconds = travel_s.copy()
        seconds[:n] += self.work_s[:, None]
        seconds[:, :n] += moved * self.spared_s
        seconds[self._impassable(travel_s)] = 2 * HORIZON_S
        return np.asarray(seconds, dtype=np.int64)

    def _impassable(self, travel_s: Ints) -> Bools:
        """Return which ways there are not, but for those between fixed stops."""
        impassable = travel_s >= NO_WAY_S
        for shift, fixed in enumerate(self.problem.shifts.fixed):
            chain = [
                int(self.starts[shift]),
                *fixed,
                *([int(self.ends[shift])] if self.closed[shift] else []),
            ]
            impassable[chain[:-1], chain[1:]] = False
        return np.asarray(impassable, dtype=bool)


_CLOSING = {Broken.SHIFT_END, Broken.CAPACITY, Broken.BREAK, Broken.NO_WAY}


def _add_costs(model: Any, form: _Form) -> None:
    """Price driving, other next jobs and other crews."""
    jobs, shifts = form.problem.jobs, form.problem.shifts
    price_of = {kind: model.RegisterTransitMatrix(form.prices(kind).tolist()) for kind in form.kinds}
    for shift, kind in enumerate(shifts.travel.tolist()):
        model.SetArcCostEvaluatorOfVehicle(price_of[kind], shift)
        model.SetVehicleUsedWhenEmpty(bool(shifts.next_job[shift] != NOBODY), shift)
    held = (jobs.held_by != NOBODY) & (jobs.change_cost > 0.0)
    if not held.any():
        return
    # One number a job and crew, not one a way and crew: the length of a dimension is what changes cost.
    change_of = {}
    for crew in np.unique(shifts.crew).tolist():
        changes = np.zeros(form.nodes)
        changes[: len(jobs)] = np.where(held & (jobs.held_by != crew), CENTI * jobs.change_cost, 0.0)
        change_of[crew] = model.RegisterUnaryTransitVector(np.rint(changes).astype(np.int64).tolist())
    most = int(np.ceil(CENTI * jobs.change_cost).sum()) + 1
    evaluators = [change_of[crew] for crew in shifts.crew.tolist()]
    model.AddDimensionWithVehicleTransits(evaluators, 0, most, True, "changes")
    model.GetDimensionOrDie("changes").SetSpanCostCoefficientForAllVehicles(1)


def _add_times(model: Any, manager: Any, form: _Form) -> None:
    """Say when crews and jobs can begin and must end, and price lateness."""
    jobs, shifts = form.problem.jobs, form.problem.shifts
    seconds_of = {kind: model.RegisterTransitMatrix(form.seconds(kind).tolist()) for kind in form.kinds}
    evaluators = [seconds_of[kind] for kind in shifts.travel.tolist()]
    model.AddDimensionWithVehicleTransits(evaluators, HORIZON_S, HORIZON_S, False, "time")
    time = model.GetDimensionOrDie("time")
    fixed = {job for stops in shifts.fixed for job in stops}
    for job in range(len(jobs)):
        index = manager.NodeToIndex(job)
        latest_s = int(jobs.latest_s[job] + form.spared_s[job]) - form.origin_s
        earliest_s = max(0, int(jobs.earliest_s[job]) - form.origin_s)
        if job in fixed:
            latest_s = HORIZON_S
        if earliest_s <= latest_s:
            time.CumulVar(index).SetRange(earliest_s, min(latest_s, HORIZON_S))
        if jobs.late_cost[job] > 0.0:
            due_s = int(jobs.due_s[job] + form.spared_s[job]) - form.origin_s
            time.SetCumulVarSoftUpperBound(index, due_s, round(CENTI * float(jobs.late_cost[job])))
    for shift in range(len(shifts)):
        start_s = int(shifts.start_s[shift]) - form.origin_s
        time.CumulVar(model.Start(shift)).SetRange(start_s, start_s)
        if not form.closed[shift]:
            time.CumulVar(model.End(shift)).SetMax(int(shifts.end_s[shift]) - form.origin_s)
            _add_breaks(model, time, manager, form, shift)


def _add_waiting(model: Any, manager: Any, form: _Form) -> None:
    """Price the time until work begins: on a clock of its own, for there is one price on each moment."""
    jobs, shifts = form.problem.jobs, form.problem.shifts
    if not jobs.wait_cost.any():
        return
    seconds_of = {kind: model.RegisterTransitMatrix(form.seconds(kind).tolist()) for kind in form.kinds}
    evaluators = [seconds_of[kind] for kind in shifts.travel.tolist()]
    model.AddDimensionWithVehicleTransits(evaluators, HORIZON_S, HORIZON_S, False, "waiting")
    waiting = model.GetDimensionOrDie("waiting")
    for job in range(len(jobs)):
        index = manager.NodeToIndex(job)
        waiting.CumulVar(index).SetMin(max(0, int(jobs.earliest_s[job]) - form.origin_s))
        begin_s = int(form.spared_s[job]) - form.origin_s
        waiting.SetCumulVarSoftUpperBound(index, begin_s, round(CENTI * float(jobs.wait_cost[job])))
    for shift in range(len(shifts)):
        start_s = int(shifts.start_s[shift]) - form.origin_s
        waiting.CumulVar(model.Start(shift)).SetRange(start_s, start_s)


def _add_breaks(model: Any, time: Any, manager: Any, form: _Form, shift: int) -> None:
    """Say that a crew with jobs takes its breaks within their times, beside work, before its shift ends."""
    shifts, solver = form.problem.shifts, model.solver()
    late = {each.thing for each in form.broken[shift] if each.what is Broken.BREAK}
    intervals = []
    for number in range(shifts.break_first[shift], shifts.break_first[shift + 1]):
        earliest_s = max(int(shifts.break_earliest_s[number]), int(shifts.start_s[shift])) - form.origin_s
        latest_s = HORIZON_S if number in late else int(shifts.break_latest_s[number]) - form.origin_s
        interval = solver.FixedDurationIntervalVar(
            earliest_s, max(earliest_s, latest_s), int(shifts.break_s[number]), True, f"break {number}"
        )
        solver.Add(interval.PerformedExpr() == model.ActiveVehicleVar(shift))
        solver.Add(time.CumulVar(model.End(shift)) >= interval.SafeEndExpr(0))
        intervals.append(interval)
    if intervals:
        work_s = [*form.work_s.tolist(), *[0] * (form.nodes - len(form.work_s))]
        indices = range(manager.GetNumberOfIndices())
        time.SetBreakIntervalsOfVehicle(
            intervals, shift, [work_s[manager.IndexToNode(index)] for index in indices]
        )


def _add_loads(model: Any, form: _Form) -> None:
    """Say what vehicles carry; those that carry too much already take no more."""
    jobs, shifts = form.problem.jobs, form.problem.shifts
    for thing in range(jobs.demand.shape[1]):
        demand = np.zeros(form.nodes, dtype=np.int64)
        demand[: len(jobs)] = jobs.demand[:, thing]
        carried = [int(jobs.demand[list(stops), thing].sum()) for stops in shifts.fixed]
        room = np.maximum(shifts.capacity[:, thing], carried)
        taken = model.RegisterUnaryTransitVector(demand.tolist())
        model.AddDimensionWithVehicleCapacity(taken, 0, room.tolist(), True, f"load {thing}")


def _add_jobs(model: Any, manager: Any, form: _Form) -> None:
    """Say which job may be where, and what it costs to leave it out."""
    jobs, shifts = form.problem.jobs, form.problem.shifts
    shift_of = {job: shift for shift, stops in enumerate(shifts.fixed) for job in stops}
    may = form.problem.allowed() & ~np.array(form.closed) & (jobs.earliest_s <= jobs.latest_s)[:, None]
    for job in range(len(jobs)):
        index = manager.NodeToIndex(job)
        if job in shift_of:
            model.VehicleVar(index).SetValue(shift_of[job])
            continue
        model.AddDisjunction([index], round(CENTI * float(jobs.drop_cost[job])))
        if not may[job].all():
            model.VehicleVar(index).SetValues([NOBODY, *np.flatnonzero(may[job]).tolist()])
    for shift, stops in enumerate(shifts.fixed):
        chain = [model.Start(shift), *map(manager.NodeToIndex, stops)]
        if form.closed[shift]:
            chain.append(model.End(shift))
        for index, following in pairwise(chain):
            model.NextVar(index).SetValue(following)
