"""OSRM's prepared files, kept in the cache folder by the digest of the map they were made of."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.benchmarks.peers.environment import ROUTING, cache_folder
from tests.benchmarks.peers.metered import Used, metered


@dataclass(frozen=True, slots=True)
class OsrmTools:
    """OSRM's commands, as osrm-bindings has them."""

    folder: Path

    @classmethod
    def beside(cls, python: Path) -> OsrmTools:
        """Return those in a Python's environment."""
        return cls(next(python.parent.parent.glob("lib/*/site-packages/osrm")))

    def run(self, tool: str, *arguments: str | Path) -> Used:
        """Run one with a single thread and return what it took."""
        return metered([self.folder / "bin" / f"osrm-{tool}", "--threads", "1", *arguments])

    def extract(self, map_file: Path, base: Path) -> Used:
        """Read a map with the car profile into files whose names begin with a base."""
        return self.run(
            "extract", "--profile", self.folder / "share/profiles/car.lua", "--output", base, map_file
        )

    def prepare_mld(self, map_file: Path, base: Path) -> Used:
        """Make all that OSRM needs for its multi-level search."""
        base.parent.mkdir(parents=True)
        return self.extract(map_file, base) + self.run("partition", base) + self.run("customize", base)

    def prepare_ch(self, map_file: Path, base: Path) -> Used:
        """Make all that OSRM needs for its contraction hierarchies."""
        base.parent.mkdir(parents=True)
        return self.extract(map_file, base) + self.run("contract", base)


@dataclass(frozen=True, slots=True)
class OsrmFiles:
    """Where the files of both of OSRM's searches begin. They are not to be changed."""

    ch: Path
    mld: Path


def prepared(tools: OsrmTools, map_file: Path) -> OsrmFiles:
    """Return OSRM's files of a map, from the cache where they are."""
    digest = hashlib.sha256(" ".join(ROUTING).encode() + map_file.read_bytes()).hexdigest()[:16]
    folder = cache_folder() / f"osrm-{digest}"
    if not folder.exists():
        print(f"OSRM prepares {map_file.name} (once, up to a minute) …", flush=True)
        making = folder.with_suffix(".part")
        shutil.rmtree(making, ignore_errors=True)
        tools.prepare_ch(map_file, making / "ch" / "map.osrm")
        tools.prepare_mld(map_file, making / "mld" / "map.osrm")
        making.rename(folder)
    return OsrmFiles(folder / "ch" / "map.osrm", folder / "mld" / "map.osrm")


def first_route(python: Path, base: Path, points: npt.ArrayLike) -> Used:
    """Return what OSRM takes to load its multi-level files in a fresh process and answer one route."""
    program = (
        "import osrm, sys\n"
        "engine = osrm.OSRM(algorithm='MLD', storage_config=sys.argv[1], use_shared_memory=False)\n"
        "places = [tuple(map(float, place.split(','))) for place in sys.argv[2:]]\n"
        "engine.Route(osrm.RouteParameters(coordinates=places, overview='full'))"
    )
    return metered([python, "-c", program, base, *(f"{lon},{lat}" for lon, lat in np.asarray(points))])
