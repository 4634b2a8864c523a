"""What routes that an engine found change of the plan in force, as a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from equipage.dispatch.eligibility import pair_masks
from equipage.dispatch.eta import itineraries
from equipage.dispatch.model import Assignment, AssignmentId, CrewId, JobId, Stop
from equipage.dispatch.planning.commitment import ACTOR, stays_with_its_crew
from equipage.dispatch.planning.planner import Choice, Decision
from equipage.dispatch.planning.posing import PlannedStop, Posed, stops_on
from equipage.dispatch.planning.waiting import reasons_for_waiting
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.reasons import Reason
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.schedule import Routes, timetable
from equipage.dispatch.status import AssignmentStatus
from equipage.dispatch.travel import TravelTimes

_NEW = "new-"


def decision_of(
    posed: Posed,
    routes: Routes,
    times: TravelTimes,
    *,
    engine: str,
    reasons: Mapping[JobId, Reason],
) -> Decision:
    """Return the decision that has the crews drive these routes.

    Parameters
    ----------
    posed : Posed
        What was planned.
    routes : sequence of sequences of int
        The rows that every shift visits, in order.
    times : TravelTimes
        The router; it tells the arrivals as for any route.
    engine : str
        Which one found them.
    reasons : mapping of JobId to Reason
        Why jobs wait; of these, those hold that the problem does not have.

    Notes
    -----
    What a person wants to stay with its crew and found no place there comes last: whoever decided
    that is shown when that would be. Everything else that was planned and found no place waits again.
    """
    orders = _orders(posed, routes)
    after = _carried_out(posed, orders)
    visits = tuple(visits_of(after, times))
    came = {visit.job_id: visit for visit in visits}
    given = {job_id: crew_id for job_id, crew_id in _given(posed.situation, orders) if job_id in came}
    release = {
        job.id: holder.id
        for job in posed.jobs
        if (holder := posed.situation.holder_of(job.id)) is not None
        and job.id not in orders.get(holder.crew_id, ())
    }
    left = [
        row
        for row, job in enumerate(posed.jobs)
        if job.id not in given and (job.id in release or posed.situation.holder_of(job.id) is None)
    ]
    others = {job_id: why for job_id, why in reasons.items() if job_id not in posed.rows}
    return Decision(
        assign=tuple(
            Choice(job_id=j, crew_id=c, arrival=came[j].arrival, departure=came[j].departure)
            for j, c in given.items()
        ),
        release=tuple(release.values()),
        unassigned={**others, **_reasons(posed, routes, left, times)},
        visits=visits,
        engine=engine,
    )


def _orders(posed: Posed, routes: Routes) -> Mapping[CrewId, tuple[JobId, ...]]:
    """Return what each crew has from now on, in order, behind what it does."""
    taken = {row for stops in routes for row in stops}
    orders = {}
    for shift, (crew_id, stops) in enumerate(zip(posed.crew_ids, routes, strict=True)):
        aside = [row for row in posed.routes[shift] if row not in taken and _stays(posed, row)]
        orders[crew_id] = tuple(posed.jobs[row].id for row in (*stops, *aside))
    return orders


def _stays(posed: Posed, row: int) -> bool:
    holder = posed.situation.holder_of(posed.jobs[row].id)
    return holder is not None and stays_with_its_crew(posed.situation, holder)


def _given(situation: Situation, orders: Mapping[CrewId, Sequence[JobId]]) -> Iterator[tuple[JobId, CrewId]]:
    """Yield the jobs that a crew is to have and did not have before, by job."""
    for job_id, crew_id in sorted((job_id, crew_id) for crew_id, order in orders.items() for job_id in order):
        holder = situation.holder_of(job_id)
        if holder is None or holder.crew_id != crew_id:
            yield job_id, crew_id


def _carried_out(posed: Posed, orders: Mapping[CrewId, Sequence[JobId]]) -> Situation:
    """Return the situation in which the crews have these orders."""
    situation = posed.situation
    kept = {
        each.id: each
        for each in situation.assignments.values()
        if each.status.is_running or each.job_id not in posed.rows
    }
    route = {(c, job_id): at for c, order in orders.items() for at, job_id in enumerate(order)}
    ordered = [_ordered(situation, job_id, crew_id) for crew_id, job_id in route]
    stops = (
        Stop(
            crew_id=each.crew_id,
            position=route[each.crew_id, each.job_id],
            job_id=each.job_id,
            assignment_id=each.id,
            arrival=situation.now,
            departure=situation.now,
        )
        for each in ordered
    )
    as_before = (stop for stop in situation.plan.stops if stop.assignment_id in kept)
    return replace(
        situation,
        assignments={**kept, **{each.id: each for each in ordered}},
        plan=replace(situation.plan, stops=(*as_before, *stops)),
    )


def _ordered(situation: Situation, job_id: JobId, crew_id: CrewId) -> Assignment:
    holder = situation.holder_of(job_id)
    if holder is not None and holder.crew_id == crew_id:
        return holder
    return Assignment(
        id=AssignmentId(f"{_NEW}{job_id}"),
        job_id=job_id,
        crew_id=crew_id,
        vehicle_id=situation.vehicle_of(crew_id),
        status=AssignmentStatus.PLANNED,
        since=situation.now,
        created_at=situation.now,
        actor=ACTOR,
    )


def visits_of(situation: Situation, times: TravelTimes) -> Iterator[PlannedStop]:
    """Yield everybody's visits, by crew and position, as any route's are expected.

    Parameters
    ----------
    situation : Situation
        With the assignments and the order of the plan.
    times : TravelTimes
        The router.
    """
    crew_ids = sorted({assignment.crew_id for assignment in situation.assignments.values()})
    for route in itineraries(situation, times, crew_ids).values():
        for stop in stops_on(situation, route):
            yield replace(stop, assignment_id=None) if str(stop.assignment_id).startswith(_NEW) else stop


def _reasons(posed: Posed, routes: Routes, left: Sequence[int], times: TravelTimes) -> Mapping[JobId, Reason]:
    """Return why the rows left stay out: what keeps crews from them, or that all are busy until then."""
    if not left:
        return {}
    fixed = {posed.jobs[row].id for stops in posed.problem.shifts.fixed for row in stops}
    movable = {a.id for c in posed.crew_ids for a in posed.situation.planned_of(c) if a.job_id not in fixed}
    outlook = look_ahead(
        posed.situation,
        times,
        jobs=[posed.jobs[row] for row in left],
        crew_ids=posed.crew_ids,
        without=movable,
    )
    free_s = np.array(
        [
            timetable(posed.problem, shift, stops).end_s if stops else posed.problem.shifts.start_s[shift]
            for shift, stops in enumerate(routes)
        ],
        dtype=np.float64,
    )
    pairs = pair_masks(posed.situation, outlook)
    return reasons_for_waiting(posed.situation, outlook, rows=range(len(left)), pairs=pairs, free_s=free_s)
