"""A better plan as callers see it: what it saves, and for whom it would be different."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import AwareDatetime

from equipage.api.representations.lists import Shown
from equipage.api.representations.what_if import JobDifferenceShown, TotalsShown
from equipage.dispatch.model import Job, JobId
from equipage.dispatch.what_if.offer import Offer


class OfferShown(Shown):
    """A plan made from nothing that is better than the one in force."""

    as_of: datetime
    plan_version: int
    engine: str
    saves_s: float
    before: TotalsShown
    after: TotalsShown
    jobs: list[JobDifferenceShown]

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
            jobs=[JobDifferenceShown.of(each) for each in offer.difference.jobs if each.job_id in seen],
        )


class OfferAnswer(Shown):
    """The offer that stands, or null."""

    offer: OfferShown | None


class OfferAccepted(Shown):
    """Which offer is accepted: the one that was looked at."""

    as_of: AwareDatetime
