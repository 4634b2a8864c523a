"""Mending where a report is and what it is about, with what follows for the crew that has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from equipage.dispatch.announcements import report_changed
from equipage.dispatch.eligibility import obstacle
from equipage.dispatch.errors import InvalidInputError, UnfitCrewError
from equipage.dispatch.eta import eta_of
from equipage.dispatch.mending import Mending, faults_of_mending, mended
from equipage.dispatch.model import Assignment, Eta, Job, Report, ReportId
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.prospects import look_ahead
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.roads import Roads, street_at
from equipage.dispatch.services.filing import nearby_reports
from equipage.dispatch.services.progress import (
    change_plan,
    move_assignment,
    record_report,
    require_open,
    retime_route,
    tell_assignment,
    wait_again,
)
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.status import AssignmentStatus
from equipage.dispatch.travel import TravelTimes

__all__ = ["Mending", "MendingOutlook", "look_at_mending", "mend_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MendingOutlook:
    """What mending a report would mean.

    Parameters
    ----------
    before, report : Report
        As it is, and as it would be.
    job : Job
        As it would be.
    nearby : sequence of (Report, metres)
        Open reports of the same service at the new place.
    holder : Assignment or None
        Who has it.
    obstacle : Reason or None
        What would keep that crew from it, and does not yet.
    eta_before, eta_after : Eta or None
        When that crew is and would be there, where a road leads there.
    """

    before: Report
    report: Report
    job: Job
    nearby: Sequence[tuple[Report, float]]
    holder: Assignment | None
    obstacle: Reason | None
    eta_before: Eta | None
    eta_after: Eta | None


def look_at_mending(
    reading: Reading, report_id: ReportId, mending: Mending, *, router: Roads, now: datetime
) -> MendingOutlook:
    """Return what mending an open report would mean, without doing it.

    Parameters
    ----------
    reading : Reading
        Where to look.
    report_id : ReportId
        Which one.
    mending : Mending
        Where it really is, what it is really about.
    router : Roads
        Names the street, and tells when the crew would be there.
    now : datetime
        The moment.

    Raises
    ------
    IllegalStepError
        If it is closed.
    InvalidInputError
        Naming every fault of the mending.
    """
    report, services, zones = reading.report(report_id), reading.services(), reading.zones()
    require_open(report, before="mending it")
    faults = list(faults_of_mending(mending, services=services, zones=zones))
    if faults:
        raise InvalidInputError(faults)
    street = ""
    if mending.address is None and mending.lon is not None and mending.lat is not None:
        street = street_at(router, mending.lon, mending.lat)
    after, job = mended(
        report, reading.job_of_report(report_id), mending, services=services, zones=zones, street=street
    )
    near = nearby_reports(reading, lon=after.lon, lat=after.lat, service_code=after.service_code)
    situation = load_situation(reading, now)
    holder = situation.holder_of(job.id)
    then = replace(situation, jobs={**situation.jobs, job.id: job})
    return MendingOutlook(
        before=report,
        report=after,
        job=job,
        nearby=[found for found in near if found[0].id != report_id],
        holder=holder,
        obstacle=_new_obstacle(situation, then, holder, router),
        eta_before=_eta(situation, holder, router),
        eta_after=_eta(then, holder, router),
    )


def mend_report(
    tx: Transaction,
    report_id: ReportId,
    mending: Mending,
    *,
    keep_crew: bool | None,
    router: Roads,
    now: datetime,
    actor: str,
) -> Report:
    """Mend where an open report is, or what it is about.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        Which one.
    mending : Mending
        What is to be right.
    keep_crew : bool or None
        What becomes of the crew that has it: keep it, pinned where something speaks against it, or release
        it. None keeps it where nothing does.
    router : Roads
        Names the street, and tells when the crew would be there.
    now : datetime
        When.
    actor : str
        Who says so.

    Returns
    -------
    Report
        As it is now; without any difference nothing is saved or announced.

    Raises
    ------
    IllegalStepError
        If it is closed.
    InvalidInputError
        Naming every fault of the mending.
    UnfitCrewError
        If the crew that has it may not have it then, and nobody said what becomes of it.
    """
    outlook = look_at_mending(tx, report_id, mending, router=router, now=now)
    before, holder = outlook.before, outlook.holder
    if holder is not None and outlook.obstacle is not None and keep_crew is None:
        raise UnfitCrewError(
            f"crew {holder.crew_id}, which has report {report_id}, could not have it then:"
            f" {outlook.obstacle.text}; say whether to keep_crew",
            reason=outlook.obstacle,
            holder=holder,
        )
    if outlook.report == before and (keep_crew is not False or holder is None):
        return before
    saved = tx.save_report(replace(outlook.report, updated_at=now))
    tx.save_job(outlook.job)
    _announce(tx, before, saved, holder, now)
    record_report(tx, saved, "mended", now=now, actor=actor, **_differences(before, saved))
    if holder is None:
        return saved
    _settle_crew(tx, outlook, keep=keep_crew is not False, router=router, now=now, actor=actor)
    return tx.report(report_id)


def _settle_crew(
    tx: Transaction, outlook: MendingOutlook, *, keep: bool, router: Roads, now: datetime, actor: str
) -> None:
    """Release the crew, or keep it: pinned, where the planner would take it away."""
    holder = outlook.holder
    if holder is None:
        return
    if not keep:
        reason = because("mended")
        released = move_assignment(tx, holder, AssignmentStatus.RELEASED, reason=reason, now=now, actor=actor)
        wait_again(tx, released, reason, now=now)
        change_plan(tx, without={holder.id}, now=now)
        return
    if outlook.obstacle is not None and not holder.pinned:
        kept = replace(holder, pinned=True)
        tx.save_assignment(kept)
        tell_assignment(tx, kept, outlook.job, action="pinned", now=now, actor=actor)
    retime_route(tx, holder.crew_id, router=router, now=now)


def _new_obstacle(
    situation: Situation, then: Situation, holder: Assignment | None, router: TravelTimes
) -> Reason | None:
    """Return what would keep the holder from its own job, unless the same does so already."""
    if holder is None:
        return None
    was, would = (_obstacle(moment, holder, router) for moment in (situation, then))
    return None if would is None or (was is not None and was.code == would.code) else would


def _obstacle(situation: Situation, holder: Assignment, router: TravelTimes) -> Reason | None:
    job = situation.jobs[holder.job_id]
    outlook = look_ahead(
        situation,
        router,
        jobs=[job],
        crew_ids=[holder.crew_id],
        without={each.id for each in (holder, *situation.behind(holder))},
    )
    return obstacle(situation, holder.crew_id, job, outlook.approach(0, 0))


def _eta(situation: Situation, holder: Assignment | None, router: TravelTimes) -> Eta | None:
    return None if holder is None else eta_of(situation, router, [holder.id]).get(holder.id)


def _announce(
    tx: Transaction, before: Report, after: Report, holder: Assignment | None, now: datetime
) -> None:
    """Tell those who watch the new service and commune, and those whose business it was until now."""
    told = report_changed(after, holder, at=now)
    tx.announce(told)
    if (before.service_code, before.commune) != (after.service_code, after.commune):
        tx.announce(replace(told, service_code=before.service_code, commune=before.commune))


def _differences(before: Report, after: Report) -> dict[str, Any]:
    names = ("lon", "lat", "address", "commune", "service_code", "priority", "public")
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
