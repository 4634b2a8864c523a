"""Store a built network in one file that is mapped into memory, not parsed, when it is read.

A file is the magic bytes, format version and header length, a JSON header, then the arrays as they are in
memory, each at a multiple of 64 bytes. Processes that read the same file share its pages.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from dataclasses import asdict, fields
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from equipage.data.errors import NetworkFileError
from equipage.data.files import written_whole
from equipage.routing.network import RestrictionCount, RoadNetwork

MAGIC = b"equipage network"
FORMAT_VERSION = 6
SUFFIX = ".equipage"

_START = struct.Struct("<16sII")
_ALIGNMENT = 64
# Plain numbers: whole, real, true or false.
_KINDS = "bif"
_REMEDY = "Build it again with `equipage network build`."


def save_network(network: RoadNetwork, path: str | PathLike[str]) -> None:
    """Write a network to one file, whole or not at all.

    Parameters
    ----------
    network
        The network.
    path
        The file, by custom with the suffix `.equipage`; replaced if it is there.
    """
    arrays = {field.name: getattr(network, field.name) for field in fields(network)}
    facts = {name: arrays.pop(name) for name in list(arrays) if not isinstance(arrays[name], np.ndarray)}
    facts["restrictions"] = asdict(network.restrictions) | {"refused": dict(network.restrictions.refused)}
    facts["ignored"] = dict(network.ignored)
    layout, size = _lay_out(arrays)
    header = json.dumps({"size": size, "arrays": layout, "facts": facts}, ensure_ascii=False).encode()
    with written_whole(Path(path)) as file:
        file.write(_START.pack(MAGIC, FORMAT_VERSION, len(header)))
        file.write(header)
        body = _aligned(file.tell())
        for name, place in layout.items():
            file.seek(body + place["offset"])
            file.write(np.ascontiguousarray(arrays[name]).data)
        file.truncate(body + size)


def read_network(path: str | PathLike[str]) -> RoadNetwork:
    """Read a network that `save_network` wrote.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    RoadNetwork
        Its arrays are read-only views of the file.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    NetworkFileError
        When it is none of ours, of another format version, cut off or damaged.
    """
    path = Path(path)
    with path.open("rb") as file:
        header_length = _header_length(file.read(_START.size), path)
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        network = _network_in(memory, header_length)
    except (ValueError, KeyError, TypeError) as error:
        raise NetworkFileError(f"{path} is cut off or damaged: {error}. {_REMEDY}") from error
    if network.sealed().network_id != network.network_id:
        raise NetworkFileError(f"{path} is damaged: its content does not match its network_id. {_REMEDY}")
    return network


def is_network_file(path: Path) -> bool:
    """Tell whether the file begins as a network file of any version does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _lay_out(arrays: Mapping[str, npt.NDArray[Any]]) -> tuple[dict[str, dict[str, Any]], int]:
    """Return each array's type, shape and offset within the body, and the size of the body."""
    layout: dict[str, dict[str, Any]] = {}
    end = 0
    for name, values in arrays.items():
        layout[name] = {"dtype": values.dtype.str, "shape": values.shape, "offset": _aligned(end)}
        end = _aligned(end) + values.nbytes
    return layout, end


def _header_length(start: bytes, path: Path) -> int:
    if len(start) < _START.size or not start.startswith(MAGIC):
        raise NetworkFileError(f"{path} is not the file of a built network. {_REMEDY}")
    _, version, length = _START.unpack(start)
    if version != FORMAT_VERSION:
        raise NetworkFileError(
            f"{path} has format version {version}, but this program reads version {FORMAT_VERSION}. {_REMEDY}"
        )
    return int(length)


def _network_in(memory: mmap.mmap, header_length: int) -> RoadNetwork:
    header = json.loads(memory[_START.size : _START.size + header_length])
    body = _aligned(_START.size + header_length)
    if len(memory) != body + header["size"]:
        raise ValueError(f"it has {len(memory)} bytes instead of {body + header['size']}")
    facts: dict[str, Any] = header["facts"]
    facts["restrictions"] = RestrictionCount(**facts["restrictions"])
    facts |= {name: tuple(facts[name]) for name in ("names", "classes", "signs", "hours")}
    for name, place in header["arrays"].items():
        facts[name] = _array(memory, body, place)
    return RoadNetwork(**facts)


def _array(memory: mmap.mmap, body: int, place: Mapping[str, Any]) -> npt.NDArray[Any]:
    dtype, shape = np.dtype(place["dtype"]), tuple(place["shape"])
    if dtype.kind not in _KINDS:
        raise ValueError(f"an array of type {dtype} is no part of a network")
    count = int(np.prod(shape, dtype=np.int64))
    if not count:
        return np.empty(shape, dtype)
    return np.frombuffer(memory, dtype, count, body + place["offset"]).reshape(shape)


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT
