"""Try out changes by hand, carry them out as they were shown, and take the last one back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from equipage.api.effort import effort_of_plans
from equipage.api.errors import CONFLICT
from equipage.api.representations.advice import ReasonShown
from equipage.api.representations.what_if import (
    AskedGiven,
    CarryOutGiven,
    ChangeGiven,
    CloseGiven,
    UndoGiven,
    UndoShown,
    WhatIfShown,
)
from equipage.api.routes.conditions import area_of
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import report_in_scope
from equipage.dispatch.access import Action, Principal, in_scope
from equipage.dispatch.errors import ForbiddenError, NotFoundError
from equipage.dispatch.model import JobId, ReportId
from equipage.dispatch.planning.replanning import plan
from equipage.dispatch.ports import Reading
from equipage.dispatch.reasons import because
from equipage.dispatch.services.conditions import NewCondition
from equipage.dispatch.services.undoing import last_step, undo
from equipage.dispatch.services.what_if import Asked, Shown, carry_out, try_out
from equipage.dispatch.status import ConditionKind
from equipage.dispatch.what_if.rerouting import RouteChange

router = APIRouter(prefix="/api/v1", tags=["what-if"], dependencies=list(KEY_SCHEMES))

_Dispatcher = Annotated[Principal, Depends(May(Action.ASSIGN))]


@router.post("/what-if", summary="What would be different if changes were made")
def ask(here: Here, caller: _Dispatcher, given: AskedGiven) -> WhatIfShown:
    """Work out the plan with these changes and tell what is different in it; nothing is changed."""
    asked, now = _asked(given.changes), here.now()
    with here.store.reading() as reading:
        _refuse_hidden(reading, caller, asked)
    answer = try_out(
        here.store,
        asked,
        router=here.router,
        network=here.router.network,
        roads=here.routers,
        replan=partial(
            plan,
            effort=effort_of_plans(here.settings, here.settings.planner_budget_s),
            turns_around=here.settings.planner_turns_around,
        ),
        now=now,
    )
    with here.store.reading() as reading:
        seen = {each.job_id: _sees(reading, caller, each.job_id) for each in answer.difference.jobs}
    return WhatIfShown.of(answer, seen.__getitem__, as_of=now)


@router.post("/what-if/apply", summary="Make changes exactly as they were shown", responses=CONFLICT)
def apply(here: Here, caller: _Dispatcher, given: CarryOutGiven) -> UndoShown:
    """Make changes and have crews take the routes that were shown; 409 tells which are others by now."""
    asked, routes = _asked(given.changes), given.route_changes()
    shown = Shown(
        plan_version=given.plan_version, routes=routes, also_pinned=frozenset(map(JobId, given.also_pinned))
    )
    now = here.now()
    with here.store.transaction() as tx:
        _refuse_hidden(tx, caller, asked)
        _refuse_foreign(tx, caller, routes)
        carry_out(
            tx,
            asked,
            shown,
            router=here.router,
            network=here.router.network,
            roads=here.routers,
            now=now,
            actor=caller.name,
        )
        last = last_step(tx, now=now, actor=caller.name)
    return _NOTHING if last is None else UndoShown.of(last)


@router.get("/plan/undo", summary="What the caller changed last, and whether it can be taken back")
def get_undo(here: Here, caller: _Dispatcher) -> UndoShown:
    """Show the caller's last assignment, release, pin or carried out what-if."""
    with here.store.reading() as reading:
        last = last_step(reading, now=here.now(), actor=caller.name)
    return _NOTHING if last is None else UndoShown.of(last)


@router.post("/plan/undo", summary="Take back what the caller changed last", responses=CONFLICT)
def take_back(here: Here, caller: _Dispatcher, given: UndoGiven | None = None) -> UndoShown:
    """Have crews, pins and roads as they were before; 409 tells why that cannot be any more."""
    about = ReportId(given.report_id) if given and given.report_id else None
    with here.store.transaction() as tx:
        return UndoShown.of(
            undo(tx, router=here.router, roads=here.routers, now=here.now(), actor=caller.name, about=about)
        )


_NOTHING = UndoShown(
    action=None, at=None, report_ids=[], possible=False, reason=ReasonShown.of(because("undo_nothing"))
)


def _asked(given: Sequence[ChangeGiven]) -> Asked:
    return Asked(
        changes=tuple(each.change() for each in given if not isinstance(each, CloseGiven)),
        closures=tuple(_closure(each) for each in given if isinstance(each, CloseGiven)),
    )


def _closure(given: CloseGiven) -> NewCondition:
    return NewCondition(
        name=given.name,
        kind=ConditionKind.CLOSURE,
        area=area_of(given.area),
        way_ids=tuple(given.way_ids),
        valid_until=given.valid_until,
    )


def _refuse_hidden(reading: Reading, caller: Principal, asked: Asked) -> None:
    """Refuse reports that are none of the caller's business; those that do not exist are named later."""
    for change in asked.changes:
        report_id: ReportId | None = getattr(change, "report_id", None)
        if report_id is None:
            continue
        try:
            report = reading.report(report_id)
        except NotFoundError:
            continue
        if not report_in_scope(caller, report):
            raise NotFoundError(f"there is no report {report_id!r}")


def _refuse_foreign(reading: Reading, caller: Principal, routes: Sequence[RouteChange]) -> None:
    """Refuse to move what the caller's key is not for."""
    for job_id in {each for route in routes for each in set(route.before) ^ set(route.after)}:
        if not _sees(reading, caller, job_id):
            raise ForbiddenError("this would also move reports that this key is not for")


def _sees(reading: Reading, caller: Principal, job_id: JobId) -> bool:
    if not caller.services and not caller.communes:
        return True
    job = reading.job(job_id)
    return in_scope(caller, job.service_code, job.commune)
