"""Read OpenStreetMap files: PBF, XML and Overpass JSON, plain or compressed."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from equipage.data.osm import osmium_files, overpass_json
from equipage.data.osm.detect import detect_format
from equipage.routing.osm import OsmData

if TYPE_CHECKING:
    from equipage.routing.build import Progress


def read_osm(path: str | PathLike[str], progress: Progress | None = None) -> OsmData:
    """Read the roads, their nodes and the turn restrictions of an OpenStreetMap file.

    The content tells the format, not the name: PBF, XML or Overpass JSON, the latter two also compressed.

    Parameters
    ----------
    path
        The file.
    progress
        Called with what is being done and the share of it that is done, 0 to 1.

    Returns
    -------
    OsmData
        Only what routing can use, with no opinion on what the tags mean.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    OsmReadError
        When it is empty, damaged, cut off or of another format.
    NoRoadsError
        When it can be read but holds no roads.
    """
    path = Path(path)
    told = progress or _silent
    file_format = detect_format(path)
    if file_format.startswith("json"):
        return overpass_json.decode(path, told)
    return osmium_files.decode(path, file_format, told)


def _silent(_stage: str, _share: float) -> None:
    """Tell nobody."""
