"""Handing reports to others."""

from __future__ import annotations

from typing import Any

import pytest

from equipage.dispatch.errors import AlreadyAssignedError, IllegalStepError, InvalidInputError
from equipage.dispatch.model import Report, ServiceCode
from equipage.dispatch.services.handing_over import Handover, hand_over
from equipage.dispatch.status import AssignmentStatus, NoteSubject, ReportStatus
from tests.dispatch.services.town import ACTOR, Town


def hand(town: Town, report: Report, service: str | None = None, **told: Any) -> Report:
    """Hand a report over."""
    handover = Handover(service_code=ServiceCode(service) if service else None, **told)
    with town.store.transaction() as tx:
        return hand_over(tx, report.id, handover, router=town.router, now=town.now, actor=ACTOR)


def notes(town: Town, report: Report) -> list[tuple[str, bool]]:
    """Return what was noted on a report, and whether the citizen may read it."""
    with town.store.reading() as reading:
        return [(note.text, note.public) for note in reading.notes(NoteSubject.REPORT, [report.id])]


def test_another_service_takes_it_with_its_skills_and_promise(town: Town) -> None:
    """The crew planned for the old service is released, the note goes along, and it is on record."""
    report = town.file()
    assignment = town.assign(report, "B")
    handed = hand(town, report, "lamp", note="it hums")
    assert (handed.service_code, handed.status) == ("lamp", ReportStatus.ACKNOWLEDGED)
    assert town.assignment(assignment).status is AssignmentStatus.RELEASED
    assert notes(town, report) == [("it hums", False)]
    assert town.history(report)[-1] == "handed_over"
    town.tick()
    assert town.live() == {report.id: "A"}


def test_nobody_in_the_catalogue_takes_it(town: Town) -> None:
    """It is rejected with what the citizen is told, and the planner sees it no more."""
    report = town.file()
    told = "Transmis à Eau de Dijon."
    handed = hand(town, report, organisation="Eau de Dijon", told=told, note="vanne", public=True)
    assert (handed.status, handed.status_note) == (ReportStatus.REJECTED, told)
    assert notes(town, report) == [("vanne", True)]
    with town.store.reading() as reading:
        assert reading.open_jobs() == []
        assert reading.audit("report", report.id)[-1].details == {"to": "Eau de Dijon"}


def test_a_crew_under_way_keeps_it(town: Town) -> None:
    """It is released first, knowingly."""
    report = town.file()
    town.advance(town.assign(report, "B"), "en_route")
    for to in ({"service": "lamp"}, {"organisation": "Eau de Dijon"}):
        with pytest.raises(AlreadyAssignedError, match="release it before"):
            hand(town, report, **to)
    assert notes(town, report) == []


def test_it_is_handed_to_one_and_to_another(town: Town) -> None:
    """To nobody, to two, to the one who has it, or when it is closed: each is refused."""
    report = town.file()
    with pytest.raises(InvalidInputError, match="one of the two"):
        hand(town, report)
    with pytest.raises(InvalidInputError, match="one of the two"):
        hand(town, report, "lamp", organisation="Eau de Dijon")
    with pytest.raises(InvalidInputError, match="already"):
        hand(town, report, "pothole")
    hand(town, report, organisation="Eau de Dijon")
    with pytest.raises(IllegalStepError):
        hand(town, report, organisation="Keolis")
