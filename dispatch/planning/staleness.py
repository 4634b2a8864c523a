"""What has become of a suggestion since somebody looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from equipage.dispatch.model import Assignment, CrewId, Job
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.situation import Situation

GREW_BY = timedelta(minutes=3)
"""An arrival that is later by no more is the same suggestion: crews wait at lights, fixes are not new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The suggestion that a dispatcher looked at: as of when, and the arrival that it told."""

    as_of: datetime
    eta: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Why a suggestion no longer holds, and the assignment that was made meanwhile, if one is why."""

    reason: Reason
    holder: Assignment | None = None


def taken_since(situation: Situation, job: Job, crew_id: CrewId, seen: Seen) -> Change | None:
    """Return who has got the job, or the crew, since the suggestion was looked at.

    Parameters
    ----------
    situation : Situation
        The moment.
    job : Job
        What was suggested for.
    crew_id : CrewId
        Who was suggested.
    seen : Seen
        What was looked at.
    """
    holder = situation.holder_of(job.id)
    if holder is not None and holder.crew_id != crew_id and holder.since > seen.as_of:
        return Change(reason=because("given_meanwhile", crew_id=holder.crew_id), holder=holder)
    for own in situation.live_of(crew_id):
        # What the planner has lined up for the crew meanwhile comes later than what a dispatcher gives it.
        counts = own.actor != ACTOR or own in situation.head_of(crew_id)
        if own.job_id != job.id and own.since > seen.as_of and counts:
            return Change(reason=_taken(own), holder=own)
    return None


def grown_since(seen: Seen, eta: datetime | None) -> Change | None:
    """Return that the crew would be there noticeably later than was told.

    Parameters
    ----------
    seen : Seen
        What was looked at.
    eta : datetime or None
        The present arrival; None where there is none, which another obstacle tells.
    """
    if eta is None or eta - seen.eta <= GREW_BY:
        return None
    return Change(reason=because("eta_grew", later_s=(eta - seen.eta).total_seconds()))


def _taken(assignment: Assignment) -> Reason:
    if assignment.report_id is None:
        return because("taken_meanwhile")
    return because("taken_meanwhile", report_id=assignment.report_id)
