"""A report told wrongly: what it and its job are once its place or its service is mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_place, faults_of_service, faults_of_text
from equipage.dispatch.model import Job, Report, Service, ServiceCode, Zone
from equipage.dispatch.sla import due_at
from equipage.dispatch.zones import zone_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """Where a report really is, and what it is really about; None leaves it.

    Parameters
    ----------
    lon, lat : float or None
        In degrees, both or neither.
    address : str or None
        None takes the street's name where the place is another.
    """

    lon: float | None = None
    lat: float | None = None
    address: str | None = None
    service_code: ServiceCode | None = None

    @property
    def moves(self) -> bool:
        """Whether it says where the report is."""
        return self.lon is not None and self.lat is not None


def faults_of_mending(
    mending: Mending, *, services: Mapping[ServiceCode, Service], zones: Sequence[Zone]
) -> Iterator[str]:
    """Yield everything that is wrong with a mending.

    Parameters
    ----------
    mending : Mending
        As it was told.
    services : mapping
        What the city offers.
    zones : sequence of Zone
        The city's; without any, no place is outside it.
    """
    if (mending.lon is None) is not (mending.lat is None):
        yield Fault("half_place")
    elif mending.lon is not None and mending.lat is not None:
        yield from faults_of_place(mending.lon, mending.lat, zones)
    if mending.service_code is not None:
        yield from faults_of_service(mending.service_code, services)
    yield from faults_of_text("address", mending.address or "")


def mended(
    report: Report,
    job: Job,
    mending: Mending,
    *,
    services: Mapping[ServiceCode, Service],
    zones: Sequence[Zone],
    street: str,
) -> tuple[Report, Job]:
    """Return the report and its job as they are once mended.

    Zone and commune follow from the place; due time, duration and skills from the service. The priority
    follows it, too, unless somebody had set it by hand; what was not to be public never becomes so.

    Parameters
    ----------
    report, job
        As they are.
    mending : Mending
        Without faults.
    services : mapping
        What the city offers.
    zones : sequence of Zone
        The city's.
    street : str
        The name of the street at the new place.
    """
    after = report
    if mending.lon is not None and mending.lat is not None:
        zone = zone_at(zones, mending.lon, mending.lat) if zones else None
        after = replace(
            after,
            lon=mending.lon,
            lat=mending.lat,
            zone_id=zone.id if zone else None,
            commune=zone.commune if zone else "",
            address=street,
        )
    if mending.address is not None:
        after = replace(after, address=mending.address)
    if mending.service_code not in {None, report.service_code}:
        after = _of_service(after, services[report.service_code], services[ServiceCode(mending.service_code)])
    return after, _job_of(after, job, services[after.service_code])


def _of_service(report: Report, before: Service, service: Service) -> Report:
    # A report that was reopened is due from then on: count from where its promise began.
    promised_at = report.due_at - timedelta(seconds=before.respond_s)
    was_usual = report.priority == before.priority
    return replace(
        report,
        service_code=service.code,
        due_at=due_at(service, promised_at),
        priority=service.priority if was_usual else report.priority,
        public=report.public and service.public,
    )


def _job_of(report: Report, job: Job, service: Service) -> Job:
    moved = replace(job, lon=report.lon, lat=report.lat, commune=report.commune)
    if report.service_code == job.service_code:
        return moved
    return replace(
        moved,
        service_code=service.code,
        duration_s=service.duration_s,
        skills=service.skills,
        priority=report.priority,
        due_at=report.due_at,
    )
