"""What the tests of the use cases may ask for."""

from __future__ import annotations

import pytest

from equipage.data.store import SqlStore
from tests.dispatch.services.town import Town, build_town


@pytest.fixture
def town(store: SqlStore) -> Town:
    """The town before anything happens."""
    return build_town(store)
