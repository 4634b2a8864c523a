"""Duplicates: which reports are likely to be of the same thing, merging them, and taking that back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from equipage.api.errors import CONFLICT
from equipage.api.given import Given
from equipage.api.representations.lists import Page, Shown
from equipage.api.representations.work import ReportShown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.views import report_in_scope, show_report, show_reports, visible_report
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.services.merging import merge_report, suggested_duplicates, unmerge_report

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], dependencies=list(KEY_SCHEMES))

_Editor = Annotated[Principal, Depends(May(Action.EDIT_REPORT))]


class MergingGiven(Given):
    """Which report is dealt with for both."""

    into: str = Field(description="the report to keep; of a duplicate, the one it is merged into")
    note: str = Field("", max_length=1000, description="what the duplicate's citizen is told")


class LikenessShown(Shown):
    """A report that may be of the same thing."""

    report: ReportShown
    distance_m: float
    apart_s: float


@router.get("/{report_id}/duplicates", summary="Reports that are likely to be of the same thing")
def duplicates(request: Request, here: Here, caller: _Editor, report_id: str) -> Page[LikenessShown]:
    """List open reports of the same service, near in place and time, the likeliest first."""
    with here.store.reading() as reading:
        report = visible_report(reading, report_id, caller)
        found = [
            each for each in suggested_duplicates(reading, report.id) if report_in_scope(caller, each.report)
        ]
        shown = show_reports(request, reading, [each.report for each in found], caller)
    items = [
        LikenessShown(report=other, distance_m=each.distance_m, apart_s=each.apart.total_seconds())
        for other, each in zip(shown, found, strict=True)
    ]
    return Page(items=items)


@router.post("/{report_id}/merge", summary="Merge a report into another", responses=CONFLICT)
def merge(request: Request, here: Here, caller: _Editor, report_id: str, given: MergingGiven) -> ReportShown:
    """Close a report as a duplicate: its citizen follows the other one, where no contact is shown."""
    with here.store.transaction() as tx:
        report = visible_report(tx, report_id, caller)
        kept = visible_report(tx, given.into, caller)
        merged = merge_report(tx, report.id, kept.id, note=given.note, now=here.now(), actor=caller.name)
        return show_report(request, tx, merged, caller)


@router.post("/{report_id}/unmerge", summary="Take a duplicate up again as a report of its own")
def unmerge(request: Request, here: Here, caller: _Editor, report_id: str) -> ReportShown:
    """Take merging back: the report waits again, due as it was."""
    with here.store.transaction() as tx:
        report = visible_report(tx, report_id, caller)
        return show_report(
            request, tx, unmerge_report(tx, report.id, now=here.now(), actor=caller.name), caller
        )
