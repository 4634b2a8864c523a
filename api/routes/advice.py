"""What is known about a report: what is near, who could take it, when it is reached, what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from equipage.api.given import Latitude, Longitude
from equipage.api.representations.advice import EtaShown, HistoryEntryShown, SuggestionsShown, WaitingShown
from equipage.api.representations.lists import Page, Shown
from equipage.api.representations.work import ReportShown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import report_in_scope, show_reports, visible_report
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.model import Eta
from equipage.dispatch.services.etas import report_eta
from equipage.dispatch.services.filing import nearby_reports
from equipage.dispatch.situation import load_situation
from equipage.dispatch.suggest import suggest

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], dependencies=list(KEY_SCHEMES))

Reader = Annotated[Principal, Depends(May(Action.READ_REPORTS))]


class NearbyShown(Shown):
    """A report and how far away it is."""

    report: ReportShown
    distance_m: float


@router.get("/nearby", summary="Reports near a place, which may be of the same thing")
def nearby(
    request: Request,
    here: Here,
    caller: Reader,
    lon: Longitude,
    lat: Latitude,
    service_code: str = "",
    radius_m: Annotated[float, Query(gt=0, le=5000)] = 150.0,
) -> Page[NearbyShown]:
    """List open reports within some metres, the nearest first."""
    with here.store.reading() as reading:
        found = nearby_reports(
            reading, lon=lon, lat=lat, service_code=service_code or None, radius_m=radius_m
        )
        found = [(report, metres) for report, metres in found if report_in_scope(caller, report)]
        shown = show_reports(request, reading, [report for report, _ in found], caller)
    items = [
        NearbyShown(report=report, distance_m=metres)
        for report, (_, metres) in zip(shown, found, strict=True)
    ]
    return Page(items=items)


@router.get("/{report_id}/suggestions", summary="Who could take a report, and why not the others")
def suggestions(here: Here, caller: Reader, report_id: str) -> SuggestionsShown:
    """Rank all crews that could go by cost, and name what keeps each of the others."""
    with here.store.reading() as reading:
        report = visible_report(reading, report_id, caller)
        job = reading.job_of_report(report.id)
        situation = load_situation(reading, here.now())
    # Also for one that is closed: as if it had to be done now.
    situation = replace(situation, jobs={**situation.jobs, job.id: job})
    return SuggestionsShown.of(suggest(situation, here.router, job))


@router.get("/{report_id}/eta", summary="When a report is reached")
def eta(here: Here, caller: Reader, report_id: str) -> EtaShown | WaitingShown:
    """Tell when the crew will be there, or by when one is due and why there is none yet."""
    with here.store.reading() as reading:
        report = visible_report(reading, report_id, caller)
        expected = report_eta(reading, report.id, router=here.router, now=here.now())
    if isinstance(expected, Eta):
        return EtaShown.of(expected)
    return WaitingShown.of(expected.due, expected.unassigned_reason)


@router.get("/{report_id}/history", summary="What happened to a report")
def history(
    here: Here, caller: Annotated[Principal, Depends(May(Action.READ_AUDIT))], report_id: str
) -> Page[HistoryEntryShown]:
    """List who did what to a report, oldest first."""
    with here.store.reading() as reading:
        report = visible_report(reading, report_id, caller)
        entries = reading.audit("report", report.id)
    return Page(items=[HistoryEntryShown.of(entry) for entry in entries])
