"""Every obstacle is named, and without it the crew may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.dispatch.eligibility import Obstacle, duty_obstacle, obstacle, pair_masks
from equipage.dispatch.model import Assignment, Crew, CrewId, Job, Shift
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.situation import Situation
from tests.dispatch.worlds import (
    EDGE_OF_THE_PLAIN_M,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_shift,
    an_assignment,
    at,
)

A = CrewId("A")
FAR = 2 * EDGE_OF_THE_PLAIN_M


def found(world: World, *, river_x: float | None = None) -> Reason | None:
    """Return what keeps crew A from job j1, roads included."""
    situation = world.situation()
    job = situation.jobs[a_job().id]
    outlook = look_ahead(situation, StraightRoads(river_x=river_x), jobs=[job], crew_ids=[A])
    return obstacle(situation, A, job, outlook.approach(0, 0))


def a_world(
    crew: Crew | None = None,
    job: Job | None = None,
    *,
    shift: Shift | None = None,
    more_jobs: Sequence[Job] = (),
    **given_: Any,
) -> World:
    """Return a world with crew A on shift at the square and job j1 a kilometre away, changed as told."""
    return World(
        crews=[crew or a_crew()],
        jobs=[job or a_job(), *more_jobs],
        shifts=[shift or a_shift()],
        **({"where": {"A": (0.0, 0.0)}} | given_),
    )


OBSTACLES: list[tuple[Obstacle, str, World]] = [
    (Obstacle.OFF_SHIFT, "off shift; the next one begins in 2 h", a_world(shift=a_shift("A", (2, 10)))),
    (Obstacle.ABSENT, "absent this shift", a_world(shift=a_shift(absent=True))),
    (Obstacle.PAUSED, "paused", a_world(a_crew(paused_since=at(-1)))),
    (
        Obstacle.MISSING_SKILLS,
        "lacks the skill gas",
        a_world(a_crew("A", "lift"), a_job(skills=frozenset({"gas", "lift"}))),
    ),
    (Obstacle.HAS_REFUSED, "has refused it", a_world(refusals={("j1", "A")})),
    (Obstacle.ON_BREAK, "on break for another 25 min", a_world(shift=a_shift(breaks=[(-5, 25)]))),
    (Obstacle.OFF_NETWORK, "it is too far from any road", a_world(job=a_job(place=(FAR, 0.0)))),
    (Obstacle.CREW_OFF_NETWORK, "the crew is too far from any road", a_world(where={"A": (FAR, 0.0)})),
    (
        Obstacle.BREAK_TOO_LATE,
        "would take its break 35 min too late",
        a_world(job=a_job(place=(30_000.0, 0.0)), shift=a_shift(breaks=[(10, 20)])),
    ),
    (
        Obstacle.SHIFT_ENDS_BEFORE,
        "would finish 22 min after its shift",
        a_world(shift=a_shift("A", (-7.8, 0.16))),
    ),
]
REMEDIES: dict[Obstacle, World] = {
    Obstacle.OFF_SHIFT: a_world(shift=a_shift("A", (0, 8))),
    Obstacle.ABSENT: a_world(shift=a_shift(absent=False)),
    Obstacle.PAUSED: a_world(a_crew(paused_since=None)),
    Obstacle.MISSING_SKILLS: a_world(a_crew("A", "lift", "gas"), a_job(skills=frozenset({"gas", "lift"}))),
    Obstacle.HAS_REFUSED: a_world(refusals={("j2", "A"), ("j1", "B")}),
    Obstacle.ON_BREAK: a_world(shift=a_shift(breaks=[(-5, 20)])),
    Obstacle.OFF_NETWORK: a_world(job=a_job(place=(FAR / 10, 0.0))),
    Obstacle.CREW_OFF_NETWORK: a_world(where={"A": (FAR / 10, 0.0)}),
    Obstacle.BREAK_TOO_LATE: a_world(job=a_job(place=(30_000.0, 0.0)), shift=a_shift(breaks=[(45, 55)])),
    Obstacle.SHIFT_ENDS_BEFORE: a_world(shift=a_shift("A", (-7.8, 0.3))),
}


@pytest.mark.parametrize(("code", "text", "world"), OBSTACLES, ids=[code for code, _, _ in OBSTACLES])
def test_the_obstacle_is_named(code: Obstacle, text: str, world: World) -> None:
    """One reason with a code and a sentence that says what it is about."""
    reason = found(world)
    assert reason is not None
    assert (reason.code, reason.text) == (code.value, text)


@pytest.mark.parametrize("code", REMEDIES, ids=list(REMEDIES))
def test_without_the_named_obstacle_the_crew_may_go(code: Obstacle) -> None:
    """The same world, with nothing changed but what was named, has no obstacle."""
    assert found(REMEDIES[code]) is None


def test_a_river_without_a_bridge_is_named_and_a_bridge_removes_it() -> None:
    """The job is on the other side: unreachable; without the river it is not."""
    reason = found(a_world(), river_x=500.0)
    assert reason == because(Obstacle.UNREACHABLE)
    assert found(a_world()) is None


def test_all_obstacles_are_tested_with_their_remedy() -> None:
    """A new obstacle without a test for its removal fails here."""
    assert {code for code, _, _ in OBSTACLES} | {Obstacle.UNREACHABLE} == set(Obstacle)
    assert set(REMEDIES) | {Obstacle.UNREACHABLE} == set(Obstacle)


def test_a_crew_without_any_shift_says_so() -> None:
    """Nothing to wait for is told in other words than a shift to come."""
    world = a_world()
    world.shifts = []
    assert found(world) == because(Obstacle.OFF_SHIFT)


def test_a_busy_crew_may_have_a_job_behind_what_it_does() -> None:
    """Being on site elsewhere is no obstacle; nor is the job itself, planned and fixed for this crew."""
    busy = an_assignment("j2", status="on_site")
    assert found(a_world(more_jobs=[a_job("j2")], assignments=[busy])) is None
    assert found(a_world(assignments=[an_assignment("j1", pinned=True)])) is None


def test_a_quarter_of_an_hour_of_overtime_is_allowed_and_no_second_more() -> None:
    """100 s of drive and 1,800 s of work, the shift ends in 1,000 s: 900 s over are allowed, 901 s not."""
    shift = a_shift("A", (-4, 1000 / 3600))
    assert found(a_world(shift=shift)) is None
    reason = found(a_world(job=a_job(duration_s=1801), shift=shift))
    assert reason == because(Obstacle.SHIFT_ENDS_BEFORE, over_s=901)


def test_obstacles_come_in_their_order() -> None:
    """A crew with all of them shows the first; as each is taken away the next one shows."""
    crew, job = a_crew(paused_since=at(-1)), a_job(place=(FAR, 0.0), skills=frozenset({"gas"}))
    world = a_world(
        crew,
        job,
        shift=a_shift("A", (1, 8)),
        refusals={("j1", "A")},
    )
    seen = [found(world)]
    resting = a_shift("A", (-4, 0.2), breaks=[(-5, 30)])
    steps: list[dict[str, Any]] = [
        {"shifts": [a_shift(absent=True)]},
        {"shifts": [resting]},
        {"crews": [a_crew()]},
        {"crews": [a_crew("A", "gas")]},
        {"refusals": set()},
        {"shifts": [replace(resting, breaks=())]},
        {"jobs": [a_job(duration_s=9000)]},
        {"jobs": [a_job(duration_s=900)]},
    ]
    for changes in steps:
        world = replace(world, **changes)
        seen.append(found(world))
    names = [reason.code if reason else None for reason in seen]
    assert names == [
        "off_shift",
        "absent",
        "paused",
        "missing_skills",
        "has_refused",
        "on_break",
        "off_network",
        "shift_ends_before",
        None,
    ]


def test_without_an_approach_roads_are_not_looked_at() -> None:
    """What needs no router is told without one; a job off the map then has no obstacle."""
    situation = a_world(job=a_job(place=(FAR, 0.0))).situation()
    assert obstacle(situation, A, situation.jobs[a_job().id]) is None


SKILLS = ["gas", "lift"]
skill_sets = st.frozensets(st.sampled_from(SKILLS))


@st.composite
def crowds(draw: st.DrawFn) -> Situation:
    """Draw a world with all kinds of crews and jobs, some of them busy, absent, refused or off the map."""
    names = [f"c{i}" for i in range(draw(st.integers(1, 4)))]
    ids = [f"j{i}" for i in range(draw(st.integers(1, 4)))]
    place = st.tuples(st.sampled_from([0.0, 900.0, 30_000.0, FAR]), st.just(0.0))
    crews = [
        a_crew(name, *draw(skill_sets), paused_since=draw(st.sampled_from([None, None, at(-1)])))
        for name in names
    ]
    shifts = [
        a_shift(name, (-4, draw(st.sampled_from([0.1, 0.6, 4.0]))), absent=draw(st.integers(0, 4)) == 0)
        for name in names
    ]
    jobs = [
        a_job(i, draw(place), skills=draw(skill_sets), duration_s=draw(st.integers(0, 4000))) for i in ids
    ]
    busy = draw(st.lists(st.sampled_from(names), unique=True, max_size=min(len(names), len(ids))))
    assignments: list[Assignment] = [
        an_assignment(job_id, name, draw(st.sampled_from(["en_route", "on_site"])))
        for job_id, name in zip(ids, busy, strict=False)
    ]
    pairs = [(job_id, name) for job_id in ids for name in names]
    refusals = draw(st.lists(st.sampled_from(pairs), max_size=2))
    where = {name: draw(place) for name in names}
    return World(
        crews=crews, jobs=jobs, shifts=shifts, assignments=assignments, refusals=refusals, where=where
    ).situation()


@given(situation=crowds())
def test_the_masks_of_the_planner_are_the_obstacles_of_the_dispatcher(situation: Situation) -> None:
    """For every job and every crew on duty: the pair is possible exactly where no obstacle is named."""
    crew_ids = sorted(c for c in situation.crews if duty_obstacle(situation, c) is None)
    jobs = sorted(situation.jobs.values(), key=lambda job: job.id)
    outlook = look_ahead(situation, StraightRoads(river_x=10_000.0), jobs=jobs, crew_ids=crew_ids)
    pairs = pair_masks(situation, outlook)
    for row, job in enumerate(jobs):
        for column, crew_id in enumerate(crew_ids):
            reason = obstacle(situation, crew_id, job, outlook.approach(row, column))
            assert pairs.finished[row, column] == (reason is None)
            missing = reason is not None and reason.code == Obstacle.MISSING_SKILLS
            assert pairs.skilled[row, column] == (not missing)
