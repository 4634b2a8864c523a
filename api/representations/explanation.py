"""Why a report is where it is in the plan, as callers see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Self

from pydantic import Field

from equipage.api.representations.advice import ReasonShown, WhyNotShown
from equipage.api.representations.lists import Shown
from equipage.dispatch.explanation.explained import Alternative, Explained, Help, Part, Share, Standing
from equipage.dispatch.reasons import Reason
from equipage.dispatch.services.explaining import EarlierCrew


def _shown(reasons: Iterable[Reason]) -> list[ReasonShown]:
    return [ReasonShown.of(reason) for reason in reasons]


class ShareShown(Shown):
    """A part of what it costs that the report is where it is."""

    part: Part
    cost: float = Field(description="Weighted seconds, as the planner counts them; below zero where it saves")
    reasons: list[ReasonShown]

    @classmethod
    def of(cls, share: Share) -> Self:
        """Show a part of the cost."""
        return cls(part=share.part, cost=share.cost, reasons=_shown(share.reasons))


class AlternativeShown(Shown):
    """Another crew that could have the report, and what that would mean."""

    crew_id: str
    begins_at: datetime
    more: float = Field(description="Weighted seconds that the plan would cost more than as it is")
    reasons: list[ReasonShown]

    @classmethod
    def of(cls, other: Alternative) -> Self:
        """Show another crew."""
        return cls(
            crew_id=other.crew_id,
            begins_at=other.begins_at,
            more=other.more,
            reasons=_shown(other.reasons),
        )


class HelpShown(Shown):
    """What would have to change, all of it together; then `crew_id` would begin at `begins_at`."""

    reasons: list[ReasonShown]
    crew_id: str | None = Field(description="null for a further crew")
    begins_at: datetime | None

    @classmethod
    def of(cls, help_: Help) -> Self:
        """Show what would help."""
        return cls(reasons=_shown(help_.reasons), crew_id=help_.crew_id, begins_at=help_.begins_at)


class EarlierCrewShown(Shown):
    """A crew that had the report before, and why it has it no longer."""

    crew_id: str
    until: datetime
    reason: ReasonShown

    @classmethod
    def of(cls, earlier: EarlierCrew) -> Self:
        """Show an earlier crew."""
        return cls(crew_id=earlier.crew_id, until=earlier.until, reason=ReasonShown.of(earlier.reason))


class ExplanationShown(Shown):
    """Why a report is with its crew or waits, what other crews would mean, and what would help.

    Every crew is the one that has the report, or in `others`, or in `why_not`.
    """

    as_of: datetime
    standing: Standing
    crew_id: str | None = Field(description="Who has it")
    begins_at: datetime | None = Field(description="When work is expected to begin, or has begun")
    late_s: int = Field(description="Seconds after it is due that work begins; 0 in time")
    reasons: list[ReasonShown] = Field(description="Why this crew, or why it waits")
    delays: list[ReasonShown] = Field(description="Why it is later than was told when its crew was chosen")
    shares: list[ShareShown] = Field(description="What it costs where it is, by what that is for")
    others: list[AlternativeShown] = Field(description="Crews that could have it instead, the best first")
    why_not: list[WhyNotShown] = Field(description="All further crews, each with the one thing that keeps it")
    would_help: list[HelpShown] = Field(description="Where it waits or is late: what would have to change")
    earlier: list[EarlierCrewShown] = Field(description="Crews that had it before, the latest first")

    @classmethod
    def of(cls, explained: Explained, earlier: Sequence[EarlierCrew]) -> Self:
        """Show an explanation with the crews that had the report before."""
        return cls(
            as_of=explained.as_of,
            standing=explained.standing,
            crew_id=explained.crew_id,
            begins_at=explained.begins_at,
            late_s=explained.late_s,
            reasons=_shown(explained.reasons),
            delays=_shown(explained.delays),
            shares=[ShareShown.of(share) for share in explained.shares],
            others=[AlternativeShown.of(other) for other in explained.others],
            why_not=[WhyNotShown.of(each) for each in explained.why_not],
            would_help=[HelpShown.of(each) for each in explained.would_help],
            earlier=[EarlierCrewShown.of(each) for each in earlier],
        )
