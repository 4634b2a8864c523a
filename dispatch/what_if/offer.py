"""A plan made from nothing, offered where it saves enough: the planner itself only betters what it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import CrewId, JobId
from equipage.dispatch.planning.commitment import can_be_sent
from equipage.dispatch.planning.planner import Decision
from equipage.dispatch.planning.posing import Posed, pose
from equipage.dispatch.planning.replanned import decision_of
from equipage.dispatch.planning.replanning import is_sound
from equipage.dispatch.planning.terms import with_overtime
from equipage.dispatch.situation import Situation
from equipage.dispatch.solver.budget import Budget
from equipage.dispatch.solver.engines import engine as engine_named
from equipage.dispatch.solver.problem import Problem
from equipage.dispatch.solver.schedule import Routes, cost_of, unassigned
from equipage.dispatch.travel import TravelTimes
from equipage.dispatch.what_if.difference import PlanDifference, Totals, forecast, plan_difference
from equipage.dispatch.what_if.trial import carried_out

Orders = Mapping[CrewId, tuple[JobId, ...]]
"""What each crew has, in order, behind what it does now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a plan must save to be offered.

    Parameters
    ----------
    share : float
        Of the seconds that the jobs it changes still wait. Those of all others do not count: where crews are
        short they are by far the most, and nothing would ever be worth it there.
    seconds : float
        And so many, of driving and waiting.
    """

    share: float = 0.1
    seconds: float = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A better plan than the one in force, as long as that is what it was.

    Parameters
    ----------
    as_of : datetime
        The moment it was made for.
    plan_version : int
        Of the plan then in force.
    engine : str
        What made it.
    before, after : mapping
        What the crews that it changes have in order, and what they would have.
    difference : PlanDifference
        What that means for whom, and in figures.
    """

    as_of: datetime
    plan_version: int
    engine: str
    before: Orders
    after: Orders
    difference: PlanDifference

    @property
    def saves_s(self) -> float:
        """Seconds of driving and waiting that it saves."""
        return _effort_s(self.difference.before) - _effort_s(self.difference.after)


def orders_in_force(situation: Situation) -> Orders:
    """Return what the crews that can be sent have in order, behind what they do now.

    Parameters
    ----------
    situation : Situation
        The moment.
    """
    at_hand = [crew_id for crew_id in situation.crews if can_be_sent(situation, crew_id)]
    return {crew_id: tuple(a.job_id for a in situation.planned_of(crew_id)) for crew_id in at_hand}


def look_for_offer(
    situation: Situation, times: TravelTimes, *, engine: str, budget: Budget, worth: Worth
) -> Offer | None:
    """Return a plan made from nothing, where it saves enough; pins and committed stops stay.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router.
    engine : str
        With which engine.
    budget : Budget
        How long it may take.
    worth : Worth
        What is enough.
    """
    posed = pose(situation, times, jobs=())
    free = _without_prices(with_overtime(situation, posed.crew_ids, posed.problem, posed.routes))
    found = _without_idle_changes(free, posed.routes, engine_named(engine)(free, budget).routes)
    if not is_sound(free, found) or unassigned(free, found):
        return None
    if cost_of(free, found).total >= cost_of(free, posed.routes).total:
        return None
    before, after = orders_in_force(situation), _orders(posed, found)
    changed = [crew_id for crew_id, order in after.items() if order != before[crew_id]]
    planned = carried_out(situation, _decision(posed, found, times, engine))
    offer = Offer(
        as_of=situation.now,
        plan_version=situation.plan.version,
        engine=engine,
        before={crew_id: before[crew_id] for crew_id in changed},
        after={crew_id: after[crew_id] for crew_id in changed},
        difference=plan_difference(situation, forecast(situation, times), forecast(planned, times)),
    )
    return offer if _is_worth_it(offer, worth) else None


def _is_worth_it(offer: Offer, worth: Worth) -> bool:
    """Tell whether an offer saves enough, of what those that it changes still wait."""
    arrivals = [each.before.arrival for each in offer.difference.jobs]
    waits_s = sum((arrival - offer.as_of).total_seconds() for arrival in arrivals if arrival is not None)
    return offer.saves_s >= max(worth.seconds, worth.share * waits_s)


def stands(offer: Offer, situation: Situation) -> bool:
    """Tell whether the crews that an offer changes still have what they had when it was made.

    Parameters
    ----------
    offer : Offer
        One made before.
    situation : Situation
        The moment.
    """
    orders = orders_in_force(situation)
    return all(orders.get(crew_id) == order for crew_id, order in offer.before.items())


def accepted(offer: Offer, situation: Situation, times: TravelTimes) -> Decision:
    """Return the decision that carries an offer out now.

    Parameters
    ----------
    offer : Offer
        One made before.
    situation : Situation
        The moment.
    times : TravelTimes
        The router.

    Raises
    ------
    ConflictError
        If the plan is another one meanwhile, or the offer would break something by now.
    """
    posed = pose(situation, times, jobs=())
    if not stands(offer, situation):
        raise ConflictError(
            "the plan has changed since the offer was made; look whether there is another one"
        )
    orders = {**orders_in_force(situation), **offer.after}
    routes = [[posed.rows[job_id] for job_id in orders[crew_id]] for crew_id in posed.crew_ids]
    if not is_sound(posed.problem, routes):
        raise ConflictError("the offer cannot be kept any more; look whether there is another one")
    return _decision(posed, routes, times, offer.engine)


def _without_prices(problem: Problem) -> Problem:
    """Return the problem in which it costs nothing to change the plan in force."""
    return replace(
        problem,
        jobs=replace(problem.jobs, change_cost=np.zeros_like(problem.jobs.change_cost)),
        shifts=replace(problem.shifts, next_change_cost=np.zeros_like(problem.shifts.next_change_cost)),
    )


def _without_idle_changes(problem: Problem, in_force: Routes, found: Routes) -> Routes:
    """Return what was found with the order in force where a crew's same jobs gain nothing by another."""
    kept = [list(stops) for stops in found]
    for shift, stops in enumerate(in_force):
        if sorted(stops) == sorted(kept[shift]):
            as_it_is = [*kept[:shift], list(stops), *kept[shift + 1 :]]
            if cost_of(problem, as_it_is).total <= cost_of(problem, kept).total:
                kept = as_it_is
    return kept


def _decision(posed: Posed, routes: Routes, times: TravelTimes, engine: str) -> Decision:
    situation = posed.situation
    reports = [r for r in situation.reports.values() if r.status.is_waiting and r.unassigned_reason]
    reasons = {situation.job_of(r.id).id: r.unassigned_reason for r in reports if r.unassigned_reason}
    return decision_of(posed, routes, times, engine=engine, reasons=reasons)


def _orders(posed: Posed, routes: Routes) -> Orders:
    return {
        crew_id: tuple(posed.jobs[row].id for row in stops)
        for crew_id, stops in zip(posed.crew_ids, routes, strict=True)
    }


def _effort_s(totals: Totals) -> float:
    return totals.driving_s + totals.waiting_s
