"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

from tests.stores import database_url, fresh_database, postgis_server, store

__all__ = ["database_url", "fresh_database", "postgis_server", "shared_data", "store"]

ROOT = Path(__file__).resolve().parents[1]

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

# By itself httpx gives up after 5 s, which an answer may take on a busy machine.
DEFAULT_TIMEOUT_CONFIG.connect = DEFAULT_TIMEOUT_CONFIG.read = DEFAULT_TIMEOUT_CONFIG.write = 60.0


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the checkout; tests on it, and only they, skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return folder
