"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stores import database_url, fresh_database, postgis_server, store

__all__ = ["database_url", "fresh_database", "postgis_server", "shared_data", "store"]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the checkout; tests on it, and only they, skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return folder
