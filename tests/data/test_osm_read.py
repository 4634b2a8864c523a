"""Decoding OpenStreetMap files."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import pytest

from equipage.data.errors import NoRoadsError, OsmReadError
from equipage.data.osm import read_osm
from equipage.routing.errors import EmptyNetworkError
from equipage.routing.osm import OsmData, OsmMember
from tests.data.overpass_server import LITTLE_TOWN, read_elements

ROADS = (100, 101, 102, 103, 104, 105, 106, 108)
STAMP = "2026-01-02T03:04:05Z"


def as_xml(folder: Path) -> Path:
    return LITTLE_TOWN


def as_packed(opener: Callable[..., gzip.GzipFile | bz2.BZ2File], name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        with opener(folder / name, "wb") as file:
            file.write(LITTLE_TOWN.read_bytes())
        return folder / name

    return make


def as_pbf(folder: Path) -> Path:
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", STAMP)
    with osmium.SimpleWriter(str(folder / "town.osm.pbf"), header=header) as writer:
        for element in osmium.FileProcessor(str(LITTLE_TOWN)):
            writer.add(element)
    return folder / "town.osm.pbf"


def as_overpass(folder: Path) -> Path:
    path = folder / "town.json"
    path.write_text(json.dumps(overpass_answer()))
    return path


def as_packed_overpass(folder: Path) -> Path:
    path = folder / "town.json.gz"
    path.write_bytes(gzip.compress(json.dumps(overpass_answer()).encode()))
    return path


def overpass_answer() -> dict[str, object]:
    stamps = {"timestamp_osm_base": STAMP}
    return {"version": 0.6, "osm3s": stamps, "elements": list(read_elements(LITTLE_TOWN).values())}


FORMATS = {
    "xml": as_xml,
    "xml.gz": as_packed(gzip.open, "town.osm.gz"),
    "xml.bz2": as_packed(bz2.open, "town.osm.bz2"),
    "pbf": as_pbf,
    "json": as_overpass,
    "json.gz": as_packed_overpass,
}


@pytest.fixture(params=FORMATS)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> OsmData:
    return read_osm(FORMATS[request.param](tmp_path))


def test_keeps_roads_and_ferries_only(town: OsmData) -> None:
    """Ways with a highway tag or route=ferry are kept in file order; buildings and hiking routes are not."""
    assert tuple(way.id for way in town.ways) == ROADS


def test_keeps_tags_and_node_order(town: OsmData) -> None:
    """A way keeps its nodes in order and its tags, non-ASCII letters included."""
    street = town.ways[0]
    assert street.nodes == (1, 2, 3)
    assert dict(street.tags) == {"highway": "residential", "name": "Allée de l'Équipage"}


def test_keeps_the_nodes_of_roads_only(town: OsmData) -> None:
    """Nodes of kept ways come ascending with their positions; those of buildings and stops are left out."""
    assert town.node_id.tolist() == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    fifth = town.node_id.tolist().index(5)
    assert town.node_lon[fifth] == pytest.approx(5.005, abs=1e-9)
    assert town.node_lat[fifth] == pytest.approx(47.2950001, abs=1e-9)
    assert town.node_id.dtype == np.int64
    assert town.node_lon.dtype == np.float64


def test_keeps_tags_of_nodes_on_roads(town: OsmData) -> None:
    """Signals and barriers on roads keep their tags; the bus stop beside the road is left out."""
    assert {node: dict(tags) for node, tags in town.node_tags.items()} == {
        2: {"highway": "traffic_signals"},
        5: {"barrier": "bollard", "access": "no"},
    }


def test_keeps_restrictions_with_members_in_order(town: OsmData) -> None:
    """Relations of type restriction or restriction:* are kept; buildings and bus routes are not."""
    assert [relation.id for relation in town.restrictions] == [1000, 1001, 1004]
    assert town.restrictions[0].members == (
        OsmMember("way", 101, "from"),
        OsmMember("node", 2, "via"),
        OsmMember("way", 100, "to"),
    )
    assert town.restrictions[1].tags["restriction:hgv"] == "no_right_turn"


@pytest.mark.parametrize("make", [as_pbf, as_overpass, as_packed_overpass])
def test_tells_the_time_of_the_extract(make: Callable[[Path], Path], tmp_path: Path) -> None:
    """The time stamp of a PBF header and of an Overpass answer is kept."""
    assert read_osm(make(tmp_path)).as_of == STAMP


def test_content_tells_the_format(tmp_path: Path) -> None:
    """A PBF file named .osm is read all the same: names lie."""
    lying = tmp_path / "town.osm"
    lying.write_bytes(as_pbf(tmp_path).read_bytes())
    assert len(read_osm(lying).ways) == len(ROADS)


def test_negative_ids_are_read(tmp_path: Path) -> None:
    """An editor's file with negative ids of new nodes and ways is read."""
    path = tmp_path / "new.osm"
    path.write_text(
        '<osm version="0.6"><node id="-1" lat="1" lon="2"/><node id="-2" lat="1" lon="3"/>'
        '<way id="-7"><nd ref="-1"/><nd ref="-2"/><tag k="highway" v="service"/></way></osm>'
    )
    data = read_osm(path)
    assert data.ways[0].id == -7
    assert data.node_id.tolist() == [-2, -1]
    assert data.node_lon.tolist() == [3.0, 2.0]


def test_order_within_the_file_does_not_matter(tmp_path: Path) -> None:
    """Ways before their nodes are decoded the same."""
    elements = reversed(list(read_elements(LITTLE_TOWN).values()))
    path = tmp_path / "town.json"
    path.write_text(json.dumps({"elements": list(elements)}))
    assert read_osm(path).node_id.tolist() == read_osm(LITTLE_TOWN).node_id.tolist()


def test_of_an_element_twice_the_first_is_kept(tmp_path: Path) -> None:
    """Overpass may answer an element twice, the second time as a skeleton: it does not count twice."""
    elements = list(read_elements(LITTLE_TOWN).values())
    skeletons = [{k: v for k, v in e.items() if k != "tags"} for e in elements]
    path = tmp_path / "town.json"
    path.write_text(json.dumps({"elements": elements + elements + skeletons}))
    data, once = read_osm(path), read_osm(LITTLE_TOWN)
    assert [way.id for way in data.ways] == [way.id for way in once.ways]
    assert data.node_id.tolist() == once.node_id.tolist()
    assert data.node_tags == once.node_tags
    assert len(data.restrictions) == len(once.restrictions)


def test_a_clipped_way_keeps_nodes_that_are_not_there(tmp_path: Path) -> None:
    """A way of a clipped extract names nodes beyond its edge; they simply have no position."""
    path = tmp_path / "clipped.osm"
    path.write_text(LITTLE_TOWN.read_text().replace('<node id="3"', '<node id="333"'))
    data = read_osm(path)
    assert data.ways[0].nodes == (1, 2, 3)
    assert 3 not in data.node_id


def test_a_node_off_the_earth_has_no_position(tmp_path: Path) -> None:
    """Positions beyond 90 degrees of latitude or 180 of longitude are dropped, not passed on."""
    path = tmp_path / "off.osm"
    path.write_text(LITTLE_TOWN.read_text().replace('lat="47.2950001"', 'lat="95.5"'))
    assert 5 not in read_osm(path).node_id


def test_more_nodes_than_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes are sieved batch by batch; the seams do not show."""
    monkeypatch.setattr("equipage.data.osm.collect.NodeTable.BATCH", 4)
    assert read_osm(LITTLE_TOWN).node_id.tolist() == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]


def test_tells_its_progress(tmp_path: Path) -> None:
    """Each stage is told with a share that does not fall and ends at 1."""
    told: list[tuple[str, float]] = []
    read_osm(LITTLE_TOWN, lambda stage, share: told.append((stage, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(stage for stage, _ in told)


# --- What cannot be read ------------------------------------------------------------------------------------


def truncated(make: Callable[[Path], Path]) -> Callable[[Path], bytes]:
    def cut(folder: Path) -> bytes:
        whole = make(folder).read_bytes()
        return whole[: len(whole) * 2 // 3]

    return cut


def middle_overwritten(folder: Path) -> bytes:
    whole = bytearray(as_pbf(folder).read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 40] = b"x" * 40
    return bytes(whole)


BROKEN: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda _: b"",
    "empty.gz": lambda _: gzip.compress(b""),
    "text": lambda _: b"These are not the roads you are looking for.",
    "zeros": lambda _: bytes(5000),
    "html": lambda _: b"<!DOCTYPE html><html><body>Not found</body></html>",
    "png.gz": lambda _: gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "not.gz": lambda _: b"\x1f\x8b" + b"nonsense" * 10,
    "cut.osm": truncated(as_xml),
    "cut.osm.gz": truncated(FORMATS["xml.gz"]),
    "cut.osm.bz2": truncated(FORMATS["xml.bz2"]),
    "cut.pbf": truncated(as_pbf),
    "damaged.pbf": middle_overwritten,
    "cut.json": truncated(as_overpass),
    "cut.json.gz": truncated(as_packed_overpass),
    "list.json": lambda _: b'{"elements": 7}',
    "geojson": lambda _: b'{"type": "FeatureCollection", "features": []}',
    "deep.json": lambda _: b'{"elements":' + b"[" * 200_000,
    "position.osm": lambda _: LITTLE_TOWN.read_bytes().replace(b'lat="47.3000000"', b'lat="north"'),
    "changes.osc": lambda _: (
        b'<osmChange version="0.6"><create><node id="1" lat="1" lon="2"/></create></osmChange>'
    ),
    "ids.json": lambda _: (
        b'{"elements": [{"type": "way", "id": 1, "nodes": ["a"], "tags": {"highway": "path"}}]}'
    ),
    "members.json": lambda _: (
        b'{"elements": [{"type": "relation", "id": 1, "tags": {"type": "restriction"}}]}'
    ),
    "entities.osm": lambda _: (
        b'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        b'<osm version="0.6"><node id="1" lat="1" lon="2"><tag k="k" v="&b;"/></node></osm>'
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_a_clear_error(name: str, tmp_path: Path) -> None:
    """A broken, cut off, empty or foreign file is an OsmReadError that names it and says what to do."""
    path = tmp_path / name
    path.write_bytes(BROKEN[name](tmp_path))
    with pytest.raises(OsmReadError, match=r"(?s).*\. [A-Z].*\.$") as fault:
        read_osm(path)
    assert str(path) in str(fault.value)
    assert isinstance(fault.value, ValueError)


def test_a_billion_laughs_do_not_grow(tmp_path: Path) -> None:
    """XML whose entities would unfold to gigabytes is refused at their declaration."""
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(11))
    path = tmp_path / "laughs.osm"
    path.write_text(
        f'<!DOCTYPE osm [<!ENTITY l0 "ha">{entities}]><osm version="0.6"><node id="1" lat="1" lon="2">'
        '<tag k="k" v="&l11;"/></node></osm>'
    )
    with pytest.raises(OsmReadError, match="entities are not supported"):
        read_osm(path)


def test_changes_of_a_map_are_not_taken_for_the_map(tmp_path: Path) -> None:
    """A change file has roads too, but is refused: what it deletes or leaves out would be missing."""
    inner = LITTLE_TOWN.read_text().partition('tests">')[2].removesuffix("</osm>\n")
    path = tmp_path / "town.osc"
    path.write_text(f'<osmChange version="0.6"><modify>{inner}</modify></osmChange>')
    with pytest.raises(OsmReadError, match="changes or the history"):
        read_osm(path)


def test_an_answer_in_which_the_server_gave_up_is_refused(tmp_path: Path) -> None:
    """A stored Overpass answer with a runtime error is incomplete, however many elements it has."""
    path = tmp_path / "town.json"
    path.write_text(json.dumps(overpass_answer() | {"remark": "runtime error: Query ran out of memory"}))
    with pytest.raises(OsmReadError, match="ran out of memory"):
        read_osm(path)


def test_a_map_without_roads_is_told_as_such(tmp_path: Path) -> None:
    """A file with no road is a NoRoadsError, for readers of files and for builders of networks alike."""
    path = tmp_path / "sea.osm"
    path.write_text('<osm version="0.6"><node id="1" lat="1" lon="2"><tag k="place" v="sea"/></node></osm>')
    with pytest.raises(NoRoadsError, match=r"sea\.osm holds no roads") as fault:
        read_osm(path)
    assert isinstance(fault.value, EmptyNetworkError)
    assert isinstance(fault.value, OsmReadError)


def test_roads_without_positions_are_told_as_such(tmp_path: Path) -> None:
    """An Overpass answer of ways alone says that the nodes are missing."""
    path = tmp_path / "ways.json"
    ways = [element for element in read_elements(LITTLE_TOWN).values() if element["type"] == "way"]
    path.write_text(json.dumps({"elements": ways}))
    with pytest.raises(NoRoadsError, match="not the positions of their nodes"):
        read_osm(path)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    """A missing file is a FileNotFoundError, a folder an OsmReadError."""
    with pytest.raises(FileNotFoundError):
        read_osm(tmp_path / "nowhere.osm.pbf")
    with pytest.raises(OsmReadError, match="is a folder"):
        read_osm(tmp_path)


# --- Real maps ----------------------------------------------------------------------------------------------


def test_pbf_and_overpass_of_dijon_agree(shared_data: Path) -> None:
    """The same ways of Dijon as PBF and as Overpass JSON decode to the same data."""
    pbf = read_osm(shared_data / "dijon" / "dijon_drive_2025-11-03.osm.pbf")
    answer = read_osm(shared_data / "dijon" / "dijon_drive_overpass_2025-11-03.json")
    assert (len(pbf.ways), pbf.node_id.size) == (4753, 26381)
    assert {way.id: way for way in pbf.ways} == {way.id: way for way in answer.ways}
    assert np.array_equal(pbf.node_id, answer.node_id)
    assert np.allclose(pbf.node_lon, answer.node_lon, atol=1e-9)
    assert pbf.node_tags == answer.node_tags


@pytest.mark.parametrize(("place", "restrictions"), [("porto/porto_portugal", 357), ("monaco/monaco", 27)])
def test_restrictions_of_real_maps(shared_data: Path, place: str, restrictions: int) -> None:
    """Every turn restriction of Porto and Monaco is decoded, with its members."""
    data = read_osm(shared_data / f"{place}.osm.pbf")
    assert len(data.restrictions) == restrictions
    assert all(relation.members for relation in data.restrictions)
