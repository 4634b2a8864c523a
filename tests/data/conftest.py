"""What the tests of this room may ask for."""

from __future__ import annotations

from tests.stores import database_url, fresh_database, postgis_server, store

__all__ = ["database_url", "fresh_database", "postgis_server", "store"]
