"""Tables of the work: reports, planned work, jobs, assignments, the plan, and where idle crews wait."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from equipage.data.database.tables.base import metadata, place
from equipage.data.database.tables.city import crews, services, vehicles, zones
from equipage.data.database.types import Json, Shape, State, StringSet, UtcDateTime, one_of
from equipage.dispatch.status import AssignmentStatus, ReportStatus, Source

reports = Table(
    "reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("service_code", ForeignKey(services.c.code), nullable=False),
    Column("status", State(ReportStatus), nullable=False),
    Column("priority", SmallInteger, nullable=False),
    # The place twice: numbers to search by on both dialects, a geometry for PostGIS and GIS programs.
    *place(),
    Column("position", Shape("POINT"), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("source", State(Source), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("description", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("zone_id", ForeignKey(zones.c.id), index=True),
    Column("commune", Text, nullable=False),
    # Columns of their own, so that a person can be forgotten without touching the report.
    Column("contact_first_name", Text, nullable=False),
    Column("contact_last_name", Text, nullable=False),
    Column("contact_email", Text, nullable=False),
    Column("contact_phone", Text, nullable=False),
    Column("contact_account_id", Text, nullable=False),
    Column("contact_device_id", Text, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("media_url", Text, nullable=False),
    Column("linked_to", ForeignKey("reports.id"), index=True),
    Column("expected_at", UtcDateTime),
    Column("held_until", UtcDateTime),
    Column("unassigned_code", Text),
    # JSON, which SQLite could not have made of the text that stood here.
    Column("unassigned_params", Text),
    Column("status_note", Text, nullable=False),
    Column("closed_at", UtcDateTime),
    # What it is searched by, folded: both dialects then find the same.
    Column("search_text", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False),
    CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    CheckConstraint("(unassigned_code IS NULL) = (unassigned_params IS NULL)", name="unassigned_reason"),
    one_of("status", ReportStatus),
    one_of("source", Source),
    Index(None, "requested_at", "id"),
    Index(None, "status", "requested_at"),
    Index(None, "service_code", "requested_at"),
    Index(None, "commune", "requested_at"),
    Index(None, "lat", "lon"),
)
WITH_CONTACT = text(
    "contact_first_name || contact_last_name || contact_email || contact_phone || contact_account_id"
    " || contact_device_id <> ''"
)
# The few whose contact is still known, in the order in which it is to be erased.
Index(
    "ix_reports_with_contact", reports.c.closed_at, sqlite_where=WITH_CONTACT, postgresql_where=WITH_CONTACT
)
# For GIS programs; the circles of `near` have one on the globe, in metres, that a migration makes.
Index(None, reports.c.position, postgresql_using="gist").ddl_if("postgresql")

planned_work = Table(
    "planned_work",
    metadata,
    Column("id", String, primary_key=True),
    Column("service_code", ForeignKey(services.c.code), nullable=False, index=True),
    Column("name", Text, nullable=False),
    *place(),
    Column("earliest", UtcDateTime, nullable=False, index=True),
    Column("latest", UtcDateTime, nullable=False),
    Column("duration_s", Integer, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("commune", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("cancelled_at", UtcDateTime),
    CheckConstraint("latest > earliest", name="window"),
    CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    CheckConstraint("duration_s >= 0", name="duration"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("service_code", ForeignKey(services.c.code), nullable=False, index=True),
    *place(),
    Column("duration_s", Integer, nullable=False),
    Column("skills", StringSet, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("earliest", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    # One job each, for its whole life: a report that is reopened gets its job back.
    Column("report_id", ForeignKey(reports.c.id), unique=True),
    Column("planned_work_id", ForeignKey(planned_work.c.id), unique=True),
    Column("commune", Text, nullable=False),
    Column("closed_at", UtcDateTime),
    CheckConstraint("(report_id IS NULL) <> (planned_work_id IS NULL)", name="one_origin"),
    CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    CheckConstraint("duration_s >= 0", name="duration"),
)
_OPEN = text("closed_at IS NULL")
Index("ix_jobs_open", jobs.c.created_at, sqlite_where=_OPEN, postgresql_where=_OPEN)

assignments = Table(
    "assignments",
    metadata,
    Column("id", String, primary_key=True),
    Column("job_id", ForeignKey(jobs.c.id), nullable=False, index=True),
    Column("crew_id", ForeignKey(crews.c.id), nullable=False, index=True),
    Column("vehicle_id", ForeignKey(vehicles.c.id), nullable=False, index=True),
    Column("status", State(AssignmentStatus), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("report_id", ForeignKey(reports.c.id), index=True),
    Column("pinned", Boolean, nullable=False),
    Column("promised_at", UtcDateTime),
    Column("predicted_at", UtcDateTime),
    Column("en_route_at", UtcDateTime),
    Column("arrived_at", UtcDateTime),
    Column("ended_at", UtcDateTime, index=True),
    Column("reason", Text, nullable=False),
    one_of("status", AssignmentStatus),
)
# These two make a double assignment impossible, whoever writes, however many at once.
LIVE = text("status IN ('planned', 'en_route', 'on_site')")
RUNNING = text("status IN ('en_route', 'on_site')")
Index("uq_assignments_live_job", assignments.c.job_id, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
Index(
    "uq_assignments_running_crew",
    assignments.c.crew_id,
    unique=True,
    sqlite_where=RUNNING,
    postgresql_where=RUNNING,
)

plans = Table(
    "plans",
    metadata,
    # One row, the present plan: what was decided before is in the audit and the assignments.
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("as_of", UtcDateTime),
    Column("network_id", Text, nullable=False),
    Column("engine", Text, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

stops = Table(
    "stops",
    metadata,
    Column("crew_id", ForeignKey(crews.c.id), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("job_id", ForeignKey(jobs.c.id), nullable=False),
    Column("assignment_id", ForeignKey(assignments.c.id), nullable=False, unique=True),
    Column("arrival", UtcDateTime, nullable=False),
    Column("departure", UtcDateTime, nullable=False),
    UniqueConstraint("job_id"),
    CheckConstraint("position >= 1", name="position"),
    CheckConstraint("departure >= arrival", name="times"),
)

standbys = Table(
    "standbys",
    metadata,
    Column("crew_id", ForeignKey(crews.c.id), primary_key=True),
    *place(),
    Column("since", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("drive_s", Integer, nullable=False),
    Column("saves_s", Double, nullable=False),
    CheckConstraint("drive_s >= 0", name="drive"),
)
