"""The planner's tick: look, decide without holding anybody up, and save if nothing has changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from equipage.dispatch.announcements import report_changed
from equipage.dispatch.errors import ConflictError
from equipage.dispatch.lifecycle import report_moved
from equipage.dispatch.model import (
    Assignment,
    AssignmentId,
    CrewId,
    JobId,
    Plan,
    Report,
    ReportId,
    TimeSpan,
)
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.planning.gate import require_sound
from equipage.dispatch.planning.planner import Choice, Decision
from equipage.dispatch.planning.replanning import Effort, plan
from equipage.dispatch.planning.turning import turned_for
from equipage.dispatch.planning.waiting import still_tells
from equipage.dispatch.planning.watch import Watch
from equipage.dispatch.plans import is_news
from equipage.dispatch.ports import Reading, Store, Transaction
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.roads import Roads
from equipage.dispatch.services.progress import begin_assignment, move_assignment, save_plan
from equipage.dispatch.situation import Situation, lately, load_situation
from equipage.dispatch.status import AssignmentStatus, ReportStatus

_MOMENT = timedelta(microseconds=1)


def plan_tick(
    store: Store,
    *,
    router: Roads,
    now: datetime,
    effort: Effort | None = None,
    watch: Watch | None = None,
    left_for_s: float = 0.0,
    turns_around: bool = True,
) -> tuple[Situation, Decision]:
    """Give waiting jobs to crews, say why the others wait, and keep the plan's times up to date.

    Parameters
    ----------
    store : Store
        Where the state lives. It is read in one look, and written in one transaction if there is news.
    router : Roads
        Asked between the two.
    now : datetime
        The moment to decide for.
    effort : Effort, optional
        What the plan layer may use where crews are short; without it the instant layer decides alone.
    watch : Watch, optional
        What the last plan was made of, between two ticks: without it everything is planned anew each time.
    left_for_s : float
        For how long the area that a crew leaves counts as left; 0 prices no leaving.
    turns_around : bool
        Whether crews on their way may be turned around for the highest priority.

    Returns
    -------
    Situation
        What was looked at.
    Decision
        What was decided and saved.

    Raises
    ------
    ConflictError
        If what the decision rests on has changed meanwhile; nothing is saved then, and the next tick decides
        anew.
    UnsoundPlanError
        If the decision breaks anything; nothing is saved then.
    """
    with store.reading() as reading:
        situation = load_situation(reading, now, recent=[lately(now)] if left_for_s > 0.0 else ())
    decision = plan(
        situation, router, effort=effort, watch=watch, left_for_s=left_for_s, turns_around=turns_around
    )
    if _has_news(situation, decision):
        require_sound(situation, router, decision)
        with store.transaction() as tx:
            save_decision(tx, situation, decision, network_id=router.network.network_id)
    return situation, decision


def save_decision(tx: Transaction, situation: Situation, decision: Decision, *, network_id: str) -> None:
    """Save, announce and record a decision.

    Parameters
    ----------
    tx : Transaction
        Where to.
    situation : Situation
        What the decision rests on.
    decision : Decision
        Of the planner.
    network_id : str
        The roads that its times come from.

    Raises
    ------
    ConflictError
        If a job, a crew or the plan is not as it was in the situation.
    """
    _refuse_outdated(tx, situation, decision)
    instead = turned_for(situation, decision)
    for assignment_id in decision.release:
        _release(tx, situation, situation.assignments[assignment_id], decision, instead.get(assignment_id))
    made = {choice.job_id: _assign(tx, situation, choice) for choice in decision.assign}
    moved = [*_given(situation, made), *_taken_back(situation, decision.unassigned)]
    _save_reports(tx, situation, moved, _still_waiting(situation, decision.unassigned), made)
    ids = {job_id: assignment.id for job_id, assignment in made.items()}
    _save_stops(tx, situation, decision, ids, network_id)


def _has_news(situation: Situation, decision: Decision) -> bool:
    if decision.assign or decision.release or is_news(decision.stops({}), situation.plan.stops):
        return True
    return any(_is_new_reason(situation, *waiting) for waiting in decision.unassigned.items())


def _is_new_reason(situation: Situation, job_id: JobId, reason: Reason) -> bool:
    report_id = situation.jobs[job_id].report_id
    if report_id is None:
        return False
    report = situation.reports[report_id]
    return not (report.status.is_waiting and still_tells(report.unassigned_reason, reason))


def _refuse_outdated(reading: Reading, situation: Situation, decision: Decision) -> None:
    """Refuse a decision about jobs or crews that have changed. Reports tell by their version when saved."""
    if not decision.assign and not decision.release:
        return
    crew_ids = {choice.crew_id for choice in decision.assign}
    job_ids = {choice.job_id for choice in decision.assign}
    crews = {crew.id: crew for crew in reading.crews()}
    shifts = set(reading.shifts(TimeSpan(start=situation.now, end=situation.now + _MOMENT)))
    live = reading.live_assignments()
    changed = [
        *(f"job {each}" for each in sorted(job_ids) if reading.job(each) != situation.jobs[each]),
        *(f"crew {each}" for each in sorted(crew_ids) if crews.get(each) != situation.crews[each]),
        *(f"the shift of {each}" for each in sorted(crew_ids) if situation.shifts[each] not in shifts),
        *(
            f"what crew {each} has"
            for each in sorted(crew_ids)
            if _held_by(live, each) != _held_by(situation.assignments.values(), each)
        ),
        *(
            f"assignment {each}"
            for each in decision.release
            if reading.assignment(each) != situation.assignments[each]
        ),
    ]
    if changed:
        raise _outdated(changed)


def _outdated(changed: Iterable[str]) -> ConflictError:
    return ConflictError(f"while the planner was deciding, {', '.join(changed)} has changed; decide anew")


def _held_by(assignments: Iterable[Assignment], crew_id: CrewId) -> frozenset[Assignment]:
    return frozenset(assignment for assignment in assignments if assignment.crew_id == crew_id)


def _release(
    tx: Transaction,
    situation: Situation,
    assignment: Assignment,
    decision: Decision,
    instead: JobId | None,
) -> None:
    """End an assignment; its report is dealt with where it gets another crew, or the reason to wait."""
    if instead is not None and (report_id := situation.jobs[instead].report_id) is not None:
        why = because("gave_way", report_id=report_id)
    else:
        why = decision.unassigned.get(assignment.job_id) or because("better_placed")
    move_assignment(tx, assignment, AssignmentStatus.RELEASED, reason=why, now=situation.now, actor=ACTOR)


def _assign(tx: Transaction, situation: Situation, choice: Choice) -> Assignment:
    job, now = situation.jobs[choice.job_id], situation.now
    assignment = Assignment(
        id=AssignmentId(tx.next_id("assignment")),
        job_id=job.id,
        crew_id=choice.crew_id,
        vehicle_id=situation.vehicle_of(choice.crew_id),
        status=AssignmentStatus.PLANNED,
        since=now,
        created_at=now,
        actor=ACTOR,
        report_id=job.report_id,
        promised_at=choice.arrival,
    )
    begin_assignment(tx, assignment, job, now=now)
    return assignment


def _given(situation: Situation, made: Mapping[JobId, Assignment]) -> Iterator[Report]:
    """Yield the reports that have a crew now, as they are to be."""
    for assignment in made.values():
        if assignment.report_id is not None:
            yield report_moved(
                situation.reports[assignment.report_id], ReportStatus.ASSIGNED, now=situation.now
            )


def _taken_back(situation: Situation, unassigned: Mapping[JobId, Reason]) -> Iterator[Report]:
    """Yield the reports that had a crew and wait again, as they are to be."""
    for report, reason in _left(situation, unassigned):
        if not report.status.is_waiting:
            yield report_moved(report, ReportStatus.ACKNOWLEDGED, reason=reason, now=situation.now)


def _still_waiting(situation: Situation, unassigned: Mapping[JobId, Reason]) -> list[Report]:
    """Return the reports that wait for another reason than was told, with that.

    It is no change of the report itself: a citizen's list of changes leaves it out.
    """
    left = _left(situation, unassigned)
    return [replace(report, unassigned_reason=why) for report, why in left if report.status.is_waiting]


def _left(situation: Situation, unassigned: Mapping[JobId, Reason]) -> Iterator[tuple[Report, Reason]]:
    for job_id, reason in unassigned.items():
        if _is_new_reason(situation, job_id, reason):
            yield situation.reports[ReportId(str(situation.jobs[job_id].report_id))], reason


def _save_reports(
    tx: Transaction,
    situation: Situation,
    moved: Sequence[Report],
    noted: Sequence[Report],
    made: Mapping[JobId, Assignment],
) -> None:
    saved = [*tx.save_reports(moved), *tx.note_reports(noted)]
    if len(saved) < len(moved) + len(noted):
        changed = {report.id for report in (*moved, *noted)} - {report.id for report in saved}
        raise _outdated(f"report {each}" for each in sorted(changed))
    holder = {assignment.report_id: assignment for assignment in made.values()}
    for report in saved:
        tx.announce(report_changed(report, holder.get(report.id), at=situation.now))


def _save_stops(
    tx: Transaction,
    situation: Situation,
    decision: Decision,
    made: Mapping[JobId, AssignmentId],
    network_id: str,
) -> None:
    stops = decision.stops(made)
    if decision.assign or decision.release or is_news(stops, situation.plan.stops):
        version = situation.plan.version + 1
        following = Plan(
            version=version,
            as_of=situation.now,
            network_id=network_id,
            engine=decision.engine,
            stops=stops,
        )
        save_plan(tx, following, now=situation.now)
