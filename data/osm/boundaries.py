"""Read the boundaries of communes from an OpenStreetMap file: what roads are not, but reports lie in.

A commune is a relation `boundary=administrative`, `admin_level=8` with the French statistical code
`ref:INSEE`. Its member ways come with their own geometry (`out geom` of Overpass), or as ways and nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from shapely import LineString, MultiPolygon, Polygon

from equipage.data.errors import OsmReadError
from equipage.data.osm import osmium_files, overpass_json
from equipage.data.osm.detect import detect_format
from equipage.geo.rings import OpenRingsError, area_within

CODE_TAG = "ref:INSEE"
TAGS = {"boundary": "administrative", "admin_level": "8"}

Point = tuple[float, float]
# The latter ones are the older French way to map boundaries.
_RING_ROLES = {"outer": "outer", "inner": "inner", "": "outer", "exclave": "outer", "enclave": "inner"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune:
    """A commune as mapped: its code, its name and its area, lon, lat in degrees."""

    code: str
    name: str
    geometry: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Communes:
    """The communes of a map.

    Parameters
    ----------
    whole : tuple of Commune
        Those whose boundary is all there, by code.
    broken : tuple of str
        What is wrong with the others, each named, in sentences.
    """

    whole: tuple[Commune, ...]
    broken: tuple[str, ...]


class _Ring(NamedTuple):
    """A member way of a boundary; without points where the map lacks it or one of its nodes."""

    way: int
    role: str
    points: Sequence[Point] | None


class _Relation(NamedTuple):
    tags: Mapping[str, str]
    rings: Sequence[_Ring]


def read_communes(path: str | PathLike[str], codes: Collection[str] = ()) -> Communes:
    """Read the communes of an OpenStreetMap file of any format that `read_osm` reads.

    Parameters
    ----------
    path
        The file.
    codes
        Only the communes of these codes; empty means all.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    OsmReadError
        When it is empty, damaged, cut off or of another format.
    """
    path = Path(path)
    file_format = detect_format(path)
    reading = _of_overpass(path) if file_format.startswith("json") else _of_osmium(path, file_format)
    whole: dict[str, Commune] = {}
    broken = []
    for relation in reading:
        code, name = relation.tags[CODE_TAG], relation.tags.get("name", "")
        if codes and code not in codes:
            continue
        called = f"{name or 'the commune'} ({code})"
        try:
            commune = Commune(code=code, name=name or code, geometry=_area(relation.rings))
        except OpenRingsError as error:
            broken.append(f"{called}: {error}")
            continue
        if whole.setdefault(code, commune) is not commune:
            broken.append(f"{called}: there is a second boundary, which is not used")
    return Communes(whole=tuple(whole[code] for code in sorted(whole)), broken=tuple(broken))


def _area(rings: Sequence[_Ring]) -> Polygon | MultiPolygon:
    lines: dict[str, list[LineString]] = {"outer": [], "inner": []}
    missing = [ring.way for ring in rings if not ring.points]
    if missing:
        raise OpenRingsError(f"{len(missing)} of the {len(rings)} ways of its boundary are not in the map")
    for ring in {ring.way: ring for ring in rings}.values():
        lines[ring.role].append(LineString(ring.points or ()))
    return area_within(lines["outer"], lines["inner"])


def _is_commune(tags: Mapping[str, str]) -> bool:
    return CODE_TAG in tags and all(tags.get(key) == value for key, value in TAGS.items())


def _of_overpass(path: Path) -> list[_Relation]:
    """Return the communes of an Overpass answer."""
    elements = overpass_json.read_elements(path)
    try:
        ways = {each["id"]: each["nodes"] for each in elements if each["type"] == "way" and "nodes" in each}
        places = {each["id"]: (each["lon"], each["lat"]) for each in elements if each["type"] == "node"}
        return [
            _Relation(each["tags"], _rings_of_overpass(each["members"], ways, places))
            for each in elements
            if each["type"] == "relation" and _is_commune(each.get("tags", {}))
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise OsmReadError(
            f"{path} holds an element that is not as Overpass writes it ({error!r}). Download it again."
        ) from error


def _rings_of_overpass(
    members: Sequence[Mapping[str, Any]], ways: Mapping[int, Sequence[int]], places: Mapping[int, Point]
) -> list[_Ring]:
    return [
        _Ring(member["ref"], _RING_ROLES[member["role"]], _points(member, ways, places))
        for member in members
        if member["type"] == "way" and member["role"] in _RING_ROLES
    ]


def _points(
    member: Mapping[str, Any], ways: Mapping[int, Sequence[int]], places: Mapping[int, Point]
) -> Sequence[Point] | None:
    """Return the points of a member way from its own geometry, else from the way's nodes."""
    if "geometry" in member:
        drawn = member["geometry"]
        return None if None in drawn else [(point["lon"], point["lat"]) for point in drawn]
    return _located(ways.get(member["ref"], ()), places)


def _of_osmium(path: Path, file_format: str) -> list[_Relation]:
    """Return the communes of a PBF or XML file."""
    found = osmium_files.read_relations(path, file_format, TAGS, _is_commune)
    wanted = [m.ref for relation in found for m in relation.members if m.kind == "way"]
    ways = osmium_files.read_ways(path, file_format, wanted)
    places = osmium_files.read_places(path, file_format, [node for nodes in ways.values() for node in nodes])
    return [
        _Relation(
            relation.tags,
            [
                _Ring(member.ref, _RING_ROLES[member.role], _located(ways.get(member.ref, ()), places))
                for member in relation.members
                if member.kind == "way" and member.role in _RING_ROLES
            ],
        )
        for relation in found
    ]


def _located(nodes: Sequence[int], places: Mapping[int, Point]) -> Sequence[Point] | None:
    points = [places[node] for node in nodes if node in places]
    return points if len(points) == len(nodes) > 1 else None
