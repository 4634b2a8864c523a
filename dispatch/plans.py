"""What becomes of the plan when something changes between two ticks of the planner."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from equipage.dispatch.eta import Itinerary
from equipage.dispatch.model import AssignmentId, CrewId, JobId, Plan, Stop

NOTICEABLE = timedelta(seconds=60)
"""A time that moves by no more is no news: people speak of minutes."""


def stops_of(itinerary: Itinerary, now: datetime) -> tuple[Stop, ...]:
    """Return a crew's route as stops of the plan, without those to which there is no way.

    Parameters
    ----------
    itinerary : Itinerary
        The crew's.
    now : datetime
        The moment that it is of.
    """
    return tuple(
        Stop(
            crew_id=itinerary.crew_id,
            position=position,
            job_id=visit.job_id,
            assignment_id=visit.assignment_id,
            arrival=visit.eta.eta,
            departure=now + timedelta(seconds=round(visit.departs.mid)),
        )
        for position, visit in enumerate(itinerary.visits, start=1)
    )


def plan_after(
    plan: Plan,
    *,
    now: datetime,
    without: Collection[AssignmentId] = frozenset(),
    earliest: Mapping[JobId, datetime] | None = None,
    routes: Mapping[CrewId, Sequence[Stop]] | None = None,
) -> Plan:
    """Return the next plan: with some stops gone, and some crews' routes as they were worked out anew.

    Parameters
    ----------
    plan : Plan
        The present one.
    now : datetime
        The moment of the change.
    without : collection of AssignmentId
        Whose stops go. What comes behind one comes sooner by the work that is not done there.
    earliest : mapping of JobId to datetime, optional
        Before when the jobs behind may not begin.
    routes : mapping of CrewId to sequence of Stop, optional
        The whole routes of those crews, in order.

    Notes
    -----
    The detour that is saved, and breaks, take roads and shifts to work out: the planner's next tick does.
    """
    new = routes or {}
    stops: list[Stop] = []
    for crew_id, route in groupby(plan.stops, key=lambda stop: stop.crew_id):
        if crew_id not in new:
            stops += _closed_up(list(route), without, earliest or {}, now)
    for anew in new.values():
        stops += anew
    in_order = sorted(stops, key=lambda stop: (stop.crew_id, stop.position))
    return replace(plan, version=plan.version + 1, as_of=now, stops=tuple(numbered(in_order)))


def behind(plan: Plan, without: Collection[AssignmentId]) -> Iterator[Stop]:
    """Yield the stops that stay and come behind one that goes.

    Parameters
    ----------
    plan : Plan
        The present one.
    without : collection of AssignmentId
        Whose stops go.
    """
    for _, route in groupby(plan.stops, key=lambda stop: stop.crew_id):
        gone = False
        for stop in route:
            if stop.assignment_id in without:
                gone = True
            elif gone:
                yield stop


def is_news(stops: Sequence[Stop], planned: Sequence[Stop]) -> bool:
    """Tell whether stops differ from the planned ones: by more than a minute for each of the route so far.

    Parameters
    ----------
    stops, planned : sequence of Stop
        By crew and position.
    """
    return len(stops) != len(planned) or any(
        _is_another(one, other) for one, other in zip(stops, planned, strict=True)
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


def changed_crews(before: Plan, after: Plan) -> frozenset[CrewId]:
    """Return the crews whose routes are news.

    Parameters
    ----------
    before, after : Plan
        Two plans, one after the other.
    """
    old, new = _routes(before), _routes(after)
    return frozenset(c for c in old.keys() | new.keys() if is_news(new.get(c, ()), old.get(c, ())))


def _routes(plan: Plan) -> Mapping[CrewId, Sequence[Stop]]:
    return {crew_id: tuple(route) for crew_id, route in groupby(plan.stops, key=lambda stop: stop.crew_id)}


def _closed_up(
    route: Sequence[Stop],
    without: Collection[AssignmentId],
    earliest: Mapping[JobId, datetime],
    now: datetime,
) -> Iterator[Stop]:
    """Yield the stops that stay, each sooner by the work that is not done before it."""
    saved = timedelta()
    for stop in route:
        if stop.assignment_id in without:
            saved += max(stop.departure - max(stop.arrival, now), timedelta())
            continue
        arrival = stop.arrival
        if saved:
            arrival = min(stop.arrival, max(stop.arrival - saved, earliest.get(stop.job_id, now), now))
        saved = stop.arrival - arrival
        yield replace(stop, arrival=arrival, departure=stop.departure - saved)


def _is_another(one: Stop, other: Stop) -> bool:
    """Tell whether a stop is another, or moved noticeably: the farther along the route, the less sure."""
    return _who_where(one) != _who_where(other) or (
        abs(one.arrival - other.arrival) > NOTICEABLE * one.position
    )


def _who_where(stop: Stop) -> tuple[str, int, str, str]:
    return stop.crew_id, stop.position, stop.job_id, stop.assignment_id
