"""The way of fixes into the store: many posts share one transaction, each is answered after its commit.

A commit costs a flush to the disk and a dozen statements, however few fixes it holds. So the next begins some
time after the last began: what comes meanwhile gathers, while a post after a silence waits for nothing.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from equipage.api.clock import Clock
from equipage.api.errors import OverloadedError
from equipage.api.trackers.post import TrackerPost
from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import Device, DeviceId, Fix, JudgedFix
from equipage.dispatch.ports import Reading, Store, Transaction
from equipage.dispatch.services.tracking import device_for
from equipage.dispatch.status import Verdict

_MOST_WAITING = 5_000
_MOST_TOGETHER = 500
# Of 300 posts a second 15 then share a commit, which halves the work for each; a person sees no delay.
_COMMITS_APART_S = 0.05
# A tracker posts again and again, and looking it up each time would be a quarter of the work. One that
# another process revokes is refused after this time at the latest.
_KNOWN_FOR_S = 5.0
_log = logging.getLogger(__name__)

Record = Callable[[Transaction, Sequence[Fix], datetime], Sequence[JudgedFix]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    post: TrackerPost
    token: str | None
    received_at: datetime
    answer: asyncio.Future[Verdict | None]


class Ingest:
    """Record what trackers post.

    Parameters
    ----------
    store : Store
        Where fixes are kept.
    record : callable
        Judges and saves fixes within a transaction.
    published : callable
        Told, after the commit, what was recorded.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        record: Record,
        published: Callable[[Sequence[JudgedFix]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._record = record
        self._published = published
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="ingest", daemon=True)
        self._known: dict[tuple[str | None, str | None], Device] = {}
        self._known_until = 0.0
        self.verdicts: Counter[str] = Counter()
        self.commits = 0

    def start(self) -> None:
        """Begin to record."""
        self._thread.start()

    def forget_devices(self) -> None:
        """Look devices up anew: one of them has changed."""
        self._known_until = 0.0

    def close(self) -> None:
        """Record what waits, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    async def take(self, post: TrackerPost, *, token: str | None = None) -> Verdict | None:
        """Return what became of a post once that is committed; None if there is no such device.

        Parameters
        ----------
        post : TrackerPost
            What was said.
        token : str, optional
            What tells the device instead of the id in the post.

        Raises
        ------
        OverloadedError
            If too many are waiting already.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(post, token, self._clock.now(), loop.create_future())
        with self._changed:
            if self._closing or len(self._waiting) >= _MOST_WAITING:
                raise OverloadedError("too many fixes are waiting to be stored; send it again in a moment")
            self._waiting.append(waiting)
            self._changed.notify()
        return await waiting.answer

    def _work(self) -> None:
        next_at = 0.0
        while True:
            with self._changed:
                while not self._waiting and not self._closing:
                    self._changed.wait()
            time.sleep(max(0.0, next_at - time.monotonic()))
            next_at = time.monotonic() + _COMMITS_APART_S
            with self._changed:
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]
            if not group:
                return
            self._settle(group)

    def _settle(self, group: Sequence[_Waiting]) -> None:
        try:
            verdicts: Sequence[Verdict | Exception | None] = self._commit(group)
        except Exception as error:  # noqa: BLE001 - whoever posted is told
            _log.exception("fixes could not be recorded")
            if len(group) > 1:
                # One of them may be at fault: the others must not suffer.
                for waiting in group:
                    self._settle([waiting])
                return
            verdicts = [error]
        _answer(group, verdicts)

    def _commit(self, group: Sequence[_Waiting]) -> list[Verdict | None]:
        with self._store.transaction() as tx:
            devices = self._devices_of(tx, group)
            known = [number for number, device in enumerate(devices) if device is not None]
            fixes = [self._fix(group[number], device) for number, device in enumerate(devices) if device]
            judged = self._record(tx, fixes, self._clock.now()) if fixes else ()
        self.commits += 1
        self.verdicts.update(fix.verdict.value for fix in judged)
        self._published(judged)
        verdicts = dict(zip(known, (fix.verdict for fix in judged), strict=True))
        return [verdicts.get(number) for number in range(len(group))]

    def _devices_of(self, reading: Reading, group: Sequence[_Waiting]) -> list[Device | None]:
        if time.monotonic() >= self._known_until:
            self._known = {}
            self._known_until = time.monotonic() + _KNOWN_FOR_S
        known, devices = self._known, []
        for waiting in group:
            key = waiting.token, waiting.post.device_id
            device = known.get(key) or _device_of(reading, waiting)
            if device is not None:
                known[key] = device
            devices.append(device)
        return devices

    def _fix(self, waiting: _Waiting, device: Device) -> Fix:
        told = waiting.post.fix_time
        fix_time = waiting.received_at if told is None else self._clock.take_in(told)
        return waiting.post.as_fix(device.id, fix_time=fix_time, received_at=waiting.received_at)


def _device_of(reading: Reading, waiting: _Waiting) -> Device | None:
    device_id, token = waiting.post.device_id, waiting.token
    try:
        return device_for(
            reading,
            device_id=None if device_id is None else DeviceId(device_id),
            token_hash=None if token is None else hash_secret(token),
        )
    except NotFoundError:
        return None


def _answer(group: Sequence[_Waiting], verdicts: Sequence[Verdict | Exception | None]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Verdict | None], object]]] = {}
    for waiting, verdict in zip(group, verdicts, strict=True):
        by_loop.setdefault(waiting.answer.get_loop(), []).append((waiting.answer, verdict))
    for loop, answers in by_loop.items():
        loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[tuple[asyncio.Future[Verdict | None], object]]) -> None:
    for future, verdict in answers:
        if future.done():
            continue
        if isinstance(verdict, Exception):
            future.set_exception(verdict)
        else:
            future.set_result(verdict)  # type: ignore[arg-type]
