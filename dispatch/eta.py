"""When crews will be where: one walk along each crew's route, with its uncertainty."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from equipage.dispatch.crews import current_break
from equipage.dispatch.model import Assignment, AssignmentId, CrewId, Eta, Job, JobId
from equipage.dispatch.pauses import BreakLeft, breaks_left, rested
from equipage.dispatch.situation import CrewPlace, Situation
from equipage.dispatch.status import AssignmentStatus, EtaBasis
from equipage.dispatch.travel import TravelTimes, leg_seconds

# All chosen before there were drives to compare with; `predicted_at` beside `arrived_at` will tell better.
DRIVE_LOW, DRIVE_HIGH = 0.8, 1.35
"""The shortest and longest usual drive, times the expected one: traffic costs more than it ever saves."""

WORK_LOW, WORK_HIGH = 0.5, 1.6
"""The shortest and longest usual work on site, times the expected one."""

SLACK_S = 60.0
"""Seconds to find the place and park."""

GREATEST_AGE_S = 900.0
"""Until then a position becomes less certain by a second a second; without any it is as uncertain as that."""

LEAST_WORK_LEFT_S = 60.0
"""What a crew on site is still taken to need at least, however short the usual work."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds from now, expected and in the usual range; inf when nobody can tell."""

    low: float
    mid: float
    high: float

    def after_drive(self, seconds: float) -> Moment:
        """Return the moment a drive of so many expected seconds later."""
        return Moment(self.low + DRIVE_LOW * seconds, self.mid + seconds, self.high + DRIVE_HIGH * seconds)

    def after_work(self, seconds: float) -> Moment:
        """Return the moment so many expected seconds of work later."""
        return Moment(self.low + WORK_LOW * seconds, self.mid + seconds, self.high + WORK_HIGH * seconds)

    def not_before(self, seconds: float) -> Moment:
        """Return the moment, or so many seconds from now where that is later."""
        return Moment(max(self.low, seconds), max(self.mid, seconds), max(self.high, seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is expected of one live assignment: how long until the crew arrives there and can leave again."""

    assignment_id: AssignmentId
    job_id: JobId
    eta: Eta
    departs: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """A crew's route from now on, and from where and when it can set off for something new.

    Parameters
    ----------
    visits : tuple of Visit
        In the order of the route, up to the first to which there is no way.
    lon, lat, basis
        Where it then is, and what an ETA from there rests on.
    free : Moment
        When it can set off, the break it falls into and the start of its shift considered.
    breaks : BreaksAhead
        Those that it has still to take then. Behind planned work one may have begun: what comes next may
        still be done before it.
    after : JobId or None
        The last job of its route.
    """

    crew_id: CrewId
    visits: tuple[Visit, ...]
    lon: float
    lat: float
    basis: EtaBasis
    free: Moment
    breaks: BreaksAhead
    after: JobId | None


def eta_of(
    situation: Situation, times: TravelTimes, assignment_ids: Collection[AssignmentId] | None = None
) -> Mapping[AssignmentId, Eta]:
    """Return when crews will be at their live assignments.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    assignment_ids : collection of AssignmentId, optional
        Which ones; all live ones when left out, and none that is not live.

    Returns
    -------
    mapping of AssignmentId to Eta
        Without those to which there is no way by road, and those behind them.
    """
    wanted = situation.assignments.keys() if assignment_ids is None else set(assignment_ids)
    crew_ids = {a.crew_id for a in situation.assignments.values() if a.id in wanted}
    found = itineraries(situation, times, sorted(crew_ids))
    visits = (visit for itinerary in found.values() for visit in itinerary.visits)
    return {visit.assignment_id: visit.eta for visit in visits if visit.assignment_id in wanted}


def itineraries(
    situation: Situation,
    times: TravelTimes,
    crew_ids: Sequence[CrewId],
    *,
    without: Collection[AssignmentId] = frozenset(),
) -> Mapping[CrewId, Itinerary]:
    """Return the routes of the crews from now on.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router; asked once for all crews.
    crew_ids : sequence of CrewId
        Whose.
    without : collection of AssignmentId
        Assignments to leave out, as if they were released.
    """
    routes = {c: [a for a in situation.live_of(c) if a.id not in without] for c in crew_ids}
    legs = [leg for crew_id, route in routes.items() for leg in legs_along(situation, crew_id, route)]
    seconds = iter(leg_seconds(times, np.array(legs, dtype=np.float64).reshape(-1, 2, 2)).tolist())
    return {crew_id: _walk(situation, crew_id, route, seconds) for crew_id, route in routes.items()}


def to_eta(situation: Situation, crew_id: CrewId, arrives: Moment, basis: EtaBasis) -> Eta:
    """Return a finite moment as an ETA in whole seconds, none of its times in the past.

    Parameters
    ----------
    situation : Situation
        The moment from which it counts.
    crew_id : CrewId
        Who arrives.
    arrives : Moment
        When.
    basis : EtaBasis
        What that rests on.
    """
    earliest, eta, latest = (
        situation.now + timedelta(seconds=max(round(seconds), 0))
        for seconds in (arrives.low, arrives.mid, arrives.high)
    )
    return Eta(crew_id=crew_id, eta=eta, earliest=earliest, latest=latest, basis=basis, as_of=situation.now)


def legs_along(
    situation: Situation, crew_id: CrewId, route: Sequence[Assignment]
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the legs still to be driven, from lon, lat to lon, lat.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Who drives.
    route : sequence of Assignment
        What to, in order; none leads to a job where the crew is already.
    """
    place = situation.position_of(crew_id)
    here = (place.lon, place.lat)
    for assignment in route:
        job = situation.jobs[assignment.job_id]
        if assignment.status is not AssignmentStatus.ON_SITE:
            yield here, (job.lon, job.lat)
        here = (job.lon, job.lat)


def _walk(
    situation: Situation, crew_id: CrewId, route: Sequence[Assignment], leg_s: Iterator[float]
) -> Itinerary:
    place = situation.position_of(crew_id)
    moment, basis = _start(place), place.basis
    here: CrewPlace | Job = place
    breaks: BreaksAhead | None = None
    visits = []
    for before, assignment in enumerate(route):
        job = situation.jobs[assignment.job_id]
        earliest_s = (job.earliest - situation.now).total_seconds()
        if assignment.status is AssignmentStatus.ON_SITE:
            eta: Eta | None = _arrived(assignment, situation)
            moment = _work_left(assignment, job, situation)
        else:
            if assignment.status is AssignmentStatus.EN_ROUTE:
                arrives = _arrival(situation, assignment, moment, next(leg_s)).not_before(earliest_s)
            else:
                if breaks is None:
                    moment = ready(situation, crew_id, moment)
                    breaks = BreaksAhead.of(situation, crew_id, moment)
                there = moment.after_drive(next(leg_s))
                breaks, arrives = breaks.before(there, earliest_s, job.duration_s)
            moment = arrives.after_work(job.duration_s)
            found = to_eta(situation, crew_id, arrives, basis) if np.isfinite(arrives.mid) else None
            eta = found and replace(found, visits_before=before)
        if eta is not None:
            visits.append(Visit(assignment_id=assignment.id, job_id=job.id, eta=eta, departs=moment))
        here, basis = job, EtaBasis.PLAN
    if breaks is None:
        moment = ready(situation, crew_id, moment)
        breaks = BreaksAhead.of(situation, crew_id, moment)
    return Itinerary(
        crew_id=crew_id,
        visits=tuple(visits),
        lon=here.lon,
        lat=here.lat,
        basis=basis,
        free=moment,
        breaks=breaks,
        after=route[-1].job_id if route else None,
    )


def _start(place: CrewPlace) -> Moment:
    age_s = GREATEST_AGE_S if place.age_s is None else min(place.age_s, GREATEST_AGE_S)
    # The vehicle may have driven on since: it can be nearer by that time, or farther.
    return Moment(-age_s, 0.0, SLACK_S + age_s)


def _arrival(situation: Situation, assignment: Assignment, moment: Moment, drive_s: float) -> Moment:
    reached = moment.after_drive(drive_s)
    driven_s = _driven_since_seen(situation, assignment)
    return Moment(reached.low, max(reached.mid - driven_s, 0.0), reached.high)


@dataclass(frozen=True, slots=True)
class BreaksAhead:
    """What a crew has still to take of its breaks, were it soon, as expected or late."""

    low: Sequence[BreakLeft]
    mid: Sequence[BreakLeft]
    high: Sequence[BreakLeft]

    @classmethod
    def of(cls, situation: Situation, crew_id: CrewId, free: Moment) -> BreaksAhead:
        """Return for each of the moments at which a crew may be free those that begin from then on."""
        low, mid, high = (
            tuple(breaks_left(situation, crew_id, max(seconds, 0.0)))
            for seconds in (free.low, free.mid, free.high)
        )
        return cls(low, mid, high)

    def before(self, there: Moment, earliest_s: float, work_s: float) -> tuple[BreaksAhead, Moment]:
        """Return what is left of them once a crew begins work that it comes to then, and when it begins.

        Parameters
        ----------
        there : Moment
            When it is there.
        earliest_s, work_s : float
            Seconds from now until the work may begin, and what it takes.
        """
        low, low_s = _rested(self.low, there.low, earliest_s, work_s)
        mid, mid_s = _rested(self.mid, there.mid, earliest_s, work_s)
        high, high_s = _rested(self.high, there.high, earliest_s, work_s)
        # Who is late may have had a whole break in a shorter wait, and who is soon has it still to take.
        begins = Moment(min(low_s, mid_s), mid_s, max(mid_s, high_s)).not_before(earliest_s)
        return BreaksAhead(low, mid, high), begins


def _rested(
    breaks: Sequence[BreakLeft], ready_s: float, earliest_s: float, work_s: float
) -> tuple[Sequence[BreakLeft], float]:
    taken, after_s = rested(breaks, ready_s=ready_s, earliest_s=earliest_s, work_s=work_s)
    return breaks[taken:], after_s


def _driven_since_seen(situation: Situation, assignment: Assignment) -> float:
    """Return the seconds that a crew has driven since its position: an ETA must not wait for fixes."""
    age_s = situation.position_of(assignment.crew_id).age_s
    under_way_s = (situation.now - (assignment.en_route_at or assignment.since)).total_seconds()
    driven_s = under_way_s if age_s is None else min(age_s, under_way_s)
    return min(max(driven_s, 0.0), GREATEST_AGE_S)


def _arrived(assignment: Assignment, situation: Situation) -> Eta:
    at = assignment.arrived_at or assignment.since
    crew_id, basis = assignment.crew_id, EtaBasis.ARRIVED
    return Eta(crew_id=crew_id, eta=at, earliest=at, latest=at, basis=basis, as_of=situation.now)


def _work_left(assignment: Assignment, job: Job, situation: Situation) -> Moment:
    begun_at = max(assignment.arrived_at or assignment.since, job.earliest)  # who comes too early waits
    begun_s = (begun_at - situation.now).total_seconds()
    left_s = max(work_left_s(job.duration_s, -begun_s), LEAST_WORK_LEFT_S)
    return Moment(0.0, 0.0, SLACK_S).not_before(begun_s).after_work(left_s)


def work_left_s(usual_s: float, worked_s: float) -> float:
    """Return what is left of work on average, in seconds, once it has taken so long.

    Parameters
    ----------
    usual_s : float
        What such work takes on average.
    worked_s : float
        What it has taken so far.

    Notes
    -----
    The mean residual life of work that spreads by half of its mean, as Erlang's distribution of four steps
    does: nearly half is left when the usual time is over, and never less than a quarter. With the usual less
    what has passed instead, replayed days had crews waited for in vain.
    """
    step_s = usual_s / 4.0
    if step_s <= 0.0:
        return 0.0
    steps = max(worked_s, 0.0) / step_s
    yet_to_end = 1.0 + steps + steps**2 / 2.0 + steps**3 / 6.0
    return usual_s * (1.0 + steps**4 / 24.0 / yet_to_end) - steps * step_s


def ready(situation: Situation, crew_id: CrewId, moment: Moment) -> Moment:
    """Return when the crew can set off: then, or after the break it falls into, or when the shift starts.

    Parameters
    ----------
    situation : Situation
        With the crew's shift.
    crew_id : CrewId
        Who.
    moment : Moment
        When it has nothing else to do.
    """
    shift = situation.shifts.get(crew_id)
    if shift is None or not np.isfinite(moment.mid):
        return moment
    moment = moment.not_before((shift.span.start - situation.now).total_seconds())
    if not shift.breaks:
        return moment

    def after_break(seconds: float) -> float:
        # A moment before now tells how far it may have come; it sets off from now on.
        pause = current_break(shift, situation.now + timedelta(seconds=max(seconds, 0.0)))
        return seconds if pause is None else (pause.end - situation.now).total_seconds()

    # Who is done sooner may set off before the break, and who is done later comes after it.
    return Moment(after_break(moment.low), after_break(moment.mid), after_break(moment.high))
