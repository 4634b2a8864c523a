"""A crew's day as the crew itself sees it on its telephone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from equipage.api.representations.fleet import ShiftShown, StandbyShown
from equipage.api.representations.lists import Shown
from equipage.dispatch.model import (
    Assignment,
    Contact,
    Crew,
    Eta,
    Job,
    Note,
    PlannedWork,
    Report,
    Service,
    Shift,
    TimeSpan,
)
from equipage.dispatch.privacy import shares_contact
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, CrewStatus


class BreakShown(Shown):
    """A break within a shift."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, span: TimeSpan) -> Self:
        """Show a break."""
        return cls(start=span.start, end=span.end)


class HoursShown(ShiftShown):
    """The hours of a crew with their breaks."""

    breaks: list[BreakShown]

    @classmethod
    def of(cls, shift: Shift) -> Self:
        """Show a shift with its breaks."""
        breaks = [BreakShown.of(each) for each in shift.breaks]
        return cls(**ShiftShown.of(shift).model_dump(), breaks=breaks)


class TellingShown(Shown):
    """A note as the crew reads it."""

    id: str
    at: datetime
    text: str

    @classmethod
    def of(cls, note: Note) -> Self:
        """Show a note."""
        return cls(id=note.id, at=note.at, text=note.text)


class OwnCrewShown(Shown):
    """The crew itself: what it does, its hours, where it is and waits, and what was noted for it."""

    id: str
    name: str
    status: CrewStatus
    paused_since: datetime | None
    shift: HoursShown | None
    lon: float | None
    lat: float | None
    fix_time: datetime | None
    standby: StandbyShown | None
    notes: list[TellingShown]

    @classmethod
    def of(
        cls, crew: Crew, situation: Situation, notes: Sequence[Note], standby: StandbyShown | None
    ) -> Self:
        """Show a crew to itself."""
        position = situation.positions.get(situation.vehicle_of(crew.id))
        shift = situation.shifts.get(crew.id)
        return cls(
            id=crew.id,
            name=crew.name,
            status=situation.status_of(crew.id),
            paused_since=crew.paused_since,
            shift=HoursShown.of(shift) if shift else None,
            lon=position.lon if position else None,
            lat=position.lat if position else None,
            fix_time=position.fix_time if position else None,
            standby=standby,
            notes=[TellingShown.of(note) for note in notes],
        )


class AnswerShown(Shown):
    """What the citizen answered to a question of the service."""

    question: str
    answer: str


class CallShown(Shown):
    """Whom the crew may call while it is under way or on site."""

    name: str
    phone: str

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """Show how to call a citizen."""
        return cls(name=f"{contact.first_name} {contact.last_name}".strip(), phone=contact.phone)


class DutyShown(Shown):
    """A job that is the crew's, from a report or from planned work."""

    assignment_id: str
    report_id: str | None
    status: AssignmentStatus
    since: datetime
    service_name: str
    title: str
    address: str
    description: str
    answers: list[AnswerShown]
    notes: list[TellingShown]
    media_url: str
    priority: int
    lon: float
    lat: float
    duration_s: int
    earliest: datetime
    due_at: datetime
    eta: datetime | None
    contact: CallShown | None

    @classmethod
    def of(
        cls,
        assignment: Assignment,
        job: Job,
        *,
        service: Service | None,
        report: Report | None,
        work: PlannedWork | None,
        notes: Sequence[Note],
        eta: Eta | None,
    ) -> Self:
        """Show a job with what the crew needs to do it.

        Parameters
        ----------
        report, work
            What the job comes from: one of them.
        notes : sequence of Note
            Those on the report, oldest first.
        eta : Eta or None
            When the crew is expected there, where anybody can tell.
        """
        may_call = report is not None and report.contact.phone != "" and shares_contact(assignment)
        return cls(
            assignment_id=assignment.id,
            report_id=assignment.report_id,
            status=assignment.status,
            since=assignment.arrived_at or assignment.en_route_at or assignment.since,
            service_name=service.name if service else job.service_code,
            title=work.name if work else "",
            address=report.address if report else "",
            description=report.description if report else work.description if work else "",
            answers=_answers(report.attributes if report else {}, service),
            notes=[TellingShown.of(note) for note in notes],
            media_url=report.media_url if report else "",
            priority=job.priority,
            lon=job.lon,
            lat=job.lat,
            duration_s=job.duration_s,
            earliest=job.earliest,
            due_at=job.due_at,
            eta=eta.eta if eta else None,
            contact=CallShown.of(report.contact) if report and may_call else None,
        )


class EndedShown(Shown):
    """A job that is the crew's no more: done, refused, or taken from it."""

    assignment_id: str
    status: AssignmentStatus
    ended_at: datetime | None
    reason: str
    service_name: str
    title: str
    address: str

    @classmethod
    def of(
        cls, assignment: Assignment, *, service_name: str, report: Report | None, work: PlannedWork | None
    ) -> Self:
        """Show an ended assignment."""
        return cls(
            assignment_id=assignment.id,
            status=assignment.status,
            ended_at=assignment.ended_at,
            reason=assignment.reason,
            service_name=service_name,
            title=work.name if work else "",
            address=report.address if report else "",
        )


class DayShown(Shown):
    """What a crew's page shows at one moment: jobs in the order of the route, ended ones newest first."""

    as_of: datetime
    crew: OwnCrewShown
    jobs: list[DutyShown]
    ended: list[EndedShown]


def _answers(given: Mapping[str, Any], service: Service | None) -> list[AnswerShown]:
    questions = {each.code: each for each in service.attributes} if service else {}
    answers = []
    for code, value in given.items():
        question = questions.get(code)
        names = dict(question.values) if question else {}
        values = value if isinstance(value, list | tuple) else [value]
        told = ", ".join(names.get(str(each), str(each)) for each in values)
        answers.append(AnswerShown(question=question.description if question else code, answer=told))
    return answers
