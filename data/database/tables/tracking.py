"""Tables of what trackers send: devices, fixes, last positions, verdicts, alarms."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
)

from equipage.data.database.tables.base import metadata, place
from equipage.data.database.tables.city import vehicles
from equipage.data.database.types import State, UtcDateTime, one_of
from equipage.dispatch.status import Verdict

devices = Table(
    "devices",
    metadata,
    Column("id", String, primary_key=True),
    Column("vehicle_id", ForeignKey(vehicles.c.id), nullable=False, index=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("last_seen_at", UtcDateTime),
    Column("last_verdict", State(Verdict)),
    one_of("last_verdict", Verdict),
)

fixes = Table(
    "fixes",
    metadata,
    # No foreign keys: a partition can then be dropped, and a track outlives its device.
    Column("vehicle_id", String, primary_key=True),
    Column("fix_time", UtcDateTime, primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("device_id", Text, nullable=False),
    *place(),
    Column("accuracy_m", Double),
    Column("speed_mps", Double),
    Column("course_deg", Double),
    Column("altitude_m", Double),
    Column("battery", Double),
    Column("alarm", Text, nullable=False),
    Column("verdict", State(Verdict), nullable=False),
    CheckConstraint("verdict IN ('accepted', 'late')", name="verdict"),
    # By time for retention and studies; a track is read by the key, in which order SQLite keeps the rows.
    Index(None, "fix_time", postgresql_using="brin"),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (fix_time)",
)

vehicle_positions = Table(
    "vehicle_positions",
    metadata,
    Column("vehicle_id", ForeignKey(vehicles.c.id), primary_key=True),
    *place(),
    Column("fix_time", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("accuracy_m", Double),
    Column("speed_mps", Double),
    Column("course_deg", Double),
    Column("battery", Double),
    Column("matched_lon", Double),
    Column("matched_lat", Double),
    Column("matched_street", Text),
    Column("matched_distance_m", Double),
    # Rewritten with every fix: room on the page keeps the update in place.
    postgresql_with={"fillfactor": 70},
)

fix_verdicts = Table(
    "fix_verdicts",
    metadata,
    Column("vehicle_id", ForeignKey(vehicles.c.id), primary_key=True),
    Column("verdict", State(Verdict), primary_key=True),
    Column("count", BigInteger, nullable=False),
    one_of("verdict", Verdict),
)

alarms = Table(
    "alarms",
    metadata,
    Column("vehicle_id", ForeignKey(vehicles.c.id), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
    *place(nullable=True),
    Column("acknowledged_at", UtcDateTime),
)
