"""Numbers out of tags about speed and time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.routing.speeds import duration_s, limit_kph


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("50", 50.0),
        ("30.5", 30.5),
        ("50 km/h", 50.0),
        ("50kmh", 50.0),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("10 knots", 18.52),
        ("FR:urban", 50.0),
        ("FR:rural", 80.0),
        ("IT:rural", 90.0),
        ("FR:motorway", 130.0),
        ("FR:living_street", 20.0),
        ("DE:living_street", 7.0),
        ("FR:30", 30.0),
        ("FR:zone30", 30.0),
        ("DE:zone:20", 20.0),
        ("zone:30", 30.0),
        ("UK:nsl_dual", 112.65),
        ("walk", 7.0),
        ("DE:walk", 7.0),
        ("AR:urban", 40.0),
        ("PL:expressway", 120.0),
        ("none", 140.0),
        ("50;30", 30.0),
        ("50; signals", 50.0),
    ],
)
def test_limits_are_understood(value: str, expected: float) -> None:
    """Units, national zones, zones by number, words, and of several the lowest."""
    assert limit_kph(value) == pytest.approx(expected)


@pytest.mark.parametrize("value", ["", "0", "signals", "variable", "fast", "50 furlongs", "-30", "FR:"])
def test_what_is_no_limit_is_none(value: str) -> None:
    """Nothing is guessed from a value that says no number."""
    assert limit_kph(value) is None


@given(st.text())
def test_any_text_is_no_limit_or_a_positive_one(value: str) -> None:
    """Whatever mappers write, no zero or negative speed comes out, nor an error."""
    limit = limit_kph(value)
    assert limit is None or limit > 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20", 1200.0),
        ("1:30", 5400.0),
        ("00:20:30", 1230.0),
        ("PT20M", 1200.0),
        ("PT1H5M", 3900.0),
        ("0", None),
        ("PT", None),
        ("soon", None),
    ],
)
def test_durations_are_understood(value: str, expected: float | None) -> None:
    """Minutes, clock forms and ISO 8601 periods; nothing and nonsense are None."""
    assert duration_s(value) == expected
