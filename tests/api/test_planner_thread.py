"""The planner's thread does its chores when something happened and in time, and outlives their faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from equipage.api import planner as planner_module
from equipage.api.clock import Clock
from equipage.api.planner import Chore, Planner
from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import Event
from tests.api.conftest import PATIENCE_S, wait_until


class Counted:
    """Something to do, which counts how often it was done and fails when told to."""

    def __init__(self, *faults: Exception) -> None:
        self.times = 0
        self.faults = list(faults)

    def __call__(self) -> None:
        self.times += 1
        if self.faults:
            raise self.faults.pop(0)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the machine's sake."""
    monkeypatch.setattr(planner_module, "_LEAST_PAUSE_S", 0.001)
    monkeypatch.setattr(planner_module, "_AFTER_FAULT_S", 0.01)


@contextmanager
def working(*chores: Chore, speed: float = 1.0) -> Iterator[Planner]:
    """Run a planner until the block ends."""
    planner = Planner(Clock(speed), chores)
    planner.start()
    try:
        yield planner
    finally:
        planner.close()


def chore(run: Callable[[], None], every_s: float = 3600, *, when_rung: bool = False) -> Chore:
    """Return a chore."""
    return Chore("counting", run, every_s, when_rung)


def event(kind: str) -> Event:
    """Return an announcement."""
    return Event(kind=kind, at=datetime(2026, 1, 1, tzinfo=UTC), data={})


def test_every_chore_is_done_at_the_start() -> None:
    """Then the server is ready."""
    first, second = Counted(), Counted()
    with working(chore(first), chore(second)) as planner:
        planner.wait_for_first_round()
        assert (first.times, second.times) == (1, 1)
        assert planner.is_running


def test_a_report_rings_the_bell_and_moved_arrivals_do_not() -> None:
    """An `eta` that moved is no reason to plan again, and an hourly chore is not done for a report."""
    urgent, hourly = Counted(), Counted()
    with working(chore(urgent, when_rung=True), chore(hourly)) as planner:
        planner.wait_for_first_round()
        planner.hear([event("eta"), event("plan"), event("alarm")])
        time.sleep(0.05)
        assert urgent.times == 1
        planner.hear([event("eta"), event("report")])
        wait_until(lambda: urgent.times == 2)
        assert hourly.times == 1


def test_chores_come_again_by_the_servers_clock() -> None:
    """An hour is 36 ms at speed 100,000."""
    hourly = Counted()
    with working(chore(hourly), speed=100_000):
        wait_until(lambda: hourly.times >= 3)


def test_a_fault_is_told_and_outlived() -> None:
    """The other chores go on, and the fault is forgotten when it is over."""
    mended, other = threading.Event(), Counted()

    def write() -> None:
        if not mended.is_set():
            raise OSError("no disk")

    with working(chore(write, 0.01), chore(other, 0.01)) as planner:
        wait_until(lambda: planner.fault == "counting: OSError: no disk")
        before = other.times
        wait_until(lambda: other.times > before)
        mended.set()
        wait_until(lambda: not planner.fault)


def test_a_conflict_is_no_fault_but_a_reason_to_look_again_at_once() -> None:
    """Somebody was first: an hour's waiting would be for nothing."""
    contested = Counted(ConflictError("somebody was first"))
    with working(chore(contested, when_rung=True)) as planner:
        wait_until(lambda: contested.times == 2)
        assert planner.fault == ""


def test_closing_ends_the_thread_and_whoever_waits_for_it() -> None:
    """Also in the middle of the first round."""
    entered, leave = threading.Event(), threading.Event()

    def long() -> None:
        entered.set()
        leave.wait(PATIENCE_S)

    planner = Planner(Clock(), [chore(long), chore(Counted())])
    planner.start()
    entered.wait(PATIENCE_S)
    closing = threading.Thread(target=planner.close)
    closing.start()
    planner.wait_for_first_round()
    leave.set()
    closing.join(PATIENCE_S)
    assert not closing.is_alive()
    assert not planner.is_running
