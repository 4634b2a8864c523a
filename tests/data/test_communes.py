"""Communes of a map as a city's zones: fetched once, offline after, and told where they are not whole."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from equipage.data.city import SAMPLES, City, load_city
from equipage.data.communes import communes_of
from equipage.data.errors import DownloadError
from equipage.data.networks import load_network, save_network
from equipage.data.osm.overpass import fetch_place
from tests.data.overpass_server import (
    LITTLE_TOWN,
    THREE_COMMUNES,
    OverpassServer,
    read_elements,
    running_server,
)

CODES = ["99001", "99002", "99003"]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # OSMnx is polite to Nominatim: it sleeps a second before each question.
    monkeypatch.setattr("osmnx._nominatim.time.sleep", lambda _seconds: None)


@pytest.fixture
def server() -> Iterator[OverpassServer]:
    with running_server() as running:
        running.elements = read_elements(THREE_COMMUNES)
        yield running


def fetch(server: OverpassServer, folder: Path) -> Path:
    return fetch_place(
        "Three Communes", cache_dir=folder, overpass_url=server.overpass_url, nominatim_url=server.url
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A city of three communes, called otherwise than on the map, without roads or zones of its own."""
    folder = shutil.copytree(SAMPLES / "dijon", tmp_path / "city")
    facts = json.loads((folder / "city.json").read_text(encoding="utf-8"))
    facts["jurisdictions"] = [{"id": code, "name": f"C{code}", "commune": f"C{code}"} for code in CODES]
    del facts["merged_communes"]
    (folder / "city.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def told(city: City) -> list[tuple[str, str]]:
    return [(str(zone.id), zone.commune) for zone in city.zone_values]


def test_a_fetched_place_has_its_communes_as_zones(
    server: OverpassServer, tmp_path: Path, folder: Path
) -> None:
    """One question brings roads and boundaries; zones are called as the city calls its communes."""
    city = load_city(folder, roads=fetch(server, tmp_path / "places"))
    assert told(city) == [(code, f"C{code}") for code in CODES]
    assert city.zones["population"].isna().all()
    assert city.network.edge_count > 0
    assert (len(server.queries), len(server.searches)) == (1, 1)


def test_the_second_start_asks_nobody(server: OverpassServer, tmp_path: Path, folder: Path) -> None:
    """Roads and communes come from the file that was kept, also when the servers are gone."""
    first = load_city(folder, roads=fetch(server, tmp_path / "places"))
    asked = len(server.queries), len(server.searches)
    server.misbehaviour = ["500"]
    server.nominatim_status = 500
    again = load_city(folder, roads=fetch(server, tmp_path / "places"))
    assert again.zone_values == first.zone_values
    assert again.network == first.network
    assert (len(server.queries), len(server.searches)) == asked


def test_what_an_earlier_version_kept_is_fetched_anew(server: OverpassServer, tmp_path: Path) -> None:
    """A file of another query may lack the communes: the place is asked for again."""
    older = tmp_path / "three-communes-0123456789ab.json.gz"
    older.write_bytes(b"kept before")
    assert fetch(server, tmp_path) != older
    assert len(server.queries) == 1


def test_what_an_earlier_version_kept_serves_offline(
    server: OverpassServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a server it is used, and that is told with its name and why; other places' files are not."""
    (tmp_path / "three-communes-of-another-place-0123456789ab.json.gz").write_bytes(b"another place")
    server.misbehaviour = ["500", "500"]
    with pytest.raises(DownloadError, match="--osm"):
        fetch(server, tmp_path)
    older = tmp_path / "three-communes-0123456789ab.json.gz"
    older.write_bytes(b"kept before")
    with caplog.at_level(logging.WARNING):
        assert fetch(server, tmp_path) == older
    assert "earlier version, perhaps without communes" in caplog.text
    assert older.name in caplog.text
    assert "answered 500" in caplog.text


def test_a_half_fetched_boundary_is_told_and_the_city_still_works(
    server: OverpassServer, tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The commune is named, with the remedy; the others are zones, and the roads are whole."""
    del server.elements["way", 505]
    with caplog.at_level(logging.WARNING):
        city = load_city(folder, roads=fetch(server, tmp_path / "places"))
    assert "Deux-Rives (99003): 1 of the 3 ways of its boundary are not in the map" in caplog.text
    assert "--zones" in caplog.text
    assert [code for code, _ in told(city)] == ["99001", "99002"]
    assert city.network.edge_count == load_network(THREE_COMMUNES).edge_count


def test_communes_that_are_not_the_citys_are_left_out() -> None:
    """A map reaches into the neighbours': they are no zones of the city."""
    assert [zone.id for zone in communes_of(THREE_COMMUNES, {"99002": "Clos"})] == ["99002"]


def test_without_names_all_communes_are_zones_as_the_map_calls_them() -> None:
    """What a map of another place gives: an enclave is in its own zone only."""
    zones = {zone.commune: zone.geometry for zone in communes_of(THREE_COMMUNES, {})}
    enclave = shapely.Point(5.02, 47.315)
    assert [name for name, area in zones.items() if area.covers(enclave)] == ["Petit-Clos"]


@pytest.mark.parametrize("kind", ["map", "network"])
def test_a_map_without_communes_says_what_to_do(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither an older extract nor a built network has boundaries: no zones, but the remedy."""
    roads = LITTLE_TOWN
    if kind == "network":
        roads = tmp_path / "town.equipage"
        save_network(load_network(LITTLE_TOWN), roads)
    with caplog.at_level(logging.WARNING):
        assert communes_of(roads, {}) == ()
    assert f"{roads} holds no whole boundary of a commune" in caplog.text
    assert "--place" in caplog.text
    assert "--zones" in caplog.text
