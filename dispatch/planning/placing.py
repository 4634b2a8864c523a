"""Where in its crew's route a job goes that somebody gives by hand, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Sequence

from equipage.dispatch.eligibility import seconds_left
from equipage.dispatch.eta import Itinerary, itineraries
from equipage.dispatch.model import Assignment, CrewId, JobId, Stop
from equipage.dispatch.plans import stops_of
from equipage.dispatch.situation import Situation, rerouted
from equipage.dispatch.travel import TravelTimes

Route = Sequence[Assignment]


def places(situation: Situation, crew_id: CrewId, job_id: JobId, position: int | None) -> tuple[Route, Route]:
    """Return what a crew has before a job and behind it, in order; the job itself is in neither.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Whose route.
    job_id : JobId
        What is to have a place in it.
    position : int or None
        Which place among what is planned, from 1. None is the first behind the pins that come first: whatever
        a dispatcher has fixed comes in the order in which it was.
    """
    route = [each for each in situation.live_of(crew_id) if each.job_id != job_id]
    running = sum(each.status.is_running for each in route)
    head = sum(each.job_id != job_id for each in situation.head_of(crew_id))
    first = head if position is None else running + max(position, 1) - 1
    return route[:first], route[first:]


def route_stops(situation: Situation, times: TravelTimes, crew_id: CrewId, route: Route) -> Sequence[Stop]:
    """Return the stops of a crew that has these jobs in this order, each to which there is a way.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    crew_id : CrewId
        Whose.
    route : sequence of Assignment
        All that it is to have.
    """
    return stops_of(_itinerary(situation, times, crew_id, route), situation.now)


def fitting(
    situation: Situation, times: TravelTimes, new: Assignment, before: Route, after: Route
) -> tuple[Route, Route]:
    """Return a crew's route with a new assignment, and what behind it no longer fits into the shift.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router; asked once more for each job that does not fit.
    new : Assignment
        Of the crew's.
    before, after : sequence of Assignment
        What it has before that and behind. Only what comes behind gives way, and no pin does.
    """
    if new.crew_id not in situation.shifts:
        return [*before, new, *after], []
    left_s = seconds_left(situation, new.crew_id)
    kept, displaced = list(after), []
    while (late := _too_late(situation, times, [*before, new, *kept], left_s, among=kept)) is not None:
        kept.remove(late)
        displaced.append(late)
    return [*before, new, *kept], displaced


def _too_late(
    situation: Situation, times: TravelTimes, route: Route, left_s: float, *, among: Route
) -> Assignment | None:
    """Return the first of some that its crew could not finish in its shift, pins aside."""
    if not among:
        return None
    visits = _itinerary(situation, times, route[0].crew_id, route).visits
    late = {visit.assignment_id for visit in visits if visit.departs.mid > left_s}
    return next((each for each in among if each.id in late and not each.pinned), None)


def _itinerary(situation: Situation, times: TravelTimes, crew_id: CrewId, route: Route) -> Itinerary:
    return itineraries(rerouted(situation, crew_id, route), times, [crew_id])[crew_id]
