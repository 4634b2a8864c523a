"""Keep what is otherwise about a shift today: its hours, and a note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import Json

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("shifts", sa.Column("hours", Json, nullable=True))
    op.add_column("shifts", sa.Column("note", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("shifts", "note")
    op.drop_column("shifts", "hours")
