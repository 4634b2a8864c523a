"""Assigning by hand, releasing and pinning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from equipage.dispatch.errors import (
    AlreadyAssignedError,
    IllegalStepError,
    InvalidInputError,
    NotFoundError,
)
from equipage.dispatch.model import Assignment, CrewId, ReportId
from equipage.dispatch.services.assignments import assign, release, set_pin
from equipage.dispatch.services.fleet import pause_crew
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from tests.dispatch.services.town import ACTOR, Town


def let_go(town: Town, assignment: Assignment, reason: str = "", *, hold_s: int = 0) -> Assignment:
    """Release an assignment."""
    with town.store.transaction() as tx:
        return release(tx, assignment.id, reason=reason, hold_s=hold_s, now=town.now, actor=ACTOR)


def pin(town: Town, assignment: Assignment, *, pinned: bool = True) -> Assignment:
    """Pin an assignment, or unpin it."""
    with town.store.transaction() as tx:
        return set_pin(tx, assignment.id, pinned=pinned, now=town.now, actor=ACTOR)


def stops(town: Town) -> list[tuple[str, int, str]]:
    """Return the plan's stops: crew, position, assignment."""
    with town.store.reading() as reading:
        return [(stop.crew_id, stop.position, stop.assignment_id) for stop in reading.plan().stops]


def test_a_report_is_given_to_a_crew(town: Town) -> None:
    """Assignment, report, plan, announcements and history all say so; 1,000 m at 10 m/s are 100 s."""
    report = town.file((1000.0, 0.0))
    assignment = town.assign(report, "B", pin=True)
    assert town.assignment(assignment) == assignment
    assert (assignment.crew_id, assignment.vehicle_id, assignment.report_id) == ("B", "van-B", report.id)
    assert (assignment.status, assignment.pinned, assignment.actor) == ("planned", True, ACTOR)
    assert assignment.promised_at == town.now + timedelta(seconds=100)
    assert town.report(report).status is ReportStatus.ASSIGNED
    assert town.live() == {report.id: "B"}
    with town.store.reading() as reading:
        plan = reading.plan()
    (stop,) = plan.stops
    assert (stop.crew_id, stop.position, stop.assignment_id) == ("B", 1, assignment.id)
    assert stop.departure - stop.arrival == timedelta(minutes=30)
    assert plan.version == 1
    assert [event.kind for event in town.events()] == ["report", "assignment", "report", "plan"]
    assert town.history(report) == ["filed", "assigned"]


def test_another_crew_replaces_a_planned_one(town: Town) -> None:
    """The first is released, the second has it, and the plan has one stop."""
    report = town.file()
    first = town.assign(report, "A")
    second = town.assign(report, "B")
    assert town.assignment(first).status is AssignmentStatus.RELEASED
    assert "crew B" in town.assignment(first).reason
    assert town.live() == {report.id: "B"}
    assert stops(town) == [("B", 1, second.id)]


@pytest.mark.parametrize("said", [("en_route",), ("en_route", "on_site")])
def test_a_report_that_a_crew_is_at_stays_with_it(town: Town, said: tuple[str, ...]) -> None:
    """Neither pin nor override takes a running report away; the holder is named."""
    report = town.file()
    running = town.advance(town.assign(report, "A"), *said)
    with pytest.raises(AlreadyAssignedError) as caught:
        town.assign(report, "B", pin=True, override=True)
    assert caught.value.holder == running


def test_a_busy_crew_takes_only_what_is_pinned(town: Town) -> None:
    """Without pin 409 names what it is at; with pin it goes there next."""
    first, second = town.file((500.0, 0.0)), town.file((1000.0, 0.0))
    running = town.advance(town.assign(first, "A"), "en_route", "on_site")
    with pytest.raises(AlreadyAssignedError) as caught:
        town.assign(second, "A")
    assert caught.value.holder == running
    following = town.assign(second, "A", pin=True)
    assert stops(town) == [("A", 1, running.id), ("A", 2, following.id)]
    # Half an hour of work, then 1,000 m from the square, where its depot is: nothing was heard of its van.
    assert following.promised_at == town.now + timedelta(minutes=30, seconds=50)


def test_the_same_crew_again_only_confirms(town: Town) -> None:
    """What the planner chose becomes the dispatcher's, in the same assignment; twice is once."""
    report = town.file()
    town.tick()
    with town.store.reading() as reading:
        (chosen,) = reading.live_assignments()
    assert chosen.actor == "planner"
    confirmed = town.assign(report, chosen.crew_id, pin=True)
    assert (confirmed.id, confirmed.actor, confirmed.pinned) == (chosen.id, ACTOR, True)
    events = town.events()
    assert town.assign(report, chosen.crew_id, pin=True) == confirmed
    assert town.events() == events


def test_an_obstacle_is_named_and_can_be_overridden(town: Town) -> None:
    """Crew B lacks the skill for lamps: refused by its code, unless somebody insists, which is recorded."""
    report = town.file(service="lamp")
    with pytest.raises(InvalidInputError, match=r"\(missing_skills\): lacks the skill electric"):
        town.assign(report, "B")
    assert town.live() == {}
    town.assign(report, "B", override=True)
    assert town.live() == {report.id: "B"}
    with town.store.reading() as reading:
        made = reading.audit("report", report.id)[-1]
    assert (made.action, made.details["overridden"]["code"]) == ("assigned", "missing_skills")


def test_a_paused_crew_is_no_choice(town: Town) -> None:
    """A pause is an obstacle like any other."""
    with town.store.transaction() as tx:
        pause_crew(tx, CrewId("A"), now=town.now, actor=ACTOR)
    with pytest.raises(InvalidInputError, match="paused"):
        town.assign(town.file(), "A")


def test_without_a_road_there_is_no_promise(town: Town) -> None:
    """Across the river nobody is expected, but whoever insists may send a crew; it then has no stop."""
    report = town.file((4000.0, 0.0))
    town.router.river_x = 2000.0
    with pytest.raises(InvalidInputError, match="unreachable"):
        town.assign(report, "A")
    assert town.assign(report, "A", override=True).promised_at is None
    assert stops(town) == []


def test_a_closed_report_is_given_to_nobody(town: Town) -> None:
    """Not even with override: it is reopened first."""
    report = town.file()
    with town.store.transaction() as tx:
        close_report(tx, report.id, ReportStatus.DONE, note="", now=town.now, actor=ACTOR)
    with pytest.raises(IllegalStepError, match="reopen"):
        town.assign(report, "A", override=True)


def test_unknown_reports_and_crews_are_not_found(town: Town) -> None:
    """The crews there are are named."""
    with pytest.raises(NotFoundError, match="there are A, B, C"):
        town.assign(town.file(), "Z")
    with town.store.transaction() as tx, pytest.raises(NotFoundError):
        assign(
            tx,
            ReportId("77"),
            CrewId("A"),
            pin=False,
            router=town.router,
            now=town.now,
            actor=ACTOR,
        )


def test_assigning_ends_the_hold(town: Town) -> None:
    """Who holds a report and then assigns it has decided."""
    report = town.file(hold_s=600)
    town.assign(report, "A")
    assert town.report(report).held_until is None


@pytest.mark.parametrize("said", [(), ("en_route",), ("en_route", "on_site")])
def test_a_release_frees_crew_and_report(town: Town, said: tuple[str, ...]) -> None:
    """At any stage: the report waits and says why, the stop is gone."""
    report = town.file()
    assignment = town.advance(town.assign(report, "A"), *said)
    released = let_go(town, assignment, "wrong street")
    assert (released.status, released.reason, released.ended_at) == ("released", "wrong street", town.now)
    waiting = town.report(report)
    assert waiting.status is ReportStatus.ACKNOWLEDGED
    assert waiting.unassigned_reason is not None
    assert "wrong street" in waiting.unassigned_reason.text
    assert (town.live(), stops(town)) == ({}, [])


def test_a_release_can_keep_the_planner_away(town: Town) -> None:
    """Held for two minutes, the planner leaves it; then it chooses again."""
    report = town.file()
    let_go(town, town.assign(report, "A"), hold_s=120)
    town.tick()
    assert town.live() == {}
    town.wait(3)
    town.tick()
    assert town.report(report).status is ReportStatus.ASSIGNED


def test_releasing_twice_is_releasing_once(town: Town) -> None:
    """The second time nothing is announced; what is done cannot be released."""
    assignment = town.assign(town.file(), "A")
    released = let_go(town, assignment)
    events = town.events()
    assert let_go(town, assignment, "again") == released
    assert town.events() == events
    done = town.advance(town.assign(town.file(), "B"), "done")
    with pytest.raises(IllegalStepError):
        let_go(town, done)


def test_a_pin_is_set_and_taken(town: Town) -> None:
    """Each change is announced and makes the plan newer; no change makes none."""
    assignment = town.assign(town.file(), "A")
    assert pin(town, assignment).pinned
    events = town.events()
    assert pin(town, assignment).pinned
    assert town.events() == events
    assert not pin(town, assignment, pinned=False).pinned
    let_go(town, assignment)
    with pytest.raises(IllegalStepError, match="only a live one"):
        pin(town, assignment)


def test_a_release_says_what_is_wrong_with_it(town: Town) -> None:
    """Too long a reason and too long a hold are two faults, and nothing is released."""
    assignment = town.assign(town.file(), "A")
    with pytest.raises(InvalidInputError) as caught:
        let_go(town, assignment, "x" * 501, hold_s=901)
    assert len(caught.value.faults) == 2
    assert town.assignment(assignment) == assignment
