"""What a person changed in the plan, kept to be taken back, and what stands in the way of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from equipage.dispatch.eligibility import duty_obstacle
from equipage.dispatch.model import AuditEntry, ConditionId, CrewId, JobId
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.reasons import Reason, because
from equipage.dispatch.situation import Situation
from equipage.dispatch.what_if.rerouting import RouteChange, route_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class JobBefore:
    """Who had a job before it was changed.

    Parameters
    ----------
    crew_id : CrewId or None
        None where nobody had it.
    held_until : datetime or None
        Until when the planner left it alone.
    """

    crew_id: CrewId | None
    pinned: bool
    held_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of the plan by a person.

    Parameters
    ----------
    at : datetime
        When.
    action : str
        What was done.
    routes : tuple of RouteChange
        The routes that were changed.
    jobs : mapping of JobId to JobBefore
        What has another crew, or another place among what its crew kept, or is pinned where it was not, or
        the other way round.
    conditions : tuple of ConditionId
        The roads that were closed.
    crews : tuple of CrewId
        Who was called in.
    """

    at: datetime
    action: str
    routes: tuple[RouteChange, ...]
    jobs: Mapping[JobId, JobBefore]
    conditions: tuple[ConditionId, ...] = ()
    crews: tuple[CrewId, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to take back."""
        return not (self.routes or self.jobs or self.conditions or self.crews)


def step_between(before: Situation, after: Situation, *, action: str) -> Step:
    """Return what was changed.

    Parameters
    ----------
    before, after : Situation
        Of the same moment.
    action : str
        What was done.
    """
    held = {each.job_id: (each.crew_id, each.pinned) for each in before.assignments.values()}
    now_held = {each.job_id: (each.crew_id, each.pinned) for each in after.assignments.values()}
    routes = route_changes(before, after)
    moved = {job_id for each in routes for job_id in _moved(each)}
    changed = [
        job_id for job_id in before.jobs if job_id in moved or held.get(job_id) != now_held.get(job_id)
    ]
    return Step(
        at=after.now,
        action=action,
        routes=routes,
        jobs={job_id: _before(before, job_id) for job_id in changed},
    )


def step_told(step: Step) -> dict[str, Any]:
    """Return a step as the audit keeps it, ready for JSON."""
    return {
        "action": step.action,
        "routes": [[each.crew_id, list(each.before), list(each.after)] for each in step.routes],
        "jobs": {
            job_id: [each.crew_id, each.pinned, each.held_until and each.held_until.isoformat()]
            for job_id, each in step.jobs.items()
        },
        "conditions": list(step.conditions),
        "crews": list(step.crews),
    }


def step_stored(entry: AuditEntry) -> Step:
    """Return a step from what the audit kept of it."""
    details = entry.details
    return Step(
        at=entry.at,
        action=str(details["action"]),
        routes=tuple(
            RouteChange(crew_id=CrewId(crew_id), before=tuple(before), after=tuple(after))
            for crew_id, before, after in details["routes"]
        ),
        jobs={
            JobId(job_id): JobBefore(
                crew_id=crew_id, pinned=pinned, held_until=datetime.fromisoformat(held) if held else None
            )
            for job_id, (crew_id, pinned, held) in details["jobs"].items()
        },
        conditions=tuple(details["conditions"]),
        crews=tuple(details["crews"]),
    )


def in_the_way(
    situation: Situation, step: Step, entries: Mapping[JobId, Sequence[AuditEntry]]
) -> Reason | None:
    """Return why a step cannot be taken back, or None when it can.

    Parameters
    ----------
    situation : Situation
        The city as it is.
    step : Step
        What was done.
    entries : mapping of JobId to sequence of AuditEntry
        The history of each of its jobs.
    """
    return next(_obstacles(situation, step, entries), None)


def routes_back(situation: Situation, step: Step) -> Mapping[CrewId, Sequence[JobId]]:
    """Return the routes with a step taken back, of all crews that it concerns now.

    What has come to these crews since stays with them, behind what they had; who was called in loses all.

    Parameters
    ----------
    situation : Situation
        The city as it is.
    step : Step
        In whose way nothing stands.
    """
    wanted = {job_id: before.crew_id for job_id, before in step.jobs.items() if job_id in situation.jobs}
    holders = {job_id: situation.holder_of(job_id) for job_id in wanted}
    concerned = {each.crew_id for each in step.routes} | {c for c in wanted.values() if c is not None}
    concerned |= {holder.crew_id for holder in holders.values() if holder is not None}
    concerned -= set(step.crews)
    old = {each.crew_id: each.before for each in step.routes}
    back = {crew_id: _route_back(situation, crew_id, old.get(crew_id, ()), wanted) for crew_id in concerned}
    return {**back, **dict.fromkeys(step.crews, ())}


def _moved(route: RouteChange) -> Iterator[JobId]:
    """Yield what stands at another place among the jobs that a crew kept."""
    was = [job_id for job_id in route.before if job_id in route.after]
    now = [job_id for job_id in route.after if job_id in route.before]
    return (one for one, other in zip(was, now, strict=True) if one != other)


def _before(situation: Situation, job_id: JobId) -> JobBefore:
    holder, report_id = situation.holder_of(job_id), situation.jobs[job_id].report_id
    return JobBefore(
        crew_id=None if holder is None else holder.crew_id,
        pinned=holder is not None and holder.pinned,
        held_until=None if report_id is None else situation.reports[report_id].held_until,
    )


def _obstacles(
    situation: Situation, step: Step, entries: Mapping[JobId, Sequence[AuditEntry]]
) -> Iterator[Reason]:
    for crew_id in step.crews:
        running = situation.running_of(crew_id)
        if running is not None:
            yield because("undo_under_way", crew_id=crew_id)
    for job_id, before in step.jobs.items():
        holder = situation.holder_of(job_id)
        if job_id not in situation.jobs:
            yield because("undo_closed")
        if holder is not None and holder.status.is_running:
            yield because("undo_under_way", crew_id=holder.crew_id)
        since = [each for each in entries.get(job_id, ()) if each.at > step.at and _is_a_step(each)]
        if since:
            yield _touched(situation, job_id, since[-1].actor)
        if before.crew_id is not None and duty_obstacle(situation, before.crew_id) is not None:
            yield because("crew_gone", crew_id=before.crew_id)


def _touched(situation: Situation, job_id: JobId, by: str) -> Reason:
    report_id = situation.jobs[job_id].report_id if job_id in situation.jobs else None
    if report_id is None:
        return because("undo_touched", by=by)
    return because("undo_touched", by=by, report_id=report_id)


def _is_a_step(entry: AuditEntry) -> bool:
    """Tell whether a person moved work by it; notes, amendments and the planner's own steps are none."""
    return entry.actor != ACTOR and "assignment_id" in entry.details


def _route_back(
    situation: Situation, crew_id: CrewId, old: Sequence[JobId], wanted: Mapping[JobId, CrewId | None]
) -> Sequence[JobId]:
    live = situation.live_of(crew_id)
    running = [each.job_id for each in live if each.status.is_running]
    kept = [each.job_id for each in live if wanted.get(each.job_id, crew_id) == crew_id]
    back = [job_id for job_id, owner in wanted.items() if owner == crew_id and job_id not in kept]
    known = {*kept, *back} - set(running)
    ordered = [job_id for job_id in old if job_id in known]
    return [*running, *ordered, *(each for each in [*kept, *back] if each in known and each not in ordered)]
