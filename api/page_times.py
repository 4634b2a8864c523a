"""Times, durations and distances in a page's own words, for pages that the server makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from equipage.api.words.pages import PageWords

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_KILOMETRE_M = 1000
_SPACE = "\N{NO-BREAK SPACE}"
"""Between a number and its unit, so that no line ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Say when and how long.

    Parameters
    ----------
    words : PageWords
        In which language.
    zone : ZoneInfo
        Where the clock is.
    now : datetime
        The moment of saying it.
    """

    words: PageWords
    zone: ZoneInfo
    now: datetime

    def moment(self, at: datetime) -> str:
        """Return `14:05` for today, with day and month for another day."""
        there = at.astimezone(self.zone)
        time = f"{there:%H:%M}"
        if there.date() == self.now.astimezone(self.zone).date():
            return time
        return self.words.moment.format(
            weekday=self.words.weekdays[there.weekday()],
            day=self.words.first_of_month if there.day == 1 else there.day,
            month=self.words.months[there.month - 1],
            time=time,
        )

    def duration(self, seconds: float) -> str:
        """Return `4 min`, `1 h 20`, or days from two of them on; at least a minute."""
        if seconds >= 2 * _DAY_S:
            return self.words.days.format(count=round(seconds / _DAY_S))
        hours, minutes = divmod(max(round(seconds / _MINUTE_S), 1), _HOUR_S // _MINUTE_S)
        return f"{hours}{_SPACE}h{_SPACE}{minutes:02}" if hours else f"{minutes}{_SPACE}min"

    def distance(self, metres: float) -> str:
        """Return `300 m` in hundreds, `2,4 km` from a kilometre on."""
        if round(metres, -2) < _KILOMETRE_M:
            return f"{max(round(metres, -2), 100):.0f}{_SPACE}m"
        return f"{metres / _KILOMETRE_M:.1f}{_SPACE}km".replace(".", self.words.decimal_point)
