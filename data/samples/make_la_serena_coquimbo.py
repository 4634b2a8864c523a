"""Make `roads.osm.pbf` and `zones.geojson` of the sample city from AequilibraE's example data; run by hand.

    python data/samples/make_la_serena_coquimbo.py SOURCE

SOURCE is a wheel of `aequilibrae` or the `coquimbo.zip` in it: a SpatiaLite database of the conurbation, from
OpenStreetMap. The same source always gives the same bytes.

Roads. The source holds every OSM way cut into links at junctions. The links of a way are joined again, end to
start in the way's own direction, into one chain that keeps the way's real id. Junctions have their real node
ids; the points between them have none in the source and get ids from `INVENTED` on (OpenStreetMap's are below
1.4e10). Left out: centroid connectors, which are no roads, and links that start and end in one junction.

Zones. Population is rounded so that the total stays right. The source does not say which commune a zone lies
in: zones whose inner point is north of `BOUNDARY` count as La Serena, others as Coquimbo. It is a line from
where the Avenida del Mar (La Serena) becomes the Avenida Costanera (Coquimbo) to the Avenida Regimiento Arica
in Tierras Blancas (Coquimbo), not the legal boundary. A zone is called by its number and its longest street.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import math
import sqlite3
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium
import shapely
from osmium.osm.mutable import Node, Way

CITY = Path(__file__).parent / "la-serena-coquimbo"
INVENTED = 1_000_000_000_000
BOUNDARY = ((-71.2876, -29.9418), (-71.2440, -29.9475))
METRES_PER_DEGREE = 111_195.0
# A degree of longitude is this much shorter than one of latitude at 29.95 degrees south.
SQUEEZE = math.cos(math.radians(29.95))
# Zone boundaries are drawn by hand in the source; six decimals are 10 cm.
ZONE_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A piece of a way between two junctions, in the way's direction."""

    tail: int
    head: int
    coordinates: tuple[tuple[float, float], ...]
    way_id: int
    tags: tuple[tuple[str, str], ...]

    @property
    def length_m(self) -> float:
        """Metres along the link."""
        return sum(
            math.hypot((b[0] - a[0]) * SQUEEZE, b[1] - a[1]) * METRES_PER_DEGREE
            for a, b in itertools.pairwise(self.coordinates)
        )


Chain = list[Link]


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description="Make the sample city's roads and zones.")
    parser.add_argument("source", type=Path, help="a wheel of aequilibrae, or the coquimbo.zip in it")
    with tempfile.TemporaryDirectory() as folder:
        database = extract(parser.parse_args().source, Path(folder))
        connection = sqlite3.connect(database)
        links = read_links(connection)
        chains = join_links(links)
        write_roads(chains, CITY / "roads.osm.pbf")
        count = write_zones(connection, links, CITY / "zones.geojson")
        connection.close()
    kilometres = sum(link.length_m for link in links) / 1000
    print(f"{len(links)} links, {len(chains)} ways, {kilometres:.0f} km, {count} zones in {CITY}")


def extract(source: Path, folder: Path) -> Path:
    """Unpack the database of a wheel or zip into the folder and return its path."""
    with zipfile.ZipFile(source) as archive:
        inner = [name for name in archive.namelist() if name.endswith("/coquimbo.zip")]
        if inner:
            with zipfile.ZipFile(io.BytesIO(archive.read(inner[0]))) as packed:
                return Path(packed.extract("project_database.sqlite", folder))
        return Path(archive.extract("project_database.sqlite", folder))


def geometry(blob: bytes) -> shapely.Geometry:
    """Return a SpatiaLite geometry: its WKB lies between an envelope and an end mark."""
    return shapely.from_wkb(blob[1:2] + blob[39:-1])


# --- Roads ---


def read_links(connection: sqlite3.Connection) -> list[Link]:
    """Return the links of roads with OSM ids of their junctions, in the source's order."""
    rows = connection.execute(
        "SELECT a.osm_id, b.osm_id, l.geometry, l.osm_id, link_type, name, direction,"
        " lanes_ab, lanes_ba, speed_ab, speed_ba FROM links l"
        " JOIN nodes a ON a.node_id = a_node JOIN nodes b ON b.node_id = b_node"
        " WHERE l.osm_id IS NOT NULL AND a_node != b_node ORDER BY link_id"
    )
    return [
        Link(
            tail=tail,
            head=head,
            coordinates=tuple((lon, lat) for lon, lat in shapely.get_coordinates(geometry(blob)).tolist()),
            way_id=way_id,
            tags=tags_of(road_class, name, direction, lanes=lanes_speeds[:2], speeds=lanes_speeds[2:]),
        )
        for tail, head, blob, way_id, road_class, name, direction, *lanes_speeds in rows
    ]


def tags_of(
    road_class: str,
    name: str | None,
    direction: int,
    *,
    lanes: Sequence[float | None],
    speeds: Sequence[int | None],
) -> tuple[tuple[str, str], ...]:
    """Return the OSM tags that say what the source says, leaving open what it leaves open."""
    oneway = direction == 1
    tags = {"highway": road_class}
    if name:
        tags["name"] = name
    if oneway:
        tags["oneway"] = "yes"
    known = [count for count in lanes[: 1 if oneway else 2] if count is not None]
    if known and (oneway or len(known) == len(lanes)) and sum(known) == int(sum(known)):
        tags["lanes"] = str(int(sum(known)))
    if speeds[0] and (oneway or speeds[0] == speeds[1]):
        tags["maxspeed"] = str(speeds[0])
    return tuple(sorted(tags.items()))


def join_links(links: Sequence[Link]) -> dict[int, Chain]:
    """Return the ways by ascending id, each as the chain of its links."""
    by_way: defaultdict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_way[link.way_id].append(link)
    return {way_id: join(by_way[way_id]) for way_id in sorted(by_way)}


def join(links: Sequence[Link]) -> Chain:
    """Return the links of one way in order: a walk that uses each once (Hierholzer's algorithm)."""
    leaving: defaultdict[int, list[Link]] = defaultdict(list)
    surplus: defaultdict[int, int] = defaultdict(int)
    for link in reversed(links):
        leaving[link.tail].append(link)
        surplus[link.tail] += 1
        surplus[link.head] -= 1
    stack: list[tuple[int, Link | None]] = [(max(surplus, key=lambda node: (surplus[node], -node)), None)]
    chain: Chain = []
    while stack:
        node, arrived_by = stack[-1]
        if leaving[node]:
            link = leaving[node].pop()
            stack.append((link.head, link))
        else:
            stack.pop()
            if arrived_by:
                chain.insert(0, arrived_by)
    if len(chain) != len(links) or any(a.head != b.tail for a, b in itertools.pairwise(chain)):
        raise ValueError(f"the links of way {links[0].way_id} do not make one chain")
    return chain


def write_roads(ways: Mapping[int, Chain], path: Path) -> None:
    """Write a PBF file, nodes and ways each sorted by id as other programs expect."""
    positions: dict[int, tuple[float, float]] = {}
    way_nodes: dict[int, list[int]] = {}
    invented = itertools.count(INVENTED)
    for way_id, chain in ways.items():
        nodes = [chain[0].tail]
        for link in chain:
            between = [next(invented) for _ in link.coordinates[1:-1]]
            nodes += [*between, link.head]
            positions.update(zip([link.tail, *between, link.head], link.coordinates, strict=True))
        way_nodes[way_id] = nodes
    path.unlink(missing_ok=True)
    header = osmium.io.Header()
    header.set("generator", Path(__file__).name)
    # Without the metadata (authors, versions), of which the source has none.
    file = osmium.io.File(str(path), "pbf,add_metadata=false")
    with osmium.SimpleWriter(file, header=header) as writer:
        for node_id in sorted(positions):
            writer.add_node(Node(id=node_id, location=positions[node_id]))
        for way_id, chain in ways.items():
            writer.add_way(Way(id=way_id, nodes=way_nodes[way_id], tags=dict(chain[0].tags)))


# --- Zones ---


def write_zones(connection: sqlite3.Connection, links: Sequence[Link], path: Path) -> int:
    """Write the zones as GeoJSON and return how many there are."""
    rows = connection.execute("SELECT zone_id, population, geometry FROM zones ORDER BY zone_id").fetchall()
    shapes = [shapely.set_precision(geometry(row[2]), 10**-ZONE_DECIMALS) for row in rows]
    people = round_to_total(np.array([row[1] for row in rows]))
    streets = longest_streets(shapes, links)
    features = [
        {
            "type": "Feature",
            "id": str(zone_id),
            "properties": {
                "name": f"{zone_id} {street}".strip(),
                "commune": commune_of(shape),
                "population": int(count),
            },
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for (zone_id, *_), shape, street, count in zip(rows, shapes, streets, people, strict=True)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8")
    return len(features)


def round_to_total(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return whole numbers that sum to the rounded sum: the largest remainders are rounded up."""
    whole = np.floor(values)
    missing = round(values.sum()) - int(whole.sum())
    whole[np.argsort(whole - values, kind="stable")[:missing]] += 1
    return whole.astype(np.int64)


def commune_of(shape: shapely.Geometry) -> str:
    """Return the commune by the side of `BOUNDARY` on which the zone's inner point lies."""
    (west, west_lat), (east, east_lat) = BOUNDARY
    inner = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    boundary_lat = west_lat + (east_lat - west_lat) * (inner[0] - west) / (east - west)
    return "La Serena" if inner[1] > boundary_lat else "Coquimbo"


def longest_streets(shapes: Sequence[shapely.Geometry], links: Sequence[Link]) -> list[str]:
    """Return the name with most metres of road in each zone, empty where no road has a name."""
    named = [(dict(link.tags)["name"], link) for link in links if "name" in dict(link.tags)]
    middles = shapely.points([np.mean(link.coordinates, axis=0) for _, link in named])
    metres: list[defaultdict[str, float]] = [defaultdict(float) for _ in shapes]
    for zone, link_index in shapely.STRtree(middles).query(shapes, predicate="intersects").T:
        name, link = named[link_index]
        metres[zone][name] += link.length_m
    return [min(lengths, key=lambda name: (-lengths[name], name), default="") for lengths in metres]


if __name__ == "__main__":
    main()
