"""Index reports by their place on the globe, where PostGIS looks for what is near."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the index."""
    if op.get_context().dialect.name == "postgresql":
        on_globe = sa.text("geography(position)")
        op.create_index("ix_reports_on_globe", "reports", [on_globe], postgresql_using="gist")


def downgrade() -> None:
    """Drop it."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_index("ix_reports_on_globe", "reports")
