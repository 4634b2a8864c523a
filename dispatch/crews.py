"""What a crew is doing now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from equipage.dispatch.model import Assignment, Crew, CrewId, Shift, TimeSpan
from equipage.dispatch.status import AssignmentStatus, CrewStatus


def current_shift(shifts: Iterable[Shift], crew_id: CrewId, now: datetime) -> Shift | None:
    """Return the shift of the crew that is on now, the earliest if several are.

    Parameters
    ----------
    shifts : iterable of Shift
        Of any crews, in any order; an absent one counts as a shift.
    crew_id : CrewId
        Whose.
    now : datetime
        The moment.

    Returns
    -------
    Shift or None
        None when the crew has no shift at that moment.
    """
    on_now = (shift for shift in shifts if shift.crew_id == crew_id and now in shift.span)
    return min(on_now, key=lambda shift: shift.span.start, default=None)


def current_break(shift: Shift, now: datetime) -> TimeSpan | None:
    """Return the break of the shift that is on now, if any.

    Parameters
    ----------
    shift : Shift
        With its breaks.
    now : datetime
        The moment.
    """
    return next((pause for pause in shift.breaks if now in pause), None)


def crew_status(crew: Crew, shift: Shift | None, live: Sequence[Assignment], now: datetime) -> CrewStatus:
    """Return what the crew is doing.

    A started assignment says it, even after the shift's end or during a break; a paused crew without one is
    on break.

    Parameters
    ----------
    crew : Crew
        Who.
    shift : Shift or None
        Its current or next shift.
    live : sequence of Assignment
        Its live assignments.
    now : datetime
        The moment.
    """
    statuses = {assignment.status for assignment in live}
    if AssignmentStatus.ON_SITE in statuses:
        return CrewStatus.ON_SITE
    if AssignmentStatus.EN_ROUTE in statuses:
        return CrewStatus.EN_ROUTE
    if shift is None or shift.absent or now not in shift.span:
        return CrewStatus.OFF_SHIFT
    if crew.paused_since is not None or current_break(shift, now) is not None:
        return CrewStatus.ON_BREAK
    return CrewStatus.AVAILABLE
