"""What would be if: changes as callers say them, and the difference of two plans as they see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from equipage.api.given import Given, OptionalMoment
from equipage.api.representations.advice import ReasonShown
from equipage.api.representations.lists import Shown
from equipage.dispatch.model import CrewId, DepotId, JobId, ReportId
from equipage.dispatch.services.undoing import LastStep
from equipage.dispatch.status import SlaState
from equipage.dispatch.what_if.changes import AddCrew, LeaveOut, Move, Pin, Unpin
from equipage.dispatch.what_if.difference import Expected, JobDifference, Totals
from equipage.dispatch.what_if.rerouting import RouteChange
from equipage.dispatch.what_if.trial import WhatIf


class MoveGiven(Given):
    """Give a report to a crew, and pin it there."""

    kind: Literal["move"]
    report_id: str
    crew_id: str
    position: int | None = Field(None, description="1 for its next stop; left out: where it fits")

    def change(self) -> Move:
        """Return it as dispatching knows it."""
        return Move(report_id=ReportId(self.report_id), crew_id=CrewId(self.crew_id), position=self.position)


class PinGiven(Given):
    """Leave a report where it is, let the planner have it again, or take it from everybody for a while."""

    kind: Literal["pin", "unpin", "leave_out"]
    report_id: str

    def change(self) -> Pin | Unpin | LeaveOut:
        """Return it as dispatching knows it."""
        report_id = ReportId(self.report_id)
        if self.kind == "leave_out":
            return LeaveOut(report_id=report_id)
        return Pin(report_id=report_id) if self.kind == "pin" else Unpin(report_id=report_id)


class AddCrewGiven(Given):
    """Call in a crew for some hours, at a depot, or at a place where it is."""

    kind: Literal["add_crew"]
    crew_id: str = Field(max_length=64)
    name: str
    skills: list[str] = Field(default_factory=list, max_length=100)
    depot_id: str
    hours: float = Field(allow_inf_nan=False)
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)

    def change(self) -> AddCrew:
        """Return it as dispatching knows it."""
        return AddCrew(
            crew_id=CrewId(self.crew_id),
            name=self.name,
            skills=frozenset(self.skills),
            depot_id=DepotId(self.depot_id),
            hours=self.hours,
            lon=self.lon,
            lat=self.lat,
        )


class CloseGiven(Given):
    """Close the roads that an area touches or a line crosses, or some ways."""

    kind: Literal["close"]
    name: str
    area: dict[str, Any] | None = Field(None, description="a GeoJSON Polygon, MultiPolygon or LineString")
    way_ids: list[int] = Field(default_factory=list, max_length=10_000)
    valid_until: OptionalMoment = None


ChangeGiven = Annotated[MoveGiven | PinGiven | AddCrewGiven | CloseGiven, Field(discriminator="kind")]


class AskedGiven(Given):
    """Changes that are tried out together."""

    changes: list[ChangeGiven] = Field(max_length=100)


class RouteChangeGiven(Given):
    """A crew's jobs, as `routes` of the answer has them."""

    crew_id: str
    before: list[str] = Field(max_length=1000)
    after: list[str] = Field(max_length=1000)


class CarryOutGiven(Given):
    """The changes, and of the answer just what was shown."""

    changes: list[ChangeGiven] = Field(default_factory=list, max_length=100)
    plan_version: int
    routes: list[RouteChangeGiven] = Field(max_length=1000)
    also_pinned: list[str] = Field(default_factory=list, max_length=1000)

    def route_changes(self) -> tuple[RouteChange, ...]:
        """Return the routes as dispatching knows them."""
        return tuple(
            RouteChange(
                crew_id=CrewId(each.crew_id),
                before=tuple(map(JobId, each.before)),
                after=tuple(map(JobId, each.after)),
            )
            for each in self.routes
        )


class ExpectedShown(Shown):
    """What a plan means for a report."""

    crew_id: str | None
    position: int | None
    arrival: datetime | None
    pinned: bool
    sla: SlaState
    late_s: float

    @classmethod
    def of(cls, expected: Expected) -> Self:
        """Show what is expected."""
        return cls(**{name: getattr(expected, name) for name in cls.model_fields})


class JobDifferenceShown(Shown):
    """What would be different for a report, or for planned work, which has no `report_id`."""

    job_id: str
    report_id: str | None
    before: ExpectedShown
    after: ExpectedShown
    later_s: float | None
    breaks_promise: bool
    by_hand: bool
    why: ReasonShown | None

    @classmethod
    def of(cls, each: JobDifference) -> Self:
        """Show a difference."""
        return cls(
            job_id=each.job_id,
            report_id=each.report_id,
            before=ExpectedShown.of(each.before),
            after=ExpectedShown.of(each.after),
            later_s=each.later_s,
            breaks_promise=each.breaks_promise,
            by_hand=each.by_hand,
            why=ReasonShown.of(each.why) if each.why else None,
        )


class TotalsShown(Shown):
    """A plan in figures."""

    driving_s: float
    waiting_s: float
    lateness_s: float
    late: int
    without_crew: int
    broken_promises: int

    @classmethod
    def of(cls, totals: Totals) -> Self:
        """Show totals."""
        return cls(**{name: getattr(totals, name) for name in cls.model_fields})


class RouteChangeShown(Shown):
    """A crew's jobs in order, before and after."""

    crew_id: str
    before: list[str]
    after: list[str]


class WhatIfShown(Shown):
    """The difference of the plan; `plan_version`, `routes` and `also_pinned` are what carrying out takes.

    `others` counts changes to what the caller's key is not for.
    """

    as_of: datetime
    plan_version: int
    jobs: list[JobDifferenceShown]
    others: int
    before: TotalsShown
    after: TotalsShown
    routes: list[RouteChangeShown]
    also_pinned: list[str]

    @classmethod
    def of(cls, answer: WhatIf, sees: Callable[[JobId], bool], *, as_of: datetime) -> Self:
        """Show an answer, as far as the caller may see its jobs."""
        seen = [each for each in answer.difference.jobs if sees(each.job_id)]
        return cls(
            as_of=as_of,
            plan_version=answer.plan_version,
            jobs=[JobDifferenceShown.of(each) for each in seen],
            others=len(answer.difference.jobs) - len(seen),
            before=TotalsShown.of(answer.difference.before),
            after=TotalsShown.of(answer.difference.after),
            routes=_routes(answer.routes),
            also_pinned=sorted(answer.also_pinned),
        )


class UndoGiven(Given):
    """Which change is meant: one that is about this report, or else whatever was last."""

    report_id: str | None = None


class UndoShown(Shown):
    """The caller's last change of the plan, and why it cannot be taken back, if it cannot."""

    action: str | None
    at: datetime | None
    report_ids: list[str]
    possible: bool
    reason: ReasonShown | None

    @classmethod
    def of(cls, last: LastStep) -> Self:
        """Show what was done last."""
        return cls(
            action=last.step.action,
            at=last.step.at,
            report_ids=list(last.report_ids),
            possible=last.obstacle is None,
            reason=ReasonShown.of(last.obstacle) if last.obstacle else None,
        )


def _routes(routes: Sequence[RouteChange]) -> list[RouteChangeShown]:
    return [
        RouteChangeShown(crew_id=each.crew_id, before=list(each.before), after=list(each.after))
        for each in routes
    ]
