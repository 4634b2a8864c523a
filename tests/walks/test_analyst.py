"""An analyst's job: what a day was like, from the city's own database, by a role that may only read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

import equipage as eq
from tests.api.conftest import Live
from tests.api.test_http_trackers import HERE
from tests.browser.test_console import file_report

CREW = "phone"


@pytest.fixture
def reader(server: Live) -> Iterator[str]:
    """The URL of the server's database for a role that may read its tables and nothing else."""
    url = make_url(server.context.settings.resolved_database_url())
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as owner:
        owner.execute(text("CREATE ROLE analyst LOGIN"))
        owner.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO analyst"))
    yield url.set(username="analyst").render_as_string(hide_password=False)
    with engine.begin() as owner:
        owner.execute(text("DROP OWNED BY analyst"))
        owner.execute(text("DROP ROLE analyst"))


def test_analyst_reads_how_long_a_report_waited_and_where_its_crew_was(server: Live, reader: str) -> None:
    """A report that was answered is there with its minutes, its assignment and the crew's track."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    filed = _answered(server)
    world = eq.connect(reader, key="a study")
    reports = world.reports(since=begun, service="graffiti")
    assert reports.crs == "EPSG:4326"
    assert 0.0 <= reports.loc[filed, "response_min"] < 5.0
    made = world.assignments(since=begun)
    (mine,) = made.loc[made["report_id"] == filed].itertuples()
    assert mine.status == "done"
    track = world.tracks(mine.vehicle, since=begun, until=datetime.now(UTC) + timedelta(minutes=1))
    assert (track.geometry.x.iloc[-1], track.geometry.y.iloc[-1]) == (HERE["lon"], HERE["lat"])
    assert CREW not in set(made["crew"])


def _answered(server: Live) -> str:
    """File a report and have a crew answer it while its telephone tells where it is; return its number."""
    filed = file_report(server)
    with server.client() as client:
        body = {"report_id": filed["id"], "crew_id": CREW, "pin": True, "override": True}
        held = client.post("/api/v1/assignments", json=body).raise_for_status().json()["id"]
        fix = {"id": f"demo-{CREW}", **HERE, "timestamp": int(time.time())}
        assert httpx.post(server.url, data=fix).status_code == httpx.codes.OK
        for status in ("en_route", "on_site", "done"):
            client.post(f"/api/v1/assignments/{held}/status", json={"status": status}).raise_for_status()
    return str(filed["id"])
