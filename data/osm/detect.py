"""Tell the format of an OpenStreetMap file by its first bytes."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path
from typing import IO, cast

from equipage.data.errors import OsmReadError

# Bytes looked at: enough for a byte order mark, an XML prologue or a PBF blob header.
_HEAD_BYTES = 64
_GZIP_MAGIC, _BZIP2_MAGIC = b"\x1f\x8b", b"BZh"
_FORMATS = "PBF (.osm.pbf), XML (.osm, .osm.gz, .osm.bz2) and Overpass JSON (.json, .json.gz)"


def detect_format(path: Path) -> str:
    """Return `pbf`, `osm` or `json`, the latter two with `.gz` or `.bz2` where packed.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    OsmReadError
        When it is a folder, empty, or of another format.
    """
    if path.is_dir():
        raise OsmReadError(f"{path} is a folder. Give one OpenStreetMap file: {_FORMATS}.")
    suffix = _packing(path)
    try:
        with open_unpacked(path) as file:
            head = file.read(_HEAD_BYTES)
    except (OSError, EOFError) as error:
        if not suffix:
            raise
        raise OsmReadError(f"{path} is damaged or cut off: {error}. Download or export it again.") from error
    if not head:
        raise OsmReadError(f"{path} is empty. Download or export it again.")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return f"osm{suffix}"
    if text.startswith(b"{"):
        return f"json{suffix}"
    if b"OSMHeader" in head and not suffix:
        return "pbf"
    raise OsmReadError(f"{path} is not an OpenStreetMap file. Readable are {_FORMATS}.")


def open_unpacked(path: Path) -> IO[bytes]:
    """Open the file to read its unpacked bytes, whether it is packed by gzip, bzip2 or not at all."""
    suffix = _packing(path)
    if suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    if suffix == ".bz2":
        return bz2.open(path)
    return path.open("rb")


def _packing(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(3)
    if head.startswith(_GZIP_MAGIC):
        return ".gz"
    return ".bz2" if head == _BZIP2_MAGIC else ""
