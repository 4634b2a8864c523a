"""Make the tables of the city."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import Json, Shape, StringSet, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table(
        "services",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("keywords", Json, nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("skills", StringSet(), nullable=False),
        sa.Column("respond_s", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(7), nullable=False),
        sa.Column("mode", sa.String(9), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("attributes", Json, nullable=False),
        sa.CheckConstraint("mode IN ('automatic', 'suggest')", name=op.f("ck_services_mode")),
        sa.CheckConstraint("policy IN ('nearest', 'optimal')", name=op.f("ck_services_policy")),
        sa.CheckConstraint("duration_s >= 0 AND respond_s > 0", name=op.f("ck_services_durations")),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_services_priority")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_services")),
    )
    op.create_table(
        "zones",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("geometry", Shape("MULTIPOLYGON"), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
    )
    op.create_table(
        "depots",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_depots_on_earth")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depots")),
    )
    op.create_table(
        "vehicles",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("depot_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_vehicles_depot_id_depots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
    )
    op.create_index(op.f("ix_vehicles_depot_id"), "vehicles", ["depot_id"], unique=False)
    op.create_table(
        "crews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skills", StringSet(), nullable=False),
        sa.Column("depot_id", sa.String(), nullable=False),
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("roster", Json, nullable=False),
        sa.Column("paused_since", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["depot_id"], ["depots.id"], name=op.f("fk_crews_depot_id_depots")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_crews_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crews")),
    )
    op.create_index(op.f("ix_crews_depot_id"), "crews", ["depot_id"], unique=False)
    op.create_index(op.f("ix_crews_vehicle_id"), "crews", ["vehicle_id"], unique=False)
    op.create_table(
        "shifts",
        sa.Column("crew_id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("breaks", Json, nullable=False),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shifts_span")),
        sa.ForeignKeyConstraint(["crew_id"], ["crews.id"], name=op.f("fk_shifts_crew_id_crews")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_shifts_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("crew_id", "starts_at", name=op.f("pk_shifts")),
    )
    op.create_index(op.f("ix_shifts_ends_at"), "shifts", ["ends_at"], unique=False)
    op.create_index(op.f("ix_shifts_vehicle_id"), "shifts", ["vehicle_id"], unique=False)
    if op.get_context().dialect.name == "postgresql":
        op.create_index(
            op.f("ix_zones_geometry"), "zones", ["geometry"], unique=False, postgresql_using="gist"
        )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("shifts")
    op.drop_table("crews")
    op.drop_table("vehicles")
    op.drop_table("depots")
    op.drop_table("zones")
    op.drop_table("services")
