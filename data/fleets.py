"""A city with another fleet: more or fewer crews, other depots, longer or shorter shifts."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from equipage.data.city import City
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.model import Crew, CrewId, Depot, DepotId, RosterEntry, Service, Vehicle, VehicleId
from equipage.routing.errors import OffNetworkError
from equipage.routing.router import Router

Start = str | tuple[float, float]
"""A depot of the city's by its id, or a place lon, lat in degrees."""

_log = logging.getLogger(__name__)
SHORTEST_SHIFT_H, LONGEST_SHIFT_H = 1.0, 24.0
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_ANY_DAY = datetime(2026, 1, 5)  # noqa: DTZ001 - rosters are local times


def with_fleet(
    city: City,
    router: Router,
    *,
    crews: int | None = None,
    depots: Sequence[Start] = (),
    shift_h: float | None = None,
) -> City:
    """Return the city with another fleet; what is left out stays as it is.

    Parameters
    ----------
    city
        With its own crews, whose skills and hours the fleet has in the same shares.
    router
        On its roads, where new depots must be.
    crews
        How many there are. Of fewer than the city has, those left out are spread over all of them, in their
        order; of more, some come twice or more often, with vehicles of their own.
    depots
        Ids of the city's, or places lon, lat in degrees, named after them. Crews are shared out among them in
        turn; one that is given twice gets two shares.
    shift_h
        How many hours each shift lasts from its usual start on. Breaks that end later are left out, and none
        are added.

    Raises
    ------
    InvalidInputError
        Naming everything that cannot be: no crews, more depots than crews, a depot that is unknown or off the
        roads, shifts that are too long or overlap.
    """
    count = len(city.crews) if crews is None else crews
    chosen = list(_chosen(city.crews, count))
    faults = [
        *_faults_of_crews(count, depots),
        *_faults_of_depots(city, router, depots),
        *_faults_of_shifts([crew for crew, _ in chosen], shift_h),
    ]
    if faults:
        raise InvalidInputError(faults)
    start_from = [_depot(city, given) for given in depots]
    vehicles = {vehicle.id: vehicle for vehicle in city.vehicles}
    fleet: list[tuple[Crew, Vehicle]] = []
    for number, (crew, copy) in enumerate(chosen):
        depot_id = start_from[number % len(start_from)].id if start_from else crew.depot_id
        fleet.append(_manned(crew, vehicles[crew.vehicle_id], copy, depot_id, shift_h))
    changed = replace(
        city,
        crews=tuple(crew for crew, _ in fleet),
        vehicles=tuple(vehicle for _, vehicle in fleet),
        depots=tuple(dict.fromkeys(start_from)) or city.depots,
    )
    _warn_of_lost_services(city, changed)
    return changed


def _chosen(crews: Sequence[Crew], count: int) -> Iterator[tuple[Crew, int]]:
    """Yield so many crews, spread evenly over all, each with how often it has come by then."""
    seen: Counter[CrewId] = Counter()
    for number in range(count):
        crew = crews[number * len(crews) // count]
        seen[crew.id] += 1
        yield crew, seen[crew.id]


def _faults_of_crews(count: int, depots: Sequence[Start]) -> Iterator[str]:
    if count < 1:
        yield f"there must be 1 crew or more, not {count}"
    elif count < len(set(depots)):
        yield f"{len(set(depots))} depots need as many crews or more, not {count}"


def _faults_of_depots(city: City, router: Router, depots: Sequence[Start]) -> Iterator[str]:
    known = [depot.id for depot in city.depots]
    unknown = [
        repr(given) for given in dict.fromkeys(depots) if isinstance(given, str) and given not in known
    ]
    if unknown:
        yield f"there is no depot {', '.join(unknown)}; there are {', '.join(known)}"
    places = [given for given in dict.fromkeys(depots) if not isinstance(given, str)]
    if places:
        try:
            router.snap(places)
        except OffNetworkError as error:
            yield f"no depot can be there: {error}"


def _depot(city: City, given: Start) -> Depot:
    """Return a depot of the city, or a new one that is called by its place."""
    if isinstance(given, str):
        return next(depot for depot in city.depots if depot.id == given)
    lon, lat = given
    place = f"{lon},{lat}"
    return Depot(id=DepotId(place), name=place, lon=lon, lat=lat)


def _faults_of_shifts(crews: Sequence[Crew], shift_h: float | None) -> Iterator[str]:
    if shift_h is None:
        return
    if not SHORTEST_SHIFT_H <= shift_h <= LONGEST_SHIFT_H:
        yield f"a shift lasts {SHORTEST_SHIFT_H:g} to {LONGEST_SHIFT_H:g} hours, not {shift_h:g}"
        return
    apart = {crew.id: _apart_h(crew) for crew in crews}
    overlapping = [crew_id for crew_id, hours in apart.items() if hours < shift_h]
    if overlapping:
        yield (
            f"shifts of {shift_h:g} hours overlap the next ones of {', '.join(overlapping)};"
            f" at most {min(apart.values()):g} fit"
        )


def _apart_h(crew: Crew) -> float:
    """Return the fewest hours from the start of a shift to that of the next, in any week."""
    starts = sorted(
        datetime.combine(_ANY_DAY + day * _DAY, entry.start) for entry in crew.roster for day in entry.days
    )
    following = [*starts[1:], *(start + _WEEK for start in starts[:1])]
    gaps = [(later - sooner) / timedelta(hours=1) for sooner, later in zip(starts, following, strict=True)]
    return min(gaps, default=LONGEST_SHIFT_H)


def _manned(
    crew: Crew, vehicle: Vehicle, copy: int, depot_id: DepotId, shift_h: float | None
) -> tuple[Crew, Vehicle]:
    """Return a crew and its vehicle as they are in the fleet; of one that comes again, the copy's number."""
    roster = crew.roster if shift_h is None else tuple(_lasting(entry, shift_h) for entry in crew.roster)
    crew = replace(crew, depot_id=depot_id, roster=roster)
    vehicle = replace(vehicle, depot_id=depot_id)
    if copy == 1:
        return crew, vehicle
    vehicle = replace(vehicle, id=VehicleId(f"{vehicle.id}#{copy}"), name=f"{vehicle.name} ({copy})")
    named = replace(crew, id=CrewId(f"{crew.id}#{copy}"), name=f"{crew.name} ({copy})")
    return replace(named, vehicle_id=vehicle.id), vehicle


def _lasting(entry: RosterEntry, hours: float) -> RosterEntry:
    """Return a shift that starts as ever and lasts so many hours, with the breaks that end within it."""
    length = timedelta(hours=hours)
    return replace(
        entry,
        end=(datetime.combine(_ANY_DAY, entry.start) + length).time(),
        breaks=tuple(each for each in entry.breaks if _since(entry.start, each[1]) <= length),
    )


def _since(start: time, moment: time) -> timedelta:
    """Return how long after a local time another one comes, more than nothing and at most a day."""
    passed = (datetime.combine(_ANY_DAY, moment) - datetime.combine(_ANY_DAY, start)) % _DAY
    return passed or _DAY


def _warn_of_lost_services(before: City, after: City) -> None:
    lost = [
        service.name
        for service in before.services
        if _can_do(before, service) and not _can_do(after, service)
    ]
    if lost:
        _log.warning("no crew of this fleet has the skills for %s: nobody will come", ", ".join(lost))


def _can_do(city: City, service: Service) -> bool:
    return any(service.skills <= crew.skills for crew in city.crews)
