"""What is planned in the benchmark: published instances with windows, and a city's reports made by seed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.dispatch.solver.problem import FOREVER_S, NOBODY, Jobs, Problem, Shifts
from tests.conftest import ROOT

VRPTW = ROOT.parent / "shared" / "data" / "vrptw"
HOUR = 3600
SIDE_KM, CENTRES, SPREAD_KM, SCATTERED = 16.0, 12, 1.3, 0.35
"""A city: two thirds of its reports are around some centres, the others are anywhere."""

DETOUR, SPEED_KPH = (1.25, 1.5), 27.0
PRIORITY_SHARE = (0.08, 0.32, 0.60)
DUE_S, AGE_S = (HOUR, 4 * HOUR, FOREVER_S), (1200, 5400, 0)
WORK_S = ((1200, 3600), (720, 2700), (480, 2100))
LATE_COST, DROP_COST = (10.0, 1.0, 0.0), (300_000.0, 60_000.0, 15_000.0)
SKILLS, HAS_SKILL, NEEDS_SKILL, LEAST_SKILLED = 5, 0.35, 0.5, 6
REQUIRED = 1e7
"""What it costs to leave a customer of a published instance out: more than any plan."""


def published() -> dict[str, tuple[Path, float]]:
    """Return the file and the best known length of each published instance, by name."""
    best: dict[str, float] = json.loads((VRPTW / "best_known.json").read_text())
    files = {file.stem.upper(): file for file in VRPTW.glob("*/*.txt")}
    return {name: (files[name], length) for name, length in best.items()}


def read_vrptw(file: Path) -> Problem:
    """Return an instance in Solomon's form; a tenth of its unit of length is a second, rounded down.

    References
    ----------
    12th DIMACS Implementation Challenge, VRPTW: distances with one decimal, the rest cut off.
    """
    rows = [line.split() for line in file.read_text().splitlines()]
    vehicles, room = next(
        map(int, row) for row in rows if len(row) == len(("number", "capacity")) and row[0].isdigit()
    )
    table = np.array([row for row in rows if len(row) == 7 and row[0].isdigit()], dtype=float)
    apart = np.hypot(*(table[:, None, axis] - table[None, :, axis] for axis in (1, 2)))
    demand, earliest, latest, service = (table[:, 3:] * [1, 10, 10, 10]).astype(np.int64).T
    count = len(table) - 1
    jobs = Jobs(
        place=np.arange(1, count + 1),
        service_s=service[1:],
        earliest_s=earliest[1:],
        latest_s=latest[1:],
        due_s=np.full(count, FOREVER_S),
        late_cost=np.zeros(count),
        drop_cost=np.full(count, REQUIRED),
        demand=demand[1:, None],
        needs=np.zeros((count, 0), dtype=bool),
        **_unheld(count),
    )
    shifts = Shifts(
        start_place=np.zeros(vehicles, dtype=np.int64),
        end_place=np.zeros(vehicles, dtype=np.int64),
        start_s=np.full(vehicles, earliest[0]),
        end_s=np.full(vehicles, latest[0]),
        capacity=np.full((vehicles, 1), room),
        has=np.zeros((vehicles, 0), dtype=bool),
        **_at_ease(vehicles),
    )
    travel_s = np.floor(apart * 10.0 + 1e-9).astype(np.int32)[None]
    return Problem(jobs=jobs, shifts=shifts, barred=_nobody_barred(count, vehicles), travel_s=travel_s)


def city(jobs: int, crews: int, seed: int) -> Problem:
    """Return open reports of three priorities and crews under way, with skills, anywhere in a city."""
    random = np.random.default_rng(seed)
    priority = random.choice(3, jobs, p=PRIORITY_SHARE)
    needed = np.where(random.random(jobs) < NEEDS_SKILL, random.integers(0, SKILLS, jobs), NOBODY)
    shortest, longest = np.array(WORK_S)[priority].T
    due_s = np.array(DUE_S)[priority] - random.uniform(0, np.array(AGE_S)[priority]).astype(np.int64)
    return Problem(
        jobs=Jobs(
            place=np.arange(jobs),
            service_s=random.uniform(shortest, longest).astype(np.int64),
            earliest_s=np.zeros(jobs, dtype=np.int64),
            latest_s=np.full(jobs, FOREVER_S),
            due_s=due_s,
            late_cost=np.array(LATE_COST)[priority],
            drop_cost=np.array(DROP_COST)[priority],
            demand=np.zeros((jobs, 0), dtype=np.int64),
            needs=needed[:, None] == np.arange(SKILLS),
            **_unheld(jobs),
        ),
        shifts=Shifts(
            start_place=np.arange(jobs, jobs + crews),
            end_place=np.full(crews, NOBODY),
            start_s=random.integers(0, HOUR // 2, crews) * (random.random(crews) < 0.6),
            end_s=random.integers(5 * HOUR, 7 * HOUR + 1, crews),
            capacity=np.zeros((crews, 0), dtype=np.int64),
            has=_skills(random, crews),
            **_at_ease(crews),
        ),
        barred=_nobody_barred(jobs, crews),
        travel_s=_roads(random, jobs, crews),
    )


def without_skills_and_deadlines(problem: Problem) -> Problem:
    """Return what every peer can express: the same reports, not due, for any crew."""
    count = len(problem.jobs)
    return replace(
        problem,
        jobs=replace(
            problem.jobs,
            due_s=np.full(count, FOREVER_S),
            late_cost=np.zeros(count),
            needs=np.zeros_like(problem.jobs.needs),
        ),
    )


def _skills(random: np.random.Generator, crews: int) -> npt.NDArray[np.bool_]:
    """Return which skills each crew has; of each, some crews have it."""
    has: npt.NDArray[np.bool_] = random.random((crews, SKILLS)) < HAS_SKILL
    for skill in range(SKILLS):
        has[random.choice(crews, min(crews, LEAST_SKILLED), replace=False), skill] = True
    return has


def _roads(random: np.random.Generator, jobs: int, crews: int) -> npt.NDArray[np.int32]:
    """Return travel that takes a detour, not the same one there and back, and that is short through hubs."""
    centres = random.uniform(2.0, SIDE_KM - 2.0, (CENTRES, 2))
    near = centres[random.integers(0, CENTRES, jobs)] + random.normal(0.0, SPREAD_KM, (jobs, 2))
    anywhere = random.uniform(0.0, SIDE_KM, (jobs, 2))
    reports = np.where(random.random((jobs, 1)) < SCATTERED, anywhere, near).clip(0.0, SIDE_KM)
    places = np.vstack([reports, random.uniform(1.0, SIDE_KM - 1.0, (crews, 2))])
    km = np.hypot(*(places[:, None, axis] - places[None, :, axis] for axis in (0, 1)))
    seconds = km * random.uniform(*DETOUR, km.shape) * (HOUR / SPEED_KPH)
    for hub in random.choice(len(places), min(60, len(places)), replace=False):
        np.minimum(seconds, seconds[:, [hub]] + seconds[[hub], :], out=seconds)
    np.fill_diagonal(seconds, 0.0)
    travel_s: npt.NDArray[np.int32] = seconds.astype(np.int32)[None]
    return travel_s


def _nobody_barred(jobs: int, crews: int) -> npt.NDArray[np.bool_]:
    """Return that no crew has refused any job."""
    return np.zeros((jobs, crews), dtype=bool)


def _unheld(count: int) -> dict[str, Any]:
    """Return what jobs are that nobody has, and that need no setup and may wait."""
    return {
        "setup_s": np.zeros(count, dtype=np.int64),
        "wait_cost": np.zeros(count),
        "pinned_to": np.full(count, NOBODY),
        "held_by": np.full(count, NOBODY),
        "change_cost": np.zeros(count),
    }


def _at_ease(count: int) -> dict[str, Any]:
    """Return what shifts are that have been told nothing and have no breaks: one for each crew."""
    return {
        "crew": np.arange(count),
        "travel": np.zeros(count, dtype=np.int64),
        "fixed": ((),) * count,
        "next_job": np.full(count, NOBODY),
        "next_change_cost": np.zeros(count),
        "break_first": np.zeros(count + 1, dtype=np.int64),
        "break_earliest_s": np.zeros(0, dtype=np.int64),
        "break_latest_s": np.zeros(0, dtype=np.int64),
        "break_s": np.zeros(0, dtype=np.int64),
    }
