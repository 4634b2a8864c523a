"""From an OpenStreetMap file to a routable network, beside OSMnx's way, each in a process of its own.

OSMnx reads no PBF and knows no turn restrictions; its way is to convert the drivable ways to XML with osmium,
then `graph_from_xml`, speeds and travel times. Run by `make bench-network`; what is printed last are ratios.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.maps import write_part
from tests.conftest import ROOT

if TYPE_CHECKING:
    import networkx as nx

MAPS = {
    "Monaco": "monaco/monaco.osm.pbf",
    "Dijon": "dijon/dijon_drive_2025-11-03.osm.pbf",
    "Porto": "porto/porto_portugal.osm.pbf",
}

NOT_DRIVABLE = {"footway", "path", "steps", "cycleway"}


def load_with_equipage(file: Path) -> dict[str, object]:
    """Return the counts of our network."""
    from equipage.data.osm import read_osm
    from equipage.routing.build import build_network

    network = build_network(read_osm(file))
    counted = network.restrictions
    return {
        "nodes": network.node_count,
        "edges": network.edge_count,
        "turns": network.turn_count,
        "used": counted.used,
        "refused": dict(counted.refused),
    }


def osmnx_graph(file: Path) -> nx.MultiDiGraph[int]:
    """Return OSMnx' graph of a map's drivable ways, with travel times."""
    import osmnx

    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "drivable.osm"
        write_part(file, lambda way: way.tags.get("highway", "path") not in NOT_DRIVABLE, xml)
        graph = osmnx.graph_from_xml(xml)
    timed: nx.MultiDiGraph[int] = osmnx.add_edge_travel_times(osmnx.add_edge_speeds(graph, fallback=30.0))
    return timed


def load_with_osmnx(file: Path) -> dict[str, object]:
    """Return the counts of OSMnx' graph."""
    graph = osmnx_graph(file)
    return {"nodes": len(graph), "edges": graph.number_of_edges()}


def measure(way: str, file: Path) -> dict[str, float]:
    """Return what one loading gives, with its seconds and its peak memory, in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_network", way, str(file)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Print a table, and the ratios."""
    data = ROOT.parent / "shared" / "data"
    print("map       way       seconds  peak MB    nodes    edges  restrictions used, refused")
    for name, path in MAPS.items():
        ours, theirs = (measure(way, data / path) for way in ("equipage", "osmnx"))
        for way, seen in (("equipage", ours), ("osmnx", theirs)):
            rest = f"{seen['used']}, {seen['refused']}" if "used" in seen else "none kept"
            print(
                f"{name:9} {way:9} {seen['seconds']:7.1f} {seen['peak_mb']:8.0f}"
                f" {seen['nodes']:8} {seen['edges']:8}  {rest}"
            )
        print(
            f"{name:9} OSMnx / equipage: time {theirs['seconds'] / ours['seconds']:.1f}x,"
            f" memory {theirs['peak_mb'] / ours['peak_mb']:.1f}x"
        )


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        load = {"equipage": load_with_equipage, "osmnx": load_with_osmnx}[sys.argv[1]]
        begun = time.perf_counter()
        told = load(Path(sys.argv[2]))
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**told, "seconds": time.perf_counter() - begun, "peak_mb": peak_mb}))
