"""The plan layer in the tick: what it saves, whom it tells, and that it rests when nothing happens."""

from __future__ import annotations

import pytest

from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import Report
from equipage.dispatch.planning.replanning import Effort, plan
from equipage.dispatch.services.assignments import set_pin
from equipage.dispatch.services.etas import refresh_promises
from equipage.dispatch.services.planning import plan_tick, save_decision
from equipage.dispatch.situation import load_situation
from equipage.dispatch.solver.budget import looks
from equipage.dispatch.status import ReportStatus
from tests.dispatch.services.town import ACTOR, Town

EFFORT = Effort(engine="own", budget=lambda: looks(40))


def tick(town: Town) -> None:
    """Have the planner look, with its plan layer."""
    plan_tick(town.store, router=town.router, now=town.now, effort=EFFORT)


def loaded(town: Town, count: int = 6) -> list[Report]:
    """Return so many reports that wait while all three crews are at work."""
    for crew_id in "ABC":
        town.advance(town.assign(town.file(), crew_id), "en_route", "on_site")
    return [town.file((1000.0 * k, 500.0)) for k in range(1, count + 1)]


def test_reports_that_wait_for_busy_crews_are_planned_behind_one_another(town: Town) -> None:
    """Six reports, three crews at work: all have a crew and a place in its route, each an assignment."""
    reports = loaded(town)
    tick(town)
    assert {town.report(report).status for report in reports} == {ReportStatus.ASSIGNED}
    with town.store.reading() as reading:
        stops, live = reading.plan().stops, reading.live_assignments()
        assert reading.plan().engine == "own"
    assert len(stops) == 9
    assert {stop.assignment_id for stop in stops} == {assignment.id for assignment in live}
    for crew_id in "ABC":
        positions = [stop.position for stop in stops if stop.crew_id == crew_id]
        assert positions == list(range(1, len(positions) + 1))


def test_a_tick_without_news_writes_nothing(town: Town) -> None:
    """The second look, with all routes planned anew, leaves plan, events and reports as they are."""
    reports = loaded(town)
    tick(town)
    before = town.events(), [town.report(report) for report in reports]
    tick(town)
    assert (town.events(), [town.report(report) for report in reports]) == before


def test_a_plan_is_refused_when_somebody_was_first(town: Town) -> None:
    """A dispatcher pins a stop while the engine works: nothing is saved, the next tick sees it."""
    loaded(town)
    tick(town)
    waiting = [town.file((1000.0 * k, -500.0)) for k in range(1, 4)]
    with town.store.reading() as reading:
        situation = load_situation(reading, town.now)
    decision = plan(situation, town.router, effort=EFFORT)
    pinned = situation.planned_of(decision.assign[0].crew_id)[0]
    with town.store.transaction() as tx:
        set_pin(tx, pinned.id, pinned=True, now=town.now, actor=ACTOR)
    with pytest.raises(ConflictError), town.store.transaction() as tx:
        save_decision(tx, situation, decision, network_id="plain")
    assert {town.report(report).status for report in waiting} == {ReportStatus.NEW}


def test_whoever_was_promised_an_arrival_is_told_when_it_must_be_broken(town: Town) -> None:
    """An urgent report comes first on A's route: the citizen behind it hears of the new arrival."""
    lamp = town.file((1000.0, 0.0), service="lamp", priority=4)
    for crew_id in "ABC":
        town.advance(town.assign(town.file(), crew_id), "en_route", "on_site")
    tick(town)
    refresh_promises(town.store, router=town.router, now=town.now)
    told = town.report(lamp).expected_at
    assert told is not None
    urgent = town.file((0.0, 3000.0), service="lamp", priority=1)
    tick(town)
    refresh_promises(town.store, router=town.router, now=town.now)
    with town.store.reading() as reading:
        order = [stop.job_id for stop in reading.plan().stops if stop.crew_id == "A"]
        jobs = {each.report_id: each.id for each in reading.open_jobs()}
    assert order[1:] == [jobs[urgent.id], jobs[lamp.id]]
    later = town.report(lamp).expected_at
    assert later is not None
    assert later > told
    last = [event for event in town.events("eta") if event.report_id == lamp.id][-1]
    assert last.data["eta"] == later.isoformat()
