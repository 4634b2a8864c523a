"""Load road networks: from OpenStreetMap files, from files of built networks, from the cache."""

from __future__ import annotations

import warnings
from functools import cache
from hashlib import file_digest, sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from equipage.data.errors import NetworkFileError
from equipage.data.network_files import FORMAT_VERSION, SUFFIX, is_network_file, read_network, save_network
from equipage.data.osm import read_osm
from equipage.routing.build import build_network
from equipage.routing.network import RoadNetwork
from equipage.routing.profile import profile_named

if TYPE_CHECKING:
    from equipage.routing.build import Progress

__all__ = ["cached_network", "load_network", "read_network", "save_network"]

# The source files that decide what a map becomes, below the folder of the package.
_RULES = ("geo/*.py", "routing/*.py", "data/osm/*.py")


def load_network(
    source: str | PathLike[str], profile: str = "van", progress: Progress | None = None
) -> RoadNetwork:
    """Load a road network from a map or from the file of a built network.

    Parameters
    ----------
    source
        An OpenStreetMap file (PBF, XML, Overpass JSON) or what `save_network` wrote.
    profile
        Name of the vehicle profile to build it for.
    progress
        Called with what is being done and the share of it that is done, 0 to 1.

    Returns
    -------
    RoadNetwork
        Ready for a router.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    OsmReadError, NetworkFileError
        When it cannot be read, or was built for another profile.
    EmptyNetworkError
        When it holds no road that the profile may use.
    UnknownProfileError
        When there is no such profile.
    """
    path = Path(source)
    rules = profile_named(profile)
    if not path.is_dir() and is_network_file(path):
        network = read_network(path)
        if network.profile != profile:
            raise NetworkFileError(
                f"{path} was built for profile {network.profile!r}, not {profile!r}. "
                f"Ask for {network.profile!r}, or build it again from the map."
            )
        return network
    return build_network(read_osm(path, progress), rules, progress=progress)


def cached_network(
    osm_path: str | PathLike[str],
    profile: str,
    cache_dir: Path,
    progress: Progress | None = None,
) -> RoadNetwork:
    """Return the network of a map, built anew only when map, profile or rules have changed.

    Parameters
    ----------
    osm_path
        An OpenStreetMap file.
    profile
        Name of the vehicle profile.
    cache_dir
        Folder of built networks; made if need be. If it cannot be written the network is still returned, with
        a warning.
    progress
        Called with what is being done and the share of it that is done, 0 to 1.

    Raises
    ------
    FileNotFoundError, OsmReadError, EmptyNetworkError, UnknownProfileError
        As `load_network` does.
    """
    stored = cache_dir / f"{_cache_key(Path(osm_path), profile)}{SUFFIX}"
    try:
        return read_network(stored)
    except (OSError, NetworkFileError):
        network = load_network(osm_path, profile, progress)
    try:
        save_network(network, stored)
    except OSError as error:
        warnings.warn(f"the built network cannot be kept for the next start: {error}", stacklevel=2)
        return network
    return read_network(stored)


def _cache_key(osm_path: Path, profile: str) -> str:
    with osm_path.open("rb") as file:
        content = file_digest(file, "sha256").hexdigest()
    return sha256(f"{content} {profile} {FORMAT_VERSION} {_rules_digest()}".encode()).hexdigest()[:24]


@cache
def _rules_digest() -> str:
    """Return a digest of the program that builds networks, so that a new version does not use old ones."""
    package = Path(__file__).parents[1]
    digest = sha256()
    for pattern in _RULES:
        for source in sorted(package.glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()
