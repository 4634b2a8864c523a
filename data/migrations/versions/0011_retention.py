"""Find the contacts whose time is over, and the announcements of one report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

WITH_CONTACT = sa.text(
    "contact_first_name || contact_last_name || contact_email || contact_phone || contact_account_id"
    " || contact_device_id <> ''"
)


def upgrade() -> None:
    """Make the indices."""
    op.create_index(
        "ix_reports_with_contact",
        "reports",
        ["closed_at"],
        sqlite_where=WITH_CONTACT,
        postgresql_where=WITH_CONTACT,
    )
    op.create_index(op.f("ix_outbox_report_id"), "outbox", ["report_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_outbox_report_id"), "outbox")
    op.drop_index("ix_reports_with_contact", "reports")
