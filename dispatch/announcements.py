"""What is announced to whoever listens: small, ready for JSON, with the times in ISO 8601."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from equipage.dispatch.model import Alarm, Assignment, Condition, CrewId, Eta, Event, Job, Note, Plan, Report


def report_changed(report: Report, assignment: Assignment | None, *, at: datetime) -> Event:
    """Return the announcement that a report is new or has changed.

    Parameters
    ----------
    report : Report
        As it is now.
    assignment : Assignment or None
        The live assignment, or the one that has settled it.
    at : datetime
        When it changed.
    """
    reason = report.unassigned_reason
    return Event(
        kind="report",
        at=at,
        report_id=report.id,
        service_code=report.service_code,
        commune=report.commune,
        data={
            "report_id": report.id,
            "status": report.status.value,
            "priority": report.priority,
            "service_code": report.service_code,
            "lon": report.lon,
            "lat": report.lat,
            "due_at": report.due_at.isoformat(),
            "unassigned_code": reason.code if reason else None,
            "unassigned_params": reason and dict(reason.params),
            "unassigned_reason": reason.text if reason else None,
            "assignment_id": assignment.id if assignment else None,
            "crew_id": assignment.crew_id if assignment else None,
        },
    )


def assignment_changed(assignment: Assignment, job: Job, *, at: datetime) -> Event:
    """Return the announcement that an assignment is new or has changed.

    Parameters
    ----------
    assignment : Assignment
        As it is now.
    job : Job
        Its job.
    at : datetime
        When it changed.
    """
    return Event(
        kind="assignment",
        at=at,
        report_id=assignment.report_id,
        service_code=job.service_code,
        commune=job.commune,
        data={
            "assignment_id": assignment.id,
            "report_id": assignment.report_id,
            "job_id": assignment.job_id,
            "crew_id": assignment.crew_id,
            "vehicle_id": assignment.vehicle_id,
            "status": assignment.status.value,
            "pinned": assignment.pinned,
            "since": assignment.since.isoformat(),
        },
    )


def eta_changed(report: Report, assignment: Assignment, eta: Eta) -> Event:
    """Return the announcement that a report is expected to be reached at another time.

    Parameters
    ----------
    report : Report
        What is to be reached.
    assignment : Assignment
        Who is to reach it.
    eta : Eta
        When, as known at its `as_of`.
    """
    return Event(
        kind="eta",
        at=eta.as_of,
        report_id=report.id,
        service_code=report.service_code,
        commune=report.commune,
        data={
            "report_id": report.id,
            "assignment_id": assignment.id,
            "crew_id": eta.crew_id,
            "eta": eta.eta.isoformat(),
            "earliest": eta.earliest.isoformat(),
            "latest": eta.latest.isoformat(),
            "basis": eta.basis.value,
            "as_of": eta.as_of.isoformat(),
        },
    )


def plan_changed(plan: Plan, crew_ids: Collection[CrewId], *, at: datetime) -> Event:
    """Return the announcement that there is another plan.

    Parameters
    ----------
    plan : Plan
        As it is now.
    crew_ids : collection of CrewId
        Whose routes have changed.
    at : datetime
        When.
    """
    as_of = plan.as_of.isoformat() if plan.as_of else None
    data = {"version": plan.version, "as_of": as_of, "crew_ids": sorted(crew_ids)}
    return Event(kind="plan", at=at, data=data)


def conditions_changed(condition: Condition, action: str, *, at: datetime) -> Event:
    """Return the announcement that a condition was `added` or `removed`."""
    return Event(kind="conditions", at=at, data={"condition_id": condition.id, "action": action})


def crew_changed(crew_id: CrewId, *, at: datetime) -> Event:
    """Return the announcement that a crew pauses, works again or waits elsewhere, or has another shift."""
    return Event(kind="crew", at=at, data={"crew_id": crew_id})


def note_changed(note: Note, report: Report | None, crew_id: CrewId | None, *, at: datetime) -> Event:
    """Return the announcement that a note was taken or withdrawn, without its text.

    Parameters
    ----------
    note : Note
        As it is now.
    report : Report or None
        What it is about, if that is a report.
    crew_id : CrewId or None
        The crew that it is about, or that has the report.
    at : datetime
        When.
    """
    return Event(
        kind="note",
        at=at,
        report_id=report.id if report else None,
        service_code=report.service_code if report else "",
        commune=report.commune if report else "",
        data={
            "note_id": note.id,
            "subject": note.subject.value,
            "subject_id": note.subject_id,
            "report_id": report.id if report else None,
            "crew_id": crew_id,
            "public": note.public,
            "withdrawn": note.withdrawn_at is not None,
        },
    )


def alarm_raised(alarm: Alarm, *, at: datetime) -> Event:
    """Return the announcement that a driver calls for help, or that somebody has taken notice."""
    return Event(
        kind="alarm",
        at=at,
        data={
            "vehicle_id": alarm.vehicle_id,
            "kind": alarm.kind,
            "at": alarm.at.isoformat(),
            "lon": alarm.lon,
            "lat": alarm.lat,
            "acknowledged_at": alarm.acknowledged_at.isoformat() if alarm.acknowledged_at else None,
        },
    )
