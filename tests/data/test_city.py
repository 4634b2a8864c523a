"""The city that ships, and what is said of faulty ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from equipage.data.city import SAMPLES, City, known_cities, load_city
from equipage.data.city_files import weekdays_of
from equipage.data.errors import CityFileError, UnknownCityError
from equipage.data.osm import read_osm
from equipage.routing.network import RoadNetwork
from equipage.routing.osm import OsmData

KEY = "la-serena-coquimbo"
INVENTED = 1_000_000_000_000
QUARTER = timedelta(minutes=15)


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(KEY)


@pytest.fixture(scope="module")
def roads(city: City) -> OsmData:
    assert city.roads is not None
    return read_osm(city.roads)


@pytest.fixture(scope="module")
def network(city: City, tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return city.load_network(cache_dir=tmp_path_factory.mktemp("cache"))


# --- Roads --------------------------------------------------------------------------------------------------


def test_the_roads_are_those_of_the_source(roads: OsmData) -> None:
    """6,209 ways less three that only lead back to where they start, all with their real ids."""
    assert len(roads.ways) == 6209 - 3
    assert all(0 < way.id < INVENTED for way in roads.ways)


def test_junctions_keep_their_ids(roads: OsmData) -> None:
    """Every end of a way is a real node; only points along the way have invented ids."""
    assert all(way.nodes[0] < INVENTED and way.nodes[-1] < INVENTED for way in roads.ways)
    invented = np.count_nonzero(roads.node_id >= INVENTED)
    assert 0 < invented < roads.node_id.size
    assert {node for way in roads.ways for node in way.nodes} == set(roads.node_id.tolist())


def test_the_file_is_sorted(roads: OsmData) -> None:
    """Ways come by ascending id, as other programs expect."""
    ids = [way.id for way in roads.ways]
    assert ids == sorted(set(ids))


def test_the_network_has_the_length_of_the_source(network: RoadNetwork) -> None:
    """1,468 km of road in 19,834 links, each once, is what the source has without its 12 loops."""
    once = network.edge_reverse < np.arange(network.edge_count)
    assert network.edge_length_m[once].sum() == pytest.approx(1_468_000, rel=0.005)
    # Links that meet at a mere bend or name change may be one edge, never more.
    assert 0.7 * 19_834 < np.count_nonzero(once) <= 19_834


def test_most_roads_are_named(network: RoadNetwork) -> None:
    """86.3 % of the source's kilometres (93 % of its links) have a name."""
    once = network.edge_reverse < np.arange(network.edge_count)
    length = network.edge_length_m[once]
    named = length[network.edge_name[once] > 0].sum() / length.sum()
    assert named == pytest.approx(0.863, abs=0.003)


def test_the_core_is_nearly_all(network: RoadNetwork) -> None:
    """At least 95 % of the edges can be reached from each other."""
    assert network.edge_in_core.mean() >= 0.95


def test_one_way_streets_are_kept(network: RoadNetwork) -> None:
    """27 % of the source's links are one-way."""
    once = network.edge_reverse < np.arange(network.edge_count)
    assert np.mean(network.edge_reverse[once] < 0) == pytest.approx(5_420 / 19_846, abs=0.05)


def test_the_network_is_kept_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`city.network` builds once a machine: the second city object maps the file that the first one kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = load_city(KEY).network
    (kept,) = (tmp_path / "equipage" / "networks").iterdir()
    written = kept.stat().st_mtime_ns
    assert load_city(KEY).network == first
    assert kept.stat().st_mtime_ns == written


# --- Zones --------------------------------------------------------------------------------------------------


def test_zones_hold_everybody(city: City) -> None:
    """133 zones with 451,899 people, as in the source."""
    assert len(city.zones) == 133
    assert city.zones["population"].sum() == 451_899
    assert sum(zone.population or 0 for zone in city.zone_values) == 451_899


def test_zones_are_sound_and_apart(city: City) -> None:
    """Zones are valid, overlap by no more than their drawing's raggedness, and are called differently."""
    shapes = city.zones.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert city.zones.crs.to_epsg() == 4326
    assert shapely.union_all(shapes).area == pytest.approx(shapely.area(shapes).sum(), rel=1e-3)
    assert city.zones["name"].is_unique
    assert city.zones.index.is_unique


def test_both_communes_are_told(city: City) -> None:
    """Each commune has about half of the people: 221,000 and 228,000 at the census of 2017."""
    people = city.zones.groupby("commune")["population"].sum()
    assert sorted(people.index) == ["Coquimbo", "La Serena"]
    assert people["La Serena"] == pytest.approx(221_000, rel=0.05)
    assert people["Coquimbo"] == pytest.approx(228_000, rel=0.05)


def test_the_city_and_each_commune_are_jurisdictions(city: City) -> None:
    """The whole city comes first."""
    assert [(each.id, each.commune) for each in city.jurisdictions] == [
        ("la-serena-coquimbo.example", ""),
        ("la-serena.example", "La Serena"),
        ("coquimbo.example", "Coquimbo"),
    ]


@pytest.mark.parametrize(
    ("commune", "lon", "lat"),
    [
        ("La Serena", -71.2500, -29.9032),  # Plaza de Armas
        ("La Serena", -71.2399, -29.8799),  # Las Compañías
        ("Coquimbo", -71.3390, -29.9530),  # the port
        ("Coquimbo", -71.2514, -29.9561),  # Tierras Blancas
    ],
)
def test_known_places_lie_in_their_commune(city: City, commune: str, lon: float, lat: float) -> None:
    """Well-known places lie in a zone of the right commune."""
    place = shapely.Point(lon, lat)
    assert {zone.commune for zone in city.zone_values if zone.geometry.intersects(place)} == {commune}


def test_most_junctions_lie_in_a_zone(city: City, network: RoadNetwork) -> None:
    """A report on a road nearly always has a zone, hence a commune."""
    area = shapely.union_all(city.zones.geometry.to_numpy())
    shapely.prepare(area)
    lon, lat = network.node_lonlat.T
    assert shapely.intersects_xy(area, lon, lat).mean() > 0.9


# --- Depots, services, crews --------------------------------------------------------------------------------


def test_every_depot_is_on_a_road_of_the_core(city: City, network: RoadNetwork) -> None:
    """No crew starts more than 20 m from a road that leads everywhere."""
    core = np.flatnonzero(network.edge_in_core)
    lines = [shapely.LineString(network.edge_shape(int(edge))) for edge in core]
    tree = shapely.STRtree(lines)
    for depot in city.depots:
        point = shapely.Point(depot.lon, depot.lat)
        degrees = lines[tree.nearest(point)].distance(point)
        assert degrees * 111_195 < 20, depot.name


def test_the_sample_is_small_and_says_where_it_comes_from() -> None:
    """All files together stay below 2 MB, and the attribution names OpenStreetMap and its licence."""
    files = list((SAMPLES / KEY).iterdir())
    assert sum(path.stat().st_size for path in files) < 2_000_000
    attribution = (SAMPLES / KEY / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert all(word in attribution for word in ("© OpenStreetMap contributors", "ODbL", "AequilibraE"))
    assert "© OpenStreetMap contributors" in load_city(KEY).attribution


# --- Loading ------------------------------------------------------------------------------------------------


def test_every_word_of_the_sample_is_translated(city: City) -> None:
    """Services, groups, questions, answers and every skill of a crew have a name in French."""
    language = "fr"
    for service in city.services:
        assert {language} <= service.names.keys() & service.descriptions.keys() & service.groups.keys()
        for attribute in service.attributes:
            assert language in attribute.descriptions
            assert (language in attribute.datatype_descriptions) is bool(attribute.datatype_description)
            assert all(language in attribute.value_names[key] for key, _ in attribute.values)
    named = {skill.code for skill in city.skills if language in skill.names}
    assert named >= {skill for crew in city.crews for skill in crew.skills}


def test_an_unknown_city_names_those_there_are() -> None:
    """A misspelt key is told with the keys that there are."""
    with pytest.raises(UnknownCityError, match=f"'la-serena'.*{KEY}"):
        load_city("la-serena")
    assert known_cities() == ["dijon", KEY]


def test_a_city_is_loaded_from_any_folder(tmp_path: Path) -> None:
    """A folder with the same files is a city too."""
    folder = shutil.copytree(SAMPLES / KEY, tmp_path / "copy")
    loaded = load_city(folder)
    assert loaded.roads == folder / "roads.osm.pbf"
    assert loaded.services == load_city(KEY).services


def test_a_city_need_not_tell_of_its_communes_jurisdictions(tmp_path: Path) -> None:
    """It is one jurisdiction then."""
    folder = shutil.copytree(SAMPLES / KEY, tmp_path / "city")
    facts = json.loads((folder / "city.json").read_text(encoding="utf-8"))
    del facts["jurisdictions"]
    (folder / "city.json").write_text(json.dumps(facts), encoding="utf-8")
    [only] = load_city(folder).jurisdictions
    assert (only.id, only.name, only.commune) == ("la-serena-coquimbo.example", "La Serena–Coquimbo", "")


def entry(key: str, number: int, **changes: object) -> Callable[[Any], None]:
    """Return a change of one entry of a list; None takes a member away."""

    def change(content: Any) -> None:
        for name, value in changes.items():
            if value is None:
                del content[key][number][name]
            else:
                content[key][number][name] = value

    return change


def doubled(content: Any) -> None:
    content["depots"].append(content["depots"][0])


FAULTS: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "time zone": ("city.json", lambda c: c.update(time_zone="Mars/Olympus"), "Mars/Olympus"),
    "no key": ("city.json", lambda c: c.pop("key"), "'key' is missing"),
    "no such file": ("city.json", lambda c: c.update(depots="nowhere.json"), "nowhere.json cannot be read"),
    "priority": ("services.json", entry("services", 1, priority=9), "services 2: .*priority must be 1 to 4"),
    "policy": ("services.json", entry("services", 0, policy="fastest"), "services 1: .*fastest"),
    "skills": (
        "services.json",
        entry("services", 0, skills=["diving"]),
        "no crew has all the skills .*diving",
    ),
    "no name": ("services.json", entry("services", 2, name=None), "services 3: 'name' is missing"),
    "depot": ("crews.json", entry("crews", 0, depot="moon"), "crew 'duty-1' is based at depot 'moon'"),
    "vehicle": ("crews.json", entry("crews", 1, vehicle="tank"), "crew 'duty-2' drives vehicle 'tank'"),
    "days": (
        "crews.json",
        entry("crews", 0, roster=[{"days": "weekend", "start": "08:00", "end": "16:00"}]),
        "crews 1: 'weekend' is no day",
    ),
    "hours": (
        "crews.json",
        entry("crews", 0, roster=[{"days": "mon", "start": "8 o'clock", "end": "16:00"}]),
        "crews 1: .*8 o'clock",
    ),
    "twice": ("depots.json", doubled, "several depots 'la-serena'"),
    "no list": ("depots.json", lambda c: c.pop("depots"), "must be a JSON object with a list 'depots'"),
    "jurisdiction of no commune": (
        "city.json",
        entry("jurisdictions", 0, commune="Ovalle"),
        "jurisdiction 'la-serena.example' is of commune 'Ovalle', in which there is no zone",
    ),
    "jurisdiction twice": (
        "city.json",
        entry("jurisdictions", 1, id="la-serena-coquimbo.example"),
        "several jurisdictions 'la-serena-coquimbo.example'",
    ),
    "jurisdiction's services": (
        "city.json",
        entry("jurisdictions", 0, services=["pothole", "gold"]),
        "offers gold, which are no services",
    ),
    "jurisdiction without a name": (
        "city.json",
        entry("jurisdictions", 1, name=None),
        "jurisdictions 2: 'name' is missing",
    ),
    "a translation without a language": (
        "services.json",
        entry("services", 0, names=["Accident"]),
        "services 1: 'names' must have a text for each language",
    ),
    "a skill without a name": ("services.json", entry("skills", 1, name=None), "skills 2: 'name' is missing"),
    "a point": (
        "zones.geojson",
        entry("features", 4, geometry={"type": "Point", "coordinates": [0, 0]}),
        "zone 5: the geometry is a Point",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_city_is_a_clear_error(name: str, tmp_path: Path) -> None:
    """A wrong value, a missing one or a contradiction is told with its file, its place and the reason."""
    file, change, words = FAULTS[name]
    folder = shutil.copytree(SAMPLES / KEY, tmp_path / "city")
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    change(content)
    (folder / file).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CityFileError, match=words) as fault:
        load_city(folder)
    assert str(folder) in str(fault.value)


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    """Three faulty services are three faults in one error."""
    folder = shutil.copytree(SAMPLES / KEY, tmp_path / "city")
    content = json.loads((folder / "services.json").read_text(encoding="utf-8"))
    for number in (0, 3, 5):
        content["services"][number]["priority"] = 0
    (folder / "services.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CityFileError, match=r"services 1: .*services 4: .*services 6: "):
        load_city(folder)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat,sun", {5, 6}),
        ("mon-wed, sun", {0, 1, 2, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("mon-sun", {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_days_are_read(text: str, days: set[int]) -> None:
    """Days, lists and ranges of days, also over the end of the week."""
    assert weekdays_of(text) == days


@pytest.mark.parametrize("text", ["", "monday", "mon-", "mon-funday", "mon;tue"])
def test_other_days_are_refused(text: str) -> None:
    """Anything else is refused with the way to write it."""
    with pytest.raises(ValueError, match="mon, tue"):
        weekdays_of(text)
