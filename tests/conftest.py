"""What every test may ask for."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from pathlib import Path

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

from tests.stores import database_url, fresh_database, fresh_postgis, fresh_sqlite, postgis_server, store

__all__ = [
    "database_url",
    "fresh_database",
    "fresh_postgis",
    "fresh_sqlite",
    "postgis_server",
    "shared_data",
    "store",
]

ROOT = Path(__file__).resolve().parents[1]

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

# By itself httpx gives up after 5 s, which an answer may take on a busy machine.
DEFAULT_TIMEOUT_CONFIG.connect = DEFAULT_TIMEOUT_CONFIG.read = DEFAULT_TIMEOUT_CONFIG.write = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test an id of its own: workers get tests by their ids, and of several with one id run one."""
    for item in items:
        # schemathesis says the operation in the name alone, which pytest does not look at for the id.
        if not item.nodeid.endswith(item.name):
            item._id = item._id.with_params(item.name.partition("[")[2].removesuffix("]"))
    twice = [nodeid for nodeid, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(f"several tests have one id: {twice}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the checkout; tests on it, and only they, skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Kernels are ready: whoever comes first compiles them, and other workers wait for that and read them."""
    from equipage.dispatch.warm_up import compile_kernels

    with (tmp_path_factory.getbasetemp().parent / "compiling.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        compile_kernels()


@pytest.fixture(scope="session", autouse=True)
def _compiled_by_one_worker(request: pytest.FixtureRequest) -> None:
    """Of several workers one compiles all kernels; where there are none, each test what it needs."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        request.getfixturevalue("compiled")
