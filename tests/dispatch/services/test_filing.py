"""Filing a report: what becomes of it, and everything that can be wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import Contact, ReportId
from equipage.dispatch.services.filing import file_report, nearby_reports
from equipage.dispatch.services.reports import close_report
from equipage.dispatch.status import ReportStatus, Source
from tests.dispatch.services.town import ACTOR, HALF_M, Town, new_report
from tests.dispatch.worlds import Place, lonlat


def faults_of(town: Town, **told: object) -> tuple[str, ...]:
    """Return what is said to be wrong with a report."""
    with pytest.raises(InvalidInputError) as caught:
        town.file(**told)  # type: ignore[arg-type]
    return caught.value.faults


def test_a_report_comes_with_its_job_and_is_announced(town: Town) -> None:
    """One filing stores a new report and an open job of the same thing, announces and records it."""
    report = town.file((1000.0, 0.0), "lamp", description="flickers", contact=Contact(phone="123"))
    assert town.report(report) == report
    assert (report.status, report.priority) == (ReportStatus.NEW, 2)
    assert report.due_at == town.now + timedelta(seconds=3600)
    with town.store.reading() as reading:
        (job,) = reading.open_jobs()
    assert (job.report_id, job.skills, job.priority) == (report.id, frozenset({"electric"}), 2)
    assert (job.lon, job.lat, job.earliest, job.due_at) == (
        report.lon,
        report.lat,
        town.now,
        report.due_at,
    )
    (event,) = town.events()
    assert (event.kind, event.report_id, event.service_code, event.commune) == (
        "report",
        report.id,
        "lamp",
        "Estville",
    )
    assert town.history(report) == ["filed"]


def test_no_contact_is_announced(town: Town) -> None:
    """Events go to many; how to reach the citizen is in none."""
    town.file(contact=Contact(phone="+33 380", email="claire@example.org", last_name="Martin"))
    (event,) = town.events()
    assert not any(secret in repr(event) for secret in ("+33 380", "claire", "Martin"))


@pytest.mark.parametrize(("x", "zone", "commune"), [(-3000.0, "w", "Ouestville"), (3000.0, "e", "Estville")])
def test_zone_and_commune_come_from_the_place(town: Town, x: float, zone: str, commune: str) -> None:
    """A report belongs to the commune whose zone covers its place."""
    report = town.file((x, 500.0))
    assert (report.commune, report.zone_id) == (commune, zone)


def test_a_place_just_over_the_border_is_still_in_the_city(town: Town) -> None:
    """30 m outside, the nearest zone has it; 80 m outside is outside."""
    assert town.file((HALF_M + 30.0, 0.0)).commune == "Estville"
    (fault,) = faults_of(town, place=(HALF_M + 80.0, 0.0))
    assert "outside the city" in fault


def test_without_zones_no_place_is_outside(town: Town) -> None:
    """A city without zones takes reports from anywhere on earth, of the commune they are told to, if any."""
    new = replace(new_report((HALF_M * 3, 0.0)), commune="Westville")
    with town.store.transaction() as tx:

        class Zoneless:
            def __getattr__(self, name: str) -> object:
                return (lambda: ()) if name == "zones" else getattr(tx, name)

        report = file_report(Zoneless(), new, router=town.router, now=town.now, actor=ACTOR)  # type: ignore[arg-type]
    assert (report.zone_id, report.commune) == (None, "Westville")


def test_the_address_is_told_or_else_the_street(town: Town) -> None:
    """What the citizen says stands; else the nearest street's name, if it is near."""
    assert town.file((1000.0, 20.0), address="by the fountain").address == "by the fountain"
    assert town.file((1000.0, 20.0)).address == "Grande Rue"
    assert town.file((1000.0, 900.0)).address == ""


@pytest.mark.parametrize(
    ("service", "source", "said", "public"),
    [
        ("pothole", Source.OPEN311, None, True),
        ("pothole", Source.PHONE, None, False),
        ("pothole", Source.CONSOLE, None, False),
        ("pothole", Source.PHONE, True, True),
        ("pothole", Source.OPEN311, False, False),
        ("police", Source.OPEN311, None, False),
        ("police", Source.OPEN311, True, True),
    ],
)
def test_who_may_see_it_is_said_or_follows_from_service_and_source(
    town: Town, service: str, source: Source, *, said: bool | None, public: bool
) -> None:
    """Police work and phone calls are not public, unless said."""
    assert town.file(service=service, source=source, public=said).public is public


def test_a_held_report_is_held_for_as_long(town: Town) -> None:
    """A hold of 120 s ends two minutes from now; none is no hold."""
    assert town.file(hold_s=120).held_until == town.now + timedelta(seconds=120)
    assert town.file().held_until is None


def test_every_fault_is_named_at_once(town: Town) -> None:
    """Eight things wrong with a report are eight faults, and nothing is stored."""
    faults = faults_of(
        town,
        service="dragon",
        lon=181.0,
        description="x" * 4001,
        address="x" * 501,
        media_url="javascript:alert(1)",
        priority=5,
        hold_s=901,
        linked_to=ReportId("77"),
    )
    named = (
        "service",
        "lon",
        "description",
        "address",
        "media_url",
        "priority",
        "hold_s",
        "linked_to",
    )
    assert len(faults) == len(named)
    assert all(name in fault for name, fault in zip(named, faults, strict=True))
    assert town.reports() == []


def test_an_unknown_service_names_the_known_ones(town: Town) -> None:
    """Whoever mistypes a code is told the codes there are."""
    (fault,) = faults_of(town, service="potholes")
    assert "'potholes'" in fault
    assert "graffiti, lamp, manual, police, pothole" in fault


@pytest.mark.parametrize("place", [(500.0, 500.0), (-9000.0, 9000.0)])
def test_a_swapped_place_is_recognised(town: Town, place: Place) -> None:
    """Lat, lon instead of lon, lat is outside the city, and the fault says why."""
    lon, lat = lonlat(place)
    (fault,) = faults_of(town, lon=lat, lat=lon)
    assert "swapped" in fault


@pytest.mark.parametrize("lon", [float("nan"), float("inf"), -180.5])
def test_numbers_that_are_no_degrees_are_refused(town: Town, lon: float) -> None:
    """NaN, infinity and more than 180 degrees are no longitude."""
    (fault,) = faults_of(town, lon=lon)
    assert "±180" in fault


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "attribute size is missing"),
        ({"size": "  "}, "attribute size is missing"),
        ({"size": "big"}, "must be a number"),
        ({"size": "nan"}, "must be a number"),
        ({"size": "2", "on": "tree"}, "must be one of wall, sign"),
        ({"size": "2", "on": ["wall", "sign"]}, "takes one answer"),
        ({"size": "2", "colour": "red"}, "does not ask for the attributes colour"),
        ({"size": "2", "colours": ["r", "g"]}, "must be one of r, b, not 'g'"),
        ({"size": "2", "colours": ["r"] * 51}, "has 51 answers; at most 50"),
        ({"size": "2", "seen": "yesterday"}, "must be a date and time"),
    ],
)
def test_the_services_questions_are_answered_as_asked(
    town: Town, given: dict[str, object], told: str
) -> None:
    """Missing, unknown and unfit answers are faults."""
    (fault,) = faults_of(town, service="graffiti", attributes=given)
    assert told in fault


def test_fitting_answers_are_kept(town: Town) -> None:
    """Answers come back as they were given."""
    answers = {"size": "2.5", "on": "wall", "colours": ["r", "b"], "seen": "2026-03-09T20:00:00Z"}
    report = town.file(service="graffiti", attributes=answers)
    assert town.report(report).attributes == answers


def test_a_report_can_be_linked_to_an_earlier_one(town: Town) -> None:
    """Linked, not merged: both stay, each with its own job."""
    first = town.file()
    second = town.file(linked_to=first.id)
    assert town.report(second).linked_to == first.id
    with town.store.reading() as reading:
        assert [job.report_id for job in reading.open_jobs()] == [first.id, second.id]


def test_nearby_are_the_open_reports_nearest_first(town: Town) -> None:
    """Within 150 m, by distance; farther ones, closed ones and, if asked, other services are left out."""
    far, near = town.file((1100.0, 0.0)), town.file((1030.0, 0.0))
    other, closed = town.file((1010.0, 0.0), "lamp"), town.file((1000.0, 0.0))
    town.file((1200.0, 0.0))
    with town.store.transaction() as tx:
        close_report(tx, closed.id, ReportStatus.DONE, note="", now=town.now, actor=ACTOR)
    lon, lat = lonlat((1000.0, 0.0))
    with town.store.reading() as reading:
        everything = nearby_reports(reading, lon=lon, lat=lat, service_code=None)
        potholes = nearby_reports(reading, lon=lon, lat=lat, service_code="pothole")
    assert [report.id for report, _ in everything] == [other.id, near.id, far.id]
    assert [report.id for report, _ in potholes] == [near.id, far.id]
    assert [metres for _, metres in potholes] == pytest.approx([30.0, 100.0], rel=0.03)
