"""Days of a city to replay: made up, from a file, or from a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from equipage.data.city import City, load_city
from equipage.data.errors import RecordedCallsError
from equipage.data.replay_days import (
    calls_of,
    city_mix,
    day_span,
    generated_day,
    likely_reports,
    read_calls,
    recorded_day,
)
from equipage.data.store import open_store, upgrade
from equipage.data.world import connect
from equipage.dispatch.intake import NewReport
from equipage.dispatch.model import CrewId, ServiceCode
from equipage.dispatch.services.advancing import advance
from equipage.dispatch.services.assignments import assign
from equipage.dispatch.services.filing import file_report
from equipage.dispatch.services.fleet import install_city, roll_shifts
from equipage.dispatch.status import AssignmentStatus, Source
from equipage.routing.router import Router

DAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def city() -> City:
    """Return the sample city."""
    return load_city("la-serena-coquimbo")


def test_a_made_up_day_is_the_citys_own(city: City) -> None:
    """Calls are on its roads and of its services, on its calendar; the same seed makes the same day."""
    router = Router(city.network)
    mix = city_mix(city, router)
    day = generated_day(city, mix, DAY, calls=40, seed=1)
    assert day == generated_day(city, mix, DAY, calls=40, seed=1)
    assert day.calls != generated_day(city, mix, DAY, calls=40, seed=2).calls
    assert {call.at.astimezone(day.span.start.tzinfo).date() for call in day.calls} == {DAY}
    assert (router.snap([(call.lon, call.lat) for call in day.calls]).distance_m < 1.0).all()
    assert day.shifts_at(day.span.start).keys() == day.crews.keys()
    assert {call.at.astimezone(day.span.start.tzinfo).date() for call in day.before} == {DAY - timedelta(1)}
    assert {(call.lon, call.lat) for call in day.before} != {(call.lon, call.lat) for call in day.calls}


def test_what_is_likely_is_spread_over_the_city_and_always_the_same(city: City) -> None:
    """Reports of its services on its roads, in most of its zones; none where it has no services."""
    router, now = Router(city.network), datetime(2026, 11, 26, 12, tzinfo=UTC)
    likely = likely_reports(city, router, now)
    assert likely == likely_reports(city, router, now)
    assert {report.service_code for report in likely} <= {service.code for service in city.services}
    assert (router.snap([(each.lon, each.lat) for each in likely]).distance_m < 1.0).all()
    assert np.ptp([each.lat for each in likely]) > 0.1
    assert likely_reports(replace(city, services=()), router, now) == ()


@pytest.mark.parametrize("aside", [0.0, 10.0], ids=["nobody lives there", "zones are elsewhere"])
def test_where_nobody_is_known_to_live_all_streets_are_likely(city: City, aside: float) -> None:
    """Zones without people, or ten degrees away from the roads, tell nothing."""
    zones = tuple(
        replace(
            zone,
            population=zone.population if aside else 0,
            geometry=shapely.transform(zone.geometry, lambda points: points + aside),
        )
        for zone in city.zone_values
    )
    router = Router(city.network)
    likely = likely_reports(replace(city, zone_values=zones), router, datetime(2026, 11, 26, 12, tzinfo=UTC))
    assert (router.snap([(each.lon, each.lat) for each in likely]).distance_m < 1.0).all()
    assert len(likely) > 0


def test_recorded_calls_are_taken_as_they_were(city: City, tmp_path: Path) -> None:
    """A time without a zone is the city's; what is not told is the service's, or drawn."""
    file = tmp_path / "calls.csv"
    file.write_text(
        "lon,lat,time,service,priority,work_min,remark\n"
        "-71.25,-29.90,2026-11-26T14:30:00-03:00,pothole,1,12.5,\n"
        "-71.24,-29.91,2026-11-26T08:00,graffiti,,,near the school\n"
        "-71.24,-29.91,2026-11-25T08:00,graffiti,,,\n"
        "-71.24,-29.91,2026-11-27T08:00,graffiti,,,the day after\n"
        "-71.24,-29.91,2026-11-01T08:00,graffiti,,,weeks before\n"
        "-71.24,-29.91,2026-11-25T08:00,whale,,,of no service that there still is\n",
        encoding="utf-8",
    )
    day = recorded_day(city, read_calls(file, city), DAY, seed=1)
    first, second = day.calls
    assert (first.id, first.at.isoformat(), first.priority) == ("line-3", "2026-11-26T08:00:00-03:00", 4)
    assert (second.id, second.priority, second.work_s) == ("line-2", 1, 750)
    assert [(call.id, call.service_code) for call in day.before] == [("line-4", "graffiti")]
    assert first.work_s != recorded_day(city, read_calls(file, city), DAY, seed=2).calls[0].work_s


def test_a_faulty_file_is_refused_line_by_line(city: City, tmp_path: Path) -> None:
    """Every line that makes no sense is named, or the columns that are missing."""
    file = tmp_path / "calls.csv"
    file.write_text(
        "lon,lat,time,service\n-71,-29,yesterday,pothole\n-71,-290,2026-11-26T08:00,pothole\nx,1,2026-11-26,y\n",
        encoding="utf-8",
    )
    with pytest.raises(
        RecordedCallsError, match=r"line 2: .*yesterday.*; line 3: lat '-290' is no .*; line 4: lon 'x'"
    ):
        read_calls(file, city)
    file.write_text(
        "lon,lat,time,service,priority,work_min\n,nan,,pothole,9,-5\n-71,-29,2026-11-26,pothole,,nan\n",
        encoding="utf-8",
    )
    told = (
        r"lon ''.*degrees from -180 to 180, lat 'nan'.*, time '' is not like 2026-\S+ or \S+, "
        r"priority '9' is none of 1, 2, 3, 4, work_min '-5' is no number of minutes.*; line 3: work_min 'nan'"
    )
    with pytest.raises(RecordedCallsError, match=told):
        read_calls(file, city)
    file.write_text("lon;lat;time;service\n", encoding="utf-8")
    with pytest.raises(RecordedCallsError, match="separate them by commas, with points in numbers"):
        read_calls(file, city)
    file.write_text("lon,latitude,time\n", encoding="utf-8")
    with pytest.raises(
        RecordedCallsError, match="no column lat, service; its columns are lon, latitude, time"
    ):
        read_calls(file, city)


def test_a_day_without_calls_or_with_strange_services_is_told(city: City, tmp_path: Path) -> None:
    """Whoever names the wrong day hears which days there are; unknown services are named with the known."""
    file = tmp_path / "calls.csv"
    file.write_text("lon,lat,time,service\n-71.25,-29.90,2026-11-26T08:00,pot-hole\n", encoding="utf-8")
    calls = read_calls(file, city)
    with pytest.raises(
        RecordedCallsError, match="nothing came in on 2026-11-27; there are calls from 2026-11-26"
    ):
        recorded_day(city, calls, date(2026, 11, 27), seed=1)
    with pytest.raises(RecordedCallsError, match=r"has no service 'pot-hole'; it has .*pothole"):
        recorded_day(city, calls, DAY, seed=1)


def test_work_that_a_database_tells_of_takes_as_long_again(city: City, tmp_path: Path) -> None:
    """A crew was on site for 25 minutes: so long the work takes; where nobody was, it is open."""
    url, noon = f"sqlite:///{tmp_path / 'day.sqlite'}", datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    router = Router(city.network)
    upgrade(url)
    store = open_store(url)
    new = NewReport(service_code=ServiceCode("pothole"), lon=-71.2519, lat=-29.9027, source=Source.PHONE)
    with store.transaction() as tx:
        install_city(tx, city)
        roll_shifts(tx, time_zone=ZoneInfo(city.time_zone), now=noon, days=1)
        first, second = (file_report(tx, new, router=router, now=noon, actor="citizen") for _ in range(2))
        given = assign(tx, first.id, CrewId("duty-5"), pin=False, router=router, now=noon, actor="dispatcher")
        steps = {AssignmentStatus.EN_ROUTE: 0, AssignmentStatus.ON_SITE: 10, AssignmentStatus.DONE: 35}
        for status, minutes in steps.items():
            now = noon + timedelta(minutes=minutes)
            advance(tx, given.id, status, router=router, now=now, actor="duty-5")
    store.close()
    calls = calls_of(connect(url), day_span(city, DAY))
    assert {call.id: call.work_s for call in calls} == {first.id: 25 * 60, second.id: None}
