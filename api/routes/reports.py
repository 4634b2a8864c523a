"""Reports: list, file, amend, close and reopen them."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from equipage.api.errors import CONFLICT
from equipage.api.given import (
    Closing,
    HandoverGiven,
    Reopening,
    ReportChangesGiven,
    ReportFilter,
    ReportGiven,
)
from equipage.api.language import language_of
from equipage.api.representations.lists import AsGeoJson, Page, answer_item, answer_list
from equipage.api.representations.work import ReportShown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import require_scope, show_report, show_reports, visible_report, within_limits
from equipage.api.words.pages import PAGE_WORDS
from equipage.dispatch.access import Action, Principal, allowed
from equipage.dispatch.intake import NewReport
from equipage.dispatch.model import Contact, ReportId, ServiceCode
from equipage.dispatch.services.filing import file_report
from equipage.dispatch.services.handing_over import Handover, hand_over
from equipage.dispatch.services.mending import Mending, mend_report
from equipage.dispatch.services.reports import (
    ReportChanges,
    acknowledge_report,
    amend_report,
    close_report,
    reopen_report,
    require_version,
)
from equipage.dispatch.status import ReportStatus

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], dependencies=list(KEY_SCHEMES))

Reader = Annotated[Principal, Depends(May(Action.READ_REPORTS))]
Filer = Annotated[Principal, Depends(May(Action.FILE_REPORT))]
Editor = Annotated[Principal, Depends(May(Action.EDIT_REPORT))]


@router.get("", summary="List reports", response_model=Page[ReportShown])
def list_reports(
    request: Request,
    here: Here,
    caller: Reader,
    asked: Annotated[ReportFilter, Query()],
    as_geojson: AsGeoJson,
) -> Any:
    """List the reports within the key's limits, newest first."""
    with here.store.reading() as reading:
        query = replace(asked.as_query(), phones=allowed(caller, Action.READ_CONTACTS))
        page = reading.reports(within_limits(query, caller))
        shown = show_reports(request, reading, page.items, caller)
    return answer_list(shown, as_geojson=as_geojson, next_cursor=page.next_cursor)


@router.post("", summary="File a report", status_code=HTTPStatus.CREATED)
def file(request: Request, response: Response, here: Here, caller: Filer, given: ReportGiven) -> ReportShown:
    """File a report; while `hold_s` lasts it is left to whoever took it."""
    new = NewReport(
        **given.model_dump(exclude={"contact", "linked_to", "service_code"}),
        service_code=ServiceCode(given.service_code),
        contact=Contact(**given.contact.model_dump()) if given.contact else Contact(),
        linked_to=ReportId(given.linked_to) if given.linked_to else None,
    )
    with here.store.transaction() as tx:
        report = file_report(tx, new, router=here.router, now=here.now(), actor=caller.name)
        require_scope(caller, report)
        shown = show_report(request, tx, report, caller)
    response.headers["Location"] = f"{router.prefix}/{report.id}"
    return shown


@router.get("/{report_id}", summary="One report", response_model=ReportShown)
def get_report(request: Request, here: Here, caller: Reader, report_id: str, as_geojson: AsGeoJson) -> Any:
    """Show a report."""
    with here.store.reading() as reading:
        report = visible_report(reading, report_id, caller)
        shown = show_report(request, reading, report, caller)
    return answer_item(shown, as_geojson=as_geojson)


@router.patch("/{report_id}", summary="Change a report", responses=CONFLICT)
def amend(
    request: Request, here: Here, caller: Editor, report_id: str, given: ReportChangesGiven
) -> ReportShown:
    """Change what is given; a `status` acknowledges or closes it.

    A new place or service is mended: zone, due time and skills are worked out again.
    """
    said = given.model_dump(exclude_unset=True, exclude={"status", "version", "keep_crew"})
    if "linked_to" in said:
        said["linked_to"] = said["linked_to"] or ""
    moved = {name: said.pop(name) for name in ("lon", "lat", "service_code") if name in said}
    with here.store.transaction() as tx:
        report = visible_report(tx, report_id, caller)
        require_version(tx, report, given.version)
        now, actor = here.now(), caller.name
        if moved:
            mending = Mending(**moved, address=said.pop("address", None))
            report = mend_report(
                tx, report.id, mending, keep_crew=given.keep_crew, router=here.router, now=now, actor=actor
            )
        if said:
            report = amend_report(tx, report.id, ReportChanges(**said), now=now, actor=actor)
        if given.status is ReportStatus.ACKNOWLEDGED:
            report = acknowledge_report(tx, report.id, now=now, actor=actor)
        elif given.status is not None:
            note = given.status_note or report.status_note
            report = close_report(tx, report.id, given.status, note=note, now=now, actor=actor)
        return show_report(request, tx, report, caller)


@router.post("/{report_id}/close", summary="Close a report")
def close(request: Request, here: Here, caller: Editor, report_id: str, given: Closing) -> ReportShown:
    """End the work on a report, and release its crew."""
    with here.store.transaction() as tx:
        report = visible_report(tx, report_id, caller)
        report = close_report(tx, report.id, given.status, note=given.note, now=here.now(), actor=caller.name)
        return show_report(request, tx, report, caller)


@router.post("/{report_id}/handover", summary="Hand a report to somebody else", responses=CONFLICT)
def hand(request: Request, here: Here, caller: Editor, report_id: str, given: HandoverGiven) -> ReportShown:
    """Hand a report to another service; to an organisation outside the catalogue it is rejected and told."""
    handed_to = PAGE_WORDS[language_of(request)].handed_to
    handover = Handover(
        service_code=ServiceCode(given.service_code) if given.service_code else None,
        organisation=given.organisation.strip(),
        told=handed_to.format(organisation=given.organisation.strip()) if given.organisation else "",
        note=given.note.strip(),
        public=given.public,
    )
    with here.store.transaction() as tx:
        report = visible_report(tx, report_id, caller)
        now, actor = here.now(), caller.name
        report = hand_over(tx, report.id, handover, router=here.router, now=now, actor=actor)
        return show_report(request, tx, report, caller)


@router.post("/{report_id}/reopen", summary="Reopen a report")
def reopen(request: Request, here: Here, caller: Editor, report_id: str, given: Reopening) -> ReportShown:
    """Take up a closed report again."""
    with here.store.transaction() as tx:
        report = visible_report(tx, report_id, caller)
        report = reopen_report(tx, report.id, note=given.note, now=here.now(), actor=caller.name)
        return show_report(request, tx, report, caller)
