"""What becomes of the plan when something changes between two ticks of the planner."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from equipage.dispatch.model import AssignmentId, Plan, Stop

NOTICEABLE = timedelta(seconds=60)
"""A time that moves by no more is no news: people speak of minutes."""


def plan_after(
    plan: Plan,
    *,
    now: datetime,
    without: Collection[AssignmentId] = frozenset(),
    added: Sequence[Stop] = (),
) -> Plan:
    """Return the next plan: with some stops gone and others at the ends of their crews' routes.

    Parameters
    ----------
    plan : Plan
        The present one.
    now : datetime
        The moment of the change.
    without : collection of AssignmentId
        Whose stops go.
    added : sequence of Stop
        New stops; their positions do not matter.
    """
    kept = [stop for stop in plan.stops if stop.assignment_id not in without]
    stops = sorted([*kept, *added], key=lambda stop: (stop.crew_id, stop in added, stop.position))
    return replace(plan, version=plan.version + 1, as_of=now, stops=tuple(numbered(stops)))


def is_news(stops: Sequence[Stop], planned: Sequence[Stop]) -> bool:
    """Tell whether stops differ from what is planned: in anything but a minute of their times.

    Parameters
    ----------
    stops, planned : sequence of Stop
        By crew and position.
    """
    return len(stops) != len(planned) or any(
        _who_where(one) != _who_where(other) or abs(one.arrival - other.arrival) > NOTICEABLE
        for one, other in zip(stops, planned, strict=True)
    )


def numbered(stops: Sequence[Stop]) -> Iterator[Stop]:
    """Yield stops with positions that count from 1 along each route.

    Parameters
    ----------
    stops : sequence of Stop
        By crew, and in the order of their routes.
    """
    for _, route in groupby(stops, key=lambda stop: stop.crew_id):
        for position, stop in enumerate(route, start=1):
            yield replace(stop, position=position)


def _who_where(stop: Stop) -> tuple[str, int, str, str]:
    return stop.crew_id, stop.position, stop.job_id, stop.assignment_id
