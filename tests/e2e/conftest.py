"""What every whole demo and server needs."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def _compiled_before(compiled: None) -> None:
    """Kernels are compiled once, so that no server does while a test waits for it."""
