"""Arrivals, suggestions, plans and histories as callers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Self

from equipage.api.representations.lists import Shown
from equipage.dispatch.model import Assignment, AuditEntry, Eta, Job, JobId, Report, Stop
from equipage.dispatch.planning.suggest import Suggestions, WhyNot
from equipage.dispatch.reasons import Fact, Reason
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import AssignmentStatus, EtaBasis


class EtaShown(Shown):
    """When a crew will be there, with its interval and what that rests on."""

    eta: datetime
    earliest: datetime
    latest: datetime
    basis: EtaBasis
    as_of: datetime
    crew_id: str

    @classmethod
    def of(cls, eta: Eta) -> Self:
        """Show an ETA."""
        return cls(**{name: getattr(eta, name) for name in cls.model_fields})


class WaitingShown(Shown):
    """A report without a crew: by when one is due, and why there is none yet."""

    due: datetime
    unassigned_reason: str | None
    unassigned_code: str | None
    unassigned_params: Mapping[str, Fact] | None

    @classmethod
    def of(cls, due: datetime, reason: Reason | None) -> Self:
        """Show what a report waits for."""
        return cls(
            due=due,
            unassigned_reason=reason.text if reason else None,
            unassigned_code=reason.code if reason else None,
            unassigned_params=reason.params if reason else None,
        )


class ReasonShown(Shown):
    """A code to test for, its facts, and an English sentence to read."""

    code: str
    params: Mapping[str, Fact]
    text: str

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """Show a reason."""
        return cls(code=reason.code, params=reason.params, text=reason.text)


class SuggestionShown(Shown):
    """A crew that may go."""

    rank: int
    crew_id: str
    eta: datetime
    earliest: datetime
    latest: datetime
    cost: float
    reasons: list[ReasonShown]


class WhyNotShown(Shown):
    """A crew that may not, and why."""

    crew_id: str
    reason: ReasonShown

    @classmethod
    def of(cls, why_not: WhyNot) -> Self:
        """Show what keeps a crew."""
        return cls(crew_id=why_not.crew_id, reason=ReasonShown.of(why_not.reason))


class SuggestionsShown(Shown):
    """Every crew, ranked or with what keeps it, as of a moment."""

    as_of: datetime
    suggestions: list[SuggestionShown]
    why_not: list[WhyNotShown]

    @classmethod
    def of(cls, suggestions: Suggestions) -> Self:
        """Show suggestions."""
        return cls(
            as_of=suggestions.as_of,
            suggestions=[
                SuggestionShown(
                    rank=each.rank,
                    crew_id=each.crew_id,
                    eta=each.eta,
                    earliest=each.earliest,
                    latest=each.latest,
                    cost=each.cost,
                    reasons=[ReasonShown.of(reason) for reason in each.reasons],
                )
                for each in suggestions.suggestions
            ],
            why_not=[WhyNotShown.of(each) for each in suggestions.why_not],
        )


class HistoryEntryShown(Shown):
    """Who did what, and when."""

    at: datetime
    actor: str
    action: str
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """Show an entry of the audit."""
        return cls(at=entry.at, actor=entry.actor, action=entry.action, details=dict(entry.details))


class StopShown(Shown):
    """A planned visit; `late_s` is by how much it is expected after it is due."""

    position: int
    job_id: str
    report_id: str | None
    assignment_id: str
    status: AssignmentStatus
    pinned: bool
    arrival: datetime
    departure: datetime
    due_at: datetime
    late_s: float

    @classmethod
    def of(cls, stop: Stop, job: Job, assignment: Assignment) -> Self:
        """Show a stop with its job and whose that is."""
        return cls(
            position=stop.position,
            job_id=stop.job_id,
            report_id=job.report_id,
            assignment_id=stop.assignment_id,
            status=assignment.status,
            pinned=assignment.pinned,
            arrival=stop.arrival,
            departure=stop.departure,
            due_at=job.due_at,
            late_s=max((stop.arrival - job.due_at).total_seconds(), 0.0),
        )


class TotalsShown(Shown):
    """What some stops come to; `late` of them are expected after they are due, by `late_s` together."""

    stops: int
    planned: int
    pinned: int
    work_s: float
    late: int
    late_s: float

    @classmethod
    def of(cls, stops: Sequence[StopShown]) -> Self:
        """Add some stops up."""
        return cls(
            stops=len(stops),
            planned=sum(stop.status is AssignmentStatus.PLANNED for stop in stops),
            pinned=sum(stop.pinned for stop in stops),
            work_s=sum((stop.departure - stop.arrival).total_seconds() for stop in stops),
            late=sum(stop.late_s > 0 for stop in stops),
            late_s=sum(stop.late_s for stop in stops),
        )


class RouteShown(Shown):
    """One crew's stops, in order, and when the last is expected to be done."""

    crew_id: str
    ends_at: datetime
    totals: TotalsShown
    stops: list[StopShown]


class UnassignedShown(Shown):
    """An open report without a crew, and why."""

    report_id: str
    code: str | None
    params: Mapping[str, Fact] | None
    reason: str | None


class PlanShown(Shown):
    """Everybody's routes and the reports that wait."""

    version: int
    as_of: datetime | None
    network_id: str
    engine: str
    totals: TotalsShown
    routes: list[RouteShown]
    unassigned: list[UnassignedShown]

    @classmethod
    def of(cls, situation: Situation, jobs: Mapping[JobId, Job], waiting: Sequence[Report]) -> Self:
        """Show the plan of a situation, as far as it is of some jobs, and the reports that wait."""
        plan = situation.plan
        stops = sorted(plan.stops, key=lambda stop: (stop.crew_id, stop.position))
        routes = {
            crew_id: [
                StopShown.of(stop, jobs[stop.job_id], situation.assignments[stop.assignment_id])
                for stop in crews_stops
                if stop.job_id in jobs and stop.assignment_id in situation.assignments
            ]
            for crew_id, crews_stops in groupby(stops, key=lambda stop: stop.crew_id)
        }
        return cls(
            version=plan.version,
            as_of=plan.as_of,
            network_id=plan.network_id,
            engine=plan.engine,
            totals=TotalsShown.of([stop for route in routes.values() for stop in route]),
            routes=[
                RouteShown(
                    crew_id=crew_id, ends_at=route[-1].departure, totals=TotalsShown.of(route), stops=route
                )
                for crew_id, route in routes.items()
                if route
            ],
            unassigned=[_unassigned(report) for report in waiting],
        )


def _unassigned(report: Report) -> UnassignedShown:
    reason = report.unassigned_reason
    return UnassignedShown(
        report_id=report.id,
        code=reason.code if reason else None,
        params=reason.params if reason else None,
        reason=reason.text if reason else None,
    )
