"""What crews say of their work."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from equipage.dispatch.errors import AlreadyAssignedError, IllegalStepError, InvalidInputError
from equipage.dispatch.services.tracking import record_fixes
from equipage.dispatch.status import ASSIGNMENT_STEPS, AssignmentStatus, ReportStatus
from tests.dispatch.services.town import Town


def test_the_report_follows_its_crew(town: Town) -> None:
    """En route, in progress, done: each with the time it began."""
    report = town.file()
    assignment = town.assign(report, "A")
    seen = []
    for status in ("en_route", "on_site", "done"):
        town.wait(10)
        assignment = town.advance(assignment, status)
        seen.append((town.report(report).status, assignment.since == town.now))
    assert seen == [
        (ReportStatus.EN_ROUTE, True),
        (ReportStatus.IN_PROGRESS, True),
        (ReportStatus.DONE, True),
    ]
    times = (assignment.en_route_at, assignment.arrived_at, assignment.ended_at)
    assert times == tuple(town.now - timedelta(minutes=m) for m in (20, 10, 0))
    assert town.history(report) == ["filed", "assigned", "en_route", "on_site", "done"]


def test_what_is_heard_late_counts_from_when_it_was_said(town: Town) -> None:
    """Half an hour without a connection is no delay; `since` is when it was known."""
    assignment = town.assign(town.file(), "A")
    town.wait(10)
    set_off = town.now
    town.wait(20)
    arrived = town.now
    town.wait(30)
    moved = town.advance(assignment, "en_route", said_at=set_off)
    moved = town.advance(moved, "on_site", said_at=arrived)
    assert (moved.en_route_at, moved.arrived_at, moved.since) == (set_off, arrived, town.now)
    assert moved.predicted_at is None


def test_a_telephones_clock_moves_no_step_out_of_order(town: Town) -> None:
    """A time before the last step counts as that, a time to come as now."""
    assignment = town.assign(town.file(), "A")
    town.wait(10)
    moved = town.advance(assignment, "en_route", said_at=town.now + timedelta(hours=1))
    assert moved.en_route_at == town.now
    town.wait(10)
    moved = town.advance(moved, "on_site", said_at=town.now - timedelta(days=1))
    assert moved.arrived_at == moved.en_route_at


def test_done_closes_report_and_job(town: Town) -> None:
    """The planner sees the job no more, the plan has no stop."""
    report = town.file()
    town.advance(town.assign(report, "A"), "en_route", "on_site", "done")
    assert town.report(report).closed_at == town.now
    with town.store.reading() as reading:
        assert reading.open_jobs() == []
        assert reading.plan().stops == ()


def test_setting_off_predicts_the_arrival_from_where_the_van_is(town: Town) -> None:
    """3,000 m away from the report, at 10 m/s: 300 s, beside the promise made from the depot: 100 s."""
    report = town.file((1000.0, 0.0))
    assignment = town.assign(report, "A")
    town.give_trackers("ABC")
    with town.store.transaction() as tx:
        record_fixes(tx, [town.fix("A", (4000.0, 0.0))], router=town.router, now=town.now)
    moved = town.advance(assignment, "en_route")
    assert moved.promised_at == town.now + timedelta(seconds=100)
    assert moved.predicted_at == town.now + timedelta(seconds=300)


def test_a_crew_that_cannot_get_there_may_set_off_without_a_prediction(town: Town) -> None:
    """A closure since the assignment makes no error of what the crew says."""
    assignment = town.assign(town.file((4000.0, 0.0)), "A")
    town.router.river_x = 2000.0
    moved = town.advance(assignment, "en_route")
    assert (moved.status, moved.predicted_at) == ("en_route", None)


def test_the_same_status_again_changes_nothing(town: Town) -> None:
    """Phones repeat themselves: no event, no new time."""
    moved = town.advance(town.assign(town.file(), "A"), "en_route")
    events = town.events()
    town.wait(5)
    assert town.advance(moved, "en_route") == moved
    assert town.events() == events


PATHS: tuple[tuple[str, ...], ...] = ((), ("en_route",), ("en_route", "on_site"), ("done",))


@pytest.mark.parametrize(("path", "to"), list(product(PATHS, AssignmentStatus)))
def test_only_the_steps_of_the_table_are_taken(
    town: Town, path: tuple[str, ...], to: AssignmentStatus
) -> None:
    """From each status to each: taken, repeated, or refused naming both; released is not a crew's to say."""
    assignment = town.advance(town.assign(town.file(), "A"), *path)
    sayable = ASSIGNMENT_STEPS[assignment.status] - {AssignmentStatus.RELEASED}
    if to in sayable or to is assignment.status:
        assert town.advance(assignment, to, reason="flat tyre").status is to
    else:
        with pytest.raises(IllegalStepError, match=f"is {assignment.status} and cannot become {to}"):
            town.advance(assignment, to, reason="flat tyre")


def test_a_refusal_needs_a_reason(town: Town) -> None:
    """Blanks are none."""
    assignment = town.assign(town.file(), "A")
    with pytest.raises(InvalidInputError, match="why the crew refuses"):
        town.advance(assignment, "refused", reason="  ")


def test_a_refused_report_waits_and_is_not_proposed_to_that_crew_again(town: Town) -> None:
    """It says who refused and why; the planner sends another; the last to refuse leaves nobody."""
    report = town.file()
    town.advance(town.assign(report, "A"), "refused", reason="wrong van")
    waiting = town.report(report)
    assert waiting.status is ReportStatus.ACKNOWLEDGED
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.text == "crew A refused it: wrong van"
    with pytest.raises(InvalidInputError, match="has_refused"):
        town.assign(report, "A")
    for _ in range(2):
        town.tick()
        with town.store.reading() as reading:
            (assignment,) = reading.live_assignments()
        assert assignment.crew_id != "A"
        town.advance(assignment, "refused", reason="nor mine")
    town.tick()
    waiting = town.report(report)
    assert town.live() == {}
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.code == "all_refused"


def test_a_crew_is_on_its_way_to_one_place_only(town: Town) -> None:
    """Setting off for the pinned next while still at the first is 409, naming the first."""
    first = town.advance(town.assign(town.file(), "A"), "en_route")
    following = town.assign(town.file(), "A", pin=True)
    for status in ("en_route", "on_site"):
        with pytest.raises(AlreadyAssignedError) as caught:
            town.advance(following, status)
        assert caught.value.holder == first
    town.advance(first, "done")
    assert town.advance(following, "en_route").status == "en_route"
