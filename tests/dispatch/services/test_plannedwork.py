"""Planned work becomes a job like any other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import Assignment, PlannedWork, ServiceCode, TimeSpan
from equipage.dispatch.services.plannedwork import NewPlannedWork, add_planned_work, cancel_planned_work
from equipage.dispatch.status import AssignmentStatus
from tests.dispatch.services.town import ACTOR, HALF_M, Town
from tests.dispatch.worlds import lonlat


def plan(town: Town, begins_in: float = 60.0, **told: Any) -> PlannedWork:
    """Plan an hour's window of work, by minutes from now."""
    lon, lat = lonlat((1000.0, 0.0))
    start = town.now + timedelta(minutes=begins_in)
    window = TimeSpan(start=start, end=start + timedelta(hours=1))
    given = {"service_code": "lamp", "name": "Inspection", "lon": lon, "lat": lat, "window": window}
    given["service_code"] = ServiceCode(str(told.pop("service", "lamp")))
    with town.store.transaction() as tx:
        return add_planned_work(tx, NewPlannedWork(**{**given, **told}), now=town.now, actor=ACTOR)


def cancel(town: Town, work: PlannedWork) -> PlannedWork:
    """Cancel planned work."""
    with town.store.transaction() as tx:
        return cancel_planned_work(tx, work.id, now=town.now, actor=ACTOR)


def the_assignment(town: Town) -> Assignment:
    """Return the only live assignment."""
    with town.store.reading() as reading:
        (assignment,) = reading.live_assignments()
    return assignment


def test_planned_work_has_a_job_for_its_window(town: Town) -> None:
    """Not before it opens, by the time it closes, with the service's skills, duration and priority."""
    work = plan(town)
    with town.store.reading() as reading:
        assert reading.planned_work(work.id) == work
        (job,) = reading.open_jobs()
    assert (job.planned_work_id, job.report_id, job.commune) == (work.id, None, "Estville")
    assert (job.earliest, job.due_at) == (work.window.start, work.window.end)
    assert (job.skills, job.duration_s, job.priority) == (frozenset({"electric"}), 1800, 2)


def test_what_is_told_goes_before_the_service(town: Town) -> None:
    """A duration and a priority of its own."""
    work = plan(town, duration_s=7200, priority=4)
    assert (work.duration_s, work.priority) == (7200, 4)


def test_every_fault_of_planned_work_is_named(town: Town) -> None:
    """Six things wrong are six faults."""
    lon, lat = lonlat((HALF_M * 2, 0.0))
    with pytest.raises(InvalidInputError) as caught:
        plan(town, -120.0, service="x", lon=lon, lat=lat, name="", priority=9, duration_s=-1)
    assert len(caught.value.faults) == 6


def test_the_planner_gives_it_to_a_crew_in_time_and_it_is_done(town: Town) -> None:
    """An hour before: not yet; ten minutes before: to the crew with the skill; done: closed."""
    work = plan(town)
    town.tick()
    assert town.live() == {}
    town.wait(50)
    town.tick()
    assignment = the_assignment(town)
    assert (assignment.crew_id, assignment.report_id) == ("A", None)
    assert assignment.promised_at == work.window.start
    town.advance(assignment, "en_route", "on_site", "done")
    with town.store.reading() as reading:
        assert reading.open_jobs() == []
        history = [entry.action for entry in reading.audit("planned_work", work.id)]
    assert history == ["planned", "assigned", "en_route", "on_site", "done"]
    assert cancel(town, work) == work


def test_who_sets_off_early_is_predicted_after_the_drive(town: Town) -> None:
    """The work may begin in 10 minutes, the crew stands there in less: the arrival is what it is held to."""
    work = plan(town, begins_in=10)
    town.tick()
    moved = town.advance(the_assignment(town), "en_route")
    assert moved.promised_at == work.window.start
    assert moved.predicted_at == town.now + timedelta(seconds=100)


def test_a_refused_one_goes_to_nobody_who_refused(town: Town) -> None:
    """Crew A alone has the skill: after its refusal nobody gets it."""
    plan(town, begins_in=10)
    town.tick()
    town.advance(the_assignment(town), "refused", reason="no ladder")
    town.tick()
    assert town.live() == {}


def test_cancelling_frees_its_crew(town: Town) -> None:
    """The assignment is released, its stop gone, the job closed; twice is once."""
    work = plan(town, begins_in=10)
    town.tick()
    assignment = the_assignment(town)
    cancelled = cancel(town, work)
    assert cancelled.cancelled_at == town.now
    assert town.assignment(assignment).status is AssignmentStatus.RELEASED
    with town.store.reading() as reading:
        assert reading.plan().stops == ()
        assert reading.open_jobs() == []
    events = town.events()
    assert cancel(town, work) == cancelled
    assert town.events() == events
