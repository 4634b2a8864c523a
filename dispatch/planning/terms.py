"""What jobs, shifts and roads are to an engine: the city's terms as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, isfinite

import numpy as np
import numpy.typing as npt

from equipage.dispatch.cost import CHANGE_S, LATE_FACTOR, NEXT_CHANGE_COST, TOLD_FACTOR, leave_cost, weights
from equipage.dispatch.eligibility import OVERTIME_S, seconds_left
from equipage.dispatch.model import Assignment, Crew, CrewId, Job
from equipage.dispatch.pauses import BreakLeft
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A stretch of time in which a crew can be given work.

    Parameters
    ----------
    crew_id : CrewId
        Whose.
    lon, lat : float
        From where it sets off.
    free_s, end_s : float
        Seconds from now until it can, inf when nobody can tell, and until it must have finished.
    breaks : tuple of BreakLeft
        Those that it has still to take.
    ends_at : (float, float) or None
        The lon, lat at which it must be by its end; None where that is wherever its last job is.
    """

    crew_id: CrewId
    lon: float
    lat: float
    free_s: float
    end_s: float
    breaks: tuple[BreakLeft, ...]
    ends_at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The places of a problem and the ways between them.

    Parameters
    ----------
    job_place, start_place, end_place : (n,), (r,) and (r,) int64
        Where each job is and each duty begins and ends; `NOWHERE` for a beginning of which nobody can tell
        when it is, `NOBODY` for an end that is anywhere.
    job_has_road : (n,) bool
        False for jobs that are too far from any road.
    travel_s : (p, p) int32
        Seconds, `NO_WAY_S` where there is no way.
    """

    job_place: Ints
    start_place: Ints
    end_place: Ints
    job_has_road: Bools
    travel_s: Int32s


def ground_of(times: TravelTimes, work: Sequence[Job], duties: Sequence[Duty]) -> Ground:
    """Return the places, each once however many jobs it has, and what it takes to drive between them.

    Parameters
    ----------
    times : TravelTimes
        The router; asked for one matrix.
    work : sequence of Job
        The rows.
    duties : sequence of Duty
        From where each sets off, and where it ends.
    """
    ends = [duty.ends_at for duty in duties if duty.ends_at is not None]
    points = [*((job.lon, job.lat) for job in work), *((duty.lon, duty.lat) for duty in duties), *ends]
    spots = np.array(points, dtype=np.float64).reshape(-1, 2)
    places, place_of = np.unique(spots, axis=0, return_inverse=True)
    table = travel_table(times, places, places)
    travel_s = np.full((len(places) + 1, len(places) + 1), NO_WAY_S, dtype=np.int32)
    known = np.isfinite(table.seconds)
    seconds = np.where(known, np.minimum(table.seconds, NO_WAY_S), NO_WAY_S)
    travel_s[1:, 1:] = np.rint(seconds).astype(np.int32)
    place = place_of.ravel().astype(np.int64) + 1
    at_job, at_start, at_end = np.split(place, [len(work), len(work) + len(duties)])
    tells = np.array([np.isfinite(duty.free_s) for duty in duties], dtype=np.bool_)
    end_place = np.full(len(duties), NOBODY)
    end_place[[duty.ends_at is not None for duty in duties]] = at_end
    return Ground(
        job_place=at_job,
        start_place=np.where(tells, at_start, NOWHERE),
        end_place=end_place,
        job_has_road=table.destination_has_road[at_job - 1],
        travel_s=travel_s,
    )


def job_terms(
    situation: Situation,
    work: Sequence[Job],
    numbers: Mapping[CrewId, int],
    ground: Ground,
    skills: Sequence[str],
    *,
    horizon_s: float,
) -> Jobs:
    """Return the jobs as an engine takes them.

    Parameters
    ----------
    situation : Situation
        The moment from which times count.
    work : sequence of Job
        The rows.
    numbers : mapping
        The number of each crew at hand.
    ground : Ground
        Where they are.
    skills : sequence of str
        The columns of skills.
    horizon_s : float
        Seconds from now until the last crew ends.
    """
    holders = [situation.holder_of(job.id) for job in work]
    pinned_to = _columns(numbers, [h if _stays(situation, h) else None for h in holders])
    weight, due_s = weights(work), _seconds(situation, [job.due_at for job in work])
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
        held_by=_columns(numbers, holders),
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
    crews: Mapping[CrewId, Crew],
    duties: Sequence[Duty],
    ground: Ground,
    routes: Routes,
    fixed: tuple[tuple[int, ...], ...],
    skills: Sequence[str],
) -> Shifts:
    """Return duties as an engine takes them.

    Parameters
    ----------
    crews : mapping
        Whose they are.
    duties : sequence of Duty
        The rows.
    ground : Ground
        Where they begin and end.
    routes, fixed : sequences of sequences of int
        The plan in force, and the heads of its routes that must stay.
    skills : sequence of str
        The columns of skills.
    """
    count = len(duties)
    numbers = numbered([duty.crew_id for duty in duties])
    pauses = [pause for duty in duties for pause in duty.breaks]
    return Shifts(
        crew=np.array([numbers[duty.crew_id] for duty in duties], dtype=np.int64),
        start_place=ground.start_place,
        end_place=ground.end_place,
        start_s=np.array([from_s(duty.free_s) for duty in duties], dtype=np.int64),
        end_s=np.clip([duty.end_s for duty in duties], 0, FOREVER_S).astype(np.int64),
        travel=np.zeros(count, dtype=np.int64),
        capacity=np.zeros((count, 0), dtype=np.int64),
        has=_table([crews[duty.crew_id].skills for duty in duties], skills),
        fixed=fixed,
        next_job=np.array([route[0] if route else NOBODY for route in routes], dtype=np.int64),
        next_change_cost=np.full(count, NEXT_CHANGE_COST),
        break_first=np.cumsum([0, *(len(duty.breaks) for duty in duties)]).astype(np.int64),
        break_earliest_s=np.array([pause.earliest_s for pause in pauses], dtype=np.int64),
        break_latest_s=np.array([pause.latest_s for pause in pauses], dtype=np.int64),
        break_s=np.array([pause.length_s for pause in pauses], dtype=np.int64),
    )


def numbered(crew_ids: Sequence[CrewId]) -> Mapping[CrewId, int]:
    """Return crews by number: one for each, however many duties it has.

    Parameters
    ----------
    crew_ids : sequence of CrewId
        Of the duties, in their order.
    """
    return {crew_id: number for number, crew_id in enumerate(dict.fromkeys(crew_ids))}


def from_s(free_s: float) -> int:
    """Return from which whole second on a crew can be given work; the first where nobody can tell.

    Parameters
    ----------
    free_s : float
        Seconds from now until it can set off, inf when nobody can tell.
    """
    return min(max(ceil(free_s), 0), FOREVER_S) if isfinite(free_s) else 0


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
    The doubt only weighs against whoever is not free yet: ends and breaks come later, too, so that as much
    fits in the shifts. Where a job may not begin yet, more does, since a crew waits less for it: what is
    found is to be held against the problem as it is expected.
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
