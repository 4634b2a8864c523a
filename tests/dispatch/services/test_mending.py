"""Mending a report's place and service, and what becomes of the crew that has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from equipage.dispatch.errors import (
    ChangedMeanwhileError,
    IllegalStepError,
    InvalidInputError,
    UnfitCrewError,
)
from equipage.dispatch.model import Job, Report, ServiceCode
from equipage.dispatch.services.mending import Mending, MendingOutlook, look_at_mending, mend_report
from equipage.dispatch.services.reports import close_report, require_version
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from tests.dispatch.services.town import ACTOR, Town
from tests.dispatch.worlds import Place, lonlat


def mending(place: Place | None = None, service: str | None = None, address: str | None = None) -> Mending:
    """Return a mending of a place in metres."""
    lon, lat = lonlat(place) if place else (None, None)
    return Mending(lon=lon, lat=lat, address=address, service_code=ServiceCode(service) if service else None)


def mend(town: Town, report: Report, *, keep_crew: bool | None = None, **told: Any) -> Report:
    """Mend a report."""
    with town.store.transaction() as tx:
        return mend_report(
            tx,
            report.id,
            mending(**told),
            keep_crew=keep_crew,
            router=town.router,
            now=town.now,
            actor=ACTOR,
        )


def look(town: Town, report: Report, **told: Any) -> MendingOutlook:
    """Look at what a mending would mean."""
    with town.store.reading() as reading:
        return look_at_mending(reading, report.id, mending(**told), router=town.router, now=town.now)


def job_of(town: Town, report: Report) -> Job:
    """Return the job of a report."""
    with town.store.reading() as reading:
        return reading.job_of_report(report.id)


def test_a_new_place_brings_its_zone_street_and_job_along(town: Town) -> None:
    """Zone, commune, street and the job's place follow; the promise stays."""
    report = town.file((1000.0, 0.0), address="by the fountain")
    after = mend(town, report, place=(-2000.0, 50.0))
    assert (after.lon, after.lat) == lonlat((-2000.0, 50.0))
    assert (after.commune, after.zone_id, after.address) == ("Ouestville", "w", "Grande Rue")
    assert after.due_at == report.due_at
    job = job_of(town, report)
    assert (job.lon, job.lat, job.commune) == (after.lon, after.lat, "Ouestville")
    assert town.history(report) == ["filed", "mended"]


def test_those_who_watch_the_old_commune_hear_that_it_left(town: Town) -> None:
    """The change is announced to the new commune and to the old one."""
    report = town.file((1000.0, 0.0))
    mend(town, report, place=(-2000.0, 0.0))
    assert [event.commune for event in town.events("report")] == ["Estville", "Ouestville", "Estville"]


def test_a_new_service_brings_its_promise_skills_and_priority_along(town: Town) -> None:
    """A lamp is due an hour after it was reported, needs an electrician and is more urgent."""
    report = town.file()
    town.wait(5)
    after = mend(town, report, service="lamp")
    assert (after.service_code, after.priority) == ("lamp", 2)
    assert after.due_at == report.requested_at + timedelta(hours=1)
    job = job_of(town, report)
    assert (job.service_code, job.skills, job.priority) == ("lamp", frozenset({"electric"}), 2)
    assert job.due_at == after.due_at


def test_a_priority_set_by_hand_stays(town: Town) -> None:
    """Only the service's usual priority gives way to the new service's."""
    assert mend(town, town.file(priority=1), service="lamp").priority == 1


def test_a_report_does_not_become_public_by_mending(town: Town) -> None:
    """Of a service that is not public it is not public; mended back, it stays so."""
    hidden = mend(town, town.file(), service="police")
    assert not hidden.public
    assert not mend(town, hidden, service="pothole").public


def test_every_fault_is_named(town: Town) -> None:
    """Half a place, an unknown service: each is told."""
    report = town.file()
    with town.store.reading() as reading, pytest.raises(InvalidInputError) as caught:
        look_at_mending(
            reading,
            report.id,
            Mending(lon=5.0, service_code=ServiceCode("nope")),
            router=town.router,
            now=town.now,
        )
    assert len(caught.value.faults) == 2
    with pytest.raises(InvalidInputError, match="outside the city"):
        mend(town, report, place=(50_000.0, 0.0))


def test_a_closed_report_is_not_mended(town: Town) -> None:
    """It is reopened first."""
    report = town.file()
    with town.store.transaction() as tx:
        close_report(tx, report.id, ReportStatus.DONE, note="", now=town.now, actor=ACTOR)
    with pytest.raises(IllegalStepError, match="reopen"):
        mend(town, report, place=(0.0, 0.0))


def test_nothing_happens_without_a_difference(town: Town) -> None:
    """The version stays, and nobody is told."""
    report = town.file()
    assert mend(town, report, service="pothole") == report
    assert len(town.events("report")) == 1


def test_a_crew_that_still_may_keeps_it_with_another_arrival(town: Town) -> None:
    """The outlook tells both arrivals, and the crew's ETA is then the later one."""
    report = town.file((1000.0, 0.0))
    town.advance(town.assign(report, "B"), "en_route")
    outlook = look(town, report, place=(4000.0, 0.0))
    assert outlook.obstacle is None
    assert outlook.eta_before is not None
    assert outlook.eta_after is not None
    assert outlook.eta_after.eta - outlook.eta_before.eta == timedelta(seconds=300)
    mend(town, report, place=(4000.0, 0.0))
    assert town.live() == {report.id: "B"}
    again = look(town, report, place=(4000.0, 0.0)).eta_before
    assert again is not None
    assert again.eta == outlook.eta_after.eta


def test_a_crew_without_the_skill_must_be_decided_about(town: Town) -> None:
    """Nothing is changed before somebody says what becomes of it; the reason and the holder are told."""
    report = town.file()
    assignment = town.assign(report, "B")
    with pytest.raises(UnfitCrewError, match="lacks the skill electric") as caught:
        mend(town, report, service="lamp")
    assert caught.value.reason.code == "missing_skills"
    assert caught.value.holder == assignment
    assert town.report(report).service_code == "pothole"


def test_a_crew_is_kept_knowingly(town: Town) -> None:
    """It is pinned, or the planner would take it away."""
    report = town.file()
    assignment = town.assign(report, "B")
    mend(town, report, service="lamp", keep_crew=True)
    assert town.assignment(assignment).pinned
    town.tick()
    assert town.live() == {report.id: "B"}


def test_a_crew_is_released(town: Town) -> None:
    """The report waits again, and the planner finds the one crew that may."""
    report = town.file()
    assignment = town.assign(report, "B")
    after = mend(town, report, service="lamp", keep_crew=False)
    assert after.status is ReportStatus.ACKNOWLEDGED
    assert after.unassigned_reason is not None
    assert after.unassigned_reason.code == "mended"
    assert town.assignment(assignment).status is AssignmentStatus.RELEASED
    town.tick()
    assert town.live() == {report.id: "A"}


def test_duplicates_at_the_new_place_are_shown(town: Town) -> None:
    """Open reports of the new service near the new place, the report itself not among them."""
    other = town.file((3000.0, 0.0), service="manual")
    report = town.file((0.0, 0.0))
    outlook = look(town, report, place=(3010.0, 0.0), service="manual")
    assert [(found.id, round(metres)) for found, metres in outlook.nearby] == [(other.id, 10)]


def test_who_changed_it_meanwhile_is_told(town: Town) -> None:
    """A version that is no longer the present one is refused, with the last change."""
    report = town.file()
    mend(town, report, service="lamp")
    with town.store.reading() as reading:
        require_version(reading, town.report(report), 2)
        with pytest.raises(ChangedMeanwhileError, match="Dominique") as caught:
            require_version(reading, town.report(report), 1)
    assert caught.value.last is not None
    assert (caught.value.version, caught.value.last.action) == (2, "mended")
