"""Small days to replay: a handful of calls on the plain of `worlds`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from equipage.dispatch.model import (
    Crew,
    CrewId,
    Depot,
    DepotId,
    ReportId,
    ServiceCode,
    Shift,
    TimeSpan,
    Vehicle,
)
from equipage.dispatch.replay.day import Call, Day
from equipage.dispatch.replay.simulation import Policy, Replayed, Served, replay
from equipage.dispatch.replay.travel import day_times
from tests.dispatch.worlds import Place, StraightRoads, a_crew, a_service, a_shift, at, lonlat

WORK_S = 1800
"""What is usual."""


def a_call(
    call_id: str,
    minute: float,
    place: Place,
    *,
    priority: int = 3,
    work_s: int = WORK_S,
    code: str = "pothole",
) -> Call:
    """Return a call so many minutes after the day's beginning."""
    lon, lat = lonlat(place)
    return Call(
        id=ReportId(call_id),
        at=at(minute),
        service_code=ServiceCode(code),
        lon=lon,
        lat=lat,
        priority=priority,
        work_s=work_s,
    )


def a_day(
    calls: Sequence[Call],
    crews: Sequence[Crew] = (a_crew(),),
    shifts: Sequence[Shift] | None = None,
    *,
    depots: Collection[tuple[str, Place]] = (("square", (0.0, 0.0)),),
    **changes: Any,
) -> Day:
    """Return a day of twelve hours, everybody on shift all the time."""
    places = {DepotId(name): lonlat(place) for name, place in depots}
    given: dict[str, Any] = {
        "span": TimeSpan(start=at(0), end=at(12 * 60)),
        "services": {ServiceCode("pothole"): a_service(duration_s=WORK_S)},
        "crews": {crew.id: crew for crew in crews},
        "vehicles": {c.vehicle_id: Vehicle(id=c.vehicle_id, name=c.vehicle_id) for c in crews},
        "depots": {key: Depot(id=key, name=key, lon=lon, lat=lat) for key, (lon, lat) in places.items()},
        "shifts": tuple(a_shift(crew.id, (0, 24)) for crew in crews) if shifts is None else tuple(shifts),
        "calls": tuple(calls),
    }
    return Day(**(given | changes))


def replayed(day: Day, policy: Policy, **options: Any) -> Replayed:
    """Return the day under a policy, on straight roads."""
    return replay(day, policy, day_times(StraightRoads(), day.places()), **options)


def by_call(result: Replayed) -> dict[str, Served]:
    """Return what became of each call."""
    return {str(served.call.id): served for served in result.served}


def crew_of(result: Replayed) -> dict[str, CrewId | None]:
    """Return who went where."""
    return {call: served.crew_id for call, served in by_call(result).items()}
