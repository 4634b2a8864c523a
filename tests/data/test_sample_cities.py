"""What every city that ships keeps: a whole catalogue, and at any hour crews for all of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from equipage.api.demo.reports import FLOOD_SERVICE
from equipage.data.city import City, known_cities, load_city
from equipage.dispatch.model import TimeSpan
from equipage.dispatch.roster import shifts_between
from equipage.dispatch.status import Mode

QUARTER = timedelta(minutes=15)


@pytest.fixture(scope="module", params=known_cities())
def city(request: pytest.FixtureRequest) -> City:
    """One city after the other."""
    return load_city(request.param)


def test_the_catalogue(city: City) -> None:
    """12 to 26 services of all priorities, urgent ones first to be answered, all assigned automatically."""
    assert 12 <= len(city.services) <= 26
    assert {service.priority for service in city.services} == {1, 2, 3, 4}
    promised = {p: [s.respond_s for s in city.services if s.priority == p] for p in (1, 2, 3, 4)}
    assert max(promised[1]) < min(promised[3])
    assert max(promised[2]) < min(promised[4])
    assert {service.mode for service in city.services} == {Mode.AUTOMATIC}
    assert all(service.description and service.group and service.keywords for service in city.services)


def test_police_work_is_not_public(city: City) -> None:
    """What patrols do stays out of open lists, everything else is public."""
    for service in city.services:
        assert service.public == ("patrol" not in service.skills), service.code


def test_some_services_ask_further_questions(city: City) -> None:
    """Open311 attributes are there in their order, lists with their values."""
    asking = [service for service in city.services if service.attributes]
    assert len(asking) >= 3
    for service in asking:
        assert [a.order for a in service.attributes] == list(range(1, len(service.attributes) + 1))
        for attribute in service.attributes:
            assert bool(attribute.values) == attribute.datatype.endswith("valuelist")


@pytest.mark.parametrize("week_of", ["2026-01-12", "2026-04-01", "2026-09-02"])
def test_at_any_quarter_hour_two_crews_can_do_each_service(city: City, week_of: str) -> None:
    """Every quarter of an hour, clock changes included, two crews with the skills are there, not on a break.

    The crew of the vehicle that nobody simulates does not count.
    """
    zone = ZoneInfo(city.time_zone)
    start = datetime.combine(datetime.fromisoformat(week_of).date(), time(), zone).astimezone(UTC)
    week = TimeSpan(start=start, end=start + timedelta(days=7))
    crews = {crew.id: crew for crew in city.crews if crew.vehicle_id not in city.device_ids}
    shifts = [shift for crew in crews.values() for shift in shifts_between(crew, week, zone)]
    for quarter in range(7 * 96):
        now = start + quarter * QUARTER
        at_work = [s for s in shifts if now in s.span and not any(now in pause for pause in s.breaks)]
        for service in city.services:
            able = [s for s in at_work if service.skills <= crews[s.crew_id].skills]
            assert len(able) >= 2, f"{service.code} at {now.astimezone(zone)}"
            # One of them has the time to drive there and finish.
            needed = timedelta(seconds=service.duration_s + 3600)
            assert any(s.span.end - now >= needed for s in able), f"{service.code} at {now.astimezone(zone)}"


def test_days_have_more_crews_than_nights(city: City) -> None:
    """The rhythm is that of a city: half as many crews again on shift at 10 as at 2 on a weekday."""
    zone = ZoneInfo(city.time_zone)

    def on_shift(hour: int) -> int:
        now = datetime(2026, 1, 14, hour, tzinfo=zone).astimezone(UTC)
        span = TimeSpan(start=now, end=now + QUARTER)
        return sum(bool(shifts_between(crew, span, zone)) for crew in city.crews)

    assert on_shift(10) > 1.5 * on_shift(2)


def test_each_crew_has_its_own_vehicle_at_its_depot(city: City) -> None:
    """Vehicles and crews go one to one, and a vehicle stands where its crew starts."""
    assert Counter(crew.vehicle_id for crew in city.crews) == Counter(vehicle.id for vehicle in city.vehicles)
    depot_of = {vehicle.id: vehicle.depot_id for vehicle in city.vehicles}
    assert all(depot_of[crew.vehicle_id] == crew.depot_id for crew in city.crews)


def test_a_phone_is_always_on_shift(city: City) -> None:
    """The vehicle `phone` is tracked as `demo-phone`; its crew is on shift at every moment of the week."""
    assert {str(v): str(d) for v, d in city.device_ids.items()} == {"phone": "demo-phone"}
    (crew,) = [crew for crew in city.crews if crew.vehicle_id == "phone"]
    zone = ZoneInfo(city.time_zone)
    start = datetime(2026, 9, 2, tzinfo=zone).astimezone(UTC)
    shifts = shifts_between(crew, TimeSpan(start=start, end=start + timedelta(days=7)), zone)
    for quarter in range(7 * 96):
        now = start + quarter * QUARTER
        assert any(now in s.span and not any(now in b for b in s.breaks) for s in shifts)


def test_depots_are_used_and_called_differently(city: City) -> None:
    """No depot without a crew, no two of one name."""
    assert {depot.id for depot in city.depots} == {crew.depot_id for crew in city.crews}
    assert len({depot.name for depot in city.depots}) == len(city.depots)


def test_the_demo_floods_in_every_city(city: City) -> None:
    """The demo's button has citizens report flooded streets: there is a service for them."""
    assert FLOOD_SERVICE in {service.code for service in city.services}
