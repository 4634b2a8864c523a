"""Hours, weekdays and seasons as they occur on turn restrictions, and what of them is not understood."""

from __future__ import annotations

from datetime import datetime

import pytest

from equipage.routing.hours import hours_of_tags, read_hours

MONDAY, WEDNESDAY, SATURDAY, SUNDAY = "2026-03-02", "2026-03-04", "2026-03-07", "2026-03-08"


@pytest.mark.parametrize(
    ("text", "within", "outside"),
    [
        ("07:00-09:00", f"{SUNDAY} 07:00", f"{MONDAY} 09:00"),
        ("Mo-Fr 07:00-09:00", f"{MONDAY} 08:59", f"{SATURDAY} 08:00"),
        ("Mo-Fr 7:00-9:00,16:00-18:30", f"{MONDAY} 18:29", f"{MONDAY} 12:00"),
        ("Mo,We,Sa-Su", f"{SUNDAY} 23:59", "2026-03-03 12:00"),
        ("Sa-Mo", f"{MONDAY} 00:00", f"{WEDNESDAY} 00:00"),
        ("Mo-Fr 07:00-19:00; Sa 08:00-12:00", f"{SATURDAY} 11:59", f"{SATURDAY} 12:00"),
        ("Mo-Su 08:00-18:00; We 10:00-12:00", f"{WEDNESDAY} 10:00", f"{WEDNESDAY} 08:30"),
        ("Mo-Su 08:00-18:00; We off", f"{MONDAY} 08:30", f"{WEDNESDAY} 08:30"),
        ("Mo-Fr 07:00-09:00, 16:00-18:30", f"{MONDAY} 18:29", f"{MONDAY} 12:00"),
        ("22:00-06:00", f"{MONDAY} 05:59", f"{MONDAY} 06:00"),
        ("Sa 22:00-06:00", f"{SUNDAY} 05:00", f"{SATURDAY} 05:00"),
        ("Sa 22:00-26:00", f"{SUNDAY} 01:59", f"{SUNDAY} 02:00"),
        ("24/7", f"{SUNDAY} 03:00", None),
        ("Sep-Jun Mo-Fr 08:00-16:00", f"{MONDAY} 08:00", "2026-07-06 08:00"),
        ("Apr-Sep: Mo-Su 09:00-18:00", "2026-09-30 17:59", f"{MONDAY} 12:00"),
        ("Apr 15-Sep 30", "2026-04-15 00:00", "2026-04-14 23:59"),
        ("Dec 20-Jan 05", "2026-01-05 12:00", "2026-01-06 12:00"),
        ("Jul 10-20", "2026-07-20 12:00", "2026-07-21 12:00"),
        ("May", "2026-05-31 12:00", "2026-06-01 12:00"),
    ],
)
def test_hours_hold_when_they_say(text: str, within: str, outside: str | None) -> None:
    """The beginning of a span is within it and its end is not; the last rule about a day decides."""
    hours = read_hours(text)
    assert hours is not None
    assert hours.hold_at(datetime.fromisoformat(within))
    assert outside is None or not hours.hold_at(datetime.fromisoformat(outside))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "PH",
        "Mo-Fr 07:00-09:00; PH off",
        "sunrise-sunset",
        "weight>7.5",
        "Mo-Fr 07:00-09:00 AND wet",
        "07:00+",
        "7am-9am",
        "07:60-09:00",
        "08:00-99:00",
        "Mo 07:00-09:00, Tu 08:00-09:00",
        "Jan 40",
        "Mo[1]",
        "week 10-20",
    ],
)
def test_what_is_not_understood_is_none(text: str) -> None:
    """Nothing is guessed: one unknown part makes the whole unknown."""
    assert read_hours(text) is None


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"hour_on": "07:00", "hour_off": "9:00"}, "07:00-9:00"),
        (
            {"day_on": "Monday", "day_off": "friday", "hour_on": "7:30;16:00", "hour_off": "9:30; 18:00"},
            "Mo-Fr 7:30-9:30,16:00-18:00",
        ),
        ({"day_on": "Sa", "day_off": "Su"}, "Sa-Su"),
    ],
)
def test_the_older_tags_say_the_same(tags: dict[str, str], said: str) -> None:
    """`day_on`, `day_off`, `hour_on` and `hour_off` become a condition that is understood."""
    assert hours_of_tags(tags) == said
    assert read_hours(said) is not None


@pytest.mark.parametrize(
    "tags", [{"day_on": "Monday"}, {"hour_on": "07:00"}, {"hour_on": "07:00;16:00", "hour_off": "09:00"}]
)
def test_older_tags_by_halves_are_not_understood(tags: dict[str, str]) -> None:
    """Where a day or an hour has no counterpart nobody knows how long it holds."""
    assert read_hours(hours_of_tags(tags)) is None
