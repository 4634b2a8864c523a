"""Zones and population from files as others make them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from equipage.data.city import load_city
from equipage.data.errors import CityFileError
from equipage.data.population import PopulationFile, with_people
from equipage.data.zone_files import ZonesFile, read_zones
from equipage.dispatch.model import Zone
from tests.data.overpass_server import THREE_COMMUNES

WEST, EAST = shapely.box(5.0, 47.3, 5.02, 47.32), shapely.box(5.02, 47.3, 5.04, 47.32)
NAMES = {"99001": "Grandval", "99002": "Petit-Clos"}
LAMBERT_93 = 2154


def zones_file(folder: Path, *, crs: int = 4326, name: str = "zones.geojson", **columns: Any) -> Path:
    """Write two zones side by side."""
    table = {"nom": ["Ouest", "Est"], "code": ["99001", "99002"], **columns}
    given = {column: values for column, values in table.items() if values is not None}
    frame = gpd.GeoDataFrame(given, geometry=[WEST, EAST], crs=4326).to_crs(crs)
    frame.to_file(folder / name)
    return folder / name


def zones_of(path: Path, **columns: str) -> tuple[Zone, ...]:
    return read_zones(ZonesFile.of({"file": path, "name": "nom", "insee": "code", **columns}), NAMES)


@pytest.fixture
def zones(tmp_path: Path) -> tuple[Zone, ...]:
    return zones_of(zones_file(tmp_path))


def people_file(folder: Path, text: str, **columns: str) -> PopulationFile:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return PopulationFile.of({"file": path, **columns})


# --- Zones --------------------------------------------------------------------------------------------------


def test_columns_are_named_and_communes_called_as_the_city_does(tmp_path: Path) -> None:
    """Names from one column, communes by the codes of another, which are the ids, too."""
    found = zones_of(zones_file(tmp_path, habitants=[7.0, None]), population="habitants")
    assert [(z.id, z.name, z.commune, z.population) for z in found] == [
        ("99001", "Ouest", "Grandval", 7),
        ("99002", "Est", "Petit-Clos", None),
    ]


@pytest.mark.parametrize("name", ["zones.gpkg", "zones.shp"])
def test_any_projection_and_format_is_read(tmp_path: Path, name: str) -> None:
    """Lambert 93 in a GeoPackage or a Shapefile becomes lon, lat within a millimetre."""
    found = zones_of(zones_file(tmp_path, crs=LAMBERT_93, name=name))
    assert shapely.hausdorff_distance(found[0].geometry, WEST) < 1e-8


def test_several_zones_of_a_commune_have_numbers(tmp_path: Path) -> None:
    """Where a code is there twice, it is no id."""
    found = zones_of(zones_file(tmp_path, code=["99001", "99001"]))
    assert [(zone.id, zone.commune) for zone in found] == [("1", "Grandval"), ("2", "Grandval")]


def test_a_commune_that_the_city_does_not_know_keeps_its_name(tmp_path: Path) -> None:
    """The file's column of communes counts, and without one the zone's name."""
    found = zones_of(zones_file(tmp_path, code=["1", "2"], commune=["Ailleurs", None]))
    assert [zone.commune for zone in found] == ["Ailleurs", "Est"]


def test_missing_columns_are_told_with_those_there_are(tmp_path: Path) -> None:
    """Both faults at once, and how to name columns."""
    with pytest.raises(CityFileError) as fault:
        read_zones(ZonesFile.of(zones_file(tmp_path)), NAMES)
    for words in ("no column 'name'", "'insee' nor 'commune'", "nom, code", "name, insee, commune"):
        assert words in str(fault.value)


def test_a_column_that_was_named_must_be_there(tmp_path: Path) -> None:
    """A misspelt population is not taken for none."""
    with pytest.raises(CityFileError, match="no column 'habitants'"):
        zones_of(zones_file(tmp_path), population="habitants")


def test_every_faulty_zone_is_named_at_once(tmp_path: Path) -> None:
    """An empty name, a negative population and the same id twice are three faults of one file."""
    path = zones_file(tmp_path, nom=["", "Est"], population=[1, -2], id=["a", "a"])
    with pytest.raises(CityFileError) as fault:
        zones_of(path)
    assert "zone 1: 'nom' is empty" in str(fault.value)
    assert "zone 2: 'population' must be a number of people, not -2" in str(fault.value)
    assert "several zones 'a'" in str(fault.value)


def test_a_zone_that_crosses_itself_is_told(tmp_path: Path) -> None:
    """With the place where it does."""
    bow = shapely.Polygon([(5, 47), (6, 48), (6, 47), (5, 48), (5, 47)])
    gpd.GeoDataFrame({"nom": ["X"], "code": ["1"]}, geometry=[bow], crs=4326).to_file(tmp_path / "x.geojson")
    with pytest.raises(CityFileError, match="zone 1: the geometry is not valid: Self-intersection"):
        zones_of(tmp_path / "x.geojson")


@pytest.mark.parametrize("text", [None, "no geometry here", '{"type": "FeatureCollection", "features": []}'])
def test_a_file_that_is_no_map_is_told(tmp_path: Path, text: str | None) -> None:
    """Missing, of no known format, or empty."""
    path = tmp_path / "zones.geojson"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(CityFileError, match=r"zones\.geojson"):
        zones_of(path)


def test_settings_of_a_file_are_checked_together(tmp_path: Path) -> None:
    """An unknown key, a number for a column and no file are three faults."""
    with pytest.raises(ValueError, match="'nmae' is unknown; name must be a text; 'file' is missing"):
        ZonesFile.of({"nmae": "nom", "name": 3})


# --- People -------------------------------------------------------------------------------------------------


def test_points_of_a_table_are_counted_in_the_zones(
    tmp_path: Path, zones: tuple[Zone, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """1.4 + 2.4 people live in the west, one on the border once, and 5 elsewhere are told, not counted."""
    source = people_file(
        tmp_path,
        "lon;lat;habitants\n5.001;47.31;1.4\n5.019;47.31;2.4\n5.02;47.31;1\n5.03;47.31;7\n6;47;5\n",
        people="habitants",
    )
    with caplog.at_level(logging.WARNING):
        counted = with_people(zones, source)
    assert [zone.population for zone in counted] == [5, 7]
    assert "5 of 17 people live in no zone" in caplog.text


def test_cells_count_where_their_middle_is(tmp_path: Path, zones: tuple[Zone, ...]) -> None:
    """A cell of another projection that reaches over the border is wholly in the zone of its middle."""
    cells = [shapely.box(5.01, 47.3, 5.024, 47.31), shapely.box(5.03, 47.3, 5.035, 47.31)]
    frame = gpd.GeoDataFrame({"population": [10, 4]}, geometry=cells, crs=4326).to_crs(LAMBERT_93)
    frame.to_file(tmp_path / "cells.gpkg")
    counted = with_people(zones, PopulationFile.of(tmp_path / "cells.gpkg"))
    assert [zone.population for zone in counted] == [10, 4]


def test_a_table_of_communes_counts_by_code(tmp_path: Path, zones: tuple[Zone, ...]) -> None:
    """A commune that the table does not name has nobody."""
    counted = with_people(zones, people_file(tmp_path, "insee,population\n99002,12\n01234,5\n"))
    assert [zone.population for zone in counted] == [0, 12]


def test_communes_in_several_rows_are_named(tmp_path: Path, zones: tuple[Zone, ...]) -> None:
    """INSEE writes a row for each measure and year, or for each district: nobody guesses which is meant.

    What is told of communes elsewhere does not matter.
    """
    rows = "99002,12\n99001,3\n99002,13\n99002,14\n99001,3\n01234,5\n01234,5\n"
    with pytest.raises(CityFileError) as fault:
        with_people(zones, people_file(tmp_path, f"insee,population\n{rows}"))
    assert "'insee' is '99001' in 2 rows: keep one for each commune" in str(fault.value)
    assert "'99002' in 3 rows" in str(fault.value)
    assert "01234" not in str(fault.value)


def test_every_faulty_number_is_named_at_once(tmp_path: Path, zones: tuple[Zone, ...]) -> None:
    """Fewer than no people in one column, words in another, with the row."""
    source = people_file(tmp_path, "lon,lat,population\n5.01,47.31,-1\nfar,47.31,2\n")
    with pytest.raises(CityFileError, match=r"'population' cannot be '-1' in row 1; 'lon' .* 'far' in row 2"):
        with_people(zones, source)


def test_missing_columns_of_people_are_told(tmp_path: Path, zones: tuple[Zone, ...]) -> None:
    """Neither the number nor the place: both at once, with the columns there are."""
    source = people_file(tmp_path, "x,y,n\n5.01,47.31,1\n")
    with pytest.raises(CityFileError, match=r"no column 'population'.*'lon' and 'lat' nor 'insee'.*x, y, n"):
        with_people(zones, source)


def test_people_of_another_place_are_told(tmp_path: Path, zones: tuple[Zone, ...]) -> None:
    """Nobody in any zone is a mistake, not a city without people."""
    with pytest.raises(CityFileError, match="nobody in it lives in any of the 2 zones"):
        with_people(zones, people_file(tmp_path, "lon,lat,population\n-71,-29,3\n"))


# --- A city with them ---------------------------------------------------------------------------------------


def test_a_city_takes_zones_and_people_from_files(tmp_path: Path) -> None:
    """In Python as in settings; without them zones are the map's communes, of which none is Dijon's."""
    source = ZonesFile.of(
        {"file": zones_file(tmp_path, code=["21231", "21213"]), "name": "nom", "insee": "code"}
    )
    people = tmp_path / "people.csv"
    pd.DataFrame({"insee": ["21231"], "population": [9]}).to_csv(people, index=False)
    city = load_city("dijon", roads=THREE_COMMUNES, zones=source, population=people)
    assert city.zones["commune"].to_list() == ["Dijon", "Neuilly-Crimolois"]
    assert city.zones["population"].to_list() == [9, 0]
    assert load_city("dijon", roads=THREE_COMMUNES).zone_values == ()


def test_people_without_zones_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A map without communes has nowhere to count them: the city works, and says so."""
    people = tmp_path / "people.csv"
    people.write_text("insee,population\n21231,9\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert load_city("dijon", roads=THREE_COMMUNES, population=people).zone_values == ()
    assert f"no zones to count the people of {people} in" in caplog.text
