"""Who is sent where: by road, by urgency, by skills; and when a crew takes another job."""

from __future__ import annotations

from typing import Any

import pytest

from equipage.dispatch.model import AssignmentId, JobId
from equipage.dispatch.planning.planner import Decision
from tests.dispatch.deciding import NEAREST, busy_world, decided, the_reason, who, why
from tests.dispatch.worlds import (
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_service,
    a_shift,
    an_assignment,
    at,
)


def test_a_waiting_job_gets_the_idle_crew_with_its_times() -> None:
    """A is 1,000 m away: there in 100 s, gone after half an hour, and that is its only visit."""
    decision = decided(World(crews=[a_crew()], jobs=[a_job()], where={"A": (0.0, 0.0)}))
    (choice,) = decision.assign
    assert (choice.job_id, choice.crew_id) == ("j1", "A")
    assert ((choice.arrival - NOW).total_seconds(), (choice.departure - NOW).total_seconds()) == (100, 1900)
    (stop,) = decision.stops({JobId("j1"): AssignmentId("a9")})
    assert (stop.crew_id, stop.position, stop.assignment_id) == ("A", 1, "a9")
    assert (stop.arrival, stop.departure) == (choice.arrival, choice.departure)
    assert (decision.release, decision.unassigned) == ((), {})


GREEDY_TRAP: dict[str, Any] = {
    "crews": [a_crew("A"), a_crew("B")],
    "where": {"A": (0.0, 0.0), "B": (-6000.0, 0.0)},
    "jobs": [a_job("j1", (-900.0, 0.0), created_at=at(-20)), a_job("j2", (600.0, 0.0), created_at=at(-10))],
}


def test_nearest_and_optimal_differ_where_greedy_is_worse() -> None:
    """
    Greedy sends A to the older j1 (90 s), so that B must drive 6,600 m to j2 (660 s): 750 s of driving.
    The other way round A drives 600 m to j2 (60 s) and B 5,100 m to j1 (510 s): 570 s.
    """
    greedy = decided(World(**GREEDY_TRAP, services=[NEAREST]))
    together = decided(World(**GREEDY_TRAP))
    assert who(greedy) == {"j1": "A", "j2": "B"}
    assert who(together) == {"j1": "B", "j2": "A"}
    seconds = [
        sum((choice.arrival - NOW).total_seconds() for choice in decision.assign)
        for decision in (greedy, together)
    ]
    assert seconds == [750, 570]


def test_nearest_is_by_road_and_not_by_air() -> None:
    """B is nearer as the crow flies but beyond the river; A gets it."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j1", (0.0, 0.0))],
        where={"A": (-5000.0, 0.0), "B": (200.0, 0.0)},
        services=[NEAREST],
    )
    assert who(decided(world, StraightRoads(river_x=100.0))) == {"j1": "A"}


def test_nearest_serves_the_urgent_first_and_then_the_oldest() -> None:
    """Two crews, three jobs at one place: P1 and the older of the P3 jobs are served."""
    jobs = [
        a_job("young", created_at=at(-5)),
        a_job("old", created_at=at(-50)),
        a_job("urgent", priority=1, created_at=at(-1)),
    ]
    decision = decided(World(crews=[a_crew("A"), a_crew("B")], jobs=jobs, services=[NEAREST]))
    assert who(decision) == {"urgent": "A", "old": "B"}
    assert why(decision) == {"young": "all_busy"}


def test_an_urgent_optimal_job_comes_before_a_minor_nearest_one() -> None:
    """One crew; the P1 job of an `optimal` service gets it, not the P4 job next door of a `nearest` one."""
    near = a_job("near", (10.0, 0.0), priority=4)
    far = a_job("far", (9000.0, 0.0), priority=1, service_code=a_service("gas").code)
    world = World(crews=[a_crew()], jobs=[near, far], services=[NEAREST, a_service("gas")])
    assert who(decided(world)) == {"far": "A"}


def test_of_equals_the_nearest_policy_chooses_first_and_more_urgent_nearest_before_all() -> None:
    """P2 nearest, then P2 optimal, then P3 nearest: with two crews the P3 job waits."""
    jobs = [
        a_job("n3", priority=3),
        a_job("o2", priority=2, service_code=a_service("gas").code),
        a_job("n2", (5000.0, 0.0), priority=2),
    ]
    crews = [a_crew("A"), a_crew("B")]
    where = {"A": (4000.0, 0.0), "B": (-9000.0, 0.0)}
    world = World(crews=crews, jobs=jobs, where=where, services=[NEAREST, a_service("gas")])
    assert who(decided(world)) == {"n2": "A", "o2": "B"}


def test_a_late_job_is_reached_before_one_that_has_time() -> None:
    """One crew between two equal jobs: the farther is overdue, so every second counts four times there."""
    jobs = [a_job("calm", (500.0, 0.0)), a_job("late", (-900.0, 0.0), due_at=at(-60))]
    assert who(decided(World(crews=[a_crew()], jobs=jobs))) == {"late": "A"}


def test_skills_are_respected() -> None:
    """The crew with the skill goes though it is farther."""
    world = World(
        crews=[a_crew("A"), a_crew("B", "gas", "lift")],
        jobs=[a_job(skills=frozenset({"gas"}))],
        where={"A": (900.0, 0.0), "B": (-9000.0, 0.0)},
    )
    assert who(decided(world)) == {"j1": "B"}


def test_a_refused_job_goes_to_somebody_else() -> None:
    """A is next door and has refused it."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job()],
        where={"A": (900.0, 0.0), "B": (-9000.0, 0.0)},
        refusals={("j1", "A")},
    )
    assert who(decided(world)) == {"j1": "B"}


@pytest.mark.parametrize(
    ("status", "since", "place_m", "expected"),
    [
        ("on_site", -12, 0.0, {"j1": "A"}),
        ("on_site", -11, 0.0, {}),
        ("en_route", -5, 0.0, {"j1": "A"}),
        ("en_route", -5, 10.0, {}),
    ],
)
def test_soon_is_twenty_minutes_on_site_or_thirty_with_the_drive(
    status: str, since: float, place_m: float, expected: dict[str, str]
) -> None:
    """30 minutes of work: after 12 of them 20 are left; a crew on its way must be there at once."""
    assert who(decided(busy_world(status, since=since, place=(place_m, 0.0)))) == expected


def soon_free_or_idle(*, idle_away_m: float) -> World:
    """Return A, done in 16 minutes, 100 s from j1, and B, idle, so far from it: one of two."""
    world = busy_world("on_site", since=-20)
    world.crews = [a_crew("A"), a_crew("B")]
    world.where = {"A": (0.0, 0.0), "B": (1000.0 + idle_away_m, 0.0)}
    return world


def test_a_soon_free_crew_beats_an_idle_one_that_is_much_farther() -> None:
    """A is expected in 1,065 s and counts 750 s more, half of the caution; half of B's drive weighs on it."""
    decision = decided(soon_free_or_idle(idle_away_m=17_000.0))
    assert who(decision) == {"j1": "A"}
    assert [(stop.job_id, stop.position) for stop in decision.visits] == [("j0", 1), ("j1", 2)]


def test_nobody_is_waited_for_where_the_gain_is_less_than_the_caution() -> None:
    """B is there in 1,400 s, A in 1,065 if all goes well: the idle one goes."""
    assert who(decided(soon_free_or_idle(idle_away_m=14_000.0))) == {"j1": "B"}


def test_where_all_others_are_busy_too_whoever_is_soon_free_is_waited_for() -> None:
    """B is idle and there in 1,400 s, one of five: A in 1,065, and 300 s of caution count."""
    world = soon_free_or_idle(idle_away_m=14_000.0)
    others = ["C", "D", "E"]
    world.crews = [*world.crews, *map(a_crew, others)]
    world.jobs = [*world.jobs, *(a_job(f"j-{name}", (50_000.0, 0.0)) for name in others)]
    at_work = (an_assignment(f"j-{name}", name, status="on_site", since=-1) for name in others)
    world.assignments = [*world.assignments, *at_work]
    assert who(decided(world)) == {"j1": "A"}


def test_a_crew_on_its_break_is_waited_for_without_doubt() -> None:
    """A's break ends in 10 minutes, for certain: it is there in 700 s, B in 720."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job()],
        where={"A": (0.0, 0.0), "B": (8200.0, 0.0)},
        shifts=[a_shift("A", breaks=[(-20, 10)]), a_shift("B")],
    )
    assert who(decided(world)) == {"j1": "A"}


def test_each_crew_gets_one_next_job_and_no_second() -> None:
    """Three jobs, one idle crew: one is given out, and the others are told when the crew will be free."""
    decision = decided(World(crews=[a_crew()], jobs=[a_job("j1"), a_job("j2"), a_job("j3")]))
    assert len(decision.assign) == 1
    waiting = {reason.text for reason in decision.unassigned.values()}
    assert waiting == {"every crew for it is busy; one is free within 35 min"}


@pytest.mark.parametrize("pinned", [True, False])
def test_a_crew_about_to_set_off_gets_nothing_more(*, pinned: bool) -> None:
    """It is idle, with a job planned: that is its next one, fixed by a dispatcher or not."""
    planned = an_assignment("j0", pinned=pinned)
    world = World(crews=[a_crew()], jobs=[a_job("j0"), a_job()], assignments=[planned])
    decision = decided(world)
    assert (decision.assign, decision.release) == ((), ())
    assert why(decision) == {"j1": "all_busy"}


def test_a_crew_at_the_end_of_its_break_gets_a_job_for_after_it() -> None:
    """15 minutes of break are left, then 100 s of driving; with 25 minutes left it is left in peace."""
    resting = World(crews=[a_crew()], jobs=[a_job()], shifts=[a_shift(breaks=[(-15, 15)])])
    (choice,) = decided(resting).assign
    assert (choice.arrival - NOW).total_seconds() == 1000
    resting.shifts = [a_shift(breaks=[(-15, 25)])]
    assert the_reason(resting)[1] == "every crew for it is busy; one is free within 25 min"


def test_work_planned_for_later_waits_until_half_an_hour_before() -> None:
    """At 31 minutes it is not yet time; at 30 it gets a crew, which begins when the window does."""
    later = World(crews=[a_crew()], jobs=[a_planned_job("p1", earliest=at(31))])
    assert why(decided(later)) == {"p1": "not_yet"}
    later.jobs = [a_planned_job("p1", earliest=at(30))]
    (choice,) = decided(later).assign
    assert choice.arrival == at(30)


def test_nothing_at_all_is_decided_quietly() -> None:
    """An empty city: nothing to assign, release, explain or visit."""
    assert decided(World()) == Decision(assign=(), release=(), unassigned={}, visits=())
