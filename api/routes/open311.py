"""Open311 GeoReport v2: what citizens' applications speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from equipage.api.changeset import changeset_of
from equipage.api.errors import UnauthorizedError, open311_fault
from equipage.api.language import asked_language, language_in
from equipage.api.open311 import read_filed
from equipage.api.open311_formats import XML_MEDIA_TYPE, Format, answer, format_of
from equipage.api.open311_pairs import Pairs, given_once
from equipage.api.open311_queries import Asked, read_asked
from equipage.api.page_times import Times
from equipage.api.representations.open311 import (
    interface_discovered,
    request_shown,
    request_taken,
    service_defined,
    service_listed,
    token_resolved,
)
from equipage.api.security import Anybody, Here, context_of, identify
from equipage.api.state import Context
from equipage.api.views import follow_url, require_scope
from equipage.api.words.pages import PAGE_WORDS
from equipage.dispatch.access import Action, Principal, require
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.intake import LONGEST_DESCRIPTION
from equipage.dispatch.model import Jurisdiction, Report, ReportId, Service, ServiceCode
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.filing import file_report
from equipage.dispatch.translation import all_in_language

_A_PAGE = 500
_RESOURCES = (
    "there are discovery, services, services/CODE, requests, requests/ID and tokens/TOKEN, "
    "each as .json and .xml"
)
_IN_XML: dict[str, Any] = {"content": {XML_MEDIA_TYPE: {"schema": {"type": "string"}}}}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_VARY = {"Vary": "Accept-Language, Cookie"}
_TEXT = {"type": "string"}
_FORM = {
    "type": "object",
    "required": ["api_key", "service_code"],
    "properties": {
        "api_key": _TEXT,
        "service_code": _TEXT,
        "jurisdiction_id": {**_TEXT, "description": "a commune of the city; omitted, the whole city"},
        "lat": {"type": "number"},
        "long": {"type": "number"},
        "address_string": {**_TEXT, "description": "a street, where lat and long are not known"},
        "description": {**_TEXT, "maxLength": LONGEST_DESCRIPTION},
        "first_name": _TEXT,
        "last_name": _TEXT,
        "email": _TEXT,
        "phone": _TEXT,
        "media_url": _TEXT,
    },
    "additionalProperties": _TEXT,
    "example": {"api_key": "demo", "service_code": "flooding", "lat": -29.9027, "long": -71.2519},
}


async def _no_wrong_key(request: Request) -> None:
    """Refuse a wrong key even where none is needed: whoever sends one expects it to count."""
    await run_in_threadpool(_identified, request, request.query_params.get("api_key"))


def jurisdiction_of(request: Request, jurisdiction_id: str = "") -> Jurisdiction:
    """Return for whom the asker wants to be answered: the whole city, unless a query says otherwise.

    Raises
    ------
    NotFoundError
        If there is no such jurisdiction, naming those there are.
    """
    known = {each.id: each for each in context_of(request).city.jurisdictions}
    wanted = jurisdiction_id.strip() or next(iter(known))
    if wanted not in known:
        told = ", ".join(known)
        raise NotFoundError(f"jurisdiction_id {wanted[:80]!r} is not known here; there are {told}")
    return known[wanted]


There = Annotated[Jurisdiction, Depends(jurisdiction_of)]
router = APIRouter(
    prefix="/open311/v2",
    tags=["open311"],
    dependencies=[Depends(Anybody()), Depends(_no_wrong_key), Depends(jurisdiction_of)],
)


@router.get(
    "/discovery.{suffix}", summary="Where and how Open311 is spoken here", responses={HTTPStatus.OK: _IN_XML}
)
def discovery(request: Request, here: Here, suffix: Format) -> Response:
    """Tell the address under which the asker reached this server, and the formats."""
    url = f"{request.base_url}{router.prefix.removeprefix('/')}"
    with here.store.reading() as reading:
        changeset = changeset_of(reading)
    told = interface_discovered(here.city, url=url, changeset=changeset, for_test=here.settings.demo)
    return answer(suffix, "discovery", told)


@router.get(
    "/services.{suffix}",
    summary="The kinds of things that can be reported",
    responses={HTTPStatus.OK: _IN_XML},
)
def services(request: Request, here: Here, there: There, suffix: Format) -> Response:
    """List the services that a jurisdiction offers, in the language asked for, else the city's own."""
    with here.store.reading() as reading:
        offered = [each for each in _services(request, reading).values() if there.offers(each.code)]
    listed = [service_listed(service) for service in offered]
    return answer(suffix, "services", listed, headers=_VARY)


@router.get(
    "/services/{service_code}.{suffix}",
    summary="What a service asks beyond place and description",
    responses={HTTPStatus.OK: _IN_XML},
)
def service(request: Request, here: Here, there: There, service_code: str, suffix: Format) -> Response:
    """Define one service, in the language asked for, else the city's own."""
    with here.store.reading() as reading:
        found = _services(request, reading).get(ServiceCode(service_code))
    if found is None or not there.offers(found.code):
        raise NotFoundError(f"there is no service {service_code!r}; services.{suffix} lists those there are")
    return answer(suffix, "service_definition", service_defined(found), headers=_VARY)


@router.get(
    "/requests.{suffix}", summary="The reports that everybody may see", responses={HTTPStatus.OK: _IN_XML}
)
def requests(request: Request, here: Here, there: There, suffix: Format) -> Response:
    """List public reports, newest first: without filters those of 90 days, at most 1,000."""
    asked = read_asked(request.query_params.multi_items(), here.now(), there)
    with here.store.reading() as reading:
        services = _services(request, reading)
        reports = _listed(reading, asked)
    return _answer_requests(request, suffix, reports, services)


@router.get(
    "/requests/{request_id}.{suffix}",
    summary="One report that everybody may see",
    responses={HTTPStatus.OK: _IN_XML},
)
def single_request(request: Request, here: Here, there: There, request_id: str, suffix: Format) -> Response:
    """Show a public report in an array of one."""
    with here.store.reading() as reading:
        report = reading.report(ReportId(request_id))
        if not (report.public and there.holds(report.commune)):
            raise NotFoundError(f"there is no report {request_id!r}")
        services = _services(request, reading)
    return _answer_requests(request, suffix, [report], services)


@router.get(
    "/tokens/{token}.{suffix}",
    summary="The id of a report that was filed",
    responses={HTTPStatus.OK: _IN_XML},
)
def token_of_request(here: Here, there: There, token: str, suffix: Format) -> Response:
    """Tell whose token the last part of a `follow_url` is; filing has told the id already."""
    report_id = here.signer.followed_report(token)
    with here.store.reading() as reading:
        report = reading.report(report_id) if report_id else None
    if report is None or not there.holds(report.commune):
        raise NotFoundError(f"there is no token {token[:80]!r}; it is the last part of a follow_url")
    return answer(suffix, "service_requests", [token_resolved(report, token)])


@router.post(
    "/requests.{suffix}",
    summary="File a report",
    status_code=HTTPStatus.CREATED,
    responses={HTTPStatus.CREATED: _IN_XML},
    openapi_extra={
        "requestBody": {"required": True, "content": {kind: {"schema": _FORM} for kind in _FORMS}}
    },
)
async def file_request(request: Request, suffix: Format) -> Response:
    """File a report from a form, with `api_key`; the answer's `follow_url` is for whoever filed it."""
    form = await request.form()
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    with_photos = any(isinstance(value, UploadFile) for value in form.values())
    await form.close()
    pairs += request.query_params.multi_items()
    return await run_in_threadpool(_file, request, pairs, suffix, with_photos=with_photos)


@router.get("/{anything:path}", include_in_schema=False)
def unknown_resource(anything: str) -> Response:
    """Tell which formats and resources there are."""
    if anything.endswith(f".{format_of(anything)}"):
        return open311_fault(anything, HTTPStatus.NOT_FOUND, f"there is no {anything}; {_RESOURCES}")
    return open311_fault(
        anything, HTTPStatus.BAD_REQUEST, f"{anything} is in no format that is spoken here; {_RESOURCES}"
    )


def _file(request: Request, pairs: Pairs, suffix: Format, *, with_photos: bool) -> Response:
    here = context_of(request)
    given = given_once(pairs)
    caller = _identified(request, given.get("api_key"))
    if caller is None:
        raise UnauthorizedError("api_key is missing")
    require(caller, Action.FILE_REPORT)
    there = jurisdiction_of(request, given.get("jurisdiction_id", ""))
    with here.store.reading() as reading:
        offered = reading.services()
    new = read_filed(
        pairs,
        jurisdiction=there,
        services=offered,
        zones=here.city.zone_values,
        locate=partial(_locate, here, there),
    )
    with here.store.transaction() as tx:
        report = file_report(tx, new, router=here.router, now=here.now(), actor=caller.name)
        require_scope(caller, report)
    notice = _notice(request, report, with_photos=with_photos)
    taken = request_taken(report, follow_url=follow_url(request, report.id), notice=notice)
    place = f"{router.prefix}/requests/{report.id}.{suffix}"
    return answer(suffix, "service_requests", [taken], status=HTTPStatus.CREATED, headers={"Location": place})


def _notice(request: Request, report: Report, *, with_photos: bool) -> str:
    """Return what whoever files a report is told: when a crew is due, and what becomes of photographs."""
    here = context_of(request)
    words = PAGE_WORDS[language_in(request, here.city.languages)]
    times = Times(words=words, zone=ZoneInfo(here.city.time_zone), now=here.now())
    sentences = (
        words.due.format(time=times.moment(report.due_at)),
        words.link_is_for_dispatchers if report.media_url else "",
        words.files_not_kept if with_photos else "",
    )
    return " ".join(filter(None, sentences))


def _services(request: Request, reading: Reading) -> Mapping[ServiceCode, Service]:
    return all_in_language(reading.services(), asked_language(request) or "")


def _answer_requests(
    request: Request,
    suffix: Format,
    reports: Sequence[Report],
    services: Mapping[ServiceCode, Service],
) -> Response:
    """Show reports, in words of the language that the application's user prefers, else of the city's own."""
    city = context_of(request).city
    language, agency = language_in(request, city.languages), city.name
    shown = [
        request_shown(each, services.get(each.service_code), agency=agency, words=PAGE_WORDS[language])
        for each in reports
    ]
    headers = {"Content-Language": language, **_VARY}
    return answer(suffix, "service_requests", shown, headers=headers)


def _identified(request: Request, api_key: str | None) -> Principal | None:
    with context_of(request).store.reading() as reading:
        return identify(request, reading, api_key=api_key or None)


def _locate(here: Context, there: Jurisdiction, address: str) -> tuple[float, float] | None:
    street = here.places.street_of(address, there.commune)
    return (street.lon, street.lat) if street else None


def _listed(reading: Reading, asked: Asked) -> Sequence[Report]:
    """Return the reports asked for, going from page to page of the store."""
    found: list[Report] = []
    cursor = ""
    while len(found) < asked.skip + asked.take:
        page = reading.reports(replace(asked.query, cursor=cursor, limit=_A_PAGE))
        found += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    return found[asked.skip : asked.skip + asked.take]
