"""Days of a city to replay: made up from where its people live, or as they were recorded."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import shapely

from equipage.data.city import City
from equipage.data.errors import RecordedCallsError
from equipage.data.world import World
from equipage.dispatch.demand import demand_of
from equipage.dispatch.model import (
    HIGHEST_PRIORITY,
    LOWEST_PRIORITY,
    Report,
    ReportId,
    Service,
    ServiceCode,
    Shift,
    TimeSpan,
)
from equipage.dispatch.planning.standby import DAYS_BACK
from equipage.dispatch.replay.day import Call, Day, report_of
from equipage.dispatch.replay.generator import MUNICIPAL_HOURS, Mix, draw_calls, work_seconds
from equipage.dispatch.roster import shifts_between
from equipage.routing.router import Router

COLUMNS = ("lon", "lat", "time", "service", "priority", "work_min")
"""What a file of calls tells; the last two need not be there."""

_AFTER = timedelta(days=1)
"""How long crews still come after a day, so that what came in late is done, too."""

KNOWN_BEFORE = timedelta(days=DAYS_BACK + 1)
"""How long before a day what was reported tells what to expect on it."""

_EXPECTED = 1500
"""So many calls of the time before are enough to tell; the replay has a matrix of all places."""

_LIKELY = 60
"""So many are soon outweighed by what is really reported, and spread over a city until then."""

_MOST_FAULTS = 10
_NEEDED = COLUMNS[:4]
_NO_CREW = ("duplicate", "rejected")
"""States of reports that nobody has to go to."""

_GIVEN_LATER = timedelta(days=7)
"""How long after a time its reports are still looked for among what crews were given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A call as it was recorded, with the seconds that its work took where that is known."""

    id: str
    at: datetime
    service_code: str
    lon: float
    lat: float
    priority: int | None = None
    work_s: int | None = None


def city_mix(city: City, router: Router) -> Mix:
    """Return what a city's people might report: where they live, the more urgent the rarer, in usual hours.

    Parameters
    ----------
    city
        Its zones with their people; where nobody is known to live in them, or they are not where the roads
        are, all its streets.
    router
        On its roads.
    """
    is_known = any(zone.population != 0 for zone in city.zone_values)
    everywhere = gpd.GeoDataFrame(geometry=[shapely.box(*router.network.bounds)], crs=4326)
    demand = demand_of(router, city.zones if is_known else everywhere)
    if not (demand.weight * demand.has_road).any():
        demand = demand_of(router, everywhere)
    there = demand.weight * demand.has_road
    return Mix(
        hourly=np.array(MUNICIPAL_HOURS),
        # Once, 2, 3, 4 times as often from priority 1 to 4.
        services={service.code: float(service.priority) for service in city.services},
        lonlat=demand.lonlat[there > 0],
        weight=there[there > 0],
    )


def likely_reports(city: City, router: Router, now: datetime) -> Sequence[Report]:
    """Return reports as likely as any where the city's people live: some, the same whenever asked.

    Parameters
    ----------
    city
        Its zones with their people, and its services; nothing is likely where it has none.
    router
        On its roads.
    now
        When they come in, within a day.
    """
    services = _services(city)
    if not services:
        return ()
    day = TimeSpan(start=now, end=now + timedelta(days=1))
    calls = draw_calls(city_mix(city, router), services, day, count=_LIKELY, seed=_LIKELY)
    return [report_of(call, services[call.service_code]) for call in calls]


def generated_day(city: City, mix: Mix, day: date, *, calls: int, seed: int) -> Day:
    """Return a day that could be, with the city's own crews.

    Parameters
    ----------
    city
        Its services and crews.
    mix
        From `city_mix`.
    day
        On the city's calendar.
    calls
        How many come in.
    seed
        The same seed makes the same day.
    """
    span = day_span(city, day)
    services, eve = _services(city), TimeSpan(start=span.start - timedelta(days=1), end=span.start)
    before = draw_calls(mix, services, eve, count=_EXPECTED if calls else 0, seed=_EXPECTED + seed)
    return _day(city, span, draw_calls(mix, services, span, count=calls, seed=seed), before)


def recorded_day(city: City, recorded: Sequence[Recorded], day: date, *, seed: int) -> Day:
    """Return a day as it was, with the city's crews of today.

    Parameters
    ----------
    city
        Its services and crews.
    recorded
        What came in; what did in the days before tells what to expect, all other days are left out.
    day
        On the city's calendar.
    seed
        Draws how long work takes where nobody recorded it.

    Raises
    ------
    RecordedCallsError
        Where nothing came in that day, or services are none of the city's.
    """
    span, services = day_span(city, day), _services(city)
    calls = sorted((call for call in recorded if call.at in span), key=lambda call: (call.at, call.id))
    unknown = sorted({call.service_code for call in calls} - services.keys())
    if unknown:
        known = ", ".join(sorted(services))
        raise RecordedCallsError(
            f"{city.name} has no service {', '.join(map(repr, unknown))}; it has {known}"
        )
    if not calls:
        raise RecordedCallsError(f"nothing came in on {day}{_days_told(city, recorded)}")
    rng = np.random.default_rng(seed)
    drawn = work_seconds([services[ServiceCode(call.service_code)] for call in calls], rng)
    pairs = zip(calls, drawn, strict=True)
    return _day(
        city,
        span,
        tuple(_call(call, services[ServiceCode(call.service_code)], work_s) for call, work_s in pairs),
        tuple(_before(recorded, span.start, services)),
    )


def day_span(city: City, day: date) -> TimeSpan:
    """Return from when to when a day lasts in a city."""
    zone = ZoneInfo(city.time_zone)
    start, end = (datetime.combine(each, time_of_day(), zone) for each in (day, day + timedelta(days=1)))
    return TimeSpan(start=start, end=end)


def read_calls(file: Path, city: City) -> list[Recorded]:
    """Return the calls of a CSV file: lon, lat, time, service, and perhaps priority and work_min.

    Parameters
    ----------
    file
        In UTF-8, with a line of names. Times are ISO 8601; one without a zone is the city's.
    city
        Whose time it is.

    Raises
    ------
    RecordedCallsError
        Where a column is missing or lines make no sense; the message names everything that is wrong with
        each of the first ten of them.
    """
    zone = ZoneInfo(city.time_zone)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            found = ", ".join(reader.fieldnames or ()) or "none"
            remedy = "; separate them by commas, with points in numbers" if ";" in found else ""
            raise RecordedCallsError(
                f"{file} has no column {', '.join(missing)}; its columns are {found}{remedy}"
            )
        calls, faults = [], []
        for row in reader:
            try:
                calls.append(_recorded(row, f"line-{reader.line_num}", zone))
            except ValueError as fault:
                faults.append(f"line {reader.line_num}: {fault}")
    if faults:
        more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise RecordedCallsError(f"{file} is faulty: {'; '.join(faults[:_MOST_FAULTS])}{more}")
    return calls


def calls_of(world: World, span: TimeSpan) -> list[Recorded]:
    """Return the calls that a database has of some time, without duplicates and what was rejected.

    How long work took is known where crews finished it, all their visits together.

    Parameters
    ----------
    world
        From `equipage.connect`.
    span
        From when to when.
    """
    reports = world.reports(since=span.start, until=span.end)
    reports = reports[~reports["status"].isin(_NO_CREW)]
    times = reports["requested_at"].dt.to_pydatetime()
    worked_s = _worked_s(world, span)
    return [
        Recorded(
            id=str(number),
            at=at,
            service_code=code,
            lon=place.x,
            lat=place.y,
            priority=int(priority),
            work_s=worked_s.get(str(number)),
        )
        for number, at, code, place, priority in zip(
            reports.index, times, reports["service_code"], reports.geometry, reports["priority"], strict=True
        )
    ]


def _worked_s(world: World, span: TimeSpan) -> Mapping[str, int]:
    """Return by report the seconds that crews worked on it, of what they finished."""
    given = world.assignments(since=span.start, until=span.end + _GIVEN_LATER)
    done = given[given["status"] == "done"].dropna(subset=["report_id", "arrived_at", "ended_at"])
    worked = (done["ended_at"] - done["arrived_at"]).dt.total_seconds()
    totals = worked.groupby(done["report_id"]).sum()
    return {str(number): round(seconds) for number, seconds in totals.items()}


def _before(
    recorded: Sequence[Recorded], start: datetime, services: Mapping[ServiceCode, Service]
) -> Iterator[Call]:
    """Yield calls of the days before, of services that there still are, at most so many."""
    known = [
        call for call in recorded if start - KNOWN_BEFORE <= call.at < start and call.service_code in services
    ]
    for call in known[:: math.ceil(len(known) / _EXPECTED) or 1]:
        service = services[ServiceCode(call.service_code)]
        yield _call(call, service, service.duration_s)


def _day(city: City, span: TimeSpan, calls: tuple[Call, ...], before: tuple[Call, ...]) -> Day:
    return Day(
        span=span,
        services=_services(city),
        crews={crew.id: crew for crew in city.crews},
        vehicles={vehicle.id: vehicle for vehicle in city.vehicles},
        depots={depot.id: depot for depot in city.depots},
        shifts=tuple(_shifts(city, span)),
        calls=calls,
        before=before,
    )


def _shifts(city: City, span: TimeSpan) -> Iterator[Shift]:
    worked = TimeSpan(start=span.start, end=span.end + _AFTER)
    for crew in city.crews:
        yield from shifts_between(crew, worked, ZoneInfo(city.time_zone))


def _services(city: City) -> Mapping[ServiceCode, Service]:
    return {service.code: service for service in city.services}


def _call(call: Recorded, service: Service, drawn_s: int) -> Call:
    return Call(
        id=ReportId(call.id),
        at=call.at,
        service_code=service.code,
        lon=call.lon,
        lat=call.lat,
        priority=service.priority if call.priority is None else call.priority,
        work_s=drawn_s if call.work_s is None else call.work_s,
    )


def _recorded(row: Mapping[str, str | None], call_id: str, zone: ZoneInfo) -> Recorded:
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    faults = list(_faults(given))
    if faults:
        raise ValueError(", ".join(faults))
    at = datetime.fromisoformat(given["time"])
    return Recorded(
        id=call_id,
        at=at if at.tzinfo is not None else at.replace(tzinfo=zone),
        service_code=given["service"],
        lon=float(given["lon"]),
        lat=float(given["lat"]),
        priority=int(given["priority"]) if given["priority"] else None,
        work_s=round(60 * float(given["work_min"])) if given["work_min"] else None,
    )


def _faults(given: Mapping[str, str]) -> Iterator[str]:
    """Yield everything that is wrong with a line, each with what would be right."""
    for name, most in (("lon", 180.0), ("lat", 90.0)):
        if not -most <= _number(given[name]) <= most:
            yield f"{name} {given[name]!r} is no number of degrees from -{most:.0f} to {most:.0f}"
    try:
        datetime.fromisoformat(given["time"])
    except ValueError:
        yield f"time {given['time']!r} is not like 2026-11-02T08:30 or 2026-11-02T08:30-03:00"
    allowed = [str(rank) for rank in range(HIGHEST_PRIORITY, LOWEST_PRIORITY + 1)]
    if given["priority"] and given["priority"] not in allowed:
        yield f"priority {given['priority']!r} is none of {', '.join(allowed)}"
    if given["work_min"] and not 0.0 <= _number(given["work_min"]) < math.inf:
        yield f"work_min {given['work_min']!r} is no number of minutes, 0 or more"


def _number(text: str) -> float:
    """Return a number, nan for what is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _days_told(city: City, recorded: Sequence[Recorded]) -> str:
    zone = ZoneInfo(city.time_zone)
    days = sorted({call.at.astimezone(zone).date() for call in recorded})
    return f"; there are calls from {days[0]} to {days[-1]}" if days else ", nor on any other day"
