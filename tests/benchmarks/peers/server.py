"""What the peers' own Python runs: it answers one JSON line with another, the processor's seconds among it.

Parameters are made before the clock is started and answers are read after it is stopped: only the peer's own
work counts. Nothing of Équipage is imported here.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Answer = dict[str, Any]


class Peers:
    """The peers that were asked for so far, by name."""

    def __init__(self) -> None:
        self.osrm: Any = importlib.import_module("osrm")
        self.engines: dict[str, Any] = {}
        self.metrics: dict[str, Any] = {}

    def load(self, name: str, algorithm: str, base: str) -> Answer:
        """Load OSRM's prepared files, in place of those that had the name."""
        self.engines.pop(name, None)
        begun = time.process_time()
        self.engines[name] = self.osrm.OSRM(
            algorithm=algorithm,
            storage_config=base,
            use_shared_memory=False,
            max_locations_distance_table=-1,
            max_locations_viaroute=-1,
        )
        return {"seconds": time.process_time() - begun}

    def table(self, name: str, origins: list[list[float]], destinations: list[list[float]]) -> Answer:
        """Tell how long OSRM's table takes."""
        parameters = self.osrm.TableParameters(
            coordinates=[tuple(point) for point in origins + destinations],
            sources=list(range(len(origins))),
            destinations=list(range(len(origins), len(origins) + len(destinations))),
            annotations=["duration"],
            generate_hints=False,
        )
        begun = time.process_time()
        self.engines[name].Table(parameters)
        return {"seconds": time.process_time() - begun}

    def routes(
        self, name: str, origins: list[list[float]], destinations: list[list[float]], *, steps: bool = False
    ) -> Answer:
        """Tell how long OSRM takes for routes with their whole geometry, and what it says of each."""
        asked = [
            self.osrm.RouteParameters(
                coordinates=[tuple(origin), tuple(destination)],
                overview="full",
                geometries="geojson",
                steps=steps,
                annotations=["nodes", "duration"],
                generate_hints=False,
            )
            for origin, destination in zip(origins, destinations, strict=True)
        ]
        begun = time.process_time()
        found = [self._route(name, parameters) for parameters in asked]
        seconds = time.process_time() - begun
        return {"seconds": seconds, "durations_s": [route and _told(route) for route in found]}

    def _route(self, name: str, parameters: Any) -> Any:
        try:
            return self.engines[name].Route(parameters)
        except RuntimeError:
            return None

    def build(self, graph: str) -> Answer:
        """Build pyroutingkit's hierarchy of a graph that a file holds."""
        kit = importlib.import_module("pyroutingkit")
        with np.load(graph) as held:
            begun = time.process_time()
            topology = kit.CCHTopology()
            topology.build(held["tail"], held["head"], held["lat"], held["lon"], len(held["lat"]))
            metric = kit.CCHMetric(topology)
            metric.customize(held["weight"], 1)
            seconds = time.process_time() - begun
            self.metrics = {"metric": metric, "topology": topology, "weight": held["weight"]}
        return {"seconds": seconds}

    def customize(self) -> Answer:
        """Tell how long pyroutingkit takes for all weights anew and one query."""
        weight = self.metrics["weight"].copy()
        begun = time.process_time()
        self.metrics["metric"].customize(weight, 1)
        self.metrics["metric"].query(0, 1)
        return {"seconds": time.process_time() - begun}

    def many(self, sources: list[int], targets: list[int]) -> Answer:
        """Tell how long pyroutingkit's table takes."""
        ends = np.array(sources, dtype=np.uint32), np.array(targets, dtype=np.uint32)
        begun = time.process_time()
        self.metrics["metric"].distances_many_to_many(*ends)
        return {"seconds": time.process_time() - begun}


def _told(answer: Any) -> Answer:
    route = answer["routes"][0]
    return {
        "duration_s": route["duration"],
        "distance_m": route["distance"],
        "snap_m": max(place["distance"] for place in answer["waypoints"]),
    }


def serve(peers: object) -> None:
    """Answer until the input ends. What peers print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        do: Callable[..., Answer] = getattr(peers, asked.pop("do"))
        answers.write(json.dumps(do(**asked)) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(Peers())
