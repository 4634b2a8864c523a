"""When everybody's routes are planned anew: where something mattered, and at no other time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from equipage.dispatch.model import CrewId
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.planning.replanning import Effort, plan
from equipage.dispatch.planning.watch import Watch
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.budget import Budget, looks
from equipage.dispatch.what_if.trial import carried_out
from tests.dispatch.planning.test_replanning import busy
from tests.dispatch.worlds import StraightRoads, a_position


@dataclass
class Planner:
    """A planner that counts how often its engine worked."""

    roads: StraightRoads = field(default_factory=StraightRoads)
    watch: Watch = field(default_factory=Watch)
    times: int = 0

    def begin(self) -> Budget:
        """Count, and give a budget."""
        self.times += 1
        return looks(10)

    def look(self, situation: Situation) -> Decision:
        """Return what is decided."""
        effort = Effort(engine="own", budget=self.begin)
        return plan(situation, self.roads, effort=effort, watch=self.watch)


def planned_once() -> tuple[Planner, Situation]:
    """Return a planner that has planned four jobs for one busy crew, and the city with that plan."""
    planner, situation = Planner(), busy("A", jobs=4).situation()
    after = carried_out(situation, planner.look(situation))
    made = {a.id: replace(a, actor="planner") for a in after.assignments.values()}
    assert planner.times == 1
    return planner, replace(after, assignments=made)


def test_nothing_is_planned_anew_while_everything_goes_as_planned() -> None:
    """A minute later the crew is a minute further: its plan is kept, with the arrivals of now."""
    planner, situation = planned_once()
    later = planner.look(replace(situation, now=situation.now + timedelta(minutes=1)))
    assert planner.times == 1
    assert (later.assign, later.release, later.unassigned) == ((), (), {})
    assert [stop.job_id for stop in later.visits] == ["run-A", "j1", "j2", "j3", "j4"]


def test_a_new_report_is_planned_at_once() -> None:
    """A fifth job."""
    planner, situation = planned_once()
    more = busy("A", jobs=5).situation()
    planner.look(replace(situation, jobs=more.jobs, reports=more.reports))
    assert planner.times == 2


def test_a_crew_that_falls_behind_is_planned_anew() -> None:
    """Twenty minutes later it is still at what should have taken fifteen more... and its next stops move."""
    planner, situation = planned_once()
    late = replace(situation, now=situation.now + timedelta(minutes=40))
    planner.look(late)
    assert planner.times == 2


def test_a_crew_that_goes_is_planned_anew() -> None:
    """A is paused: what it had waits for others."""
    planner, situation = planned_once()
    crew = replace(situation.crews[CrewId("A")], paused_since=situation.now)
    decision = planner.look(replace(situation, crews={crew.id: crew}))
    assert len(decision.release) == 4


def test_other_roads_are_planned_anew() -> None:
    """A closure, an hour at which one ends: another router."""
    planner, situation = planned_once()
    planner.roads = StraightRoads()
    planner.look(situation)
    assert planner.times == 2


def test_a_position_that_changes_nothing_is_no_news() -> None:
    """The crew at work sends where it is."""
    planner, situation = planned_once()
    here = a_position("A", (30.0, 0.0))
    planner.look(replace(situation, positions={here.vehicle_id: here}))
    assert planner.times == 1
