"""From weekly rosters in local time to shifts in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from equipage.dispatch.model import Crew, RosterEntry, Shift, TimeSpan

_DAY = timedelta(days=1)

HOURS_MOVE_AT_MOST = timedelta(hours=12)
"""How far today's hours may be from the roster's: farther is another shift."""


def shifts_between(crew: Crew, span: TimeSpan, time_zone: ZoneInfo) -> tuple[Shift, ...]:
    """Return the crew's shifts that overlap the span, by their start.

    Parameters
    ----------
    crew : Crew
        With its weekly roster in the city's local time.
    span : TimeSpan
        A shift that ends as the span starts, or starts as it ends, is not in it.
    time_zone : ZoneInfo
        The city's.

    Returns
    -------
    tuple of Shift
        In UTC, with the crew's own vehicle; none of them absent.

    Notes
    -----
    Local times rule: a night shift is an hour shorter or longer when the clocks change. A time that they skip
    counts as an hour later, a time that happens twice as its first occurrence; a shift or break of which
    nothing is left that day does not take place.
    """
    first = span.start.astimezone(time_zone).date() - _DAY
    last = span.end.astimezone(time_zone).date()
    days = [first + i * _DAY for i in range((last - first).days + 1)]
    on_days = ((entry, day) for entry in crew.roster for day in days if day.weekday() in entry.days)
    shifts = (_shift_on(crew, entry, day, time_zone) for entry, day in on_days)
    overlapping = (s for s in shifts if s and s.span.start < span.end and s.span.end > span.start)
    return tuple(sorted(overlapping, key=lambda shift: (shift.span.start, shift.span.end)))


def _shift_on(crew: Crew, entry: RosterEntry, day: date, time_zone: ZoneInfo) -> Shift | None:
    span = _local_span(day, entry.start, entry.end, time_zone)
    if span is None:
        return None
    breaks = (_break_within(span, entry, pause, day, time_zone) for pause in entry.breaks)
    return Shift(
        crew_id=crew.id,
        vehicle_id=crew.vehicle_id,
        span=span,
        breaks=tuple(sorted((pause for pause in breaks if pause), key=lambda pause: pause.start)),
    )


def _break_within(
    span: TimeSpan, entry: RosterEntry, pause: tuple[time, time], day: date, time_zone: ZoneInfo
) -> TimeSpan | None:
    after_midnight = pause[0] < entry.start
    local = _local_span(day + _DAY if after_midnight else day, *pause, time_zone)
    if local is None:
        return None
    return _span_or_none(max(local.start, span.start), min(local.end, span.end))


def _local_span(day: date, start: time, end: time, time_zone: ZoneInfo) -> TimeSpan | None:
    end_day = day if end > start else day + _DAY
    return _span_or_none(
        datetime.combine(day, start, time_zone).astimezone(UTC),
        datetime.combine(end_day, end, time_zone).astimezone(UTC),
    )


def _span_or_none(start: datetime, end: datetime) -> TimeSpan | None:
    return TimeSpan(start=start, end=end) if start < end else None
