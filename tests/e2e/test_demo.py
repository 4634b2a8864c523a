"""The whole demo: the real server, its simulated crews and citizens as clients, and clients from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port

SPEED = 20
PATIENCE_S = 300.0


class Demo:
    """A running demo, seen from outside."""

    def __init__(self, port: int, folder: Path, *options: str, database_url: str = "") -> None:
        self.url = f"http://127.0.0.1:{port}"
        command = Path(sys.executable).with_name("equipage")
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(
            [command, "demo", "--port", str(port), "--speed", str(SPEED), *options],
            cwd=folder,
            env={**os.environ, "EQUIPAGE_DATABASE_URL": database_url},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.http = httpx.Client(base_url=self.url)
        self.staff = httpx.Client(base_url=self.url, headers={"X-API-Key": "demo"})

    def until_ready(self) -> None:
        """Wait until everything is up."""
        self.until("ready", lambda: self.http.get("/readyz").status_code == httpx.codes.OK)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON at a path, asked with the demo's key."""
        return self.staff.get(path, params=parameters).raise_for_status().json()

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """Return what `look` sees, as soon as it is something."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            assert self.process.poll() is None, self.words()
            try:
                seen = look()
            except httpx.TransportError:
                seen = None
            if seen:
                return seen
            time.sleep(0.2)
        raise AssertionError(f"{what}: not within {PATIENCE_S:.0f} s\n{self.words()}")

    def words(self) -> str:
        """Return what it has said."""
        self.log.seek(0)
        return self.log.read()[-4000:]

    def end(self) -> float:
        """End it as a terminal does; return the seconds that it took."""
        begun = time.monotonic()
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)
        while _alive(self.process.pid):
            assert time.monotonic() < begun + 60, "a simulator outlived the demo"
            time.sleep(0.05)
        return time.monotonic() - begun

    def close(self) -> None:
        """End it unless it has ended, and close what looked at it."""
        if self.process.poll() is None:
            self.end()
        self.http.close()
        self.staff.close()
        self.log.close()


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that is ready, twenty times as fast as the day."""
    running = Demo(free_port(), tmp_path_factory.mktemp("demo"))
    try:
        running.until_ready()
        yield running
    finally:
        running.close()


def _with_assignment(demo: Demo, report_id: str) -> Any:
    report = demo.get(f"/api/v1/reports/{report_id}")
    return report if report["assignment"] else None


def test_simulated_crews_reach_simulated_reports(demo: Demo) -> None:
    """Reports come in by Open311, crews get them and arrive, and predictions are compared with it."""
    demo.until("reports", lambda: demo.get("/api/v1/reports")["items"])
    accuracy = demo.until("an arrival", lambda: (seen := demo.get("/api/v1/accuracy"))["n"] and seen)
    arrival = accuracy["items"][0]
    assert arrival["predicted_at"]
    assert arrival["arrived_at"]
    crew = demo.get(f"/api/v1/crews/{arrival['crew_id']}")
    assert crew["position"]["matched"]["street"] is not None


def test_vehicles_stay_on_the_roads(demo: Demo) -> None:
    """Whatever the noise of the receivers, every heard vehicle is within 30 m of a road."""
    heard = [crew for crew in demo.get("/api/v1/crews")["items"] if crew["position"]]
    assert heard
    for crew in heard:
        place = demo.get("/api/v1/reverse", lon=crew["lon"], lat=crew["lat"])
        assert place["distance_m"] < 30, crew["id"]


def test_a_citizen_a_tracker_and_the_console_share_one_world(demo: Demo) -> None:
    """An Open311 report gets a crew within a minute, the phone moves, and the stream tells both."""
    place = demo.get("/api/v1/depots")["items"][0]
    events: list[dict[str, Any]] = []
    with demo.staff.stream("GET", "/api/v1/events") as stream:
        lines = stream.iter_lines()
        form = {
            "api_key": "demo",
            "service_code": "pothole",
            "lat": place["lat"],
            "long": place["lon"],
            "description": "As deep as a bath",
        }
        filed = demo.http.post("/open311/v2/requests.json", data=form).raise_for_status().json()[0]
        report_id = filed["service_request_id"]
        fix = {"id": "demo-phone", "lat": place["lat"], "lon": place["lon"], "timestamp": int(time.time())}
        answer = demo.http.post("/", data=fix)
        assert (answer.status_code, answer.text) == (httpx.codes.OK, "")
        seen = set[str]()
        while not seen >= {"report", "assignment", "position"}:
            kind, data = _next_event(lines)
            events.append(data)
            if data.get("report_id") == report_id or data.get("vehicle_id") == "phone":
                seen.add(kind)

    report = demo.until("a crew", lambda: _with_assignment(demo, report_id))
    phone = demo.get("/api/v1/vehicles/phone")
    assert (phone["lon"], phone["lat"]) == (place["lon"], place["lat"])
    assert report["status"] in {"assigned", "en_route", "in_progress", "done"}
    followed = demo.http.get(filed["follow_url"].rstrip("/") + ".json").raise_for_status().json()
    assert followed["service_request_id"] == report_id
    assert followed["eta"]


def _next_event(lines: Iterator[str]) -> tuple[str, dict[str, Any]]:
    kind = ""
    for line in lines:
        if line.startswith("event:"):
            kind = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            return kind, json.loads(line.removeprefix("data:"))
    raise AssertionError("the stream ended")


def test_a_flood_closes_roads_and_brings_reports(demo: Demo) -> None:
    """The button closes a district, citizens report it, and lifting it opens the roads again."""
    before = len(demo.get("/api/v1/reports", service_code="flooding")["items"])
    flood = demo.staff.post("/api/v1/demo/flood").raise_for_status().json()
    assert demo.get("/api/v1/demo")["flooded"] is True
    assert demo.get(f"/api/v1/conditions/{flood['condition_id']}")["area"]["type"].endswith("Polygon")
    again = demo.staff.post("/api/v1/demo/flood").raise_for_status().json()
    assert again == flood
    demo.until(
        "flood reports",
        lambda: len(demo.get("/api/v1/reports", service_code="flooding")["items"]) >= before + 5,
    )
    assert demo.staff.delete("/api/v1/demo/flood").status_code == httpx.codes.NO_CONTENT
    assert demo.get("/api/v1/demo")["flooded"] is False
    assert demo.get("/api/v1/conditions")["items"] == []


def test_a_signal_ends_everything(demo: Demo) -> None:
    """Within ten seconds the server, an open stream and every simulator are gone, without complaint."""
    with demo.staff.stream("GET", "/api/v1/events") as stream:
        assert stream.status_code == httpx.codes.OK
        assert demo.end() < 10
    assert "Traceback" not in demo.words()
