"""Notes from the radio."""

from __future__ import annotations

import pytest

from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.model import Note
from equipage.dispatch.services.notes import take_note, withdraw_note
from equipage.dispatch.status import NoteSubject
from tests.dispatch.services.town import ACTOR, Town


def take(
    town: Town, subject: str, subject_id: str, text: str = "gate is locked", *, public: bool = False
) -> Note:
    """Take a note."""
    with town.store.transaction() as tx:
        return take_note(tx, NoteSubject(subject), subject_id, text, public=public, now=town.now, actor=ACTOR)


def test_a_note_is_kept_with_who_and_when(town: Town) -> None:
    """It is listed, on record in the report's history, and announced with the report's scope but no text."""
    report = town.file()
    town.wait(1)
    note = take(town, "report", report.id, "  gate is locked ")
    assert (note.text, note.actor, note.at, note.public) == ("gate is locked", ACTOR, town.now, False)
    with town.store.reading() as reading:
        assert reading.notes(NoteSubject.REPORT, [report.id]) == [note]
        assert reading.notes(NoteSubject.CREW, [report.id]) == []
    assert town.history(report) == ["filed", "noted"]
    (event,) = town.events("note")
    assert (event.report_id, event.service_code, event.commune) == (report.id, "pothole", "Estville")
    assert "gate" not in str(event.data)


def test_notes_are_listed_oldest_first(town: Town) -> None:
    """Of several things at once, too; ids are numbers, not words."""
    notes = [take(town, "crew", "ABC"[number % 3], f"note {number}") for number in range(12)]
    with town.store.reading() as reading:
        assert reading.notes(NoteSubject.CREW, ["A", "B", "C"]) == notes


def test_a_note_is_taken_back(town: Town) -> None:
    """It is listed no more, and the history keeps both."""
    report = town.file()
    note = take(town, "report", report.id)
    for _ in range(2):
        with town.store.transaction() as tx:
            withdraw_note(tx, note.id, now=town.now, actor=ACTOR)
    with town.store.reading() as reading:
        assert reading.notes(NoteSubject.REPORT, [report.id]) == []
    assert town.history(report) == ["filed", "noted", "note_withdrawn"]
    assert [event.data["withdrawn"] for event in town.events("note")] == [False, True]


@pytest.mark.parametrize(("subject", "subject_id"), [("report", "77"), ("crew", "Z"), ("vehicle", "A")])
def test_a_note_is_about_something(town: Town, subject: str, subject_id: str) -> None:
    """What is not there is named."""
    with pytest.raises(NotFoundError, match=f"no {subject} '{subject_id}'"):
        take(town, subject, subject_id)


def test_faults_of_a_note_are_named(town: Town) -> None:
    """Nothing, too much, and a crew's note for the citizen."""
    with pytest.raises(InvalidInputError, match="must say something"):
        take(town, "crew", "A", " \n")
    with pytest.raises(InvalidInputError, match="only a note on a report can be public"):
        take(town, "crew", "A", public=True)
    with pytest.raises(InvalidInputError, match="1001 characters"):
        take(town, "vehicle", "van-A", "x" * 1001)
