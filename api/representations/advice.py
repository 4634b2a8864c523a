"""Arrivals, suggestions, plans and histories as callers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Self

from equipage.api.representations.lists import Shown
from equipage.dispatch.model import AuditEntry, Eta, Job, JobId, Plan, Report
from equipage.dispatch.reasons import Fact, Reason
from equipage.dispatch.status import EtaBasis
from equipage.dispatch.suggest import Suggestions


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
            why_not=[
                WhyNotShown(crew_id=each.crew_id, reason=ReasonShown.of(each.reason))
                for each in suggestions.why_not
            ],
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
    """A planned visit."""

    position: int
    job_id: str
    report_id: str | None
    assignment_id: str
    arrival: datetime
    departure: datetime


class RouteShown(Shown):
    """One crew's stops, in order."""

    crew_id: str
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
    routes: list[RouteShown]
    unassigned: list[UnassignedShown]

    @classmethod
    def of(cls, plan: Plan, jobs: Mapping[JobId, Job], waiting: Sequence[Report]) -> Self:
        """Show a plan with the reports of its jobs."""
        stops = sorted(plan.stops, key=lambda stop: (stop.crew_id, stop.position))
        routes = {
            crew_id: [
                StopShown(
                    position=stop.position,
                    job_id=stop.job_id,
                    report_id=jobs[stop.job_id].report_id if stop.job_id in jobs else None,
                    assignment_id=stop.assignment_id,
                    arrival=stop.arrival,
                    departure=stop.departure,
                )
                for stop in crews_stops
            ]
            for crew_id, crews_stops in groupby(stops, key=lambda stop: stop.crew_id)
        }
        return cls(
            version=plan.version,
            as_of=plan.as_of,
            network_id=plan.network_id,
            engine=plan.engine,
            routes=[RouteShown(crew_id=crew_id, stops=stops) for crew_id, stops in routes.items()],
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
