"""Planned work of the coming days as it is to be expected."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from equipage.api.representations.city import PlannedWorkShown
from equipage.api.representations.explanation import HelpShown
from equipage.api.representations.lists import Shown
from equipage.dispatch.services.coming import ComingDays, Expected, Prospect


class ExpectedShown(Shown):
    """What is to be expected of one piece of planned work."""

    work: PlannedWorkShown
    prospect: Prospect = Field(
        description="`given` to a crew, `coming` as things stand, `no_place`, or `later`"
    )
    crew_id: str | None
    arrival: datetime | None = Field(description="when work would begin; null where nobody can tell")
    late_s: int
    would_help: HelpShown | None = Field(
        description="for the first that have no place: the least that has to change"
    )

    @classmethod
    def of(cls, expected: Expected) -> Self:
        """Show what is to be expected."""
        return cls(
            work=PlannedWorkShown.of(expected.work),
            prospect=expected.prospect,
            crew_id=expected.crew_id,
            arrival=expected.arrival,
            late_s=expected.late_s,
            would_help=None if expected.help is None else HelpShown.of(expected.help),
        )


class AheadShown(Shown):
    """The open planned work: the first first, then what has no place, then what begins after these days."""

    as_of: datetime
    until: datetime
    kept_free: float = Field(description="the share of crews' time that is kept for reports, 0 to 1")
    items: list[ExpectedShown]

    @classmethod
    def of(cls, coming: ComingDays) -> Self:
        """Show the coming days."""
        return cls(
            as_of=coming.as_of,
            until=coming.until,
            kept_free=round(coming.kept_free, 3),
            items=[ExpectedShown.of(each) for each in coming.works],
        )
