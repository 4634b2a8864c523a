"""What is known about a report: what is near, who could take it, when it is reached, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from equipage.api.given import Latitude, Longitude, MendingAsked
from equipage.api.representations.advice import (
    EtaShown,
    HistoryEntryShown,
    ReasonShown,
    SuggestionsShown,
    WaitingShown,
)
from equipage.api.representations.explanation import ExplanationShown
from equipage.api.representations.lists import Page, Shown
from equipage.api.representations.work import ReportShown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import report_in_scope, show_report, show_reports, visible_report
from equipage.dispatch.access import Action, Principal, allowed
from equipage.dispatch.explanation.explaining import explain_closed, explain_report
from equipage.dispatch.model import Eta, Report, ServiceCode
from equipage.dispatch.planning.suggest import suggest
from equipage.dispatch.ports import Reading
from equipage.dispatch.services.etas import report_eta
from equipage.dispatch.services.explaining import earlier_crews
from equipage.dispatch.services.filing import nearby_reports
from equipage.dispatch.services.mending import Mending, look_at_mending
from equipage.dispatch.situation import lately, load_situation

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], dependencies=list(KEY_SCHEMES))

Reader = Annotated[Principal, Depends(May(Action.READ_REPORTS))]


class NearbyShown(Shown):
    """A report and how far away it is."""

    report: ReportShown
    distance_m: float


class MendingShown(Shown):
    """What a report would be at another place or of another service, and what that means for its crew."""

    report: ReportShown
    skills: list[str]
    nearby: list[NearbyShown]
    crew_id: str | None
    obstacle: ReasonShown | None
    eta_before: EtaShown | None
    eta_after: EtaShown | None


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
        return Page(items=_show_nearby(request, reading, found, caller))


@router.get("/{report_id}/mending", summary="What mending a report's place or service would mean")
def mending(
    request: Request,
    here: Here,
    caller: Annotated[Principal, Depends(May(Action.EDIT_REPORT))],
    report_id: str,
    asked: Annotated[MendingAsked, Query()],
) -> MendingShown:
    """Work out zone, due time, skills, duplicates nearby and what keeps its crew; change nothing."""
    with here.store.reading() as reading:
        report = visible_report(reading, report_id, caller)
        code = ServiceCode(asked.service_code) if asked.service_code else None
        wanted = Mending(lon=asked.lon, lat=asked.lat, service_code=code)
        outlook = look_at_mending(reading, report.id, wanted, router=here.router, now=here.now())
        return MendingShown(
            report=show_report(request, reading, outlook.report, caller),
            skills=sorted(outlook.job.skills),
            nearby=_show_nearby(request, reading, outlook.nearby, caller),
            crew_id=outlook.holder.crew_id if outlook.holder else None,
            obstacle=ReasonShown.of(outlook.obstacle) if outlook.obstacle else None,
            eta_before=EtaShown.of(outlook.eta_before) if outlook.eta_before else None,
            eta_after=EtaShown.of(outlook.eta_after) if outlook.eta_after else None,
        )


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


@router.get("/{report_id}/explanation", summary="Why a report has its crew or waits, and what would help")
def explanation(here: Here, caller: Reader, report_id: str) -> ExplanationShown:
    """Split what it costs, compare the other crews or name what keeps them, say what would have to change.

    A closed report is only told to be closed. Who had it before is for those who may read the history.
    """
    with here.store.reading() as reading:
        report = visible_report(reading, report_id, caller)
        earlier = earlier_crews(reading, report.id) if allowed(caller, Action.READ_AUDIT) else ()
        job = reading.job_of_report(report.id)
        left_for_s, now = here.settings.planner_reserve_s, here.now()
        situation = load_situation(reading, now, recent=[lately(now)] if left_for_s > 0.0 else ())
    if not report.status.is_open:
        return ExplanationShown.of(explain_closed(report, job, now=situation.now), earlier)
    return ExplanationShown.of(explain_report(situation, here.router, job, left_for_s=left_for_s), earlier)


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


def _show_nearby(
    request: Request, reading: Reading, found: Sequence[tuple[Report, float]], caller: Principal
) -> list[NearbyShown]:
    seen = [(report, metres) for report, metres in found if report_in_scope(caller, report)]
    shown = show_reports(request, reading, [report for report, _ in seen], caller)
    return [
        NearbyShown(report=report, distance_m=metres) for report, (_, metres) in zip(shown, seen, strict=True)
    ]
