"""Shifts of a day: who works when, and what is otherwise today."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from equipage.api.errors import CONFLICT
from equipage.api.given import Day, Given, Moment
from equipage.api.representations.lists import Page, Shown
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import CrewId, Shift, TimeSpan, VehicleId
from equipage.dispatch.services.shifts import ShiftWanted, change_shift

router = APIRouter(prefix="/api/v1/shifts", tags=["shifts"], dependencies=list(KEY_SCHEMES))


class SpanShown(Shown):
    """From when to when."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, span: TimeSpan) -> Self:
        """Show a span."""
        return cls(start=span.start, end=span.end)


class DayShiftShown(Shown):
    """A crew's hours on one day; `rostered` is what the roster says, which names the shift."""

    crew_id: str
    start: datetime
    end: datetime
    breaks: list[SpanShown]
    vehicle_id: str
    absent: bool
    note: str
    rostered: SpanShown

    @classmethod
    def of(cls, shift: Shift) -> Self:
        """Show a shift."""
        return cls(
            crew_id=shift.crew_id,
            start=shift.span.start,
            end=shift.span.end,
            breaks=[SpanShown.of(pause) for pause in shift.breaks],
            vehicle_id=shift.vehicle_id,
            absent=shift.absent,
            note=shift.note,
            rostered=SpanShown.of(shift.rostered or shift.span),
        )


class ChangedShiftShown(Shown):
    """A shift as it is now, and the reports that wait again because of that."""

    shift: DayShiftShown
    released: list[str]


class SpanGiven(Given):
    """From when to when."""

    start: Moment
    end: Moment


class ShiftGiven(SpanGiven):
    """A shift as it is to be today."""

    breaks: list[SpanGiven] = Field(default_factory=list, max_length=10)
    vehicle_id: str
    absent: bool = False
    note: str = Field("", max_length=500)


@router.get("", summary="The shifts of a day", dependencies=[Depends(May(Action.READ_FLEET))])
def list_shifts(
    here: Here,
    day: Annotated[Day | None, Query(description="in the city's time; today if left out")] = None,
) -> Page[DayShiftShown]:
    """List the shifts that begin or go on on a day, by start and crew."""
    zone = ZoneInfo(here.city.time_zone)
    first = day or here.now().astimezone(zone).date()
    begin = datetime.combine(first, time(), zone)
    with here.store.reading() as reading:
        shifts = reading.shifts(TimeSpan(start=begin, end=begin + timedelta(days=1)))
    return Page(items=[DayShiftShown.of(shift) for shift in shifts])


@router.put("/{crew_id}/{rostered_start}", summary="Change a shift for its day", responses=CONFLICT)
def put_shift(
    here: Here,
    caller: Annotated[Principal, Depends(May(Action.MANAGE_SHIFTS))],
    crew_id: str,
    rostered_start: Moment,
    given: ShiftGiven,
) -> ChangedShiftShown:
    """Set hours, breaks, vehicle, absence and note; planned jobs that no longer fit go back to the queue."""
    wanted = ShiftWanted(
        span=_span(given),
        breaks=tuple(_span(pause) for pause in given.breaks),
        vehicle_id=VehicleId(given.vehicle_id),
        absent=given.absent,
        note=given.note.strip(),
    )
    with here.store.transaction() as tx:
        changed = change_shift(tx, CrewId(crew_id), rostered_start, wanted, now=here.now(), actor=caller.name)
    return ChangedShiftShown(
        shift=DayShiftShown.of(changed.shift),
        released=[each.report_id for each in changed.released if each.report_id is not None],
    )


def _span(given: SpanGiven) -> TimeSpan:
    if given.end <= given.start:
        raise InvalidInputError([Fault("ends_before", start=given.start, end=given.end)])
    return TimeSpan(start=given.start, end=given.end)
