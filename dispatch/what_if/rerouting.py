"""Routes as a person wants them: what is wrong with them, and the city in which they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from equipage.dispatch.eligibility import obstacle
from equipage.dispatch.errors import StaleRoute
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.planner import Choice, Decision
from equipage.dispatch.planning.posing import PlannedStop
from equipage.dispatch.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChange:
    """A crew's jobs in order, what it does now included: as they are, and as they are to be."""

    crew_id: CrewId
    before: tuple[JobId, ...]
    after: tuple[JobId, ...]


def route_of(situation: Situation, crew_id: CrewId) -> tuple[JobId, ...]:
    """Return a crew's jobs in order, what it does now included.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Whose.
    """
    return tuple(each.job_id for each in situation.live_of(crew_id))


def route_changes(before: Situation, after: Situation) -> tuple[RouteChange, ...]:
    """Return which crews' routes are others, by crew.

    Parameters
    ----------
    before, after : Situation
        The latter may have more crews.
    """
    pairs = {crew_id: (route_of(before, crew_id), route_of(after, crew_id)) for crew_id in after.crews}
    return tuple(
        RouteChange(crew_id=crew_id, before=one, after=other)
        for crew_id, (one, other) in sorted(pairs.items())
        if one != other
    )


def caught_up(situation: Situation, routes: Sequence[RouteChange]) -> tuple[RouteChange, ...]:
    """Return routes without what is done meanwhile, and with the order that crews have now as the one before.

    Parameters
    ----------
    situation : Situation
        The city as it is.
    routes : sequence of RouteChange
        As they were looked at.
    """
    return tuple(_caught_up(situation, each) for each in routes)


def stale_routes(situation: Situation, routes: Sequence[RouteChange]) -> tuple[StaleRoute, ...]:
    """Return the routes that are not as they were looked at, and those that have got something of them.

    Parameters
    ----------
    situation : Situation
        The city as it is.
    routes : sequence of RouteChange
        With the routes as they were.
    """
    known = {each.crew_id for each in routes}
    pairs = [(each.crew_id, each.before, route_of(situation, each.crew_id)) for each in routes]
    for job_id in chain.from_iterable(each.after for each in routes):
        holder = situation.holder_of(job_id)
        if holder is not None and holder.crew_id not in known:
            now = route_of(situation, holder.crew_id)
            pairs.append((holder.crew_id, tuple(each for each in now if each != job_id), now))
    return tuple(
        StaleRoute(crew_id=crew_id, seen=seen, now=now) for crew_id, seen, now in pairs if seen != now
    )


def faults_of_routes(situation: Situation, routes: Sequence[RouteChange]) -> Iterator[str]:
    """Yield everything that is wrong with routes, which are as they were looked at.

    Parameters
    ----------
    situation : Situation
        The city as it is, with the crews that are called in.
    routes : sequence of RouteChange
        As they are to be.

    Yields
    ------
    str
        A fault with its code and facts.
    """
    wanted = Counter(chain.from_iterable(each.after for each in routes))
    yield from (Fault("job_twice", job_id=job_id) for job_id, n in wanted.items() if n > 1)
    yield from (Fault("no_open_job", job_id=job_id) for job_id in wanted if job_id not in situation.jobs)
    for each in routes:
        if each.crew_id not in situation.crews:
            yield Fault("no_crew", crew_id=each.crew_id)
        else:
            yield from _faults_of_route(situation, each)


def decided(situation: Situation, routes: Mapping[CrewId, Sequence[JobId]]) -> Decision:
    """Return routes as a decision, for the gate: who gets and who loses what, and in which order; not when.

    Parameters
    ----------
    situation : Situation
        The city as it is.
    routes : mapping of CrewId to sequence of JobId
        The whole routes of some crews, in which `faults_of_routes` finds nothing.
    """
    now = situation.now
    own = {crew_id: {each.job_id: each.id for each in situation.live_of(crew_id)} for crew_id in routes}
    stops = [(crew_id, *each) for crew_id, route in routes.items() for each in enumerate(route, start=1)]
    return Decision(
        assign=tuple(
            Choice(job_id=job_id, crew_id=crew_id, arrival=now, departure=now)
            for crew_id, _, job_id in stops
            if job_id not in own[crew_id]
        ),
        release=tuple(
            assignment_id
            for crew_id, had in own.items()
            for job_id, assignment_id in had.items()
            if job_id not in routes[crew_id]
        ),
        unassigned={},
        visits=tuple(
            PlannedStop(
                crew_id=crew_id,
                position=position,
                job_id=job_id,
                assignment_id=own[crew_id].get(job_id),
                arrival=now,
                departure=now,
            )
            for crew_id, position, job_id in stops
        ),
    )


def _caught_up(situation: Situation, route: RouteChange) -> RouteChange:
    before = tuple(each for each in route.before if each in situation.jobs)
    after = tuple(each for each in route.after if each in situation.jobs)
    now = route_of(situation, route.crew_id)
    same = sorted(now) == sorted(before)
    return RouteChange(crew_id=route.crew_id, before=now if same else before, after=after)


def _faults_of_route(situation: Situation, route: RouteChange) -> Iterator[str]:
    crew_id, running = route.crew_id, situation.running_of(route.crew_id)
    if running is not None and route.after[:1] != (running.job_id,):
        yield Fault("running_moved", crew_id=crew_id, job_id=running.job_id)
    idle = replace(situation, assignments={})  # what else the crew has is in the route
    for job_id in route.after:
        if job_id in situation.jobs and job_id not in route.before:
            why = obstacle(idle, crew_id, situation.jobs[job_id])
            if why is not None:
                yield Fault("unfit_route", crew_id=crew_id, job_id=job_id, why=why)
