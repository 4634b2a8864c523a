"""What the simulators know of the server: its clock, its API and its stream of events."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

import httpx

RECONNECT_AFTER_S = 2.0


class StreamEvent(NamedTuple):
    """One server-sent event."""

    id: str
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ServerClock:
    """The server's clock as read once, carried on by this process' own."""

    read: datetime
    read_at: float
    speed: float
    time_zone: ZoneInfo

    def now(self) -> datetime:
        """Return the server's time."""
        return self.read + timedelta(seconds=(time.monotonic() - self.read_at) * self.speed)

    def local(self) -> datetime:
        """Return the server's time in the city's zone."""
        return self.now().astimezone(self.time_zone)

    async def sleep(self, seconds: float) -> None:
        """Sleep so many seconds of the server's time."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)


class Server:
    """The server, seen as any other client sees it.

    Parameters
    ----------
    base_url : str
        Its root.
    key : str
        An API key.
    """

    def __init__(self, base_url: str, key: str) -> None:
        self.key = key
        # At speed, many crews post at once: a pool large enough that nobody waits for a connection.
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=50)
        self._http = httpx.AsyncClient(base_url=base_url, timeout=30.0, limits=limits)
        self._headers = {"Authorization": f"Bearer {key}"}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def wait_until_ready(self) -> None:
        """Return as soon as the server says that it is ready."""
        while True:
            try:
                if (await self._http.get("/readyz")).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)

    async def clock(self) -> ServerClock:
        """Read the server's clock."""
        asked = time.monotonic()
        told = await self.get("/api/v1/clock")
        middle = (asked + time.monotonic()) / 2
        return ServerClock(
            datetime.fromisoformat(told["now"]), middle, float(told["speed"]), ZoneInfo(told["time_zone"])
        )

    async def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON at a path.

        Raises
        ------
        httpx.HTTPStatusError
            If the server refuses.
        """
        answer = await self._http.get(path, params=parameters, headers=self._headers)
        return answer.raise_for_status().json()

    async def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """Post JSON; the caller looks at the status."""
        return await self._http.post(path, json=body, headers=self._headers)

    async def post_form(self, path: str, form: Mapping[str, Any]) -> httpx.Response:
        """Post a form, as trackers and Open311 do, with no key but what the form holds."""
        return await self._http.post(path, data=dict(form))

    async def events(self) -> AsyncIterator[StreamEvent]:
        """Yield events for ever, resuming after the last one seen when the connection breaks."""
        last = ""
        while True:
            try:
                async for event in self._stream(last):
                    last = event.id or last
                    yield event
            except httpx.HTTPError:
                await asyncio.sleep(RECONNECT_AFTER_S)

    async def _stream(self, last: str) -> AsyncIterator[StreamEvent]:
        headers = self._headers | ({"Last-Event-ID": last} if last else {})
        timeout = httpx.Timeout(10.0, read=60.0)
        async with self._http.stream("GET", "/api/v1/events", headers=headers, timeout=timeout) as answer:
            answer.raise_for_status()
            fields: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = value.removeprefix(" ")
                elif "data" in fields:
                    yield StreamEvent(
                        fields.get("id", ""), fields.get("event", "message"), json.loads(fields["data"])
                    )
                    fields = {}
                else:
                    fields = {}


async def run_until_orphaned(work: Coroutine[Any, Any, None]) -> None:
    """Run the work until it fails or the process that started this one is gone; leave no simulator behind."""
    parent = os.getppid()
    task = asyncio.create_task(work)
    while os.getppid() == parent and not task.done():
        await asyncio.wait([task], timeout=1.0)
    if task.done():
        await task
    else:
        task.cancel()
