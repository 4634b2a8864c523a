"""What every whole demo and server needs."""

from __future__ import annotations

import pytest

from equipage.dispatch.warm_up import compile_kernels


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    """Compile the kernels once, so that no server does while a test waits for it."""
    compile_kernels()
