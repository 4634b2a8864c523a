"""Citizens who report through Open311, at a city's rhythm.

Run as a process of its own: `python -m equipage.api.demo.reports BASE_URL KEY SETTINGS`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
import shapely

from equipage.api.demo.client import Server, ServerClock, run_until_orphaned
from equipage.api.demo.driving import moved
from equipage.api.demo.rhythm import reports_per_hour
from equipage.api.ground import city_of
from equipage.api.settings import Settings
from equipage.api.words.demo import DemoWords, demo_words
from equipage.data.city import City
from equipage.dispatch.model import ServiceCode
from equipage.routing.network import RoadNetwork

SEED = 20260102
FIRST_REPORTS, FIRST_EVERY_S = 8, 4.0  # so that a visitor sees the city at work at once
FLOOD_REPORTS, FLOOD_EVERY_S = 6, 12.0
FLOOD_SERVICE = "flooding"
BESIDE_THE_ROAD_M = 8.0
# A service is reported only while this many of its crews are free: the demo shows a fleet of the right size.
SPARE_CREWS = 2


class Citizens:
    """Everybody who might report something."""

    def __init__(self, server: Server, clock: ServerClock, city: City, words: DemoWords) -> None:
        self._server = server
        self._clock = clock
        self._network = city.network
        self._words = words
        self._services = {service.code: service for service in city.services}
        self._rng = np.random.default_rng(SEED)
        self._middles = edge_middles(self._network)
        self._edge_share = edge_shares(city, self._network)

    async def run(self) -> None:
        """Report until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._report_daily())
            tasks.create_task(self._report_floods())

    async def _report_daily(self) -> None:
        for _ in range(FIRST_REPORTS):
            await self._report_something()
            await asyncio.sleep(FIRST_EVERY_S / self._clock.speed)
        while True:
            crews = (await self._crews())[1]
            per_hour = reports_per_hour(self._clock.local(), crews)
            await self._clock.sleep(self._rng.exponential(3600.0 / per_hour))
            await self._report_something()

    async def _report_floods(self) -> None:
        async for event in self._server.events():
            if event.kind == "conditions" and event.data.get("action") == "added":
                await self._report_around(str(event.data["condition_id"]))

    async def _report_around(self, condition_id: str) -> None:
        """Report flooded streets in and around a closed area."""
        with contextlib.suppress(httpx.HTTPStatusError):  # removed again meanwhile
            condition = await self._server.get(f"/api/v1/conditions/{condition_id}")
            if condition["kind"] != "closure" or not condition["area"]:
                return
            area = shapely.from_geojson(json.dumps(condition["area"])).buffer(0.004)
            wet = np.flatnonzero(shapely.contains_xy(area, self._middles[:, 0], self._middles[:, 1]))
            for _ in range(FLOOD_REPORTS):
                await self._report(FLOOD_SERVICE, self._beside(int(self._rng.choice(wet))))
                await self._clock.sleep(FLOOD_EVERY_S)

    async def _report_something(self) -> None:
        free, _ = await self._crews()
        services = [
            service
            for service in (await self._server.get("/api/v1/services"))["items"]
            if service["public"] and _crews_for(service, free) >= SPARE_CREWS
        ]
        if services:
            # The more urgent a service, the rarer: once, 2, 3, 4 times as often from priority 1 to 4.
            share = np.array([service["priority"] for service in services], dtype=float)
            service = services[int(self._rng.choice(len(services), p=share / share.sum()))]
            await self._report(service["code"], self._somewhere())

    async def _crews(self) -> tuple[Sequence[Mapping[str, Any]], int]:
        """Return the crews that are free, and how many are on shift."""
        crews = (await self._server.get("/api/v1/crews"))["items"]
        on_shift = [crew for crew in crews if crew["status"] != "off_shift"]
        free = [crew for crew in on_shift if crew["status"] == "available" and not crew["next"]]
        return free, max(1, len(on_shift))

    async def _report(self, code: str, place: tuple[float, float]) -> None:
        form = {
            "api_key": self._server.key,
            "service_code": code,
            "lat": f"{place[1]:.6f}",
            "long": f"{place[0]:.6f}",
            "description": self._words.description(
                self._services[ServiceCode(code)], int(self._rng.integers(1_000_000))
            ),
            "first_name": self._words.first_name,
            "last_name": self._words.last_name,
        }
        answer = await self._server.post_form("/open311/v2/requests.json", form)
        if answer.is_error:
            print(f"report refused: {answer.text}", file=sys.stderr)  # noqa: T201 - the process' own log

    def _somewhere(self) -> tuple[float, float]:
        """Return a place beside a road where people live."""
        return self._beside(int(self._rng.choice(len(self._edge_share), p=self._edge_share)))

    def _beside(self, edge: int) -> tuple[float, float]:
        east, north = self._rng.normal(0.0, BESIDE_THE_ROAD_M, 2)
        lon, lat = self._middles[edge]
        return moved((float(lon), float(lat)), east_m=float(east), north_m=float(north))


def _crews_for(service: Mapping[str, Any], crews: Sequence[Mapping[str, Any]]) -> int:
    return sum(set(service["skills"]) <= set(crew["skills"]) for crew in crews)


def edge_shares(city: City, network: RoadNetwork) -> npt.NDArray[np.float64]:
    """Return the share of reports at each edge: zones by their people, else all roads by their length."""
    middles = edge_middles(network)
    weights = np.zeros(len(middles))
    for zone in city.zone_values:
        inside = shapely.contains_xy(zone.geometry, middles[:, 0], middles[:, 1]) & network.edge_in_core
        weights[inside] = (zone.population or 0) / max(1, int(inside.sum()))
    if not weights.any():
        weights = network.edge_length_m * network.edge_in_core
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def edge_middles(network: RoadNetwork) -> npt.NDArray[np.float64]:
    """Return a point in the middle of every edge's shape, (m, 2) lon, lat."""
    middle = (network.shape_start[:-1] + network.shape_start[1:] - 1) // 2
    return np.asarray(network.shape_lonlat[middle], dtype=np.float64)


async def simulate(base_url: str, key: str, settings: Settings) -> None:
    """Report in the server's city until the parent process ends."""
    async with Server(base_url, key) as server:
        await server.wait_until_ready()
        city = city_of(settings)
        words = demo_words(settings.demo_language, city.languages)
        citizens = Citizens(server, await server.clock(), city, words)
        await run_until_orphaned(citizens.run())


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(simulate(sys.argv[1], sys.argv[2], Settings.model_validate_json(sys.argv[3])))
