"""A city with another fleet: how many crews, from which depots, how long their shifts are."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.data.city import City, load_city
from equipage.data.fleets import with_fleet
from equipage.data.replay_days import city_mix, generated_day
from equipage.dispatch.errors import InvalidInputError
from equipage.routing.router import Router

CITY = load_city("la-serena-coquimbo")
NEW = (-71.255, -29.935)


@pytest.fixture(scope="module")
def router() -> Router:
    """The sample city's roads."""
    return Router(CITY.network)


def kinds(city: City) -> Counter[str]:
    """Return how many crews there are of each kind, by the beginning of their ids."""
    return Counter(crew.id.split("-")[0] for crew in city.crews)


def test_what_is_left_out_stays_as_it_is(router: Router) -> None:
    """All crews, each with its vehicle, depot and roster."""
    same = with_fleet(CITY, router)
    assert same.crews == CITY.crews
    assert same.depots == CITY.depots
    assert {crew.vehicle_id for crew in same.crews} <= {vehicle.id for vehicle in same.vehicles}


def test_a_third_of_the_crews_are_of_every_kind(router: Router) -> None:
    """11 of 33: of the 12 on duty 4, and of each other kind a third, too, to the next whole crew."""
    own, third = kinds(CITY), kinds(with_fleet(CITY, router, crews=11))
    assert third.total() == 11
    assert third["duty"] == 4
    assert all(abs(third[kind] - count / 3) < 1 for kind, count in own.items())


@given(crews=st.integers(1, 100))
def test_every_crew_has_a_vehicle_of_its_own(router: Router, crews: int) -> None:
    """However many there are, no two are the same, and each comes as often as any other, or once more."""
    fleet = with_fleet(CITY, router, crews=crews)
    assert len({crew.id for crew in fleet.crews}) == crews
    assert {crew.vehicle_id for crew in fleet.crews} == {vehicle.id for vehicle in fleet.vehicles}
    assert len(fleet.vehicles) == crews
    of_each = Counter(crew.id.split("#")[0] for crew in fleet.crews)
    assert max(of_each.values()) - min(of_each.get(crew.id, 0) for crew in CITY.crews) <= 1


def test_crews_are_shared_out_among_depots(router: Router) -> None:
    """33 crews: the depot that is given twice has two of three; the new one is a place."""
    fleet = with_fleet(CITY, router, depots=["la-serena", NEW, "la-serena"])
    assert Counter(crew.depot_id for crew in fleet.crews) == {"la-serena": 22, "-71.255,-29.935": 11}
    assert [(depot.id, depot.lon, depot.lat) for depot in fleet.depots][1] == ("-71.255,-29.935", *NEW)
    assert len(fleet.depots) == 2
    depots = {vehicle.id: vehicle.depot_id for vehicle in fleet.vehicles}
    assert all(depots[crew.vehicle_id] == crew.depot_id for crew in fleet.crews)


def test_shifts_last_as_long_as_they_are_told_to(router: Router) -> None:
    """From 01:00 with breaks at 05:30 and 10:30: of eight hours the first is left, of sixteen both are."""
    shorter, longer = (with_fleet(CITY, router, shift_h=hours).crews[0].roster[0] for hours in (8, 16))
    assert (shorter.start, shorter.end) == (time(1), time(9))
    assert shorter.breaks == ((time(5, 30), time(6, 15)),)
    assert (longer.start, longer.end, len(longer.breaks)) == (time(1), time(17), 2)


def test_breaks_after_midnight_count_from_the_start(router: Router) -> None:
    """From 17:00 with breaks at 21:30 and 02:30: of eight hours the first is left, of twelve both are."""
    late = next(n for n, crew in enumerate(CITY.crews) if crew.roster[0].start == time(17))
    of_8, of_12 = (with_fleet(CITY, router, shift_h=hours).crews[late].roster[0] for hours in (8, 12))
    assert (of_8.end, len(of_8.breaks)) == (time(1), 1)
    assert (of_12.end, len(of_12.breaks)) == (time(5), 2)


def test_a_fleet_takes_the_same_calls(router: Router) -> None:
    """The same seed: what differs between fleets is not due to chance."""
    mix, day = city_mix(CITY, router), date(2026, 11, 26)
    fleet = with_fleet(CITY, router, crews=5, depots=[NEW], shift_h=12)
    own, other = (generated_day(city, mix, day, calls=20, seed=1) for city in (CITY, fleet))
    assert own.calls == other.calls
    assert len(other.crews) == 5


def test_every_fault_is_named_at_once(router: Router) -> None:
    """Crews, depots and hours that cannot be; a place off the roads."""
    with pytest.raises(InvalidInputError) as told:
        with_fleet(CITY, router, crews=0, depots=["moon", "la-serena", "mars", (0.0, 0.0)], shift_h=30)
    crews, unknown, away, hours = told.value.faults
    assert crews == "there must be 1 crew or more, not 0"
    assert unknown.startswith("there is no depot 'moon', 'mars'; there are la-serena, las-companias")
    assert away.startswith("no depot can be there: ")
    assert hours == "a shift lasts 1 to 24 hours, not 30"
    with pytest.raises(InvalidInputError, match="2 depots need as many crews or more, not 1"):
        with_fleet(CITY, router, crews=1, depots=["la-serena", NEW])


def test_shifts_that_would_overlap_are_refused(router: Router) -> None:
    """Lighting crew 2 starts at 16:00 on Sundays and at 14:00 on Mondays, 22 hours later."""
    with pytest.raises(InvalidInputError, match=r"overlap the next ones of .*lighting-2.*; at most 22 fit"):
        with_fleet(CITY, router, shift_h=24)


def test_it_is_told_what_nobody_can_do_any_more(router: Router, caplog: pytest.LogCaptureFixture) -> None:
    """One crew on duty can do nearly everything, but is no patrol."""
    with caplog.at_level(logging.WARNING):
        with_fleet(CITY, router)
        assert not caplog.messages
        with_fleet(CITY, router, crews=1)
    (told,) = caplog.messages
    assert told.startswith("no crew of this fleet has the skills for ")
