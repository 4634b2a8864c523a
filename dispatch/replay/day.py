"""A day to be replayed: what is reported when, how long the work really takes, and who is there for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from equipage.dispatch.crews import current_shift
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import (
    HIGHEST_PRIORITY,
    LOWEST_PRIORITY,
    Crew,
    CrewId,
    Depot,
    DepotId,
    Report,
    ReportId,
    Service,
    ServiceCode,
    Shift,
    TimeSpan,
    Vehicle,
    VehicleId,
)
from equipage.dispatch.situation import SHIFTS_AHEAD
from equipage.dispatch.sla import due_at
from equipage.dispatch.status import ReportStatus, Source

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A report as it came in, and what nobody knew then: the seconds that the work would take.

    Parameters
    ----------
    priority : int
        1 (most urgent) to 4.
    work_s : int
        Seconds on site. Whoever decides knows the `duration_s` of the service and nothing else.
    """

    id: ReportId
    at: datetime
    service_code: ServiceCode
    lon: float
    lat: float
    priority: int
    work_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything that a replay needs, the same for every policy.

    Parameters
    ----------
    span : TimeSpan
        Within it calls come in; crews go on after it until nothing is left or no shift begins any more.
    shifts : tuple of Shift
        Of all crews, those after the span included.
    calls : tuple of Call
        In order of time.
    before : tuple of Call
        Of the days before, which tell what to expect: only who says where crews wait (`WithStandby`) looks at
        them.

    Raises
    ------
    InvalidInputError
        Naming every fault: calls of unknown services or outside of the span, crews that nobody knows.
    """

    span: TimeSpan
    services: Mapping[ServiceCode, Service]
    crews: Mapping[CrewId, Crew]
    vehicles: Mapping[VehicleId, Vehicle]
    depots: Mapping[DepotId, Depot]
    shifts: tuple[Shift, ...]
    calls: tuple[Call, ...]
    before: tuple[Call, ...] = ()

    def __post_init__(self) -> None:
        faults = [*_faults_of_calls(self), *_faults_of_days_before(self), *_faults_of_crews(self)]
        if faults:
            raise InvalidInputError(faults)

    def places(self) -> Floats:
        """Return all places of the day, (p, 2) lon, lat in degrees, each once."""
        depots = [(depot.lon, depot.lat) for depot in self.depots.values()]
        points = [*depots, *((call.lon, call.lat) for call in (*self.calls, *self.before))]
        return np.array(list(dict.fromkeys(points)), dtype=np.float64).reshape(-1, 2)

    def shifts_at(self, now: datetime) -> Mapping[CrewId, Shift]:
        """Return each crew's shift at a moment, or else its next one within a day."""
        found = {}
        for crew_id, own in self._shifts_by_crew().items():
            coming = (each for each in own if now < each.span.start <= now + SHIFTS_AHEAD)
            relevant = current_shift(own, crew_id, now) or next(coming, None)
            if relevant is not None:
                found[crew_id] = relevant
        return found

    def turns(self) -> list[datetime]:
        """Return when shifts and breaks begin and end, in order."""
        spans = [span for shift in self.shifts for span in (shift.span, *shift.breaks)]
        return sorted({moment for span in spans for moment in (span.start, span.end)})

    def _shifts_by_crew(self) -> Mapping[CrewId, list[Shift]]:
        by_crew: dict[CrewId, list[Shift]] = {}
        for shift in sorted(self.shifts, key=lambda each: each.span.start):
            by_crew.setdefault(shift.crew_id, []).append(shift)
        return by_crew


def report_of(call: Call, service: Service) -> Report:
    """Return the report that is made of a call when it comes in.

    Parameters
    ----------
    call : Call
        What was told.
    service : Service
        Its own.
    """
    return Report(
        id=call.id,
        service_code=call.service_code,
        status=ReportStatus.NEW,
        priority=call.priority,
        lon=call.lon,
        lat=call.lat,
        requested_at=call.at,
        updated_at=call.at,
        due_at=due_at(service, call.at),
        source=Source.PHONE,
        public=service.public,
    )


def _faults_of_calls(day: Day) -> Iterator[str]:
    seen: set[ReportId] = set()
    for call in day.calls:
        if call.id in seen:
            yield f"there are two calls {call.id}"
        seen.add(call.id)
        if call.service_code not in day.services:
            yield f"call {call.id} asks for {call.service_code!r}, which is no service"
        if not HIGHEST_PRIORITY <= call.priority <= LOWEST_PRIORITY:
            yield (
                f"the priority of call {call.id} must be {HIGHEST_PRIORITY} to {LOWEST_PRIORITY}, not"
                f" {call.priority}"
            )
        if call.work_s < 0:
            yield f"the work of call {call.id} must not take {call.work_s} seconds"
        if call.at not in day.span:
            yield f"call {call.id} came in at {call.at}, outside of {day.span.start} to {day.span.end}"
        if not (np.isfinite(call.lon) and np.isfinite(call.lat)):
            yield f"call {call.id} has no position"
    if any(later.at < sooner.at for sooner, later in zip(day.calls, day.calls[1:], strict=False)):
        yield "calls must be in order of time"


def _faults_of_days_before(day: Day) -> Iterator[str]:
    for code in sorted({call.service_code for call in day.before} - day.services.keys()):
        yield f"calls of the days before ask for {code!r}, which is no service"
    if any(call.at >= day.span.start for call in day.before):
        yield "calls of the days before must have come in before the day"


def _faults_of_crews(day: Day) -> Iterator[str]:
    for crew in day.crews.values():
        if crew.depot_id not in day.depots:
            yield f"crew {crew.id} starts at {crew.depot_id!r}, which is no depot"
        if crew.vehicle_id not in day.vehicles:
            yield f"crew {crew.id} drives {crew.vehicle_id!r}, which is no vehicle"
    for crew_id in sorted({shift.crew_id for shift in day.shifts} - day.crews.keys()):
        yield f"there are shifts of {crew_id!r}, who is no crew"
