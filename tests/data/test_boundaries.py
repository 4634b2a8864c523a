"""Communes from maps of every format: holes, exclaves, and boundaries that are not whole."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import osmium
import pytest
import shapely

from equipage.data.errors import OsmReadError
from equipage.data.osm import read_osm
from equipage.data.osm.boundaries import Communes, read_communes
from equipage.data.osm.overpass import roads_query
from equipage.geo.frame import MetricFrame
from tests.data.overpass_server import LITTLE_TOWN, THREE_COMMUNES, Element, Query, read_elements

AREA = shapely.box(5.0, 47.3, 5.08, 47.33)
GRANDVAL = shapely.box(5.0, 47.3, 5.04, 47.33) - shapely.box(5.015, 47.31, 5.025, 47.32)
PETIT_CLOS = shapely.box(5.015, 47.31, 5.025, 47.32)
DEUX_RIVES = shapely.union(shapely.box(5.04, 47.3, 5.06, 47.33), shapely.box(5.07, 47.3, 5.08, 47.31))


def as_xml(_folder: Path) -> Path:
    return THREE_COMMUNES


def as_pbf(folder: Path) -> Path:
    path = folder / "three.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for element in osmium.FileProcessor(str(THREE_COMMUNES)):
            writer.add(element)
    return path


def as_our_answer(folder: Path) -> Path:
    """What a server answers to our own query, kept as it is kept."""
    elements = Query(roads_query(AREA), read_elements(THREE_COMMUNES)).answer
    path = folder / "three.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"elements": elements}).encode()))
    return path


def as_plain_answer(folder: Path) -> Path:
    """What another query gives that asks for `out body` of all, without geometry in the relations."""
    path = folder / "plain.json"
    path.write_text(json.dumps({"elements": list(read_elements(THREE_COMMUNES).values())}), encoding="utf-8")
    return path


FORMATS = {"xml": as_xml, "pbf": as_pbf, "our answer": as_our_answer, "plain answer": as_plain_answer}


@pytest.mark.parametrize("made", FORMATS.values(), ids=FORMATS.keys())
def test_communes_come_whole_from_every_format(made: Callable[[Path], Path], tmp_path: Path) -> None:
    """A commune with an enclave, the enclave, and one with an exclave; other boundaries are left out."""
    communes = read_communes(made(tmp_path))
    assert communes.broken == ()
    assert [(each.code, each.name) for each in communes.whole] == [
        ("99001", "Grandval"),
        ("99002", "Petit-Clos"),
        ("99003", "Deux-Rives"),
    ]
    for commune, area in zip(communes.whole, (GRANDVAL, PETIT_CLOS, DEUX_RIVES), strict=True):
        assert commune.geometry.is_valid
        assert commune.geometry.normalize().equals_exact(area.normalize(), 1e-9), commune.name


def test_older_roles_of_french_boundaries_are_understood(tmp_path: Path) -> None:
    """What was mapped as enclave and exclave is an inner and an outer ring."""

    def older(elements: dict[tuple[str, int], Element]) -> None:
        for way, role, relation in ((503, "enclave", 2001), (504, "enclave", 2001), (506, "exclave", 2003)):
            [member] = [m for m in elements["relation", relation]["members"] if m["ref"] == way]
            member["role"] = role

    grandval, _, deux_rives = read_communes(changed(tmp_path, older)).whole
    assert grandval.geometry.area == pytest.approx(GRANDVAL.area)
    assert deux_rives.geometry.area == pytest.approx(DEUX_RIVES.area)


def test_boundaries_are_no_roads(tmp_path: Path) -> None:
    """The roads of an answer with communes are what they are without."""
    expected = [way.id for way in read_osm(THREE_COMMUNES).ways]
    assert [way.id for way in read_osm(as_our_answer(tmp_path)).ways] == expected == [600, 601, 602]


def test_only_the_communes_asked_for_are_read() -> None:
    """Others are not even looked at."""
    assert [each.code for each in read_communes(THREE_COMMUNES, {"99002", "99009"}).whole] == ["99002"]


def test_a_map_without_boundaries_has_no_communes() -> None:
    """That is no fault."""
    assert read_communes(LITTLE_TOWN) == Communes(whole=(), broken=())


def changed(folder: Path, change: Callable[[dict[tuple[str, int], Element]], None]) -> Path:
    elements = read_elements(THREE_COMMUNES)
    change(elements)
    path = folder / "changed.json"
    path.write_text(json.dumps({"elements": list(elements.values())}), encoding="utf-8")
    return path


def without_a_way(elements: dict[tuple[str, int], Element]) -> None:
    del elements["way", 505]


def without_a_node(elements: dict[tuple[str, int], Element]) -> None:
    del elements["node", 22]


def with_a_gap(elements: dict[tuple[str, int], Element]) -> None:
    elements["way", 505]["nodes"].pop()


def crossing_itself(elements: dict[tuple[str, int], Element]) -> None:
    elements["way", 506]["nodes"] = [31, 33, 32, 34, 31]


def without_members(elements: dict[tuple[str, int], Element]) -> None:
    elements["relation", 2003]["members"] = []


def clipped(elements: dict[tuple[str, int], Element]) -> None:
    members = elements["relation", 2003]["members"]
    members[0]["geometry"] = [{"lat": 47.33, "lon": 5.04}, None]


FAULTS: dict[str, tuple[Callable[[Any], None], str]] = {
    "a way is missing": (without_a_way, "1 of the 3 ways of its boundary are not in the map"),
    "a node is missing": (without_a_node, "1 of the 3 ways"),
    "clipped by the server": (clipped, "1 of the 3 ways"),
    "a gap": (with_a_gap, "not closed"),
    "a crossing": (crossing_itself, "crosses itself"),
    "no members": (without_members, "outer boundary is missing"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_boundary_is_told_and_not_guessed(name: str, tmp_path: Path) -> None:
    """The commune is named with what is wrong with it; the others are whole."""
    change, words = FAULTS[name]
    communes = read_communes(changed(tmp_path, change))
    assert [each.code for each in communes.whole] == ["99001", "99002"]
    [told] = communes.broken
    assert told.startswith("Deux-Rives (99003): ")
    assert words in told


def test_a_second_boundary_of_a_commune_is_told(tmp_path: Path) -> None:
    """The first counts."""

    def twice(elements: dict[tuple[str, int], Element]) -> None:
        elements["relation", 2005] = {**elements["relation", 2002], "id": 2005}

    communes = read_communes(changed(tmp_path, twice))
    assert len(communes.whole) == 3
    assert communes.broken == ("Petit-Clos (99002): there is a second boundary, which is not used",)


@pytest.mark.parametrize("text", ['{"elements": [{"type": "node", "id": 1}]}', '{"elements": [', "[1, 2]"])
def test_a_damaged_answer_is_an_error(text: str, tmp_path: Path) -> None:
    """Half a file is no map without communes."""
    path = tmp_path / "half.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OsmReadError):
        read_communes(path)


def test_real_boundaries_are_whole_or_told(shared_data: Path) -> None:
    """An extract around Monaco has three French communes whole (their area in km²) and clips seven others."""
    communes = read_communes(shared_data / "monaco" / "monaco.osm.pbf")
    plane = MetricFrame(7.42, 43.74)
    areas = {each.name: plane.shape_to_metres(each.geometry).area / 1e6 for each in communes.whole}
    expected = {"Beausoleil": 2.79, "Cap-d'Ail": 2.04, "La Turbie": 7.42}
    assert areas == {name: pytest.approx(km2, rel=0.05) for name, km2 in expected.items()}
    assert len(communes.broken) == 7
    assert any(told.startswith("Menton (06083): its boundary is not closed") for told in communes.broken)
