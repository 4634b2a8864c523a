"""What a citizen was told about the arrival, and whether that has slipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from equipage.dispatch.model import Assignment
from equipage.dispatch.status import AssignmentStatus

SLIPPED = timedelta(minutes=5)
"""What is less is no delay to whoever waits: an arrival is told with an interval that is wider."""

SETTLES = timedelta(minutes=5)
"""How long a promise follows the plan before it counts, from the first crew on.

In a burst the plan is made anew with every report, and what came early in it goes back and forth. Nobody has
arranged anything by an arrival that was told a moment ago; and it is no more than what counts as a delay, so
that no real one is told late.
"""

_CALLED_OFF = frozenset({AssignmentStatus.REFUSED, AssignmentStatus.RELEASED})


def first_promise(assignments: Sequence[Assignment], *, since: datetime, now: datetime) -> datetime | None:
    """Return the arrival that was promised first and had settled; None where there is none yet.

    Parameters
    ----------
    assignments : sequence of Assignment
        All of a report, oldest first.
    since : datetime
        When the report began to wait: it was filed, or reopened.
    now : datetime
        The moment.
    """
    made = [each for each in assignments if each.created_at >= since and each.promised_at is not None]
    if not made or is_settling(made[0], now):
        return None
    settled_at = made[0].created_at + SETTLES
    return [each.promised_at for each in made if each.created_at <= settled_at][-1]


def is_settling(assignment: Assignment, now: datetime) -> bool:
    """Tell whether an assignment is so new that its promise still follows the plan."""
    return now < assignment.created_at + SETTLES


def slipped_by(promised: datetime | None, eta: datetime) -> timedelta | None:
    """Return by how much an arrival is later than was promised; None where that is no news."""
    late = eta - promised if promised is not None else timedelta()
    return late if late >= SLIPPED else None


def lost_its_crew(assignments: Sequence[Assignment], *, since: datetime) -> bool:
    """Tell whether a crew had been found, was called off or refused, and no other has come in its place.

    Parameters
    ----------
    assignments : sequence of Assignment
        All of a report, oldest first.
    since : datetime
        When the report began to wait.
    """
    made = [each for each in assignments if each.created_at >= since]
    return bool(made) and all(each.status in _CALLED_OFF for each in made)
