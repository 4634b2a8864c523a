"""`equipage serve` on PostGIS as an operator sets it up: an empty database, a key, a process that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import URL, NullPool, create_engine, text

from equipage.data.database.engine import WRITING
from tests.api.conftest import send_positions, wait_until
from tests.ports import free_port

EQUIPAGE = str(Path(sys.executable).with_name("equipage"))
PATIENCE_S = 300.0


@pytest.fixture
def url(postgis_server: URL) -> Iterator[str]:
    """The URL of a database as `createdb` leaves it."""
    name = f"city_{uuid4().hex}"
    admin = create_engine(postgis_server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as server:
        server.execute(text(f"CREATE DATABASE {name}"))
    yield postgis_server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as server:
        server.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _run(url: str, folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "EQUIPAGE_DATABASE_URL": url}
    done = subprocess.run(
        [EQUIPAGE, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _served(url: str, folder: Path, **more: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the server until the block ends; give its process and its address once it is ready."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [EQUIPAGE, "serve", "--port", str(port)],
        cwd=folder,
        env={**os.environ, "EQUIPAGE_DATABASE_URL": url, **more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + PATIENCE_S
        while not _is_ready(address):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < give_up, "the server did not get ready"
            time.sleep(0.1)
        yield process, address
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False


def _file_for_ever(client: httpx.Client, told: list[str]) -> None:
    """File reports one after the other, noting what was acknowledged."""
    depot = client.get("/api/v1/depots").json()["items"][0]
    body = {"service_code": "pothole", "lon": depot["lon"], "lat": depot["lat"]}
    while True:
        told.append(client.post("/api/v1/reports", json=body).raise_for_status().json()["id"])


def _kill_amid(process: subprocess.Popen[bytes], told: list[str]) -> None:
    """Kill the process once 20 reports were acknowledged, while the next is being filed."""
    while len(told) < 20:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)


def test_what_was_acknowledged_outlives_a_kill(url: str, tmp_path: Path) -> None:
    """With a key from the command line reports are filed until kill -9; the next server has every one."""
    _run(url, tmp_path, "db", "upgrade")
    key = _run(url, tmp_path, "key", "add", "--role", "admin", "--name", "op").split()[-1]
    client = partial(httpx.Client, headers={"X-API-Key": key})
    told: list[str] = []
    with _served(url, tmp_path) as (process, address), client(base_url=address) as before:
        assert before.get("/readyz").json()["dialect"] == "postgresql"
        assert httpx.get(f"{address}/api/v1/reports").status_code == HTTPStatus.UNAUTHORIZED
        killer = threading.Thread(target=_kill_amid, args=(process, told))
        killer.start()
        with pytest.raises(httpx.TransportError):
            _file_for_ever(before, told)
        killer.join()
    with _served(url, tmp_path) as (_, address), client(base_url=address) as after:
        listed = after.get("/api/v1/reports").raise_for_status().json()["items"]
        assert set(told) <= {report["id"] for report in listed}
        assert len(listed) <= len(told) + 1
        for report_id in told:
            history = after.get(f"/api/v1/reports/{report_id}/history").json()["items"]
            assert history[0]["action"] == "filed"


@contextmanager
def _killed_after(process: subprocess.Popen[bytes], url: str) -> Iterator[None]:
    """Hold the process still during the block, not amid its writing, and kill it then."""
    wait_until(lambda: _is_held_still(process, url))
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)


def _is_held_still(process: subprocess.Popen[bytes], url: str) -> bool:
    """Hold the process still unless it writes, when others would wait for what it holds; tell whether."""
    os.kill(process.pid, signal.SIGSTOP)
    engine = create_engine(url, poolclass=NullPool)
    locks = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :writing")
    with engine.connect() as looking:
        writes = looking.execute(locks, {"writing": WRITING}).scalar_one() > 0
    if writes:
        os.kill(process.pid, signal.SIGCONT)
    return not writes


def _metric(client: httpx.Client, name: str) -> int:
    lines = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines())
    return int(lines[f"equipage_{name}"])


def _file(client: httpx.Client) -> str:
    depot = client.get("/api/v1/depots").json()["items"][0]
    body = {"service_code": "pothole", "lon": depot["lon"], "lat": depot["lat"]}
    return str(client.post("/api/v1/reports", json=body).raise_for_status().json()["id"])


def _holder(client: httpx.Client, report_id: str) -> dict[str, str] | None:
    holder: dict[str, str] | None = client.get(f"/api/v1/reports/{report_id}").json()["assignment"]
    return holder


def test_one_of_two_servers_plans_and_the_other_takes_over(url: str, tmp_path: Path) -> None:
    """While the leader is only held up the other leaves a report alone; it plans soon after a kill -9."""
    _run(url, tmp_path, "db", "upgrade")
    client = partial(httpx.Client, headers={"X-API-Key": "demo"})
    with (
        _served(url, tmp_path, EQUIPAGE_DEMO="true") as (leader, address),
        _served(url, tmp_path, EQUIPAGE_DEMO="true") as (_, other_address),
        client(base_url=address) as first,
        client(base_url=other_address) as second,
    ):
        assert (_metric(first, "planner_leads"), _metric(second, "planner_leads")) == (1, 0)
        send_positions(second)
        by_leader = _file(second)
        wait_until(lambda: _holder(second, by_leader))
        with _killed_after(leader, url):
            waiting, rounds = _file(second), _metric(second, "planner_rounds_total")
            wait_until(lambda: _metric(second, "planner_rounds_total") >= rounds + 2)
            assert _holder(second, waiting) is None
        wait_until(lambda: _holder(second, waiting))
        assert _metric(second, "planner_leads") == 1
