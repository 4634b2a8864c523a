"""Planned work: what nobody reported, but is to be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from equipage.api.effort import effort_of_questions
from equipage.api.given import Given, Moment, OptionalMoment
from equipage.api.representations.ahead import AheadShown
from equipage.api.representations.city import PlannedWorkShown
from equipage.api.representations.lists import Page
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action, Principal, in_scope
from equipage.dispatch.errors import ForbiddenError, InvalidInputError, NotFoundError
from equipage.dispatch.model import PlannedWork, PlannedWorkId, ServiceCode, TimeSpan
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.coming import coming_days
from equipage.dispatch.services.plannedwork import NewPlannedWork, add_planned_work, cancel_planned_work

router = APIRouter(prefix="/api/v1/planned-work", tags=["planned work"], dependencies=list(KEY_SCHEMES))

_Reader = Annotated[Principal, Depends(May(Action.READ_PLAN))]
_Planner = Annotated[Principal, Depends(May(Action.PLAN_WORK))]
_MOST_DAYS = 31
_SEARCHED_S = 2.0
_LOOKED_BACK, _LOOKED_AHEAD = timedelta(days=1), timedelta(days=7)


class PlannedWorkGiven(Given):
    """Work to be done, and when a crew may begin."""

    service_code: str
    name: str
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    earliest: Moment
    latest: Moment
    duration_s: int | None = None
    priority: int | None = None
    public: bool = False
    description: str = ""


@router.get("", summary="List planned work")
def list_planned_work(
    here: Here,
    caller: _Reader,
    begin: Annotated[OptionalMoment, Query(alias="from", description="yesterday if left out")] = None,
    end: Annotated[OptionalMoment, Query(alias="to", description="a week after if left out")] = None,
) -> Page[PlannedWorkShown]:
    """List the work that may begin within a time."""
    start = begin or here.now() - _LOOKED_BACK
    span = _span(start, end or start + _LOOKED_BACK + _LOOKED_AHEAD, "from", "to")
    with here.store.reading() as reading:
        works = reading.planned_works(span)
    seen = [work for work in works if in_scope(caller, work.service_code, work.commune)]
    return Page(items=[PlannedWorkShown.of(work) for work in seen])


@router.get("/ahead", summary="Who would come to planned work, and when")
def look_ahead(
    here: Here,
    caller: _Reader,
    days: Annotated[int, Query(ge=1, le=_MOST_DAYS, description="how far to look")] = _LOOKED_AHEAD.days,
) -> AheadShown:
    """Tell which crew would come to the open planned work of the coming days, on the shifts of these days.

    Nothing is decided by that: a crew is chosen as its time comes. What reports took of crews' time in the
    last day is kept free for them. What has no place comes behind, with the least that would have to change,
    and then what may only begin later.
    """
    now = here.now()
    coming = coming_days(
        here.store,
        router=here.router,
        now=now,
        until=now + timedelta(days=days),
        effort=effort_of_questions(here.settings, _SEARCHED_S),
    )
    seen = [each for each in coming.works if in_scope(caller, each.work.service_code, each.work.commune)]
    return AheadShown.of(replace(coming, works=tuple(seen)))


@router.get("/{work_id}", summary="One piece of planned work")
def get_planned_work(here: Here, caller: _Reader, work_id: str) -> PlannedWorkShown:
    """Show planned work."""
    with here.store.reading() as reading:
        return PlannedWorkShown.of(_visible(reading, work_id, caller))


@router.post("", summary="Plan work", status_code=HTTPStatus.CREATED)
def add(response: Response, here: Here, caller: _Planner, given: PlannedWorkGiven) -> PlannedWorkShown:
    """Plan work for a time: a crew is chosen as for a report."""
    new = NewPlannedWork(
        **given.model_dump(exclude={"service_code", "earliest", "latest"}),
        service_code=ServiceCode(given.service_code),
        window=_span(given.earliest, given.latest, "earliest", "latest"),
    )
    with here.store.transaction() as tx:
        work = add_planned_work(tx, new, now=here.now(), actor=caller.name)
        if not in_scope(caller, work.service_code, work.commune):
            raise ForbiddenError(f"this key is not for service {work.service_code} in {work.commune}")
    here.planner.ring()
    response.headers["Location"] = f"{router.prefix}/{work.id}"
    return PlannedWorkShown.of(work)


@router.delete("/{work_id}", summary="Give up planned work")
def cancel(here: Here, caller: _Planner, work_id: str) -> PlannedWorkShown:
    """Give up planned work, and release its crew."""
    with here.store.transaction() as tx:
        work = _visible(tx, work_id, caller)
        cancelled = cancel_planned_work(tx, work.id, now=here.now(), actor=caller.name)
    return PlannedWorkShown.of(cancelled)


def _visible(reading: Reading, work_id: str, caller: Principal) -> PlannedWork:
    work = reading.planned_work(PlannedWorkId(work_id))
    if not in_scope(caller, work.service_code, work.commune):
        raise NotFoundError(f"there is no planned work {work_id!r}")
    return work


def _span(start: datetime, end: datetime, start_name: str, end_name: str) -> TimeSpan:
    if end <= start:
        raise InvalidInputError([f"{end_name} {end} must be after {start_name} {start}"])
    return TimeSpan(start=start, end=end)
