"""Notes from the radio: on reports, crews and vehicles."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from pydantic import Field

from equipage.api.given import Given
from equipage.api.representations.lists import Page, Shown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import visible_report
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.intake import LONGEST_NOTE
from equipage.dispatch.model import Note, NoteId
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.notes import take_note, withdraw_note
from equipage.dispatch.status import NoteSubject

router = APIRouter(prefix="/api/v1/notes", tags=["notes"], dependencies=list(KEY_SCHEMES))

_Writer = Annotated[Principal, Depends(May(Action.TAKE_NOTES))]


class NoteGiven(Given):
    """What was told, and about what."""

    subject: NoteSubject
    subject_id: str
    text: str = Field(max_length=LONGEST_NOTE)
    public: bool = Field(False, description="whether the citizen may read it; only of a report")


class NoteShown(Shown):
    """What somebody was told about a report, a crew or a vehicle."""

    id: str
    at: datetime
    actor: str
    subject: NoteSubject
    subject_id: str
    text: str
    public: bool

    @classmethod
    def of(cls, note: Note) -> Self:
        """Show a note."""
        return cls(**{name: getattr(note, name) for name in cls.model_fields})


@router.get("", summary="List notes")
def list_notes(here: Here, caller: _Writer, subject: NoteSubject, subject_id: str) -> Page[NoteShown]:
    """List the notes on a report, a crew or a vehicle, oldest first."""
    with here.store.reading() as reading:
        _require_visible(reading, subject, subject_id, caller)
        return Page(items=[NoteShown.of(note) for note in reading.notes(subject, [subject_id])])


@router.post("", summary="Take a note", status_code=HTTPStatus.CREATED)
def add(here: Here, caller: _Writer, given: NoteGiven) -> NoteShown:
    """Keep what was told about a report, a crew or a vehicle; internal unless said otherwise."""
    with here.store.transaction() as tx:
        _require_visible(tx, given.subject, given.subject_id, caller)
        note = take_note(
            tx,
            given.subject,
            given.subject_id,
            given.text,
            public=given.public,
            now=here.now(),
            actor=caller.name,
        )
    return NoteShown.of(note)


@router.delete("/{note_id}", summary="Take a note back")
def withdraw(here: Here, caller: _Writer, note_id: str) -> NoteShown:
    """Take a note back; the history keeps that it was there."""
    with here.store.transaction() as tx:
        note = tx.note(NoteId(note_id))
        _require_visible(tx, note.subject, note.subject_id, caller)
        withdrawn = withdraw_note(tx, note.id, now=here.now(), actor=caller.name)
    return NoteShown.of(withdrawn)


def _require_visible(reading: Reading, subject: NoteSubject, subject_id: str, caller: Principal) -> None:
    """Refuse a report that is none of the caller's business; crews and vehicles are everybody's."""
    if subject is NoteSubject.REPORT:
        visible_report(reading, subject_id, caller)
