"""Decode the JSON that an Overpass server answers with."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipage.data.errors import OsmReadError
from equipage.data.osm.collect import (
    UNITS_PER_DEGREE,
    NodeTable,
    RoadTable,
    assemble,
    compact_tags,
)
from equipage.data.osm.detect import open_unpacked
from equipage.routing.osm import OsmData, OsmMember, OsmRelation, OsmWay

if TYPE_CHECKING:
    from equipage.routing.build import Progress


def decode(path: Path, progress: Progress) -> OsmData:
    """Decode a stored Overpass answer (`[out:json]`, `out body` or more, nodes included).

    Parameters
    ----------
    path
        The file, packed or not.
    progress
        Told what is being read.

    Raises
    ------
    OsmReadError
        When the file is damaged or cut off, is not an Overpass answer, or tells that the server gave up.
    NoRoadsError
        When it holds no roads.
    """
    progress("reading roads", 0.0)
    data = decode_bytes(_text_of(path), source=str(path))
    progress("reading nodes", 1.0)
    return data


def read_elements(path: Path) -> list[Any]:
    """Return the elements of a stored Overpass answer as they are.

    Parameters
    ----------
    path
        The file, packed or not.

    Raises
    ------
    OsmReadError
        When the file is damaged or cut off, is not an Overpass answer, or tells that the server gave up.
    """
    return list(_answer_in(_text_of(path), str(path))["elements"])


def decode_bytes(text: bytes, *, source: str) -> OsmData:
    """Decode an Overpass answer.

    Parameters
    ----------
    text
        The answer as it came.
    source
        Where it came from, for messages.

    Raises
    ------
    OsmReadError
        When it is cut off, not an Overpass answer, or tells that the server gave up on the way.
    NoRoadsError
        When it holds no roads.
    """
    answer = _answer_in(text, source)
    try:
        return _collect(answer["elements"], source, answer.get("osm3s", {}).get("timestamp_osm_base"))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise OsmReadError(
            f"{source} holds an element that is not as Overpass writes it ({error!r}). "
            "Query it with `out body`, nodes included."
        ) from error


def _text_of(path: Path) -> bytes:
    try:
        with open_unpacked(path) as file:
            return file.read()
    except (OSError, EOFError, zlib.error) as error:
        raise OsmReadError(f"{path} is damaged or cut off: {error}. Download it again.") from error


def _answer_in(text: bytes, source: str) -> Mapping[str, Any]:
    """Return an Overpass answer with a list `elements`, whole as far as the server says."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OsmReadError(
            f"{source} is damaged, cut off or not JSON: {error}. Download it again."
        ) from error
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        raise OsmReadError(
            f"{source} is JSON, but not an Overpass answer: it has no list `elements`. "
            "Store the answer of an Overpass query that begins with [out:json]."
        )
    remark = str(answer.get("remark", ""))
    if "error" in remark:
        raise OsmReadError(f"{source} is incomplete, the Overpass server gave up: {remark}")
    return answer


def _collect(elements: list[Any], source: str, as_of: str | None) -> OsmData:
    roads = RoadTable()
    for element in elements:
        tags = element.get("tags")
        if not tags:
            continue
        if element["type"] == "way":
            roads.add_way(OsmWay(element["id"], tuple(element["nodes"]), compact_tags(tags.items())))
        elif element["type"] == "relation":
            members = tuple(OsmMember(m["type"], m["ref"], m["role"]) for m in element["members"])
            roads.add_relation(OsmRelation(element["id"], members, compact_tags(tags.items())))
    nodes = NodeTable(roads.node_ids())
    for element in elements:
        if element["type"] != "node":
            continue
        lon, lat = element["lon"], element["lat"]
        nodes.add(element["id"], round(lon * UNITS_PER_DEGREE), round(lat * UNITS_PER_DEGREE))
        if element.get("tags"):
            nodes.add_tags(element["id"], compact_tags(element["tags"].items()))
    return assemble(roads, nodes, source=source, as_of=as_of)
