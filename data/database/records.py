"""Queries on conditions, keys, the outbox, the audit, settings and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from equipage.data.database import rows
from equipage.data.database.doorbell import CHANNEL
from equipage.data.database.session import Session, chunks
from equipage.data.database.tables.records import (
    NUMBERED,
    SEQUENCES,
    audit,
    conditions,
    counters,
    keys,
    notes,
    outbox,
    settings,
)
from equipage.dispatch.model import (
    AuditEntry,
    Condition,
    ConditionId,
    Event,
    Key,
    KeyId,
    Note,
    NoteId,
    ReportId,
)
from equipage.dispatch.ports import Numbered
from equipage.dispatch.status import NoteSubject


class RecordsReading(Session):
    """Conditions, keys and what is on record."""

    def conditions(self) -> Sequence[Condition]:
        """Return the conditions that were not removed, past and future ones too, oldest first."""
        present = conditions.select().where(conditions.c.removed_at.is_(None))
        oldest_first = conditions.c.created_at, func.length(conditions.c.id), conditions.c.id
        return [rows.condition_of(stored) for stored in self._rows(present.order_by(*oldest_first))]

    def condition(self, condition_id: ConditionId) -> Condition:
        """Return the condition of that id, a removed one too."""
        return rows.condition_of(self._by_id(conditions, "condition", condition_id))

    def keys(self) -> Sequence[Key]:
        """Return all keys, oldest first, revoked ones too."""
        oldest_first = keys.c.created_at, func.length(keys.c.id), keys.c.id
        return [Key(**stored) for stored in self._rows(keys.select().order_by(*oldest_first))]

    def key(self, key_id: KeyId) -> Key:
        """Return the key of that id, a revoked one too."""
        return Key(**self._by_id(keys, "key", key_id))

    def key_by_hash(self, secret_hash: str) -> Key | None:
        """Return the key whose secret has that hash, if there is one, a revoked one too."""
        stored = self._row(keys.select().where(keys.c.secret_hash == secret_hash))
        return None if stored is None else Key(**stored)

    def events_after(self, event_id: int, *, limit: int) -> Sequence[Event]:
        """Return the first events after an id, in the order in which they were committed."""
        later = outbox.select().where(outbox.c.id > event_id).order_by(outbox.c.id).limit(limit)
        return [Event(**stored) for stored in self._rows(later)]

    def event_range(self) -> tuple[int, int]:
        """Return the first and the last id that can still be replayed; (0, 0) when there is none."""
        # Two questions: SQLite answers each from an index's end, but both together by a look at every row.
        first = self._connection.execute(select(func.min(outbox.c.id))).scalar_one()
        last = self._connection.execute(select(func.max(outbox.c.id))).scalar_one()
        return first or 0, last or 0

    def audit(self, subject: str, subject_id: str) -> Sequence[AuditEntry]:
        """Return what was done to a thing, in that order."""
        about = audit.c.subject == subject, audit.c.subject_id == subject_id
        return [
            rows.audit_of(stored) for stored in self._rows(audit.select().where(*about).order_by(audit.c.id))
        ]

    def last_audit(self, subject: str, subject_id: str) -> AuditEntry | None:
        """Return what was done to a thing last, if anything was."""
        about = audit.c.subject == subject, audit.c.subject_id == subject_id
        stored = self._row(audit.select().where(*about).order_by(audit.c.id.desc()).limit(1))
        return None if stored is None else rows.audit_of(stored)

    def note(self, note_id: NoteId) -> Note:
        """Return the note of that id, a withdrawn one too."""
        return Note(**self._by_id(notes, "note", note_id))

    def notes(self, subject: NoteSubject, subject_ids: Sequence[str]) -> Sequence[Note]:
        """Return the notes on things of one kind that were not withdrawn, oldest first."""
        about = notes.select().where(notes.c.subject == subject, notes.c.withdrawn_at.is_(None))
        oldest_first = notes.c.at, func.length(notes.c.id), notes.c.id
        return [
            Note(**stored)
            for some in chunks(subject_ids)
            for stored in self._rows(about.where(notes.c.subject_id.in_(some)).order_by(*oldest_first))
        ]

    def setting(self, name: str) -> str | None:
        """Return the setting of that name, if it was ever saved."""
        stored = self._row(settings.select().where(settings.c.name == name))
        return None if stored is None else str(stored["value"])


class RecordsWriting(RecordsReading):
    """Adding to the records.

    Parameters
    ----------
    connection : Connection
        Within a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._announced: list[Event] = []

    def next_id(self, kind: Numbered) -> str:
        """Return an id that nothing of that kind has had; numbers may be left out, but none comes twice."""
        if self._connection.dialect.name == "postgresql":
            number = self._connection.scalar(SEQUENCES[kind])
        else:
            statement = self._insert(counters).values(name=kind, value=1)
            counted = statement.on_conflict_do_update(
                index_elements=["name"], set_={"value": counters.c.value + 1}
            )
            number = self._connection.scalar(counted.returning(counters.c.value))
        return f"{NUMBERED[kind]}{number}"

    def save_condition(self, condition: Condition) -> None:
        """Add or replace the condition of that id."""
        self._upsert(conditions, rows.condition_row(condition))

    def save_key(self, key: Key) -> None:
        """Add or replace the key of that id."""
        self._upsert(keys, rows.row_of(key))

    def save_note(self, note: Note) -> None:
        """Add or replace the note of that id."""
        self._upsert(notes, rows.row_of(note))

    def save_setting(self, name: str, value: str) -> None:
        """Add or replace the setting of that name."""
        self._upsert(settings, {"name": name, "value": value})

    def announce(self, event: Event) -> None:
        """Have an event stored, with the next id, when this transaction commits."""
        self._announced.append(event)

    def record(self, entry: AuditEntry) -> None:
        """Add an entry to the audit."""
        self._connection.execute(audit.insert(), rows.audit_row(entry))

    def rewrite_records(self, report_id: ReportId, change: Callable[[Any], Any]) -> None:
        """Replace what is on record about a report: audit, notes (withdrawn ones, too), past announcements.

        Parameters
        ----------
        report_id : ReportId
            Which one.
        change : callable
            Given a note's text, or the details of another record, returns what is to be told instead.
        """
        for table, told, about in (
            (audit, audit.c.details, (audit.c.subject == "report") & (audit.c.subject_id == report_id)),
            (
                notes,
                notes.c.text,
                (notes.c.subject == NoteSubject.REPORT) & (notes.c.subject_id == report_id),
            ),
            (outbox, outbox.c.data, outbox.c.report_id == report_id),
        ):
            for stored in self._rows(select(table.c.id, told).where(about)):
                changed = change(stored[told.name])
                if changed != stored[told.name]:
                    update = table.update().where(table.c.id == stored["id"])
                    self._connection.execute(update.values({told: changed}))

    def store_announcements(self) -> bool:
        """Store what was announced, as the last thing before the commit; return whether there was anything.

        Whoever has read event n must never see a smaller id appear later, so ids are given in the order of
        commits: there is one writer at a time.
        """
        if not self._announced:
            return False
        self._connection.execute(outbox.insert(), [rows.event_row(event) for event in self._announced])
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f"NOTIFY {CHANNEL}")
        self._announced.clear()
        return True
