"""The planner's tick: what it saves, what it says, and that it never saves what has become wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from equipage.dispatch.errors import ConflictError, UnsoundPlanError
from equipage.dispatch.model import Assignment, CrewId
from equipage.dispatch.planning.planner import Choice, Decision, decide
from equipage.dispatch.planning.posing import PlannedStop
from equipage.dispatch.reasons import because
from equipage.dispatch.services import planning
from equipage.dispatch.services.assignments import release, set_pin
from equipage.dispatch.services.etas import refresh_promises
from equipage.dispatch.services.fleet import pause_crew, set_absent
from equipage.dispatch.services.planning import plan_tick, save_decision
from equipage.dispatch.services.reports import ReportChanges, amend_report, close_report, require_version
from equipage.dispatch.services.tracking import record_fixes
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from equipage.dispatch.travel import TravelTimes
from tests.dispatch.planning.test_replanning import EFFORT
from tests.dispatch.services.town import ACTOR, Town


def test_a_waiting_report_gets_a_crew(town: Town) -> None:
    """Assignment, report, plan, history and announcements: as by hand, but the planner's."""
    report = town.file((1000.0, 0.0))
    town.tick()
    with town.store.reading() as reading:
        (assignment,) = reading.live_assignments()
        plan = reading.plan()
    assert (assignment.actor, assignment.pinned, assignment.status) == ("planner", False, "planned")
    assert assignment.promised_at == town.now + timedelta(seconds=100)
    assert town.report(report).status is ReportStatus.ASSIGNED
    assert (plan.version, plan.as_of, plan.network_id, plan.engine) == (1, town.now, "plain", "instant")
    assert [(stop.assignment_id, stop.arrival) for stop in plan.stops] == [
        (assignment.id, assignment.promised_at)
    ]
    assert [event.kind for event in town.events()] == ["report", "assignment", "report", "plan"]
    assert town.history(report) == ["filed", "assigned"]


def test_a_report_that_waits_says_why(town: Town) -> None:
    """With the reason, in the report and in the announcement; it stays new until a person has read it."""
    report = town.file(service="manual")
    town.tick()
    waiting = town.report(report)
    assert waiting.status is ReportStatus.NEW
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.code == "awaiting_decision"
    last = town.events("report")[-1]
    assert last.data["unassigned_code"] == "awaiting_decision"
    assert last.data["unassigned_reason"] == waiting.unassigned_reason.text


def test_a_tick_without_news_writes_nothing(town: Town) -> None:
    """The second look at the same things leaves versions and events as they are."""
    assigned, waiting = town.file(), town.file(service="manual")
    town.tick()
    before = town.events(), town.report(assigned), town.report(waiting)
    town.now += timedelta(seconds=5)
    town.tick()
    assert (town.events(), town.report(assigned), town.report(waiting)) == before


def test_another_reason_is_told_without_calling_the_report_changed(town: Town) -> None:
    """First held, then waiting for a decision: announced, but `updated_at` is the citizen's."""
    held = report = town.file(service="manual", hold_s=60)
    town.tick()
    assert town.report(report) == held
    town.wait(2)
    town.tick()
    waiting = town.report(report)
    assert [r.unassigned_reason.code for r in (held, waiting) if r.unassigned_reason] == [
        "held",
        "awaiting_decision",
    ]
    assert waiting.updated_at == held.updated_at
    assert len(town.events("report")) == 2


def test_whoever_looked_before_the_planner_did_may_change_the_report(town: Town) -> None:
    """Why it waits and when it is expected are no changes that a person could overlook."""
    waiting, assigned = town.file(service="manual"), town.file()
    town.assign(assigned, "A")
    looked_at = [town.report(report) for report in (waiting, assigned)]
    town.tick()
    refresh_promises(town.store, router=town.router, now=town.now)
    noted = [town.report(report) for report in (waiting, assigned)]
    assert (noted[0].unassigned_reason, noted[1].expected_at) != (None, None)
    with town.store.transaction() as tx:
        for seen, present in zip(looked_at, noted, strict=True):
            assert seen != present
            require_version(tx, present, seen.version)


def test_times_that_moved_make_a_new_plan(town: Town) -> None:
    """Ten minutes later the crew, still at the depot, is expected ten minutes later."""
    town.file((1000.0, 0.0))
    town.tick()
    town.wait(10)
    town.tick()
    with town.store.reading() as reading:
        plan = reading.plan()
    assert plan.version == 2
    assert plan.stops[0].arrival == town.now + timedelta(seconds=100)


def test_a_crew_that_is_free_a_little_sooner_is_no_news_of_what_waits(town: Town) -> None:
    """Told is `within 30 min`; six minutes later it is 25, and the report is left as it was."""
    for crew_id in "ABC":
        town.advance(town.assign(town.file(), crew_id), "en_route", "on_site")
    waiting = town.file()
    town.tick()
    told = town.report(waiting)
    assert told.unassigned_reason == because("all_busy", free_in_s=1800)
    town.wait(6)
    _, decision = plan_tick(town.store, router=town.router, now=town.now)
    assert list(decision.unassigned.values()) == [because("all_busy", free_in_s=1500)]
    assert town.report(waiting) == told


def test_a_better_crew_takes_over_what_waits_behind_a_running_job(town: Town) -> None:
    """A and B work for five minutes more, one has a report as its next: the other, free first, gets it."""
    for crew_id in "AB":
        town.advance(town.assign(town.file(), crew_id), "en_route", "on_site")
    town.wait(25)
    with town.store.transaction() as tx:
        pause_crew(tx, CrewId("C"), now=town.now, actor=ACTOR)
    report = town.file((2000.0, 0.0))
    town.tick()
    (before,) = [a for a in _live(town) if a.report_id == report.id]
    others = [a for a in _live(town) if a.crew_id != before.crew_id]
    town.advance(others[0], "done")
    town.tick()
    (after,) = [a for a in _live(town) if a.report_id == report.id]
    assert after.crew_id == others[0].crew_id
    assert town.assignment(before).status is AssignmentStatus.RELEASED
    assert town.report(report).status is ReportStatus.ASSIGNED
    assert town.report(report).unassigned_reason is None


def _live(town: Town) -> list[Assignment]:
    with town.store.reading() as reading:
        return list(reading.live_assignments())


def _hold(town: Town) -> None:
    with town.store.transaction() as tx:
        amend_report(tx, town.reports()[0].id, ReportChanges(hold_s=60), now=town.now, actor=ACTOR)


def _close(town: Town) -> None:
    with town.store.transaction() as tx:
        close_report(tx, town.reports()[0].id, ReportStatus.CANCELLED, note="", now=town.now, actor=ACTOR)


def _assign_by_hand(town: Town) -> None:
    town.assign(town.reports()[0], "B")


def _occupy(town: Town) -> None:
    for crew_id in "ABC":
        town.assign(town.file(), crew_id)


def _pause(town: Town) -> None:
    for crew_id in "ABC":
        with town.store.transaction() as tx:
            pause_crew(tx, CrewId(crew_id), now=town.now, actor=ACTOR)


def _miss(town: Town) -> None:
    for crew_id in "ABC":
        with town.store.transaction() as tx:
            set_absent(tx, CrewId(crew_id), absent=True, now=town.now, actor=ACTOR)


@pytest.mark.parametrize("meanwhile", [_hold, _close, _assign_by_hand, _occupy, _pause, _miss])
def test_what_changed_while_deciding_is_not_overruled(town: Town, meanwhile: Callable[[Town], None]) -> None:
    """Whatever happens between look and save, the decision is refused whole, and what happened stays."""
    town.file()
    with town.store.reading() as reading:
        situation = load_situation(reading, town.now)
    decision = decide(situation, town.router)
    assert decision.assign
    meanwhile(town)
    before = town.events(), town.live()
    with pytest.raises(ConflictError), town.store.transaction() as tx:
        save_decision(tx, situation, decision, network_id="plain")
    assert (town.events(), town.live()) == before


@pytest.mark.parametrize("change", ["pin", "release"])
def test_a_decision_to_move_what_has_changed_is_refused(town: Town, change: str) -> None:
    """The planner wants to take a report from B; meanwhile somebody pins it, or releases it first."""
    situation, decision, assignment = _about_to_move(town)
    with town.store.transaction() as tx:
        if change == "pin":
            set_pin(tx, assignment.id, pinned=True, now=town.now, actor=ACTOR)
        else:
            release(tx, assignment.id, reason="", now=town.now, actor=ACTOR)
    before = town.live()
    with pytest.raises(ConflictError), town.store.transaction() as tx:
        save_decision(tx, situation, decision, network_id="plain")
    assert town.live() == before


def _about_to_move(town: Town) -> tuple[Situation, Decision, Assignment]:
    """Let B have a report behind its running job, and the planner want to give it to A or C."""
    busy = town.advance(town.assign(town.file((0.0, 0.0)), "B"), "en_route", "on_site")
    town.wait(25)
    report = town.file((2000.0, 0.0))
    with town.store.transaction() as tx:
        for crew_id in "AC":
            pause_crew(tx, CrewId(crew_id), now=town.now, actor=ACTOR)
    town.tick()
    (assignment,) = [a for a in _live(town) if a.report_id == report.id]
    assert assignment.crew_id == busy.crew_id
    with town.store.transaction() as tx:
        for crew in tx.crews():
            tx.save_crew(replace(crew, paused_since=None))
    with town.store.reading() as reading:
        situation = load_situation(reading, town.now)
    decision = decide(situation, town.router)
    assert decision.release == (assignment.id,)
    return situation, decision, assignment


def test_two_planners_cannot_both_save(town: Town) -> None:
    """Two that looked at the same moment: the first saves, the second is refused by the plan's version."""
    town.file()
    with town.store.reading() as reading:
        situation = load_situation(reading, town.now)
    decision = decide(situation, town.router)
    with town.store.transaction() as tx:
        save_decision(tx, situation, decision, network_id="plain")
    with pytest.raises(ConflictError), town.store.transaction() as tx:
        save_decision(tx, situation, decision, network_id="plain")
    assert len(_live(town)) == 1


def test_the_tick_returns_what_it_decided(town: Town) -> None:
    """One crew for one report."""
    report = town.file()
    _, decision = plan_tick(town.store, router=town.router, now=town.now)
    assert len(decision.assign) == 1
    assert report.id in town.live()


def test_what_would_break_something_is_not_saved(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever decided it: the error names what is wrong, and everything stays as it was."""
    lamp = town.file(service="lamp")
    before = town.events()

    def send_anybody(situation: Situation, times: TravelTimes, **_: object) -> Decision:
        arrival = town.now + timedelta(seconds=100)
        (job_id,) = situation.jobs
        choice = Choice(job_id=job_id, crew_id=CrewId("B"), arrival=arrival, departure=arrival)
        visit = PlannedStop(
            crew_id=CrewId("B"),
            position=1,
            job_id=job_id,
            assignment_id=None,
            arrival=arrival,
            departure=arrival,
        )
        return Decision(assign=(choice,), release=(), unassigned={}, visits=(visit,))

    monkeypatch.setattr(planning, "plan", send_anybody)
    with pytest.raises(UnsoundPlanError, match=f"crew B lacks the skill electric for report {lamp.id}"):
        town.tick()
    assert (town.events(), town.report(lamp)) == (before, lamp)


@pytest.mark.parametrize(("left_for_s", "who"), [(0.0, "A"), (600.0, "B")])
def test_a_crew_stays_where_much_was_reported_where_leaving_is_priced(
    town: Town, left_for_s: float, who: str
) -> None:
    """A is 100 s from the report and B 200 s; at A's place twenty came within the hour, all closed by now."""
    town.give_trackers("ABC")
    closed = [town.file((0.0, 0.0)) for _ in range(20)]
    town.wait(30)
    with town.store.transaction() as tx:
        for report in closed:
            close_report(tx, report.id, ReportStatus.CANCELLED, note="", now=town.now, actor=ACTOR)
        fixes = [town.fix(crew_id, (x, 0.0)) for crew_id, x in (("A", 0.0), ("B", 3000.0), ("C", 9000.0))]
        record_fixes(tx, fixes, router=town.router, now=town.now)
    waiting = town.file((1000.0, 0.0))
    plan_tick(town.store, router=town.router, now=town.now, left_for_s=left_for_s)
    assert town.live() == {waiting.id: who}


def test_a_crew_on_its_way_is_turned_around_for_the_highest_priority(town: Town) -> None:
    """It is told, with the reason; who waited for it gets another one, and that is told as well."""
    far = town.file((9000.0, 0.0))
    town.tick()
    with town.store.reading() as reading:
        (given,) = reading.live_assignments()
    on_its_way = town.advance(given, "en_route")
    town.give_trackers(on_its_way.crew_id)
    town.wait(5)
    with town.store.transaction() as tx:
        record_fixes(tx, [town.fix(on_its_way.crew_id, (3000.0, 0.0))], router=town.router, now=town.now)
    urgent = town.file((3000.0, 300.0), priority=1)
    town.tick()
    assert town.live()[urgent.id] == on_its_way.crew_id
    assert town.live()[far.id] != on_its_way.crew_id
    left = town.assignment(on_its_way)
    assert (left.status, left.reason) == (AssignmentStatus.RELEASED, f"it gave way to report {urgent.id}")
    assert town.report(far).status is ReportStatus.ASSIGNED
    assert town.history(far) == ["filed", "assigned", "en_route", "released", "assigned"]
    told = [event.data for event in town.events("report") if event.report_id == far.id][-1]
    assert (told["status"], told["crew_id"]) == ("assigned", town.live()[far.id])


def test_who_turns_around_comes_back_to_what_it_left(town: Town) -> None:
    """Only A is at work: it goes to what is urgent first, and has what it was on its way to behind that."""
    with town.store.transaction() as tx:
        for crew_id in "BC":
            set_absent(tx, CrewId(crew_id), absent=True, now=town.now, actor=ACTOR)
    far = town.file((9000.0, 0.0))
    town.tick()
    with town.store.reading() as reading:
        (given,) = reading.live_assignments()
    left = town.advance(given, "en_route")
    town.give_trackers("A")
    town.wait(5)
    with town.store.transaction() as tx:
        record_fixes(tx, [town.fix("A", (3000.0, 0.0))], router=town.router, now=town.now)
    urgent = town.file((3000.0, 300.0), priority=1)
    plan_tick(town.store, router=town.router, now=town.now, effort=EFFORT)
    with town.store.reading() as reading:
        order = [stop.assignment_id for stop in reading.plan().stops]
        live = {each.id: each for each in reading.live_assignments()}
    assert [live[each].report_id for each in order] == [urgent.id, far.id]
    assert {each.status for each in live.values()} == {AssignmentStatus.PLANNED}
    assert town.assignment(left).status is AssignmentStatus.RELEASED
    assert town.report(far).status is ReportStatus.ASSIGNED
