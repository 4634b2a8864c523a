"""The planner's thread: it looks whenever something happened, and every few seconds anyway."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from equipage.api.clock import Clock
from equipage.data.errors import DatabaseGoneError
from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import Event

_log = logging.getLogger(__name__)
# What is announced of these kinds may change what should be done next. The planner announces some of them
# itself, and so looks once more after a round that changed something; that one finds nothing, and it rests.
_URGENT = frozenset({"report", "assignment", "conditions", "crew"})
# At a high speed an interval of the server's clock is shorter than a tick, and in a flood every round finds
# the bell rung: leave the machine some air, and in any case four times as long as the round took.
_LEAST_PAUSE_S = 0.2
_PAUSE_A_ROUND = 4
_AFTER_FAULT_S = 2.0


@dataclass(slots=True)
class Chore:
    """Something that is to be done again and again.

    Parameters
    ----------
    every_s : float
        Seconds of the server's clock.
    when_rung : bool
        Whether to do it as soon as something happened, too.
    """

    name: str
    run: Callable[[], None]
    every_s: float
    when_rung: bool = False
    due: float = field(default=0.0, init=False)
    fault: str = field(default="", init=False)

    def hurry(self) -> None:
        """Have it done in this round, or in the next where its turn is over."""
        self.due = 0.0


class Planner:
    """Do the chores, one after the other.

    Parameters
    ----------
    clock : Clock
        The server's.
    chores : sequence of Chore
        In the order in which they are done when several are due.
    """

    def __init__(self, clock: Clock, chores: Sequence[Chore]) -> None:
        self._clock = clock
        self._chores = chores
        self._bell = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="planner", daemon=True)
        self._begun = threading.Event()
        self.rounds = 0

    @property
    def fault(self) -> str:
        """What went wrong when each chore was last done; empty while all is well."""
        return "; ".join(f"{chore.name}: {chore.fault}" for chore in self._chores if chore.fault)

    @property
    def is_running(self) -> bool:
        """Whether the first round is done and the thread alive."""
        return self.rounds > 0 and self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait_for_first_round(self) -> None:
        """Return when every chore was done once, or the planner was closed before."""
        self._begun.wait()

    def ring(self) -> None:
        """Say that something happened."""
        self._bell.set()

    @property
    def is_rung(self) -> bool:
        """Whether something happened since the round began, or this is the end: long work may stop."""
        return self._bell.is_set() or self._closing.is_set()

    def hear(self, events: Sequence[Event]) -> None:
        """Take note of announcements."""
        if any(event.kind in _URGENT for event in events):
            self.ring()

    def close(self) -> None:
        """End after the chore that is being done."""
        self._closing.set()
        self._begun.set()
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._closing.is_set():
            rung = self._bell.is_set()
            self._bell.clear()
            begun = time.monotonic()
            for chore in self._chores:
                if not self._closing.is_set() and (
                    time.monotonic() >= chore.due or (rung and chore.when_rung)
                ):
                    self._do(chore)
            self.rounds += 1
            self._begun.set()
            took_s = time.monotonic() - begun
            self._closing.wait(min(max(_PAUSE_A_ROUND * took_s, _LEAST_PAUSE_S), _AFTER_FAULT_S))
            self._bell.wait(max(min(chore.due for chore in self._chores) - time.monotonic(), 0.0))

    def _do(self, chore: Chore) -> None:
        pause_s = max(self._clock.real_seconds(chore.every_s), _LEAST_PAUSE_S)
        try:
            chore.run()
            chore.fault = ""
        except ConflictError:
            # Somebody changed what was being decided about: look again at once.
            self._bell.set()
        except Exception as error:  # noqa: BLE001 - readyz tells it, and the next round tries again
            trace = None if isinstance(error, DatabaseGoneError) else error
            _log.error("%s failed (%s); trying again", chore.name, error, exc_info=trace)
            chore.fault = f"{type(error).__name__}: {error}"
            pause_s = max(pause_s, _AFTER_FAULT_S)
        chore.due = time.monotonic() + pause_s
