"""Crews that drive the real roads: each posts its fixes as Traccar's client does and says how its jobs go.

They know only what a crew's phone would: its own jobs, where it is to wait, the clock and the closures. Run
as a process of its own: `python -m equipage.api.demo.crews BASE_URL KEY SETTINGS`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import httpx
import numpy as np
from shapely import MultiPolygon, Polygon
from shapely.geometry import shape

from equipage.api.demo.client import Server, ServerClock, run_until_orphaned
from equipage.api.demo.driving import Drive, Receiver, draw_drive
from equipage.api.ground import city_of
from equipage.api.settings import Settings
from equipage.api.words.demo import DemoWords, demo_words
from equipage.data.city import City
from equipage.routing.conditions import Closure, Conditions
from equipage.routing.errors import RoutingError
from equipage.routing.router import Router

SEED = 20260101
FIX_EVERY_S, PARKED_FIX_EVERY_S = 4.0, 30.0
SMALLEST_PAUSE_S = 0.4  # real seconds, so that a fast clock does not make a flood of fixes
METRES_A_SECOND_TO_KNOTS = 1.943844
REACTION_S = (5.0, 25.0)
HOME_AFTER_IDLE_S = 900.0
WORK_SHAPE = 4.0  # of the gamma distribution that durations on site are drawn from
REFUSED_SHARE = 0.01
REPEATED_SHARE, HELD_BACK_SHARE, HELD_BACK_FIXES = 0.02, 0.004, 8
PHONE_DEVICE = "demo-phone"


class Roads:
    """The router that all simulated drivers share, with the closures of the moment."""

    def __init__(self, city: City) -> None:
        self._free = Router(city.network)
        self._now = self._free

    def route(self, here: tuple[float, float], there: tuple[float, float]) -> Any:
        """Return the best route under the closures, or under none where they leave no way."""
        try:
            return self._now.route(here, there)
        except RoutingError:
            return self._free.route(here, there)

    async def refresh(self, server: Server) -> None:
        """Read the closures that hold now."""
        listed = (await server.get("/api/v1/conditions"))["items"]
        areas = [shape(one["area"]) for one in listed if one["kind"] == "closure" and one["area"]]
        closures = [Closure(area=area) for area in areas if isinstance(area, Polygon | MultiPolygon)]
        self._now = self._now.with_conditions(Conditions(closures=tuple(closures)))


class SimulatedCrew:
    """One crew with its vehicle: waits, drives, works, says so."""

    def __init__(
        self,
        crew_id: str,
        device_id: str,
        home: tuple[float, float],
        *,
        server: Server,
        clock: ServerClock,
        roads: Roads,
        usual_s: Mapping[str, float],
        words: DemoWords,
    ) -> None:
        self.id = crew_id
        self._device_id = device_id
        self._server = server
        self._clock = clock
        self._roads = roads
        self._usual_s = usual_s
        self._words = words
        self._rng = np.random.default_rng([SEED, *self.id.encode()])
        self._receiver = Receiver(self._rng)
        self._held_back: list[dict[str, Any]] = []
        self._here = self._home = home
        self.on_shift = False
        self.jobs: Sequence[Mapping[str, Any]] = ()
        self.standby: tuple[float, float] | None = None  # where it is asked to wait
        self.changed = asyncio.Event()

    async def live(self) -> None:
        """Do whatever the next job asks for, for ever; a server that is away is waited for."""
        while True:
            try:
                await self._live_once()
            except (httpx.HTTPError, RoutingError) as error:
                print(f"crew {self.id}: {error!r}", file=sys.stderr)  # noqa: T201 - the process' own log
                await self._clock.sleep(PARKED_FIX_EVERY_S)

    async def _live_once(self) -> None:
        job = self._next_job()
        if job is None:
            await self._wait()
        elif job["status"] == "planned":
            await self._set_off(job)
        elif job["status"] == "en_route":
            await self._drive_to(job)
        else:
            await self._work_on(job)

    def _next_job(self) -> Mapping[str, Any] | None:
        running = [job for job in self.jobs if job["status"] in {"en_route", "on_site"}]
        waiting = [job for job in self.jobs if job["status"] == "planned"] if self.on_shift else []
        return next(iter(running + waiting), None)

    async def _wait(self) -> None:
        """Wait where it is asked to; else stand where it is, and after a while drive home."""
        idle_s = 0.0
        while self._next_job() is None:
            if self.on_shift:
                await self._post_fix(moving=None)
            pause_s = max(PARKED_FIX_EVERY_S, SMALLEST_PAUSE_S * self._clock.speed)
            await self._pause(pause_s)
            idle_s += pause_s
            asked = self.standby
            place = asked or (self._home if idle_s > HOME_AFTER_IDLE_S else self._here)
            if self.on_shift and place != self._here:
                if await self._drive(place, as_long_as=partial(self._still_waits, asked)):
                    self._here = place
                idle_s = 0.0

    def _still_waits(self, asked: tuple[float, float] | None) -> bool:
        return self._next_job() is None and self.standby == asked

    async def _set_off(self, job: Mapping[str, Any]) -> None:
        await self._clock.sleep(self._rng.uniform(*REACTION_S))
        following = self._next_job()
        if following is None or following["id"] != job["id"]:
            return  # taken away, or something else comes first now
        if self._rng.random() < REFUSED_SHARE:
            await self._say(job, "refused", reason=self._words.broken_down)
        else:
            await self._say(job, "en_route")

    async def _drive_to(self, job: Mapping[str, Any]) -> None:
        place = (float(job["lon"]), float(job["lat"]))
        arrived = await self._drive(place, as_long_as=lambda: self._has(job))
        if arrived:
            await self._say(job, "on_site")

    async def _work_on(self, job: Mapping[str, Any]) -> None:
        mean_s = self._usual_s[job["service_code"]]
        left_s = self._rng.gamma(WORK_SHAPE, mean_s / WORK_SHAPE)
        while left_s > 0 and self._has(job):
            pause_s = min(left_s, max(PARKED_FIX_EVERY_S, SMALLEST_PAUSE_S * self._clock.speed))
            await self._clock.sleep(pause_s)
            await self._post_fix(moving=None)
            left_s -= pause_s
        if self._has(job):
            await self._say(job, "done")

    async def _drive(self, place: tuple[float, float], *, as_long_as: Any) -> bool:
        """Drive to the place; return whether it was reached before the job went away."""
        drive = draw_drive(self._roads.route(self._here, place), self._rng)
        started = self._clock.now()
        while as_long_as():
            gone_s = (self._clock.now() - started).total_seconds()
            self._here = drive.position_at(gone_s)
            await self._post_fix(moving=(drive, gone_s))
            if gone_s >= drive.duration_s:
                return True
            pause_s = max(FIX_EVERY_S, SMALLEST_PAUSE_S * self._clock.speed)
            await self._clock.sleep(min(pause_s, drive.duration_s - gone_s))
        return False

    def _has(self, job: Mapping[str, Any]) -> bool:
        return any(one["id"] == job["id"] for one in self.jobs)

    async def _pause(self, seconds: float) -> None:
        """Sleep so many server seconds, or until the crew's jobs change."""
        self.changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.changed.wait(), seconds / self._clock.speed)

    async def _say(self, job: Mapping[str, Any], status: str, reason: str = "") -> None:
        """Tell the server how the job goes, and keep the answer until the next look at the jobs."""
        answer = await self._server.post(
            f"/api/v1/assignments/{job['id']}/status", {"status": status, "reason": reason}
        )
        if answer.is_success and answer.json()["status"] in {"en_route", "on_site"}:
            told = {**job, "status": answer.json()["status"]}
            self.jobs = [told, *(one for one in self.jobs if one["id"] != job["id"])]
        else:
            self.jobs = [one for one in self.jobs if one["id"] != job["id"]]

    async def _post_fix(self, moving: tuple[Drive, float] | None) -> None:
        """Post where it is as Traccar's client does; now and then late, and now and then twice."""
        lon, lat = self._receiver.see(self._here)
        speed_mps, course = moving[0].speed_and_course_at(moving[1]) if moving else (0.0, 0.0)
        form = {
            "id": self._device_id,
            "timestamp": int(self._clock.now().timestamp()),
            "lat": f"{lat:.6f}",
            "lon": f"{lon:.6f}",
            "speed": f"{speed_mps * METRES_A_SECOND_TO_KNOTS:.2f}",
            "bearing": f"{course:.0f}",
            "accuracy": "8",
            "batt": 80,
        }
        if self._held_back or (moving and self._rng.random() < HELD_BACK_SHARE):
            self._held_back.append(form)
            if len(self._held_back) < HELD_BACK_FIXES:
                return
            sent, self._held_back = self._held_back, []
        else:
            sent = [form] * (2 if self._rng.random() < REPEATED_SHARE else 1)
        for one in sent:
            await self._server.post_form("/", one)


class Fleet:
    """All simulated crews, kept up to date by the server's events."""

    def __init__(self, server: Server, clock: ServerClock, roads: Roads, words: DemoWords) -> None:
        self._server = server
        self._clock = clock
        self._roads = roads
        self._words = words
        self._crews: dict[str, SimulatedCrew] = {}
        self._stale = asyncio.Event()
        self._changed: set[str] = set()

    async def run(self) -> None:
        """Simulate until cancelled."""
        await self._roads.refresh(self._server)
        devices = {
            vehicle["id"]: vehicle["device_id"]
            for vehicle in (await self._server.get("/api/v1/vehicles"))["items"]
            if vehicle.get("device_id") and vehicle["device_id"] != PHONE_DEVICE
        }
        services = (await self._server.get("/api/v1/services"))["items"]
        usual_s = {service["code"]: float(service["duration_s"]) for service in services}
        depots = {
            depot["id"]: (float(depot["lon"]), float(depot["lat"]))
            for depot in (await self._server.get("/api/v1/depots"))["items"]
        }
        listed = (await self._server.get("/api/v1/crews"))["items"]
        self._crews = {
            crew["id"]: SimulatedCrew(
                crew["id"],
                devices[crew["vehicle_id"]],
                depots[crew["depot_id"]],
                server=self._server,
                clock=self._clock,
                roads=self._roads,
                usual_s=usual_s,
                words=self._words,
            )
            for crew in listed
            if crew["vehicle_id"] in devices
        }
        await self._read_jobs(self._crews)  # who is on shift says so at once
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._look_again())
            tasks.create_task(self._keep_up())
            for crew in self._crews.values():
                tasks.create_task(crew.live())

    async def _listen(self) -> None:
        async for event in self._server.events():
            if event.kind == "conditions":
                await self._roads.refresh(self._server)
            elif event.kind in {"assignment", "plan", "crew", "resync"}:
                own = event.data.get("crew_id")
                # After a gap in the stream anybody's may have changed.
                changed = self._crews if event.kind == "resync" else event.data.get("crew_ids", [own])
                self._mark(str(crew_id) for crew_id in changed)

    async def _look_again(self) -> None:
        """Look at everybody every half minute: a word may have been lost."""
        while True:
            self._mark(self._crews)
            await asyncio.sleep(30.0 / self._clock.speed)

    async def _keep_up(self) -> None:
        """Read the jobs of those whose route may have changed."""
        while True:
            await self._stale.wait()
            await asyncio.sleep(0.2)  # several changes come together
            changed, self._changed = self._changed, set()
            self._stale.clear()
            with contextlib.suppress(httpx.HTTPError):
                await self._read_jobs(changed)

    def _mark(self, crew_ids: Iterable[str]) -> None:
        self._changed.update(crew_ids)
        self._stale.set()

    async def _read_jobs(self, whose: Collection[str]) -> None:
        listed = {crew["id"]: crew for crew in (await self._server.get("/api/v1/crews"))["items"]}
        for crew in self._crews.values():
            told = listed[crew.id]
            crew.on_shift = told["status"] not in {"off_shift", "on_break"}
            asked = told["standby"]
            standby = (float(asked["lon"]), float(asked["lat"])) if asked else None
            if standby != crew.standby:
                crew.standby = standby
                crew.changed.set()
            if crew.id not in whose:
                continue
            has_some = told["current"] or told["next"]
            jobs = (await self._server.get(f"/api/v1/crews/{crew.id}/jobs"))["items"] if has_some else []
            if [(job["id"], job["status"]) for job in jobs] != [
                (job["id"], job["status"]) for job in crew.jobs
            ]:
                crew.jobs = jobs
                crew.changed.set()


async def simulate(base_url: str, key: str, settings: Settings) -> None:
    """Simulate the crews of the server's city until the parent process ends."""
    async with Server(base_url, key) as server:
        await server.wait_until_ready()
        city = city_of(settings)
        words = demo_words(settings.demo_language, city.languages)
        fleet = Fleet(server, await server.clock(), Roads(city), words)
        await run_until_orphaned(fleet.run())


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(simulate(sys.argv[1], sys.argv[2], Settings.model_validate_json(sys.argv[3])))
