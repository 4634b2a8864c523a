"""A whole server on a real socket and a real database, and callers of every role."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from equipage.api.server import make_server
from equipage.api.settings import Settings
from equipage.api.state import Context
from equipage.dispatch.model import CrewId
from equipage.dispatch.services.keys import issue_key
from equipage.dispatch.status import Role
from equipage.dispatch.warm_up import compile_kernels

START_TIMEOUT_S = 120
PATIENCE_S = 60.0
"""How long anything may take that is waited for: it usually takes no time, but a machine may be busy."""

# pytest listens to it even where the server does not: a line for each request would be all there is to see.
logging.getLogger("uvicorn.access").disabled = True


@dataclass
class Live:
    """A running server, and what it consists of."""

    url: str
    server: uvicorn.Server

    @property
    def context(self) -> Context:
        """What the server answers with."""
        context: Context = self.server.config.app.state.context  # type: ignore[union-attr]
        return context

    def client(self, key: str | None = "demo") -> httpx.Client:
        """Return a client that sends a key, or none."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE_S)

    def key(self, role: Role, **limits: Any) -> str:
        """Make a key of a role, and return it."""
        secret = f"{role}-{time.monotonic_ns()}"
        crew_id = limits.pop("crew_id", None)
        with self.context.store.transaction() as tx:
            issue_key(
                tx,
                secret=secret,
                name=f"a {role}",
                role=role,
                crew_id=CrewId(crew_id) if crew_id else None,
                now=self.context.now(),
                actor="test",
                **limits,
            )
        return secret


@contextmanager
def serving(settings: Settings, on_ready: Callable[[], None] | None = None) -> Iterator[Live]:
    """Run a server in a thread until the block ends.

    What it takes to start is then a matter of seconds: the compiler has done its work before.
    """
    compile_kernels()
    server = make_server(settings, on_ready=on_ready)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        give_up = time.monotonic() + START_TIMEOUT_S
        while not server.started:
            assert thread.is_alive(), "the server ended"
            assert time.monotonic() < give_up, "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Live(f"http://127.0.0.1:{port}", server)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
    assert not thread.is_alive(), "the server did not end"


def wait_until(condition: Callable[[], Any], timeout_s: float = PATIENCE_S) -> Any:
    """Return what the condition returns, as soon as that is true."""
    give_up = time.monotonic() + timeout_s
    while not (met := condition()):
        assert time.monotonic() < give_up, "this did not happen in time"
        time.sleep(0.02)
    return met


def ready(live: Live) -> bool:
    """Tell whether the server is ready."""
    return httpx.get(f"{live.url}/readyz").status_code == 200


def demo_settings(folder: Path, **more: Any) -> Settings:
    """Return the settings of a demo with a new database, whose idle crews wait where they are."""
    url = f"sqlite:///{folder / 'test.sqlite'}"
    return Settings(**{"database_url": url, "port": 0, "demo": True, "standby": False, **more})


def send_positions(client: httpx.Client) -> None:
    """Have every crew on shift say that it is at its depot: one without a signal gets nothing."""
    depots = {depot["id"]: depot for depot in client.get("/api/v1/depots").json()["items"]}
    for crew in client.get("/api/v1/crews").json()["items"]:
        if crew["status"] != "off_shift":
            depot, device = depots[crew["depot_id"]], f"demo-{crew['vehicle_id']}"
            client.post("/", data={"id": device, "lat": depot["lat"], "lon": depot["lon"]}).raise_for_status()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server of the sample city, ready."""
    with serving(demo_settings(tmp_path_factory.mktemp("server"))) as server:
        wait_until(lambda: ready(server), START_TIMEOUT_S)
        yield server


@pytest.fixture
def client(live: Live) -> Iterator[httpx.Client]:
    """A client that may do everything."""
    with live.client() as client:
        yield client


@pytest.fixture
def anonymous(live: Live) -> Iterator[httpx.Client]:
    """A client without a key."""
    with live.client(None) as client:
        yield client
