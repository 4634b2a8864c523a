"""The plan layer: when it decides, that nothing is lost, and that it keeps what it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from equipage.dispatch.eta import work_left_s
from equipage.dispatch.model import Assignment, JobId, Plan, Shift, Stop
from equipage.dispatch.planning.gate import faults_of
from equipage.dispatch.planning.planner import Decision, decide
from equipage.dispatch.planning.posing import pose
from equipage.dispatch.planning.replanning import Effort, plan, replan
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.budget import looks
from equipage.dispatch.solver.problem import NOBODY
from equipage.dispatch.solver.violations import violations
from equipage.dispatch.what_if.trial import carried_out
from tests.dispatch.deciding import NEAREST, SUGGEST
from tests.dispatch.planning.test_planner import cities
from tests.dispatch.worlds import StraightRoads, World, a_crew, a_job, a_shift, an_assignment, at

EFFORT = Effort(engine="own", budget=lambda: looks(60))
ROADS = StraightRoads()


def planned(situation: Situation) -> Decision:
    """Return what both layers decide."""
    return plan(situation, ROADS, effort=EFFORT)


def busy(*crew_ids: str, jobs: int, **given_: object) -> World:
    """Return crews at work on the square, and jobs j1, j2, … that wait a kilometre apart."""
    return World(
        crews=[a_crew(crew_id) for crew_id in crew_ids],
        jobs=[
            *(a_job(f"run-{crew_id}", (0.0, 0.0)) for crew_id in crew_ids),
            *(a_job(f"j{k}", (1000.0 * k, 0.0), **given_) for k in range(1, jobs + 1)),
        ],
        assignments=[an_assignment(f"run-{c}", c, "on_site", since=-5.0) for c in crew_ids],
    )


def in_order(*route: Assignment) -> Plan:
    """Return the plan in which a crew has these, in order."""
    stops = (
        Stop(
            crew_id=each.crew_id,
            position=position,
            job_id=each.job_id,
            assignment_id=each.id,
            arrival=at(),
            departure=at(),
        )
        for position, each in enumerate(route, start=1)
    )
    return Plan(version=1, stops=tuple(stops))


def orders(decision: Decision) -> dict[str, list[str]]:
    """Return what each crew has, in order."""
    return {
        crew_id: [stop.job_id for stop in decision.visits if stop.crew_id == crew_id]
        for crew_id in sorted({stop.crew_id for stop in decision.visits})
    }


def test_where_every_job_has_a_crew_the_instant_layer_answers() -> None:
    """Two idle crews, two jobs: no plan is needed."""
    world = World(crews=[a_crew("A"), a_crew("B")], jobs=[a_job("j1"), a_job("j2")])
    decision = planned(world.situation())
    assert decision == decide(world.situation(), ROADS)
    assert decision.engine == "instant"


def test_where_crews_are_short_everything_is_planned() -> None:
    """One crew at work, four jobs along a street: all are planned behind one another, none waits."""
    decision = planned(busy("A", jobs=4).situation())
    assert orders(decision) == {"A": ["run-A", "j1", "j2", "j3", "j4"]}
    assert decision.unassigned == {}
    assert decision.engine == "own"
    assert [choice.job_id for choice in decision.assign] == ["j1", "j2", "j3", "j4"]


def test_a_stop_is_expected_as_any_route_would_be() -> None:
    """What is left of the work, 100 s of driving, half an hour of work, 100 s: that is j2."""
    decision = planned(busy("A", jobs=2).situation())
    arrivals = {choice.job_id: choice.arrival for choice in decision.assign}
    left_s = round(work_left_s(1800, 300))
    assert arrivals[JobId("j2")] == at() + timedelta(seconds=left_s + 100 + 1800 + 100)


def test_what_a_person_wants_to_stay_is_not_left_out_for_what_is_more_urgent() -> None:
    """An hour of one crew: its pinned job of least priority, or something most urgent. The word holds."""
    world = World(
        crews=[a_crew("A")],
        jobs=[
            a_job("j0", duration_s=60),
            a_job("j1", duration_s=3000, priority=4),
            a_job("j2", duration_s=3000, priority=1),
        ],
        shifts=[a_shift("A", (-4, 1))],
        assignments=[an_assignment("j0"), an_assignment("j1", pinned=True)],
    )
    decision = replan(world.situation(), ROADS, decide(world.situation(), ROADS), effort=EFFORT)
    assert "j1" in orders(decision)["A"]
    assert set(decision.unassigned) == {"j2"}


def test_two_looks_without_news_change_nothing() -> None:
    """What was planned is carried out; the next look, and one five seconds later, have no news."""
    first = planned(busy("A", "B", jobs=7).situation())
    after = carried_out(busy("A", "B", jobs=7).situation(), first)
    for seconds in (0, 5):
        again = planned(replace(after, now=after.now + timedelta(seconds=seconds)))
        assert (again.assign, again.release, orders(again)) == ((), (), orders(first))


def test_a_tail_is_kept_when_the_load_falls() -> None:
    """A has three jobs planned, nothing else waits: what B does ends later, and A keeps them."""
    world = busy("A", "B", jobs=3)
    world.jobs = [replace(j, duration_s=3 * 3600) if j.id == "run-B" else j for j in world.jobs]
    first = planned(world.situation())
    assert orders(first)["A"] == ["run-A", "j1", "j2", "j3"]
    again = planned(carried_out(world.situation(), first))
    assert (again.assign, again.release) == ((), ())


def test_a_crew_that_becomes_free_takes_over_from_a_long_tail() -> None:
    """B has nothing to do while A has four jobs planned: some of them are B's now."""
    world = busy("A", jobs=4)
    first = carried_out(world.situation(), planned(world.situation()))
    idle = a_crew("B")
    crews, shifts = {**first.crews, idle.id: idle}, {**first.shifts, idle.id: a_shift("B")}
    again = planned(replace(first, crews=crews, shifts=shifts))
    assert {choice.crew_id for choice in again.assign} == {"B"}
    assert len(again.release) == len(again.assign) >= 1


def test_an_urgent_job_comes_first() -> None:
    """P1 behind four of P4: it is the first after what the crew does, the others stay in order."""
    world = busy("A", jobs=4, priority=4)
    first = carried_out(world.situation(), planned(world.situation()))
    urgent = a_job("u", (4000.0, 0.0), priority=1)
    jobs = {**first.jobs, urgent.id: urgent}
    reports = {**first.reports, **World(jobs=[urgent]).situation().reports}
    again = planned(replace(first, jobs=jobs, reports=reports))
    assert orders(again)["A"][:2] == ["run-A", "u"]


def test_what_no_shift_has_time_for_waits_with_the_reason() -> None:
    """Four hours are left and each job takes 100 minutes: the rest is told that all are busy."""
    decision = planned(busy("A", jobs=4, duration_s=6000).situation())
    assert len(decision.assign) == 2
    assert {reason.code for reason in decision.unassigned.values()} == {"all_busy"}


def test_overtime_is_for_what_is_planned_and_nothing_else() -> None:
    """Both jobs would end 5 min after the shift: the second is not planned, but kept where it is."""
    world = busy("A", jobs=2, duration_s=6500)
    assert len(planned(world.situation()).assign) == 1
    world.assignments = [*world.assignments, *(an_assignment(f"j{k}", since=-3.0 + k) for k in (1, 2))]
    assert planned(world.situation()).release == ()


def test_a_pin_without_time_stays_with_its_crew_and_comes_last() -> None:
    """A dispatcher pinned more than the shift can hold: nothing is released, what cannot be is at the end."""
    world = busy("A", jobs=4, duration_s=6000)
    pins = [an_assignment(f"j{k}", since=-4.0 + k, pinned=k != 1) for k in range(1, 5)]
    world.assignments = [*world.assignments, *pins]
    decision = planned(world.situation())
    assert not {a.id for a in pins if a.pinned} & set(decision.release)
    assert {"j2", "j3", "j4"} <= set(orders(decision)["A"])


def test_nothing_makes_room_for_a_pin_without_time_behind_what_a_person_sends_a_crew_to() -> None:
    """Léa sends A to an hour of work, all it has, and pinned half an hour behind: new work is B's alone."""
    sent = an_assignment("h", "A", since=-3.0, actor="Léa")
    pin = an_assignment("q", "A", since=-2.0, actor="Léa", pinned=True)
    world = busy("B", jobs=2)
    world.crews = [a_crew("A"), *world.crews]
    world.jobs = [*world.jobs, a_job("h", duration_s=3600, priority=4), a_job("q")]
    world.shifts = [a_shift("A", (-4, 1.2)), a_shift("B")]
    world.assignments = [*world.assignments, sent, pin]
    world.plan = in_order(sent, pin)
    situation = world.situation()
    decision = planned(situation)
    assert orders(decision) == {"A": ["h", "q"], "B": ["run-B", "j1", "j2"]}
    assert list(faults_of(situation, ROADS, decision)) == []


def test_a_pin_has_its_time_before_what_a_person_planned_without() -> None:
    """A has time for x or for late, which comes after it and is pinned: x is B's, even without a search."""
    x, late = (
        an_assignment(job_id, "A", since=since, actor="ada", pinned=pinned)
        for job_id, since, pinned in (("x", -4.0, False), ("late", -3.0, True))
    )
    world = busy("A", "B", jobs=1)
    world.jobs = [
        *world.jobs,
        a_job("x", (0.0, 0.0), earliest=at(25)),
        a_job("late", (3000.0, 0.0), earliest=at(45), duration_s=300),
    ]
    world.shifts = [a_shift("A", (-4, 0.8)), a_shift("B")]
    world.assignments = [*world.assignments, x, late]
    world.plan = in_order(x, late)
    situation = world.situation()
    no_search = Effort(engine="own", budget=lambda: looks(0))
    decision = replan(situation, ROADS, decide(situation, ROADS), effort=no_search)
    assert orders(decision)["A"] == ["run-A", "late"]
    assert "x" in orders(decision)["B"]


def test_what_fits_for_the_doubt_about_a_crew_alone_is_no_plan() -> None:
    """G alone has the skill, and time for one: m begins too late for it, however long G's work may take."""
    gas = frozenset({"gas"})
    world = World(
        crews=[a_crew("G", "gas"), *(a_crew(f"I{k}") for k in range(3))],
        jobs=[
            a_job("run", (0.0, 0.0)),
            a_job("n", skills=gas, duration_s=600),
            a_job("m", (0.0, 0.0), skills=gas, duration_s=2700, earliest=at(29), created_at=at(-5)),
        ],
        shifts=[a_shift("G", (-4, 1.2)), *(a_shift(f"I{k}") for k in range(3))],
        assignments=[an_assignment("run", "G", "on_site", since=-5.0)],
    )
    decision = planned(world.situation())
    assert decision.engine == "own"
    assert orders(decision) == {"G": ["run", "n"]}
    assert set(decision.unassigned) == {"m"}


def test_services_that_a_dispatcher_decides_are_left_alone() -> None:
    """The job waits for a decision although all others are planned."""
    world = busy("A", jobs=3)
    world.services = [SUGGEST]
    world.jobs = [*world.jobs, a_job("s", service_code=SUGGEST.code)]
    decision = planned(world.situation())
    assert {j: r.code for j, r in decision.unassigned.items()} == {"s": "awaiting_decision"}


def test_a_job_for_the_nearest_crew_is_planned_for_that_crew() -> None:
    """B would be there first: it has the job, however long A's and B's routes are."""
    world = busy("A", "B", jobs=3)
    world.services = [replace(NEAREST, code=SUGGEST.code)]
    world.where = {"A": (0.0, 0.0), "B": (0.0, 0.0)}
    world.jobs = [
        *(replace(j, lon=a_job(place=(9000.0, 0.0)).lon) if j.id == "run-B" else j for j in world.jobs),
        a_job("n", (9500.0, 0.0), service_code=SUGGEST.code),
    ]
    decision = planned(world.situation())
    assert "n" in orders(decision)["B"]


def test_a_crew_that_has_such_a_job_already_is_not_the_first_for_another() -> None:
    """A is free sooner and has n; behind that it would be at m half an hour after B."""
    world = busy("A", "B", jobs=1)
    world.services = [replace(NEAREST, code=SUGGEST.code)]
    world.where = {"A": (0.0, 0.0), "B": (0.0, 0.0)}
    world.jobs = [
        *world.jobs,
        a_job("n", (0.0, 1000.0), service_code=SUGGEST.code, created_at=at(-9)),
        a_job("m", (1000.0, 0.0), service_code=SUGGEST.code, created_at=at(-1)),
    ]
    world.assignments = [
        an_assignment("run-A", "A", "on_site", since=-10.0),
        an_assignment("run-B", "B", "on_site", since=-5.0),
        an_assignment("n", "A", since=-3.0),
    ]
    assert "m" in orders(planned(world.situation()))["B"]


OFF: dict[str, dict[str, Any]] = {
    "paused": {"crews": [a_crew("A"), a_crew("P", paused_since=at(-1))]},
    "silent": {"tracked": ["P"]},
    "its hours begin later": {"shifts": [a_shift("A"), a_shift("P", (1, 9))]},
}


@pytest.mark.parametrize("off", OFF)
def test_what_a_crew_that_cannot_be_sent_keeps_stays_in_its_order(off: str) -> None:
    """P was given m1 before m2, and is to do m2 first: it still is while everybody else is planned."""
    world = busy("A", jobs=3)
    world.crews = [*world.crews, a_crew("P")]
    world.jobs = [*world.jobs, a_job("m1", (1000.0, 0.0)), a_job("m2", (2000.0, 0.0))]
    by_hand = [an_assignment(f"m{k}", "P", since=-30.0 + k, actor="ada") for k in (1, 2)]
    world.assignments = [*world.assignments, *by_hand]
    world.plan = in_order(*reversed(by_hand))
    situation = replace(world, **OFF[off]).situation()
    decision = planned(situation)
    assert decision.engine == "own"
    assert orders(decision)["P"] == ["m2", "m1"]
    assert list(faults_of(situation, ROADS, decision)) == []


SHORT_OF_TIME: dict[str, tuple[Shift, list[Assignment]]] = {
    "it would be overtime": (a_shift("A", (-4, 1.0)), []),
    "it has a break to take": (a_shift("A", (-4, 1.3), breaks=[(30, 60)]), []),
    "a person pinned an hour of work behind": (
        a_shift("A", (-4, 2.0)),
        [an_assignment("h1", "A"), an_assignment("h2", "A", pinned=True)],
    ),
}


@pytest.mark.parametrize("short", SHORT_OF_TIME)
def test_a_job_is_not_held_to_the_nearest_crew_where_that_has_no_time(short: str) -> None:
    """A is free and there first, but cannot do it besides all that it has to: B does, a little later."""
    shift, planned_for_a = SHORT_OF_TIME[short]
    world = busy("A", "B", jobs=0)
    world.services = [replace(NEAREST, code=SUGGEST.code)]
    world.jobs = [
        a_job("run-A", (0.0, 0.0)),
        a_job("run-B", (6000.0, 0.0)),
        a_job("n", service_code=SUGGEST.code, duration_s=2100, priority=2),
        *(a_job(each.job_id, (0.0, 0.0), duration_s=3600 if each.pinned else 60) for each in planned_for_a),
    ]
    world.assignments = [*world.assignments, *planned_for_a]
    world.shifts = [shift, a_shift("B")]
    situation = world.situation()
    decision = replan(situation, ROADS, decide(situation, ROADS), effort=EFFORT)
    assert orders(decision)["B"][:2] == ["run-B", "n"]
    assert decision.unassigned == {}


@given(world=cities())
@settings(max_examples=30, deadline=None)
def test_every_plan_is_sound(world: World) -> None:
    """No job is lost or given twice, pins and running jobs stay, and the checker finds nothing new."""
    situation, roads = world.situation(), StraightRoads(river_x=15_000.0)
    decision = replan(situation, roads, decide(situation, roads), effort=EFFORT)
    given_jobs, released = {c.job_id for c in decision.assign}, set(decision.release)
    assert len(given_jobs) == len(decision.assign)
    freed = {situation.assignments[a].job_id for a in released}
    without_crew = {job_id for job_id in situation.jobs if situation.holder_of(job_id) is None}
    assert given_jobs | decision.unassigned.keys() == without_crew | freed
    assert not given_jobs & decision.unassigned.keys()
    assert not any(
        situation.assignments[a].pinned or situation.assignments[a].status.is_running for a in released
    )
    after = pose(carried_out(situation, decision), roads)
    alone = violations(after.problem, after.problem.shifts.fixed)
    fixed = {row for stops in after.problem.shifts.fixed for row in stops}
    stays = set(np.flatnonzero(after.problem.jobs.pinned_to != NOBODY).tolist()) - fixed
    routes = [[row for row in stops if row not in stays] for stops in after.routes]
    assert [each for each in violations(after.problem, routes) if each not in alone] == []
