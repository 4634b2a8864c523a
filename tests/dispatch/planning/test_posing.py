"""From a city to a problem and back: nothing is lost, and bad input is no fault."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from equipage.dispatch.eta import work_left_s
from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.posing import Posed, pose
from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.engines import own
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY
from equipage.dispatch.solver.schedule import Routes
from equipage.dispatch.solver.violations import violations
from equipage.dispatch.travel import TravelTimes
from tests.dispatch.deciding import FAR, SUGGEST
from tests.dispatch.planning.test_planner import cities
from tests.dispatch.worlds import (
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_shift,
    an_assignment,
    at,
)


def posed(world: World, roads: TravelTimes | None = None) -> Posed:
    """Return the world as a problem."""
    return pose(world.situation(), roads or StraightRoads())


def solved(given: Posed, looks: int = 20) -> Routes:
    """Return what our own engine plans, warm, within so many looks at its budget."""
    shares = iter(np.linspace(0.0, 1.0, looks))
    budget = Budget(seconds=1.0, spent=lambda: float(next(shares, 1.0)))
    return own(given.problem, budget, initial=given.routes).routes


def left_out(given: Posed) -> list[str]:
    """Return the jobs that stay out of the plan."""
    return [job.id for job in given.left_out(solved(given))]


def test_waiting_and_planned_jobs_are_posed_with_the_plan_in_force() -> None:
    """A works on j0 and has j1 then j2 planned; j3 waits: three rows, and A's route."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job(f"j{k}", (1000.0 * k, 0.0)) for k in range(4)],
        assignments=[
            an_assignment("j0", status="on_site", since=-5.0),
            an_assignment("j1", since=-4.0),
            an_assignment("j2", since=-3.0),
        ],
    )
    given = posed(world)
    assert [job.id for job in given.jobs] == ["j1", "j2", "j3"]
    assert given.crew_ids == ("A", "B")
    assert given.routes == ((0, 1), ())
    assert given.problem.jobs.held_by.tolist() == [0, 0, NOBODY]
    assert given.problem.shifts.next_job.tolist() == [0, NOBODY]
    assert given.problem.shifts.fixed == ((), ())
    assert given.problem.shifts.start_s.tolist() == [math.ceil(work_left_s(1800, 300)), 0]


def test_a_refusal_bars_the_crew_and_waiting_has_the_priority_as_its_price() -> None:
    """A refused j1; of the two jobs the more urgent one costs four times as much each second."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j1", priority=2), a_job("j2", priority=4)],
        refusals=[("j1", "A")],
    )
    given = posed(world).problem
    assert given.barred.tolist() == [[True, False], [False, False]]
    assert given.jobs.wait_cost.tolist() == [4.0, 1.0]


@pytest.mark.parametrize(("actor", "crew"), [("planner", NOBODY), ("Léa", 0)])
def test_what_a_person_sends_an_idle_crew_to_stays_with_it(actor: str, crew: int) -> None:
    """What is behind it may move, and all that the planner told it."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j1"), a_job("j2")],
        assignments=[an_assignment("j1", since=-2.0, actor=actor), an_assignment("j2", since=-1.0)],
    )
    assert posed(world).problem.jobs.pinned_to.tolist() == [crew, NOBODY]
    assert posed(world).problem.shifts.fixed == ((),)


def test_pins_are_fixed_at_the_head_and_else_held_to_their_crew() -> None:
    """A is at work: its first planned job is pinned, the second is not, the third is."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job(f"j{k}") for k in range(4)],
        assignments=[
            an_assignment("j0", status="on_site", since=-1.0),
            an_assignment("j1", since=-4.0, pinned=True),
            an_assignment("j2", since=-3.0),
            an_assignment("j3", since=-2.0, pinned=True),
        ],
    )
    given = posed(world)
    assert given.problem.shifts.fixed == ((0,), ())
    assert given.problem.jobs.pinned_to.tolist() == [0, NOBODY, 0]


def test_services_that_decide_otherwise_keep_their_crew() -> None:
    """What a dispatcher decides stays with whoever has it."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j0"), a_job("j1", service_code=SUGGEST.code), a_job("j2"), a_job("j3")],
        services=[SUGGEST],
        assignments=[an_assignment("j0", status="on_site"), *(an_assignment(f"j{k}") for k in (1, 2))],
    )
    assert posed(world).problem.jobs.pinned_to.tolist() == [0, NOBODY, NOBODY]


def test_visits_tell_when_each_stop_is() -> None:
    """100 s to j1, half an hour of work, 100 s further to j2."""
    world = World(crews=[a_crew("A")], jobs=[a_job("j1"), a_job("j2", (2000.0, 0.0))])
    first, second = posed(world).visits([[0, 1]])
    assert (first.job_id, first.position, first.assignment_id) == ("j1", 1, None)
    assert first.arrival == NOW + timedelta(seconds=100)
    assert (second.arrival, second.departure) == (
        NOW + timedelta(seconds=100 + 1800 + 100),
        NOW + timedelta(seconds=100 + 1800 + 100 + 1800),
    )


def test_a_place_with_several_jobs_is_one_place() -> None:
    """Two jobs and a crew on the square: one row of the matrix, beside nowhere."""
    world = World(crews=[a_crew("A")], jobs=[a_job("j1", (0.0, 0.0)), a_job("j2", (0.0, 0.0))])
    given = posed(world)
    assert given.problem.travel_s.shape == (1, 2, 2)
    assert given.problem.jobs.place.tolist() == [1, 1]


def test_jobs_that_are_put_off_are_posed_only_when_asked_for() -> None:
    """j1 is for a dispatcher to decide: it is left alone, but can be explained."""
    world = World(crews=[a_crew("A")], jobs=[a_job("j1", service_code=SUGGEST.code)], services=[SUGGEST])
    assert posed(world).jobs == ()
    asked = pose(world.situation(), StraightRoads(), jobs=[JobId("j1")])
    assert [job.id for job in asked.jobs] == ["j1"]


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(World(jobs=[a_job()]), id="no crews"),
        pytest.param(World(crews=[a_crew()], jobs=[a_job()], shifts=[]), id="no shift"),
        pytest.param(World(crews=[a_crew()], jobs=[a_job(skills=frozenset({"gas"}))]), id="no skills"),
        pytest.param(World(crews=[a_crew()], jobs=[a_job(place=(FAR, 0.0))]), id="report in the river"),
        pytest.param(
            World(crews=[a_crew()], jobs=[a_job()], where={"A": (FAR, 0.0)}), id="crew off the roads"
        ),
        pytest.param(World(crews=[a_crew()], jobs=[a_job(duration_s=30 * 86_400)]), id="a month of work"),
        pytest.param(World(crews=[a_crew()], jobs=[a_job()], refusals=[("j1", "A")]), id="refused"),
    ],
)
def test_what_nobody_can_do_stays_out(world: World) -> None:
    """No crash, and nothing dropped in silence: the job is posed, and no route takes it."""
    assert left_out(posed(world)) == ["j1"]


def test_a_job_that_takes_no_time_is_planned() -> None:
    """Zero seconds of work: it is done as the crew arrives."""
    given = posed(World(crews=[a_crew()], jobs=[a_job(duration_s=0)]))
    (visit,) = given.visits(solved(given))
    assert visit.arrival == visit.departure


def test_a_river_without_a_bridge_is_a_pair_without_a_way() -> None:
    """j1 lies beyond the river: its travel says so, and it stays out."""
    given = posed(
        World(crews=[a_crew()], jobs=[a_job("j1", (20_000.0, 0.0))]), StraightRoads(river_x=15_000.0)
    )
    start, there = given.problem.shifts.start_place[0], given.problem.jobs.place[0]
    assert given.problem.travel_s[0, start, there] == NO_WAY_S
    assert left_out(given) == ["j1"]


def test_a_crew_whose_running_job_cannot_be_reached_gets_nothing() -> None:
    """Nobody can tell when it is free; B has the other job."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j0", (FAR, 0.0)), a_job("j1")],
        assignments=[an_assignment("j0", status="en_route")],
    )
    assert solved(posed(world)) == ((), (0,))


def test_more_pins_than_time_keep_what_fits() -> None:
    """Five pinned jobs of two hours behind a running one, four hours left: all are posed for A, none lost."""
    names = [f"p{k}" for k in range(5)]
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j0"), *(a_job(name, duration_s=7200) for name in names), a_job("j9")],
        assignments=[
            an_assignment("j0", status="on_site"),
            *(an_assignment(name, since=-1.0, pinned=True) for name in names),
        ],
    )
    given = posed(world)
    routes = solved(given)
    assert set(routes[0]) >= set(given.problem.shifts.fixed[0])
    assert [given.jobs[row].id for row in routes[1]] == ["j9"]


def test_one_job_planned_twice_is_posed_once() -> None:
    """Two assignments contradict each other: the one that counts is posed, the other is as good as gone."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j1")],
        assignments=[an_assignment("j1", "A", pinned=True), an_assignment("j1", "B", pinned=True)],
    )
    given = posed(world)
    assert sorted(map(len, given.routes)) == [0, 1]


def test_what_a_gone_crew_was_to_do_is_for_others_unless_a_person_decided() -> None:
    """A is absent: the planner's choice is open again, the dispatcher's is not."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        shifts=[a_shift("A", absent=True), a_shift("B")],
        jobs=[a_job("j1"), a_job("j2")],
        assignments=[an_assignment("j1", "A"), an_assignment("j2", "A", actor="Dominique")],
    )
    given = posed(world)
    assert [job.id for job in given.jobs] == ["j1"]
    assert given.crew_ids == (CrewId("B"),)
    assert given.problem.jobs.held_by.tolist() == [NOBODY]


def test_breaks_still_to_take_are_posed() -> None:
    """One is over as the crew is free, one is in an hour and may slide by half its length."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j1")],
        shifts=[a_shift("A", breaks=[(-10, 5), (60, 90)])],
    )
    shifts = posed(world).problem.shifts
    assert shifts.start_s.tolist() == [300]
    assert (shifts.break_earliest_s.tolist(), shifts.break_latest_s.tolist()) == ([3600], [4500])
    assert shifts.break_s.tolist() == [1800]


def test_more_urgent_jobs_cost_more_to_leave_and_none_less_than_the_latest_arrival() -> None:
    """A job overdue for a year outweighs no higher priority, beyond what it costs in any case."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j1", priority=1), a_job("j2", priority=4), a_job("j3", priority=4, due_at=at(-525_600))],
    )
    terms = posed(world).problem.jobs
    overdue = terms.late_cost * np.maximum(-terms.due_s, 0)
    net = terms.drop_cost - overdue
    assert net[0] > 2 * net[2] > 0
    assert net[2] >= net[1]


def test_whoever_was_told_an_arrival_waits_at_a_higher_price() -> None:
    """Half as much again as their equals, and still less than those of the next higher priority."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j1"), a_job("j2"), a_job("j3", priority=2)],
        assignments=[an_assignment("j1", promised_at=at(30))],
    )
    assert posed(world).problem.jobs.wait_cost.tolist() == [3.0, 2.0, 4.0]


@given(world=cities())
@settings(max_examples=60, deadline=None)
def test_any_city_can_be_planned(world: World) -> None:
    """Every job that seeks a crew is in a route or left out, and only fixed stops break anything."""
    given = posed(world, StraightRoads(river_x=15_000.0))
    routes = solved(given, looks=3)
    planned = [row for stops in routes for row in stops]
    assert sorted([*planned, *(given.rows[job.id] for job in given.left_out(routes))]) == list(
        range(len(given.jobs))
    )
    alone = {repr(each) for each in violations(given.problem, given.problem.shifts.fixed)}
    assert {repr(each) for each in violations(given.problem, routes)} <= alone
