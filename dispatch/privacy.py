"""When a vehicle is not followed, how long it is known where it was, and when a crew may call a citizen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from equipage.dispatch.crews import current_break
from equipage.dispatch.model import Assignment, Crew, CrewId, Shift, VehicleId

AROUND_SHIFT = timedelta(minutes=30)
"""How long before and after a shift a vehicle is followed: the way from the depot and back to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """Who is at work when.

    Parameters
    ----------
    crews : sequence of Crew
        All of them.
    shifts : sequence of Shift
        All that overlap the time looked at, `AROUND_SHIFT` more on either side.
    running : collection of CrewId
        The crews that are on their way or at work, whatever their hours.
    """

    crews: Sequence[Crew]
    shifts: Sequence[Shift]
    running: Collection[CrewId]


def is_private(vehicle_id: VehicleId, at: datetime, duties: Duties) -> bool:
    """Tell whether a vehicle was not to be followed at a moment.

    It is followed while a crew that uses it is on shift and not on a break, or has set off for a job, and has
    not paused. A vehicle that no crew uses has nothing to hide.

    Parameters
    ----------
    vehicle_id : VehicleId
        Which one.
    at : datetime
        When the position was taken.
    duties : Duties
        Who is at work when.
    """
    shifts = [shift for shift in duties.shifts if shift.vehicle_id == vehicle_id]
    on_shift = {shift.crew_id for shift in shifts}
    users = [crew for crew in duties.crews if crew.vehicle_id == vehicle_id or crew.id in on_shift]
    return bool(users) and not any(_is_at_work(crew, at, shifts, duties.running) for crew in users)


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


def _is_at_work(crew: Crew, at: datetime, shifts: Sequence[Shift], running: Collection[CrewId]) -> bool:
    if crew.paused_since is not None and at >= crew.paused_since:
        return False
    return crew.id in running or any(_is_on(shift, at) for shift in shifts if shift.crew_id == crew.id)


def _is_on(shift: Shift, at: datetime) -> bool:
    within = shift.span.start - AROUND_SHIFT <= at < shift.span.end + AROUND_SHIFT
    return within and not shift.absent and current_break(shift, at) is None
