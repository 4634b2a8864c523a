"""The city is taken over again and again; shifts, pauses and absences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from shapely import box

from equipage.data.store import SqlStore
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import (
    Crew,
    CrewId,
    Depot,
    DepotId,
    RosterEntry,
    Service,
    Shift,
    TimeSpan,
    Vehicle,
    VehicleId,
    Zone,
    ZoneId,
)
from equipage.dispatch.services.fleet import (
    install_city,
    pause_crew,
    resume_crew,
    roll_shifts,
    set_absent,
)
from tests.dispatch.services.town import ACTOR, Town
from tests.dispatch.worlds import a_crew, a_service

PARIS = ZoneInfo("Europe/Paris")
DAILY = RosterEntry(days=frozenset(range(7)), start=time(8), end=time(16), breaks=((time(12), time(13)),))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A city's facts, of one of each kind."""

    services: tuple[Service, ...] = (a_service(),)
    zone_values: tuple[Zone, ...] = (
        Zone(id=ZoneId("z"), name="Centre", commune="Dijon", geometry=box(5, 47, 6, 48)),
    )
    depots: tuple[Depot, ...] = (Depot(id=DepotId("square"), name="Square", lon=5.04, lat=47.32),)
    vehicles: tuple[Vehicle, ...] = (Vehicle(id=VehicleId("van-A"), name="Van", depot_id=DepotId("square")),)
    crews: tuple[Crew, ...] = (a_crew("A", "roads", roster=(DAILY,)),)


def install(store: SqlStore, facts: Facts) -> None:
    """Take over a city's facts."""
    with store.transaction() as tx:
        install_city(tx, facts)


def roll(store: SqlStore, now: datetime) -> int:
    """Make shifts."""
    with store.transaction() as tx:
        return roll_shifts(tx, time_zone=PARIS, now=now)


def shifts(store: SqlStore, now: datetime) -> list[Shift]:
    """Return the shifts of some days around now."""
    span = TimeSpan(start=now - timedelta(days=5), end=now + timedelta(days=5))
    with store.reading() as reading:
        return list(reading.shifts(span))


def test_a_citys_facts_are_stored_as_they_are(store: SqlStore) -> None:
    """Services, zones, depots, vehicles and crews come back."""
    facts = Facts()
    install(store, facts)
    with store.reading() as reading:
        assert tuple(reading.services().values()) == facts.services
        assert tuple(reading.zones()) == facts.zone_values
        assert tuple(reading.depots()) == facts.depots
        assert tuple(reading.vehicles()) == facts.vehicles
        assert tuple(reading.crews()) == facts.crews


def test_taking_over_again_updates_names_and_keeps_what_happened(town: Town) -> None:
    """A new name, a report's history and a pause are all there afterwards."""
    with town.store.reading() as reading:
        crews, vehicles, zones = reading.crews(), reading.vehicles(), tuple(reading.zones())
    report = town.file()
    with town.store.transaction() as tx:
        paused = pause_crew(tx, CrewId("A"), now=town.now, actor=ACTOR)
    renamed = replace(crews[0], name="Équipe Alpha")
    facts = Facts(crews=(renamed, *crews[1:]), vehicles=tuple(vehicles), zone_values=zones)
    for _ in range(2):
        install(town.store, facts)
    with town.store.reading() as reading:
        crew = reading.crews()[0]
    assert crew == replace(renamed, paused_since=paused.paused_since)
    assert town.report(report) == report


def test_a_zone_that_the_city_no_longer_has_is_forgotten(town: Town) -> None:
    """Another map has other zones; a report in one that is gone keeps its commune."""
    report = town.file()
    assert report.zone_id is not None
    install(town.store, Facts())
    with town.store.reading() as reading:
        assert [zone.id for zone in reading.zones()] == ["z"]
        stored = reading.report(report.id)
    assert (stored.zone_id, stored.commune) == (None, report.commune)


def test_a_crew_that_the_city_no_longer_has_gets_no_more_shifts(store: SqlStore) -> None:
    """It stays for the sake of its history, without a roster."""
    now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    install(store, Facts())
    install(store, Facts(crews=()))
    with store.reading() as reading:
        assert [(crew.id, crew.roster) for crew in reading.crews()] == [("A", ())]
    assert roll(store, now) == 0


def test_shifts_are_made_from_yesterday_to_two_days_ahead(store: SqlStore) -> None:
    """At 10:00 local on the 10th those of the 9th to the 12th, 8 to 16 local, which is 7 to 15 UTC."""
    now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    install(store, Facts())
    assert roll(store, now) == 4
    made = shifts(store, now)
    assert [shift.span.start for shift in made] == [
        datetime(2026, 3, day, 7, tzinfo=UTC) for day in range(9, 13)
    ]
    assert made[1].span.end == datetime(2026, 3, 10, 15, tzinfo=UTC)
    assert made[1].breaks[0].start == datetime(2026, 3, 10, 11, tzinfo=UTC)
    assert made[1].vehicle_id == "van-A"


def test_rolling_again_adds_only_what_is_new(store: SqlStore) -> None:
    """The same moment adds nothing, the next day one; an absence stays one."""
    now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    install(store, Facts())
    roll(store, now)
    with store.transaction() as tx:
        absent = set_absent(tx, CrewId("A"), absent=True, now=now, actor=ACTOR)
    assert roll(store, now) == 0
    assert roll(store, now + timedelta(days=1)) == 1
    assert absent in shifts(store, now)
    assert sum(shift.absent for shift in shifts(store, now)) == 1


def test_the_clock_change_moves_shifts_in_utc(store: SqlStore) -> None:
    """On 29 March 2026 Paris goes from UTC+1 to UTC+2: 8 local is 7 UTC the day before, 6 UTC then."""
    now = datetime(2026, 3, 29, 9, 0, tzinfo=UTC)
    install(store, Facts())
    roll(store, now)
    starts = [shift.span.start.hour for shift in shifts(store, now)]
    assert starts == [7, 6, 6, 6]


def test_a_pause_begins_and_ends_once(town: Town) -> None:
    """Pausing again keeps since when; resuming again changes nothing; both are on record."""
    with town.store.transaction() as tx:
        first = pause_crew(tx, CrewId("A"), now=town.now, actor=ACTOR)
        again = pause_crew(tx, CrewId("A"), now=town.now + timedelta(minutes=5), actor=ACTOR)
        assert (first.paused_since, again.paused_since) == (town.now, town.now)
        for _ in range(2):
            assert resume_crew(tx, CrewId("A"), now=town.now, actor=ACTOR).paused_since is None
        assert [entry.action for entry in tx.audit("crew", "A")] == ["paused", "resumed"]


def test_an_absence_is_said_of_the_present_or_next_shift(town: Town) -> None:
    """Absent and present again, each on record; saying it twice changes nothing."""
    with town.store.transaction() as tx:
        absent = set_absent(tx, CrewId("A"), absent=True, now=town.now, actor=ACTOR)
        assert absent.absent
        assert absent.span.start < town.now < absent.span.end
        assert set_absent(tx, CrewId("A"), absent=True, now=town.now, actor=ACTOR) == absent
        assert not set_absent(tx, CrewId("A"), absent=False, now=town.now, actor=ACTOR).absent
        assert [entry.action for entry in tx.audit("crew", "A")] == ["absent", "present"]


def test_there_must_be_a_crew_and_a_shift(town: Town) -> None:
    """An unknown crew, or one without a shift within a day, is not found."""
    for crew_id, days in (("Z", 0), ("A", 2)):
        now = town.now + timedelta(days=days)
        with town.store.transaction() as tx, pytest.raises(NotFoundError):
            set_absent(tx, CrewId(crew_id), absent=True, now=now, actor=ACTOR)
    with town.store.transaction() as tx, pytest.raises(NotFoundError, match="'Z'"):
        pause_crew(tx, CrewId("Z"), now=town.now, actor=ACTOR)
