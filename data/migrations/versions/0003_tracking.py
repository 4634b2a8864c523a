"""Make the tables of tracking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "devices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_seen_at", UtcDateTime(), nullable=True),
        sa.Column("last_verdict", sa.String(11), nullable=True),
        sa.CheckConstraint(
            "last_verdict IN ('accepted', 'late', 'duplicate', 'stale', 'future', 'impossible',"
            " 'inaccurate', 'too_fast', 'private', 'no_position', 'alarm_only')",
            name=op.f("ck_devices_last_verdict"),
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_devices_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    op.create_index(op.f("ix_devices_vehicle_id"), "devices", ["vehicle_id"], unique=False)
    op.create_table(
        "fixes",
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("fix_time", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("speed_mps", sa.Double(), nullable=True),
        sa.Column("course_deg", sa.Double(), nullable=True),
        sa.Column("altitude_m", sa.Double(), nullable=True),
        sa.Column("battery", sa.Double(), nullable=True),
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(11), nullable=False),
        sa.CheckConstraint("verdict IN ('accepted', 'late')", name=op.f("ck_fixes_verdict")),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_fixes_on_earth")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", "fix_time", name=op.f("pk_fixes")),
        postgresql_partition_by="RANGE (fix_time)",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_fixes_fix_time"), "fixes", ["fix_time"], unique=False, postgresql_using="brin")
    op.create_table(
        "vehicle_positions",
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("fix_time", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("speed_mps", sa.Double(), nullable=True),
        sa.Column("course_deg", sa.Double(), nullable=True),
        sa.Column("battery", sa.Double(), nullable=True),
        sa.Column("matched_lon", sa.Double(), nullable=True),
        sa.Column("matched_lat", sa.Double(), nullable=True),
        sa.Column("matched_street", sa.Text(), nullable=True),
        sa.Column("matched_distance_m", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_vehicle_positions_on_earth")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_vehicle_positions_vehicle_id_vehicles")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_vehicle_positions")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "fix_verdicts",
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(11), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'late', 'duplicate', 'stale', 'future', 'impossible',"
            " 'inaccurate', 'too_fast', 'private', 'no_position', 'alarm_only')",
            name=op.f("ck_fix_verdicts_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_fix_verdicts_vehicle_id_vehicles")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", "verdict", name=op.f("pk_fix_verdicts")),
    )
    op.create_table(
        "alarms",
        sa.Column("vehicle_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_alarms_on_earth")
        ),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_alarms_vehicle_id_vehicles")),
        sa.PrimaryKeyConstraint("vehicle_id", "at", "kind", name=op.f("pk_alarms")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE TABLE fixes_default PARTITION OF fixes DEFAULT")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("alarms")
    op.drop_table("fix_verdicts")
    op.drop_table("vehicle_positions")
    op.drop_table("fixes")
    op.drop_table("devices")
