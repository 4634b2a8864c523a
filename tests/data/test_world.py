"""`eq.connect`: what happened as tables on both dialects, without names and read-only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DatabaseError

import equipage as eq
from equipage.data.database.tables.city import depots
from equipage.data.errors import DatabaseStateError, DatabaseUrlError, InvalidExcerptError
from equipage.data.store import SqlStore
from equipage.dispatch.model import Contact, Service, ServiceCode, Shift, TimeSpan
from equipage.dispatch.status import AssignmentStatus, ReportStatus
from tests.data.examples import (
    CREWS,
    LAT,
    LON,
    MINUTE,
    NOW,
    SERVICE,
    VEHICLES,
    new_assignment,
    new_fix,
    new_job,
    new_report,
    save_city,
)

DAY = timedelta(days=1)
MADAME = Contact(first_name="Ginette", last_name="Personne", email="g@personne.fr", phone="0380112233")


@pytest.fixture
def world(store: SqlStore, database_url: str) -> eq.World:
    """Three reports: one answered in 20 minutes, a private one, and one of another service and commune."""
    with store.transaction() as tx:
        save_city(tx)
        tx.save_service(Service(code=ServiceCode("tags"), name="Tags"))
        tx.add_report(new_report("1", contact=MADAME, description="Trou", commune="Dijon"))
        tx.add_report(new_report("2", public=False, description="Ginette a crié", requested_at=NOW + DAY))
        elsewhere = {"service_code": "tags", "commune": "Talant", "status": ReportStatus.NEW}
        tx.add_report(new_report("3", requested_at=NOW + 2 * DAY, **elsewhere))
        tx.save_job(new_job("J1", "1"))
        tx.save_job(new_job("J2", "2"))
        gone: dict[str, Any] = {"status": AssignmentStatus.RELEASED, "ended_at": NOW + 5 * MINUTE}
        tx.add_assignment(new_assignment("A1", "J1", report_id="1", crew=1, actor="planner", **gone))
        here: dict[str, Any] = {"status": AssignmentStatus.ON_SITE, "arrived_at": NOW + 20 * MINUTE}
        tx.add_assignment(new_assignment("A2", "J1", report_id="1", actor="Ginette", **here))
    return eq.connect(database_url)


def test_reports_are_points_with_times_in_utc(world: eq.World) -> None:
    """In EPSG:4326 by id, with the minutes until a crew was there."""
    reports = world.reports()
    assert reports.crs == "EPSG:4326"
    assert reports.index.tolist() == ["1", "2", "3"]
    assert (reports.geometry.x["1"], reports.geometry.y["1"]) == (LON, LAT)
    assert reports["requested_at"].dt.tz is UTC
    assert reports.loc["1", "requested_at"] == NOW
    assert reports.loc["1", "arrived_at"] == NOW + 20 * MINUTE
    assert reports.loc["1", "response_min"] == 20.0
    assert np.isnan(reports.loc["2", "response_min"])
    assert pd.isna(reports.loc["2", "arrived_at"])
    assert reports.loc["3", ["service", "status", "commune"]].tolist() == ["Tags", "new", "Talant"]


def test_nobodys_name_is_in_any_table(world: eq.World) -> None:
    """No citizen, actor, crew, vehicle or tracker is named, and private reports have no words."""
    tables = [
        world.reports(),
        world.assignments(),
        world.tracks(since=NOW - DAY, until=NOW + DAY),
        world.crews(),
        world.vehicles(),
        world.shifts(),
    ]
    everything = "\n".join(table.reset_index().to_csv() for table in tables)
    secret = ["Ginette", "Personne", "personne.fr", "0380112233", *CREWS, *VEHICLES, "phone-", "Fourgon"]
    assert [word for word in secret if word in everything] == []
    assert world.reports()["description"].tolist()[:2] == ["Trou", ""]


def test_words_of_private_reports_come_on_request_only(world: eq.World) -> None:
    """Whoever needs them says so."""
    assert world.reports(descriptions_of_all=True).loc["2", "description"] == "Ginette a crié"


def test_assignments_tell_who_decided_but_not_who(world: eq.World) -> None:
    """By the planner or by a person; both crews have pseudonyms, which lead to their depots."""
    table = world.assignments()
    assert table["by_planner"].to_dict() == {"A1": True, "A2": False}
    assert table.loc["A2", "arrived_at"] - table.loc["A2", "created_at"] < pd.Timedelta("1D")
    assert table["status"].tolist() == ["released", "on_site"]
    joined = table.join(world.crews()["depot_id"], on="crew")
    assert joined["depot_id"].tolist() == ["nord", "nord"]
    assert table["crew"].nunique() == 2


def test_excerpts_are_by_time_service_and_commune(world: eq.World) -> None:
    """From the first moment on and without the last, in any zone; one name or several."""
    paris = timezone(timedelta(hours=1))
    first, second = NOW.astimezone(paris), (NOW + DAY).isoformat()
    assert world.reports(since=first, until=second).index.tolist() == ["1"]
    assert world.reports(since=second).index.tolist() == ["2", "3"]
    assert world.reports(service="tags").index.tolist() == ["3"]
    assert world.reports(service={SERVICE, "tags"}, commune="Talant").index.tolist() == ["3"]
    assert world.assignments(service="tags").empty
    assert world.assignments(commune=["Dijon"], since=NOW - DAY).columns.tolist()


def test_an_empty_excerpt_has_the_same_columns(world: eq.World) -> None:
    """Nothing found is a table without rows, with its CRS and the types of its times."""
    full, none = world.reports(), world.reports(since="2090-01-01T00:00Z")
    assert none.empty
    assert none.crs == full.crs
    assert none.dtypes[["requested_at", "arrived_at", "response_min"]].tolist() == (
        full.dtypes[["requested_at", "arrived_at", "response_min"]].tolist()
    )


def test_tracks_are_by_pseudonym_without_speed(world: eq.World, store: SqlStore, database_url: str) -> None:
    """One vehicle's fixes in their order; the same key gives the same pseudonyms, no key gives others."""
    with store.transaction() as tx:
        for minute in (2, 1):
            tx.add_fixes([new_fix(minute)])
    table = world.tracks(since=NOW - DAY, until=NOW + DAY)
    assert table.columns.tolist() == ["vehicle", "fix_time", "accuracy_m", "geometry"]
    assert table["fix_time"].is_monotonic_increasing
    assert len(world.tracks(table["vehicle"][0], since=NOW - DAY, until=NOW + DAY)) == len(table) == 2
    one, same = (eq.connect(database_url, key="k").vehicles() for _ in range(2))
    assert one.index.tolist() == same.index.tolist()
    assert not set(one.index) & set(world.vehicles().index)


def test_shifts_are_those_that_were_worked(world: eq.World, store: SqlStore) -> None:
    """An absence is the crew's own affair."""
    span = TimeSpan(start=NOW, end=NOW + 8 * 60 * MINUTE)
    with store.transaction() as tx:
        tx.save_shift(Shift(crew_id=CREWS[0], vehicle_id=VEHICLES[0], span=span))
        tx.save_shift(Shift(crew_id=CREWS[1], vehicle_id=VEHICLES[1], span=span, absent=True))
    shifts = world.shifts(since=NOW, until=NOW + MINUTE)
    assert shifts["crew"].tolist() == [
        world.crews().index[world.crews()["vehicle"] == shifts["vehicle"][0]][0]
    ]
    assert shifts["ends_at"].tolist() == [NOW + 8 * 60 * MINUTE]


def test_the_city_is_there_too(world: eq.World) -> None:
    """Zones as areas, depots as points, services with their promises."""
    assert world.zones().loc["centre", "name"] == "Centre"
    assert world.zones().total_bounds.tolist() == [5.0, 47.3, 5.1, 47.4]
    assert world.depots().geometry.x["nord"] == LON
    assert world.services().loc[SERVICE, "respond_s"] == 4 * 3600
    assert len(world.crews()) == len(world.vehicles()) == 3


def test_nothing_can_be_written_through_it(world: eq.World) -> None:
    """The database itself refuses, whatever is sent over the connection."""
    with world._engine.connect() as connection, pytest.raises(DatabaseError, match=r"(?i)read-?only"):
        connection.execute(insert(depots).values(id="x", name="x", lon=0, lat=0))
    assert world.depots().index.tolist() == ["nord"]


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (datetime(2026, 1, 1), None, "since has no time zone"),  # noqa: DTZ001 - the fault
        ("2026-01-01T00:00Z", "2026-01-01T00:00Z", "until must be after since"),
        ("yesterday morning", None, "ISO 8601"),
    ],
)
def test_impossible_excerpts_are_refused(world: eq.World, since: object, until: object, said: str) -> None:
    """A time without a zone could be any of a day's; the message says how to give one."""
    with pytest.raises(InvalidExcerptError, match=said):
        world.reports(since=since, until=until)  # type: ignore[arg-type]


def test_an_unknown_pseudonym_is_refused(world: eq.World) -> None:
    """A vehicle's own id is none."""
    with pytest.raises(InvalidExcerptError, match=f"pseudonym {VEHICLES[0]}; see vehicles"):
        world.tracks(VEHICLES[0], since=NOW, until=NOW + DAY)


def test_wrong_databases_are_told_apart(tmp_path: Path) -> None:
    """No URL at all, no file yet, and a file of something else: each with what to do, and left as it was."""
    with pytest.raises(DatabaseUrlError, match="sqlite:///FILE or postgresql"):
        eq.connect("mysql://somewhere/else")
    absent = tmp_path / "none.sqlite"
    with pytest.raises(DatabaseStateError, match="equipage db upgrade"):
        eq.connect(f"sqlite:///{absent}")
    assert not absent.exists()
    other = tmp_path / "un été.sqlite"
    import sqlite3

    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE films (title TEXT)")
    connection.close()
    content = other.read_bytes()
    with pytest.raises(DatabaseStateError, match="another program"):
        eq.connect(f"sqlite:///{other}")
    assert other.read_bytes() == content
