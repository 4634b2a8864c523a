"""When everything happens and what it costs, counted by hand. On the street, places are a minute apart."""

from __future__ import annotations

from typing import Any

import pytest

from equipage.dispatch.solver.problem import NOBODY, Shifts
from equipage.dispatch.solver.schedule import Cost, Pause, Visit, cost_of, timetable, unassigned
from tests.dispatch.solver.problems import MINUTE, jobs, problem, shifts


def with_breaks(*breaks: tuple[int, int, int], **given: Any) -> Shifts:
    """Return a shift from place 0 with breaks: earliest, latest and length in minutes."""
    earliest, latest, length = ([minutes * MINUTE for minutes in each] for each in zip(*breaks, strict=True))
    return shifts(
        [0],
        break_first=[0, len(breaks)],
        break_earliest_s=earliest,
        break_latest_s=latest,
        break_s=length,
        **given,
    )


def pause(number: int, begin: int, end: int, before: int) -> Pause:
    """Return a break taken from one minute to another."""
    return Pause(number=number, begin_s=begin * MINUTE, end_s=end * MINUTE, before=before)


def test_work_begins_on_arrival() -> None:
    """From place 0 at minute 5: 3 minutes of driving, at 8 work begins, 10 minutes later, at 18, it ends."""
    day = timetable(problem(jobs([3]), shifts([0], start_s=[5 * MINUTE])), 0, [0])
    assert day.visits == (Visit(job=0, arrival_s=480, begin_s=480, end_s=1080, travel_s=180),)


def test_the_next_drive_begins_when_work_ends() -> None:
    """Place 3 at 3, done at 13; 4 minutes to place 7: there at 17."""
    day = timetable(problem(jobs([3, 7]), shifts([0])), 0, [0, 1])
    assert day.visits[1].arrival_s == 17 * MINUTE


def test_a_crew_waits_where_it_is_too_early() -> None:
    """There at 3, the window opens at 20: work from 20 to 30."""
    day = timetable(problem(jobs([3], earliest_s=[20 * MINUTE]), shifts([0])), 0, [0])
    assert (day.visits[0].arrival_s, day.visits[0].begin_s, day.end_s) == (180, 1200, 1800)


def test_a_window_that_has_closed_does_not_stop_the_clock() -> None:
    """The window closed at 1; there at 3, work begins at 3: what is wrong with it others tell."""
    day = timetable(problem(jobs([3], latest_s=[MINUTE]), shifts([0])), 0, [0])
    assert day.visits[0].begin_s == 3 * MINUTE


def test_setup_is_spared_at_the_same_place() -> None:
    """There at 3; 5 of setup and 10 of work: until 18; the second needs no setup: until 28."""
    work = jobs([3, 3], setup_s=[5 * MINUTE, 5 * MINUTE])
    day = timetable(problem(work, shifts([0])), 0, [0, 1])
    assert [visit.end_s for visit in day.visits] == [18 * MINUTE, 28 * MINUTE]


def test_setup_is_needed_again_after_another_place() -> None:
    """Place 3 until 18, place 4 from 19 to 34, back at place 3 at 35: again 15 minutes, until 50."""
    work = jobs([3, 4, 3], setup_s=[5 * MINUTE] * 3)
    day = timetable(problem(work, shifts([0])), 0, [0, 1, 2])
    assert day.visits[-1].end_s == 50 * MINUTE


def test_the_first_stop_needs_setup_where_the_crew_is_already() -> None:
    """A crew that begins at place 3 sets up there all the same: 0 + 5 + 10."""
    day = timetable(problem(jobs([3], setup_s=[5 * MINUTE]), shifts([3])), 0, [0])
    assert day.visits[0].end_s == 15 * MINUTE


def test_a_break_is_free_while_waiting() -> None:
    """There at 3, work from 40: the break of 30 minutes from 10 to 40 on costs no time."""
    work = jobs([3], earliest_s=[40 * MINUTE])
    day = timetable(problem(work, with_breaks((10, 60, 30))), 0, [0])
    assert day.pauses == (pause(0, 10, 40, before=0),)
    assert day.end_s == 50 * MINUTE


def test_a_break_a_minute_longer_than_the_waiting_is_not_free() -> None:
    """31 minutes from 10 on would end at 41: work from 40 to 50 goes first, then the break from 50 to 81."""
    work = jobs([3], earliest_s=[40 * MINUTE])
    day = timetable(problem(work, with_breaks((10, 60, 31))), 0, [0])
    assert day.pauses == (pause(0, 50, 81, before=1),)


def test_a_break_is_taken_as_late_as_it_may_be() -> None:
    """Work from 3 to 13 and, there at 14, until 24: past 20, the latest; so the break is from 14 to 19."""
    day = timetable(problem(jobs([3, 4]), with_breaks((0, 20, 5))), 0, [0, 1])
    assert day.pauses == (pause(0, 14, 19, before=1),)
    assert [visit.begin_s for visit in day.visits] == [3 * MINUTE, 19 * MINUTE]


def test_work_may_go_on_until_the_latest_moment_itself() -> None:
    """Work from 3 to 13, and the break may begin at 13: it does, after the last work."""
    day = timetable(problem(jobs([3]), with_breaks((0, 13, 5))), 0, [0])
    assert day.pauses == (pause(0, 13, 18, before=1),)


def test_a_crew_waits_for_a_break_that_may_not_begin_yet() -> None:
    """There at 3, work would last until 13, past 12; the break may begin at 8: from 8 to 13, then work."""
    day = timetable(problem(jobs([3]), with_breaks((8, 12, 5))), 0, [0])
    assert day.pauses == (pause(0, 8, 13, before=0),)
    assert day.visits[0].begin_s == 13 * MINUTE


def test_a_break_that_is_left_is_taken_after_the_last_work() -> None:
    """Work ends at 13; the break may begin at 30: from 30 to 35, where the last work was."""
    day = timetable(problem(jobs([3]), with_breaks((30, 60, 5))), 0, [0])
    assert day.pauses == (pause(0, 30, 35, before=1),)
    assert day.end_s == 35 * MINUTE


def test_several_breaks_are_taken_in_order() -> None:
    """Both while waiting until 60: from 5 to 15 and from 20 to 30; the third at the end, from 70 to 75."""
    work = jobs([3], earliest_s=[60 * MINUTE])
    day = timetable(problem(work, with_breaks((5, 90, 10), (20, 90, 10), (65, 90, 5))), 0, [0])
    assert day.pauses == (pause(0, 5, 15, before=0), pause(1, 20, 30, before=0), pause(2, 70, 75, before=1))


def test_breaks_one_after_the_other_do_not_overlap() -> None:
    """Both may begin at 0; after work until 13: from 13 to 18 and from 18 to 25."""
    day = timetable(problem(jobs([3]), with_breaks((0, 90, 5), (0, 90, 7))), 0, [0])
    assert day.pauses == (pause(0, 13, 18, before=1), pause(1, 18, 25, before=1))


def test_a_shift_takes_its_own_breaks_only() -> None:
    """The second shift's break is number 1."""
    duty = shifts(
        [0, 0], break_first=[0, 1, 2], break_earliest_s=[0] * 2, break_latest_s=[0] * 2, break_s=[60] * 2
    )
    day = timetable(problem(jobs([3]), duty), 1, [0])
    assert [taken.number for taken in day.pauses] == [1]


def test_the_way_home_is_driven_after_the_last_work() -> None:
    """Place 3 until 13, place 10 is 7 minutes away: there at 20."""
    day = timetable(problem(jobs([3]), shifts([0], end_place=[10])), 0, [0])
    assert (day.home_s, day.end_s) == (7 * MINUTE, 20 * MINUTE)


def test_a_shift_that_ends_anywhere_has_no_way_home() -> None:
    """It ends where its last work does, at 13."""
    day = timetable(problem(jobs([3]), shifts([0])), 0, [0])
    assert (day.home_s, day.end_s) == (0, 13 * MINUTE)


def test_a_shift_without_stops_stays_where_it_is() -> None:
    """No break, no way home, over when it begins, at 5."""
    duty = with_breaks((0, 0, 30), start_s=[5 * MINUTE], end_place=[10])
    day = timetable(problem(jobs([3]), duty), 0, [])
    assert (day.visits, day.pauses, day.home_s, day.end_s) == ((), (), 0, 5 * MINUTE)


def test_each_shift_travels_by_its_own_matrix() -> None:
    """The second kind of vehicle takes twice as long to place 3: 6 minutes."""
    puzzle = problem(jobs([3]), shifts([0]))
    both = puzzle.travel_s.repeat(2, axis=0) * [[[1]], [[2]]]
    slow = problem(jobs([3]), shifts([0], travel=[1]), travel_s=both.astype("int32"))
    assert timetable(slow, 0, [0]).visits[0].arrival_s == 6 * MINUTE


def test_travel_costs_its_seconds_and_the_way_home() -> None:
    """3 and 4 minutes to the jobs, 7 home: 14 minutes."""
    puzzle = problem(jobs([3, 7]), shifts([0], end_place=[0]))
    assert cost_of(puzzle, [[0, 1]]) == costs(travel=14 * MINUTE)


def test_waiting_costs_each_second_until_work_begins() -> None:
    """Free at 5, there at 8, waiting until 20, at 2 a second; there at 31, at 3: 1,200 x 2 + 1,860 x 3."""
    work = jobs([3, 4], earliest_s=[20 * MINUTE, 0], wait_cost=[2.0, 3.0])
    found = cost_of(problem(work, shifts([0], start_s=[5 * MINUTE])), [[0, 1]])
    assert found == costs(travel=240, waiting=7980)


def test_lateness_costs_each_second_after_the_due_time_of_beginning() -> None:
    """There at 3 and due at 1, at 10 a second: 120 x 10; there at 14 and due at 14: in time."""
    work = jobs([3, 4], due_s=[MINUTE, 14 * MINUTE], late_cost=[10.0, 10.0])
    assert cost_of(problem(work, shifts([0])), [[0, 1]]) == costs(travel=240, lateness=1200)


def test_another_crew_than_before_costs_its_price() -> None:
    """Of three jobs, crew 0 keeps one, takes one over from crew 1, and one was nobody's: 300 once."""
    work = jobs([0, 0, 0], held_by=[0, 1, NOBODY], change_cost=[300.0] * 3)
    assert cost_of(problem(work, shifts([0, 0])), [[0, 1, 2], []]) == costs(crew_changes=300)


def test_the_same_crew_on_another_day_is_no_change() -> None:
    """Crew 7 has both shifts."""
    work = jobs([0], held_by=[7], change_cost=[300.0])
    assert cost_of(problem(work, shifts([0, 0], crew=[7, 7])), [[], [0]]) == costs()


def test_another_next_job_than_told_costs_its_price() -> None:
    """Told job 0, the first shift begins with 1; the second has lost its next job: 90 + 50."""
    duty = shifts([0, 0, 0], next_job=[0, 2, NOBODY], next_change_cost=[90.0, 50.0, 10.0])
    assert cost_of(problem(jobs([0, 0, 0]), duty), [[1, 0], [], [2]]) == costs(next_changes=140)


def test_what_is_left_out_costs_its_price() -> None:
    """Of three jobs, those for 100 and 1,000 are left out."""
    work = jobs([0, 0, 0], drop_cost=[100.0, 10.0, 1000.0])
    assert cost_of(problem(work, shifts([0])), [[1]]) == costs(dropped=1100)


def test_the_total_is_the_sum_of_the_parts() -> None:
    """1 + 20 + 300 + 4,000 + 50,000 + 600,000."""
    parts = costs(
        travel=1, lateness=20, crew_changes=300, next_changes=4_000, dropped=50_000, waiting=600_000
    )
    assert parts.total == pytest.approx(654_321)


def test_unassigned_are_those_in_no_route() -> None:
    """Of four jobs, two are in routes."""
    assert unassigned(problem(jobs([0] * 4), shifts([0, 0])), [[2], [0]]) == [1, 3]


def costs(**given: float) -> Cost:
    """Return costs of nothing but what is given."""
    names = ("travel", "waiting", "lateness", "crew_changes", "next_changes", "dropped")
    parts = dict.fromkeys(names, 0.0)
    return Cost(**(parts | given))
