"""Add to conditions the classes of roads, the hours of the week and a speed in km/h."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import Json

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; what was entered before is about all classes, at all hours."""
    op.add_column(
        "conditions", sa.Column("road_classes", Json, nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("conditions", sa.Column("speed_kph", sa.Double(), nullable=True))
    op.add_column("conditions", sa.Column("hours", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    for name in ("hours", "speed_kph", "road_classes"):
        op.drop_column("conditions", name)
