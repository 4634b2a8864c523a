"""Assignments: who has which job, and how far along it is."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from equipage.api.errors import CONFLICT
from equipage.api.given import Given, Moment, OptionalMoment
from equipage.api.representations.lists import PAGE, Cursor, Limit, Page, page_of
from equipage.api.representations.work import AssignmentShown
from equipage.api.security import KEY_SCHEMES, Here, May, require_own_crew
from equipage.api.views import assignment_in_scope, visible_report
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import Assignment, AssignmentId, CrewId, TimeSpan
from equipage.dispatch.planning.staleness import Seen
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.advancing import advance
from equipage.dispatch.services.assignments import assign, release, set_pin
from equipage.dispatch.services.undoing import remembered
from equipage.dispatch.status import AssignmentStatus

router = APIRouter(prefix="/api/v1/assignments", tags=["assignments"], dependencies=list(KEY_SCHEMES))

_Reader = Annotated[Principal, Depends(May(Action.READ_PLAN))]
_Dispatcher = Annotated[Principal, Depends(May(Action.ASSIGN))]
_LOOKED_BACK = timedelta(hours=24)
# What ended in this very moment is listed, too.
_A_SECOND = timedelta(seconds=1)


class SeenGiven(Given):
    """A suggestion as it was looked at."""

    as_of: Moment
    eta: Moment


class AssignmentGiven(Given):
    """Which crew is to take which report."""

    report_id: str
    crew_id: str
    pin: bool = Field(False, description="the planner leaves it where it is")
    override: bool = Field(False, description="in spite of whatever keeps the crew from it")
    seen: SeenGiven | None = Field(None, description="the chosen suggestion: 409 if it is stale")
    position: int | None = Field(
        None,
        ge=1,
        description="its place among what is planned; left out, it is next, behind pins",
    )


class PinGiven(Given):
    """Whether the planner leaves it where it is."""

    pinned: bool


class ProgressGiven(Given):
    """How far a crew is."""

    status: Literal[
        AssignmentStatus.EN_ROUTE, AssignmentStatus.ON_SITE, AssignmentStatus.DONE, AssignmentStatus.REFUSED
    ]
    reason: str = Field("", max_length=1000)
    said_at: Annotated[
        OptionalMoment, Field(description="when that was, if a telephone without a connection sends it later")
    ] = None


@router.get("", summary="List assignments")
def list_assignments(
    here: Here,
    caller: _Reader,
    live: Annotated[bool | None, Query(description="whether live ones are listed")] = None,
    ended_after: Annotated[OptionalMoment, Query(description="those that ended since then, too")] = None,
    limit: Limit = PAGE,
    cursor: Cursor = "",
) -> Page[AssignmentShown]:
    """List assignments: live ones if nothing is said."""
    with here.store.reading() as reading:
        found: list[Assignment] = []
        if live or (live is None and ended_after is None):
            found += reading.live_assignments()
        since, until = ended_after or here.now() - _LOOKED_BACK, here.now() + _A_SECOND
        # Nothing has ended in the future yet.
        if (live is False or ended_after is not None) and since < until:
            found += reading.ended_assignments(TimeSpan(start=since, end=until))
        seen = [each for each in found if assignment_in_scope(reading, each, caller)]
    items, following = page_of([AssignmentShown.of(each) for each in seen], limit=limit, cursor=cursor)
    return Page(items=items, next=following)


@router.get("/{assignment_id}", summary="One assignment")
def get_assignment(here: Here, caller: _Reader, assignment_id: str) -> AssignmentShown:
    """Show an assignment, an ended one too."""
    with here.store.reading() as reading:
        return AssignmentShown.of(_visible(reading, assignment_id, caller))


@router.post("", summary="Give a report to a crew", status_code=HTTPStatus.CREATED, responses=CONFLICT)
def add_assignment(
    response: Response, here: Here, caller: _Dispatcher, given: AssignmentGiven
) -> AssignmentShown:
    """Give a report to a crew, replacing a planned assignment; 409 names the holder where one is running.

    What the crew has planned comes later. Given again with a `position` it is moved within its route.
    """
    now = here.now()
    with here.store.transaction() as tx:
        report = visible_report(tx, given.report_id, caller)
        with remembered(tx, "assigned", now=now, actor=caller.name):
            assignment = assign(
                tx,
                report.id,
                CrewId(given.crew_id),
                pin=given.pin,
                override=given.override,
                seen=Seen(**given.seen.model_dump()) if given.seen else None,
                position=given.position,
                router=here.router,
                now=now,
                actor=caller.name,
            )
    response.headers["Location"] = f"{router.prefix}/{assignment.id}"
    return AssignmentShown.of(assignment)


@router.patch("/{assignment_id}", summary="Pin an assignment, or let go of it")
def pin(here: Here, caller: _Dispatcher, assignment_id: str, given: PinGiven) -> AssignmentShown:
    """Say whether the planner leaves an assignment where it is."""
    now, action = here.now(), "pinned" if given.pinned else "unpinned"
    with here.store.transaction() as tx:
        found = _visible(tx, assignment_id, caller)
        with remembered(tx, action, now=now, actor=caller.name):
            done = set_pin(tx, found.id, pinned=given.pinned, now=now, actor=caller.name)
    return AssignmentShown.of(done)


@router.delete("/{assignment_id}", summary="Take a report from a crew")
def remove(
    here: Here,
    caller: _Dispatcher,
    assignment_id: str,
    reason: str = "",
    hold_s: Annotated[int, Query(ge=0, description="seconds for which no crew is chosen automatically")] = 0,
) -> AssignmentShown:
    """Release an assignment: its report waits for a crew again."""
    now = here.now()
    with here.store.transaction() as tx:
        found = _visible(tx, assignment_id, caller)
        with remembered(tx, "released", now=now, actor=caller.name):
            released = release(tx, found.id, reason=reason, hold_s=hold_s, now=now, actor=caller.name)
    return AssignmentShown.of(released)


@router.post("/{assignment_id}/status", summary="Say how far a crew is", responses=CONFLICT)
def progress(
    here: Here,
    caller: Annotated[Principal, Depends(May(Action.ADVANCE))],
    assignment_id: str,
    given: ProgressGiven,
) -> AssignmentShown:
    """Say that the crew set off, arrived, is done, or refuses; a crew only for itself."""
    with here.store.transaction() as tx:
        found = _visible(tx, assignment_id, caller)
        require_own_crew(caller, found.crew_id)
        advanced = advance(
            tx,
            found.id,
            given.status,
            reason=given.reason,
            said_at=given.said_at,
            router=here.router,
            now=here.now(),
            actor=caller.name,
        )
    return AssignmentShown.of(advanced)


def _visible(reading: Reading, assignment_id: str, caller: Principal) -> Assignment:
    assignment = reading.assignment(AssignmentId(assignment_id))
    if not assignment_in_scope(reading, assignment, caller):
        raise NotFoundError(f"there is no assignment {assignment_id!r}")
    return assignment
