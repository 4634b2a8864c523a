"""One checker: what `eligibility` lets a crew have breaks nothing, and a decision that does is not saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipage.dispatch.eligibility import Obstacle, obstacle
from equipage.dispatch.errors import UnsoundPlanError
from equipage.dispatch.eta import eta_of
from equipage.dispatch.model import AssignmentId, CrewId, JobId
from equipage.dispatch.planning.gate import faults_of, require_sound
from equipage.dispatch.planning.planner import Choice, Decision, decide
from equipage.dispatch.planning.posing import PlannedStop, pose
from equipage.dispatch.planning.replanned import visits_of
from equipage.dispatch.planning.replanning import plan
from equipage.dispatch.planning.suggest import suggest
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.reasons import because
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.problem import NO_WAY_S
from equipage.dispatch.solver.schedule import timetable
from equipage.dispatch.solver.violations import Broken, violations
from equipage.dispatch.what_if.trial import carried_out
from tests.dispatch.planning.test_planner import cities
from tests.dispatch.planning.test_replanning import EFFORT
from tests.dispatch.worlds import (
    NOW,
    StraightRoads,
    World,
    a_crew,
    a_job,
    a_planned_job,
    a_shift,
    an_assignment,
    at,
)

ROADS = StraightRoads(river_x=15_000.0)
NAMES = {
    Obstacle.MISSING_SKILLS: {Broken.SKILL},
    Obstacle.HAS_REFUSED: {Broken.BARRED},
    Obstacle.OFF_NETWORK: {Broken.NO_WAY},
    Obstacle.CREW_OFF_NETWORK: {Broken.NO_WAY},
    Obstacle.UNREACHABLE: {Broken.NO_WAY},
    Obstacle.BREAK_TOO_LATE: {Broken.BREAK},
    Obstacle.SHIFT_ENDS_BEFORE: {Broken.SHIFT_END},
}
"""What the checker says where `eligibility` says this."""


@st.composite
def duties(draw: st.DrawFn) -> World:
    """Draw a crew, idle or under way, with breaks, and a job; all in whole seconds, which nobody rounds."""
    metres = st.integers(-2_000, 2_000).map(lambda tens: (10.0 * tens, 0.0))
    anywhere = metres | st.sampled_from([(200_000.0, 0.0), (14_000.0, 0.0), (16_000.0, 0.0)])
    skill = st.frozensets(st.just("gas"))
    ends = draw(st.integers(30, 240))
    turns = draw(st.lists(st.integers(1, ends), min_size=4, max_size=4, unique=True).map(sorted))
    breaks = [(turns[0], turns[1]), (turns[2], turns[3])][: draw(st.integers(0, 2))]
    under_way = draw(st.booleans())
    return World(
        crews=[a_crew("A", *draw(skill))],
        jobs=[
            a_job("now", draw(metres), duration_s=draw(st.integers(0, 3_000))),
            a_job(
                "next",
                draw(anywhere),
                skills=draw(skill),
                duration_s=draw(st.integers(0, 10_000)),
                earliest=at(draw(st.integers(-10, 120))),
            ),
        ],
        shifts=[a_shift("A", (-4, ends / 60), breaks=breaks)],
        where={"A": draw(anywhere)},
        assignments=[an_assignment("now", status="en_route", since=0)] if under_way else [],
        refusals=[("next", "A")] if draw(st.booleans()) else [],
    )


@given(world=duties())
@settings(max_examples=100)
def test_a_crew_may_have_a_job_if_and_only_if_the_checker_finds_nothing(world: World) -> None:
    """What by hand is looked at in an instant is what engines and database are held to, by name."""
    situation, crew_id, job_id = world.situation(), CrewId("A"), JobId("next")
    job = situation.jobs[job_id]
    outlook = look_ahead(situation, ROADS, jobs=[job], crew_ids=[crew_id])
    reason = obstacle(situation, crew_id, job, outlook.approach(0, 0))
    posed = pose(situation, ROADS, jobs=[job_id])
    broken = {each.what for each in violations(posed.problem, [[posed.rows[job_id]]])}
    assert (reason is None) == (not broken)
    assert reason is None or NAMES[Obstacle(reason.code)] & broken


@given(
    world=duties(),
    pins=st.lists(
        st.tuples(
            st.integers(-1_000, 1_000), st.integers(-10, 90), st.sampled_from([300, 900, 1_800, 3_600])
        ),
        min_size=1,
        max_size=3,
    ),
)
@settings(max_examples=200)
def test_a_job_behind_pins_is_expected_when_it_is_in_the_timetable(
    world: World, pins: list[tuple[int, int, int]]
) -> None:
    """To the second: a break that has begun by then may still come behind it, or has to be taken first."""
    names = [f"p{k}" for k in range(len(pins))]
    pinned = [
        a_planned_job(name, (10.0 * tens, 0.0), earliest=at(begins), duration_s=takes_s)
        for name, (tens, begins, takes_s) in zip(names, pins, strict=True)
    ]
    orders = [an_assignment(name, report_id=None, pinned=True, created_at=NOW) for name in names]
    world = replace(world, jobs=[*world.jobs, *pinned], assignments=[*world.assignments, *orders])
    situation, job_id = world.situation(), JobId("next")
    outlook = look_ahead(situation, ROADS, jobs=[situation.jobs[job_id]], crew_ids=[CrewId("A")])
    posed = pose(situation, ROADS, jobs=[job_id])
    day = timetable(posed.problem, 0, [*posed.routes[0], posed.rows[job_id]])
    begin_s, expected_s = day.visits[-1].begin_s, outlook.arrival_s[0, 0]
    assert (begin_s >= NO_WAY_S) == (not np.isfinite(expected_s))
    if begin_s >= NO_WAY_S:
        return
    assert expected_s == begin_s
    latest_s = posed.problem.shifts.break_latest_s
    behind = [pause for pause in day.pauses if pause.before >= len(pins)]
    late_s = max((pause.begin_s - int(latest_s[pause.number]) for pause in behind), default=0)
    assert outlook.finish.break_late_s[0, 0] == max(late_s, 0)
    told = visits_of(carried_out(situation, giving(situation, (job_id, "A"))), ROADS)
    assert [each.arrival for each in told if each.job_id == job_id] == [NOW + timedelta(seconds=begin_s)]


@given(world=cities())
@settings(max_examples=100)
def test_what_the_instant_layer_decides_passes(world: World) -> None:
    """With busy, missing and paused crews, refusals, pins, a river, and shifts that end soon."""
    situation = world.situation()
    assert list(faults_of(situation, ROADS, decide(situation, ROADS))) == []


@given(world=cities(), begins=st.integers(0, 90), takes=st.integers(5, 60))
@settings(max_examples=100)
def test_what_both_layers_decide_keeps_breaks(world: World, begins: int, takes: int) -> None:
    """Each crew has one soon, and where crews are short everybody's routes are planned together."""
    situation = world.situation()
    shifts = {
        crew_id: a_shift(crew_id, (-4, 3), breaks=[(begins, begins + takes)]) for crew_id in situation.shifts
    }
    situation = replace(situation, shifts=shifts)
    for decision in (decide(situation, ROADS), plan(situation, ROADS, effort=EFFORT)):
        assert list(faults_of(situation, ROADS, decision)) == []


@given(world=cities(), begins=st.integers(0, 90), takes=st.integers(5, 60))
@settings(max_examples=100)
def test_people_are_told_the_times_that_were_planned_by(world: World, begins: int, takes: int) -> None:
    """Breaks, several stops, crews at work and under way: to the rounding of a second for each leg."""
    situation = world.situation()
    shifts = {
        crew_id: a_shift(crew_id, (-4, 3), breaks=[(begins, begins + takes)]) for crew_id in situation.shifts
    }
    situation = replace(situation, shifts=shifts)
    after = carried_out(situation, plan(situation, ROADS, effort=EFFORT))
    posed = pose(after, ROADS)
    told = {visit.job_id: visit.arrival for visit in visits_of(after, ROADS)}
    for visit in posed.visits(posed.routes):
        assert abs(visit.arrival - told[visit.job_id]) <= (1 + visit.position) * timedelta(seconds=1)


@given(world=cities(), begins=st.integers(0, 90), takes=st.integers(5, 60))
@settings(max_examples=100)
def test_what_is_promised_at_once_is_what_is_told_from_then_on(world: World, begins: int, takes: int) -> None:
    """A break that is taken before the work counts in the moment of the choice already."""
    situation = world.situation()
    shifts = {
        crew_id: a_shift(crew_id, (-4, 3), breaks=[(begins, begins + takes)]) for crew_id in situation.shifts
    }
    situation = replace(situation, shifts=shifts)
    decision = decide(situation, ROADS)
    after = carried_out(situation, decision)
    told = {visit.job_id: visit.arrival for visit in visits_of(after, ROADS)}
    for visit in decision.visits:
        assert abs(visit.arrival - told[visit.job_id]) <= timedelta(seconds=1)


@given(world=duties())
@settings(max_examples=100)
def test_what_a_crew_is_suggested_with_is_what_is_told_once_it_has_the_job(world: World) -> None:
    """With its earliest and latest, breaks that come first included."""
    situation = world.situation()
    for suggestion in suggest(situation, ROADS, situation.jobs[JobId("next")]).suggestions:
        after = carried_out(situation, giving(situation, ("next", suggestion.crew_id)))
        (planned,) = (a for a in after.assignments.values() if a.job_id == "next")
        told = eta_of(after, ROADS)[planned.id]
        assert (told.eta, told.earliest, told.latest) == (
            suggestion.eta,
            suggestion.earliest,
            suggestion.latest,
        )


def giving(situation: Situation, *given: tuple[str, str]) -> Decision:
    """Return the decision that gives jobs to crews as soon as nothing else could be, in this order."""
    moment = NOW + timedelta(minutes=5)
    kept = [a for a in situation.assignments.values() if not a.status.is_running]
    route = [*((a.job_id, a.crew_id, a.id) for a in kept), *((JobId(j), CrewId(c), None) for j, c in given)]
    return Decision(
        assign=tuple(
            Choice(job_id=JobId(j), crew_id=CrewId(c), arrival=moment, departure=moment) for j, c in given
        ),
        release=(),
        unassigned={},
        visits=tuple(
            PlannedStop(
                crew_id=crew_id,
                position=position,
                job_id=job_id,
                assignment_id=assignment_id,
                arrival=moment,
                departure=moment,
            )
            for position, (job_id, crew_id, assignment_id) in enumerate(route, start=1)
        ),
    )


def faults(world: World, *given: tuple[str, str], river_x: float | None = None) -> list[str]:
    """Return what is wrong with giving jobs to crews."""
    situation = world.situation()
    found = faults_of(situation, StraightRoads(river_x=river_x), giving(situation, *given))
    return [fault.text for fault in found]


def test_every_fault_is_named() -> None:
    """Skills, a refusal, no road, a shift that ends: each by its name, and all of them at once."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j1", (9000.0, 0.0), skills=frozenset({"gas"}), duration_s=7200)],
        shifts=[a_shift("A", (-4, 1))],
        refusals=[("j1", "A")],
    )
    assert faults(world, ("j1", "A")) == [
        "crew A has refused report r-j1",
        "crew A lacks the skill gas for report r-j1",
        # 15 minutes of driving, two hours of work, one of the shift and a quarter of an hour more.
        "crew A would finish 1 h after its shift and overtime",
    ]
    far = faults(world, ("j1", "A"), river_x=5000.0)
    assert "crew A finds no road to report r-j1" in far


def test_a_break_that_would_begin_too_late_is_named() -> None:
    """25 minutes of driving from now, and the break may begin in 10 to 15."""
    world = World(
        crews=[a_crew("A")], jobs=[a_job("j1", (15_000.0, 0.0))], shifts=[a_shift(breaks=[(10, 20)])]
    )
    assert faults(world, ("j1", "A")) == ["crew A would begin a break 10 min too late"]


def test_nobody_is_sent_who_is_not_at_work() -> None:
    """Absent, paused or between shifts: no problem has such a crew at all."""
    world = World(crews=[a_crew("A")], jobs=[a_job("j1")], shifts=[a_shift(absent=True)])
    assert faults(world, ("j1", "A")) == ["crew A cannot be sent"]


@pytest.mark.parametrize(
    ("pinned", "said"),
    [
        (True, "report r-j1 is pinned to crew A"),
        (False, "crew A is about to set off for report r-j1"),
    ],
)
def test_what_must_stay_is_not_taken_away(pinned: bool, said: str) -> None:  # noqa: FBT001 (a parameter)
    """Neither a person's pin nor what a person has just sent an idle crew to."""
    sent = an_assignment(pinned=pinned, actor="Léa")
    world = World(crews=[a_crew("A")], jobs=[a_job("j1")], assignments=[sent])
    taken = Decision(assign=(), release=(AssignmentId("a-j1-A"),), unassigned={}, visits=())
    assert [fault.text for fault in faults_of(world.situation(), ROADS, taken)] == [said]


def test_what_a_crew_keeps_may_be_broken_already_but_not_made_worse() -> None:
    """Its pinned job ends an hour after the shift: nobody's fault; a job before that would be one."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j1", duration_s=7200), a_job("j2")],
        shifts=[a_shift("A", (-4, 1))],
        assignments=[an_assignment("j1", pinned=True)],
    )
    assert faults(world) == []
    (fault,) = faults(world, ("j2", "A"))
    assert fault.endswith("after its shift and overtime")


def test_what_cannot_be_done_is_not_held_against_what_comes_before_it() -> None:
    """A person's pin that the crew lacks the skill for comes last; what came before it went elsewhere."""
    world = World(
        crews=[a_crew("A")],
        jobs=[a_job("j0"), a_job("j1", skills=frozenset({"gas"}), duration_s=4000), a_job("j2")],
        shifts=[a_shift("A", (-4, 1))],
        assignments=[an_assignment("j0"), an_assignment("j1", pinned=True)],
    )
    situation = world.situation()
    stops = giving(situation, ("j2", "A")).visits
    assert [stop.job_id for stop in stops] == ["j0", "j1", "j2"]
    instead = replace(
        giving(situation, ("j2", "A")),
        release=(AssignmentId("a-j0-A"),),
        visits=(replace(stops[2], position=1), replace(stops[1], position=2)),
    )
    assert list(faults_of(situation, ROADS, instead)) == []


def test_what_was_broken_before_may_be_what_makes_a_route_sound() -> None:
    """A break may begin until minute 15: behind j3, j4 comes too late for it, behind j1 just in time."""
    world = World(
        crews=[a_crew("A")],
        jobs=[
            a_job("j1", (6000.0, 0.0), duration_s=60),
            a_job("j3", (-3000.0, 0.0), duration_s=60),
            a_job("j4", (8000.0, 0.0), duration_s=60),
        ],
        shifts=[a_shift(breaks=[(10, 20)])],
        assignments=[an_assignment("j3", since=-5), an_assignment("j4", since=-4)],
    )
    situation = world.situation()
    first, second, given = giving(situation, ("j1", "A")).visits
    assert [first.job_id, second.job_id] == ["j3", "j4"]
    order = (given, second, first)
    better = replace(
        giving(situation, ("j1", "A")),
        visits=tuple(replace(stop, position=position) for position, stop in enumerate(order, start=1)),
    )
    assert list(faults_of(situation, ROADS, better)) == []


def test_the_error_tells_all_faults() -> None:
    """As a list, and in one sentence."""
    world = World(crews=[a_crew("A"), a_crew("B")], jobs=[a_job("j1", skills=frozenset({"gas"}))])
    situation = world.situation()
    with pytest.raises(UnsoundPlanError, match="not saved: crew A lacks the skill gas") as caught:
        require_sound(situation, ROADS, giving(situation, ("j1", "A")))
    assert caught.value.faults == (because("unsound_skill", crew_id="A", skills=("gas",), report_id="r-j1"),)
