"""The one clock of the server, with a rate: nothing else reads the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

# What happens before or after is no fact of a city but a slip, and sums with it would overflow.
FIRST_MOMENT, LAST_MOMENT = datetime(1970, 1, 2, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


class Clock:
    """Tell the server's time.

    Parameters
    ----------
    speed : float
        Seconds of this clock in one real second. At 1 it is the machine's clock.
    not_before : datetime, optional
        Where a faster clock goes on after a restart; it starts at the present or there, whichever is later.
    """

    def __init__(self, speed: float = 1.0, *, not_before: datetime | None = None) -> None:
        self.speed = speed
        self._started = time.monotonic()
        present = datetime.now(UTC)
        self._origin = present if not_before is None else max(present, not_before)

    def now(self) -> datetime:
        """Return the server's present moment, aware and in UTC."""
        if self.speed == 1.0:
            return datetime.now(UTC)
        return self._origin + timedelta(seconds=(time.monotonic() - self._started) * self.speed)

    def real_seconds(self, seconds: float) -> float:
        """Return how long `seconds` of this clock last in reality."""
        return seconds / self.speed

    def take_in(self, moment: datetime) -> datetime:
        """Return a moment told from outside on this clock.

        At speed 1 it is the same. At another speed a moment nearer to the machine's clock than to this one
        was told by a device in the real world: it becomes as old on this clock as it was on the machine's.
        """
        if self.speed == 1.0 or not FIRST_MOMENT <= moment <= LAST_MOMENT:
            return moment
        now, present = self.now(), datetime.now(UTC)
        if abs(moment - now) <= abs(moment - present):
            return moment
        return now - (present - moment)
