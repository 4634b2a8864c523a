"""Tables of conditions, keys and records: the outbox, the audit, settings and numbering."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Sequence,
    String,
    Table,
    Text,
    text,
)

from equipage.data.database.tables.base import ONLY_ON, metadata
from equipage.data.database.tables.city import crews
from equipage.data.database.types import BigId, Json, Shape, State, StringSet, UtcDateTime, one_of
from equipage.dispatch.status import ConditionKind, NoteSubject, Role

conditions = Table(
    "conditions",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", State(ConditionKind), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("area", Shape("MULTIPOLYGON")),
    Column("way_ids", Json, nullable=False),
    Column("road_classes", Json, nullable=False, server_default=text("'[]'")),
    Column("speed_factor", Double),
    Column("speed_kph", Double),
    Column("hours", Text, nullable=False, server_default=""),
    Column("valid_from", UtcDateTime),
    Column("valid_until", UtcDateTime),
    Column("removed_at", UtcDateTime),
    one_of("kind", ConditionKind),
)
Index(None, conditions.c.area, postgresql_using="gist").ddl_if("postgresql")

keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", State(Role), nullable=False),
    Column("prefix", Text, nullable=False),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("services", StringSet, nullable=False),
    Column("communes", StringSet, nullable=False),
    Column("crew_id", ForeignKey(crews.c.id), index=True),
    Column("revoked_at", UtcDateTime),
    one_of("role", Role),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Not a foreign key: an announcement stays as it was made.
    Column("report_id", String, index=True),
    Column("service_code", Text, nullable=False),
    Column("commune", Text, nullable=False),
    Column("data", Json, nullable=False),
    # An id is never given twice, not even after the newest events were deleted.
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("details", Json, nullable=False),
    Index(None, "subject", "subject_id"),
    sqlite_autoincrement=True,
)

notes = Table(
    "notes",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("subject", State(NoteSubject), nullable=False),
    # Of a report, a crew or a vehicle: no foreign key can say that.
    Column("subject_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    one_of("subject", NoteSubject),
    Index(None, "subject", "subject_id"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

NUMBERED = {
    "report": "",
    "job": "J",
    "assignment": "A",
    "planned_work": "W",
    "condition": "C",
    "key": "K",
    "note": "N",
}
"""What is numbered, and the letter before the number: a job's id can then not be taken for a report's."""

SEQUENCES = {kind: Sequence(f"{kind}_numbers", metadata=metadata) for kind in NUMBERED}
"""Numbers on PostgreSQL, where a counter row would make everybody who files a report wait."""

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
    # SQLite has no sequences, and only one writer at a time anyway.
    info={ONLY_ON: "sqlite"},
)
