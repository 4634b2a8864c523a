"""Today's shifts: other hours, vehicles and absences, and what becomes of the crew's jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.model import CrewId, Shift, TimeSpan, VehicleId
from equipage.dispatch.services.fleet import set_absent
from equipage.dispatch.services.shifts import ShiftChanged, ShiftWanted, change_shift
from equipage.dispatch.situation import load_situation
from equipage.dispatch.status import AssignmentStatus, CrewStatus, ReportStatus
from tests.dispatch.services.town import ACTOR, Town

HOUR = timedelta(hours=1)


def shift_of(town: Town, crew_id: str) -> Shift:
    """Return a crew's shift of the day."""
    with town.store.reading() as reading:
        span = TimeSpan(start=town.now - 12 * HOUR, end=town.now + 12 * HOUR)
        return next(shift for shift in reading.shifts(span) if shift.crew_id == crew_id)


def change(town: Town, crew_id: str, **changes: Any) -> ShiftChanged:
    """Change a crew's shift of the day."""
    shift = replace(shift_of(town, crew_id), **changes)
    wanted = ShiftWanted(
        span=shift.span,
        breaks=shift.breaks,
        vehicle_id=shift.vehicle_id,
        absent=shift.absent,
        note=shift.note,
    )
    start = (shift_of(town, crew_id).rostered or shift_of(town, crew_id).span).start
    with town.store.transaction() as tx:
        return change_shift(tx, CrewId(crew_id), start, wanted, now=town.now, actor=ACTOR)


def status(town: Town, crew_id: str) -> CrewStatus:
    """Return what a crew does."""
    with town.store.reading() as reading:
        return load_situation(reading, town.now).status_of(CrewId(crew_id))


def test_hours_are_others_today_and_the_roster_is_remembered(town: Town) -> None:
    """The crew is off at once; mended back, nothing is left of it."""
    before = shift_of(town, "B")
    early = TimeSpan(start=before.span.start, end=town.now)
    changed = change(town, "B", span=early, breaks=(), note="dentist").shift
    assert (changed.span, changed.rostered, changed.note) == (early, before.span, "dentist")
    assert shift_of(town, "B") == changed
    assert status(town, "B") is CrewStatus.OFF_SHIFT
    assert change(town, "B", span=before.span, note="").shift.rostered is None
    assert status(town, "B") is CrewStatus.AVAILABLE
    assert {event.data["crew_id"] for event in town.events("crew")} == {"B"}


def test_a_shift_is_found_where_it_was_moved_to(town: Town) -> None:
    """Looked for at its present hours, not at the roster's."""
    before = shift_of(town, "B")
    later = TimeSpan(start=before.span.end, end=before.span.end + 2 * HOUR)
    change(town, "B", span=later, breaks=())
    with town.store.reading() as reading:
        at_noon = reading.shifts(TimeSpan(start=town.now, end=town.now + timedelta(minutes=1)))
        in_the_evening = reading.shifts(later)
    assert "B" not in {shift.crew_id for shift in at_noon}
    assert "B" in {shift.crew_id for shift in in_the_evening}


@pytest.mark.parametrize("by_absence", [True, False])
def test_planned_jobs_of_a_crew_that_is_gone_wait_again(town: Town, *, by_absence: bool) -> None:
    """Whether it is absent or its hours are over: the report waits, the history says why."""
    report = town.file()
    assignment = town.assign(report, "B", pin=True)
    before = shift_of(town, "B")
    if by_absence:
        released = change(town, "B", absent=True).released
    else:
        released = change(town, "B", span=TimeSpan(start=before.span.start, end=town.now), breaks=()).released
    assert [each.id for each in released] == [assignment.id]
    waiting = town.report(report)
    assert waiting.status is ReportStatus.ACKNOWLEDGED
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.code == "crew_gone"
    with town.store.reading() as reading:
        assert reading.plan().stops == ()
        why = [
            entry.details["why"] for entry in reading.audit("report", report.id) if entry.action == "released"
        ]
    assert why == [{"code": "crew_gone", "params": {"crew_id": "B"}}]


def test_an_absence_said_on_the_crew_sends_its_jobs_back_too(town: Town) -> None:
    """One way or the other, the consequences are the same."""
    assignment = town.assign(town.file(), "B")
    with town.store.transaction() as tx:
        set_absent(tx, CrewId("B"), absent=True, now=town.now, actor=ACTOR)
    assert town.assignment(assignment).status is AssignmentStatus.RELEASED


def test_a_job_that_ends_too_late_for_the_shorter_shift_waits_again(town: Town) -> None:
    """The crew stays at work, without what it could not finish."""
    report = town.file()
    town.assign(report, "B")
    before = shift_of(town, "B")
    soon = TimeSpan(start=before.span.start, end=town.now + timedelta(minutes=5))
    change(town, "B", span=soon, breaks=())
    waiting = town.report(report)
    assert waiting.unassigned_reason is not None
    assert waiting.unassigned_reason.code == "shift_shortened"
    assert status(town, "B") is CrewStatus.AVAILABLE


def test_what_the_crew_has_set_off_for_stays_with_it(town: Town) -> None:
    """Somebody is on the way there: that is said, not undone."""
    assignment = town.advance(town.assign(town.file(), "B"), "en_route")
    assert change(town, "B", absent=True).released == []
    assert town.assignment(assignment).status is AssignmentStatus.EN_ROUTE


def test_another_vehicle_takes_the_jobs_over(town: Town) -> None:
    """A van breaks down: the jobs go with the new one, which nobody else may drive at that time."""
    assignment = town.advance(town.assign(town.file(), "B"), "en_route")
    with pytest.raises(ConflictError, match="crew C drives vehicle van-C"):
        change(town, "B", vehicle_id=VehicleId("van-C"))
    change(town, "C", absent=True)
    change(town, "B", vehicle_id=VehicleId("van-C"))
    assert town.assignment(assignment).vehicle_id == "van-C"


def test_every_fault_of_a_shift_is_named(town: Town) -> None:
    """Too far from the roster, a break outside, an unknown vehicle; and a shift that there is not."""
    before = shift_of(town, "B")
    with pytest.raises(InvalidInputError) as caught:
        change(
            town,
            "B",
            span=TimeSpan(start=before.span.start, end=before.span.end + 13 * HOUR),
            breaks=(TimeSpan(start=before.span.start - HOUR, end=before.span.start),),
            vehicle_id=VehicleId("bus"),
        )
    assert len(caught.value.faults) == 3
    wanted = ShiftWanted(span=before.span, breaks=(), vehicle_id=before.vehicle_id, absent=False, note="")
    with town.store.transaction() as tx, pytest.raises(NotFoundError, match="no shift that is to start"):
        change_shift(tx, CrewId("B"), town.now, wanted, now=town.now, actor=ACTOR)
