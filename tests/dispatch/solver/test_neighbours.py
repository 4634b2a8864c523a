"""Neighbours are near by road and in time."""

from __future__ import annotations

import numpy as np
import pytest

from equipage.dispatch.solver import neighbours
from equipage.dispatch.solver.neighbours import near_jobs, near_shifts
from tests.dispatch.solver.problems import MINUTE, jobs, problem, shifts


def test_without_windows_the_nearest_by_road_are_first() -> None:
    """On the street, from place 5: itself, then 6, 3 and 9; two of them are asked for."""
    near = near_jobs(problem(jobs([5, 9, 3, 6]), shifts([0])), 3)
    assert near[0].tolist() == [0, 3, 2]


def test_a_window_that_keeps_a_crew_idle_puts_a_job_behind() -> None:
    """At 6 work begins an hour after it does at 5, 49 minutes too late: 1 + 0.2 x 49; at 9, at once: 4."""
    work = jobs([5, 6, 9], earliest_s=[0, 60 * MINUTE, 0], latest_s=[0, 60 * MINUTE, 10**6])
    assert near_jobs(problem(work, shifts([0])), 3)[0].tolist() == [0, 2, 1]


def test_a_window_that_no_order_keeps_puts_a_job_behind() -> None:
    """Both at 5 and at 6 work must begin at 0: one would be 11 minutes late; at 9, at once: 4."""
    work = jobs([5, 6, 9], latest_s=[0, 0, 10**6])
    assert near_jobs(problem(work, shifts([0])), 3)[0].tolist() == [0, 2, 1]


def test_shifts_are_near_where_they_begin() -> None:
    """From place 5: the shift from 4, then that from 9."""
    assert near_shifts(problem(jobs([5]), shifts([0, 9, 4])), 2).tolist() == [[2, 1]]


def test_who_is_at_work_is_farther_by_what_is_left_of_it() -> None:
    """From place 5: the crew at 4 is there after a quarter of an hour, that from 9 after four minutes."""
    duty = shifts([4, 9, 0], start_s=[14 * MINUTE, 0, 0])
    assert near_shifts(problem(jobs([5]), duty), 2).tolist() == [[1, 2]]


def test_who_may_not_do_a_job_is_not_near_it() -> None:
    """The crew at 4 has refused it, that at 5 lacks the skill: those from 9 and 0 are left."""
    work = jobs([5], needs=[[True]])
    duty = shifts([4, 5, 9, 0], has=[[True], [False], [True], [True]])
    puzzle = problem(work, duty, barred=[[True, False, False, False]])
    assert near_shifts(puzzle, 2).tolist() == [[2, 3]]


def test_rows_at_once_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven jobs, three at a time."""
    puzzle = problem(jobs([5, 9, 3, 6, 1, 14, 11]), shifts([0, 7]))
    whole = near_jobs(puzzle, 4), near_shifts(puzzle, 1)
    monkeypatch.setattr(neighbours, "ROWS", 3)
    assert all(map(np.array_equal, whole, (near_jobs(puzzle, 4), near_shifts(puzzle, 1))))


def test_nobody_has_neighbours_where_there_is_nobody() -> None:
    """No job, or no shift."""
    assert near_jobs(problem(jobs([]), shifts([0])), 3).shape == (0, 0)
    assert near_shifts(problem(jobs([5]), shifts([])), 3).shape == (1, 0)
