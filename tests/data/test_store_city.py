"""What the city has comes back from the store as it was saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from shapely import MultiPolygon, Polygon, box

from equipage.data.errors import RefusedRowError
from equipage.data.store import SqlStore
from equipage.dispatch.model import (
    Crew,
    Depot,
    DepotId,
    RosterEntry,
    Service,
    ServiceAttribute,
    ServiceCode,
    Shift,
    TimeSpan,
    Vehicle,
    VehicleId,
    Zone,
    ZoneId,
)
from equipage.dispatch.status import Mode, Policy
from tests.data.examples import CREWS, DEPOT, MINUTE, NOW, VEHICLES, save_city

FULL_SERVICE = Service(
    code=ServiceCode("éclairage"),
    name="Éclairage public",
    description="Lampadaire éteint",
    group="Voirie",
    keywords=("lampe", "nuit"),
    priority=1,
    duration_s=0,
    skills=frozenset({"électricité", "nacelle"}),
    respond_s=60,
    policy=Policy.NEAREST,
    mode=Mode.SUGGEST,
    public=False,
    names={"en": "Street light"},
    descriptions={"en": "A lamp is out"},
    groups={"en": "Roads"},
    attributes=(
        ServiceAttribute(code="WHICH", description="Lequel ?"),
        ServiceAttribute(
            code="STATE",
            description="État",
            datatype="singlevaluelist",
            required=True,
            variable=False,
            order=2,
            datatype_description="Choisir",
            values=(("off", "Éteint"), ("blink", "Clignote")),
            descriptions={"en": "State"},
            datatype_descriptions={"en": "Choose"},
            value_names={"off": {"en": "Off"}},
        ),
    ),
)
RING = Polygon([(5.0, 47.3), (5.1, 47.3), (5.1, 47.4)], [[(5.05, 47.32), (5.08, 47.32), (5.08, 47.34)]])


@pytest.mark.parametrize(
    "service", [FULL_SERVICE, Service(code=ServiceCode("s"), name="S")], ids=["full", "plain"]
)
def test_a_service_comes_back_as_it_was_saved(store: SqlStore, service: Service) -> None:
    """A service with every field set, and one with none but the required, are the same values later."""
    with store.transaction() as tx:
        tx.save_service(service)
    with store.reading() as reading:
        assert reading.services() == {service.code: service}


@pytest.mark.parametrize("geometry", [RING, MultiPolygon([RING, box(6.0, 47.0, 6.1, 47.1)])])
def test_the_area_of_a_zone_keeps_every_bit(store: SqlStore, geometry: Polygon | MultiPolygon) -> None:
    """A zone with a hole, and one of two parts, come back with exactly the same coordinates."""
    zone = Zone(id=ZoneId("1"), name="Centre", commune="Dijon", geometry=geometry, population=12_345)
    with store.transaction() as tx:
        tx.save_zone(zone)
    with store.reading() as reading:
        (stored,) = reading.zones()
    assert stored == zone
    assert stored.geometry.wkb == geometry.wkb


def test_a_multipolygon_of_one_part_comes_back_as_that_part(store: SqlStore) -> None:
    """The column knows only multi-part areas, so one part reads as a Polygon, however it was given."""
    with store.transaction() as tx:
        tx.save_zone(Zone(id=ZoneId("1"), name="", commune="", geometry=MultiPolygon([RING])))
    with store.reading() as reading:
        assert reading.zones()[0].geometry == RING


def test_depots_vehicles_and_crews_come_back_as_they_were_saved(store: SqlStore) -> None:
    """Each is the same value in a later look, the optional fields set or not, and they are ordered by id."""
    depots = [
        Depot(id=DepotId("est"), name="Est", lon=-180.0, lat=90.0),
        Depot(id=DEPOT, name="", lon=0, lat=0),
    ]
    vehicles = [
        Vehicle(id=VEHICLES[0], name="Fourgon", profile="truck", depot_id=DEPOT),
        Vehicle(id=VEHICLES[1], name="Vélo"),
    ]
    roster = (
        RosterEntry(
            days=frozenset({0, 4}), start=time(8), end=time(16, 30), breaks=((time(12), time(12, 45)),)
        ),
        RosterEntry(days=frozenset({6}), start=time(22), end=time(6)),
    )
    crews = [
        Crew(
            id=CREWS[0],
            name="Équipe 1",
            skills=frozenset({"voirie", "nacelle"}),
            depot_id=DEPOT,
            vehicle_id=VEHICLES[0],
            roster=roster,
            paused_since=NOW,
        ),
        Crew(id=CREWS[1], name="", skills=frozenset(), depot_id=DEPOT, vehicle_id=VEHICLES[1]),
    ]
    with store.transaction() as tx:
        for depot in reversed(depots):
            tx.save_depot(depot)
        for vehicle in reversed(vehicles):
            tx.save_vehicle(vehicle)
        for crew in reversed(crews):
            tx.save_crew(crew)
    with store.reading() as reading:
        assert reading.depots() == depots
        assert reading.vehicles() == vehicles
        assert reading.crews() == crews


def test_saving_again_replaces(store: SqlStore) -> None:
    """Saving a thing of a known id leaves one thing, the new one, and what refers to it stays."""
    with store.transaction() as tx:
        save_city(tx)
        crew = tx.crews()[0]
        renamed = replace(crew, name="Équipe de nuit", paused_since=NOW)
        tx.save_crew(renamed)
        tx.save_depot(Depot(id=DEPOT, name="Ailleurs", lon=5.0, lat=47.0))
    with store.reading() as reading:
        assert reading.crews()[0] == renamed
        assert [depot.name for depot in reading.depots()] == ["Ailleurs"]


def test_shifts_are_those_that_overlap_by_start(store: SqlStore) -> None:
    """A shift that ends when the span starts, or starts when it ends, is not in it; the rest is, by start."""

    def shift(crew: int, start_min: int, end_min: int) -> Shift:
        span = TimeSpan(start=NOW + start_min * MINUTE, end=NOW + end_min * MINUTE)
        pause = TimeSpan(start=span.start + timedelta(seconds=1), end=span.end)
        return Shift(crew_id=CREWS[crew], vehicle_id=VEHICLES[crew], span=span, breaks=(pause,))

    before, early, late, around, after = (
        shift(0, -60, 0),
        shift(0, 30, 90),
        shift(1, 59, 100),
        shift(2, -10, 70),
        shift(1, 100, 160),
    )
    with store.transaction() as tx:
        save_city(tx)
        for one in (after, late, before, early, around):
            tx.save_shift(one)
    with store.reading() as reading:
        assert reading.shifts(TimeSpan(start=NOW, end=NOW + 60 * MINUTE)) == [around, early, late]


def test_a_shift_is_known_by_crew_and_start(store: SqlStore) -> None:
    """Saving a shift of the same crew and start replaces it."""
    span = TimeSpan(start=NOW, end=NOW + 60 * MINUTE)
    shift = Shift(crew_id=CREWS[0], vehicle_id=VEHICLES[0], span=span)
    absent = replace(shift, absent=True, span=replace(span, end=NOW + 30 * MINUTE))
    with store.transaction() as tx:
        save_city(tx)
        tx.save_shift(shift)
        tx.save_shift(absent)
        assert tx.shifts(span) == [absent]


@pytest.mark.parametrize(
    ("lon", "lat"), [(180.1, 0.0), (0.0, -90.1), (float("nan"), 0.0), (0.0, float("inf"))]
)
def test_a_place_off_the_earth_is_refused(store: SqlStore, lon: float, lat: float) -> None:
    """Neither dialect stores a place that is not on Earth."""
    with pytest.raises(RefusedRowError), store.transaction() as tx:
        tx.save_depot(Depot(id=DEPOT, name="", lon=lon, lat=lat))


def test_what_refers_to_nothing_is_refused(store: SqlStore) -> None:
    """A vehicle of an unknown depot is refused, with the database's words in the message."""
    with pytest.raises(RefusedRowError, match=r"(?i)foreign key"), store.transaction() as tx:
        tx.save_vehicle(Vehicle(id=VehicleId("v"), name="", depot_id=DepotId("nowhere")))
