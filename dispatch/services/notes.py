"""What is told by radio: notes on a report, a crew or a vehicle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from equipage.dispatch.announcements import note_changed
from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import LONGEST_NOTE, faults_of_text
from equipage.dispatch.model import AuditEntry, CrewId, Note, NoteId, Report, ReportId
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.services.progress import live_assignment
from equipage.dispatch.status import NoteSubject


def take_note(
    tx: Transaction,
    subject: NoteSubject,
    subject_id: str,
    text: str,
    *,
    public: bool,
    now: datetime,
    actor: str,
) -> Note:
    """Keep what was told about a report, a crew or a vehicle.

    Parameters
    ----------
    tx : Transaction
        Where to.
    subject, subject_id
        What it is about.
    text : str
        What was told.
    public : bool
        Whether the citizen may read it; only of a report.
    now : datetime
        When.
    actor : str
        Who wrote it down.

    Raises
    ------
    InvalidInputError
        Naming every fault.
    NotFoundError
        If there is no such thing.
    """
    said = text.strip()
    faults = list(_faults_of_note(subject, said, public=public))
    if faults:
        raise InvalidInputError(faults)
    report = _require_subject(tx, subject, subject_id)
    note = Note(
        id=NoteId(tx.next_id("note")),
        at=now,
        actor=actor,
        subject=subject,
        subject_id=subject_id,
        text=said,
        public=public,
    )
    _save(tx, note, report, "noted", now=now, actor=actor)
    return note


def withdraw_note(tx: Transaction, note_id: NoteId, *, now: datetime, actor: str) -> Note:
    """Take a note back; it stays on record that it was there.

    Parameters
    ----------
    tx : Transaction
        Where to.
    note_id : NoteId
        Which one; one that is withdrawn already stays so.
    now : datetime
        When.
    actor : str
        Who takes it back.
    """
    note = tx.note(note_id)
    if note.withdrawn_at is not None:
        return note
    withdrawn = replace(note, withdrawn_at=now)
    report = _require_subject(tx, note.subject, note.subject_id)
    _save(tx, withdrawn, report, "note_withdrawn", now=now, actor=actor)
    return withdrawn


def _save(
    tx: Transaction, note: Note, report: Report | None, action: str, *, now: datetime, actor: str
) -> None:
    tx.save_note(note)
    tx.announce(note_changed(note, report, _crew_of(tx, note, report), at=now))
    tx.record(
        AuditEntry(
            at=now,
            actor=actor,
            action=action,
            subject=note.subject.value,
            subject_id=note.subject_id,
            details={"note_id": note.id, "text": note.text, "public": note.public},
        )
    )


def _crew_of(reading: Reading, note: Note, report: Report | None) -> CrewId | None:
    """Return the crew that a note is for: the one it is about, or that has the report."""
    if note.subject is NoteSubject.CREW:
        return CrewId(note.subject_id)
    holder = live_assignment(reading, report.id) if report is not None else None
    return holder.crew_id if holder is not None else None


def _faults_of_note(subject: NoteSubject, text: str, *, public: bool) -> Iterator[str]:
    if not text:
        yield Fault("says_nothing")
    yield from faults_of_text("text", text, most=LONGEST_NOTE)
    if public and subject is not NoteSubject.REPORT:
        yield Fault("not_public", subject=subject.value)


def _require_subject(reading: Reading, subject: NoteSubject, subject_id: str) -> Report | None:
    """Return the report that a note is about, if it is about one; refuse what is not there."""
    if subject is NoteSubject.REPORT:
        return reading.report(ReportId(subject_id))
    known = reading.crews() if subject is NoteSubject.CREW else reading.vehicles()
    if subject_id not in {thing.id for thing in known}:
        raise NotFoundError(f"there is no {subject} {subject_id!r}")
    return None
