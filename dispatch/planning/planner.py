"""The planner's tick: every waiting job gets the right crew, or the reason why it must wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from equipage.dispatch.eligibility import pair_masks
from equipage.dispatch.eta import itineraries
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    CrewId,
    Job,
    JobId,
    Stop,
)
from equipage.dispatch.planning.assignment import NOBODY
from equipage.dispatch.planning.choosing import choose
from equipage.dispatch.planning.commitment import ACTOR, can_be_sent, stays_with_its_crew
from equipage.dispatch.planning.posing import PlannedStop, stops_on
from equipage.dispatch.planning.reserve import leaving_costs
from equipage.dispatch.planning.waiting import put_off, reasons_for_waiting
from equipage.dispatch.prospects import Prospects, look_ahead
from equipage.dispatch.reasons import Reason
from equipage.dispatch.situation import Situation
from equipage.dispatch.travel import TravelTimes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ENGINE = "instant"
"""What a plan made here says it was decided by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The crew is to have the job, and is expected there from `arrival` to `departure`."""

    job_id: JobId
    crew_id: CrewId
    arrival: datetime
    departure: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to change, and the routes that follow.

    Every open job without a crew is either in `assign` or in `unassigned`, and so is every released one.

    Parameters
    ----------
    assign : tuple of Choice
        The new assignments, by job.
    release : tuple of AssignmentId
        Planned assignments to end: their job is in `assign` with a better crew, or gave way to another.
    unassigned : mapping of JobId to Reason
        Why a job waits.
    visits : tuple of PlannedStop
        Everybody's routes with these changes, by crew and position; without visits to which there is no way.
    engine : str
        What decided it.
    """

    assign: tuple[Choice, ...]
    release: tuple[AssignmentId, ...]
    unassigned: Mapping[JobId, Reason]
    visits: tuple[PlannedStop, ...]
    engine: str = ENGINE

    def stops(self, assignment_ids: Mapping[JobId, AssignmentId]) -> tuple[Stop, ...]:
        """Return the visits as stops of the plan.

        Parameters
        ----------
        assignment_ids : mapping
            The id that each job in `assign` was given.
        """
        return tuple(
            Stop(
                crew_id=visit.crew_id,
                position=visit.position,
                job_id=visit.job_id,
                assignment_id=visit.assignment_id or assignment_ids[visit.job_id],
                arrival=visit.arrival,
                departure=visit.departure,
            )
            for visit in self.visits
        )


def decide(situation: Situation, times: TravelTimes, *, left_for_s: float = 0.0) -> Decision:
    """Return who is to do what next.

    Waiting jobs, and planned ones that may still move, are given to crews that are idle or soon free, each of
    which gets one job at most. The more urgent go first; a service's policy says whether its jobs go to the
    nearest crew one after the other, or to the crews that are best for all of them together.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    left_for_s : float
        For how long the area that a crew leaves counts as left; 0 prices no leaving (`reserve` says why).
    """
    reasons, waiting = _sort_out(situation)
    movable = _movable(situation)
    outlook = look_ahead(
        situation,
        times,
        jobs=sorted([*waiting, *(situation.jobs[job_id] for job_id in movable)], key=lambda job: job.id),
        crew_ids=sorted(crew_id for crew_id in situation.crews if can_be_sent(situation, crew_id)),
        without={assignment.id for assignment in movable.values()},
    )
    pairs = pair_masks(situation, outlook)
    holder = _holder_columns(outlook, movable)
    leaving = leaving_costs(situation, times, outlook, left_for_s=left_for_s)
    told = np.where([_is_next(situation, movable, job) for job in outlook.jobs], holder, NOBODY)
    crew_of = choose(situation, outlook, pairs, holder, told, leaving)
    left = np.flatnonzero(crew_of == NOBODY).tolist()
    free_s = _free_after(outlook, crew_of)
    reasons |= reasons_for_waiting(situation, outlook, rows=left, pairs=pairs, free_s=free_s)
    return Decision(
        assign=tuple(_choices(situation, outlook, crew_of, holder)),
        release=_released(outlook, movable, crew_of, holder),
        unassigned=reasons,
        visits=tuple(_visits(situation, times, outlook, crew_of, movable)),
    )


def _sort_out(situation: Situation) -> tuple[dict[JobId, Reason], list[Job]]:
    """Return the jobs without a crew: those to leave alone with the reason, and those to find a crew for."""
    without_crew = [job for job in situation.jobs.values() if situation.holder_of(job.id) is None]
    reasons = {job.id: put_off(situation, job) for job in without_crew}
    waiting = [job for job in without_crew if reasons[job.id] is None]
    return {job_id: reason for job_id, reason in reasons.items() if reason is not None}, waiting


def _movable(situation: Situation) -> dict[JobId, Assignment]:
    """Return the planned assignments that a better crew may take over, by job."""
    return {a.job_id: a for a in situation.assignments.values() if _may_move(situation, a)}


def _may_move(situation: Situation, assignment: Assignment) -> bool:
    """Tell whether the crew has not set off, and no person wants it to stay, or something else with it."""
    if assignment.status.is_running or stays_with_its_crew(situation, assignment):
        return False
    return assignment.actor == ACTOR or situation.planned_of(assignment.crew_id) == (assignment,)


def _holder_columns(outlook: Prospects, movable: Mapping[JobId, Assignment]) -> Ints:
    """Return the column of the crew that has each job, (n,), `NOBODY` where none on duty has it."""
    column = {crew_id: k for k, crew_id in enumerate(outlook.crew_ids)}
    holders = (movable[job.id].crew_id if job.id in movable else None for job in outlook.jobs)
    return np.array([NOBODY if h is None else column.get(h, NOBODY) for h in holders], dtype=np.int64)


def _is_next(situation: Situation, movable: Mapping[JobId, Assignment], job: Job) -> bool:
    held = movable.get(job.id)
    return held is not None and situation.planned_of(held.crew_id)[0] == held


def _choices(situation: Situation, outlook: Prospects, crew_of: Ints, holder: Ints) -> Iterator[Choice]:
    for row in np.flatnonzero((crew_of != NOBODY) & (crew_of != holder)).tolist():
        arrival, departure = _times_of(situation, outlook, row, int(crew_of[row]))
        yield Choice(
            job_id=outlook.jobs[row].id,
            crew_id=outlook.crew_ids[crew_of[row]],
            arrival=arrival,
            departure=departure,
        )


def _released(
    outlook: Prospects, movable: Mapping[JobId, Assignment], crew_of: Ints, holder: Ints
) -> tuple[AssignmentId, ...]:
    """Return the movable assignments whose crew does not keep them."""
    lost = np.flatnonzero((holder == NOBODY) | (crew_of != holder)).tolist()
    return tuple(movable[outlook.jobs[row].id].id for row in lost if outlook.jobs[row].id in movable)


def _times_of(situation: Situation, outlook: Prospects, row: int, column: int) -> tuple[datetime, datetime]:
    """Return when the crew would arrive at the job and leave it again, behind its route as looked at."""
    arrival = situation.now + timedelta(seconds=round(float(outlook.arrival_s[row, column])))
    return arrival, arrival + timedelta(seconds=outlook.jobs[row].duration_s)


def _free_after(outlook: Prospects, crew_of: Ints) -> Floats:
    """Return the seconds until each crew is free, (m,), what it was just given included."""
    free_s = outlook.free_s.copy()
    for row in np.flatnonzero(crew_of != NOBODY).tolist():
        free_s[crew_of[row]] = outlook.arrival_s[row, crew_of[row]] + outlook.jobs[row].duration_s
    return free_s


def _visits(
    situation: Situation,
    times: TravelTimes,
    outlook: Prospects,
    crew_of: Ints,
    movable: Mapping[JobId, Assignment],
) -> Iterator[PlannedStop]:
    """Yield everybody's visits: what each crew has and keeps, and behind it what it was given."""
    released = {assignment.id for assignment in movable.values()}
    busy = {assignment.crew_id for assignment in situation.assignments.values()}
    off_duty = sorted(busy - set(outlook.crew_ids))
    routes = {**outlook.itineraries, **itineraries(situation, times, off_duty, without=released)}
    row_of = {outlook.crew_ids[crew_of[row]]: row for row in np.flatnonzero(crew_of != NOBODY).tolist()}
    for crew_id, route in sorted(routes.items()):
        yield from stops_on(situation, route)
        if crew_id in row_of:
            row = row_of[crew_id]
            before = movable.get(outlook.jobs[row].id)
            arrival, departure = _times_of(situation, outlook, row, int(crew_of[row]))
            yield PlannedStop(
                crew_id=crew_id,
                position=len(route.visits) + 1,
                job_id=outlook.jobs[row].id,
                assignment_id=before.id if before is not None and before.crew_id == crew_id else None,
                arrival=arrival,
                departure=departure,
            )
