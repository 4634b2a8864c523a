"""Decode PBF and XML with osmium: first the roads and restrictions, then the nodes they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import osmium

from equipage.data.errors import OsmReadError
from equipage.data.osm.collect import NodeTable, RoadTable, assemble, compact_tags
from equipage.routing.osm import OsmData, OsmMember, OsmRelation, OsmWay, Tags

if TYPE_CHECKING:
    from equipage.routing.build import Progress

_KINDS: dict[str, Literal["node", "way", "relation"]] = {"n": "node", "w": "way", "r": "relation"}
# Tags that a kept way or relation has at least one of; osmium skips all others without waking Python.
_KEPT_KEYS = ("highway", "route", "type")
# An entry of osmium's sparse file of positions; those not in use have no place on earth.
_POSITION = np.dtype([("id", "<i8"), ("x", "<i4"), ("y", "<i4")])


def decode(path: Path, file_format: str, progress: Progress) -> OsmData:
    """Decode a file that osmium reads.

    Parameters
    ----------
    path
        The file.
    file_format
        osmium's name of its format, such as `pbf` or `osm.gz`.
    progress
        Told what is being read.

    Raises
    ------
    OsmReadError
        When the file is damaged or cut off, not of that format, or holds changes or history instead of a map.
    NoRoadsError
        When it holds no roads.

    Notes
    -----
    osmium refuses XML with entity declarations, so that small files cannot grow without bounds. A PBF
    file cut off exactly between two blocks cannot be told from a whole one.
    """
    file = osmium.io.File(str(path), file_format)
    with _damage_told(path):
        return _decode(file, path, progress)


def read_relations(
    path: Path, file_format: str, tags: Mapping[str, str], is_wanted: Callable[[Tags], bool]
) -> list[OsmRelation]:
    """Return the relations of a file that are wanted.

    Parameters
    ----------
    path, file_format
        The file, and osmium's name of its format.
    tags
        Tags of which a wanted relation has one at least; the others are skipped fast.
    is_wanted
        Tells by its tags whether a relation is wanted.

    Raises
    ------
    OsmReadError
        When the file is damaged or cut off.
    """
    file = osmium.io.File(str(path), file_format)
    with _damage_told(path):
        likely = osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(
            osmium.filter.TagFilter(*tags.items())
        )
        read = [_relation(each) for each in cast("Iterable[osmium.osm.Relation]", likely)]
    return [relation for relation in read if is_wanted(relation.tags)]


def read_ways(path: Path, file_format: str, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the nodes of the ways of these ids, as far as the file has them; damage as `read_relations`."""
    ways = _of_ids(path, file_format, osmium.osm.WAY, ids)
    with _damage_told(path):
        return {
            way.id: tuple(node.ref for node in way.nodes) for way in cast("Iterable[osmium.osm.Way]", ways)
        }


def read_places(path: Path, file_format: str, ids: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Return lon, lat of the nodes of these ids, as far as the file has them; damage as `read_relations`."""
    nodes = _of_ids(path, file_format, osmium.osm.NODE, ids)
    with _damage_told(path):
        return {
            node.id: (node.location.lon, node.location.lat)
            for node in cast("Iterable[osmium.osm.Node]", nodes)
            if node.location.valid()
        }


def _of_ids(
    path: Path, file_format: str, kind: osmium.osm.osm_entity_bits, ids: Sequence[int]
) -> Iterable[object]:
    if not ids:
        return ()
    file = osmium.io.File(str(path), file_format)
    return osmium.FileProcessor(file, kind).with_filter(osmium.filter.IdFilter(ids))


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise OsmReadError(
            f"{path} is damaged or cut off, or not an OpenStreetMap file: {error}. "
            "Download or export it again."
        ) from error


def _relation(relation: osmium.osm.Relation) -> OsmRelation:
    members = tuple(OsmMember(_KINDS[m.type], m.ref, m.role) for m in relation.members)
    return OsmRelation(relation.id, members, compact_tags(relation.tags))


def _decode(file: osmium.io.File, path: Path, progress: Progress) -> OsmData:
    progress("reading roads", 0.0)
    as_of = _time_stamp(file, path)
    roads = _read_roads(file)
    progress("reading nodes", 0.5)
    nodes = NodeTable(roads.node_ids())
    _read_positions(file, nodes)
    _read_node_tags(file, nodes)
    data = assemble(roads, nodes, source=str(path), as_of=as_of)
    progress("reading nodes", 1.0)
    return data


def _time_stamp(file: osmium.io.File, path: Path) -> str | None:
    with osmium.io.Reader(file, osmium.osm.NOTHING) as reader:
        header = reader.header()
    if header.has_multiple_object_versions:
        raise OsmReadError(
            f"{path} holds changes or the history of a map, not the map itself. "
            "Give an extract of the present state (.osm.pbf, .osm or .osm.gz)."
        )
    return header.get("osmosis_replication_timestamp") or header.get("timestamp") or None


def _read_roads(file: osmium.io.File) -> RoadTable:
    roads = RoadTable()
    kinds = osmium.osm.WAY | osmium.osm.RELATION
    for element in osmium.FileProcessor(file, kinds).with_filter(osmium.filter.KeyFilter(*_KEPT_KEYS)):
        if isinstance(element, osmium.osm.Way):
            refs = tuple([node.ref for node in element.nodes])
            roads.add_way(OsmWay(element.id, refs, compact_tags(element.tags)))
        elif isinstance(element, osmium.osm.Relation):
            roads.add_relation(_relation(element))
    return roads


def _read_positions(file: osmium.io.File, nodes: NodeTable) -> None:
    """Let osmium write all positions to a file: ten times faster than one by one through Python."""
    with TemporaryDirectory(prefix="equipage-nodes-") as folder:
        stored = Path(folder) / "positions"
        store = osmium.index.create_map(f"sparse_file_array,{stored}")
        with osmium.io.Reader(file, osmium.osm.NODE) as reader:
            osmium.apply(reader, osmium.NodeLocationsForWays(store))
        positions = np.fromfile(stored, dtype=_POSITION)
    nodes.add_all(positions["id"], positions["x"], positions["y"])
    if nodes.any_made_by_hand:
        # osmium keeps no positions for the negative ids that editors give to what is not uploaded.
        for node in cast("Iterable[osmium.osm.Node]", osmium.FileProcessor(file, osmium.osm.NODE)):
            if node.id < 0:
                nodes.add(node.id, node.location.x, node.location.y)


def _read_node_tags(file: osmium.io.File, nodes: NodeTable) -> None:
    processor = osmium.FileProcessor(file, osmium.osm.NODE).with_filter(osmium.filter.EmptyTagFilter())
    for node in cast("Iterable[osmium.osm.Node]", processor):
        nodes.add_tags(node.id, compact_tags(node.tags))
