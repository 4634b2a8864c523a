"""Make the tables of conditions, keys and records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import BigId, Json, Shape, StringSet, UtcDateTime

revision = "0004"
down_revision = "0003"

NUMBERED = ("report", "job", "assignment", "planned_work", "condition", "key")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "conditions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("area", Shape("MULTIPOLYGON"), nullable=True),
        sa.Column("way_ids", Json, nullable=False),
        sa.Column("speed_factor", sa.Double(), nullable=True),
        sa.Column("valid_from", UtcDateTime(), nullable=True),
        sa.Column("valid_until", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('closure', 'speed')", name=op.f("ck_conditions_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conditions")),
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("services", StringSet(), nullable=False),
        sa.Column("communes", StringSet(), nullable=False),
        sa.Column("crew_id", sa.String(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('admin', 'supervisor', 'dispatcher', 'crew', 'analyst', 'open311')",
            name=op.f("ck_keys_role"),
        ),
        sa.ForeignKeyConstraint(["crew_id"], ["crews.id"], name=op.f("fk_keys_crew_id_crews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_keys_secret_hash")),
    )
    op.create_index(op.f("ix_keys_crew_id"), "keys", ["crew_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_subject_subject_id"), "audit", ["subject", "subject_id"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    if op.get_context().dialect.name == "postgresql":
        for kind in NUMBERED:
            op.execute(f"CREATE SEQUENCE {kind}_numbers")
        op.create_index(op.f("ix_conditions_area"), "conditions", ["area"], postgresql_using="gist")
    else:
        op.create_table(
            "counters",
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("value", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
        )


def downgrade() -> None:
    """Drop them."""
    if op.get_context().dialect.name == "postgresql":
        for kind in NUMBERED:
            op.execute(f"DROP SEQUENCE {kind}_numbers")
    else:
        op.drop_table("counters")
    op.drop_table("settings")
    op.drop_table("audit")
    op.drop_table("outbox")
    op.drop_table("keys")
    op.drop_table("conditions")
