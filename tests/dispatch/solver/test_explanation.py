"""Explanations against the schedule and the checker: they add up, and name what is in the way."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.dispatch.solver.explanation import Explanation, explain
from equipage.dispatch.solver.insertions import insertions
from equipage.dispatch.solver.obstacles import Hindrance, Obstacle, new_violations, without
from equipage.dispatch.solver.problem import FOREVER_S, NOBODY, Problem
from equipage.dispatch.solver.ruin_recreate import ruin_and_recreate
from equipage.dispatch.solver.schedule import Routes, cost_of, timetable, unassigned
from tests.dispatch.solver.problems import MINUTE, jobs, problem, problems, shifts
from tests.dispatch.solver.test_ruin_recreate import looks


@st.composite
def plans(draw: st.DrawFn) -> tuple[Problem, Routes]:
    """Draw a problem and a plan: a good one, or that of a dispatcher who does not care."""
    puzzle = draw(problems())
    if draw(st.booleans()):
        return puzzle, ruin_and_recreate(puzzle, looks(2)).routes
    routes = [list(stops) for stops in puzzle.shifts.fixed]
    fixed = {job for stops in routes for job in stops}
    for job in range(len(puzzle.jobs)):
        shift = draw(st.integers(NOBODY, len(routes) - 1))
        if job not in fixed and shift != NOBODY:
            routes[shift].append(job)
    return puzzle, routes


def left_out(routes: Routes, job: int) -> list[list[int]]:
    """Return a plan without a job."""
    return [[other for other in stops if other != job] for stops in routes]


def put(routes: Routes, job: int, shift: int, position: int) -> list[list[int]]:
    """Return a plan with a job at a place, of a shift after the last too."""
    after = [list(stops) for stops in routes] + [[]] * (shift + 1 - len(routes))
    after[shift] = [*after[shift][:position], job, *after[shift][position:]]
    return after


def begin_s(puzzle: Problem, routes: Routes, shift: int, job: int) -> int:
    """Return when work at a job of a shift begins."""
    visits = timetable(puzzle, shift, routes[shift]).visits
    return next(visit.begin_s for visit in visits if visit.job == job)


@settings(max_examples=60)
@given(plans())
def test_splits_add_up_to_what_the_plan_costs_more(given_plan: tuple[Problem, Routes]) -> None:
    """Where a job is, and where it could be: cost with it less cost without it, part by part."""
    puzzle, routes = given_plan
    for job in range(len(puzzle.jobs)):
        told, bare = explain(puzzle, routes, job), left_out(routes, job)
        without_it = cost_of(puzzle, bare)
        for option in (*([told.place] if told.place else []), *told.next_best):
            plan = put(bare, job, option.shift, option.position)
            cost = cost_of(puzzle, plan)
            assert option.split.travel == cost.travel - without_it.travel
            assert option.split.waiting == cost.waiting - without_it.waiting
            assert option.split.lateness == cost.lateness - without_it.lateness
            assert option.split.crew_change == cost.crew_changes - without_it.crew_changes
            assert option.split.next_change == cost.next_changes - without_it.next_changes
            assert option.split.total == cost.total - without_it.total
            assert option.more == cost.total - cost_of(puzzle, routes).total
            assert option.begin_s == begin_s(puzzle, plan, option.shift, job)


@settings(max_examples=60)
@given(plans())
def test_every_place_is_judged_as_the_checker_does(given_plan: tuple[Problem, Routes]) -> None:
    """All places of all shifts: what is broken anew, its number, and what it costs."""
    puzzle, routes = given_plan
    for job in range(len(puzzle.jobs)):
        bare = left_out(routes, job)
        if any(job in stops for stops in puzzle.shifts.fixed):
            continue
        seen = insertions(puzzle, bare, job)
        broken, before = seen.broken(), cost_of(puzzle, bare).total - float(puzzle.jobs.drop_cost[job])
        for shift, stops in enumerate(bare):
            for position in range(len(stops) + 1):
                after = put(bare, job, shift, position)
                found = new_violations(puzzle, shift, stops, after[shift])
                names = {(v.what, v.job if v.what != "fixed" else NOBODY, v.thing) for v in found}
                assert broken[shift, position] == len(names)
                assert seen.cost[shift, position] == cost_of(puzzle, after).total - before


@settings(max_examples=60)
@given(plans())
def test_verdicts_name_what_is_in_the_way_or_what_it_costs(given_plan: tuple[Problem, Routes]) -> None:
    """A crew that could have it costs the least of its sound places more; another has none of them."""
    puzzle, routes = given_plan
    now = cost_of(puzzle, routes).total
    for job in range(len(puzzle.jobs)):
        told, bare = explain(puzzle, routes, job), left_out(routes, job)
        assert len(told.verdicts) == len(routes) - (told.place is not None)
        for verdict in told.verdicts:
            plans = [put(bare, job, verdict.shift, at) for at in range(len(bare[verdict.shift]) + 1)]
            shift, stops = verdict.shift, bare[verdict.shift]
            sound = [plan for plan in plans if not new_violations(puzzle, shift, stops, plan[shift])]
            if verdict.obstacle is None:
                assert verdict.more == min(cost_of(puzzle, plan).total for plan in sound) - now
            elif verdict.obstacle.what is not Hindrance.FIXED or verdict.obstacle.shift == shift:
                assert not sound
                there = plans[verdict.position][shift]
                assert gets_better(puzzle, verdict.obstacle, shift, stops, there)


def gets_better(puzzle: Problem, obstacle: Obstacle, shift: int, before: list[int], after: list[int]) -> bool:
    """Tell whether fewer or smaller things are broken without an obstacle."""
    found = new_violations(puzzle, shift, before, after)
    left = new_violations(without(puzzle, obstacle), shift, before, after)
    return len(left) < len(found) or sum(v.excess for v in left) < sum(v.excess for v in found)


def helps(puzzle: Problem, routes: Routes, told: Explanation) -> bool:
    """Tell whether a job can be done, in time if it was late, once what is named is removed."""
    remedy = told.remedy
    assert remedy is not None
    changed = reduce(without, remedy.obstacles, puzzle)
    bare = left_out(routes, told.job)
    plan = put(bare, told.job, remedy.shift, remedy.position)
    before = [*bare, []][remedy.shift]
    in_time = begin_s(changed, plan, remedy.shift, told.job) <= changed.jobs.due_s[told.job]
    stays = plan == [list(stops) for stops in routes]
    broken = [] if stays else new_violations(changed, remedy.shift, before, plan[remedy.shift])
    return not broken and (in_time or told.place is None)


@settings(max_examples=60)
@given(plans())
def test_whatever_is_left_out_or_late_has_a_remedy_that_works(given_plan: tuple[Problem, Routes]) -> None:
    """Every job without a crew, every late one: remove what is named, and the checker finds nothing."""
    puzzle, routes = given_plan
    for job in range(len(puzzle.jobs)):
        told = explain(puzzle, routes, job)
        late = told.place is not None and told.place.begin_s > puzzle.jobs.due_s[job]
        assert (told.remedy is not None) == (told.place is None or late)
        assert told.remedy is None or helps(puzzle, routes, told)


@settings(max_examples=60)
@given(plans())
def test_nothing_in_the_way_means_that_it_is_a_matter_of_cost(given_plan: tuple[Problem, Routes]) -> None:
    """A remedy without obstacles says exactly what the plan would cost more with the job there."""
    puzzle, routes = given_plan
    for job in range(len(puzzle.jobs)):
        remedy = explain(puzzle, routes, job).remedy
        if remedy is not None and not remedy.obstacles:
            plan = put(left_out(routes, job), job, remedy.shift, remedy.position)
            assert remedy.more == cost_of(puzzle, plan).total - cost_of(puzzle, routes).total


@settings(max_examples=100)
@given(problems())
def test_a_good_plan_leaves_nothing_out_that_would_pay(puzzle: Problem) -> None:
    """Where the engine had time, a job left out without an obstacle costs more than leaving it out."""
    routes = ruin_and_recreate(puzzle, looks(50)).routes
    for job in unassigned(puzzle, routes):
        remedy = explain(puzzle, routes, job).remedy
        assert remedy is not None
        assert remedy.obstacles or remedy.more >= 0 or ill_begun(puzzle)


def ill_begun(puzzle: Problem) -> bool:
    """Tell whether fixed stops break something by themselves, after which the engine adds nothing."""
    fixed = puzzle.shifts.fixed
    return any(new_violations(puzzle, shift, [], list(stops)) for shift, stops in enumerate(fixed))


def obstacles_of(puzzle: Problem, routes: Routes, job: int) -> list[tuple[str, int, int]]:
    """Return what would have to change for a job, with its shift and measure."""
    remedy = explain(puzzle, routes, job).remedy
    assert remedy is not None
    return [(obstacle.what.value, obstacle.shift, obstacle.excess) for obstacle in remedy.obstacles]


def test_a_shift_too_short_would_have_to_last_longer() -> None:
    """Ten minutes there and ten of work: after a quarter of an hour the crew lacks five minutes."""
    puzzle = problem(jobs([10]), shifts([0], end_s=[15 * MINUTE]))
    assert obstacles_of(puzzle, [[]], 0) == [("shift_end", 0, 5 * MINUTE)]


def test_a_window_too_early_would_have_to_be_open_longer() -> None:
    """Nine minutes from the nearer crew, and the window closes after seven."""
    puzzle = problem(jobs([10], latest_s=[7 * MINUTE]), shifts([0, 1]))
    assert obstacles_of(puzzle, [[], []], 0) == [("window", 1, 2 * MINUTE)]


def test_a_skill_that_nobody_has_is_named_with_the_crew_to_learn_it() -> None:
    """Nobody may do it; every crew is kept by that skill."""
    puzzle = problem(jobs([3], needs=[[False, True]]), shifts([0, 9], has=[[True, False]] * 2))
    told = explain(puzzle, [[], []], 0)
    assert [each.obstacle and (each.obstacle.what, each.obstacle.thing) for each in told.verdicts] == [
        (Hindrance.SKILL, 1)
    ] * 2
    assert obstacles_of(puzzle, [[], []], 0) == [("skill", 0, 0)]


def test_room_that_lacks_is_named_by_how_much() -> None:
    """Three fit, two are on board, and two more are to come."""
    puzzle = problem(jobs([1, 2], demand=[[2], [2]]), shifts([0], capacity=[[3]]))
    assert obstacles_of(puzzle, [[0]], 1) == [("capacity", 0, 1)]


def test_a_pin_to_somebody_who_is_not_there_would_have_to_go() -> None:
    """The crew that was chosen does not work today."""
    puzzle = problem(jobs([1], pinned_to=[7]), shifts([0]))
    assert [what for what, _, _ in obstacles_of(puzzle, [[]], 0)] == ["pin"]


def test_a_refusal_would_have_to_be_taken_back() -> None:
    """The only crew has refused the job, on both of its days: the first of them is enough to ask for."""
    duty = shifts([0, 0], crew=[3, 3])
    puzzle = problem(jobs([1]), duty, barred=[[True, True]])
    told = explain(puzzle, [[], []], 0).verdicts
    assert [each.obstacle and each.obstacle.what for each in told] == [Hindrance.BARRED] * 2
    assert obstacles_of(puzzle, [[], []], 0) == [("barred", 0, 0)]
    freed = without(puzzle, Obstacle(what=Hindrance.BARRED, shift=0, job=0))
    assert freed.allowed().all()


def test_without_any_shift_a_crew_lacks() -> None:
    """Nobody works: it takes one crew."""
    assert obstacles_of(problem(jobs([1]), shifts([])), [], 0) == [("no_crew", NOBODY, 0)]


def test_a_job_that_does_not_pay_is_told_by_how_much() -> None:
    """Ten minutes of driving for a job worth four: six too many, and nothing in the way."""
    puzzle = problem(jobs([10], drop_cost=[4.0 * MINUTE]), shifts([0]))
    remedy = explain(puzzle, [[]], 0).remedy
    assert remedy is not None
    assert (remedy.obstacles, remedy.more) == ((), 6.0 * MINUTE)


def test_a_delay_is_told_with_whose_it_is() -> None:
    """The job at 2 makes the one at 4, due in five minutes, begin nine minutes late."""
    puzzle = problem(jobs([2, 4], due_s=[FOREVER_S, 5 * MINUTE], late_cost=[1.0, 2.0]), shifts([0]))
    place = explain(puzzle, [[0, 1]], 0).place
    assert place is not None
    assert [(each.job, each.late_s, each.cost) for each in place.split.delays] == [(1, 9 * MINUTE, 1080.0)]


def test_a_late_job_that_another_crew_does_in_time_has_its_price() -> None:
    """The second crew is a minute away but would have to give up nothing: driving a minute instead of ten."""
    puzzle = problem(jobs([10], due_s=[5 * MINUTE], late_cost=[0.0]), shifts([0, 11]))
    remedy = explain(puzzle, [[0], []], 0).remedy
    assert remedy is not None
    assert (remedy.obstacles, remedy.shift, remedy.more) == ((), 1, -9.0 * MINUTE)


def test_a_job_that_is_fixed_to_a_crew_is_kept_from_others_by_that() -> None:
    """Not a lack of the others: it has been promised to this one."""
    puzzle = problem(jobs([1]), shifts([0, 2], fixed=((0,), ())))
    (verdict,) = explain(puzzle, [[0], []], 0).verdicts
    assert verdict.obstacle == Obstacle(what=Hindrance.FIXED, shift=0, job=0, excess=1)
