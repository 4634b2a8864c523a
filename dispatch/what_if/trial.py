"""What would be if: changes by hand, the plan that follows them, and what is different in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from equipage.dispatch.model import Assignment, AssignmentId, CrewId, JobId
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.reasons import Reason
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus
from equipage.dispatch.travel import TravelTimes
from equipage.dispatch.what_if.changes import SOMEBODY, AddCrew, Change, Move, after_changes
from equipage.dispatch.what_if.difference import PlanDifference, forecast, plan_difference
from equipage.dispatch.what_if.rerouting import RouteChange, route_changes

Replan = Callable[[Situation, TravelTimes], Decision]
"""What makes a plan of a situation: the planner, with its own price on every change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The answer, changing nothing.

    Parameters
    ----------
    plan_version : int
        The plan that it was asked of.
    difference : PlanDifference
        What would be different, for whom.
    routes : tuple of RouteChange
        The routes that would be others, by crew: what applying carries out.
    also_pinned : frozenset of JobId
        What is pinned because something is to come right behind it.
    reasons : mapping of JobId to Reason
        Why jobs would wait.
    """

    plan_version: int
    difference: PlanDifference
    routes: tuple[RouteChange, ...]
    also_pinned: frozenset[JobId]
    reasons: Mapping[JobId, Reason]


def what_if(
    situation: Situation,
    changes: Sequence[Change],
    *,
    replan: Replan,
    times: TravelTimes,
    times_after: TravelTimes | None = None,
) -> WhatIf:
    """Return what would be if these changes were made.

    Parameters
    ----------
    situation : Situation
        The city as it is, with the plan in force.
    changes : sequence of Change
        In which `faults_of_changes` finds nothing.
    replan : callable
        The planner.
    times : TravelTimes
        The router.
    times_after : TravelTimes, optional
        The router under the roads that would be closed; the same when left out.
    """
    roads = times_after or times
    changed = after_changes(situation, changes)
    decision = replan(changed, roads)
    planned = carried_out(changed, decision)
    moves = [each for each in changes if isinstance(each, Move)]
    moved = {situation.job_of(each.report_id).id for each in moves}
    difference = plan_difference(
        situation,
        forecast(situation, times),
        forecast(planned, roads, decision.unassigned),
        by_hand={situation.job_of(e.report_id).id for e in changes if not isinstance(e, AddCrew)},
        given={each.crew_id: each.report_id for each in moves},
    )
    return WhatIf(
        plan_version=situation.plan.version,
        difference=difference,
        routes=route_changes(situation, planned),
        also_pinned=frozenset(_newly_pinned(situation, planned) - moved),
        reasons=decision.unassigned,
    )


def carried_out(situation: Situation, decision: Decision) -> Situation:
    """Return the situation in which a decision is carried out: with its assignments and its routes.

    Parameters
    ----------
    situation : Situation
        What was decided about.
    decision : Decision
        Of the planner.
    """
    gone = set(decision.release)
    kept = {each.id: each for each in situation.assignments.values() if each.id not in gone}
    made = {choice.job_id: _tried(situation, choice.job_id, choice.crew_id) for choice in decision.assign}
    stops = decision.stops({job_id: each.id for job_id, each in made.items()})
    return replace(
        situation,
        assignments={**kept, **{each.id: each for each in made.values()}},
        plan=replace(situation.plan, stops=stops),
    )


def _tried(situation: Situation, job_id: JobId, crew_id: CrewId) -> Assignment:
    return Assignment(
        id=AssignmentId(f"{SOMEBODY}-{job_id}-{crew_id}"),
        job_id=job_id,
        crew_id=crew_id,
        vehicle_id=situation.vehicle_of(crew_id),
        status=AssignmentStatus.PLANNED,
        since=situation.now,
        created_at=situation.now,
        actor=ACTOR,
        report_id=situation.jobs[job_id].report_id,
    )


def _newly_pinned(before: Situation, after: Situation) -> set[JobId]:
    pinned = {each.job_id for each in before.assignments.values() if each.pinned}
    return {each.job_id for each in after.assignments.values() if each.pinned} - pinned
