"""The plan layer: where crews are short, everybody's routes are planned together, from those in force on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from equipage.dispatch.model import AssignmentId, JobId
from equipage.dispatch.planning.nearest_first import with_nearest
from equipage.dispatch.planning.planner import Decision, decide
from equipage.dispatch.planning.posing import Posed, pose
from equipage.dispatch.planning.replanned import decision_of, visits_of
from equipage.dispatch.planning.staying import without_what_has_no_time, without_what_leaves_no_time
from equipage.dispatch.planning.terms import with_doubt, with_overtime
from equipage.dispatch.planning.turning import planned_anew, turned, turned_for
from equipage.dispatch.planning.waiting import WaitingFor
from equipage.dispatch.planning.watch import Watch
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.engines import engine
from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.repair import repaired
from equipage.dispatch.solver.schedule import Routes, cost_of
from equipage.dispatch.solver.violations import violations
from equipage.dispatch.travel import TravelTimes

WORTH = 600.0
"""What changing the plan must save beyond the prices of its changes, in weighted seconds: five minutes of a
usual job. Chosen: what is less is within what anybody knows of drives and work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What the plan layer may use.

    Parameters
    ----------
    engine : str
        One of `solver.engines`.
    budget : callable
        Begins a budget.
    """

    engine: str
    budget: Callable[[], Budget]


def plan(
    situation: Situation,
    times: TravelTimes,
    *,
    effort: Effort | None,
    watch: Watch | None = None,
    left_for_s: float = 0.0,
    turns_around: bool = True,
) -> Decision:
    """Return who is to do what, and in which order.

    The instant layer answers where that gives every job a crew. Where crews are short, the plan layer goes on
    from there and plans all routes together. Both turn crews around for what is most urgent (`turning`).

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    effort : Effort or None
        Of the plan layer; None for a planner without one.
    watch : Watch, optional
        What the last plan was made of: where nothing of that has changed, the plan in force is kept as it is.
    left_for_s : float
        For how long the area that a crew leaves counts as left, for the instant layer.
    turns_around : bool
        Whether crews on their way may be turned around.
    """

    def instantly(at: Situation) -> Decision:
        return decide(at, times, left_for_s=left_for_s)

    before, instant = situation, instantly(situation)
    if turns_around:
        before, instant = turned(situation, times, instant, instantly)
    if effort is None or not _is_loaded(instant):
        return instant
    if watch is not None and before is situation:
        in_force = _as_it_is(situation, times, instant)
        if not watch.has_news(situation, times, in_force.visits) and not _found_a_crew(situation, instant):
            return in_force
    turning = turned_for(situation, instant)
    decision, bettered = _replanned(before, times, instant, effort, turning)
    decision = planned_anew(decision, turning)
    if turned_for(situation, decision) != turning:
        decision, bettered = instant, False
    if watch is not None and not bettered:  # else there may be more to gain: the next tick goes on from there
        watch.take_note(situation, times, decision.visits, decision.unassigned)
    return decision


def _is_loaded(instant: Decision) -> bool:
    """Tell whether one job for each crew is not enough: a job stays out since all crews are busy."""
    return any(reason.code == WaitingFor.ALL_BUSY for reason in instant.unassigned.values())


def replan(situation: Situation, times: TravelTimes, instant: Decision, *, effort: Effort) -> Decision:
    """Return the plan of all crews that can be sent, for what waits and what may move.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    instant : Decision
        What the instant layer says: the plan begins with that, and is never worse.
    effort : Effort
        With which engine, and how long.

    Notes
    -----
    The plan in force is kept but for the jobs that are put in where they cost least, unless what an engine
    finds saves `WORTH` beyond the prices of its changes. Only what the checker finds sound is a plan; where
    nothing is, the instant layer's answer holds.
    """
    return _replanned(situation, times, instant, effort, {})[0]


def _replanned(
    situation: Situation,
    times: TravelTimes,
    instant: Decision,
    effort: Effort,
    turning: Mapping[AssignmentId, JobId | None],
) -> tuple[Decision, bool]:
    """Return the plan, and whether an engine bettered what it began with."""
    posed = _with_turning(pose(situation, times), turning)
    in_force = _begun(posed, instant)
    problem = with_overtime(situation, posed.crew_ids, posed.problem, in_force)
    problem = without_what_has_no_time(problem, posed.routes)
    begun = without_what_leaves_no_time(problem, in_force)
    posed = with_nearest(replace(posed, problem=problem), instant)
    doubted = with_doubt(posed.problem, posed.doubt_s)
    kept = _sound_or_repaired(posed.problem, repaired(doubted, begun).routes, begun)
    sought = engine(effort.engine)(doubted, effort.budget(), initial=kept).routes
    found = _sound_or_repaired(posed.problem, sought, sought)
    saves = cost_of(doubted, kept).total - cost_of(doubted, found).total
    for routes in (found, kept) if saves > WORTH else (kept, found):
        if is_sound(posed.problem, routes):
            decision = decision_of(posed, routes, times, engine=effort.engine, reasons=instant.unassigned)
            return decision, routes is found and saves > WORTH
    return instant, False


def _sound_or_repaired(problem: Problem, routes: Routes, others: Routes) -> Routes:
    """Return routes found under doubt where they break nothing as it is expected, else others repaired."""
    return routes if is_sound(problem, routes) else repaired(problem, others).routes


def _as_it_is(situation: Situation, times: TravelTimes, instant: Decision) -> Decision:
    """Return the plan in force, with the arrivals that are expected now."""
    waiting = {j: why for j, why in instant.unassigned.items() if situation.holder_of(j) is None}
    return Decision(
        assign=(),
        release=(),
        unassigned=waiting,
        visits=tuple(visits_of(situation, times)),
        engine=situation.plan.engine,
    )


def _found_a_crew(situation: Situation, instant: Decision) -> bool:
    """Tell whether a job that nobody had has a crew now, since one is soon free."""
    return any(situation.holder_of(choice.job_id) is None for choice in instant.assign)


def _with_turning(posed: Posed, turning: Mapping[AssignmentId, JobId | None]) -> Posed:
    """Return the problem in which crews that turn around go first to what they turn around for."""
    fixed, pinned_to = list(posed.problem.shifts.fixed), posed.problem.jobs.pinned_to.copy()
    for assignment_id, job_id in turning.items():
        if job_id is not None:
            shift = posed.shifts[posed.situation.assignments[assignment_id].crew_id]
            fixed[shift] = (posed.rows[job_id],)
            pinned_to[posed.rows[job_id]] = shift
    problem = replace(
        posed.problem,
        jobs=replace(posed.problem.jobs, pinned_to=pinned_to),
        shifts=replace(posed.problem.shifts, fixed=tuple(fixed)),
    )
    return replace(posed, problem=problem)


def is_sound(problem: Problem, routes: Routes) -> bool:
    """Tell whether routes break nothing but what their fixed stops break by themselves.

    Parameters
    ----------
    problem : Problem
        What is known.
    routes : sequence of sequences of int
        The jobs of every shift, in order.
    """
    alone = violations(problem, problem.shifts.fixed)
    return all(each in alone for each in violations(problem, routes))


def _begun(posed: Posed, instant: Decision) -> list[list[int]]:
    """Return the plan in force, with what the instant layer sends each crew to next at its head."""
    routes = [list(stops) for stops in posed.routes]
    for visit in sorted(instant.visits, key=lambda visit: -visit.position):
        row, shift = posed.rows.get(visit.job_id), posed.shifts.get(visit.crew_id)
        if row is None or shift is None or row in posed.problem.shifts.fixed[shift]:
            continue
        for stops in routes:
            if row in stops:
                stops.remove(row)
        routes[shift].insert(len(posed.problem.shifts.fixed[shift]), row)
    first = {row for stops in posed.problem.shifts.fixed for row in stops}
    behind = ([row for row in stops if row not in first] for stops in routes)
    return [[*stops, *rest] for stops, rest in zip(posed.problem.shifts.fixed, behind, strict=True)]
