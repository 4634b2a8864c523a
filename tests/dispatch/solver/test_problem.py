"""Arrays that do not belong together are refused, with every fault named at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipage.dispatch.solver.problem import FOREVER_S, NOBODY, InvalidProblemError, Jobs, Shifts
from tests.dispatch.solver.problems import jobs, problem, shifts, street


def faults(work: Jobs | None = None, duty: Shifts | None = None, **given: Any) -> list[str]:
    """Return what is said of a problem of two jobs and a shift, but for what is given."""
    with pytest.raises(InvalidProblemError) as told:
        problem(work or jobs([1, 2]), duty or shifts([0]), **given)
    return str(told.value).split("; ")


def with_breaks(**given: Any) -> Shifts:
    """Return two shifts of which the first has two breaks and the second has one."""
    usual = {"break_first": [0, 2, 3], "break_earliest_s": [10, 20, 5], "break_latest_s": [30, 40, 50]}
    return shifts([0, 0], **{**usual, "break_s": [1, 1, 1], **given})


def test_all_arrays_of_a_wrong_shape_are_named_together() -> None:
    """An array of jobs, one of shifts and the travel matrix: three faults, each with both shapes."""
    found = faults(
        jobs([1, 2], due_s=[1, 2, 3]), shifts([0], has=[[True]]), travel_s=np.zeros((1, 3, 4), dtype=np.int32)
    )
    assert found == [
        "jobs.due_s must have the shape (2,), not (3,)",
        "shifts.has must have the shape (1, 0), not (1, 1)",
        "travel_s must have the shape (v, p, p), not (1, 3, 4)",
    ]


@pytest.mark.parametrize("name", ["service_s", "latest_s", "late_cost", "drop_cost", "pinned_to", "held_by"])
def test_jobs_arrays_are_as_long_as_there_are_jobs(name: str) -> None:
    """One value for two jobs is told with the array's name."""
    assert faults(jobs([1, 2], **{name: [0]})) == [f"jobs.{name} must have the shape (2,), not (1,)"]


@pytest.mark.parametrize("name", ["end_place", "start_s", "end_s", "travel", "next_change_cost"])
def test_shifts_arrays_are_as_long_as_there_are_shifts(name: str) -> None:
    """Two values for one shift are told with the array's name."""
    assert faults(None, shifts([0], **{name: [0, 0]})) == [
        f"shifts.{name} must have the shape (1,), not (2,)"
    ]


def test_what_is_demanded_and_carried_must_be_of_the_same_things() -> None:
    """Jobs that take of two things, vehicles that carry one."""
    found = faults(jobs([1], demand=[[1, 2]]), shifts([0], capacity=[[5]]))
    assert found == ["shifts.capacity must have the shape (1, 2), not (1, 1)"]


def test_every_pair_of_job_and_shift_is_barred_or_not() -> None:
    """Two jobs and one shift, but a table of one job and two shifts."""
    assert faults(barred=np.zeros((1, 2), dtype=bool)) == ["barred must have the shape (2, 1), not (1, 2)"]


def test_every_shift_has_its_fixed_jobs() -> None:
    """Two entries for one shift."""
    assert faults(None, shifts([0], fixed=((), ()))) == ["shifts.fixed must have 1 entries, not 2"]


def test_every_break_has_its_three_values() -> None:
    """One length of a break, but no window for it, is two faults."""
    found = faults(None, shifts([0], break_first=[0, 1], break_s=[60]))
    assert found == [
        "shifts.break_earliest_s must have the shape (1,), not (0,)",
        "shifts.break_latest_s must have the shape (1,), not (0,)",
    ]


def test_all_indices_and_values_out_of_range_are_named_together() -> None:
    """A place, a kind of vehicle and a negative cost: one message has all three, and what is allowed."""
    found = faults(jobs([1, 20], drop_cost=[1.0, -1.0]), shifts([0], travel=[1]))
    assert found == [
        "jobs.place must be from 0 to 19, not 20",
        "shifts.travel must be from 0 to 0, not 1",
        "jobs.drop_cost must not be negative or NaN",
    ]


@pytest.mark.parametrize(
    ("name", "wrong", "allowed"),
    [
        ("end_place", [20], "from -1 to 19"),
        ("travel", [-1], "from 0 to 0"),
        ("next_job", [2], "from -1 to 1"),
        ("crew", [-1], f"from 0 to {FOREVER_S - 1}"),
        ("fixed", ((2,),), "from 0 to 1"),
    ],
)
def test_shifts_indices_have_their_range(name: str, wrong: Any, allowed: str) -> None:
    """The message says which index, what is allowed and what was given."""
    value = wrong[0][0] if name == "fixed" else wrong[0]
    assert faults(None, shifts([0], **{name: wrong})) == [f"shifts.{name} must be {allowed}, not {value}"]


def test_a_shift_begins_at_a_place() -> None:
    """Unlike its end, it may not be anywhere."""
    assert faults(None, shifts([NOBODY])) == ["shifts.start_place must be from 0 to 19, not -1"]


@pytest.mark.parametrize("name", ["pinned_to", "held_by"])
def test_a_crew_below_nobody_is_no_crew(name: str) -> None:
    """Such a job would silently belong to somebody else than everybody."""
    found = faults(jobs([1, 2], **{name: [NOBODY, -2]}))
    assert found == [f"jobs.{name} must be from -1 to {FOREVER_S - 1}, not -2"]


def test_a_job_is_fixed_once() -> None:
    """The same job first for two crews."""
    assert faults(None, shifts([0, 0], fixed=((0, 1), (1,)))) == ["shifts.fixed has a job twice: 1"]


@pytest.mark.parametrize("first", [[1, 2, 3], [0, 2, 2], [0, 4, 3]])
def test_every_break_belongs_to_one_shift(first: list[int]) -> None:
    """The first break left out, the last one left out, and a number of breaks below nought."""
    found = faults(None, with_breaks(break_first=first))
    assert found == ["shifts.break_first must grow from 0 to 3, the number of breaks"]


def test_breaks_of_a_shift_are_in_order_of_time() -> None:
    """The first shift's second break comes before its first; that the next shift's does is fine."""
    found = faults(None, with_breaks(break_earliest_s=[10, 9, 5]))
    assert found == ["breaks must be in order of time within a shift, but too early are: 1"]
    assert len(problem(jobs([1]), with_breaks()).shifts) == 2


@pytest.mark.parametrize(
    "name", ["service_s", "setup_s", "wait_cost", "late_cost", "drop_cost", "change_cost"]
)
def test_jobs_durations_and_costs_are_not_negative(name: str) -> None:
    """The least below nought is told."""
    assert faults(jobs([1, 2], **{name: [0, -1]})) == [f"jobs.{name} must not be negative or NaN"]


def test_no_crew_is_free_before_the_moment_counted_from() -> None:
    """Nobody can be sent into the past."""
    assert faults(None, shifts([0], start_s=[-1])) == ["shifts.start_s must not be negative or NaN"]


def test_travel_is_not_negative() -> None:
    """A second back in time on one way."""
    travel_s = street()
    travel_s[0, 3, 4] = -1
    assert faults(travel_s=travel_s) == ["travel_s must not be negative or NaN"]


@pytest.mark.parametrize(
    ("cost", "told"), [(np.nan, "must not be negative or NaN"), (np.inf, "must be finite")]
)
def test_costs_are_numbers(cost: float, told: str) -> None:
    """Neither no number nor an endless one can be added up."""
    assert faults(jobs([1, 2], late_cost=[0.0, cost])) == [f"jobs.late_cost {told}"]


@pytest.mark.parametrize("name", ["earliest_s", "latest_s", "due_s", "service_s"])
def test_times_are_within_years(name: str) -> None:
    """A time that would overflow what is counted with is refused."""
    [found] = faults(jobs([1, 2], **{name: [0, FOREVER_S + 1]}))
    assert found.startswith(f"jobs.{name} must be within {FOREVER_S} seconds")


def test_what_nobody_can_do_is_no_fault() -> None:
    """An empty window, a skill that nobody has and a pin to nobody's crew are for the plan to tell."""
    work = jobs([1, 2], earliest_s=[9, 0], latest_s=[3, 9], needs=[[True], [False]], pinned_to=[NOBODY, 7])
    assert len(problem(work, shifts([0], has=[[False]])).jobs) == 2


def test_a_crew_is_skilled_where_it_has_all_that_is_needed() -> None:
    """Of two skills the first crew has one and the second both; a job without needs is for everybody."""
    work = jobs([1, 2, 3], needs=[[True, True], [True, False], [False, False]])
    found = problem(work, shifts([0, 0], has=[[True, False], [True, True]])).skilled()
    assert found.tolist() == [[False, True], [True, True], [True, True]]


def test_a_pinned_job_is_allowed_on_each_day_of_its_crew_that_is_skilled() -> None:
    """Crew 5 has the first and the last shift, but on the last one nobody with the skill."""
    work = jobs([1], needs=[[True]], pinned_to=[5])
    duty = shifts([0, 0, 0], crew=[5, 6, 5], has=[[True], [True], [False]])
    assert problem(work, duty).allowed().tolist() == [[True, False, False]]


def test_a_barred_job_is_not_allowed_whatever_else_allows_it() -> None:
    """Pinned to a crew that has refused it: nobody may have it."""
    puzzle = problem(
        jobs([1, 2], pinned_to=[0, NOBODY]), shifts([0, 0]), barred=[[True, False], [False, True]]
    )
    assert puzzle.allowed().tolist() == [[False, False], [True, False]]
