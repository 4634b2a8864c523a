"""What a citizen sees of one report, by a link that only whoever filed it has."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response

from equipage.api.console import show_page
from equipage.api.events import EventStreamResponse, encode_event
from equipage.api.page_words import ENGLISH
from equipage.api.representations.lists import Shown
from equipage.api.security import Anybody, Here
from equipage.api.state import Context
from equipage.api.tokens import FOLLOW_AFTER_CLOSING
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import Eta, Event, Report, ReportId
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.etas import report_eta
from equipage.dispatch.status import AssignmentStatus, NoteSubject, ReportStatus

router = APIRouter(prefix="/follow", tags=["follow"], dependencies=[Depends(Anybody())])

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
# Three decimals are about a hundred metres: which street the crew is in, not which house it stands at.
_COARSE = 3


class NoteRead(Shown):
    """What the citizen may read of what was noted."""

    at: datetime
    text: str


class Followed(Shown):
    """A report as its citizen sees it."""

    service_request_id: str
    service_name: str
    status: ReportStatus
    status_text: str
    status_note: str
    requested_at: datetime
    due_at: datetime
    eta: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    crew_lon: float | None = None
    crew_lat: float | None = None
    lon: float
    lat: float
    notes: list[NoteRead]
    updated_at: datetime
    as_of: datetime


@router.get("/{token}.json", summary="Where a report stands", response_model=Followed)
def snapshot(here: Here, token: str) -> Response:
    """Tell a citizen where the report stands and when the crew will come."""
    with here.store.reading() as reading:
        followed = _followed(here, reading, _report_of(here, reading, token))
    return JSONResponse(followed.model_dump(mode="json"), headers=_HEADERS)


@router.get("/{token}/events", summary="News of a report", response_class=EventStreamResponse)
def events(
    here: Here, token: str, last_event_id: Annotated[str | None, Header()] = None
) -> EventStreamResponse:
    """Stream the events of one report, each with how it then stands; internal notes are none of them."""
    with here.store.reading() as reading:
        report_id = _report_of(here, reading, token).id

    def is_about_it(event: Event) -> bool:
        return event.report_id == report_id and event.data.get("public", True)

    def tell(event: Event) -> bytes:
        with here.store.reading() as reading:
            followed = _followed(here, reading, reading.report(report_id))
        told = {"report_id": report_id, **followed.model_dump(mode="json")}
        return encode_event(event.kind, told, event.id)

    async def encode(event: Event) -> bytes:
        return await run_in_threadpool(tell, event)

    stream = here.broadcaster.stream(last_event_id, pick=is_about_it, encode=encode)
    return EventStreamResponse(stream, headers=_HEADERS)


@router.options("/{anything:path}", include_in_schema=False)
def preflight(anything: str) -> Response:
    """Let any page read this, with the last event it has."""
    del anything
    allowed = {
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "Last-Event-ID, Cache-Control",
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={**_HEADERS, **allowed})


@router.get("/{token}", summary="The citizen's page", response_class=HTMLResponse)
def page(request: Request, here: Here, token: str) -> Response:
    """Show the citizen's page."""
    with here.store.reading() as reading:
        followed = _followed(here, reading, _report_of(here, reading, token))
    content = {"followed": followed, "token": token, "city": here.city}
    return show_page(request, "follow.html", content, headers=_HEADERS)


def _report_of(here: Context, reading: Reading, token: str) -> Report:
    """Return the report of a token that this server made and that still holds."""
    report_id = here.signer.followed_report(token)
    if report_id is None:
        raise NotFoundError("this link leads nowhere; it may have been copied only in part")
    report = reading.report(report_id)
    if report.closed_at is not None and here.now() >= report.closed_at + FOLLOW_AFTER_CLOSING:
        raise NotFoundError("this link has expired: the report was closed more than a day ago")
    return report


def _followed(here: Context, reading: Reading, report: Report) -> Followed:
    service = reading.services().get(report.service_code)
    expected = report_eta(reading, report.id, router=here.router, now=here.now())
    eta = expected if isinstance(expected, Eta) else None
    lon, lat = _place_of_crew(reading, report.id)
    return Followed(
        service_request_id=report.id,
        service_name=service.name if service else report.service_code,
        status=report.status,
        status_text=ENGLISH.statuses[report.status],
        status_note=report.status_note,
        requested_at=report.requested_at,
        due_at=report.due_at,
        eta=eta.eta if eta else None,
        earliest=eta.earliest if eta else None,
        latest=eta.latest if eta else None,
        crew_lon=lon,
        crew_lat=lat,
        lon=report.lon,
        lat=report.lat,
        notes=[
            NoteRead(at=note.at, text=note.text)
            for note in reading.notes(NoteSubject.REPORT, [report.id])
            if note.public
        ],
        updated_at=report.updated_at,
        as_of=here.now(),
    )


def _place_of_crew(reading: Reading, report_id: ReportId) -> tuple[float, float] | tuple[None, None]:
    """Return roughly where the crew is, only while it is on its way."""
    assignments = reading.assignments_of([report_id]).get(report_id, ())
    coming = next((each for each in assignments if each.status is AssignmentStatus.EN_ROUTE), None)
    position = reading.positions().get(coming.vehicle_id) if coming else None
    if position is None:
        return None, None
    return round(position.lon, _COARSE), round(position.lat, _COARSE)
