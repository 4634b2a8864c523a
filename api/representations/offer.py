"""A better plan as callers see it: what it saves, and for whom it would be different."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import AwareDatetime

from equipage.api.representations.lists import Shown
from equipage.dispatch.model import Job, JobId
from equipage.dispatch.offer import Offer
from equipage.dispatch.plan_difference import JobDifference, Totals


class TotalsShown(Shown):
    """A plan in figures: seconds, and counts of jobs."""

    driving_s: float
    waiting_s: float
    lateness_s: float
    late: int
    without_crew: int
    broken_promises: int

    @classmethod
    def of(cls, totals: Totals) -> Self:
        """Show a plan's figures."""
        return cls(**{name: getattr(totals, name) for name in cls.model_fields})


class OfferedJob(Shown):
    """A job that would have another crew or another arrival."""

    job_id: str
    report_id: str | None
    crew_before: str | None
    crew_after: str | None
    arrival_before: datetime | None
    arrival_after: datetime | None
    later_s: float | None
    breaks_promise: bool

    @classmethod
    def of(cls, each: JobDifference) -> Self:
        """Show a difference."""
        return cls(
            job_id=each.job_id,
            report_id=each.report_id,
            crew_before=each.before.crew_id,
            crew_after=each.after.crew_id,
            arrival_before=each.before.arrival,
            arrival_after=each.after.arrival,
            later_s=each.later_s,
            breaks_promise=each.breaks_promise,
        )


class OfferShown(Shown):
    """A plan made from nothing that is better than the one in force."""

    as_of: datetime
    plan_version: int
    engine: str
    saves_s: float
    before: TotalsShown
    after: TotalsShown
    jobs: list[OfferedJob]

    @classmethod
    def of(cls, offer: Offer, seen: Mapping[JobId, Job]) -> Self:
        """Show an offer, with those of its jobs that the caller sees."""
        return cls(
            as_of=offer.as_of,
            plan_version=offer.plan_version,
            engine=offer.engine,
            saves_s=offer.saves_s,
            before=TotalsShown.of(offer.difference.before),
            after=TotalsShown.of(offer.difference.after),
            jobs=[OfferedJob.of(each) for each in offer.difference.jobs if each.job_id in seen],
        )


class OfferAnswer(Shown):
    """The offer that stands, or null."""

    offer: OfferShown | None


class OfferAccepted(Shown):
    """Which offer is accepted: the one that was looked at."""

    as_of: AwareDatetime
