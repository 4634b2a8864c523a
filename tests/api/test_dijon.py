"""A server of Dijon on the real roads of its commune, which skip where the shared data is absent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from equipage.api.server import run
from tests.api.conftest import Live, demo_settings, ready, send_positions, serving, wait_until

START_S = 60
PLACE_DARCY = {"lat": 47.3237, "long": 5.0334}


ROADS = ("dijon_drive_overpass_2025-11-03.json", "dijon_drive_2025-11-03.osm.pbf")


@pytest.fixture(scope="module", params=ROADS)
def dijon(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """A server of each file of the same roads, every crew on shift at its depot."""
    folder = tmp_path_factory.mktemp("dijon")
    roads = shared_data / "dijon" / request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        with serving(demo_settings(folder, city="dijon", network=roads)) as live:
            wait_until(lambda: ready(live), START_S)
            with live.client() as client:
                send_positions(client)
            yield live


@pytest.fixture
def client(dijon: Live) -> Iterator[httpx.Client]:
    with dijon.client() as client:
        yield client


def items(client: httpx.Client, path: str) -> Any:
    return client.get(path).raise_for_status().json()["items"]


def test_crews_of_the_city_are_there(client: httpx.Client) -> None:
    """The map is the city's own, so its depots and crews are kept; some are on shift at any hour."""
    assert client.get("/api/v1/me").json()["city"]["name"] == "Dijon métropole"
    assert len(items(client, "/api/v1/depots")) == 8
    assert any(crew["status"] == "available" for crew in items(client, "/api/v1/crews"))


def test_times_are_told_in_paris(client: httpx.Client) -> None:
    """The clock names the city's zone, which is not that of the city that comes by default."""
    assert client.get("/api/v1/clock").json()["time_zone"] == "Europe/Paris"


def test_services_are_french(client: httpx.Client) -> None:
    """Citizens read French names and groups."""
    listed = client.get("/open311/v2/services.json").json()
    services = {service["service_code"]: service for service in listed}
    assert services["street-light"]["service_name"] == "Éclairage public en panne"
    assert services["illegal-dumping"]["group"] == "Propreté"


def test_a_report_in_dijon_gets_a_crew(client: httpx.Client) -> None:
    """Filed through Open311 with the commune's INSEE code on place Darcy, it is assigned to who can do it."""
    form = {"api_key": "demo", "jurisdiction_id": "21231", "service_code": "pothole", **PLACE_DARCY}
    filed = client.post("/open311/v2/requests.json", data={**form, "description": "Profond"})
    [taken] = filed.raise_for_status().json()

    def assigned() -> Any:
        return client.get(f"/api/v1/reports/{taken['service_request_id']}").json()["assignment"]

    crew = client.get(f"/api/v1/crews/{wait_until(assigned)['crew_id']}").json()
    assert "roads" in crew["skills"]
    listed = client.get("/open311/v2/requests.json", params={"jurisdiction_id": "21231"}).json()
    assert [each["service_request_id"] for each in listed] == [taken["service_request_id"]]
    eta = client.get(f"/api/v1/reports/{taken['service_request_id']}/eta").json()["eta"]
    assert timedelta() < datetime.fromisoformat(eta) - datetime.now(UTC) < timedelta(hours=1)


def test_without_roads_the_server_says_how_to_give_them(tmp_path: Path) -> None:
    """It ends with one sentence that names both ways."""
    said = run(demo_settings(tmp_path, city="dijon"))
    assert '--place "Dijon Métropole, France"' in said
    assert "--osm FILE" in said
