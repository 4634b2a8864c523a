"""A fleet that posts every second, and a desk full of open reports: is anything lost, how late is the map?

A server of its own with its own database, 300 vehicles at 1 Hz, each over a connection of its own, 1,000 open
reports that the planner works on all the while, one console that listens. Measured are the times from sending
a fix to its acknowledgement (it is committed then) and to its event on the console's stream; afterwards every
acknowledged fix is looked for in the stored tracks. Run by `make bench-live` (MINUTES=…, DATABASE_URL=…).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import numpy as np

from equipage.data.city import load_city
from equipage.routing.errors import UnroutableError
from equipage.routing.route import Route
from equipage.routing.router import Router

SAMPLE = "la-serena-coquimbo"
VEHICLES, REPORTS = 300, 1000
KEY = {"X-API-Key": "demo"}
SETTLES_S = 3.0
READY_WITHIN_S = 120.0
LONGEST_TRIP_S = 240.0
"""A vehicle drives to and fro along a trip of at least so many seconds."""


@dataclass
class Seen:
    """What was measured, in seconds; keys are a vehicle and the time of its fix in milliseconds."""

    sent: dict[tuple[str, int], float] = field(default_factory=dict)
    acknowledged: dict[tuple[str, int], float] = field(default_factory=dict)
    told: dict[tuple[str, int], float] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)

    def delays(self, ends: Mapping[tuple[str, int], float]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the seconds from sending to each end."""
        return np.array([moment - self.sent[fix] for fix, moment in ends.items() if fix in self.sent])


def make_city(folder: Path) -> None:
    """Write the sample city with a fleet of 300, each with a crew that may do everything, round the clock."""
    sample = Path(__file__).parents[2] / "data" / "samples" / SAMPLE
    for file in sample.iterdir():
        if file.name != "crews.json":
            (folder / file.name).symlink_to(file)
    depots = [depot["id"] for depot in json.loads((sample / "depots.json").read_text())["depots"]]
    services = json.loads((sample / "services.json").read_text())["services"]
    skills = sorted({skill for service in services for skill in service["skills"]})
    names = [f"van-{number:03}" for number in range(VEHICLES)]
    depot_of = {name: depots[number % len(depots)] for number, name in enumerate(names)}
    roster = [{"days": "mon-sun", "start": "00:00", "end": "00:00"}]
    content = {
        "vehicles": [{"id": name, "name": name, "depot": depot_of[name]} for name in names],
        "crews": [
            {
                "id": f"crew-{name}",
                "name": name,
                "skills": skills,
                "depot": depot_of[name],
                "vehicle": name,
                "roster": roster,
            }
            for name in names
        ],
    }
    (folder / "crews.json").write_text(json.dumps(content))


@contextmanager
def serving(folder: Path, database_url: str) -> Iterator[tuple[str, int]]:
    """Run a server as its operator does; yield its address and its process' id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [str(Path(sys.executable).with_name("equipage")), "serve", "--city", str(folder)]
    settings = {"EQUIPAGE_DEMO": "true", "EQUIPAGE_DATABASE_URL": database_url}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*program, "--port", str(port)],
            env={**os.environ, **settings},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_until_ready(base, server, folder / "log")
            yield base, server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def _wait_until_ready(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < give_up and server.poll() is None:
        try:
            if httpx.get(f"{base}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise RuntimeError(f"the server did not become ready: {log.read_text()[-2000:]}")


def draw_trips(router: Router, rng: np.random.Generator) -> Sequence[Route]:
    """Return a trip for every vehicle, long enough not to be over at once."""
    network = router.network
    trips: list[Route] = []
    while len(trips) < VEHICLES:
        here, there = network.node_lonlat[rng.integers(0, network.node_count, 2)]
        try:
            trip = router.route(tuple(here), tuple(there))
        except UnroutableError:
            continue
        if trip.duration_s >= LONGEST_TRIP_S:
            trips.append(trip)
    return trips


def file_reports(base: str, router: Router, rng: np.random.Generator) -> None:
    """File the open reports, at places on the road and of services in turn."""
    with httpx.Client(base_url=base, headers=KEY, timeout=60) as client:
        codes = [service["code"] for service in client.get("/api/v1/services").json()["items"]]
        places = router.network.node_lonlat[rng.integers(0, router.network.node_count, REPORTS)]
        for number, (lon, lat) in enumerate(places.tolist()):
            report = {"service_code": codes[number % len(codes)], "lon": lon, "lat": lat, "hold_s": 0}
            client.post("/api/v1/reports", json=report).raise_for_status()


async def drive(base: str, name: str, trip: Route, seen: Seen, *, until: float, phase_s: float) -> None:
    """Post a vehicle's position every second over one connection, as Traccar Client does."""
    host, port = base.removeprefix("http://").split(":")
    await asyncio.sleep(phase_s)
    reader, writer = await asyncio.open_connection(host, int(port))
    started = due = time.time()
    while due < until:
        await asyncio.sleep(max(0.0, due - time.time()))
        along = (time.time() - started) % (2 * trip.duration_s)
        lon, lat = trip.position_at(min(along, 2 * trip.duration_s - along))
        moment = time.time()
        fix = name, round(moment * 1000)
        form = urlencode(
            {
                "id": f"demo-{name}",
                "lat": f"{lat:.6f}",
                "lon": f"{lon:.6f}",
                "timestamp": fix[1],
                "accuracy": 5,
            }
        )
        head = (
            f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n"
        )
        seen.sent[fix] = moment
        writer.write((head + form).encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        seen.answers[_named(answer)] += 1
        if answer.startswith("http/1.1 200"):
            seen.acknowledged[fix] = time.time()
        due += 1.0
    writer.close()


def _named(answer: str) -> str:
    verdicts = [line for line in answer.splitlines() if line.startswith("x-equipage-verdict")]
    return verdicts[0].split()[-1] if verdicts else answer.split("\r\n", 1)[0]


async def listen(base: str, seen: Seen) -> None:
    """Read the console's stream, and note when each fix is told."""
    async with (
        httpx.AsyncClient(timeout=None) as client,
        client.stream("GET", f"{base}/api/v1/events", headers=KEY) as stream,
    ):
        kind = ""
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif kind == "position" and line.startswith("data: "):
                told = json.loads(line.removeprefix("data: "))
                at = datetime.fromisoformat(told["fix_time"]).timestamp()
                seen.told[told["vehicle_id"], round(at * 1000)] = time.time()


async def run_fleet(base: str, trips: Sequence[Route], seconds: float) -> Seen:
    """Drive the whole fleet for so long, while a console listens."""
    seen = Seen()
    console = asyncio.create_task(listen(base, seen))
    until = time.time() + seconds
    await asyncio.gather(
        *(
            drive(base, f"van-{number:03}", trip, seen, until=until, phase_s=number / VEHICLES)
            for number, trip in enumerate(trips)
        )
    )
    await asyncio.sleep(SETTLES_S)
    console.cancel()
    return seen


def lost(base: str, seen: Seen, begin: float) -> tuple[int, int]:
    """Return how many acknowledged fixes are not in the stored tracks, and how many reports are missing."""
    with httpx.Client(base_url=base, headers=KEY, timeout=60) as client:
        stored = set()
        span = {"from": datetime.fromtimestamp(begin - 5).astimezone().isoformat()}
        for number in range(VEHICLES):
            name = f"van-{number:03}"
            track = client.get(f"/api/v1/vehicles/{name}/track", params=span).json()["items"]
            stored |= {
                (name, round(datetime.fromisoformat(fix["fix_time"]).timestamp() * 1000)) for fix in track
            }
        page = client.get("/api/v1/reports").json()
        reports = len(page["items"])
        while page["next"]:
            page = client.get("/api/v1/reports", params={"cursor": page["next"]}).json()
            reports += len(page["items"])
    return len(seen.acknowledged.keys() - stored), REPORTS - reports


def cpu_s(pid: int) -> float:
    """Return the processor time that a process has taken, in seconds."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def peak_memory_mb(pid: int) -> float:
    """Return the most memory that a process had, in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Print what was sent, what became of it, and how late it was."""
    minutes = float(os.environ.get("MINUTES", "10"))
    rng = np.random.default_rng(20)
    router = Router(load_city(SAMPLE).network)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_city(folder)
        database_url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'bench.sqlite'}"
        trips = draw_trips(router, rng)
        with serving(folder, database_url) as (base, pid):
            print(f"filing {REPORTS} reports …", flush=True)
            file_reports(base, router, rng)
            print(f"driving {VEHICLES} vehicles for {minutes:g} minutes …", flush=True)
            begin, cpu_before_s = time.time(), cpu_s(pid)
            seen = asyncio.run(run_fleet(base, trips, minutes * 60))
            share = (cpu_s(pid) - cpu_before_s) / (minutes * 60)
            fixes_lost, reports_lost = lost(base, seen, begin)
            memory_mb = peak_memory_mb(pid)
    print(f"{VEHICLES} vehicles at 1 Hz, {REPORTS} open reports, {minutes:g} minutes")
    print(f"sent {len(seen.sent)}, acknowledged {len(seen.acknowledged)}: {dict(seen.answers)}")
    print(f"acknowledged and not stored: {fixes_lost}; reports missing: {reports_lost}")
    for what, ends in (("acknowledged (committed)", seen.acknowledged), ("event on the stream", seen.told)):
        p50, p99, most = np.percentile(seen.delays(ends), [50, 99, 100]) * 1000
        print(f"fix to {what:25} p50 {p50:6.0f} ms   p99 {p99:6.0f} ms   max {most:6.0f} ms   ({len(ends)})")
    print(f"the server took {share:.0%} of one core, {memory_mb:.0f} MB at most")


if __name__ == "__main__":
    main()
