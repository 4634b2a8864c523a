"""Index reports by commune: a small one has few of many, and some callers may see no others."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_reports_commune_requested_at"), "reports", ["commune", "requested_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_reports_commune_requested_at"), "reports")
