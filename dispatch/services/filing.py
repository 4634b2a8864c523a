"""Filing reports, and seeing first whether somebody else has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from equipage.dispatch.announcements import report_changed
from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import NewReport, faults_of_report, held_until
from equipage.dispatch.model import Job, JobId, Report, ReportId, Service, Zone
from equipage.dispatch.planning.waiting import WaitingFor
from equipage.dispatch.ports import Reading, ReportQuery, Transaction
from equipage.dispatch.reasons import because
from equipage.dispatch.roads import Roads, street_at
from equipage.dispatch.services.progress import record_report
from equipage.dispatch.sla import due_at
from equipage.dispatch.status import CLOSED_REPORT_STATUSES, ReportStatus, Source
from equipage.dispatch.zones import zone_at
from equipage.geo.earth import distance_m

__all__ = ["NewReport", "faults_of_link", "file_report", "nearby_reports"]

_OPEN = frozenset(ReportStatus) - CLOSED_REPORT_STATUSES


def file_report(tx: Transaction, new: NewReport, *, router: Roads, now: datetime, actor: str) -> Report:
    """File a report, with its job.

    Parameters
    ----------
    tx : Transaction
        Where to.
    new : NewReport
        What was told.
    router : Roads
        Names the street where no address was given.
    now : datetime
        When it came in.
    actor : str
        Who told it or took it.

    Raises
    ------
    InvalidInputError
        Naming every fault in what was told.
    """
    services, zones = tx.services(), tx.zones()
    faults = [*faults_of_report(new, services=services, zones=zones), *faults_of_link(tx, new.linked_to)]
    if faults:
        raise InvalidInputError(faults)
    service = services[new.service_code]
    report = _report(
        new,
        ReportId(tx.next_id("report")),
        service,
        zone_at(zones, new.lon, new.lat) if zones else None,
        address=new.address or street_at(router, new.lon, new.lat),
        now=now,
    )
    tx.add_report(report)
    tx.save_job(_job(report, JobId(tx.next_id("job")), service))
    tx.announce(report_changed(report, None, at=now))
    record_report(
        tx, report, "filed", now=now, actor=actor, service_code=service.code, source=report.source.value
    )
    return report


def nearby_reports(
    reading: Reading, *, lon: float, lat: float, service_code: str | None, radius_m: float = 150.0
) -> Sequence[tuple[Report, float]]:
    """Return the open reports near a place, which may be of the same thing, with their distances.

    Parameters
    ----------
    reading : Reading
        Where to look.
    lon, lat : float
        In degrees.
    service_code : str or None
        Only of that service.
    radius_m : float
        Metres.

    Returns
    -------
    sequence of (Report, metres)
        The nearest first.
    """
    page = reading.reports(
        ReportQuery(
            statuses=_OPEN,
            service_codes=frozenset({service_code} if service_code else ()),
            near=(lon, lat, radius_m),
        )
    )
    away = ((report, float(distance_m((lon, lat), (report.lon, report.lat)))) for report in page.items)
    return sorted(away, key=lambda found: (found[1], found[0].id))


def faults_of_link(reading: Reading, linked_to: ReportId | None, of: ReportId | None = None) -> Iterator[str]:
    """Yield that a link leads nowhere, or back to the report itself over others.

    Parameters
    ----------
    reading : Reading
        Where reports are.
    linked_to : ReportId or None
        Where the link is to lead; empty or None is no link.
    of : ReportId or None
        The report that is to be linked, where there is one already.
    """
    try:
        while linked_to:
            if linked_to == of:
                yield Fault("linked_to_itself", report_id=of)
                return
            linked_to = reading.report(linked_to).linked_to
    except NotFoundError:
        yield Fault("no_link", linked_to=linked_to)


def _report(
    new: NewReport, report_id: ReportId, service: Service, zone: Zone | None, *, address: str, now: datetime
) -> Report:
    usually_public = service.public and new.source is Source.OPEN311
    return Report(
        id=report_id,
        service_code=service.code,
        status=ReportStatus.NEW,
        priority=service.priority if new.priority is None else new.priority,
        lon=new.lon,
        lat=new.lat,
        requested_at=now,
        updated_at=now,
        due_at=due_at(service, now),
        source=new.source,
        public=usually_public if new.public is None else new.public,
        description=new.description,
        address=address,
        zone_id=zone.id if zone else None,
        commune=(zone.commune if zone else "") or new.commune,
        contact=new.contact,
        attributes=dict(new.attributes),
        media_url=new.media_url,
        linked_to=new.linked_to,
        held_until=held_until(new.hold_s, now),
        unassigned_reason=because(WaitingFor.HELD) if new.hold_s else None,
    )


def _job(report: Report, job_id: JobId, service: Service) -> Job:
    return Job(
        id=job_id,
        service_code=service.code,
        lon=report.lon,
        lat=report.lat,
        duration_s=service.duration_s,
        skills=service.skills,
        priority=report.priority,
        created_at=report.requested_at,
        earliest=report.requested_at,
        due_at=report.due_at,
        report_id=report.id,
        commune=report.commune,
    )
