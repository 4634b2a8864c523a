"""The checker names each thing that is broken, where, and by how much."""

from __future__ import annotations

import pytest
from hypothesis import given

from equipage.dispatch.solver.problem import NO_WAY_S, Problem
from equipage.dispatch.solver.violations import Broken, Violation, violations
from tests.dispatch.solver.problems import MINUTE, jobs, problem, problems, shifts, street


def test_a_sound_plan_has_none() -> None:
    """Everything is kept, and just so: window, room, skill, pin, fixed stop, break and the shift's end.

    There at 3, work until 13, at place 4 at 14, the break until 19, work until 29, 4 home: 33.
    """
    work = jobs(
        [3, 4], latest_s=[3 * MINUTE, 19 * MINUTE], demand=[[2], [3]], needs=[[True]] * 2, pinned_to=[0, 0]
    )
    duty = shifts(
        [0],
        end_place=[0],
        end_s=[33 * MINUTE],
        capacity=[[5]],
        has=[[True]],
        fixed=((0,),),
        break_first=[0, 1],
        break_earliest_s=[0],
        break_latest_s=[14 * MINUTE],
        break_s=[5 * MINUTE],
    )
    assert violations(problem(work, duty), [[0, 1]]) == [] != violations(problem(work, duty), [[1, 0]])


def test_what_is_left_out_is_no_violation() -> None:
    """Nobody does anything."""
    assert violations(problem(jobs([3]), shifts([0])), [[]]) == []


def test_a_job_done_twice() -> None:
    """The second one is told, where it is."""
    found = violations(problem(jobs([3]), shifts([0, 0])), [[0], [0]])
    assert found == [Violation(what=Broken.TWICE, shift=1, job=0)]


@pytest.mark.parametrize("routes", [[[1], []], [[1, 0], []], [[1], [0]]])
def test_a_fixed_job_out_of_its_place(routes: list[list[int]]) -> None:
    """Left out, second instead of first, or with another crew: told once, at the shift it is fixed in."""
    found = violations(problem(jobs([3, 3]), shifts([0, 0], fixed=((0,), ()))), routes)
    assert found == [Violation(what=Broken.FIXED, shift=0, job=0)]


def test_a_job_with_another_crew_than_it_is_pinned_to() -> None:
    """Pinned to crew 7, done by crew 8."""
    found = violations(problem(jobs([3], pinned_to=[7]), shifts([0, 0], crew=[7, 8])), [[], [0]])
    assert found == [Violation(what=Broken.PIN, shift=1, job=0)]


def test_a_job_with_a_crew_that_has_refused_it() -> None:
    """Barred from the second of two shifts, and done there."""
    found = violations(problem(jobs([3]), shifts([0, 0]), barred=[[False, True]]), [[], [0]])
    assert found == [Violation(what=Broken.BARRED, shift=1, job=0)]


def test_a_skill_that_the_crew_lacks() -> None:
    """Of three skills needed, the crew has the first: the two others are told by number."""
    found = violations(problem(jobs([3], needs=[[True] * 3]), shifts([0], has=[[True, False, False]])), [[0]])
    assert found == [Violation(what=Broken.SKILL, shift=0, job=0, thing=skill) for skill in (1, 2)]


def test_no_way_to_a_job() -> None:
    """There is no way from place 0 to place 3."""
    travel_s = street()
    travel_s[0, 0, 3] = NO_WAY_S
    found = violations(problem(jobs([3]), shifts([0]), travel_s=travel_s), [[0]])
    assert found == [Violation(what=Broken.NO_WAY, shift=0, job=0)]


def test_no_way_home() -> None:
    """There is no way from place 3 to place 0, where the shift ends: it is about no job."""
    travel_s = street()
    travel_s[0, 3, 0] = NO_WAY_S
    found = violations(problem(jobs([3]), shifts([0], end_place=[0]), travel_s=travel_s), [[0]])
    assert found == [Violation(what=Broken.NO_WAY, shift=0)]


def test_work_that_begins_after_its_window() -> None:
    """There at 3 minutes, the window closed at 2: a minute too late."""
    found = violations(problem(jobs([3], latest_s=[2 * MINUTE]), shifts([0])), [[0]])
    assert found == [Violation(what=Broken.WINDOW, shift=0, job=0, excess=MINUTE)]


def test_more_carried_than_there_is_room_for() -> None:
    """Of the second thing 4 + 5 are taken with room for 7: 2 too much; of the first there is enough."""
    work = jobs([3, 3], demand=[[1, 4], [1, 5]])
    found = violations(problem(work, shifts([0], capacity=[[2, 7]])), [[0, 1]])
    assert found == [Violation(what=Broken.CAPACITY, shift=0, excess=2, thing=1)]


def test_a_break_that_begins_too_late() -> None:
    """There at 3 minutes, the break might begin until 1: two minutes too late."""
    duty = shifts([0], break_first=[0, 1], break_earliest_s=[0], break_latest_s=[MINUTE], break_s=[MINUTE])
    found = violations(problem(jobs([3]), duty), [[0]])
    assert found == [Violation(what=Broken.BREAK, shift=0, excess=2 * MINUTE, thing=0)]


def test_a_shift_that_ends_too_late() -> None:
    """Work until 13, home at 16; the shift ends at 15: a minute too late."""
    found = violations(problem(jobs([3]), shifts([0], end_place=[0], end_s=[15 * MINUTE])), [[0]])
    assert found == [Violation(what=Broken.SHIFT_END, shift=0, excess=MINUTE)]


def test_a_shift_without_stops_is_never_too_late() -> None:
    """It would end before it begins, but nobody works in it."""
    assert violations(problem(jobs([3]), shifts([0], start_s=[MINUTE], end_s=[0])), [[]]) == []


def test_everything_that_is_wrong_is_told() -> None:
    """A pin, a refusal, a skill and a window on one stop, and the shift's end, by what they are about."""
    work = jobs([3], pinned_to=[9], needs=[[True]], latest_s=[0])
    found = violations(problem(work, shifts([0], has=[[False]], end_s=[0]), barred=[[True]]), [[0]])
    of_stop = [Broken.PIN, Broken.BARRED, Broken.SKILL, Broken.WINDOW]
    assert [each.what for each in found] == [*of_stop, Broken.SHIFT_END]


def test_a_job_that_there_is_not_and_a_wrong_number_of_routes_are_told_together() -> None:
    """Two routes for one shift, and jobs -1 and 5 of one."""
    with pytest.raises(ValueError, match=r"^2 routes for 1 shifts; no such jobs: -1, 5; there are 1$"):
        violations(problem(jobs([3]), shifts([0])), [[-1], [0, 5]])


@given(problems())
def test_nothing_planned_breaks_nothing_but_what_is_fixed(puzzle: Problem) -> None:
    """An empty plan of any problem lacks its fixed jobs, and that is all."""
    found = violations(puzzle, [()] * len(puzzle.shifts))
    assert [(each.what, each.job) for each in found] == [
        (Broken.FIXED, job) for stops in puzzle.shifts.fixed for job in stops
    ]
