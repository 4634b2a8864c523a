"""Which planned jobs move to another crew, and which stay."""

from __future__ import annotations

from typing import Any

import pytest

from equipage.dispatch.eligibility import obstacle
from equipage.dispatch.model import CrewId
from equipage.dispatch.status import Policy
from tests.dispatch.deciding import SUGGEST, busy_world, decided, who, why
from tests.dispatch.worlds import (
    World,
    a_crew,
    a_job,
    a_position,
    a_report,
    a_service,
    a_shift,
    an_assignment,
    at,
)


def planned_behind(*, idle_at: float, pinned: bool = False, **job: Any) -> World:
    """Return A working 10 more minutes on the square, j1 100 s from there planned next; B idle at that x."""
    world = busy_world("on_site", since=-20)
    world.jobs = [*list(world.jobs)[:1], a_job("j1", (1000.0, 0.0), **job)]
    world.assignments = [*world.assignments, an_assignment("j1", pinned=pinned)]
    world.crews = [a_crew("A"), a_crew("B")]
    world.where = {"A": (0.0, 0.0), "B": (idle_at, 0.0)}
    return world


def test_a_planned_job_moves_to_a_crew_that_is_there_much_sooner() -> None:
    """With A j1 is reached in 1,065 s, by B 5,500 m away in 550 s: more than 120 s sooner."""
    decision = decided(planned_behind(idle_at=6500.0))
    assert who(decision) == {"j1": "B"}
    assert decision.release == ("a-j1-A",)
    assert [(stop.crew_id, stop.job_id) for stop in decision.visits] == [("A", "j0"), ("B", "j1")]


def test_a_tiny_gain_moves_nothing() -> None:
    """A counts as there after 1,320 s: 1,065, half of 750, less 120 for having it. B: 1,200."""
    decision = decided(planned_behind(idle_at=13_000.0))
    assert (decision.assign, decision.release, decision.unassigned) == ((), (), {})
    stops = [(s.crew_id, s.position, s.job_id, s.assignment_id) for s in decision.visits]
    assert stops == [("A", 1, "j0", "a-j0-A"), ("A", 2, "j1", "a-j1-A")]


def test_who_may_take_longer_keeps_its_next_job_from_nobody_surer() -> None:
    """B takes 900 s and is free now; A is expected after 1,065 s, which it is less sure of."""
    assert who(decided(planned_behind(idle_at=10_000.0))) == {"j1": "B"}


def test_a_pin_holds_a_job_where_it_is() -> None:
    """However near B is."""
    decision = decided(planned_behind(idle_at=1000.0, pinned=True))
    assert (decision.assign, decision.release) == ((), ())


def test_a_held_or_suggested_job_is_not_moved_either() -> None:
    """The planner leaves alone what a dispatcher is dealing with."""
    world = planned_behind(idle_at=1000.0)
    world.reports = [a_report(a_job(), held_until=at(5))]
    assert decided(world).release == ()
    suggested = planned_behind(idle_at=1000.0, service_code=SUGGEST.code)
    suggested.services = [SUGGEST]
    assert decided(suggested).release == ()


def test_what_a_crew_was_told_is_open_until_it_sets_off() -> None:
    """A is idle and was told to go to j1, 100 s away: an urgent report 800 s away takes it, B has j1."""
    world = planned_behind(idle_at=3000.0)
    world.jobs, world.assignments = [a_job("j1", (1000.0, 0.0))], [an_assignment("j1")]
    assert decided(world).release == ()
    world.jobs = [*world.jobs, a_job("j2", (-8000.0, 0.0), priority=1)]
    assert who(decided(world)) == {"j1": "B", "j2": "A"}


def test_a_crew_that_a_person_sends_goes_there() -> None:
    """The same, but Léa gave A the job: B goes to the urgent report, though it takes far longer."""
    world = planned_behind(idle_at=9000.0)
    world.assignments = [an_assignment("j1", actor="Léa")]
    world.jobs = [a_job("j1", (1000.0, 0.0)), a_job("j2", (-8000.0, 0.0), priority=1)]
    assert (who(decided(world)), decided(world).release) == ({"j2": "B"}, ())


def test_what_no_longer_fits_into_the_shift_is_given_back() -> None:
    """A works longer than was thought: it would end j1 after its shift and overtime, so it waits again."""
    world = planned_behind(idle_at=0.0)
    world.crews = [a_crew("A")]
    world.shifts = [a_shift("A", (-4, 0.4))]
    decision = decided(world)
    assert (decision.release, list(why(decision))) == (("a-j1-A",), ["j1"])
    world.assignments = [*list(world.assignments)[:-1], an_assignment("j1", actor="Léa")]
    assert decided(world).release == ()


def test_an_urgent_job_takes_the_crew_of_a_planned_minor_one() -> None:
    """A is the only crew: the P1 report gets it, and the P3 job waits again and says why."""
    world = planned_behind(idle_at=0.0)
    world.crews = [a_crew("A")]
    world.jobs = [*world.jobs, a_job("j2", (9000.0, 0.0), priority=1)]
    decision = decided(world)
    assert who(decision) == {"j2": "A"}
    assert decision.release == ("a-j1-A",)
    assert why(decision) == {"j1": "all_busy"}


@pytest.mark.parametrize("policy", list(Policy))
def test_an_equal_job_does_not_take_the_crew_of_a_planned_one(policy: Policy) -> None:
    """A P3 report nearer to A than its planned P3 job, and older: the planned one keeps its crew."""
    world = planned_behind(idle_at=0.0)
    world.crews = [a_crew("A")]
    world.jobs = [*world.jobs, a_job("j2", (10.0, 0.0), created_at=at(-90), due_at=at(-1))]
    world.services = [a_service(policy=policy)]
    decision = decided(world)
    assert (who(decision), decision.release) == ({}, ())
    assert why(decision) == {"j2": "all_busy"}


def test_the_work_of_a_crew_that_does_not_come_is_given_to_another() -> None:
    """A was given j1 by the planner and is absent: B gets it. Given by a person, it stays."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job()],
        shifts=[a_shift("A", absent=True), a_shift("B")],
        assignments=[an_assignment()],
    )
    decision = decided(world)
    assert (who(decision), decision.release) == ({"j1": "B"}, ("a-j1-A",))
    world.assignments = [an_assignment(actor="Léa")]
    assert (decided(world).assign, decided(world).release) == ((), ())


OFF: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "paused": ({"paused_since": at(-1)}, {}),
    "silent": ({}, {"tracked": ["A"]}),
    "over its hours": ({}, {"shifts": [a_shift("A", (-8, -1)), a_shift("B")]}),
}


@pytest.mark.parametrize("off", OFF)
def test_what_a_person_planned_for_a_crew_that_cannot_be_sent_stays(off: str) -> None:
    """A is on its way and cannot be sent for now; B would be at j1, planned behind that by Léa, at once."""
    of_the_crew, of_the_world = OFF[off]
    world = World(
        crews=[a_crew("A", **of_the_crew), a_crew("B")],
        jobs=[a_job("j0", (5000.0, 0.0)), a_job("j1")],
        assignments=[an_assignment("j0", status="en_route", actor="Léa"), an_assignment("j1", actor="Léa")],
        **of_the_world,
    )
    assert (decided(world).assign, decided(world).release) == ((), ())


def test_a_silent_crew_is_passed_over_by_the_planner_alone() -> None:
    """A is nearer and its tracker silent, B is heard: the planner sends B, and a person may still send A."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job()],
        positions=[a_position("A", (900.0, 0.0), age_s=3600), a_position("B", (9000.0, 0.0))],
        tracked={"A", "B"},
    )
    assert who(decided(world)) == {"j1": "B"}
    situation = world.situation()
    assert obstacle(situation, CrewId("A"), a_job()) is None
    world.assignments = [an_assignment(actor="Léa")]
    assert (decided(world).assign, decided(world).release) == ((), ())


def test_the_work_of_a_crew_that_does_not_come_waits_when_nobody_else_is_there() -> None:
    """It is released all the same, and says that nobody is on shift."""
    world = World(
        crews=[a_crew()], jobs=[a_job()], shifts=[a_shift(absent=True)], assignments=[an_assignment()]
    )
    decision = decided(world)
    assert (decision.release, why(decision)) == (("a-j1-A",), {"j1": "nobody_on_shift"})


def test_a_crew_working_overtime_stays_in_the_plan() -> None:
    """Its shift ended an hour ago and it is still on site: its visit is there, and it gets nothing new."""
    world = busy_world("on_site", since=-25)
    world.shifts = [a_shift("A", (-9, -1))]
    decision = decided(world)
    assert [(stop.crew_id, stop.job_id) for stop in decision.visits] == [("A", "j0")]
    assert why(decision) == {"j1": "nobody_on_shift"}
