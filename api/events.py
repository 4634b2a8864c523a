"""The stream of events: one reader of the outbox, each event encoded once, any number of subscribers.

A subscriber has no queue of its own but a place in the common one: who is slow falls behind, reads on from
the store, and is let go when nothing can be sent to it any more; it resumes with `Last-Event-ID`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Message, Send

from equipage.data.errors import DatabaseGoneError
from equipage.dispatch.model import Event, VehicleId
from equipage.dispatch.ports import Store

_KEPT_EVENTS = 5_000
_BATCH = 500
_KEEP_ALIVE_S = 15.0
_POSITIONS_EVERY_S = 0.25
_SEND_TIMEOUT_S = 30.0
_RETRY_AFTER_FAULT_S = 1.0
_ID = re.compile("[0-9]{1,18}")
_log = logging.getLogger(__name__)

Encode = Callable[[Event], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class _Sent:
    event: Event
    text: bytes


def encode_event(kind: str, data: Mapping[str, Any], event_id: int | None = None) -> bytes:
    """Return a server-sent event; without an id it does not move the place to resume from."""
    head = f"id: {event_id}\n" if event_id is not None else ""
    told = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{head}event: {kind}\ndata: {told}\n\n".encode()


class EventStreamResponse(StreamingResponse):
    """An answer that stays open; one that takes nothing for half a minute is let go."""

    def __init__(
        self,
        chunks: AsyncIterator[bytes],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        own = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", **(headers or {})}
        super().__init__(chunks, status_code, own, "text/event-stream")

    async def stream_response(self, send: Send) -> None:
        """Send the chunks, each within its time."""

        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await send(message)

        try:
            await super().stream_response(send_in_time)
        except TimeoutError:
            _log.info("a subscriber took nothing for %s s and was let go", _SEND_TIMEOUT_S)


class Broadcaster:
    """Hand the outbox to subscribers as it grows.

    Parameters
    ----------
    store : Store
        Whose outbox.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._read_outbox, name="events", daemon=True)
        self._closing = threading.Event()
        self._pulse = asyncio.Event()
        self._recent: list[_Sent] = []
        # Everything after this id is in `_recent`.
        self._floor = 0
        self._positions: OrderedDict[VehicleId, tuple[int, bytes]] = OrderedDict()
        self._moves = 0
        self._listeners: list[Callable[[Sequence[Event]], None]] = []
        self.subscribers = 0

    @property
    def newest(self) -> int:
        """The id of the last event handed on."""
        return self._recent[-1].event.id if self._recent else self._floor

    def listen(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call the listener, in the reader's thread, with all events as they come."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin with what is announced from now on; to be called on the event loop."""
        self._loop = asyncio.get_running_loop()
        with self._store.reading() as reading:
            self._floor = reading.event_range()[1]
        self._thread.start()

    def close(self) -> None:
        """End every stream at once, and the reader soon; to be called on the event loop."""
        self._closing.set()
        self._wake()

    def join(self) -> None:
        """Wait for the reader to end."""
        if self._thread.is_alive():
            self._thread.join()

    def publish_positions(self, moves: Mapping[VehicleId, Mapping[str, Any]]) -> None:
        """Take the latest positions of vehicles, from any thread; older ones not yet sent are forgotten."""
        encoded = {vehicle_id: encode_event("position", data) for vehicle_id, data in moves.items()}
        if self._loop is not None and not self._closing.is_set():
            self._loop.call_soon_threadsafe(self._keep_positions, encoded)

    async def stream(
        self,
        last_event_id: str | None,
        *,
        pick: Callable[[Event], bool],
        encode: Encode | None = None,
        with_positions: bool = False,
    ) -> AsyncGenerator[bytes, None]:
        """Yield encoded events after the given one, first those that were missed, then as they come.

        Parameters
        ----------
        last_event_id : str or None
            The last event the subscriber has; None begins with the next. One that is unknown or no longer
            kept gets a `resync`, and what comes after.
        pick : callable
            Which events the subscriber may see.
        encode : callable, optional
            How they are told; without it in full.
        with_positions : bool, optional
            Whether the latest positions of vehicles are told too, gathered for a quarter of a second.
        """
        self.subscribers += 1
        try:
            cursor = await self._start_of(last_event_id)
            if cursor is None:
                cursor = self.newest
                yield encode_event("resync", {"last_event_id": cursor}, cursor)
            else:
                yield b": welcome\n\n"
            moves, told_at = self._moves, time.monotonic()
            while not self._closing.is_set():
                pulse = self._pulse
                events = await self._after(cursor)
                told = await self._tell([sent for sent in events if pick(sent.event)], encode)
                if with_positions:
                    told, moves = told + self._positions_after(moves), self._moves
                if told:
                    yield told
                    told_at = time.monotonic()
                if events:
                    cursor = events[-1].event.id
                    continue
                # What others are told wakes this one too: only what it was told itself counts.
                await _wait(pulse, _POSITIONS_EVERY_S if with_positions else _KEEP_ALIVE_S)
                if time.monotonic() - told_at >= _KEEP_ALIVE_S:
                    yield b": still here\n\n"
                    told_at = time.monotonic()
        finally:
            self.subscribers -= 1

    async def _start_of(self, last_event_id: str | None) -> int | None:
        if last_event_id is None:
            return self.newest
        first, last = await asyncio.to_thread(self._range)
        if not _ID.fullmatch(last_event_id):
            return None
        known = int(last_event_id)
        return known if max(first - 1, 0) <= known <= last else None

    def _range(self) -> tuple[int, int]:
        with self._store.reading() as reading:
            return reading.event_range()

    async def _after(self, cursor: int) -> Sequence[_Sent]:
        if cursor >= self._floor:
            begin = bisect_right(self._recent, cursor, key=lambda sent: sent.event.id)
            return self._recent[begin : begin + _BATCH]
        return await asyncio.to_thread(self._read_after, cursor)

    async def _tell(self, events: Sequence[_Sent], encode: Encode | None) -> bytes:
        if encode is None:
            return b"".join(sent.text for sent in events)
        return b"".join([await encode(sent.event) for sent in events])

    def _positions_after(self, moves: int) -> bytes:
        fresh = []
        for number, text in reversed(self._positions.values()):
            if number <= moves:
                break
            fresh.append(text)
        return b"".join(reversed(fresh))

    def _keep_positions(self, encoded: Mapping[VehicleId, bytes]) -> None:
        for vehicle_id, text in encoded.items():
            self._moves += 1
            self._positions[vehicle_id] = self._moves, text
            self._positions.move_to_end(vehicle_id)

    def _keep(self, events: Sequence[_Sent]) -> None:
        self._recent.extend(events)
        surplus = len(self._recent) - _KEPT_EVENTS
        # A whole batch at a time: moving the list for every event would cost more than the memory is worth.
        if surplus >= _BATCH:
            self._floor = self._recent[surplus - 1].event.id
            del self._recent[:surplus]
        self._wake()

    def _wake(self) -> None:
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    def _read_after(self, cursor: int) -> Sequence[_Sent]:
        with self._store.reading() as reading:
            events = reading.events_after(cursor, limit=_BATCH)
        return [_Sent(event, encode_event(event.kind, event.data, event.id)) for event in events]

    def _read_outbox(self) -> None:
        cursor = self._floor
        while not self._closing.is_set():
            try:
                if self._store.wait_for_events(cursor, timeout_s=1.0) <= cursor:
                    continue
                fresh = self._read_after(cursor)
            except Exception as error:  # noqa: BLE001 - the reader outlives every fault of the store
                trace = None if isinstance(error, DatabaseGoneError) else error
                _log.error("the outbox cannot be read (%s); trying again", error, exc_info=trace)
                self._closing.wait(_RETRY_AFTER_FAULT_S)
                continue
            if fresh and self._loop is not None and not self._closing.is_set():
                cursor = fresh[-1].event.id
                self._loop.call_soon_threadsafe(self._keep, fresh)
                self._tell_listeners([sent.event for sent in fresh])

    def _tell_listeners(self, events: Sequence[Event]) -> None:
        for listener in self._listeners:
            try:
                listener(events)
            except Exception:  # noqa: BLE001 - one that fails takes nothing from the others, nor from subscribers
                _log.exception("somebody who hears events failed")


async def _wait(pulse: asyncio.Event, timeout_s: float) -> None:
    """Return after the pulse or the time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await pulse.wait()
