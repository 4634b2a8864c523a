"""Make the tables of the work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import Json, Shape, StringSet, UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "reports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("position", Shape("POINT"), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(7), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.String(), nullable=True),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("contact_first_name", sa.Text(), nullable=False),
        sa.Column("contact_last_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("contact_account_id", sa.Text(), nullable=False),
        sa.Column("contact_device_id", sa.Text(), nullable=False),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("media_url", sa.Text(), nullable=False),
        sa.Column("linked_to", sa.String(), nullable=True),
        sa.Column("expected_at", UtcDateTime(), nullable=True),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("unassigned_code", sa.Text(), nullable=True),
        sa.Column("unassigned_text", sa.Text(), nullable=True),
        sa.Column("status_note", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "source IN ('open311', 'phone', 'console', 'sensor')", name=op.f("ck_reports_source")
        ),
        sa.CheckConstraint(
            "status IN ('new', 'acknowledged', 'assigned', 'en_route', 'in_progress',"
            " 'done', 'duplicate', 'rejected', 'cancelled')",
            name=op.f("ck_reports_status"),
        ),
        sa.CheckConstraint(
            "(unassigned_code IS NULL) = (unassigned_text IS NULL)", name=op.f("ck_reports_unassigned_reason")
        ),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_reports_on_earth")
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_reports_priority")),
        sa.ForeignKeyConstraint(["linked_to"], ["reports.id"], name=op.f("fk_reports_linked_to_reports")),
        sa.ForeignKeyConstraint(
            ["service_code"], ["services.code"], name=op.f("fk_reports_service_code_services")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_reports_zone_id_zones")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_lat_lon"), "reports", ["lat", "lon"], unique=False)
    op.create_index(op.f("ix_reports_linked_to"), "reports", ["linked_to"], unique=False)
    op.create_index(op.f("ix_reports_requested_at_id"), "reports", ["requested_at", "id"], unique=False)
    op.create_index(
        op.f("ix_reports_service_code_requested_at"),
        "reports",
        ["service_code", "requested_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reports_status_requested_at"), "reports", ["status", "requested_at"], unique=False
    )
    op.create_index(op.f("ix_reports_updated_at"), "reports", ["updated_at"], unique=False)
    op.create_index(op.f("ix_reports_zone_id"), "reports", ["zone_id"], unique=False)
    op.create_table(
        "planned_work",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("earliest", UtcDateTime(), nullable=False),
        sa.Column("latest", UtcDateTime(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("duration_s >= 0", name=op.f("ck_planned_work_duration")),
        sa.CheckConstraint("latest > earliest", name=op.f("ck_planned_work_window")),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_planned_work_on_earth")
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_planned_work_priority")),
        sa.ForeignKeyConstraint(
            ["service_code"], ["services.code"], name=op.f("fk_planned_work_service_code_services")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_work")),
    )
    op.create_index(op.f("ix_planned_work_earliest"), "planned_work", ["earliest"], unique=False)
    op.create_index(op.f("ix_planned_work_service_code"), "planned_work", ["service_code"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("skills", StringSet(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("earliest", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("planned_work_id", sa.String(), nullable=True),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(report_id IS NULL) <> (planned_work_id IS NULL)", name=op.f("ck_jobs_one_origin")
        ),
        sa.CheckConstraint("duration_s >= 0", name=op.f("ck_jobs_duration")),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_jobs_on_earth")
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_jobs_priority")),
        sa.ForeignKeyConstraint(
            ["planned_work_id"], ["planned_work.id"], name=op.f("fk_jobs_planned_work_id_planned_work")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_jobs_report_id_reports")),
        sa.ForeignKeyConstraint(
            ["service_code"], ["services.code"], name=op.f("fk_jobs_service_code_services")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("planned_work_id", name=op.f("uq_jobs_planned_work_id")),
        sa.UniqueConstraint("report_id", name=op.f("uq_jobs_report_id")),
    )
    op.create_index(
        "ix_jobs_open",
        "jobs",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_jobs_service_code"), "jobs", ["service_code"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("crew_id", sa.String(), nullable=False),
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("promised_at", UtcDateTime(), nullable=True),
        sa.Column("predicted_at", UtcDateTime(), nullable=True),
        sa.Column("en_route_at", UtcDateTime(), nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'en_route', 'on_site', 'done', 'refused', 'released')",
            name=op.f("ck_assignments_status"),
        ),
        sa.ForeignKeyConstraint(["crew_id"], ["crews.id"], name=op.f("fk_assignments_crew_id_crews")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_assignments_job_id_jobs")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_assignments_report_id_reports")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_assignments_vehicle_id_vehicles")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_crew_id"), "assignments", ["crew_id"], unique=False)
    op.create_index(op.f("ix_assignments_ended_at"), "assignments", ["ended_at"], unique=False)
    op.create_index(op.f("ix_assignments_job_id"), "assignments", ["job_id"], unique=False)
    op.create_index(op.f("ix_assignments_report_id"), "assignments", ["report_id"], unique=False)
    op.create_index(op.f("ix_assignments_vehicle_id"), "assignments", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_assignments_live_job",
        "assignments",
        ["job_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('planned', 'en_route', 'on_site')"),
        postgresql_where=sa.text("status IN ('planned', 'en_route', 'on_site')"),
    )
    op.create_index(
        "uq_assignments_running_crew",
        "assignments",
        ["crew_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('en_route', 'on_site')"),
        postgresql_where=sa.text("status IN ('en_route', 'on_site')"),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=True),
        sa.Column("network_id", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_plans_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_table(
        "stops",
        sa.Column("crew_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("arrival", UtcDateTime(), nullable=False),
        sa.Column("departure", UtcDateTime(), nullable=False),
        sa.CheckConstraint("departure >= arrival", name=op.f("ck_stops_times")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_stops_position")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_stops_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["crew_id"], ["crews.id"], name=op.f("fk_stops_crew_id_crews")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_stops_job_id_jobs")),
        sa.PrimaryKeyConstraint("crew_id", "position", name=op.f("pk_stops")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_stops_assignment_id")),
        sa.UniqueConstraint("job_id", name=op.f("uq_stops_job_id")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.create_index(
            op.f("ix_reports_position"), "reports", ["position"], unique=False, postgresql_using="gist"
        )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("stops")
    op.drop_table("plans")
    op.drop_table("assignments")
    op.drop_table("jobs")
    op.drop_table("planned_work")
    op.drop_table("reports")
