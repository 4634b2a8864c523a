"""When a vehicle is not followed, how long it is known where it was, and when a crew may call a citizen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from equipage.dispatch.crews import current_break
from equipage.dispatch.model import Assignment, Shift

AROUND_SHIFT = timedelta(minutes=30)
"""How long before and after a shift a vehicle is followed: the way from the depot and back to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """When a crew that uses a vehicle is at work.

    Parameters
    ----------
    paused_since : datetime or None
        Since when it pauses.
    running : bool
        Whether it is on its way or at work, whatever its hours.
    shifts : sequence of Shift
        Those with the vehicle that overlap the time looked at, `AROUND_SHIFT` more on either side.
    """

    paused_since: datetime | None
    running: bool
    shifts: Sequence[Shift]


def is_private(at: datetime, duties: Sequence[Duty]) -> bool:
    """Tell whether a vehicle was not to be followed at a moment.

    It is followed while a crew that uses it is on shift and not on a break, or has set off for a job, and has
    not paused. A vehicle that no crew uses has nothing to hide.

    Parameters
    ----------
    at : datetime
        When the position was taken.
    duties : sequence of Duty
        One for each crew that uses the vehicle, usually or in a shift.
    """
    return bool(duties) and not any(_is_at_work(duty, at) for duty in duties)


def positions_known_since(now: datetime, *, days: int) -> datetime:
    """Return the midnight (UTC) before which no position is kept, so that none is for more than these days.

    Parameters
    ----------
    now : datetime
        The present.
    days : int
        At least 1, which keeps those of today.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)


def shares_contact(assignment: Assignment) -> bool:
    """Tell whether a crew may know how to call the citizen: while it is under way or on site, no longer."""
    return assignment.status.is_running


def _is_at_work(duty: Duty, at: datetime) -> bool:
    if duty.paused_since is not None and at >= duty.paused_since:
        return False
    return duty.running or any(_is_on(shift, at) for shift in duty.shifts)


def _is_on(shift: Shift, at: datetime) -> bool:
    within = shift.span.start - AROUND_SHIFT <= at < shift.span.end + AROUND_SHIFT
    return within and not shift.absent and current_break(shift, at) is None
