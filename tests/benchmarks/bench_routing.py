"""Routing beside OSRM, pyroutingkit, scipy and OSMnx: one table of ratios, from one run on one core.

Peers and we take turns on the same points; all times are the processor's. A peer's time begins when its
parameters are made and ends before its answer is read. OSRM's files are prepared once and kept in the
cache folder. `QUICK=1` takes the sample city and fewer questions. Run by `make bench-routing`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from tests.benchmarks.maps import bench_maps
from tests.benchmarks.peers.client import Peers
from tests.benchmarks.peers.environment import peers_python
from tests.benchmarks.routing_bench import FULL, QUICK, Bench, Row
from tests.benchmarks.routing_changes import exactness_rows, first_query_rows, reweight_rows
from tests.benchmarks.routing_queries import matrix_rows, one_to_all_rows, route_rows

KINDS = (matrix_rows, route_rows, reweight_rows, one_to_all_rows, first_query_rows, exactness_rows)


def measured(bench: Bench) -> Iterator[Row]:
    """Yield every row on one map, telling it as soon as it is there."""
    network = bench.network
    size = f"{network.node_count:,} nodes, {network.edge_count:,} edges, {network.turn_count:,} turns"
    print(f"{bench.map.name}: {size}", flush=True)
    for kind in KINDS:
        for row in kind(bench):
            print(f"  {row.figure}: {row.measured}", file=sys.stderr, flush=True)
            yield row


def show(names: list[str], columns: list[list[Row]], figures: str = "ratio (theirs / ours)") -> None:
    """Print the rows of all columns as one table."""
    lines = [
        [figures, "floor", "goal", *names],
        *(
            [rows[0].figure, rows[0].floor, rows[0].goal, *(row.measured for row in rows)]
            for rows in zip(*columns, strict=True)
        ),
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def main() -> None:
    """Print the table; a ratio is how many times faster we are."""
    quick = bool(os.environ.get("QUICK"))
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    python = peers_python()
    maps = bench_maps(quick=quick)
    columns = []
    for bench_map in maps:
        with Peers(python) as peers:
            bench = Bench.of(bench_map, python, peers, QUICK if quick else FULL)
            columns.append(list(measured(bench)))
    show([bench_map.name for bench_map in maps], columns)


if __name__ == "__main__":
    main()
