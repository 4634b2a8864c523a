"""Kernels: functions that numba compiles, kept on disk so that only the first start waits for that."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
import platformdirs

Function = TypeVar("Function", bound=Callable[..., object])
Number = TypeVar("Number", bound=np.generic)


ROOMS = ("geo/kernels", "routing/cch", "routing/kernels", "dispatch/kernels")
"""The folders of the package that kernels are in, with all functions and constants that they use."""


def cache_folder(rooms: Iterable[Path], preferred: Path) -> Path:
    """Return the folder for the compiled kernels of these sources.

    Parameters
    ----------
    rooms : iterable of Path
        The folders with all modules that kernels are in; one that does not exist has none. numba itself looks
        at one module at a time: with a callee changed in another it would go on with the old one.
    preferred : Path
        Where such folders are to be.

    Returns
    -------
    Path
        It exists. Where the preferred folder cannot be written to, a new one that nobody else has.
    """
    digest = hashlib.sha256()
    for source in (source for room in rooms for source in sorted(room.glob("*.py"))):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    folder = preferred / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    return folder if writable else Path(tempfile.mkdtemp(prefix="equipage-kernels-"))


_PACKAGE = Path(__file__).parents[2]
_FOLDER = cache_folder(
    (_PACKAGE / room for room in ROOMS), platformdirs.user_cache_path("equipage") / "kernels"
)


def kernel(function: Function) -> Function:
    """Return the function compiled; it lets go of the interpreter's lock while it runs.

    Parameters
    ----------
    function : callable
        On arrays and named tuples of arrays. It checks no bounds.
    """
    # numba takes the folder from its settings at this moment; other libraries' kernels keep their own.
    settings: Any = numba.config
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(_FOLDER)
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    finally:
        settings.CACHE_DIR = before


def fixed(values: npt.ArrayLike, kind: type[Number]) -> npt.NDArray[Number]:
    """Return an array that kernels may read, of one type whatever it was made from.

    Parameters
    ----------
    values : array
        It is shared where it can be.
    kind : type
        Of the numbers.

    Returns
    -------
    array
        Read-only and in one piece. For one that can be written to, or comes from a file, numba would compile
        all anew, while somebody waits for an answer.
    """
    array = np.ascontiguousarray(values, dtype=kind).view(np.ndarray)
    array.setflags(write=False)
    return array


@kernel
def longer(values: npt.NDArray[np.int32], length: int) -> npt.NDArray[np.int32]:
    """Return an array that begins with the same values.

    Parameters
    ----------
    values : (n,) int32
        They are copied.
    length : int
        More than n.
    """
    copy = np.empty(length, np.int32)
    # One by one: to assign a part, numba would compile half a second's worth of messages about its shape.
    for i in range(len(values)):
        copy[i] = values[i]
    return copy
