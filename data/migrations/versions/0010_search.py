"""Keep what a report is searched by, without accents and case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from equipage.dispatch.folding import folded

revision = "0010"
down_revision = "0009"

REPORTS = sa.table(
    "reports",
    *(sa.column(name, sa.Text()) for name in ("id", "description", "address", "commune", "search_text")),
)
CHUNK = 1_000


def upgrade() -> None:
    """Add the column, and fill it in for the reports that there are."""
    op.add_column("reports", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    if op.get_context().as_sql:
        return
    connection, after = op.get_bind(), ""
    while rows := connection.execute(
        REPORTS.select().where(REPORTS.c.id > after).order_by(REPORTS.c.id).limit(CHUNK)
    ).all():
        connection.execute(
            REPORTS.update()
            .where(REPORTS.c.id == sa.bindparam("known"))
            .values(search_text=sa.bindparam("text")),
            [
                {"known": row.id, "text": folded(f"{row.id} {row.description} {row.address} {row.commune}")}
                for row in rows
            ],
        )
        after = rows[-1].id


def downgrade() -> None:
    """Drop it."""
    op.drop_column("reports", "search_text")
