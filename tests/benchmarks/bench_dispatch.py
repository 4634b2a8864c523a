"""Planning beside PyVRP, VROOM and OR-Tools: one table from one run on one core.

All have the same budget, in seconds of the processor, and one thread; we take turns on each instance.
Models are built before the budget begins. Rivals' plans are completed by our own insertion where they know
less than we do, and every plan is checked and counted by the same judge. `QUICK=1` takes one seed and a
second. Run by `make bench-dispatch`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from equipage.dispatch.warm_up import compile_planning
from tests.benchmarks.bench_routing import show
from tests.benchmarks.peers.client import Peers
from tests.benchmarks.peers.environment import PLANNING, peers_python
from tests.benchmarks.planning_bench import FULL, QUICK, Bench
from tests.benchmarks.planning_rows import (
    large_rows,
    overrun_rows,
    plain_rows,
    published_rows,
    replan_rows,
    soft_rows,
)
from tests.benchmarks.routing_bench import Row

KINDS = (published_rows, soft_rows, plain_rows, replan_rows, large_rows, overrun_rows)


def measured(bench: Bench) -> Iterator[Row]:
    """Yield every row, telling it as soon as it is there."""
    compile_planning()  # so that no budget pays for it
    for kind in KINDS:
        for row in kind(bench):
            print(f"  {row.figure}: {row.measured}", file=sys.stderr, flush=True)
            yield row


def main() -> None:
    """Print the table: means and their 95 % intervals over paired seeds."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with Peers(peers_python(PLANNING), "planners") as peers:
        bench = Bench(peers, QUICK if os.environ.get("QUICK") else FULL)
        show(["measured"], [list(measured(bench))], "figure")


if __name__ == "__main__":
    main()
