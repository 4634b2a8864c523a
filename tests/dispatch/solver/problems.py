"""Small problems: a street with a place every minute of driving."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from equipage.dispatch.solver.problem import FOREVER_S, NO_WAY_S, NOBODY, Jobs, Problem, Shifts

MINUTE = 60


def jobs(places: list[int], **given: Any) -> Jobs:
    """Return jobs at places of the street: ten minutes of work, no hurry, costly to leave out."""
    count = len(places)
    values: dict[str, Any] = {
        "service_s": np.full(count, 10 * MINUTE),
        "setup_s": np.zeros(count, dtype=np.int64),
        "earliest_s": np.zeros(count, dtype=np.int64),
        "latest_s": np.full(count, FOREVER_S),
        "due_s": np.full(count, FOREVER_S),
        "wait_cost": np.zeros(count),
        "late_cost": np.ones(count),
        "drop_cost": np.full(count, 1e6),
        "demand": np.zeros((count, 0), dtype=np.int64),
        "needs": np.zeros((count, 0), dtype=bool),
        "pinned_to": np.full(count, NOBODY),
        "held_by": np.full(count, NOBODY),
        "change_cost": np.zeros(count),
    }
    return Jobs(
        place=np.array(places, dtype=np.int64), **values | {k: np.asarray(v) for k, v in given.items()}
    )


def shifts(starts: list[int], **given: Any) -> Shifts:
    """Return shifts of crews of their own that begin now at places of the street and end anywhere."""
    count = len(starts)
    values: dict[str, Any] = {
        "crew": np.arange(count),
        "end_place": np.full(count, NOBODY),
        "start_s": np.zeros(count, dtype=np.int64),
        "end_s": np.full(count, FOREVER_S),
        "travel": np.zeros(count, dtype=np.int64),
        "capacity": np.zeros((count, 0), dtype=np.int64),
        "has": np.zeros((count, 0), dtype=bool),
        "next_job": np.full(count, NOBODY),
        "next_change_cost": np.zeros(count),
        "break_first": np.zeros(count + 1, dtype=np.int64),
        "break_earliest_s": np.zeros(0, dtype=np.int64),
        "break_latest_s": np.zeros(0, dtype=np.int64),
        "break_s": np.zeros(0, dtype=np.int64),
    }
    fixed = given.pop("fixed", ((),) * count)
    return Shifts(
        start_place=np.array(starts, dtype=np.int64),
        fixed=fixed,
        **values | {k: np.asarray(v) for k, v in given.items()},
    )


def street(length: int = 20) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return the travel matrix of a street."""
    places = np.arange(length)
    minutes = np.abs(places[:, None] - places[None, :])
    travel_s: np.ndarray[Any, np.dtype[np.int32]] = (minutes * MINUTE)[None].astype(np.int32)
    return travel_s


def problem(work: Jobs, duty: Shifts, **given: Any) -> Problem:
    """Return a problem on the street."""
    values: dict[str, Any] = {"barred": np.zeros((len(work), len(duty)), dtype=bool), "travel_s": street()}
    return Problem(jobs=work, shifts=duty, **values | {k: np.asarray(v) for k, v in given.items()})


@st.composite
def problems(draw: st.DrawFn, most_jobs: int = 8, most_shifts: int = 3) -> Problem:
    """Draw any problem: windows, prices of times, skills, rooms, breaks, pins, refusals, one-way travel."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(0, most_jobs))
    r = draw(st.integers(1, most_shifts))
    places, hour = 6, 60 * MINUTE
    travel_s = random.integers(0, 40 * MINUTE, (2, places, places))
    travel_s[random.random(travel_s.shape) < draw(st.sampled_from([0.0, 0.1]))] = NO_WAY_S
    travel_s[:, np.arange(places), np.arange(places)] = 0
    earliest = np.where(random.random(n) < 0.5, 0, random.integers(0, 6 * hour, n))
    fixed: list[list[int]] = [[] for _ in range(r)]
    for job in np.flatnonzero(random.random(n) < draw(st.sampled_from([0.0, 0.2]))).tolist():
        fixed[int(random.integers(r))].append(job)
    breaks = random.integers(0, draw(st.sampled_from([1, 3])), r)
    count = int(breaks.sum())
    break_earliest = np.sort(random.integers(0, 6 * hour, count))
    crews = random.integers(0, r, r)
    return Problem(
        jobs=jobs(
            random.integers(0, places, n).tolist(),
            service_s=random.integers(0, hour, n),
            setup_s=np.where(random.random(n) < 0.5, 0, random.integers(0, 20 * MINUTE, n)),
            earliest_s=earliest,
            latest_s=np.where(random.random(n) < 0.5, FOREVER_S, earliest + random.integers(0, 3 * hour, n)),
            due_s=random.integers(-hour, 8 * hour, n),
            wait_cost=random.choice(draw(st.sampled_from([[0.0], [0.0, 1.0, 2.5]])), n),
            late_cost=random.choice([0.0, 1.0, 10.0], n),
            drop_cost=random.choice([100.0, 5e3, 1e5], n),
            demand=random.integers(0, 3, (n, 1)),
            needs=random.random((n, 2)) < 0.3,
            pinned_to=np.where(random.random(n) < 0.1, random.integers(0, r, n), NOBODY),
            held_by=np.where(random.random(n) < 0.5, random.integers(0, r, n), NOBODY),
            change_cost=random.choice([0.0, 300.0], n),
        ),
        shifts=shifts(
            random.integers(0, places, r).tolist(),
            crew=crews,
            end_place=np.where(random.random(r) < 0.5, NOBODY, random.integers(0, places, r)),
            start_s=random.integers(0, 2 * hour, r),
            end_s=random.integers(4 * hour, 10 * hour, r),
            travel=random.integers(0, 2, r),
            capacity=random.integers(0, 8, (r, 1)),
            has=random.random((r, 2)) < 0.8,
            fixed=tuple(map(tuple, fixed)),
            next_job=np.where(random.random(r) < 0.5, random.integers(0, n, r), NOBODY)
            if n
            else [NOBODY] * r,
            next_change_cost=random.choice([0.0, 900.0], r),
            break_first=np.concatenate([[0], np.cumsum(breaks)]),
            break_earliest_s=break_earliest,
            break_latest_s=break_earliest + random.integers(0, 2 * hour, count),
            break_s=random.integers(0, hour, count),
        ),
        barred=random.random((n, r)) < draw(st.sampled_from([0.0, 0.1])),
        travel_s=travel_s.astype(np.int32),
    )
