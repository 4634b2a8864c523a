"""Keep the facts of why a report waits instead of a sentence made of them."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forget the sentences, which cannot be taken apart: the planner says anew why each report waits."""
    op.execute("UPDATE reports SET unassigned_code = NULL, unassigned_text = NULL")
    op.execute("ALTER TABLE reports RENAME COLUMN unassigned_text TO unassigned_params")


def downgrade() -> None:
    """Forget the facts; the planner says anew why each report waits."""
    op.execute("UPDATE reports SET unassigned_code = NULL, unassigned_params = NULL")
    op.execute("ALTER TABLE reports RENAME COLUMN unassigned_params TO unassigned_text")
