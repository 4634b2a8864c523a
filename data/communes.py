"""A city's communes as its zones, where the map of its roads has their boundaries."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from equipage.data.network_files import is_network_file
from equipage.data.osm.boundaries import Communes, read_communes
from equipage.dispatch.model import Zone, ZoneId

_log = logging.getLogger(__name__)
_REMEDY = (
    "reports there have no commune unless they say it. "
    "Have the place fetched with --place, or name a file of zones with --zones"
)


def communes_of(roads: Path, names: Mapping[str, str]) -> tuple[Zone, ...]:
    """Return the communes of a map as zones; what is missing or broken is told in the log, never guessed.

    Parameters
    ----------
    roads
        An OpenStreetMap file; a built network has roads only.
    names
        What the city calls its communes, by code; others are left out. Empty means all, as the map calls
        them.

    Raises
    ------
    FileNotFoundError, OsmReadError
        When the map cannot be read.
    """
    found = Communes(whole=(), broken=()) if is_network_file(roads) else read_communes(roads, names)
    if found.broken:
        _log.warning("%s has broken boundaries, %s; %s", roads, "; ".join(found.broken), _REMEDY)
    zones = tuple(
        Zone(
            id=ZoneId(commune.code),
            name=names.get(commune.code, commune.name),
            commune=names.get(commune.code, commune.name),
            geometry=commune.geometry,
        )
        for commune in found.whole
    )
    if not zones:
        _log.warning("%s holds no whole boundary of a commune: %s", roads, _REMEDY)
    return zones
