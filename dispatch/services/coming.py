"""What becomes of planned work in the coming days, as everything stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from equipage.dispatch.eta import eta_of
from equipage.dispatch.explanation.ahead import left_out
from equipage.dispatch.explanation.explained import Help
from equipage.dispatch.model import Assignment, CrewId, JobId, PlannedWork, Shift, TimeSpan
from equipage.dispatch.planning.ahead import Coming, plan_ahead
from equipage.dispatch.planning.replanning import Effort
from equipage.dispatch.ports import Reading, Store
from equipage.dispatch.roads import Roads
from equipage.dispatch.situation import Situation, lately, load_situation

MOST_KEPT_FREE = 0.9
"""However much reports took: with nothing left for other work, none of it would ever have a place."""


class Prospect(StrEnum):
    """What is to be expected of planned work."""

    GIVEN = "given"
    COMING = "coming"
    NO_PLACE = "no_place"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is to be expected of one piece of planned work.

    Parameters
    ----------
    work : PlannedWork
        Which.
    prospect : Prospect
        Whether a crew has it, would come to it, none has time, or it may only begin after these days.
    crew_id : CrewId or None
        Who.
    arrival : datetime or None
        When work would begin; None where nobody can tell.
    late_s : int
        By how many seconds that is after it is due; 0 in time.
    help : Help or None
        Where there is no place: the least that would have to change.
    """

    work: PlannedWork
    prospect: Prospect
    crew_id: CrewId | None = None
    arrival: datetime | None = None
    late_s: int = 0
    help: Help | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingDays:
    """The planned work of the coming days.

    Parameters
    ----------
    as_of, until : datetime
        From when to when.
    kept_free : float
        Which share of crews' time is kept for reports: what they took lately.
    works : tuple of Expected
        The first first, then what has no place, then what is for later.
    """

    as_of: datetime
    until: datetime
    kept_free: float
    works: tuple[Expected, ...]


def coming_days(store: Store, *, router: Roads, now: datetime, until: datetime, effort: Effort) -> ComingDays:
    """Return what becomes of the open planned work until then; nothing is decided by that.

    Parameters
    ----------
    store : Store
        Where the state lives; it is only read.
    router : Roads
        Asked outside any transaction.
    now : datetime
        The moment.
    until : datetime
        How far to look.
    effort : Effort
        With which engine, and how long.
    """
    with store.reading() as reading:
        situation = load_situation(reading, now)
        shifts = reading.shifts(TimeSpan(start=now, end=until))
        kept_free = taken_by_reports(reading, now)
        works = dict(_open_works(reading, situation))
    ahead = plan_ahead(situation, router, shifts, until=until, effort=effort, kept_free=kept_free)
    found = (
        *_given(situation, router, works),
        *(_expected(works, each) for each in ahead.coming()),
        *(
            Expected(work=works[left.job_id], prospect=Prospect.NO_PLACE, help=left.help)
            for left in left_out(ahead, router)
        ),
        *(
            Expected(work=work, prospect=Prospect.LATER)
            for job_id, work in works.items()
            if situation.jobs[job_id].earliest >= until and situation.holder_of(job_id) is None
        ),
    )
    return ComingDays(as_of=now, until=until, kept_free=kept_free, works=tuple(sorted(found, key=_order)))


def taken_by_reports(reading: Reading, now: datetime) -> float:
    """Return which share of crews' hours reports took in the last day, from setting off to the end.

    Parameters
    ----------
    reading : Reading
        The state.
    now : datetime
        The end of that day.
    """
    day = lately(now)
    worked_s = sum(_at_work_s(shift, day) for shift in reading.shifts(day) if not shift.absent)
    taken_s = sum(_taken_s(each, day) for each in reading.ended_assignments(day))
    return min(taken_s / worked_s, MOST_KEPT_FREE) if worked_s > 0 else 0.0


def _at_work_s(shift: Shift, within: TimeSpan) -> float:
    return _shared_s(shift.span, within) - sum(_shared_s(pause, within) for pause in shift.breaks)


def _taken_s(assignment: Assignment, within: TimeSpan) -> float:
    begun, ended = assignment.en_route_at or assignment.arrived_at, assignment.ended_at
    if assignment.report_id is None or begun is None or ended is None or ended <= begun:
        return 0.0
    return _shared_s(TimeSpan(start=begun, end=ended), within)


def _shared_s(one: TimeSpan, other: TimeSpan) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(shared.total_seconds(), 0.0)


def _open_works(reading: Reading, situation: Situation) -> Iterator[tuple[JobId, PlannedWork]]:
    for job in situation.jobs.values():
        if job.planned_work_id is not None:
            yield job.id, reading.planned_work(job.planned_work_id)


def _given(situation: Situation, router: Roads, works: Mapping[JobId, PlannedWork]) -> Iterator[Expected]:
    """Yield the works that crews have, when these are there."""
    held = [holder for job_id in works if (holder := situation.holder_of(job_id)) is not None]
    etas = eta_of(situation, router, [each.id for each in held])
    for each in held:
        eta, due_at = etas.get(each.id), situation.jobs[each.job_id].due_at
        arrival = None if eta is None else eta.eta
        yield Expected(
            work=works[each.job_id],
            prospect=Prospect.GIVEN,
            crew_id=each.crew_id,
            arrival=arrival,
            late_s=0 if arrival is None else max(round((arrival - due_at).total_seconds()), 0),
        )


def _expected(works: Mapping[JobId, PlannedWork], coming: Coming) -> Expected:
    return Expected(
        work=works[coming.job_id],
        prospect=Prospect.COMING,
        crew_id=coming.crew_id,
        arrival=coming.arrival,
        late_s=coming.late_s,
    )


def _order(expected: Expected) -> tuple[int, bool, datetime, str]:
    group = {Prospect.NO_PLACE: 1, Prospect.LATER: 2}.get(expected.prospect, 0)
    at = expected.work.window.start if expected.arrival is None else expected.arrival
    return group, expected.arrival is None, at, expected.work.id
