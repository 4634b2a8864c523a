"""The tables, by theme; importing this module fills `metadata` with all of them."""

from equipage.data.database.tables import city, records, tracking, work
from equipage.data.database.tables.base import metadata

__all__ = ["city", "metadata", "records", "tracking", "work"]
