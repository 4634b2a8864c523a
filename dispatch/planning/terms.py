"""What jobs, shifts and roads are to an engine: the city's terms as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from equipage.dispatch.cost import CHANGE_S, LATE_FACTOR, NEXT_CHANGE_COST, TOLD_FACTOR, leave_cost, weights
from equipage.dispatch.eligibility import OVERTIME_S, seconds_left
from equipage.dispatch.eta import Itinerary
from equipage.dispatch.model import Assignment, CrewId, Job
from equipage.dispatch.pauses import breaks_left
from equipage.dispatch.planning.commitment import stays_with_its_crew
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.problem import FOREVER_S, NO_WAY_S, NOBODY, Jobs, Problem, Shifts
from equipage.dispatch.solver.schedule import Routes, timetable
from equipage.dispatch.travel import TravelTimes, travel_table

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

STAYS_FACTOR = 10.0
"""How many times the dearest job it costs to leave out what a person wants to stay with its crew."""

NOWHERE = 0
"""The place from which no way leads: where a crew is of which nobody can tell when it is free."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The places of a problem and the ways between them.

    Parameters
    ----------
    job_place, start_place : (n,) and (r,) int64
        Where each job is and each crew starts; `NOWHERE` for one of which nobody can tell when it is free.
    job_has_road : (n,) bool
        False for jobs that are too far from any road.
    travel_s : (p, p) int32
        Seconds, `NO_WAY_S` where there is no way.
    """

    job_place: Ints
    start_place: Ints
    job_has_road: Bools
    travel_s: Int32s


def ground_of(times: TravelTimes, work: Sequence[Job], starts: Sequence[Itinerary]) -> Ground:
    """Return the places, each once however many jobs it has, and what it takes to drive between them.

    Parameters
    ----------
    times : TravelTimes
        The router; asked for one matrix.
    work : sequence of Job
        The rows.
    starts : sequence of Itinerary
        From where and when each crew can set off.
    """
    points = [*((job.lon, job.lat) for job in work), *((start.lon, start.lat) for start in starts)]
    spots = np.array(points, dtype=np.float64).reshape(-1, 2)
    places, place_of = np.unique(spots, axis=0, return_inverse=True)
    table = travel_table(times, places, places)
    travel_s = np.full((len(places) + 1, len(places) + 1), NO_WAY_S, dtype=np.int32)
    known = np.isfinite(table.seconds)
    seconds = np.where(known, np.minimum(table.seconds, NO_WAY_S), NO_WAY_S)
    travel_s[1:, 1:] = np.rint(seconds).astype(np.int32)
    place = place_of.ravel().astype(np.int64) + 1
    tells = np.array([np.isfinite(start.free.mid) for start in starts], dtype=np.bool_)
    return Ground(
        job_place=place[: len(work)],
        start_place=np.where(tells, place[len(work) :], NOWHERE),
        job_has_road=table.destination_has_road[place[: len(work)] - 1],
        travel_s=travel_s,
    )


def job_terms(
    situation: Situation,
    work: Sequence[Job],
    shifts: Mapping[CrewId, int],
    ground: Ground,
    skills: Sequence[str],
) -> Jobs:
    """Return the jobs as an engine takes them.

    Parameters
    ----------
    situation : Situation
        The moment from which times count.
    work : sequence of Job
        The rows.
    shifts : mapping
        The shift of each crew at hand.
    ground : Ground
        Where they are.
    skills : sequence of str
        The columns of skills.
    """
    holders = [situation.holder_of(job.id) for job in work]
    pinned_to = _columns(shifts, [h if _stays(situation, h) else None for h in holders])
    weight, due_s = weights(work), _seconds(situation, [job.due_at for job in work])
    horizon_s = max((seconds_left(situation, crew_id) for crew_id in shifts), default=0.0)
    drop_cost = leave_cost(weight, max(horizon_s, 0.0), due_s)
    drop_cost[pinned_to != NOBODY] += STAYS_FACTOR * drop_cost.max(initial=0.0)
    count = len(work)
    return Jobs(
        place=ground.job_place,
        service_s=np.clip([job.duration_s for job in work], 0, FOREVER_S).astype(np.int64),
        setup_s=np.zeros(count, dtype=np.int64),
        earliest_s=_seconds(situation, [job.earliest for job in work]),
        latest_s=np.full(count, FOREVER_S),
        due_s=due_s,
        wait_cost=weight * np.array([1.0 + TOLD_FACTOR * _was_told(situation, job) for job in work]),
        late_cost=weight * LATE_FACTOR,
        drop_cost=drop_cost,
        demand=np.zeros((count, 0), dtype=np.int64),
        needs=_table([job.skills for job in work], skills),
        pinned_to=pinned_to,
        held_by=_columns(shifts, holders),
        change_cost=weight * CHANGE_S,
    )


def _was_told(situation: Situation, job: Job) -> bool:
    """Tell whether a citizen knows when the crew is expected."""
    holder = situation.holder_of(job.id)
    if holder is None or job.report_id is None:
        return False
    told = situation.reports[job.report_id].expected_at or holder.promised_at
    return told is not None


def _stays(situation: Situation, holder: Assignment | None) -> bool:
    return holder is not None and stays_with_its_crew(situation, holder)


def shift_terms(
    situation: Situation,
    crew_ids: Sequence[CrewId],
    starts: Mapping[CrewId, Itinerary],
    ground: Ground,
    routes: Routes,
    fixed: tuple[tuple[int, ...], ...],
    skills: Sequence[str],
) -> Shifts:
    """Return the crews' shifts as an engine takes them.

    Parameters
    ----------
    situation : Situation
        The moment from which times count.
    crew_ids : sequence of CrewId
        The crews at hand, all of them on duty.
    starts : mapping
        From where and when each can set off for what is planned.
    ground : Ground
        Where that is.
    routes, fixed : sequences of sequences of int
        The plan in force, and the heads of its routes that must stay.
    skills : sequence of str
        The columns of skills.
    """
    count = len(crew_ids)
    free_s = np.array([starts[crew_id].free.mid for crew_id in crew_ids], dtype=np.float64)
    start_s = np.clip(np.ceil(np.where(np.isfinite(free_s), free_s, 0.0)), 0, FOREVER_S).astype(np.int64)
    breaks = [list(breaks_left(situation, c, start)) for c, start in zip(crew_ids, start_s, strict=True)]
    pauses = [pause for own in breaks for pause in own]
    return Shifts(
        crew=np.arange(count),
        start_place=ground.start_place,
        end_place=np.full(count, NOBODY),
        start_s=start_s,
        end_s=np.clip([seconds_left(situation, c) for c in crew_ids], 0, FOREVER_S).astype(np.int64),
        travel=np.zeros(count, dtype=np.int64),
        capacity=np.zeros((count, 0), dtype=np.int64),
        has=_table([situation.crews[c].skills for c in crew_ids], skills),
        fixed=fixed,
        next_job=np.array([route[0] if route else NOBODY for route in routes], dtype=np.int64),
        next_change_cost=np.full(count, NEXT_CHANGE_COST),
        break_first=np.cumsum([0, *map(len, breaks)]).astype(np.int64),
        break_earliest_s=np.array([pause.earliest_s for pause in pauses], dtype=np.int64),
        break_latest_s=np.array([pause.latest_s for pause in pauses], dtype=np.int64),
        break_s=np.array([pause.length_s for pause in pauses], dtype=np.int64),
    )


def with_overtime(
    situation: Situation, crew_ids: Sequence[CrewId], problem: Problem, routes: Routes
) -> Problem:
    """Return the problem in which crews work beyond their hours for these routes, and for nothing else.

    Without that, a plan that fills a shift would lose its last job to the first minute of delay.

    Parameters
    ----------
    situation : Situation
        With the crews' hours.
    crew_ids : sequence of CrewId
        The shifts.
    problem : Problem
        With them.
    routes : sequence of sequences of int
        What every shift has already.
    """
    ends = [timetable(problem, shift, stops).end_s for shift, stops in enumerate(routes)]
    latest_s = np.array([seconds_left(situation, crew_id) for crew_id in crew_ids], dtype=np.float64)
    end_s = np.clip(np.array(ends, dtype=np.float64), latest_s - OVERTIME_S, latest_s)
    whole_s = np.clip(end_s, 0, FOREVER_S).astype(np.int64)
    return replace(problem, shifts=replace(problem.shifts, end_s=whole_s))


def with_doubt(problem: Problem, doubt_s: Ints) -> Problem:
    """Return the problem in which shifts are later by the doubt about when their crews can set off.

    Parameters
    ----------
    problem : Problem
        As it is expected.
    doubt_s : (r,) int64
        Seconds for each shift.

    Notes
    -----
    What fits in the shifts is the same, for their ends and breaks come later, too: the doubt only weighs
    against whoever is not free yet.
    """
    shifts = problem.shifts
    of_breaks_s = np.repeat(doubt_s, np.diff(shifts.break_first))
    later = replace(
        shifts,
        start_s=np.minimum(shifts.start_s + doubt_s, FOREVER_S),
        end_s=np.minimum(shifts.end_s + doubt_s, FOREVER_S),
        break_earliest_s=np.minimum(shifts.break_earliest_s + of_breaks_s, FOREVER_S),
        break_latest_s=np.minimum(shifts.break_latest_s + of_breaks_s, FOREVER_S),
    )
    return replace(problem, shifts=later)


def _seconds(situation: Situation, moments: Sequence[datetime]) -> Ints:
    """Return moments as whole seconds from now, (n,), within what a problem takes."""
    seconds = np.array([(at - situation.now).total_seconds() for at in moments], dtype=np.float64)
    return np.clip(np.rint(seconds), -FOREVER_S, FOREVER_S).astype(np.int64)


def _table(owners: Sequence[frozenset[str]], skills: Sequence[str]) -> Bools:
    """Return who has or needs which skill, (n, s)."""
    return np.array([[skill in own for skill in skills] for own in owners], dtype=np.bool_).reshape(
        len(owners), len(skills)
    )


def barred(situation: Situation, work: Sequence[Job], crew_ids: Sequence[CrewId]) -> Bools:
    """Return which jobs which crews have refused, (n, r)."""
    pairs = [[(job.id, crew_id) in situation.refusals for crew_id in crew_ids] for job in work]
    return np.array(pairs, dtype=np.bool_).reshape(len(work), len(crew_ids))


def _columns(shifts: Mapping[CrewId, int], holders: Sequence[Assignment | None]) -> Ints:
    """Return the shift of each holder, `NOBODY` where there is none or it cannot be sent."""
    return np.array([NOBODY if h is None else shifts.get(h.crew_id, NOBODY) for h in holders], dtype=np.int64)
