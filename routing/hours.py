"""When something holds that OpenStreetMap limits to hours, weekdays and seasons.

Understood is what nearly all turn restrictions with conditions say: `Mo-Fr 07:00-09:00,16:00-18:00; Sa`,
`22:00-06:00`, `Sep-Jun Mo-Fr 08:00-16:00`, `Apr 01-Sep 30`, `We off`, `24/7`. Holidays, the sun, weeks and
weights are not.

See https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification and Conditional_restrictions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DAY_MINUTES = 24 * 60
_LATEST_MINUTES = 48 * 60
_WEEKDAY, _MONTH = "|".join(WEEKDAYS), "|".join(MONTHS)
_DATE = rf"(?:{_MONTH})(?: \d\d?)?"
_DATES = rf"{_DATE}(?:-(?:{_DATE}|\d\d?))?"
_DAYS = rf"(?:{_WEEKDAY})(?:-(?:{_WEEKDAY}))?"
_TIMES = r"\d\d?:[0-5]\d-\d\d?:[0-5]\d"
_RULE = re.compile(
    rf"(?P<dates>{_DATES}(?:,{_DATES})*)?:? ?(?P<days>{_DAYS}(?:,{_DAYS})*)?:? ?"
    rf"(?P<times>{_TIMES}(?:,{_TIMES})*|24/7|off|)"
)

Date = tuple[int, int]
"""Month and day, which sort as the year goes."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """The minutes of the days that it is about; of several rules the last about a day decides."""

    dates: tuple[tuple[Date, Date], ...]
    weekdays: frozenset[int]
    minutes: tuple[tuple[int, int], ...]

    def is_about(self, day: datetime) -> bool:
        date = day.month, day.day
        within = [(a <= date <= b) if a <= b else (date >= a or date <= b) for a, b in self.dates]
        return day.weekday() in self.weekdays and (any(within) or not within)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours at which something holds, on the clock of the place."""

    rules: tuple[_Rule, ...]

    def hold_at(self, time: datetime) -> bool:
        """Tell whether a time, read on the clock of the place, is within them; the end of a span is not."""
        minute = time.hour * 60 + time.minute
        return self._within(time, minute) or self._within(time - timedelta(days=1), minute + _DAY_MINUTES)

    def _within(self, day: datetime, minute: int) -> bool:
        deciding = next((rule for rule in reversed(self.rules) if rule.is_about(day)), None)
        return deciding is not None and any(begin <= minute < end for begin, end in deciding.minutes)


@lru_cache(maxsize=1024)
def read_hours(text: str) -> Hours | None:
    """Return the hours that a condition states, None where any of it is not understood.

    Parameters
    ----------
    text : str
        Such as `Mo-Fr 07:00-09:00`.

    Examples
    --------
    >>> from datetime import datetime
    >>> read_hours("Mo-Fr 07:00-09:00").hold_at(datetime(2026, 3, 2, 8, 30))
    True
    >>> read_hours("weight>7.5") is None
    True
    """
    rules = [_rule(" ".join(part.split()).replace(", ", ",")) for part in text.split(";") if part.strip()]
    whole = tuple(rule for rule in rules if rule is not None)
    return Hours(whole) if whole and len(whole) == len(rules) else None


def hours_of_tags(tags: Mapping[str, str]) -> str:
    """Return what `day_on`, `day_off`, `hour_on` and `hour_off` say, as one condition.

    Parameters
    ----------
    tags : mapping from str to str
        Such as day_on=Monday, day_off=Friday, hour_on=07:30, hour_off=09:30: `Mo-Fr 07:30-09:30`. Several
        hours are separated by semicolons.
    """
    days = [tags[key].strip()[:2].title() for key in ("day_on", "day_off") if key in tags]
    begins, ends = (
        [hour.strip() for hour in tags.get(key, "").split(";")] for key in ("hour_on", "hour_off")
    )
    spans = [f"{begin}-{end}" for begin, end in zip(begins, ends, strict=False)] if begins != [""] else []
    if len(begins) != len(ends) or len(days) == 1:
        return ""
    return f"{'-'.join(days)} {','.join(spans)}".strip()


def _rule(text: str) -> _Rule | None:
    found = _RULE.fullmatch(text)
    if found is None or not text:
        return None
    minutes = tuple(_spans(found["times"]))
    dates = tuple(_season(season) for season in (found["dates"] or "").split(",") if season)
    sound = all(begin < end <= _LATEST_MINUTES for begin, end in minutes)
    if not sound or any(day > 31 for season in dates for _, day in season):  # noqa: PLR2004 - a month's days
        return None
    return _Rule(dates, frozenset(_weekdays(found["days"])), minutes)


def _spans(times: str) -> Iterator[tuple[int, int]]:
    """Yield the minutes of a day on which spans begin and end; those over midnight end after the day."""
    if times in {"", "24/7"}:
        yield 0, _DAY_MINUTES
    for span in times.split(",") if ":" in times else ():
        begin, end = (int(clock[:-3]) * 60 + int(clock[-2:]) for clock in span.split("-"))
        yield begin, end if end > begin else end + _DAY_MINUTES


def _season(text: str) -> tuple[Date, Date]:
    """Return the first and the last day of a season; one that ends before it begins spans the new year."""
    first, _, last = text.partition("-")
    month, _, day = first.partition(" ")
    if last.isdigit():
        last = f"{month} {last}"
    end_month, _, end_day = (last or first).partition(" ")
    return (MONTHS.index(month) + 1, int(day or 1)), (MONTHS.index(end_month) + 1, int(end_day or 31))


def _weekdays(days: str | None) -> Iterator[int]:
    if days is None:
        yield from range(len(WEEKDAYS))
        return
    for span in days.split(","):
        first, _, last = span.partition("-")
        begin = WEEKDAYS.index(first)
        count = (WEEKDAYS.index(last or first) - begin) % len(WEEKDAYS) + 1
        yield from ((begin + step) % len(WEEKDAYS) for step in range(count))
