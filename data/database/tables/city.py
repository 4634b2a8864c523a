"""Tables of what the city has: services, zones, depots, vehicles, crews, shifts."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
)

from equipage.data.database.tables.base import metadata, place
from equipage.data.database.types import Json, Shape, State, StringSet, UtcDateTime, one_of
from equipage.dispatch.status import Mode, Policy

services = Table(
    "services",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("group_name", Text, nullable=False),
    Column("keywords", Json, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("duration_s", Integer, nullable=False),
    Column("skills", StringSet, nullable=False),
    Column("respond_s", Integer, nullable=False),
    Column("policy", State(Policy), nullable=False),
    Column("mode", State(Mode), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("attributes", Json, nullable=False),
    # Translations by language tag; those of the attributes are in the attributes.
    Column("names", Json, nullable=False),
    Column("descriptions", Json, nullable=False),
    Column("groups", Json, nullable=False),
    CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    CheckConstraint("duration_s >= 0 AND respond_s > 0", name="durations"),
    one_of("policy", Policy),
    one_of("mode", Mode),
)

zones = Table(
    "zones",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("commune", Text, nullable=False),
    Column("geometry", Shape("MULTIPOLYGON"), nullable=False),
    Column("population", Integer),
)
Index(None, zones.c.geometry, postgresql_using="gist").ddl_if("postgresql")

depots = Table(
    "depots",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    *place(),
)

vehicles = Table(
    "vehicles",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("depot_id", ForeignKey(depots.c.id), index=True),
)

crews = Table(
    "crews",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("skills", StringSet, nullable=False),
    Column("depot_id", ForeignKey(depots.c.id), nullable=False, index=True),
    Column("vehicle_id", ForeignKey(vehicles.c.id), nullable=False, index=True),
    Column("roster", Json, nullable=False),
    Column("paused_since", UtcDateTime),
)

shifts = Table(
    "shifts",
    metadata,
    Column("crew_id", ForeignKey(crews.c.id), primary_key=True),
    Column("starts_at", UtcDateTime, primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
    Column("vehicle_id", ForeignKey(vehicles.c.id), nullable=False, index=True),
    Column("breaks", Json, nullable=False),
    Column("absent", Boolean, nullable=False),
    # Today's hours where they are others than the roster's, which say which shift it is.
    Column("hours", Json),
    Column("note", Text, nullable=False, server_default=""),
    CheckConstraint("ends_at > starts_at", name="span"),
)
