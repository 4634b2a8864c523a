"""Durations as a dispatcher says them."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_MINUTES_AN_HOUR = 60


def duration_in_words(seconds: float) -> str:
    """Return a duration in words: `under a minute`, `4 min`, `1 h 20 min`, `3 days`.

    Parameters
    ----------
    seconds : float
        Not negative; rounded to the nearest minute, from two days on to days.
    """
    if seconds < _MINUTE_S:
        return "under a minute"
    if seconds >= 2 * _DAY_S:
        return f"{round(seconds / _DAY_S)} days"
    hours, minutes = divmod(round(seconds / _MINUTE_S), _MINUTES_AN_HOUR)
    parts = ((hours, "h"), (minutes, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def bound_s(seconds: float) -> int:
    """Return a round duration in seconds, at least as long: in 5 min steps up to an hour, hours, or days.

    For reasons that are stored and announced: a countdown would make each of them news every minute.

    Parameters
    ----------
    seconds : float
        Not negative.
    """
    step_s = 5 * _MINUTE_S if seconds <= _HOUR_S else _HOUR_S if seconds <= 2 * _DAY_S else _DAY_S
    return max(ceil(seconds / step_s), 1) * step_s


def skills_in_words(skills: Iterable[str]) -> str:
    """Return skills as `the skill gas` or `the skills gas, water`, by name.

    Parameters
    ----------
    skills : iterable of str
        At least one.
    """
    names = sorted(skills)
    return f"the skill{'s' if len(names) > 1 else ''} {', '.join(names)}"
