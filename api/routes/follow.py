"""What a citizen sees of one report, by a link that only whoever filed it has, and may have forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from equipage.api.console import show_page
from equipage.api.events import EventStreamResponse, encode_event
from equipage.api.followed import ExpiredLinkError, Followed, followed, link_of
from equipage.api.language import language_of
from equipage.api.page_times import Times
from equipage.api.security import Anybody, Here, context_of
from equipage.api.words.follow import FOLLOW_WORDS
from equipage.api.words.pages import PAGE_WORDS
from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.model import Contact, Event
from equipage.dispatch.services.erasure import erase_contact, was_erased
from equipage.dispatch.status import ReportStatus
from equipage.geo.earth import distance_m

router = APIRouter(prefix="/follow", tags=["follow"], dependencies=[Depends(Anybody())])

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
_CITIZEN = "citizen"
_REACHED: Mapping[ReportStatus, int] = {
    ReportStatus.NEW: 0,
    ReportStatus.ACKNOWLEDGED: 0,
    ReportStatus.ASSIGNED: 1,
    ReportStatus.EN_ROUTE: 2,
    ReportStatus.IN_PROGRESS: 3,
    ReportStatus.DONE: 4,
}
"""How many steps a report has behind it; one that ended in another way has none to show."""
_THERE = frozenset({ReportStatus.IN_PROGRESS, ReportStatus.DONE})


@router.get("/{token}.json", summary="Where a report stands", response_model=Followed)
def snapshot(request: Request, here: Here, token: str) -> Response:
    """Tell a citizen where the report stands and when the crew will come."""
    with here.store.reading() as reading:
        link = link_of(here, reading, token)
        link.check(here.now())
        shown = followed(request, reading, link)
    return JSONResponse(shown.model_dump(mode="json"), headers=_HEADERS)


@router.get("/{token}/events", summary="News of a report", response_class=EventStreamResponse)
def events(
    request: Request, here: Here, token: str, last_event_id: Annotated[str | None, Header()] = None
) -> EventStreamResponse:
    """Stream the events of one report, each with how it then stands; internal notes are none of them."""
    with here.store.reading() as reading:
        link = link_of(here, reading, token)
        link.check(here.now())
    report_id = link.report.id
    # Of a duplicate the citizen hears what becomes of the report that is kept, which may become another.
    followed_ids = {report_id, link.kept.id}

    def is_about_it(event: Event) -> bool:
        return event.report_id in followed_ids and event.data.get("public", True)

    def tell(event: Event) -> bytes:
        with here.store.reading() as reading:
            link = link_of(here, reading, token)
            followed_ids.add(link.kept.id)
            shown = followed(request, reading, link)
        return encode_event(event.kind, {"report_id": report_id, **shown.model_dump(mode="json")}, event.id)

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


@router.post(
    "/{token}/erase",
    summary="Forget who sent a report",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=RedirectResponse,
)
def erase(here: Here, token: str, confirm: Annotated[str, Form()] = "") -> Response:
    """Erase the citizen's contact for good, where the form says `confirm=yes`; once more changes nothing."""
    report_id = here.signer.followed_report(token)
    if report_id is None:
        raise NotFoundError("this link leads nowhere; it may have been copied only in part")
    if confirm != "yes":
        raise InvalidInputError(["confirm must be yes: what is erased does not come back"])
    with here.store.transaction() as tx:
        erase_contact(tx, report_id, now=here.now(), actor=_CITIZEN)
    return RedirectResponse(f"/follow/{token}", HTTPStatus.SEE_OTHER, headers=_HEADERS)


@router.get("", include_in_schema=False)
@router.get("/", include_in_schema=False)
@router.get("/{token}", summary="The citizen's page", response_class=HTMLResponse)
def page(request: Request, here: Here, token: str = "") -> Response:
    """Show the citizen's page, whole without JavaScript; a link that is none is told in plain words."""
    shown = _common(request) | {"token": token, "city": here.city, "is_own": False}
    try:
        with here.store.reading() as reading:
            link = link_of(here, reading, token)
            shown |= {
                "is_own": link.is_own,
                "has_contact": link.report.contact != Contact(),
                "was_erased": was_erased(reading, link.report.id),
            }
            link.check(here.now())
            shown |= _told(followed(request, reading, link))
    except NotFoundError as error:
        shown["expired"] = isinstance(error, ExpiredLinkError)
        return show_page(request, "follow_gone.html", shown, status=HTTPStatus.NOT_FOUND, headers=_HEADERS)
    return show_page(request, "follow.html", shown, headers=_HEADERS)


def _common(request: Request) -> dict[str, Any]:
    """Return the words and the clock of a page."""
    here, language = context_of(request), language_of(request)
    zone = ZoneInfo(here.city.time_zone)
    return {
        "follow": FOLLOW_WORDS[language],
        "times": Times(words=PAGE_WORDS[language], zone=zone, now=here.now()),
    }


def _told(shown: Followed) -> dict[str, Any]:
    """Return what the page says of a report."""
    left = shown.eta - shown.as_of if shown.eta else None
    place, away_m = (shown.lon, shown.lat), None
    if shown.crew_lon is not None and shown.crew_lat is not None:
        away_m = float(distance_m((shown.crew_lon, shown.crew_lat), place))
    return {
        "followed": shown,
        "reached": _REACHED.get(shown.status),
        "is_there": shown.status in _THERE,
        "left_s": left.total_seconds() if left else None,
        "away_m": away_m,
    }
