"""What two plans of the same moment mean for every job, and what is different between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from equipage.dispatch.eta import itineraries, legs_along
from equipage.dispatch.model import CrewId, Job, JobId, ReportId
from equipage.dispatch.plans import NOTICEABLE
from equipage.dispatch.promise import slipped_by
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.situation import Situation
from equipage.dispatch.sla import sla_state
from equipage.dispatch.status import SlaState
from equipage.dispatch.travel import TravelTimes, leg_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of one open job.

    Parameters
    ----------
    crew_id : CrewId or None
        Who has it.
    position : int or None
        Its place on the crew's route, 1 for what the crew does now or next.
    arrival : datetime or None
        When the crew is there; None without a crew or a way.
    sla : SlaState
        How its promise stands.
    late_s : float
        Seconds by which it is late: at the arrival, or by now where none is known.
    breaks_promise : bool
        Whether the citizen was told an arrival that will not be kept.
    reason : Reason or None
        Why nobody has it.
    """

    crew_id: CrewId | None
    position: int | None
    arrival: datetime | None
    pinned: bool
    sla: SlaState
    late_s: float
    breaks_promise: bool
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A plan in figures.

    Parameters
    ----------
    driving_s : float
        Seconds that all crews still drive to their jobs.
    waiting_s : float
        Seconds from now until work begins, over all jobs with a crew that is still to come.
    lateness_s : float
        Seconds after the due time, over all jobs.
    late : int
        How many jobs are late.
    without_crew : int
        How many jobs have no crew.
    broken_promises : int
        To how many citizens an arrival was told that will not be kept.
    """

    driving_s: float
    waiting_s: float
    lateness_s: float
    late: int
    without_crew: int
    broken_promises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A plan as its jobs see it, every open job among them, and in figures."""

    jobs: Mapping[JobId, Expected]
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDifference:
    """What is different for one job.

    Parameters
    ----------
    later_s : float or None
        Seconds by which its crew comes later, negative for sooner; None without two arrivals.
    breaks_promise : bool
        Whether what the citizen was told is kept before, and not after.
    by_hand : bool
        Whether a person names it, or it only follows.
    why : Reason or None
        Why its crew loses it, or nobody has it; None where a person says so or it merely gets a crew.
    """

    job_id: JobId
    report_id: ReportId | None
    before: Expected
    after: Expected
    later_s: float | None
    breaks_promise: bool
    by_hand: bool
    why: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """What is different between two plans.

    Parameters
    ----------
    jobs : tuple of JobDifference
        Those that change: what a person named first, then the gravest.
    before, after : Totals
        Both in figures.
    """

    jobs: tuple[JobDifference, ...]
    before: Totals
    after: Totals


@dataclass(slots=True)
class _Routes:
    """Where jobs stand on their crews' routes, and when they are reached."""

    position: dict[JobId, int] = field(default_factory=dict)
    arrival: dict[JobId, datetime] = field(default_factory=dict)


def forecast(
    situation: Situation, times: TravelTimes, unassigned: Mapping[JobId, Reason] | None = None
) -> Forecast:
    """Return what the assignments of a situation mean for its open jobs.

    Parameters
    ----------
    situation : Situation
        The moment, with the plan to be looked at.
    times : TravelTimes
        The router; asked twice.
    unassigned : mapping of JobId to Reason, optional
        Why jobs wait, where that is not what their reports say.
    """
    routes = _routes(situation, times)
    jobs = {job.id: _expected(situation, job, routes, unassigned or {}) for job in situation.jobs.values()}
    to_come = [e.arrival for e in jobs.values() if e.arrival is not None and e.arrival > situation.now]
    totals = Totals(
        driving_s=_driving_s(situation, times),
        waiting_s=sum((arrival - situation.now).total_seconds() for arrival in to_come),
        lateness_s=sum(each.late_s for each in jobs.values()),
        late=sum(each.late_s > 0 for each in jobs.values()),
        without_crew=sum(each.crew_id is None for each in jobs.values()),
        broken_promises=sum(each.breaks_promise for each in jobs.values()),
    )
    return Forecast(jobs=jobs, totals=totals)


def plan_difference(
    situation: Situation,
    before: Forecast,
    after: Forecast,
    *,
    by_hand: Collection[JobId] = (),
    given: Mapping[CrewId, ReportId] | None = None,
) -> PlanDifference:
    """Return what is different: another crew, a noticeably other arrival, another state, another pin.

    Parameters
    ----------
    situation : Situation
        With the jobs.
    before, after : Forecast
        Of the same moment.
    by_hand : collection of JobId
        What a person named.
    given : mapping of CrewId to ReportId, optional
        What a person gave to whom: what those crews lose gives way to it.
    """
    found = [
        JobDifference(
            job_id=job_id,
            report_id=situation.jobs[job_id].report_id,
            before=one,
            after=other,
            later_s=_later_s(one, other),
            breaks_promise=other.breaks_promise and not one.breaks_promise,
            by_hand=job_id in by_hand,
            why=None if job_id in by_hand else _why(one, other, given or {}),
        )
        for job_id, one in before.jobs.items()
        if _differs(one, other := after.jobs[job_id])
    ]
    return PlanDifference(jobs=tuple(sorted(found, key=_gravity)), before=before.totals, after=after.totals)


def _routes(situation: Situation, times: TravelTimes) -> _Routes:
    crew_ids = _busy(situation)
    found = _Routes()
    for crew_id in crew_ids:
        for position, assignment in enumerate(situation.live_of(crew_id), start=1):
            found.position[assignment.job_id] = position
    for itinerary in itineraries(situation, times, crew_ids).values():
        found.arrival.update({visit.job_id: visit.eta.eta for visit in itinerary.visits})
    return found


def _busy(situation: Situation) -> list[CrewId]:
    return sorted({assignment.crew_id for assignment in situation.assignments.values()})


def _expected(
    situation: Situation, job: Job, routes: _Routes, unassigned: Mapping[JobId, Reason]
) -> Expected:
    holder = situation.holder_of(job.id)
    report = None if job.report_id is None else situation.reports.get(job.report_id)
    told = None if report is None else report.expected_at
    arrival = routes.arrival.get(job.id)
    arrived_at = None if holder is None else holder.arrived_at
    reason = unassigned.get(job.id) or (report.unassigned_reason if report is not None else None)
    late_s = ((arrival or situation.now) - job.due_at).total_seconds()
    return Expected(
        crew_id=None if holder is None else holder.crew_id,
        position=routes.position.get(job.id),
        arrival=arrival,
        pinned=holder is not None and holder.pinned,
        sla=sla_state(job.due_at, now=situation.now, eta=arrival, arrived_at=arrived_at),
        late_s=max(late_s, 0.0),
        breaks_promise=told is not None and (arrival is None or slipped_by(told, arrival) is not None),
        reason=None if holder is not None else reason,
    )


def _driving_s(situation: Situation, times: TravelTimes) -> float:
    legs = [leg for crew_id in _busy(situation) for leg in _legs(situation, crew_id)]
    seconds = leg_seconds(times, np.array(legs, dtype=np.float64).reshape(-1, 2, 2))
    return float(seconds[np.isfinite(seconds)].sum())


def _legs(situation: Situation, crew_id: CrewId) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    return legs_along(situation, crew_id, situation.live_of(crew_id))


def _differs(one: Expected, other: Expected) -> bool:
    if (one.crew_id, one.sla, one.pinned) != (other.crew_id, other.sla, other.pinned):
        return True
    if one.arrival is None or other.arrival is None:
        return one.arrival != other.arrival
    return abs(other.arrival - one.arrival) > NOTICEABLE


def _why(one: Expected, other: Expected, given: Mapping[CrewId, ReportId]) -> Reason | None:
    if other.crew_id is None:
        return other.reason
    if one.crew_id is None or one.crew_id == other.crew_id:
        return None
    if one.crew_id in given:
        return because("gave_way", report_id=given[one.crew_id])
    return because("better_placed")


def _later_s(one: Expected, other: Expected) -> float | None:
    if one.arrival is None or other.arrival is None:
        return None
    return (other.arrival - one.arrival).total_seconds()


def _gravity(each: JobDifference) -> tuple[bool, bool, bool, bool, float, str]:
    """Return what sorts one's own change first, then no crew, a broken promise, a worse state, delay."""
    lost = each.before.crew_id is not None and each.after.crew_id is None
    worse = _SEVERITY[each.after.sla] > _SEVERITY[each.before.sla]
    return not each.by_hand, not lost, not each.breaks_promise, not worse, -(each.later_s or 0.0), each.job_id


_SEVERITY = {SlaState.MET: 0, SlaState.ON_TRACK: 0, SlaState.AT_RISK: 1, SlaState.BREACHED: 2}
