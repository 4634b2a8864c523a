"""The stream over a real server process: nothing is lost over a break in a flood, and its end is prompt."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from equipage.api import events as events_module
from equipage.dispatch.status import Role
from tests.api.conftest import PATIENCE_S, START_TIMEOUT_S, Live, wait_until
from tests.ports import free_port

FLOOD = 300
PLACE = {"lon": -71.2519, "lat": -29.9027}


@pytest.fixture(autouse=True)
def _more_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have streams say something often, so that those who leave need not wait."""
    monkeypatch.setattr(events_module, "_KEEP_ALIVE_S", 0.5)


@dataclass
class Stream:
    """A subscriber in a thread of its own, with everything it was told."""

    url: str
    headers: dict[str, str]
    events: list[tuple[str | None, str, dict[str, Any]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    connected: threading.Event = field(default_factory=threading.Event)
    leaving: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[int]:
        """The ids of durable events, in order."""
        return [int(number) for number, kind, _ in self.events if number and kind != "resync"]

    def kinds(self) -> set[str]:
        """Return which kinds of events came."""
        return {kind for _, kind, _ in self.events}

    def listen(self) -> None:
        """Read until the server ends the stream or this side has had enough."""
        with (
            httpx.Client(timeout=PATIENCE_S) as client,
            client.stream("GET", self.url, headers=self.headers) as answer,
        ):
            assert answer.status_code == 200, answer.read()
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            told: dict[str, str] = {}
            for line in answer.iter_lines():
                self.connected.set()
                if self.leaving.is_set():
                    break
                name, _, value = line.partition(": ")
                if line:
                    told[name] = value
                elif "data" in told:
                    self.events.append((told.get("id"), told["event"], json.loads(told["data"])))
                    told = {}
        self.ended.set()


@contextmanager
def listening(url: str, **headers: str) -> Iterator[Stream]:
    """Subscribe until the block ends."""
    stream = Stream(url, {name.replace("_", "-"): value for name, value in headers.items()})
    thread = threading.Thread(target=stream.listen)
    thread.start()
    assert stream.connected.wait(PATIENCE_S)
    try:
        yield stream
    finally:
        stream.leaving.set()
        # The next line that comes lets it leave.
        thread.join(PATIENCE_S)


def file(client: httpx.Client, number: int, service: str = "pothole") -> str:
    """File a report that the planner leaves alone."""
    body = {"service_code": service, **PLACE, "hold_s": 900, "description": f"flood {number}"}
    return str(client.post("/api/v1/reports", json=body).raise_for_status().json()["id"])


@contextmanager
def a_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the demo's server as a process of its own, ready, in a process group of its own."""
    port = free_port()
    program = (
        "from equipage.api.server import run\n"
        "from equipage.api.settings import load_settings\n"
        f"run(load_settings(demo=True, port={port}, database_url='sqlite:///{folder}/events.sqlite'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"

    def is_ready() -> bool:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        try:
            return httpx.get(f"{url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(is_ready, START_TIMEOUT_S)
        yield process, url
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr:
            process.stderr.close()


def test_a_break_in_the_middle_of_a_flood_loses_nothing_and_sigterm_ends_promptly(tmp_path: Path) -> None:
    """300 reports at once, one subscriber stays, one breaks off and resumes: the same ids, none twice."""
    key = {"Authorization": "Bearer demo"}
    with a_process(tmp_path) as (process, url), httpx.Client(base_url=url, headers=key) as client:
        stream_url = f"{url}/api/v1/events"
        with listening(stream_url, **key) as steady, ThreadPoolExecutor(8) as pool:
            with listening(stream_url, **key) as broken:
                posts = [pool.submit(file, client, number) for number in range(FLOOD)]
                wait_until(lambda: len(broken.ids) > 20)
                broken.leaving.set()
                assert broken.ended.wait(PATIENCE_S)
            before = broken.ids
            assert len(before) < FLOOD, "the break came too late"
            with listening(stream_url, **key, Last_Event_ID=str(before[-1])) as resumed:
                filed = {post.result() for post in posts}
                wait_until(lambda: filed <= reports_in(steady))
                wait_until(lambda: resumed.ids and resumed.ids[-1] >= steady.ids[-1])
                joined = before + resumed.ids
                until = joined[-1]
                process.send_signal(signal.SIGTERM)
                begun = time.monotonic()
                # Having ended in order, uvicorn raises the signal again.
                assert process.wait(10) == -signal.SIGTERM
                assert time.monotonic() - begun < 10
                assert steady.ended.wait(PATIENCE_S)
                assert resumed.ended.wait(PATIENCE_S)
    assert joined == sorted(set(joined)), "an event came twice or out of order"
    assert joined == [number for number in steady.ids if number <= until]
    assert len(filed) == FLOOD


def reports_in(stream: Stream) -> set[str]:
    """Return the reports that a stream told of."""
    return {data["report_id"] for _, kind, data in stream.events if kind == "report"}


def test_a_key_sees_only_what_it_is_limited_to(live: Live, client: httpx.Client) -> None:
    """Another service's reports are left out of its stream."""
    key = live.key(Role.DISPATCHER, services=frozenset({"pothole"}))
    with listening(f"{live.url}/api/v1/events", X_API_Key=key) as stream:
        hidden, seen = file(client, 1, "graffiti"), file(client, 2)
        wait_until(lambda: seen in reports_in(stream))
        assert hidden not in reports_in(stream)


def test_positions_come_without_an_id(live: Live, client: httpx.Client) -> None:
    """With the crew and what it does, once it was sent; they do not move the place to resume from."""
    with listening(f"{live.url}/api/v1/events", Authorization="Bearer demo") as stream:
        client.post("/", data={"id": "demo-phone", "lat": PLACE["lat"], "lon": PLACE["lon"]})
        wait_until(lambda: "position" in stream.kinds())
        number, _, data = next(event for event in stream.events if event[1] == "position")
    assert number is None
    assert (data["vehicle_id"], data["crew_id"], data["lon"]) == ("phone", "phone", PLACE["lon"])
    assert data["crew_status"] in {"available", "on_break", "en_route", "on_site"}
    assert set(data) == {"vehicle_id", "crew_id", "lon", "lat", "fix_time", "crew_status"}


@pytest.mark.parametrize("last", ["999999999", "nonsense"])
def test_an_unknown_last_event_gets_a_resync(live: Live, client: httpx.Client, last: str) -> None:
    """By header or, where none can be sent, by parameter; the stream then goes on."""
    url = f"{live.url}/api/v1/events"
    with (
        listening(url, X_API_Key="demo", Last_Event_ID=last) as by_header,
        listening(f"{url}?last_event_id={last}", X_API_Key="demo") as by_parameter,
    ):
        wait_until(lambda: "resync" in by_header.kinds() & by_parameter.kinds())
        seen = file(client, 3)
        wait_until(lambda: seen in reports_in(by_header) & reports_in(by_parameter))


def test_a_citizen_follows_one_report_and_no_other(live: Live, client: httpx.Client) -> None:
    """Each event has the report as it then stands, the same id as on the other stream, and no contact."""
    other, mine = file(client, 4), file(client, 5)
    link = client.get(f"/api/v1/reports/{mine}").json()["follow_url"]
    with (
        listening(f"{link}/events") as citizen,
        listening(f"{live.url}/api/v1/events", X_API_Key="demo") as console,
    ):
        client.patch(f"/api/v1/reports/{other}", json={"status_note": "no"})
        client.patch(f"/api/v1/reports/{mine}", json={"status_note": "soon"})
        # The planner may say something of both in between.
        wait_until(lambda: citizen.events and citizen.events[-1][2]["status_note"] == "soon")
        number, kind, data = citizen.events[-1]
        wait_until(lambda: int(number or 0) in console.ids)
    assert kind == "report"
    assert (data["report_id"], data["service_request_id"]) == (mine, mine)
    assert {each["report_id"] for _, _, each in citizen.events} == {mine}


def test_the_follow_link_shows_little_and_leads_nowhere_else(live: Live, client: httpx.Client) -> None:
    """CORS is open, no search engine keeps it, no address is passed on; a changed token is 404."""
    number = file(client, 6)
    link = client.get(f"/api/v1/reports/{number}").json()["follow_url"]
    snapshot = httpx.get(f"{link}.json", headers={"Accept-Language": "en"})
    assert snapshot.headers["Access-Control-Allow-Origin"] == "*"
    assert snapshot.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in snapshot.headers["X-Robots-Tag"]
    told = snapshot.json()
    assert (told["service_request_id"], told["service_name"], told["crew_lon"]) == (number, "Pothole", None)
    assert {"status", "status_text", "requested_at", "due_at", "eta", "updated_at"} <= set(told)
    page = httpx.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.text
    assert httpx.options(f"{link}/events").headers["Access-Control-Allow-Headers"].startswith("Last-Event-ID")
    for wrong in (f"{link}x", link[:-1], link.replace(f"/{number}.", "/999.")):
        assert httpx.get(f"{wrong}.json").status_code == 404
        assert httpx.get(wrong).status_code == 404
        assert httpx.get(f"{wrong}/events").status_code == 404


def test_a_citizen_sees_roughly_where_the_crew_is_only_while_it_comes(
    live: Live, client: httpx.Client
) -> None:
    """Not before it sets off, not to the metre, and no more when it is there."""
    number = file(client, 7)
    link = client.get(f"/api/v1/reports/{number}").json()["follow_url"]
    client.post("/", data={"id": "demo-phone", "lat": -29.903012, "lon": -71.251789})
    body = {"report_id": number, "crew_id": "phone", "override": True, "pin": True}
    assignment = client.post("/api/v1/assignments", json=body).json()["id"]

    def place() -> tuple[Any, Any]:
        told = httpx.get(f"{link}.json").json()
        return told["crew_lon"], told["crew_lat"]

    seen = []
    for status in ("en_route", "on_site", "done"):
        before = place()
        client.post(f"/api/v1/assignments/{assignment}/status", json={"status": status}).raise_for_status()
        seen.append((before, place()))
    assert seen[0] == ((None, None), (-71.252, -29.903))
    assert seen[1][1] == (None, None)
    assert httpx.get(f"{link}.json").json()["status"] == "done"
