"""The plan, and how well arrivals were predicted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends

from equipage.api.representations.advice import PlanShown
from equipage.api.representations.lists import Shown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import report_in_scope
from equipage.dispatch.access import Action, Principal, in_scope
from equipage.dispatch.accuracy import accuracy_of
from equipage.dispatch.model import Job, TimeSpan
from equipage.dispatch.situation import load_situation

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
