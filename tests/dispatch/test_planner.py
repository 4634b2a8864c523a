"""Who is sent where, who may be moved, and why a job waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.dispatch.eligibility import duty_obstacle, obstacle
from equipage.dispatch.model import AssignmentId, CrewId, JobId
from equipage.dispatch.planner import Decision, decide
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import Mode, Policy
from equipage.dispatch.travel import TravelTimes
from tests.dispatch.worlds import (
    EDGE_OF_THE_PLAIN_M,
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_position,
    a_report,
    a_service,
    a_shift,
    an_assignment,
    at,
)

NEAREST = a_service(policy=Policy.NEAREST)
SUGGEST = a_service("tree", mode=Mode.SUGGEST)
FAR = 2 * EDGE_OF_THE_PLAIN_M


def decided(world: World, roads: TravelTimes | None = None) -> Decision:
    """Return the decision on the world."""
    return decide(world.situation(), roads or StraightRoads())


def who(decision: Decision) -> dict[str, str]:
    """Return the crew that each job is newly given to."""
    return {choice.job_id: choice.crew_id for choice in decision.assign}


def why(decision: Decision) -> dict[str, str]:
    """Return the code for which each job waits."""
    return {job_id: reason.code for job_id, reason in decision.unassigned.items()}


def the_reason(world: World, roads: TravelTimes | None = None) -> tuple[str, str]:
    """Return code and text for which job j1 waits."""
    reason = decided(world, roads).unassigned[JobId("j1")]
    return reason.code, reason.text


# --- Choosing ---


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


# --- Soon free, breaks, windows ---


def busy_world(status: str, *, since: float, place: tuple[float, float] = (0.0, 0.0)) -> World:
    """Return A busy with j0, and j1 waiting a kilometre from j0."""
    return World(
        crews=[a_crew()],
        jobs=[a_job("j0", place), a_job("j1", (place[0] + 1000.0, 0.0))],
        assignments=[an_assignment("j0", status=status, since=since)],
        where={"A": (0.0, 0.0)},
    )


@pytest.mark.parametrize(
    ("status", "since", "place_m", "expected"),
    [
        ("on_site", -10, 0.0, {"j1": "A"}),
        ("on_site", -9.9, 0.0, {}),
        ("en_route", -5, 0.0, {"j1": "A"}),
        ("en_route", -5, 10.0, {}),
    ],
)
def test_soon_is_twenty_minutes_on_site_or_thirty_with_the_drive(
    status: str, since: float, place_m: float, expected: dict[str, str]
) -> None:
    """30 minutes of work: after 10 of them a crew is soon free; one on its way must be there at once."""
    assert who(decided(busy_world(status, since=since, place=(place_m, 0.0)))) == expected


def test_a_soon_free_crew_beats_a_far_idle_one() -> None:
    """A is done in 5 minutes and 100 s away: 400 s; B is idle and 900 s away."""
    world = busy_world("on_site", since=-25)
    world.crews = [a_crew("A"), a_crew("B")]
    world.where = {"A": (0.0, 0.0), "B": (10_000.0, 0.0)}
    decision = decided(world)
    assert who(decision) == {"j1": "A"}
    assert [(stop.job_id, stop.position) for stop in decision.visits] == [("j0", 1), ("j1", 2)]


def test_each_crew_gets_one_next_job_and_no_second() -> None:
    """Three jobs, one idle crew: one is given out, and the others are told when the crew will be free."""
    decision = decided(World(crews=[a_crew()], jobs=[a_job("j1"), a_job("j2"), a_job("j3")]))
    assert len(decision.assign) == 1
    waiting = {reason.text for reason in decision.unassigned.values()}
    assert waiting == {"every crew that could go is busy; the first is free within 35 min"}


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
    assert the_reason(resting)[1] == "every crew that could go is busy; the first is free within 25 min"


def test_work_planned_for_later_waits_until_half_an_hour_before() -> None:
    """At 31 minutes it is not yet time; at 30 it gets a crew, which begins when the window does."""
    later = World(crews=[a_crew()], jobs=[a_planned_job("p1", earliest=at(31))])
    assert why(decided(later)) == {"p1": "not_yet"}
    later.jobs = [a_planned_job("p1", earliest=at(30))]
    (choice,) = decided(later).assign
    assert choice.arrival == at(30)


# --- Held, suggested, and the other reasons to wait ---


def test_a_held_report_is_left_alone_until_the_hold_is_over() -> None:
    """A dispatcher is taking the call for two more minutes; a hold that ended now holds no longer."""
    job = a_job()
    held = World(crews=[a_crew()], jobs=[job], reports=[a_report(job, held_until=at(2))])
    assert the_reason(held) == ("held", "a dispatcher is taking the call")
    held.reports = [a_report(job, held_until=at(0))]
    assert who(decided(held)) == {"j1": "A"}


def test_a_service_that_only_suggests_waits_for_a_dispatcher() -> None:
    """The crew stays idle; made automatic, the same service sends it."""
    world = World(crews=[a_crew()], jobs=[a_job(service_code=SUGGEST.code)], services=[SUGGEST])
    assert the_reason(world) == ("awaiting_decision", "a dispatcher decides who goes")
    world.services = [replace(SUGGEST, mode=Mode.AUTOMATIC)]
    assert who(decided(world)) == {"j1": "A"}


GAS = frozenset({"gas"})
WAITING: dict[str, tuple[World, tuple[str, str], dict[str, Any]]] = {
    "no crew at all": (
        World(jobs=[a_job()]),
        ("no_crew", "there is no crew"),
        {"crews": [a_crew()]},
    ),
    "nobody has the skill": (
        World(crews=[a_crew("A", "lift")], jobs=[a_job(skills=GAS | {"lift"})]),
        ("nobody_skilled", "no crew has the skill gas"),
        {"crews": [a_crew("A", "lift", "gas")]},
    ),
    "nobody has both skills": (
        World(crews=[a_crew("A", "lift"), a_crew("B", "gas")], jobs=[a_job(skills=GAS | {"lift"})]),
        ("nobody_skilled", "no crew has the skills gas, lift"),
        {"crews": [a_crew("A", "lift", "gas")]},
    ),
    "the skilled crew comes later": (
        World(
            crews=[a_crew("A"), a_crew("B", "gas")],
            jobs=[a_job(skills=GAS)],
            shifts=[a_shift("A"), a_shift("B", (3, 9))],
        ),
        ("nobody_on_shift", "nobody with the skill gas is on shift; the next shift begins within 3 h"),
        {"shifts": [a_shift("A"), a_shift("B")]},
    ),
    "the only crew is absent": (
        World(crews=[a_crew()], jobs=[a_job()], shifts=[a_shift(absent=True)]),
        ("nobody_on_shift", "nobody is on shift"),
        {"shifts": [a_shift()]},
    ),
    "the only crew is paused": (
        World(crews=[a_crew(paused_since=at(-1))], jobs=[a_job()]),
        ("nobody_on_shift", "nobody is on shift"),
        {"crews": [a_crew()]},
    ),
    "the only crew's tracker was never heard": (
        World(crews=[a_crew()], jobs=[a_job()], tracked={"A"}),
        ("no_signal", "no signal from Crew A; a dispatcher may send them all the same"),
        {"where": {"A": (0.0, 0.0)}},
    ),
    "the only crew's tracker is silent": (
        World(crews=[a_crew()], jobs=[a_job()], tracked={"A"}, positions=[a_position("A", (0.0, 0.0), 1800)]),
        ("no_signal", "no signal from Crew A; a dispatcher may send them all the same"),
        {"positions": [a_position("A", (0.0, 0.0), 1799)]},
    ),
    "the place has no road": (
        World(crews=[a_crew()], jobs=[a_job(place=(FAR, 0.0))]),
        ("off_network", "it is too far from any road"),
        {"jobs": [a_job()]},
    ),
    "everybody has refused": (
        World(crews=[a_crew()], jobs=[a_job()], refusals={("j1", "A")}),
        ("all_refused", "every crew on shift that could go has refused it"),
        {"refusals": set()},
    ),
    "no road from anybody": (
        World(crews=[a_crew()], jobs=[a_job()], where={"A": (9000.0, 0.0)}),
        ("all_cut_off", "no road leads there from any crew that could go"),
        {"where": {"A": (0.0, 0.0)}},
    ),
    "every shift ends too early": (
        World(crews=[a_crew()], jobs=[a_job(duration_s=86_400 * 30)]),
        ("shifts_end_before", "every shift ends before the work could be finished"),
        {"jobs": [a_job(duration_s=0)]},
    ),
    "everybody is busy": (
        busy_world("on_site", since=0),
        ("all_busy", "every crew that could go is busy; the first is free within 30 min"),
        {"assignments": [], "jobs": [a_job()]},
    ),
}


@pytest.mark.parametrize("case", WAITING)
def test_a_waiting_job_carries_the_one_reason_and_is_served_without_it(case: str) -> None:
    """The reason is named in code and words; with the named thing changed the job gets a crew."""
    world, expected, remedy = WAITING[case]
    roads = StraightRoads(river_x=5000.0)
    assert the_reason(world, roads) == expected
    assert "j1" in who(decided(replace(world, **remedy), roads))


def test_one_bad_place_does_not_stop_the_others() -> None:
    """A report in another city and a van in another country: the rest of the city is dispatched."""
    world = World(
        crews=[a_crew("A"), a_crew("B")],
        jobs=[a_job("j1"), a_job("sea", (0.0, FAR))],
        where={"A": (0.0, 0.0), "B": (FAR, FAR)},
    )
    decision = decided(world)
    assert who(decision) == {"j1": "A"}
    assert why(decision) == {"sea": "off_network"}


# --- Moving what is planned ---


def planned_behind(*, idle_at: float, pinned: bool = False, **job: Any) -> World:
    """Return A working 5 more minutes on the square, j1 100 s from there planned next; B idle at that x."""
    world = busy_world("on_site", since=-25)
    world.jobs = [a_job("j0", (0.0, 0.0)), a_job("j1", (1000.0, 0.0), **job)]
    world.assignments = [*world.assignments, an_assignment("j1", pinned=pinned)]
    world.crews = [a_crew("A"), a_crew("B")]
    world.where = {"A": (0.0, 0.0), "B": (idle_at, 0.0)}
    return world


def test_a_planned_job_moves_to_a_crew_that_is_there_much_sooner() -> None:
    """With A j1 is reached in 400 s, by B 2,500 m away in 250 s: 150 s sooner, more than 120 s."""
    decision = decided(planned_behind(idle_at=3500.0))
    assert who(decision) == {"j1": "B"}
    assert decision.release == ("a-j1-A",)
    assert [(stop.crew_id, stop.job_id) for stop in decision.visits] == [("A", "j0"), ("B", "j1")]


def test_a_tiny_gain_moves_nothing() -> None:
    """3,000 m away B is there in 300 s: 100 s sooner is not worth a change."""
    decision = decided(planned_behind(idle_at=4000.0))
    assert (decision.assign, decision.release, decision.unassigned) == ((), (), {})
    stops = [(s.crew_id, s.position, s.job_id, s.assignment_id) for s in decision.visits]
    assert stops == [("A", 1, "j0", "a-j0-A"), ("A", 2, "j1", "a-j1-A")]


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


def test_a_crew_that_can_set_off_now_keeps_its_job() -> None:
    """A is idle and about to go: nobody takes the job from it, though B is next door."""
    world = planned_behind(idle_at=1000.0)
    world.assignments = [an_assignment("j1")]
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


def test_nothing_at_all_is_decided_quietly() -> None:
    """An empty city: nothing to assign, release, explain or visit."""
    assert decided(World()) == Decision(assign=(), release=(), unassigned={}, visits=())


# --- Laws ---

NOT_THERE = (JobId(""), "")


@st.composite
def cities(draw: st.DrawFn) -> World:
    """Draw a city in the middle of its day: idle, busy and missing crews, jobs of all kinds, some planned."""
    names = [f"c{i}" for i in range(draw(st.integers(0, 5)))]
    ids = [f"j{i}" for i in range(draw(st.integers(0, 8)))]
    place = st.tuples(st.floats(-20_000, 20_000), st.floats(-20_000, 20_000))
    skills = st.frozensets(st.sampled_from(["gas", "lift"]), max_size=1)
    services = [NEAREST, a_service("gas"), SUGGEST]
    crews = [
        a_crew(n, *draw(skills), paused_since=draw(st.sampled_from([None, None, None, NOW]))) for n in names
    ]
    jobs = [
        a_job(
            job_id,
            draw(place),
            skills=draw(skills),
            priority=draw(st.integers(1, 4)),
            service_code=draw(st.sampled_from(services)).code,
            duration_s=draw(st.integers(0, 4000)),
            earliest=at(draw(st.sampled_from([-10, -10, 20, 90]))),
            due_at=at(draw(st.integers(-200, 200))),
        )
        for job_id in ids
    ]
    assignments = []
    for name in names:
        running = [f"run-{name}"] if draw(st.booleans()) else []
        jobs += [a_job(job_id, draw(place)) for job_id in running]
        started = st.sampled_from(["en_route", "on_site"])
        since = draw(st.floats(-40, 0))
        assignments += [an_assignment(job_id, name, draw(started), since=since) for job_id in running]
        planned = draw(st.integers(0, 2))
        ids, mine = ids[planned:], ids[:planned]
        pins = draw(st.lists(st.booleans(), min_size=2, max_size=2))
        assignments += [an_assignment(j, name, pinned=p) for j, p in zip(mine, pins, strict=False)]
    return World(
        crews=crews,
        jobs=jobs,
        assignments=assignments,
        services=services,
        shifts=[a_shift(n, (-4, draw(st.sampled_from([0.5, 4.0])))) for n in names],
        where={name: draw(place) for name in names},
        refusals=draw(st.lists(st.sampled_from([(j.id, n) for j in jobs for n in names] or [NOT_THERE]))),
    )


@given(world=cities())
@settings(max_examples=300, deadline=None)
def test_every_decision_is_sound(world: World) -> None:
    """No job is lost or given twice, no crew gets two, nobody gets what it may not have, pins stay."""
    situation = world.situation()
    decision = decide(situation, StraightRoads(river_x=15_000.0))
    given_jobs, released = who(decision), set(decision.release)
    assert len(given_jobs) == len(decision.assign) == len(set(given_jobs.values()))
    freed = {situation.assignments[a].job_id for a in released}
    without_crew = {job_id for job_id in situation.jobs if situation.holder_of(job_id) is None}
    assert given_jobs.keys() | decision.unassigned.keys() == without_crew | freed
    assert not given_jobs.keys() & decision.unassigned.keys()
    assert not any(situation.assignments[a].pinned for a in released)
    assert not any(situation.assignments[a].status.is_running for a in released)
    for choice in decision.assign:
        assert_may_have(situation, released, choice.job_id, choice.crew_id)


def assert_may_have(situation: Situation, released: set[AssignmentId], job_id: str, crew_id: str) -> None:
    """Assert that nothing keeps the crew from the job, and that nothing else is planned for it."""
    job, crew = situation.jobs[JobId(job_id)], situation.crews[a_crew(crew_id).id]
    roads = StraightRoads(river_x=15_000.0)
    outlook = look_ahead(situation, roads, jobs=[job], crew_ids=[crew.id], without=released)
    assert obstacle(situation, crew.id, job, outlook.approach(0, 0)) is None
    assert {a.id for a in situation.planned_of(crew.id)} <= released


@given(world=cities())
@settings(max_examples=150, deadline=None)
def test_no_job_waits_while_an_idle_crew_could_go(world: World) -> None:
    """A job that waits for crews has no idle crew without a next job that nothing keeps from it."""
    situation = world.situation()
    roads = StraightRoads(river_x=15_000.0)
    decision = decide(situation, roads)
    taken = set(who(decision).values()) | {a.crew_id for a in situation.assignments.values()}
    idle = sorted(c for c in situation.crews if c not in taken and duty_obstacle(situation, c) is None)
    put_off = {"not_yet", "held", "awaiting_decision"}
    waiting = [j for j, reason in decision.unassigned.items() if reason.code not in put_off]
    outlook = look_ahead(situation, roads, jobs=[situation.jobs[j] for j in waiting], crew_ids=idle)
    for row, job in enumerate(outlook.jobs):
        for column, crew_id in enumerate(idle):
            assert obstacle(situation, crew_id, job, outlook.approach(row, column)) is not None


@given(world=cities(), seed=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_things_are_stored_changes_nothing(world: World, seed: int) -> None:
    """The same city with its crews, jobs and assignments shuffled is decided the same."""
    rng = np.random.default_rng(seed)
    shuffled = replace(
        world,
        crews=rng.permutation(np.array(world.crews, dtype=object)).tolist(),
        jobs=rng.permutation(np.array(world.jobs, dtype=object)).tolist(),
        assignments=rng.permutation(np.array(world.assignments, dtype=object)).tolist(),
    )
    assert decided(shuffled) == decided(world)


@given(world=cities())
@settings(max_examples=60, deadline=None)
def test_a_decision_carried_out_is_not_revised_at_once(world: World) -> None:
    """With its assignments made and releases done, the next tick in the same second changes nothing."""
    decision = decided(world)
    kept = [a for a in world.assignments if a.id not in decision.release]
    made = [an_assignment(choice.job_id, choice.crew_id, since=0) for choice in decision.assign]
    after = decided(replace(world, assignments=[*kept, *made]))
    assert (after.assign, after.release) == ((), ())


def test_a_flood_is_decided_in_seconds() -> None:
    """2,000 reports and 500 crews, a third of them busy: everybody free gets a job, in a second or two."""
    rng = np.random.default_rng(7)
    world = a_flood(rng, reports=2000, crews=500)
    situation = world.situation()
    decision = decide(situation, StraightRoads())
    idle = [c for c in situation.crews if situation.running_of(c) is None]
    assert {choice.crew_id for choice in decision.assign} >= set(idle)
    assert len(decision.assign) + len(decision.unassigned) == 2000


def a_flood(rng: np.random.Generator, *, reports: int, crews: int) -> World:
    """Return a city under water, 20 km wide."""
    names = [f"c{i:03}" for i in range(crews)]
    skills = ["pump", "road", "tree", "power"]
    busy = names[: crews // 3]

    def anywhere() -> tuple[float, float]:
        x, y = rng.uniform(-10_000, 10_000, 2)
        return float(x), float(y)

    jobs = [
        a_job(
            f"j{i:04}",
            anywhere(),
            skills=frozenset(rng.choice(skills, 1).tolist()),
            priority=int(rng.integers(1, 5)),
            due_at=at(float(rng.uniform(-60, 240))),
        )
        for i in range(reports)
    ]
    running = [a_job(f"run-{name}", anywhere()) for name in busy]
    return World(
        crews=[a_crew(name, *rng.choice(skills, 2, replace=False).tolist()) for name in names],
        jobs=[*jobs, *running],
        assignments=[
            an_assignment(f"run-{name}", name, "on_site", since=float(rng.uniform(-30, 0))) for name in busy
        ],
        where={name: anywhere() for name in names},
    )
