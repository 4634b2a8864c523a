"""Keep where idle crews wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.data.database.types import UtcDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "standbys",
        sa.Column("crew_id", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("drive_s", sa.Integer(), nullable=False),
        sa.Column("saves_s", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_standbys_on_earth")
        ),
        sa.CheckConstraint("drive_s >= 0", name=op.f("ck_standbys_drive")),
        sa.ForeignKeyConstraint(["crew_id"], ["crews.id"], name=op.f("fk_standbys_crew_id_crews")),
        sa.PrimaryKeyConstraint("crew_id", name=op.f("pk_standbys")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("standbys")
