"""Profiles by their names."""

from __future__ import annotations

import pytest

from equipage.routing.errors import UnknownProfileError
from equipage.routing.profile import PROFILES, profile_named


def test_profiles_are_found_by_name() -> None:
    """Every profile is found under its own name."""
    assert [profile_named(name).name for name in PROFILES] == list(PROFILES)


def test_an_unknown_profile_is_refused_with_the_choices() -> None:
    """The message says what was asked for and what there is."""
    with pytest.raises(UnknownProfileError, match=r"'bicycle'.*van, truck, emergency"):
        profile_named("bicycle")
