"""Crews on their way to something less urgent are turned around for what is most urgent.

Whoever waits for the crew waits longer then, and the crew has driven in vain. Nobody is turned around by the
planner who is about something of the highest priority itself, whom a person sent, whose job is pinned, or
who is not heard of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np

from equipage.dispatch.eligibility import pair_masks
from equipage.dispatch.model import HIGHEST_PRIORITY, Assignment, AssignmentId, CrewId, Job, JobId
from equipage.dispatch.planning.commitment import ACTOR, can_be_sent
from equipage.dispatch.planning.planner import Choice, Decision
from equipage.dispatch.planning.waiting import put_off
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, EtaBasis
from equipage.dispatch.travel import TravelTimes

SOONER = timedelta(minutes=2)
"""By how much sooner a crew must be there than whoever would come else, to be thought of."""

NEAREST_CREWS = 3
"""How many crews are thought of for each job: the nearest of those that may have it."""


def turned(
    situation: Situation,
    times: TravelTimes,
    decision: Decision,
    decide: Callable[[Situation], Decision],
) -> tuple[Situation, Decision]:
    """Return the situation in which the crews that turn around have not set off, and what is decided then.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router; asked where something most urgent waits while crews are on their way.
    decision : Decision
        What is decided where nobody turns around.
    decide : callable
        Decides in a situation as that was decided.

    Returns
    -------
    Situation, Decision
        As they were given where nobody turns around.
    """
    thought_of = set(_thought_of(situation, times, decision))
    while thought_of:
        before = _not_set_off(situation, thought_of)
        found = decide(before)
        sent = {choice.crew_id for choice in found.assign if _is_urgent(situation, choice.job_id)}
        turning = {each for each in thought_of if situation.assignments[each].crew_id in sent}
        if turning == thought_of:
            return before, found
        thought_of = turning
    return situation, decision


def turned_for(situation: Situation, decision: Decision) -> Mapping[AssignmentId, JobId | None]:
    """Return what crews on their way are turned around for, by the assignment that they leave.

    Parameters
    ----------
    situation : Situation
        As it is: they have set off.
    decision : Decision
        Whose.

    Returns
    -------
    mapping
        The job that the crew goes to instead; None where a crew on its way is not the planner's to turn
        around, or goes to nothing that is most urgent.
    """
    first: dict[CrewId, JobId] = {}
    for visit in sorted(decision.visits, key=lambda visit: -visit.position):
        first[visit.crew_id] = visit.job_id
    left = [situation.assignments[each] for each in decision.release]
    return {a.id: _instead(situation, a, first.get(a.crew_id)) for a in left if a.status.is_running}


def planned_anew(decision: Decision, turning: Collection[AssignmentId]) -> Decision:
    """Return the decision in which who turns around and comes back later has not set off for that any more.

    Parameters
    ----------
    decision : Decision
        Made as if nobody who turns around had set off.
    turning : collection of AssignmentId
        What they are on their way to.
    """
    later = [visit for visit in decision.visits if visit.assignment_id in turning]
    kept = {visit.assignment_id for visit in later if visit.assignment_id is not None}
    again = (
        Choice(job_id=v.job_id, crew_id=v.crew_id, arrival=v.arrival, departure=v.departure) for v in later
    )
    return replace(
        decision,
        assign=tuple(sorted((*decision.assign, *again), key=lambda choice: choice.job_id)),
        release=(*decision.release, *sorted(kept)),
        visits=tuple(
            replace(v, assignment_id=None) if v.assignment_id in kept else v for v in decision.visits
        ),
    )


def _instead(situation: Situation, assignment: Assignment, first: JobId | None) -> JobId | None:
    warranted = first is not None and _is_urgent(situation, first) and _may_turn(situation, assignment)
    return first if warranted else None


def _thought_of(situation: Situation, times: TravelTimes, decision: Decision) -> Iterator[AssignmentId]:
    """Yield the assignments whose crews would be at something urgent sooner than whoever comes else."""
    urgent = sorted(_urgent(situation), key=lambda job: job.id)
    on_the_way = [a for a in situation.assignments.values() if urgent and _may_turn(situation, a)]
    if not on_the_way:
        return
    crew_ids = [assignment.crew_id for assignment in on_the_way]
    planned = {each.id for crew_id in crew_ids for each in situation.live_of(crew_id)}
    outlook = look_ahead(situation, times, jobs=urgent, crew_ids=crew_ids, without=planned)
    there_s = np.where(pair_masks(situation, outlook).finished, outlook.arrival_s, np.inf)
    expected = {visit.job_id: visit.arrival for visit in decision.visits}
    for row, job in enumerate(urgent):
        comes = expected.get(job.id)
        in_s = np.inf if comes is None else (comes - situation.now - SOONER).total_seconds()
        for column in np.argsort(there_s[row], kind="stable")[:NEAREST_CREWS].tolist():
            if there_s[row, column] < in_s:
                yield on_the_way[column].id


def _urgent(situation: Situation) -> Iterator[Job]:
    """Yield the most urgent jobs for which no crew has set off, and none was chosen by a person."""
    for job in situation.jobs.values():
        if job.priority == HIGHEST_PRIORITY and put_off(situation, job) is None:
            holder = situation.holder_of(job.id)
            if holder is None or not (holder.status.is_running or holder.pinned or holder.actor != ACTOR):
                yield job


def _is_urgent(situation: Situation, job_id: JobId) -> bool:
    return situation.jobs[job_id].priority == HIGHEST_PRIORITY


def _may_turn(situation: Situation, assignment: Assignment) -> bool:
    """Tell whether the crew is on its way to something less urgent, by the planner's word, and seen there."""
    return (
        assignment.status is AssignmentStatus.EN_ROUTE
        and assignment.actor == ACTOR
        and not assignment.pinned
        and not _is_urgent(situation, assignment.job_id)
        and can_be_sent(situation, assignment.crew_id)
        and situation.position_of(assignment.crew_id).basis is EtaBasis.LIVE
    )


def _not_set_off(situation: Situation, assignment_ids: Collection[AssignmentId]) -> Situation:
    planned = {
        each: replace(
            situation.assignments[each], status=AssignmentStatus.PLANNED, en_route_at=None, predicted_at=None
        )
        for each in assignment_ids
    }
    return replace(situation, assignments={**situation.assignments, **planned})
