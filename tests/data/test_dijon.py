"""Dijon métropole: its communes, and the roads that must be given to it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from equipage.data.city import City, load_city
from equipage.data.errors import MissingRoadsError
from equipage.data.networks import load_network, save_network
from tests.data.overpass_server import LITTLE_TOWN

# Crimolois became a part of Neuilly, now Neuilly-Crimolois, in 2019; the file of boundaries is older.
MERGED = {"21213"}
RENAMED = {"21452": "Neuilly-Crimolois"}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("dijon")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_the_metropolis_and_its_23_communes_are_jurisdictions(city: City) -> None:
    """The métropole's SIREN number first, then the communes by their INSEE codes, each of its own name."""
    whole, *communes = city.jurisdictions
    assert (whole.id, whole.name, whole.commune) == ("242100410", "Dijon métropole", "")
    assert len(communes) == len({each.id for each in communes}) == 23
    assert all(each.id.startswith("21") and len(each.id) == 5 for each in communes)
    assert all(each.name == each.commune for each in communes)


def test_the_communes_are_those_of_insee(city: City, shared_data: Path) -> None:
    """Code by code as in the boundaries of IGN and INSEE, but for the one merger since."""
    text = (shared_data / "dijon" / "dijon_metropole_24communes.geojson").read_text(encoding="utf-8")
    named = {f["properties"]["code"]: f["properties"]["nom"] for f in json.loads(text)["features"]}
    official = {code: name for code, name in named.items() if code not in MERGED} | RENAMED
    assert {each.id: each.name for each in city.jurisdictions[1:]} == official


def test_times_are_those_of_paris_and_words_are_french(city: City) -> None:
    """The time zone of its rosters, the first language, the services as people there call them."""
    assert (city.time_zone, city.languages[0]) == ("Europe/Paris", "fr")
    names = {str(service.code): service.name for service in city.services}
    assert names["pothole"] == "Nid-de-poule"
    assert names["bulky-waste"] == "Enlèvement d’encombrants"


def test_everything_is_said_in_english_too(city: City) -> None:
    """Names, descriptions and groups of services, their questions and answers, and the skills' names."""
    for service in city.services:
        assert all("en" in texts for texts in (service.names, service.descriptions, service.groups)), service
        for attribute in service.attributes:
            assert "en" in attribute.descriptions
            assert all("en" in attribute.value_names[key] for key, _ in attribute.values)
    needed = frozenset[str]().union(*(s.skills for s in city.services), *(c.skills for c in city.crews))
    assert {skill.code for skill in city.skills if "en" in skill.names} == needed


def test_without_roads_it_says_how_to_give_them(city: City) -> None:
    """One sentence with the commands for the place, for a file and for Python."""
    with pytest.raises(MissingRoadsError) as fault:
        city.load_network()
    for remedy in ('--place "Dijon Métropole, France"', "--osm FILE", "load_city('dijon', roads=FILE)"):
        assert remedy in str(fault.value)


def test_roads_are_given_as_a_map_or_as_a_built_network(tmp_path: Path) -> None:
    """`load_city("dijon", roads=FILE).network` is the network of that file, of either kind."""
    from_map = load_city("dijon", roads=LITTLE_TOWN).network
    built = tmp_path / "town.equipage"
    save_network(load_network(LITTLE_TOWN), built)
    assert load_city("dijon", roads=built).network == from_map
    assert from_map.edge_count > 0


def test_depots_stand_at_the_roads_of_the_commune(city: City, shared_data: Path) -> None:
    """No crew starts more than 20 m from a road of the real map that leads everywhere."""
    network = load_network(shared_data / "dijon" / "dijon_drive_2025-11-03.osm.pbf")
    core = np.flatnonzero(network.edge_in_core)
    lines = [shapely.LineString(network.edge_shape(int(edge))) for edge in core]
    tree = shapely.STRtree(lines)
    for depot in city.depots:
        point = shapely.Point(depot.lon, depot.lat)
        degrees = lines[tree.nearest(point)].distance(point)
        assert degrees * 111_195 < 20, depot.name
