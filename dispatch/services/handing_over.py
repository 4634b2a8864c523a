"""Handing a report to another service, or to an organisation outside the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import LONGEST_NOTE, faults_of_text
from equipage.dispatch.model import Report, ReportId, ServiceCode
from equipage.dispatch.ports import Transaction
from equipage.dispatch.reasons import because
from equipage.dispatch.roads import Roads
from equipage.dispatch.services.mending import Mending, mend_report
from equipage.dispatch.services.notes import take_note
from equipage.dispatch.services.progress import record_report, refuse_running
from equipage.dispatch.services.reports import end_work
from equipage.dispatch.status import NoteSubject, ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """To whom a report is handed, and what is said with it.

    Parameters
    ----------
    service_code : ServiceCode or None
        Another service of the catalogue; None where nobody in it does that.
    organisation : str
        Who does it then.
    told : str
        What the citizen is told of an organisation.
    note : str
        What goes with it, empty for nothing.
    public : bool
        Whether the citizen may read the note.
    """

    service_code: ServiceCode | None = None
    organisation: str = ""
    told: str = ""
    note: str = ""
    public: bool = False


def hand_over(
    tx: Transaction, report_id: ReportId, handover: Handover, *, router: Roads, now: datetime, actor: str
) -> Report:
    """Hand a report to another service, whose crews then may have it, or to somebody outside: it is rejected.

    Parameters
    ----------
    tx : Transaction
        Where to.
    report_id : ReportId
        An open one; a planned crew is released.
    handover : Handover
        To whom.
    router : Roads
        For what follows from another service.
    now : datetime
        When.
    actor : str
        Who says so.

    Raises
    ------
    AlreadyAssignedError
        If a crew has set off for it.
    IllegalStepError
        If it is closed.
    InvalidInputError
        Naming every fault.
    """
    report = tx.report(report_id)
    faults = list(_faults(report, handover))
    if faults:
        raise InvalidInputError(faults)
    refuse_running(tx, report, remedy="release it before handing it over")
    if handover.note:
        subject, public = NoteSubject.REPORT, handover.public
        take_note(tx, subject, report_id, handover.note, public=public, now=now, actor=actor)
    to = handover.service_code or handover.organisation
    if handover.service_code is not None:
        mending = Mending(service_code=handover.service_code)
        handed = mend_report(tx, report_id, mending, keep_crew=False, router=router, now=now, actor=actor)
    else:
        handed = end_work(
            tx,
            report,
            ReportStatus.REJECTED,
            note=handover.told,
            reason=because("handed_over", to=to),
            now=now,
            actor=actor,
        )
    record_report(tx, handed, "handed_over", now=now, actor=actor, to=to)
    return handed


def _faults(report: Report, handover: Handover) -> Iterator[str]:
    if (handover.service_code is None) is (not handover.organisation.strip()):
        yield Fault("one_of_two")
    if handover.service_code == report.service_code:
        yield Fault("same_service", report_id=report.id, service_code=report.service_code)
    yield from faults_of_text("organisation", handover.organisation)
    yield from faults_of_text("note", handover.note, most=LONGEST_NOTE)
