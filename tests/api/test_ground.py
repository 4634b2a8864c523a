"""The city that settings name, on the roads, zones and people that they give it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from equipage.api.demo.reports import edge_shares
from equipage.api.ground import at_home, city_of
from equipage.api.server import run
from equipage.api.settings import Settings
from equipage.data.city import SAMPLES
from tests.api.conftest import START_TIMEOUT_S, demo_settings, ready, serving, wait_until
from tests.data.overpass_server import THREE_COMMUNES, OverpassServer, read_elements, running_server


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("osmnx._nominatim.time.sleep", lambda _seconds: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A city on the roads of the three communes, with a depot in each; no roads or zones of its own."""
    folder = shutil.copytree(SAMPLES / "dijon", tmp_path / "city")
    facts = json.loads((folder / "city.json").read_text(encoding="utf-8"))
    facts["jurisdictions"] = [
        {"id": "99001", "name": "Grandval", "commune": "Grandval"},
        {"id": "99002", "name": "Petit-Clos", "commune": "Petit-Clos"},
    ]
    del facts["merged_communes"]
    (folder / "city.json").write_text(json.dumps(facts), encoding="utf-8")
    depots = json.loads((folder / "depots.json").read_text(encoding="utf-8"))
    for depot in depots["depots"]:
        depot |= {"lon": 5.03, "lat": 47.305}
    (folder / "depots.json").write_text(json.dumps(depots), encoding="utf-8")
    return folder


@pytest.fixture
def server() -> Iterator[OverpassServer]:
    with running_server() as running:
        running.elements = read_elements(THREE_COMMUNES)
        yield running


def placed(folder: Path, server: OverpassServer, **more: Any) -> Settings:
    """Return the settings of a server of the city on roads that are fetched by name."""
    urls = {"overpass_url": server.overpass_url, "nominatim_url": server.url}
    return demo_settings(folder, city=str(folder), place="Three Communes", **urls, **more)


def test_a_server_fetches_its_place_once(folder: Path, server: OverpassServer) -> None:
    """The first start asks for roads and communes; the second, with the servers failing, asks nobody."""
    for start in (1, 2):
        with serving(placed(folder, server)) as live:
            wait_until(partial(ready, live), START_TIMEOUT_S)
            with live.client() as client:
                zones = client.get("/api/v1/zones").json()["items"]
                crews = client.get("/api/v1/crews").json()["items"]
        assert [zone["id"] for zone in zones] == ["99001", "99002"], start
        assert len(crews) == 48
        assert (len(server.queries), len(server.searches)) == (1, 1)
        server.misbehaviour, server.nominatim_status = ["500"], 500


def test_a_report_lies_in_its_commune(folder: Path, server: OverpassServer) -> None:
    """An enclave's report is of the enclave; its jurisdiction refuses what is in the commune around it."""
    with serving(placed(folder, server)) as live, live.client() as client:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        form = {"api_key": "demo", "service_code": "pothole", "jurisdiction_id": "99002"}

        def file(lon: float, lat: float) -> httpx.Response:
            return client.post("/open311/v2/requests.json", data={**form, "long": lon, "lat": lat})

        [taken] = file(5.022, 47.315).raise_for_status().json()
        report = client.get(f"/api/v1/reports/{taken['service_request_id']}").json()
        assert report["commune"] == "Petit-Clos"
        assert "is in Grandval" in file(5.01, 47.305).json()[0]["description"]


def test_where_a_boundary_is_broken_reports_are_still_taken(folder: Path, server: OverpassServer) -> None:
    """The commune's own reports are taken where no commune is known, and are of it; not elsewhere."""
    facts = json.loads((folder / "city.json").read_text(encoding="utf-8"))
    facts["jurisdictions"].append({"id": "99003", "name": "Deux-Rives", "commune": "Deux-Rives"})
    (folder / "city.json").write_text(json.dumps(facts), encoding="utf-8")
    del server.elements["way", 505]
    with serving(placed(folder, server)) as live, live.client() as client:
        wait_until(lambda: ready(live), START_TIMEOUT_S)
        assert [zone["commune"] for zone in client.get("/api/v1/zones").json()["items"]] == [
            "Grandval",
            "Petit-Clos",
            "",
        ]
        form = {"api_key": "demo", "service_code": "pothole", "jurisdiction_id": "99003", "lat": 47.32}
        client.post("/open311/v2/requests.json", data={**form, "long": 5.05}).raise_for_status()
        [listed] = client.get("/open311/v2/requests.json", params={"jurisdiction_id": "99003"}).json()
        assert listed["long"] == 5.05
        refused = client.post("/open311/v2/requests.json", data={**form, "long": 5.03})
        assert "is in Grandval" in refused.json()[0]["description"]


def test_offline_at_the_first_start_the_remedy_is_told(folder: Path, server: OverpassServer) -> None:
    """Nothing was kept yet: the server ends with a sentence that names --osm."""
    server.nominatim_status = 503
    said = run(placed(folder, server))
    assert "503" in said
    assert "--osm" in said


def test_roads_of_another_place_keep_services_and_have_their_communes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """On a foreign map a city has no crews, but the map's communes as zones and jurisdictions."""
    city = city_of(Settings(city="la-serena-coquimbo", network=THREE_COMMUNES))
    with caplog.at_level(logging.WARNING):
        here = at_home(city, city.load_network())
    assert (here.key, here.crews, len(here.services)) == ("map", (), len(city.services))
    assert here.contact == here.key_service == ""
    assert [zone.commune for zone in here.zone_values] == ["Grandval", "Petit-Clos", "Deux-Rives"]
    assert [each.id for each in here.jurisdictions] == ["map", "99001", "99002", "99003"]
    assert "the roads are not those of La Serena–Coquimbo" in caplog.text


def test_a_city_takes_the_profile_of_the_settings() -> None:
    """On its own roads and on given ones; where none is set, its own profile holds."""
    profiles = [
        city_of(Settings(**given)).profile
        for given in ({}, {"profile": "truck"}, {"profile": "emergency", "network": THREE_COMMUNES})
    ]
    assert profiles == ["van", "truck", "emergency"]


def test_demo_reports_fall_on_all_roads_where_no_people_are_known(folder: Path) -> None:
    """By length, and only where every road leads; with people they are where those live."""
    city = city_of(Settings(city=str(folder), network=THREE_COMMUNES))
    network = city.network
    shares = edge_shares(city, network)
    core = network.edge_in_core
    assert shares[core] == pytest.approx(network.edge_length_m[core] / network.edge_length_m[core].sum())
    assert not shares[~core].any()
    people = folder / "people.csv"
    people.write_text("insee,population\n99002,10\n", encoding="utf-8")
    given: dict[str, Any] = {"city": str(folder), "network": THREE_COMMUNES, "population": people}
    crowded = edge_shares(city_of(Settings(**given)), network)
    names = np.array(network.names)[network.edge_name]
    assert set(names[crowded > 0]) == {"Rue du Clos"}


def test_a_database_is_one_citys(folder: Path, server: OverpassServer, tmp_path: Path) -> None:
    """Another city is refused with the remedy; the one that it is of goes on."""
    settings = demo_settings(tmp_path, city=str(folder), network=THREE_COMMUNES)
    for _ in range(2):
        with serving(settings) as live:
            wait_until(partial(ready, live), START_TIMEOUT_S)
    said = run(demo_settings(tmp_path))
    assert "is that of the city 'dijon'" in said
    assert "EQUIPAGE_DATABASE_URL" in said
