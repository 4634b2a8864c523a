"""Peers that plan: OR-Tools, PyVRP and VROOM, each with one thread, asked for the routes of a problem.

PyVRP and VROOM know no due times that may be missed: there these are the ends of windows. PyVRP knows no
skills: to jobs that a crew may not have, its roads are endless.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.benchmarks.peers.server import serve

Arrays = dict[str, npt.NDArray[Any]]
Routes = list[list[int]]

FOREVER_S = 2**29
ENDLESS_S = 10_000_000
REQUIRED = 1e7
"""As `planning_instances` has it: jobs that cost so much must not be left out."""


class Planners:
    """The peers."""

    def plan(self, peer: str, file: str, budget_s: float, seed: int, initial: Routes) -> dict[str, Any]:
        """Return the routes that a peer finds, the processor's seconds it took, and those of the clock."""
        with np.load(file) as held:
            problem = dict(held)
        ready = PEERS[peer](_with_nowhere(problem), seed, initial)
        processor, clock = time.process_time(), time.perf_counter()
        answer = ready(budget_s)
        seconds, wall_s = time.process_time() - processor, time.perf_counter() - clock
        return {"seconds": seconds, "wall_s": wall_s, "routes": answer()}


Ready = Callable[[float], Callable[[], Routes]]
"""A model that is built: it takes seconds, and gives what reads its answer."""


def ortools(problem: Arrays, _seed: int, initial: Routes) -> Ready:
    """Return OR-Tools' model with soft due times: guided search from a plan, or iterated without one."""
    library: Any = importlib.import_module("ortools.constraint_solver.pywrapcp")
    jobs, shifts = len(problem["place"]), len(problem["start_place"])
    place = np.concatenate([problem["place"], problem["start_place"], problem["end_place"]])
    starts, ends = (list(range(jobs + part * shifts, jobs + (part + 1) * shifts)) for part in (0, 1))
    manager = library.RoutingIndexManager(len(place), shifts, starts, ends)
    model = library.RoutingModel(manager)
    travel = problem["travel_s"].astype(np.int64)[np.ix_(place, place)]
    work = np.concatenate([problem["service_s"], np.zeros(2 * shifts, dtype=np.int64)])
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(travel.tolist()))
    horizon = int(problem["end_s"].max())
    spent = model.RegisterTransitMatrix((travel + work[:, None]).tolist())
    model.AddDimension(spent, horizon, horizon, False, "time")
    for thing in range(problem["demand"].shape[1]):
        taken = problem["demand"][:, thing].tolist() + [0] * 2 * shifts
        capacity = problem["capacity"][:, thing].tolist()
        model.AddDimensionWithVehicleCapacity(
            model.RegisterUnaryTransitVector(taken), 0, capacity, True, f"thing {thing}"
        )
    _limit_times(problem, manager, model)
    parameters = _ortools_parameters(library, iterated=not initial)

    def solve(budget_s: float) -> Callable[[], Routes]:
        parameters.time_limit.FromMilliseconds(int(budget_s * 1000))
        if initial:
            model.CloseModelWithParameters(parameters)
            nodes = [[manager.NodeToIndex(job) for job in stops] for stops in initial]
            begun = model.ReadAssignmentFromRoutes(nodes, True)
            found = model.SolveFromAssignmentWithParameters(begun, parameters)
        else:
            found = model.SolveWithIteratedLocalSearch(parameters)
        return lambda: _ortools_routes(manager, model, found, shifts)

    return solve


def _limit_times(problem: Arrays, manager: Any, model: Any) -> None:
    time_of = model.GetDimensionOrDie("time")
    for shift, (start, end) in enumerate(
        zip(problem["start_s"].tolist(), problem["end_s"].tolist(), strict=True)
    ):
        time_of.CumulVar(model.Start(shift)).SetMin(start)
        time_of.CumulVar(model.End(shift)).SetMax(end)
    may_not = _may_not(problem)
    horizon = int(problem["end_s"].max())
    for job in range(len(problem["place"])):
        index = manager.NodeToIndex(job)
        earliest, latest, due = (int(problem[name][job]) for name in ("earliest_s", "latest_s", "due_s"))
        time_of.CumulVar(index).SetRange(earliest, min(latest, horizon))
        if problem["late_cost"][job] > 0:
            time_of.SetCumulVarSoftUpperBound(index, max(due, 0), int(problem["late_cost"][job]))
        if problem["drop_cost"][job] < REQUIRED:
            model.AddDisjunction([index], int(problem["drop_cost"][job]))
        if may_not[job].any():
            model.VehicleVar(index).SetValues([-1, *np.flatnonzero(~may_not[job]).tolist()])


def _ortools_parameters(library: Any, *, iterated: bool) -> Any:
    kinds: Any = importlib.import_module("ortools.constraint_solver.routing_enums_pb2")
    parameters = library.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = kinds.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search = kinds.LocalSearchMetaheuristic
    parameters.local_search_metaheuristic = search.GREEDY_DESCENT if iterated else search.GUIDED_LOCAL_SEARCH
    parameters.use_iterated_local_search = iterated
    if iterated:
        strategy = parameters.iterated_local_search_parameters
        ruin = strategy.ruin_recreate_parameters
        del ruin.ruin_strategies[:]
        strings = ruin.ruin_strategies.add().sisr
        strings.max_removed_sequence_size, strings.avg_num_removed_visits, strings.bypass_factor = 10, 10, 0.5
        ruin.recreate_strategy.heuristic = kinds.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
        strategy.improve_perturbed_solution = False
        annealing = strategy.reference_solution_acceptance_strategy.simulated_annealing
        annealing.automatic_temperatures = False
        annealing.initial_temperature, annealing.final_temperature = 100.0, 1.0
    return parameters


def _ortools_routes(manager: Any, model: Any, found: Any, shifts: int) -> Routes:
    routes: Routes = [[] for _ in range(shifts)]
    for shift in range(shifts if found else 0):
        index = found.Value(model.NextVar(model.Start(shift)))
        while not model.IsEnd(index):
            routes[shift].append(manager.IndexToNode(index))
            index = found.Value(model.NextVar(index))
    return routes


def pyvrp(problem: Arrays, seed: int, _initial: Routes) -> Ready:
    """Return PyVRP's model: vehicles alike are one type, and each set of skills has roads of its own."""
    library: Any = importlib.import_module("pyvrp")
    travel = problem["travel_s"].astype(np.int64)
    may_not, profile = np.unique(_may_not(problem), axis=1, return_inverse=True)
    roads = [_closed(travel, problem["place"][may_not[:, kind]]) for kind in range(may_not.shape[1])]
    clients = [
        library.Client(
            location=int(problem["place"][job]),
            delivery=problem["demand"][job].tolist(),
            service_duration=int(problem["service_s"][job]),
            tw_early=int(problem["earliest_s"][job]),
            tw_late=_last_begin(problem, job),
            prize=0 if problem["drop_cost"][job] >= REQUIRED else int(problem["drop_cost"][job]),
            required=bool(problem["drop_cost"][job] >= REQUIRED),
        )
        for job in range(len(problem["place"]))
    ]
    depots = np.unique(np.concatenate([problem["start_place"], problem["end_place"]]))
    names = ("start_place", "end_place", "start_s", "end_s")
    alike = np.column_stack([*(problem[name] for name in names), profile.ravel(), problem["capacity"]])
    kinds, kind_of, counts = np.unique(alike, axis=0, return_inverse=True, return_counts=True)
    types = [
        library.VehicleType(
            int(count),
            start_depot=int(np.searchsorted(depots, kind[0])),
            end_depot=int(np.searchsorted(depots, kind[1])),
            tw_early=int(kind[2]),
            tw_late=int(kind[3]),
            profile=int(kind[4]),
            capacity=kind[5:].tolist(),
        )
        for kind, count in zip(kinds, counts, strict=True)
    ]
    data = library.ProblemData(
        [library.Location(0, 0) for _ in travel],
        clients,
        [library.Depot(location=int(depot)) for depot in depots],
        types,
        roads,
        roads,
    )

    def solve(budget_s: float) -> Callable[[], Routes]:
        begun = time.process_time()
        found = library.solve(
            data, lambda _cost: time.process_time() - begun >= budget_s, seed=seed, collect_stats=False
        )
        return lambda: _pyvrp_routes(found, kind_of.ravel())

    return solve


def _may_not(problem: Arrays) -> npt.NDArray[np.bool_]:
    """Return which jobs are not for which crews."""
    needs, lacks = problem["needs"].astype(np.int64), (~problem["has"]).astype(np.int64)
    lacking: npt.NDArray[np.bool_] = needs @ lacks.T > 0
    return lacking


def _closed(travel: npt.NDArray[np.int64], places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    roads = travel.copy()
    roads[:, places] = ENDLESS_S
    np.fill_diagonal(roads, 0)
    return roads


def _pyvrp_routes(found: Any, kind_of: npt.NDArray[np.int64]) -> Routes:
    routes: Routes = [[] for _ in kind_of]
    free = {kind: np.flatnonzero(kind_of == kind).tolist() for kind in np.unique(kind_of).tolist()}
    for route in found.best.routes():
        routes[free[route.vehicle_type()].pop(0)] = [
            int(stop.idx) for stop in route.schedule() if stop.is_client()
        ]
    return routes


def vroom(problem: Arrays, _seed: int, _initial: Routes) -> Ready:
    """Return VROOM's model at its highest level of exploration; what may be left out has a priority."""
    library: Any = importlib.import_module("vroom")
    asked = library.Input()
    asked.set_durations_matrix("car", problem["travel_s"].astype(np.uint32))
    skills = problem["needs"].shape[1]
    for shift in range(len(problem["start_place"])):
        asked.add_vehicle(
            library.Vehicle(
                shift + 1,
                start=int(problem["start_place"][shift]),
                end=int(problem["end_place"][shift]),
                capacity=problem["capacity"][shift].tolist(),
                skills={skill for skill in range(skills) if problem["has"][shift, skill]},
                time_window=library.TimeWindow(int(problem["start_s"][shift]), int(problem["end_s"][shift])),
            )
        )
    dearest = problem["drop_cost"].max()
    asked.add_job(
        [
            library.Job(
                job + 1,
                location=int(problem["place"][job]),
                default_service=int(problem["service_s"][job]),
                delivery=library.Amount(problem["demand"][job].tolist()),
                skills={skill for skill in range(skills) if problem["needs"][job, skill]},
                priority=int(100 * problem["drop_cost"][job] / dearest),
                time_windows=[library.TimeWindow(int(problem["earliest_s"][job]), _last_begin(problem, job))],
            )
            for job in range(len(problem["place"]))
        ]
    )

    def solve(budget_s: float) -> Callable[[], Routes]:
        found = asked.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=budget_s))
        return lambda: _vroom_routes(found.routes, len(problem["start_place"]))

    return solve


def _vroom_routes(table: Any, shifts: int) -> Routes:
    stops = table[table.type == "job"]
    routes: Routes = [[] for _ in range(shifts)]
    for shift, job in zip(stops.vehicle_id.tolist(), stops.id.tolist(), strict=True):
        routes[shift - 1].append(int(job) - 1)
    return routes


def _last_begin(problem: Arrays, job: int) -> int:
    """Return until when work may begin for those that know no due times; one that has passed is none."""
    due = int(problem["due_s"][job])
    is_due = problem["late_cost"][job] > 0 and due > 0
    return min(int(problem["latest_s"][job]), due if is_due else FOREVER_S)


def _with_nowhere(problem: Arrays) -> Arrays:
    """Return the same with a place that is no way from anywhere, where shifts end that end anywhere."""
    nowhere = len(problem["travel_s"])
    return problem | {
        "travel_s": np.pad(problem["travel_s"], ((0, 1), (0, 1))),
        "end_place": np.where(problem["end_place"] < 0, nowhere, problem["end_place"]),
    }


PEERS = {"OR-Tools": ortools, "PyVRP": pyvrp, "VROOM": vroom}


if __name__ == "__main__":
    serve(Planners())
