"""The maps that routing is measured on: a city, and parts of it around its middle."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium

from equipage.data.osm import read_osm
from tests.benchmarks.peers.environment import cache_folder
from tests.conftest import ROOT

PORTO = ROOT.parent / "shared" / "data" / "porto" / "porto_portugal.osm.pbf"
SAMPLE = ROOT / "data" / "samples" / "la-serena-coquimbo" / "roads.osm.pbf"


@dataclass(frozen=True, slots=True)
class BenchMap:
    """A map file and what to call it."""

    name: str
    file: Path


def bench_maps(*, quick: bool) -> list[BenchMap]:
    """Return Porto in three sizes, smallest first; the sample city where Porto is absent or time is short."""
    if quick or not PORTO.is_file():
        return [BenchMap("La Serena", SAMPLE)]
    return [
        BenchMap("1/4 Porto", clipped(PORTO, 0.25)),
        BenchMap("1/2 Porto", clipped(PORTO, 0.5)),
        BenchMap("Porto", PORTO),
    ]


def clipped(map_file: Path, share: float) -> Path:
    """Return a map of the roads in a box around a map's middle that holds a share of its roads' nodes.

    Roads that are partly in the box are whole; restrictions stay where all their roads do.
    """
    digest = hashlib.sha256(map_file.read_bytes()).hexdigest()[:16]
    file = cache_folder() / f"clip-{digest}-{share}.osm.pbf"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        making = file.with_name(f"making-{file.name}")
        nodes = _nodes_around_middle(map_file, share)
        write_part(
            map_file,
            lambda way: "highway" in way.tags and any(node.ref in nodes for node in way.nodes),
            making,
        )
        making.rename(file)
    return file


def _nodes_around_middle(map_file: Path, share: float) -> set[int]:
    osm = read_osm(map_file)
    lonlat: npt.NDArray[np.float64] = np.column_stack([osm.node_lon, osm.node_lat])
    away = (np.abs(lonlat - np.median(lonlat, axis=0)) / np.ptp(lonlat, axis=0)).max(axis=1)
    return set(osm.node_id[away <= np.quantile(away, share)].tolist())


def write_part(map_file: Path, kept: Callable[[osmium.osm.Way], bool], to: Path) -> None:
    """Write a part of a map: chosen ways, their nodes, and the restrictions all of whose ways it has."""
    nodes: set[int] = set()
    ways: set[int] = set()
    for way in osmium.FileProcessor(str(map_file), osmium.osm.WAY):
        if isinstance(way, osmium.osm.Way) and kept(way):
            ways.add(way.id)
            nodes.update(node.ref for node in way.nodes)
    with osmium.SimpleWriter(str(to), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(map_file)):
            match thing:
                case osmium.osm.Node():
                    belongs = thing.id in nodes
                case osmium.osm.Way():
                    belongs = thing.id in ways
                case osmium.osm.Relation():
                    restricts = "restriction" in (thing.tags.get("type") or "")
                    belongs = restricts and all(
                        member.ref in ways for member in thing.members if member.type == "w"
                    )
                case _:
                    belongs = False
            if belongs:
                writer.add(thing)
