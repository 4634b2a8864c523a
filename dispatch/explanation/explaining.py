"""Why a report is where it is in the plan: its crew, what others would mean, and what would help."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from equipage.dispatch.eligibility import duty_obstacle, obstacle
from equipage.dispatch.explanation.effects import NAMED, Scene, alternative, shares_of, with_job
from equipage.dispatch.explanation.explained import Alternative, Explained, Part, Share, Standing
from equipage.dispatch.explanation.helping import would_help
from equipage.dispatch.explanation.hindrances import what_keeps
from equipage.dispatch.model import Assignment, CrewId, Job, Report
from equipage.dispatch.planning.commitment import ACTOR, can_be_sent
from equipage.dispatch.planning.posing import Posed, pose
from equipage.dispatch.planning.reserve import leaving_costs
from equipage.dispatch.planning.suggest import Because, WhyNot
from equipage.dispatch.planning.waiting import WaitingFor, put_off
from equipage.dispatch.plans import NOTICEABLE
from equipage.dispatch.promise import slipped_by
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.reasons import Reason, because, named
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.explanation import Explanation, Option, Verdict, explain
from equipage.dispatch.solver.obstacles import Hindrance, Obstacle, new_violations, obstacle_of, without
from equipage.dispatch.solver.problem import NO_WAY_S, NOBODY, Problem
from equipage.dispatch.solver.schedule import timetable
from equipage.dispatch.status import AssignmentStatus, Policy
from equipage.dispatch.travel import TravelTimes

Floats = npt.NDArray[np.float64]

MOST = 50
"""How many other crews are told with all they would mean; nobody reads more, and each takes a millisecond."""


def explain_report(
    situation: Situation, times: TravelTimes, job: Job, *, left_for_s: float = 0.0
) -> Explained:
    """Return why a report's job is where it is, all else in the plan taken as it is.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    job : Job
        Open. Where a crew has set off for it, others are compared as if none had.
    left_for_s : float
        For how long the area that a crew leaves counts as left, as the planner has it.
    """
    holder = situation.holder_of(job.id)
    if holder is not None and holder.status is AssignmentStatus.ON_SITE:
        return Explained(
            as_of=situation.now,
            job_id=job.id,
            standing=Standing.THERE,
            crew_id=holder.crew_id,
            begins_at=holder.arrived_at,
            reasons=(because(Because.THERE),),
        )
    scene = scene_of(situation, times, job, left_for_s=left_for_s)
    told = _with_leaving(scene, explain(scene.problem, scene.posed.routes, scene.row, most=MOST))
    return _in_words(situation, times, scene, told, holder)


def scene_of(situation: Situation, times: TravelTimes, job: Job, *, left_for_s: float = 0.0) -> Scene:
    """Return what an explanation rests on: the plan in force without a job that no crew works on yet.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    job : Job
        Open.
    left_for_s : float
        For how long the area that a crew leaves counts as left.
    """
    holder = situation.holder_of(job.id)
    posed = pose(_undecided(situation, holder), times, jobs=[job.id])
    row = posed.rows[job.id]
    forgotten = holder is not None and (holder.status.is_running or _is_by_hand(holder))
    return Scene(
        posed=posed,
        problem=_loosened(posed.problem, row, forgotten=forgotten),
        bare=tuple(tuple(stop for stop in stops if stop != row) for stops in posed.routes),
        row=row,
        leaving=_leaving(posed, times, job, left_for_s=left_for_s),
    )


def explain_closed(report: Report, job: Job, *, now: datetime) -> Explained:
    """Return that there is nothing to explain about a report that is closed.

    Parameters
    ----------
    report : Report
        Closed.
    job : Job
        Its job.
    now : datetime
        The moment.
    """
    why = because("closed", status=report.status.value)
    return Explained(as_of=now, job_id=job.id, standing=Standing.CLOSED, reasons=(why,))


def _undecided(situation: Situation, holder: Assignment | None) -> Situation:
    """Return the situation as if nobody had set off for a job, and nobody had it who cannot be sent."""
    if holder is None:
        return situation
    others = {key: each for key, each in situation.assignments.items() if key != holder.id}
    if not can_be_sent(situation, holder.crew_id):
        return replace(situation, assignments=others)
    planned = replace(holder, status=AssignmentStatus.PLANNED)
    return replace(situation, assignments={**others, holder.id: planned})


def _loosened(problem: Problem, row: int, *, forgotten: bool) -> Problem:
    """Return the problem where neither a pin nor what its crew was told holds a job where it is.

    Where that is to be forgotten, it costs nothing either to give it to another crew.
    """
    loose = without(problem, Obstacle(what=Hindrance.PIN, shift=NOBODY, job=row))
    for shift, stops in enumerate(problem.shifts.fixed):
        if row in stops:
            loose = without(loose, Obstacle(what=Hindrance.FIXED, shift=shift, job=row))
    if not forgotten:
        return loose
    held_by = loose.jobs.held_by.copy()
    held_by[row] = NOBODY
    next_job = np.where(loose.shifts.next_job == row, NOBODY, loose.shifts.next_job)
    return replace(
        loose,
        jobs=replace(loose.jobs, held_by=held_by),
        shifts=replace(loose.shifts, next_job=next_job),
    )


def _leaving(posed: Posed, times: TravelTimes, job: Job, *, left_for_s: float) -> Floats:
    """Return what it costs the area that each crew leaves, (r,); the nearest crew goes whatever that is."""
    situation = posed.situation
    if left_for_s <= 0.0 or situation.services[job.service_code].policy is Policy.NEAREST:
        return np.zeros(len(posed.crew_ids))
    planned = {a.id for a in situation.assignments.values() if not a.status.is_running}
    outlook = look_ahead(situation, times, jobs=posed.jobs, crew_ids=posed.crew_ids, without=planned)
    return leaving_costs(situation, times, outlook, left_for_s=left_for_s)


def _with_leaving(scene: Scene, told: Explanation) -> Explanation:
    """Return the same with what it costs to leave an area: the next best crews are in that order."""
    here = 0.0 if told.place is None else float(scene.leaving[told.place.shift])
    more = [
        replace(each, more=each.more + float(scene.leaving[each.shift]) - here) for each in told.next_best
    ]
    return replace(told, next_best=tuple(sorted(more, key=lambda each: (each.more, each.shift))))


def _is_by_hand(holder: Assignment) -> bool:
    return holder.pinned or holder.actor != ACTOR


def _in_words(
    situation: Situation, times: TravelTimes, scene: Scene, told: Explanation, holder: Assignment | None
) -> Explained:
    place, job = told.place, scene.posed.jobs[scene.row]
    reached = place is not None and place.begin_s < NO_WAY_S
    others = tuple(alternative(scene, option, place) for option in told.next_best)
    return Explained(
        as_of=situation.now,
        job_id=job.id,
        standing=_standing(holder),
        crew_id=None if holder is None else holder.crew_id,
        begins_at=situation.now + timedelta(seconds=place.begin_s) if place is not None and reached else None,
        late_s=_late_s(scene, place) if reached else 0,
        reasons=tuple(_reasons(situation, scene, told, holder)),
        delays=tuple(_delays(situation, times, scene, place.begin_s, holder)) if place and reached else (),
        shares=tuple(_shares(scene, place, others, holder)) if reached else (),
        others=others,
        why_not=tuple(sorted(_why_not(situation, scene, told, holder), key=lambda each: each.crew_id)),
        would_help=() if told.remedy is None else tuple(would_help(situation, times, scene, told.remedy)),
    )


def _standing(holder: Assignment | None) -> Standing:
    if holder is None:
        return Standing.WAITING
    return Standing.UNDER_WAY if holder.status.is_running else Standing.PLANNED


def _late_s(scene: Scene, place: Option | None) -> int:
    return 0 if place is None else max(place.begin_s - int(scene.problem.jobs.due_s[scene.row]), 0)


def _reasons(
    situation: Situation, scene: Scene, told: Explanation, holder: Assignment | None
) -> Iterator[Reason]:
    """Yield why it waits, or why it is with its crew."""
    job = scene.posed.jobs[scene.row]
    if holder is None:
        why = put_off(situation, job) or _said(situation, job)
        if why is not None:
            yield why
        return
    if holder.status.is_running:
        yield because(Because.UNDER_WAY)
    if _is_by_hand(holder):
        yield because("pinned" if holder.pinned else "chosen")
    despite = _despite(situation, scene, told.place, holder)
    yield from despite
    if not _is_by_hand(holder):
        yield from _better_or_best(situation, told, scene)
    elif told.place is not None:
        yield from _for_or_against(told, scene, may_not=bool(despite))


def _said(situation: Situation, job: Job) -> Reason | None:
    return None if job.report_id is None else situation.reports[job.report_id].unassigned_reason


def _despite(situation: Situation, scene: Scene, place: Option | None, holder: Assignment) -> list[Reason]:
    """Return what speaks against the crew that has the job: a person may send one that no planner may."""
    job = scene.posed.jobs[scene.row]
    if place is None:
        return [obstacle(situation, holder.crew_id, job) or _not_at_hand(situation, holder.crew_id)]
    stops = with_job(scene, place.shift, place.position)
    broken = new_violations(scene.problem, place.shift, scene.bare[place.shift], stops)
    found = [what_keeps(scene.posed, job, obstacle_of(each)) for each in broken]
    return list({reason.code: reason for reason in found}.values())


def _better_or_best(situation: Situation, told: Explanation, scene: Scene) -> Iterator[Reason]:
    """Yield whether another crew would do better, as things are, than the one that the planner chose."""
    if told.place is None:
        return
    service = situation.services[scene.posed.jobs[scene.row].service_code]
    best = told.next_best[0] if told.next_best else None
    if best is None or best.more >= 0:
        yield because("only_one" if best is None else "best_for_all")
    elif service.policy is Policy.NEAREST:
        yield because("nearest_goes")
    else:
        yield because("better_now", crew_id=scene.posed.crew_ids[best.shift])


def _for_or_against(told: Explanation, scene: Scene, *, may_not: bool) -> Iterator[Reason]:
    """Yield whom the planner would have sent, where a person decided."""
    best = told.next_best[0] if told.next_best else None
    if best is not None and (may_not or best.more < 0):
        yield because("chosen_against", crew_id=scene.posed.crew_ids[best.shift])
    elif not may_not:
        yield because("chosen_alike")


def _delays(
    situation: Situation, times: TravelTimes, scene: Scene, begin_s: int, holder: Assignment | None
) -> Iterator[Reason]:
    """Yield that a job is reached later than was told when its crew was chosen, and what came in between."""
    if holder is None or holder.promised_at is None:
        return
    later = slipped_by(holder.promised_at, situation.now + timedelta(seconds=begin_s))
    if later is None:
        return
    yield because("later_than_told", later_s=later.total_seconds())
    job, route = scene.posed.jobs[scene.row], situation.live_of(holder.crew_id)
    ahead = list(itertools.takewhile(lambda each: each.id != holder.id, route))
    for other in [each for each in ahead if each.created_at > holder.created_at][:NAMED]:
        later_s = begin_s - _begin_without(situation, times, job, other)
        if later_s >= NOTICEABLE.total_seconds():
            yield because("came_between", later_s=later_s, **named(situation.jobs[other.job_id]))
    for other in [
        each for each in ahead[:1] if each.status.is_running and each.created_at <= holder.created_at
    ]:
        yield because("held_up", **named(situation.jobs[other.job_id]))


def _begin_without(situation: Situation, times: TravelTimes, job: Job, other: Assignment) -> int:
    """Return when a job would begin if its crew had not been given another."""
    live = {key: each for key, each in situation.assignments.items() if key != other.id}
    posed = scene_of(replace(situation, assignments=live), times, job).posed
    row = posed.rows[job.id]
    (shift,) = (shift for shift, stops in enumerate(posed.routes) if row in stops)
    visits = timetable(posed.problem, shift, posed.routes[shift]).visits
    return next(visit.begin_s for visit in visits if visit.job == row)


def _shares(
    scene: Scene, place: Option | None, others: tuple[Alternative, ...], holder: Assignment | None
) -> Iterator[Share]:
    if place is None:
        return
    yield from shares_of(scene, place)
    if holder is not None and holder.pinned and others and others[0].more < 0:
        against = because("chosen_against", crew_id=others[0].crew_id)
        yield Share(part=Part.PIN, cost=-others[0].more, reasons=(against,))


def _why_not(
    situation: Situation, scene: Scene, told: Explanation, holder: Assignment | None
) -> Iterator[WhyNot]:
    """Yield the crews that are no alternative, each with the one thing that keeps it."""
    posed, job = scene.posed, scene.posed.jobs[scene.row]
    possible = {option.shift for option in told.next_best}
    for verdict in told.verdicts:
        if verdict.shift not in possible:
            yield WhyNot(crew_id=posed.crew_ids[verdict.shift], reason=_verdict(posed, job, verdict))
    for crew_id in situation.crews.keys() - posed.shifts.keys():
        if holder is None or crew_id != holder.crew_id:
            yield WhyNot(crew_id=crew_id, reason=_not_at_hand(situation, crew_id))


def _verdict(posed: Posed, job: Job, verdict: Verdict) -> Reason:
    return because("dearer") if verdict.obstacle is None else what_keeps(posed, job, verdict.obstacle)


def _not_at_hand(situation: Situation, crew_id: CrewId) -> Reason:
    off_duty = duty_obstacle(situation, crew_id)
    return off_duty or because(WaitingFor.NO_SIGNAL, crews=(situation.crews[crew_id].name,))
