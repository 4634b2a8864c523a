"""The stream of events loses nothing and tells nothing twice, however its subscribers come and go."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from equipage.api import events as events_module
from equipage.api.events import Broadcaster, EventStreamResponse, encode_event
from equipage.dispatch.model import Event, ReportId, VehicleId
from tests.api.conftest import PATIENCE_S, wait_until

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Outbox:
    """A store as far as the broadcaster knows one: events with ids that may have gaps."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.grown = threading.Condition()
        self.broken = self.closed = False

    def announce(self, *ids: int, service: str = "") -> None:
        with self.grown:
            self.events += [
                Event(
                    id=number,
                    kind="report",
                    at=NOW,
                    data={"n": number},
                    report_id=ReportId(str(number % 2)),
                    service_code=service,
                )
                for number in ids
            ]
            self.grown.notify_all()

    @contextmanager
    def reading(self) -> Iterator[Outbox]:
        if self.broken:
            raise OSError("the database is gone")
        yield self

    def event_range(self) -> tuple[int, int]:
        return (self.events[0].id, self.events[-1].id) if self.events else (0, 0)

    def events_after(self, event_id: int, *, limit: int) -> Sequence[Event]:
        return [event for event in self.events if event.id > event_id][:limit]

    def wait_for_events(self, after: int, *, timeout_s: float) -> int:
        with self.grown:
            self.grown.wait_for(lambda: self.closed or self.event_range()[1] > after, timeout_s)
            return self.event_range()[1]


def run(test: Callable[[Outbox, Broadcaster], Coroutine[Any, Any, None]], *before: int) -> None:
    """Run a test with a broadcaster over an outbox that already holds some events."""

    async def main() -> None:
        outbox = Outbox()
        outbox.announce(*before)
        broadcaster = Broadcaster(outbox)  # type: ignore[arg-type]
        broadcaster.start()
        try:
            async with asyncio.timeout(10):
                await test(outbox, broadcaster)
        finally:
            broadcaster.close()
            outbox.closed = True
            outbox.announce()
            await asyncio.to_thread(broadcaster.join)

    asyncio.run(main())


def ids_in(text: bytes) -> list[int]:
    """Return the ids in some text of a stream, in order."""
    return [int(line[4:]) for line in text.decode().splitlines() if line.startswith("id: ")]


async def read(stream: AsyncIterator[bytes], last: int) -> list[int]:
    """Read a stream until an id has come; return all ids until then."""
    seen: list[int] = []
    async for text in stream:
        seen += ids_in(text)
        if last in seen:
            break
    return seen


def anything(event: Event) -> bool:
    """Let everything pass."""
    return event.id > 0


def test_a_new_subscriber_gets_what_comes_from_now_on() -> None:
    """What was before is for the snapshot to tell."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        async with aclosing(broadcaster.stream(None, pick=anything)) as stream:
            assert await anext(stream) == b": welcome\n\n"
            outbox.announce(4, 6)
            assert await read(stream, 6) == [4, 6]

    run(test, 1, 2)


def test_after_a_break_everything_missed_comes_first_and_once() -> None:
    """Some of it from memory, some from the store, then live: all ids, none twice, in order."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        outbox.announce(*range(11, 2000))
        async with aclosing(broadcaster.stream("3", pick=anything)) as stream:
            first = await read(stream, 600)
            outbox.announce(*range(2000, 2100))
            rest = await read(stream, 2099)
        assert first + rest == [*range(4, 2100)]

    run(test, *range(1, 11))


def test_a_subscriber_far_behind_reads_on_from_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory keeps only the latest events; who is slower loses nothing."""
    monkeypatch.setattr(events_module, "_KEPT_EVENTS", 50)
    monkeypatch.setattr(events_module, "_BATCH", 20)

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        async with aclosing(broadcaster.stream("0", pick=anything)) as stream:
            await anext(stream)
            outbox.announce(*range(1, 501))
            await asyncio.to_thread(wait_until, lambda: broadcaster.newest == 500)
            assert await read(stream, 500) == [*range(1, 501)]

    run(test)


@pytest.mark.parametrize(
    "last", ["99", "-1", "x", "", "3", "²", "1e3", "9" * 5000], ids=lambda last: last[:4]
)
def test_an_id_that_is_unknown_or_expired_gets_a_resync(last: str) -> None:
    """It says from where the stream goes on, so that the next break resumes there."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        async with aclosing(broadcaster.stream(last, pick=anything)) as stream:
            assert await anext(stream) == encode_event("resync", {"last_event_id": 12}, 12)
            outbox.announce(13)
            assert await read(stream, 13) == [13]

    run(test, 10, 11, 12)


def test_the_event_before_the_first_kept_one_can_be_resumed_from() -> None:
    """Nothing is missing after it."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        del outbox
        async with aclosing(broadcaster.stream("9", pick=anything)) as stream:
            assert await anext(stream) == b": welcome\n\n"
            assert await read(stream, 11) == [10, 11]

    run(test, 10, 11)


def test_what_a_subscriber_may_not_see_is_left_out_and_passed_over() -> None:
    """The stream goes on behind it."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        async with aclosing(broadcaster.stream("0", pick=lambda event: event.report_id == "1")) as stream:
            outbox.announce(*range(1, 1000))
            assert await read(stream, 999) == [*range(1, 1000, 2)]

    run(test)


def test_positions_are_told_without_an_id_and_only_the_latest_of_each_vehicle() -> None:
    """A hundred moves of two vehicles are two events, and they are not told again."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        async with aclosing(broadcaster.stream(None, pick=anything, with_positions=True)) as stream:
            await anext(stream)
            for number in range(50):
                broadcaster.publish_positions({VehicleId("a"): {"n": number}, VehicleId("b"): {"n": -number}})
            assert await anext(stream) == (
                b'event: position\ndata: {"n":49}\n\nevent: position\ndata: {"n":-49}\n\n'
            )
            outbox.announce(1)
            assert b"position" not in await anext(stream)

    run(test)


def test_positions_are_for_those_who_asked() -> None:
    """A citizen's stream has none."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        async with aclosing(broadcaster.stream(None, pick=anything)) as stream:
            await anext(stream)
            broadcaster.publish_positions({VehicleId("a"): {"n": 1}})
            outbox.announce(1)
            assert b"position" not in await anext(stream)

    run(test)


def test_silence_is_broken_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies and browsers see that somebody is there."""
    monkeypatch.setattr(events_module, "_KEEP_ALIVE_S", 0.05)

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        del outbox
        async with aclosing(broadcaster.stream(None, pick=anything)) as stream:
            await anext(stream)
            assert await anext(stream) == b": still here\n\n"

    run(test)


def test_closing_ends_every_stream_at_once() -> None:
    """The server need not wait for whoever listens."""

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        del outbox
        streams = [broadcaster.stream(None, pick=anything) for _ in range(20)]
        for stream in streams:
            await anext(stream)
        assert broadcaster.subscribers == len(streams)
        readers = [asyncio.create_task(read(stream, 1)) for stream in streams]
        begun = time.monotonic()
        broadcaster.close()
        await asyncio.gather(*readers)
        assert time.monotonic() - begun < PATIENCE_S / 2
        assert broadcaster.subscribers == 0

    run(test)


def test_a_fault_of_the_store_is_outlived(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database comes back, the stream goes on where it was."""
    monkeypatch.setattr(events_module, "_RETRY_AFTER_FAULT_S", 0.01)

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        async with aclosing(broadcaster.stream(None, pick=anything)) as stream:
            await anext(stream)
            outbox.broken = True
            outbox.announce(1)
            await asyncio.sleep(0.05)
            outbox.broken = False
            assert await read(stream, 1) == [1]

    run(test)


def test_a_listener_that_fails_takes_nothing_from_others(caplog: pytest.LogCaptureFixture) -> None:
    """The next listener hears the events, and the stream goes on."""
    heard: list[int] = []

    def fail(events: Sequence[Event]) -> None:
        raise ValueError(len(events))

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        broadcaster.listen(fail)
        broadcaster.listen(lambda events: heard.extend(event.id for event in events))
        async with aclosing(broadcaster.stream(None, pick=anything)) as stream:
            await anext(stream)
            outbox.announce(1)
            assert await read(stream, 1) == [1]
            outbox.announce(2)
            assert await read(stream, 2) == [2]

    run(test)
    assert heard == [1, 2]
    assert "somebody who hears events failed" in caplog.text


def test_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead connection does not hold its stream for ever; its subscriber resumes later."""
    monkeypatch.setattr(events_module, "_SEND_TIMEOUT_S", 0.05)

    async def test(outbox: Outbox, broadcaster: Broadcaster) -> None:
        outbox.announce(1)
        response = EventStreamResponse(broadcaster.stream("0", pick=anything))
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)
            if message["type"] == "http.response.body":
                await asyncio.sleep(10 * PATIENCE_S)

        await response.stream_response(send)
        assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]

    run(test)
