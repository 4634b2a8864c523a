"""Reports and crews with what surrounds them, within what the caller's key is limited to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import Request

from equipage.api.representations.fleet import StandbyShown
from equipage.api.representations.work import ReportShown
from equipage.api.security import context_of
from equipage.dispatch.access import Action, Principal, allowed, in_scope
from equipage.dispatch.errors import ForbiddenError, NotFoundError
from equipage.dispatch.model import Assignment, Crew, CrewId, Note, Report, ReportId
from equipage.dispatch.ports import Reading, ReportQuery
from equipage.dispatch.roads import Roads, streets_at
from equipage.dispatch.services.links import MOST_FOLLOWERS
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import NoteSubject, ReportStatus


def show_reports(
    request: Request, reading: Reading, reports: Sequence[Report], caller: Principal
) -> list[ReportShown]:
    """Return reports with their services, crews and links, as the caller may see them."""
    context = context_of(request)
    services = reading.services()
    assignments = reading.assignments_of([report.id for report in reports])
    duplicates = _duplicates_of(reading, reports)
    with_contact, now = allowed(caller, Action.READ_CONTACTS), context.now()
    return [
        ReportShown.of(
            report,
            services=services,
            assignments=assignments.get(report.id, ()),
            follow_url=follow_url(request, report.id),
            with_contact=with_contact,
            duplicates=duplicates[report.id],
            now=now,
        )
        for report in reports
    ]


def _duplicates_of(reading: Reading, reports: Sequence[Report]) -> Mapping[ReportId, list[str]]:
    """Return the ids of the reports that are merged into each."""
    found: dict[ReportId, list[str]] = defaultdict(list)
    if reports:  # a query without ids would not limit anything
        ids = frozenset(str(report.id) for report in reports)
        query = ReportQuery(linked_to=ids, statuses=frozenset({ReportStatus.DUPLICATE}), limit=MOST_FOLLOWERS)
        for follower in reading.reports(query).items:
            if follower.linked_to is not None:
                found[follower.linked_to].append(follower.id)
    return found


def show_report(request: Request, reading: Reading, report: Report, caller: Principal) -> ReportShown:
    """Return one report as the caller may see it."""
    return show_reports(request, reading, [report], caller)[0]


def visible_report(reading: Reading, report_id: str, caller: Principal) -> Report:
    """Return a report that the caller may know of.

    Raises
    ------
    NotFoundError
        If there is none, or it is none of the caller's business: that there is one is not told either.
    """
    report = reading.report(ReportId(report_id))
    if not report_in_scope(caller, report):
        raise NotFoundError(f"there is no report {report_id!r}")
    return report


def report_in_scope(caller: Principal, report: Report) -> bool:
    """Tell whether a report is of a service and a commune that the caller's key is for."""
    return in_scope(caller, report.service_code, report.commune)


def assignment_in_scope(reading: Reading, assignment: Assignment, caller: Principal) -> bool:
    """Tell whether an assignment's job is of a service and a commune that the caller's key is for."""
    if not caller.services and not caller.communes:
        return True
    job = reading.job(assignment.job_id)
    return in_scope(caller, job.service_code, job.commune)


def notes_for_crew(reading: Reading, situation: Situation, crew: Crew) -> list[Note]:
    """Return the notes on a crew and on what it drives, oldest first."""
    found = [
        *reading.notes(NoteSubject.CREW, [crew.id]),
        *reading.notes(NoteSubject.VEHICLE, [situation.vehicle_of(crew.id)]),
    ]
    return sorted(found, key=lambda note: note.at)


def standbys_shown(situation: Situation, roads: Roads) -> Mapping[CrewId, StandbyShown]:
    """Return where crews wait, each with the street there."""
    standbys = situation.standbys.values()
    streets = streets_at(roads, [(each.lon, each.lat) for each in standbys])
    return {each.crew_id: StandbyShown.of(each, near) for each, near in zip(standbys, streets, strict=True)}


def require_scope(caller: Principal, report: Report) -> None:
    """Refuse what lies outside the caller's limits.

    Raises
    ------
    ForbiddenError
        Naming the service and the commune.
    """
    if not report_in_scope(caller, report):
        raise ForbiddenError(
            f"this key is not for service {report.service_code} in {report.commune or 'no commune'}"
        )


def within_limits(query: ReportQuery, caller: Principal) -> ReportQuery:
    """Return the query narrowed down to the caller's services and communes."""
    return replace(
        query,
        service_codes=_narrowed(query.service_codes, caller.services, "service_code"),
        communes=_narrowed(query.communes, caller.communes, "commune"),
    )


def _narrowed(asked: frozenset[str], limits: frozenset[str], name: str) -> frozenset[str]:
    if not limits or not asked:
        return asked or limits
    if not asked & limits:
        raise ForbiddenError(f"this key is only for {name} {', '.join(sorted(limits))}")
    return asked & limits


def follow_url(request: Request, report_id: ReportId) -> str:
    """Return the address at which a citizen follows a report."""
    return f"{request.base_url}follow/{context_of(request).signer.follow_token(report_id)}"
