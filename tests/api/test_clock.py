"""The server's clock runs at its rate and takes in times from outside."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from equipage.api.clock import Clock


def test_at_speed_one_it_is_the_machines_clock() -> None:
    """No drift from the machine's time, and foreign times are left alone."""
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    old = datetime(2001, 1, 1, tzinfo=UTC)
    assert clock.take_in(old) == old


def test_a_faster_clock_gains_by_its_rate() -> None:
    """50 ms of reality are 50 s at speed 1,000."""
    clock = Clock(1000)
    before = clock.now()
    time.sleep(0.05)
    gained = (clock.now() - before).total_seconds()
    assert 50 <= gained < 50 + 200
    assert clock.real_seconds(60) == 0.06


def test_a_faster_clock_goes_on_where_it_was() -> None:
    """After a restart the time does not run backwards."""
    future = datetime.now(UTC) + timedelta(days=1)
    assert Clock(5, not_before=future).now() >= future
    assert Clock(5, not_before=datetime(2001, 1, 1, tzinfo=UTC)).now() > datetime(2002, 1, 1, tzinfo=UTC)


def test_a_wall_clock_time_becomes_as_old_on_a_faster_clock() -> None:
    """A phone's fix of now is of now here, one of ten minutes ago ten minutes old; ours are left alone."""
    clock = Clock(2, not_before=datetime.now(UTC) + timedelta(hours=5))
    second = timedelta(seconds=2)
    assert abs(clock.take_in(datetime.now(UTC)) - clock.now()) < second
    assert (
        abs(clock.take_in(datetime.now(UTC) - timedelta(minutes=10)) - clock.now())
        < timedelta(minutes=10) + second
    )
    ours = clock.now() - timedelta(minutes=3)
    assert clock.take_in(ours) == ours
