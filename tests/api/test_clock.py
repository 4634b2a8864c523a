"""The server's clock runs at its rate and takes in times from outside."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from equipage.api.clock import Clock


def test_at_speed_one_it_is_the_machines_clock() -> None:
    """No drift from the machine's time, and foreign times are left alone."""
    clock = Clock()
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    old = datetime(2001, 1, 1, tzinfo=UTC)
    assert clock.take_in(old) == old


def test_a_faster_clock_gains_by_its_rate() -> None:
    """50 ms of reality are 50 s at speed 1,000, and what the machine takes longer is so, too."""
    clock = Clock(1000)
    begun, before = time.monotonic(), clock.now()
    time.sleep(0.05)
    gained = (clock.now() - before).total_seconds()
    assert 50 <= gained <= 1000 * (time.monotonic() - begun)
    assert clock.real_seconds(60) == 0.06


def test_a_faster_clock_goes_on_where_it_was() -> None:
    """After a restart the time does not run backwards."""
    future = datetime.now(UTC) + timedelta(days=1)
    assert Clock(5, not_before=future).now() >= future
    assert Clock(5, not_before=datetime(2001, 1, 1, tzinfo=UTC)).now() > datetime(2002, 1, 1, tzinfo=UTC)


def test_a_wall_clock_time_becomes_as_old_on_a_faster_clock() -> None:
    """A phone's fix of now is of now here, one of ten minutes ago ten minutes old; ours are left alone."""
    clock = Clock(2, not_before=datetime.now(UTC) + timedelta(hours=5))
    a_while = timedelta(minutes=4)
    assert abs(clock.take_in(datetime.now(UTC)) - clock.now()) < a_while
    assert (
        abs(clock.take_in(datetime.now(UTC) - timedelta(minutes=10)) - clock.now())
        < timedelta(minutes=10) + a_while
    )
    ours = clock.now() - timedelta(minutes=3)
    assert clock.take_in(ours) == ours
