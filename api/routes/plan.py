"""The plan, and how well arrivals were predicted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends

from equipage.api.errors import CONFLICT
from equipage.api.representations.advice import PlanShown
from equipage.api.representations.lists import Shown
from equipage.api.representations.offer import OfferAccepted, OfferAnswer, OfferShown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import report_in_scope
from equipage.dispatch.access import Action, Principal, in_scope
from equipage.dispatch.accuracy import accuracy_of
from equipage.dispatch.errors import ConflictError
from equipage.dispatch.model import Job, TimeSpan
from equipage.dispatch.services.offering import accept_offer
from equipage.dispatch.situation import load_situation
from equipage.dispatch.what_if.offer import stands

router = APIRouter(prefix="/api/v1", tags=["plan"], dependencies=list(KEY_SCHEMES))

_LOOKED_BACK = timedelta(hours=24)
_LISTED = 50


class ArrivalShown(Shown):
    """An arrival and what had been predicted."""

    assignment_id: str
    report_id: str | None
    crew_id: str
    predicted_at: datetime | None
    arrived_at: datetime | None


class AccuracyShown(Shown):
    """How good predicted arrivals were in the last 24 hours; errors are actual minus predicted."""

    n: int
    median_error_s: float | None
    median_abs_error_s: float | None
    p90_abs_error_s: float | None
    within_interval: float | None
    items: list[ArrivalShown]


@router.get("/plan", summary="Everybody's routes")
def plan(here: Here, caller: Annotated[Principal, Depends(May(Action.READ_PLAN))]) -> PlanShown:
    """Show the plan in force, route by route with totals, and the reports that wait, each with the reason."""
    with here.store.reading() as reading:
        situation = load_situation(reading, here.now())
    seen = {number: job for number, job in situation.jobs.items() if _sees(caller, job)}
    held = {assignment.report_id for assignment in situation.assignments.values()}
    waiting = [
        report
        for report in situation.reports.values()
        if report.id not in held and report_in_scope(caller, report)
    ]
    return PlanShown.of(situation, seen, waiting)


@router.get("/plan/offer", summary="A better plan, where there is one")
def offer(here: Here, caller: Annotated[Principal, Depends(May(Action.READ_PLAN))]) -> OfferAnswer:
    """Show the plan that was made from nothing in the background, if it saves enough and still stands."""
    found = here.offers.current
    with here.store.reading() as reading:
        situation = load_situation(reading, here.now())
    if found is None or not stands(found, situation):
        return OfferAnswer(offer=None)
    seen = {number: job for number, job in situation.jobs.items() if _sees(caller, job)}
    return OfferAnswer(offer=OfferShown.of(found, seen))


@router.post("/plan/offer/accept", summary="Carry out the plan that is offered", responses=CONFLICT)
def accept(
    here: Here, caller: Annotated[Principal, Depends(May(Action.ASSIGN))], given: OfferAccepted
) -> PlanShown:
    """Give the crews what the offer says; 409 where it does not stand any more, or is another one."""
    found = here.offers.current
    if found is None or found.as_of != given.as_of:
        raise ConflictError("this offer does not stand any more; look whether there is another one")
    accept_offer(here.store, found, router=here.router, now=here.now(), actor=caller.name)
    here.offers.forget()
    return plan(here, caller)


@router.get("/accuracy", summary="Predicted and actual arrivals", dependencies=[Depends(May(Action.ANALYSE))])
def accuracy(here: Here) -> AccuracyShown:
    """Compare the arrivals predicted when crews set off with the actual ones, over the last 24 hours."""
    now = here.now()
    span = TimeSpan(start=now - _LOOKED_BACK, end=now + timedelta(seconds=1))
    with here.store.reading() as reading:
        assignments = [*reading.ended_assignments(span), *reading.live_assignments()]
    found = accuracy_of(assignments)
    return AccuracyShown(
        n=len(found.arrivals),
        median_error_s=found.median_error_s,
        median_abs_error_s=found.median_abs_error_s,
        p90_abs_error_s=found.p90_abs_error_s,
        within_interval=found.within_interval,
        items=[
            ArrivalShown(
                assignment_id=each.id,
                report_id=each.report_id,
                crew_id=each.crew_id,
                predicted_at=each.predicted_at,
                arrived_at=each.arrived_at,
            )
            for each in found.arrivals[:_LISTED]
        ],
    )


def _sees(caller: Principal, job: Job) -> bool:
    return in_scope(caller, job.service_code, job.commune)
