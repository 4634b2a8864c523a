"""How the pages that the server makes say when, how long and how far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from equipage.api.page_times import Times
from equipage.api.words.pages import ENGLISH, FRENCH, PageWords

NOW = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
"""In Dijon that is half past eleven at night."""

NO_BREAK = "\N{NO-BREAK SPACE}"


def times(words: PageWords) -> Times:
    """Return how a page of Dijon says it."""
    return Times(words=words, zone=ZoneInfo("Europe/Paris"), now=NOW)


@pytest.mark.parametrize(
    ("minutes", "words", "said"),
    [
        (0, FRENCH, "23:30"),
        (-600, ENGLISH, "13:30"),
        (30, FRENCH, "le mercredi 25 novembre à 00:00"),
        (30, ENGLISH, "Wednesday 25 November at 00:00"),
        (7 * 24 * 60, FRENCH, "le mardi 1er décembre à 23:30"),
        (7 * 24 * 60, ENGLISH, "Tuesday 1 December at 23:30"),
    ],
)
def test_a_moment_is_told_in_the_citys_time(minutes: int, words: PageWords, said: str) -> None:
    """Today needs no date; a day ends at the city's midnight."""
    assert times(words).moment(NOW + timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 min"), (29, "1 min"), (95, "2 min"), (3570, "1 h 00"), (4800, "1 h 20"), (172_800, "2 jours")],
)
def test_a_duration_is_told_in_minutes(seconds: float, said: str) -> None:
    """Never in none; from two days on in days; no line ends within it."""
    assert times(FRENCH).duration(seconds) == said.replace(" ", NO_BREAK)


@pytest.mark.parametrize(
    ("metres", "words", "said"),
    [(3, FRENCH, "100 m"), (449, FRENCH, "400 m"), (951, FRENCH, "1,0 km"), (2_449, ENGLISH, "2.4 km")],
)
def test_a_distance_is_told_roughly(metres: float, words: PageWords, said: str) -> None:
    """In hundreds of metres: a page must not tell more."""
    assert times(words).distance(metres) == said.replace(" ", NO_BREAK)
