"""Take back the last thing that a person did to the plan, while nobody has acted on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from equipage.dispatch.announcements import crew_changed
from equipage.dispatch.errors import NotUndoableError
from equipage.dispatch.model import AuditEntry, CrewId, Job, ReportId
from equipage.dispatch.planning.gate import faults_of
from equipage.dispatch.ports import Reading, Transaction
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.roads import Roads, RoadsUnder
from equipage.dispatch.services.conditions import remove_condition
from equipage.dispatch.services.progress import record_report
from equipage.dispatch.services.rerouting import Rerouting, reroute
from equipage.dispatch.situation import Situation, load_situation
from equipage.dispatch.what_if.rerouting import decided
from equipage.dispatch.what_if.undoing import (
    Step,
    in_the_way,
    routes_back,
    step_between,
    step_stored,
    step_told,
)

SUBJECT = "dispatcher"
"""Where in the audit a person's steps are kept: by their name."""

UNDONE = "undone"

TO_CHOOSE = timedelta(minutes=3)
"""How long the planner leaves alone what has no crew after a step back: somebody wants to choose another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastStep:
    """What a person did last, and why it cannot be taken back, if it cannot.

    Parameters
    ----------
    report_ids : tuple of ReportId
        The open reports that it changed.
    """

    step: Step
    report_ids: tuple[ReportId, ...]
    obstacle: Reason | None


@contextmanager
def remembered(tx: Transaction, action: str, *, now: datetime, actor: str) -> Iterator[None]:
    """Keep what is done to the plan within this block, so that it can be taken back.

    Parameters
    ----------
    tx : Transaction
        In which it is done.
    action : str
        What is done.
    now : datetime
        When.
    actor : str
        By whom.
    """
    before, entered = load_situation(tx, now), {each.id for each in tx.conditions()}
    yield
    after = load_situation(tx, now)
    crews = tuple(sorted(after.crews.keys() - before.crews.keys()))
    conditions = tuple(each.id for each in tx.conditions() if each.id not in entered)
    step = replace(step_between(before, after, action=action), conditions=conditions, crews=crews)
    if not step.is_nothing:
        _record(tx, action, now=now, actor=actor, step=step)


def last_step(reading: Reading, *, now: datetime, actor: str) -> LastStep | None:
    """Return what a person did to the plan last; None where there is nothing that is not taken back already.

    Parameters
    ----------
    reading : Reading
        Where to look.
    now : datetime
        The moment.
    actor : str
        Who asks.
    """
    entry = reading.last_audit(SUBJECT, actor)
    if entry is None or entry.action == UNDONE:
        return None
    step, situation = step_stored(entry), load_situation(reading, now)
    jobs = [situation.jobs[job_id] for job_id in step.jobs if job_id in situation.jobs]
    entries = {job.id: reading.audit(*_subject(job)) for job in jobs}
    reports = tuple(job.report_id for job in jobs if job.report_id is not None)
    return LastStep(step=step, report_ids=reports, obstacle=in_the_way(situation, step, entries))


def undo(
    tx: Transaction,
    *,
    router: Roads,
    roads: RoadsUnder,
    now: datetime,
    actor: str,
    about: ReportId | None = None,
) -> LastStep:
    """Take back what a person did to the plan last: crews, pins, order and roads as before, nobody called in.

    Parameters
    ----------
    tx : Transaction
        Where to.
    router : Roads
        Tells when crews are where then.
    roads : RoadsUnder
        Tells it where the step closed roads, which are open then.
    now : datetime
        When.
    actor : str
        Who takes their own step back.
    about : ReportId, optional
        A report that it must have changed: who means another step than the last is told so.

    Returns
    -------
    LastStep
        What was taken back.

    Raises
    ------
    NotUndoableError
        If there is nothing, somebody has acted on it since, or the routes would break something by now.
    """
    last = last_step(tx, now=now, actor=actor)
    if last is None:
        raise NotUndoableError(because("undo_nothing"))
    if about is not None and about not in last.report_ids and last.obstacle is None:
        raise NotUndoableError(because("undo_other"))
    if last.obstacle is not None:
        raise NotUndoableError(last.obstacle)
    step, situation = last.step, load_situation(tx, now)
    wanted = _rerouting(situation, step, by=actor)
    others = [each for each in tx.conditions() if each.id not in step.conditions]
    after = roads.under(others, now) if step.conditions else router
    _refuse_unsound(situation, after, step, wanted)
    for condition_id in step.conditions:
        remove_condition(tx, condition_id, now=now, actor=actor)
    reroute(tx, situation, wanted, router=after, actor=actor, network_id=after.network.network_id)
    for crew_id in step.crews:
        _send_home(tx, situation, crew_id, now=now)
    for report_id in last.report_ids:
        record_report(tx, tx.report(report_id), UNDONE, now=now, actor=actor, step=step.action)
    _record(tx, UNDONE, now=now, actor=actor, step=step)
    return last


def _refuse_unsound(situation: Situation, router: Roads, step: Step, wanted: Rerouting) -> None:
    """Refuse routes that break anything by now.

    What was pinned to a crew before was a person's choice, and so was what a crew has that is not heard of: a
    person may send it, though the planner may not.
    """
    routes = {c: route for c, route in wanted.routes.items() if not situation.is_silent(c)}
    faults = faults_of(
        situation,
        router,
        decided(situation, routes),
        by_hand={job_id for job_id, before in step.jobs.items() if before.pinned},
        taken_by_hand={*step.jobs, *wanted.reasons},
    )
    broken = next(faults, None)
    if broken is not None:
        raise NotUndoableError(broken)


def _rerouting(situation: Situation, step: Step, *, by: str) -> Rerouting:
    routes = routes_back(situation, step)
    held = {
        job_id: max(before.held_until or situation.now, situation.now + TO_CHOOSE)
        for job_id, before in step.jobs.items()
        if before.crew_id is None
    }
    freed = {each.job_id for crew_id in step.crews for each in situation.live_of(crew_id)}
    reasons = {job_id: because("undone", by=by) for job_id in {*held, *freed}}
    pins = {job_id: before.pinned for job_id, before in step.jobs.items()}
    return Rerouting(routes=routes, pins=pins, reasons=reasons, held=held)


def _send_home(tx: Transaction, situation: Situation, crew_id: CrewId, *, now: datetime) -> None:
    """End the shift of a crew that was called in; it stays on record."""
    tx.save_shift(replace(situation.shifts[crew_id], absent=True))
    tx.announce(crew_changed(crew_id, at=now))


def _record(tx: Transaction, action: str, *, now: datetime, actor: str, step: Step) -> None:
    entry = AuditEntry(
        at=now, actor=actor, action=action, subject=SUBJECT, subject_id=actor, details=step_told(step)
    )
    tx.record(entry)


def _subject(job: Job) -> tuple[str, str]:
    if job.report_id is not None:
        return "report", job.report_id
    return "planned_work", str(job.planned_work_id)
