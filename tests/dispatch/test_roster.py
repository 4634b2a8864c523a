"""Weekly rosters become shifts in UTC, clock changes, nights and breaks included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from equipage.dispatch.model import RosterEntry, Shift, TimeSpan
from equipage.dispatch.roster import shifts_between
from tests.dispatch.worlds import a_crew

DIJON = ZoneInfo("Europe/Paris")
LA_SERENA = ZoneInfo("America/Santiago")
ALL_WEEK = frozenset(range(7))
DAY = timedelta(days=1)


def roster(
    start: str, end: str, *breaks: tuple[str, str], days: frozenset[int] = ALL_WEEK
) -> tuple[RosterEntry, ...]:
    """Return a roster of one entry from local times as HH:MM."""
    pauses = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in breaks)
    return (
        RosterEntry(days=days, start=time.fromisoformat(start), end=time.fromisoformat(end), breaks=pauses),
    )


def shifts_on(day: date, entries: Sequence[RosterEntry], zone: ZoneInfo = DIJON) -> list[Shift]:
    """Return the shifts that start on a local day."""
    midnight = datetime.combine(day, time(), zone)
    span = TimeSpan(
        start=midnight.astimezone(UTC),
        end=datetime.combine(day + DAY, time(), zone).astimezone(UTC),
    )
    found = shifts_between(a_crew(roster=tuple(entries)), span, zone)
    return [shift for shift in found if shift.span.start >= span.start]


def utc(text: str) -> datetime:
    """Return an aware time from `YYYY-MM-DD HH:MM` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_winter_day_shift_is_an_hour_behind_local_time() -> None:
    """08:00 to 16:00 in Dijon in January is 07:00 to 15:00 UTC, with its break at noon."""
    (shift,) = shifts_on(date(2026, 1, 14), roster("08:00", "16:00", ("12:00", "12:45")))
    assert shift.span == TimeSpan(start=utc("2026-01-14 07:00"), end=utc("2026-01-14 15:00"))
    assert shift.breaks == (TimeSpan(start=utc("2026-01-14 11:00"), end=utc("2026-01-14 11:45")),)
    assert (shift.crew_id, shift.vehicle_id, shift.absent) == ("A", "van-A", False)


def test_only_the_days_of_the_roster_have_shifts() -> None:
    """A Monday-to-Friday crew has five shifts between two Mondays."""
    weekdays = roster("08:00", "16:00", days=frozenset(range(5)))
    span = TimeSpan(start=utc("2026-01-12 00:00"), end=utc("2026-01-19 00:00"))
    starts = [shift.span.start.day for shift in shifts_between(a_crew(roster=weekdays), span, DIJON)]
    assert starts == [12, 13, 14, 15, 16]


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    """22:00 to 06:00 on Fridays ends on Saturday, and its breaks lie on both sides of midnight."""
    nights = roster("22:00", "06:00", ("23:30", "23:45"), ("02:00", "02:30"), days=frozenset({4}))
    (shift,) = shifts_on(date(2026, 1, 16), nights)
    assert shift.span == TimeSpan(start=utc("2026-01-16 21:00"), end=utc("2026-01-17 05:00"))
    assert [pause.start for pause in shift.breaks] == [utc("2026-01-16 22:30"), utc("2026-01-17 01:00")]


def test_a_break_over_midnight_is_one_break() -> None:
    """23:45 to 00:15 lasts half an hour."""
    (shift,) = shifts_on(date(2026, 1, 16), roster("22:00", "06:00", ("23:45", "00:15")))
    (pause,) = shift.breaks
    assert pause == TimeSpan(start=utc("2026-01-16 22:45"), end=utc("2026-01-16 23:15"))


def test_yesterdays_night_shift_is_still_on_this_morning() -> None:
    """A span from 03:00 to 04:00 finds the shift that began at 22:00 the day before."""
    span = TimeSpan(start=utc("2026-01-17 02:00"), end=utc("2026-01-17 03:00"))
    (shift,) = shifts_between(a_crew(roster=roster("22:00", "06:00")), span, DIJON)
    assert shift.span.start == utc("2026-01-16 21:00")


def test_the_ends_of_the_span_do_not_touch() -> None:
    """A shift that ends as the span starts, or starts as it ends, is not in it."""
    crew = a_crew(roster=roster("08:00", "16:00"))
    between = TimeSpan(start=utc("2026-01-14 15:00"), end=utc("2026-01-15 07:00"))
    assert shifts_between(crew, between, DIJON) == ()


def test_the_night_of_the_spring_change_is_an_hour_shorter() -> None:
    """On 29 March 2026 the clocks skip 02:00 to 03:00: the night from 22:00 to 06:00 has 7 hours."""
    (shift,) = shifts_on(date(2026, 3, 28), roster("22:00", "06:00"))
    assert shift.span == TimeSpan(start=utc("2026-03-28 21:00"), end=utc("2026-03-29 04:00"))


def test_the_night_of_the_autumn_change_is_an_hour_longer() -> None:
    """On 25 October 2026 02:00 to 03:00 happens twice: the night from 22:00 to 06:00 has 9 hours."""
    (shift,) = shifts_on(date(2026, 10, 24), roster("22:00", "06:00"))
    assert shift.span == TimeSpan(start=utc("2026-10-24 20:00"), end=utc("2026-10-25 05:00"))


def test_a_day_shift_keeps_its_local_hours_over_both_changes() -> None:
    """08:00 is 07:00 UTC the day before the clocks go forward and 06:00 UTC the day after."""
    days = roster("08:00", "16:00")
    starts = [shifts_on(date(2026, 3, day), days)[0].span.start.hour for day in (28, 29)]
    ends = [shifts_on(date(2026, 10, day), days)[0].span.end.hour for day in (24, 25)]
    assert (starts, ends) == ([7, 6], [14, 15])


def test_a_start_that_the_clocks_skip_is_an_hour_later() -> None:
    """02:30 on 29 March does not exist; the shift starts at 03:30 local, 01:30 UTC."""
    (shift,) = shifts_on(date(2026, 3, 29), roster("02:30", "08:00"))
    assert shift.span == TimeSpan(start=utc("2026-03-29 01:30"), end=utc("2026-03-29 06:00"))


def test_a_shift_or_break_of_which_the_clocks_leave_nothing_does_not_take_place() -> None:
    """02:30 to 03:00 is gone that night, as a shift and as a break; the other days have it."""
    assert shifts_on(date(2026, 3, 29), roster("02:30", "03:00")) == []
    assert len(shifts_on(date(2026, 3, 30), roster("02:30", "03:00"))) == 1
    (night,) = shifts_on(date(2026, 3, 28), roster("22:00", "06:00", ("02:30", "03:00")))
    assert night.breaks == ()


def test_a_time_that_happens_twice_is_its_first_occurrence() -> None:
    """02:30 on 25 October is taken at summer time, 00:30 UTC."""
    (shift,) = shifts_on(date(2026, 10, 25), roster("02:30", "08:00"))
    assert shift.span.start == utc("2026-10-25 00:30")


def test_the_southern_city_changes_its_clocks_the_other_way() -> None:
    """In La Serena 5 April 2026 has 25 hours: the clocks go back in the night's middle."""
    (shift,) = shifts_on(date(2026, 4, 4), roster("22:00", "06:00"), LA_SERENA)
    assert shift.span.end - shift.span.start == timedelta(hours=9)


def test_breaks_outside_the_shift_are_cut_off() -> None:
    """Of a break from 15:30 to 16:30 only the part before the end at 16:00 remains."""
    (shift,) = shifts_on(date(2026, 1, 14), roster("08:00", "16:00", ("15:30", "16:30"), ("17:00", "17:30")))
    assert shift.breaks == (TimeSpan(start=utc("2026-01-14 14:30"), end=utc("2026-01-14 15:00")),)


def test_several_entries_are_put_in_order() -> None:
    """A morning and an evening entry give two shifts a day, by start, whatever their order in the roster."""
    (evening,), (morning,) = roster("18:00", "22:00"), roster("06:00", "10:00")
    starts = [shift.span.start.hour for shift in shifts_on(date(2026, 1, 14), (evening, morning))]
    assert starts == [5, 17]


@given(
    start=st.times(),
    end=st.times(),
    pause=st.tuples(st.times(), st.times()),
    day=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    zone=st.sampled_from([DIJON, LA_SERENA, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_every_roster_gives_sound_shifts(
    start: time, end: time, pause: tuple[time, time], day: date, zone: ZoneInfo
) -> None:
    """Whatever the times: in order, no longer than 25 hours, breaks within their shift."""
    entry = RosterEntry(days=ALL_WEEK, start=start, end=end, breaks=(pause,))
    midnight = datetime.combine(day, time(), UTC)
    span = TimeSpan(start=midnight, end=midnight + 3 * DAY)
    shifts = shifts_between(a_crew(roster=(entry,)), span, zone)
    assert 2 <= len(shifts) <= 5
    assert list(shifts) == sorted(shifts, key=lambda shift: shift.span.start)
    for shift in shifts:
        assert shift.span.end - shift.span.start <= timedelta(hours=25)
        assert all(shift.span.start <= b.start < b.end <= shift.span.end for b in shift.breaks)
