"""The demo where `EQUIPAGE_DATABASE_URL` names PostgreSQL: a schema of its own, anew or kept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from equipage.data.database.schema import state_of
from equipage.data.store import open_store
from tests.data.examples import save_city
from tests.e2e.test_demo import Demo
from tests.ports import free_port
from tests.stores import FreshDatabase

NOWHERE = "postgresql+psycopg://user:hush@127.0.0.1:9/city"


@pytest.fixture
def url(fresh_postgis: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """The URL of a PostGIS database where a real server keeps its tables."""
    with fresh_postgis(tmp_path) as named:
        with closing(open_store(named)) as store, store.transaction() as tx:
            save_city(tx)
        yield named


def test_the_demo_lives_beside_the_real_tables(url: str, tmp_path: Path) -> None:
    """It runs on PostGIS with its crews, and kept it goes on; the public tables stay as they were."""
    before = state_of(url).row_counts
    assert _a_report(url, tmp_path) < _a_report(url, tmp_path, "--keep")
    assert state_of(url).row_counts == before
    assert not (tmp_path / ".equipage").exists()


def _a_report(url: str, folder: Path, *options: str) -> int:
    """Start the demo, wait for the first report since then to have a crew, end it; return its number."""
    with closing(Demo(free_port(), folder, *options, database_url=url)) as demo:
        demo.until_ready()
        assert demo.http.get("/readyz").json()["dialect"] == "postgresql"
        place = demo.get("/api/v1/depots")["items"][0]
        body = {"service_code": "pothole", "lon": place["lon"], "lat": place["lat"]}
        report_id = demo.staff.post("/api/v1/reports", json=body).raise_for_status().json()["id"]
        demo.until("a crew", lambda: demo.get(f"/api/v1/reports/{report_id}")["assignment"])
        assert demo.end() < 10
        assert "Traceback" not in demo.words()
    return int(report_id)


@pytest.mark.parametrize("command", [["demo"], ["serve"], ["key", "add", "--role", "admin", "--name", "x"]])
def test_a_database_that_cannot_be_used_is_told(command: list[str], tmp_path: Path) -> None:
    """Every command says what is wrong and what to do, and shows neither a traceback nor the password."""
    port = [] if command[0] == "key" else ["--port", str(free_port())]
    done = subprocess.run(
        [Path(sys.executable).with_name("equipage"), *command, *port],
        cwd=tmp_path,
        env={**os.environ, "EQUIPAGE_DATABASE_URL": NOWHERE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "run `createdb city`" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "hush" not in done.stdout + done.stderr
