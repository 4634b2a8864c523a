"""VROOM over what our problem has in common with it.

It has windows, rooms, kinds of vehicle, setup that is spared at the same place, breaks, and drop costs as
priorities from 0 to 100. Who may do what is told as skills: one for all jobs that the same shifts may have.
Of the rest, see `hard_windows`.

References
----------
Coupey, Nicod, Varnier: VROOM. https://github.com/VROOM-Project/vroom
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import vroom

from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.hard_windows import HardWindows, Start, hard_windows, with_fixed
from equipage.dispatch.solver.problem import NO_WAY_S, Problem
from equipage.dispatch.solver.repair import cheapest, repaired
from equipage.dispatch.solver.ruin_recreate import Solution
from equipage.dispatch.solver.schedule import Routes

EXPLORATION = 5
"""How thoroughly it searches, from 0 to 5."""

TOP_PRIORITY = 100
"""Of the job that costs most to leave out."""


def vroom_engine(
    problem: Problem,
    budget: Budget,
    *,
    seed: int = 1,  # noqa: ARG001 nothing in VROOM is random
    initial: Routes = (),
) -> Solution:
    """Return VROOM's plan, repaired, or that to begin with, completed, if it costs less.

    Parameters
    ----------
    problem : Problem
        What is known.
    budget : Budget
        How long it should take. VROOM looks at its limit between steps only and overruns it: 500 jobs and
        50 crews took four times a limit of one second. On small problems it stops before.
    seed : int
        Without effect: nothing in VROOM is random.
    initial : sequence of sequences of int
        The plan that the result is no worse than; VROOM begins with its own.
    """
    first, form = repaired(problem, initial), hard_windows(problem)
    if not form.jobs or not form.starts or budget.left_s() <= 0.0:
        return first
    puzzle = _puzzle(problem, form)
    limit = timedelta(seconds=budget.left_s())
    found = puzzle.solve(exploration_level=EXPLORATION, nb_threads=1, timeout=limit).routes
    if found.empty:
        return first
    stops = found[found["type"] == "job"]
    routes: dict[int, list[int]] = {}
    for shift, job in zip(stops["vehicle_id"].tolist(), stops["id"].tolist(), strict=True):
        routes.setdefault(int(shift), []).append(int(job))
    return cheapest(first, repaired(problem, with_fixed(problem, routes)))


def _puzzle(problem: Problem, form: HardWindows) -> vroom.Input:
    puzzle = vroom.Input()
    skills, skill_of = np.unique(problem.allowed(), axis=0, return_inverse=True)
    for kind in {int(problem.shifts.travel[start.shift]) for start in form.starts}:
        travel_s = np.minimum(problem.travel_s[kind], NO_WAY_S).astype(np.uint32)
        puzzle.set_durations_matrix(str(kind), travel_s)
    puzzle.add_vehicle(
        [_vehicle(problem, start, np.flatnonzero(skills[:, start.shift]).tolist()) for start in form.starts]
    )
    puzzle.add_job([_job(problem, form, job, int(skill_of[job])) for job in form.jobs])
    return puzzle


def _vehicle(problem: Problem, start: Start, skills: list[int]) -> vroom.Vehicle:
    shifts = problem.shifts
    return vroom.Vehicle(
        start.shift,
        start=start.place,
        end=start.end_place,
        profile=str(int(shifts.travel[start.shift])),
        capacity=list(start.room),
        skills=set(skills),
        time_window=vroom.TimeWindow(start.start_s, start.end_s),
        breaks=[
            vroom.Break(
                number,
                time_windows=[_window(problem, start, number)],
                service=int(shifts.break_s[number]),
            )
            for number in start.breaks
        ],
    )


def _window(problem: Problem, start: Start, number: int) -> vroom.TimeWindow:
    shifts = problem.shifts
    earliest_s = max(int(shifts.break_earliest_s[number]), start.start_s)
    return vroom.TimeWindow(earliest_s, int(shifts.break_latest_s[number]))


def _job(problem: Problem, form: HardWindows, job: int, skill: int) -> vroom.Job:
    jobs = problem.jobs
    return vroom.Job(
        job,
        location=int(jobs.place[job]),
        default_setup=int(jobs.setup_s[job]),
        default_service=int(jobs.service_s[job]),
        pickup=jobs.demand[job].tolist(),
        skills={skill},
        priority=round(TOP_PRIORITY * float(jobs.drop_cost[job] / max(jobs.drop_cost.max(), 1.0))),
        time_windows=[vroom.TimeWindow(int(form.earliest_s[job]), int(form.latest_s[job]))],
    )
