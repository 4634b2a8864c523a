"""The stream of events for those who hold a key."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query

from equipage.api.events import EventStreamResponse
from equipage.api.security import Here, May
from equipage.dispatch.access import Action, Principal, allowed, in_scope
from equipage.dispatch.model import Event

router = APIRouter(prefix="/api/v1", tags=["events"])

_EXAMPLE = """id: 42
event: report
data: {"report_id":"1007","status":"assigned","priority":1,"assignment_id":"2003","crew_id":"crew-4"}

"""


@router.get(
    "/events",
    summary="What happens, as it happens",
    response_class=EventStreamResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}}}},
)
async def events(
    here: Here,
    caller: Annotated[Principal, Depends(May(Action.WATCH))],
    last_event_id: Annotated[str | None, Header(description="the last event you have")] = None,
    resume_after: Annotated[
        str | None, Query(alias="last_event_id", description="the same, where no header can be sent")
    ] = None,
) -> EventStreamResponse:
    """Stream `report`, `assignment`, `eta`, `plan`, `conditions` and `alarm` events, and positions.

    After a break, send the last id as `Last-Event-ID`: everything since then comes first. An id that is not
    known or no longer kept gets a `resync`: load everything anew. A `position` has no id and is not repeated.
    """

    def may_see(event: Event) -> bool:
        return not event.service_code or in_scope(caller, event.service_code, event.commune)

    stream = here.broadcaster.stream(
        last_event_id if last_event_id is not None else resume_after,
        pick=may_see,
        with_positions=allowed(caller, Action.TRACK),
    )
    return EventStreamResponse(stream)
