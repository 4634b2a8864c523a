"""Whom to send: every crew ranked by cost with its reasons, or with the one thing that keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import isfinite

from equipage.dispatch.cost import arrival_cost, weights
from equipage.dispatch.eligibility import obstacle
from equipage.dispatch.eta import Itinerary, Moment, eta_of, to_eta
from equipage.dispatch.model import CrewId, Eta, Job, JobId
from equipage.dispatch.planning.caution import caution_s, drive_cost, idle_share
from equipage.dispatch.planning.placing import places
from equipage.dispatch.prospects import Approach, look_ahead
from equipage.dispatch.reasons import Fact, Reason, because
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, EtaBasis, Policy
from equipage.dispatch.travel import TravelTimes


class Because(StrEnum):
    """What speaks for or against a crew."""

    HAS_IT = "has_it"
    UNDER_WAY = "under_way"
    THERE = "there"
    NEAREST = "nearest"
    DRIVE = "drive"
    FREE_LATER = "free_later"
    DOUBTFUL = "doubtful"
    PUT_OFF = "put_off"
    SKILLS = "skills"
    IN_TIME = "in_time"
    LATE = "late"
    STALE_POSITION = "stale_position"
    NO_POSITION = "no_position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A crew that may go: when it would be there, and why it stands where it does.

    Parameters
    ----------
    rank : int
        1 is the best.
    cost : float
        Weighted seconds, as the planner counts them: an uncertain finish counts as a later one.
    """

    rank: int
    crew_id: CrewId
    eta: datetime
    earliest: datetime
    latest: datetime
    cost: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """A crew that may not go, and the one thing that keeps it."""

    crew_id: CrewId
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """Every crew, either in `suggestions`, the best first, or in `why_not`, by id, as of a moment."""

    as_of: datetime
    suggestions: tuple[Suggestion, ...]
    why_not: tuple[WhyNot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    crew_id: CrewId
    drive_s: float
    after: JobId | None
    free: Moment
    doubt_s: float
    eta: Eta
    cost: float
    put_off: int


def suggest(situation: Situation, times: TravelTimes, job: Job) -> Suggestions:
    """Return all crews for one job: ranked where they may go, with the obstacle where not.

    A crew goes there next, as it does when a dispatcher gives it a job: behind what it does and the pins that
    come first, before all else that it has planned. The crew that has the job already is among the ranked
    with its true ETA, whatever would keep another from it, unless no road leads it there.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    job : Job
        Open; assigned or not, held or left to a dispatcher or not.
    """
    crew_ids = sorted(situation.crews)
    holder = situation.holder_of(job.id)
    held = frozenset() if holder is None else frozenset({holder.id})
    later = {crew_id: places(situation, crew_id, job.id, None)[1] for crew_id in crew_ids}
    put_off = {assignment.id for route in later.values() for assignment in route}
    outlook = look_ahead(situation, times, jobs=[job], crew_ids=crew_ids, without=held | put_off)
    known = {eta.crew_id: eta for eta in eta_of(situation, times, held).values()}
    approaches = {crew_id: outlook.approach(0, column) for column, crew_id in enumerate(crew_ids)}
    idle = idle_share(situation)
    blocked = {c: obstacle(situation, c, job, approaches[c]) for c in crew_ids if c not in known}
    candidates = [
        _candidate(
            situation,
            job,
            outlook.itineraries[c],
            approaches[c],
            idle=idle,
            known=known.get(c),
            put_off=len(later[c]),
        )
        for c in crew_ids
        if blocked.get(c) is None
    ]
    return Suggestions(
        as_of=situation.now,
        suggestions=_ranked(situation, job, candidates),
        why_not=tuple(
            WhyNot(crew_id=c, reason=reason) for c, reason in blocked.items() if reason is not None
        ),
    )


def _candidate(
    situation: Situation,
    job: Job,
    route: Itinerary,
    approach: Approach,
    *,
    idle: float,
    known: Eta | None,
    put_off: int,
) -> _Candidate:
    eta = known or to_eta(situation, route.crew_id, approach.arrives, route.basis)
    doubt = caution_s(idle) if known is None and route.after is not None else 0.0
    arrival_s = max((eta.eta - situation.now).total_seconds(), 0.0)
    due_s = (job.due_at - situation.now).total_seconds()
    cost = float(arrival_cost(weights([job])[0], arrival_s + doubt, due_s))
    return _Candidate(
        crew_id=route.crew_id,
        drive_s=approach.drive_s,
        after=route.after,
        free=route.free,
        doubt_s=doubt,
        eta=eta,
        cost=cost + _cost_of_drive(situation, job, approach, idle),
        put_off=0 if known else put_off,
    )


def _cost_of_drive(situation: Situation, job: Job, approach: Approach, idle: float) -> float:
    """Return what the drive costs, where not whoever is there first has the job in any case."""
    if situation.services[job.service_code].policy is Policy.NEAREST or not isfinite(approach.drive_s):
        return 0.0
    return drive_cost(idle) * approach.drive_s


def _ranked(situation: Situation, job: Job, candidates: list[_Candidate]) -> tuple[Suggestion, ...]:
    nearest_s = min((candidate.drive_s for candidate in candidates), default=0.0)
    # Nobody can tell whether a crew that is not heard of would get the word: it comes behind all others.
    in_order = sorted(
        candidates, key=lambda each: (situation.is_silent(each.crew_id), each.cost, each.crew_id)
    )
    return tuple(
        Suggestion(
            rank=rank,
            crew_id=candidate.crew_id,
            eta=candidate.eta.eta,
            earliest=candidate.eta.earliest,
            latest=candidate.eta.latest,
            cost=candidate.cost,
            reasons=tuple(_reasons(situation, job, candidate, nearest_s)),
        )
        for rank, candidate in enumerate(in_order, start=1)
    )


def _reasons(situation: Situation, job: Job, candidate: _Candidate, nearest_s: float) -> Iterator[Reason]:
    """Yield what speaks for and against the crew, in the order in which a dispatcher asks."""
    holder = situation.holder_of(job.id)
    if holder is not None and holder.crew_id == candidate.crew_id:
        yield because(_HAS_IT[holder.status])
    if candidate.eta.basis is not EtaBasis.ARRIVED:
        yield from _reasons_of_the_way(situation, candidate, nearest_s)
    if job.skills:
        yield because(Because.SKILLS, skills=tuple(sorted(job.skills)))
    spare_s = (job.due_at - candidate.eta.eta).total_seconds()
    if spare_s >= 0:
        yield because(Because.IN_TIME, spare_s=spare_s)
    else:
        yield because(Because.LATE, late_s=-spare_s)


_HAS_IT = {
    AssignmentStatus.PLANNED: Because.HAS_IT,
    AssignmentStatus.EN_ROUTE: Because.UNDER_WAY,
    AssignmentStatus.ON_SITE: Because.THERE,
}


def _reasons_of_the_way(situation: Situation, candidate: _Candidate, nearest_s: float) -> Iterator[Reason]:
    is_nearest = candidate.drive_s <= nearest_s
    yield because(Because.NEAREST if is_nearest else Because.DRIVE, drive_s=candidate.drive_s)
    if candidate.free.mid > 0:
        after = {} if candidate.after is None else _named(situation.jobs[candidate.after])
        yield because(Because.FREE_LATER, free_in_s=candidate.free.mid, **after)
    if candidate.doubt_s > 0:
        yield because(Because.DOUBTFUL, longer_s=candidate.free.high - candidate.free.mid)
    if candidate.put_off:
        yield because(Because.PUT_OFF, count=candidate.put_off)
    place = situation.position_of(candidate.crew_id)
    if place.basis is EtaBasis.STALE_POSITION and place.age_s is not None:
        yield because(Because.STALE_POSITION, age_s=place.age_s)
    if place.basis is EtaBasis.DEPOT:
        yield because(Because.NO_POSITION)


def _named(job: Job) -> dict[str, Fact]:
    if job.report_id is not None:
        return {"report_id": job.report_id}
    return {"planned_work_id": str(job.planned_work_id)}
