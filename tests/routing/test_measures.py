"""Numbers out of tags about sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.routing.measures import metres, tonnes, vehicle_fits
from equipage.routing.profile import VAN


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3.5", 3.5),
        ("3,5 m", 3.5),
        ("350 cm", 3.5),
        ("10 ft", 3.048),
        ("10'", 3.048),
        ("6'2\"", 1.8796),
        ("6' 2''", 1.8796),
        ("default", None),
        ("none", None),
        ("3 t", None),
        ("", None),
    ],
)
def test_lengths_are_understood(value: str, expected: float | None) -> None:
    """Metres, centimetres, feet and inches; words are no lengths."""
    assert metres(value) == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3.5", 3.5),
        ("7,5 t", 7.5),
        ("3500 kg", 3.5),
        ("10000 lbs", 4.5359),
        ("20 st", 18.1437),
        ("3 m", None),
    ],
)
def test_weights_are_understood(value: str, expected: float | None) -> None:
    """Tonnes, kilograms, pounds and American tons."""
    assert tonnes(value) == (expected if expected is None else pytest.approx(expected, abs=1e-4))


@given(st.text())
def test_any_text_is_no_size_or_one_that_is_not_negative(value: str) -> None:
    """Whatever mappers write, no negative size comes out, nor an error."""
    assert all(size is None or size >= 0 for size in (metres(value), tonnes(value)))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"maxheight": "2.4"}, False),
        ({"maxheight": "2.5"}, True),
        ({"maxheight": "default"}, True),
        ({"maxheight:physical": "2.4", "maxheight": "3"}, False),
        ({"maxwidth": "1.9"}, False),
        ({"width": "6'3\""}, True),
        ({"width": "6'2\""}, False),
        ({"est_width": "1"}, False),
        ({"width": "narrow"}, True),
        ({"narrow": "yes"}, True),
        ({"maxweight": "3.5 t"}, True),
        ({"maxweight": "3000 kg"}, False),
        ({"maxlength": "4"}, False),
        ({"maxaxleload": "2 t"}, False),
    ],
)
def test_a_van_keeps_to_limits_of_size(tags: dict[str, str], *, expected: bool) -> None:
    """2.5 m high, 1.9 m wide, 4.8 m long, 3.5 t, as OSRM's car."""
    assert vehicle_fits(tags, VAN) is expected
