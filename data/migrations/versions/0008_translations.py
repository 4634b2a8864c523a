"""Keep the names of services in other languages than the city's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import Json

revision = "0008"
down_revision = "0007"

COLUMNS = ("names", "descriptions", "groups")


def upgrade() -> None:
    """Add them, without any translation yet."""
    for name in COLUMNS:
        op.add_column("services", sa.Column(name, Json, nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    """Drop them."""
    for name in COLUMNS:
        op.drop_column("services", name)
