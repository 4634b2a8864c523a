"""What a citizen was told about the arrival, and whether that has slipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from equipage.dispatch.model import Assignment
from equipage.dispatch.status import AssignmentStatus

SLIPPED = timedelta(minutes=5)
"""What is less is no delay to whoever waits: an arrival is told with an interval that is wider."""

_CALLED_OFF = frozenset({AssignmentStatus.REFUSED, AssignmentStatus.RELEASED})


def first_promise(assignments: Sequence[Assignment], *, since: datetime) -> datetime | None:
    """Return the arrival that was predicted when the first crew was found; None where there was none.

    Parameters
    ----------
    assignments : sequence of Assignment
        All of a report, oldest first.
    since : datetime
        When the report began to wait: it was filed, or reopened.
    """
    made = (each.promised_at for each in assignments if each.created_at >= since)
    return next((at for at in made if at is not None), None)


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
