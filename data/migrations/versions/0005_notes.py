"""Make the table of notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(7), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("subject IN ('report', 'crew', 'vehicle')", name=op.f("ck_notes_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_subject_subject_id"), "notes", ["subject", "subject_id"], unique=False)
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE note_numbers")


def downgrade() -> None:
    """Drop it."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE note_numbers")
    op.drop_table("notes")
