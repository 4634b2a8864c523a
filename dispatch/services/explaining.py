"""Which crews had a report before, and why it is no longer theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from equipage.dispatch.model import AuditEntry, CrewId, ReportId
from equipage.dispatch.ports import Reading
from equipage.dispatch.reasons import Reason, because, stored_reason
from equipage.dispatch.status import AssignmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCrew:
    """A crew that had a report, until when, and why no longer."""

    crew_id: CrewId
    until: datetime
    reason: Reason


def earlier_crews(reading: Reading, report_id: ReportId) -> tuple[EarlierCrew, ...]:
    """Return which crews had a report and lost it, as far as the record tells, the latest first.

    Parameters
    ----------
    reading : Reading
        Where to look.
    report_id : ReportId
        Which report.
    """
    ended = (entry for entry in reading.audit("report", report_id) if entry.action in _LOST)
    return tuple(
        EarlierCrew(crew_id=CrewId(entry.details["crew_id"]), until=entry.at, reason=_why(entry))
        for entry in reversed([*ended])
    )


_LOST = frozenset({AssignmentStatus.REFUSED.value, AssignmentStatus.RELEASED.value})


def _why(entry: AuditEntry) -> Reason:
    """Return why a crew lost it: as a code where the planner or a rule decided, else in a person's words."""
    why, said = entry.details.get("why"), str(entry.details.get("reason", ""))
    if why is not None:
        return stored_reason(why["code"], why["params"])
    if entry.action == AssignmentStatus.REFUSED:
        return because("refused", crew_id=entry.details["crew_id"], said=said)
    return because("released", said=said) if said else because("released")
