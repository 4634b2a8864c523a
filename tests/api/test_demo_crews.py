"""What a simulated crew does while it has nothing to do: it waits where the server says."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from equipage.api.demo import crews
from equipage.api.demo.client import ServerClock
from equipage.api.demo.crews import Fleet, SimulatedCrew
from equipage.api.language import Language
from equipage.api.words.demo import DEMO_WORDS

HOME, CORNER = (5.0, 47.0), (5.01, 47.0)
SPEED = 100.0
DRIVE_S = 300.0


@dataclass(frozen=True)
class Straight:
    """A way as the crow flies, in five minutes."""

    here: tuple[float, float]
    there: tuple[float, float]
    duration_s: float = DRIVE_S

    def position_at(self, seconds: float) -> tuple[float, float]:
        share = min(max(seconds / self.duration_s, 0.0), 1.0)
        (x, y), (to_x, to_y) = self.here, self.there
        return x + share * (to_x - x), y + share * (to_y - y)


@dataclass
class FakeServer:
    """Takes every fix and every word, and tells one crew."""

    crew: dict[str, Any] = field(default_factory=dict)
    places: list[tuple[float, float]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def post_form(self, _: str, form: Mapping[str, Any]) -> None:
        self.places.append((float(form["lon"]), float(form["lat"])))

    async def post(self, _: str, body: Mapping[str, Any]) -> Any:
        self.said.append(body["status"])
        return SimpleNamespace(is_success=True, json=lambda: {"status": body["status"]})

    async def get(self, path: str) -> Mapping[str, Any]:
        jobs: Sequence[Any] = self.crew.get("jobs", ())
        return {"items": jobs if path.endswith("/jobs") else [self.crew]}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    """A server whose only crew is idle and asked for nothing; it refuses no job."""
    monkeypatch.setattr(crews, "REFUSED_SHARE", 0.0)
    return FakeServer({"id": "c1", "status": "available", "current": None, "next": None, "standby": None})


def fleet_of(server: FakeServer) -> tuple[Fleet, SimulatedCrew]:
    """Return a fleet of one crew, at home."""
    clock = ServerClock(datetime(2026, 1, 5, tzinfo=UTC), time.monotonic(), SPEED, ZoneInfo("UTC"))
    roads: Any = SimpleNamespace(route=Straight)
    told: Any = server
    words = DEMO_WORDS[Language.ENGLISH]
    usual_s = {"x": 600.0}
    crew = SimulatedCrew(
        "c1", "device", HOME, server=told, clock=clock, roads=roads, usual_s=usual_s, words=words
    )
    fleet = Fleet(told, clock, roads, words)
    fleet._crews = {"c1": crew}
    return fleet, crew


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - the simulator tells nobody what it does
            await asyncio.sleep(0.01)


def is_near(place: tuple[float, float], goal: tuple[float, float]) -> bool:
    """Tell whether a place is a goal but for the receiver's error of some metres."""
    return abs(place[0] - goal[0]) < 5e-4 and abs(place[1] - goal[1]) < 5e-4


def test_an_idle_crew_drives_to_where_it_is_asked_to_wait(server: FakeServer) -> None:
    """By steps on the way, and stays there; it says nothing about a job."""

    async def play() -> None:
        fleet, crew = fleet_of(server)
        await fleet._read_jobs(["c1"])
        life = asyncio.create_task(crew.live())
        await until(lambda: len(server.places) > 0)
        server.crew["standby"] = {"lon": CORNER[0], "lat": CORNER[1]}
        await fleet._read_jobs([])
        await until(lambda: is_near(server.places[-1], CORNER))
        posted = len(server.places)
        await until(lambda: len(server.places) > posted + 2)
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life
        on_the_way = [p for p in server.places if not is_near(p, HOME) and not is_near(p, CORNER)]
        assert len(on_the_way) > 0
        assert all(is_near(place, CORNER) for place in server.places[posted:])
        assert server.said == []

    asyncio.run(play())


def test_a_job_turns_it_around_at_once(server: FakeServer) -> None:
    """Given something on its way, it does not drive on to where it was to wait."""

    async def play() -> None:
        fleet, crew = fleet_of(server)
        server.crew["standby"] = {"lon": CORNER[0], "lat": CORNER[1]}
        await fleet._read_jobs(["c1"])
        life = asyncio.create_task(crew.live())
        await until(lambda: bool(server.places) and not is_near(server.places[-1], HOME))
        job = {"id": "a1", "status": "planned", "lon": HOME[0], "lat": HOME[1], "service_code": "x"}
        server.crew |= {"standby": None, "next": job, "jobs": [job]}
        await fleet._read_jobs(["c1"])
        await until(lambda: "on_site" in server.said)
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life
        assert server.said[:2] == ["en_route", "on_site"]
        assert not any(is_near(place, CORNER) for place in server.places)

    asyncio.run(play())


def test_news_of_the_crew_are_read(server: FakeServer) -> None:
    """An event about a crew has it looked at again: there its new place to wait is told."""

    async def play() -> None:
        fleet, _ = fleet_of(server)

        async def events() -> Any:
            yield SimpleNamespace(kind="crew", data={"crew_id": "c1"})

        fleet._server = SimpleNamespace(events=events)  # type: ignore[assignment]
        await fleet._listen()
        assert fleet._changed == {"c1"}

    asyncio.run(play())
