"""What holds of every decision, whatever the city."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.dispatch.eligibility import duty_obstacle, obstacle
from equipage.dispatch.model import AssignmentId, JobId
from equipage.dispatch.planning.planner import decide
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.situation import Situation
from tests.dispatch.deciding import NEAREST, SUGGEST, decided, who
from tests.dispatch.floods import a_flood
from tests.dispatch.worlds import (
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_service,
    a_shift,
    an_assignment,
    at,
)

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
