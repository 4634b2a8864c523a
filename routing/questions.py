"""What a question to a router must be: points, counts and limits, checked before anything is made of them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from equipage.routing.errors import InvalidQueryError, OffNetworkError

if TYPE_CHECKING:
    from equipage.routing.snap import Snaps

Floats = npt.NDArray[np.float64]

_PAIR = 2


def lonlat_of(given: Mapping[str, npt.ArrayLike]) -> dict[str, Floats]:
    """Return groups of points as arrays.

    Parameters
    ----------
    given : mapping from str to (n, 2) or (2,)
        Points lon, lat by what to call them.

    Returns
    -------
    dict of (n, 2) float64
        They may be nan, infinite or off the Earth. Nothing at all is no points.

    Raises
    ------
    OffNetworkError
        Naming every group that is no points.
    """
    points: dict[str, Floats] = {}
    faults: list[str] = []
    for name, some in given.items():
        try:
            lonlat = np.asarray(some, dtype=np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            faults.append(f"{name}: points must be (n, 2) numbers lon, lat in degrees, but {error}")
            continue
        if lonlat.shape == (_PAIR,):
            lonlat = lonlat[None, :]
        elif lonlat.shape == (0,):
            lonlat = lonlat.reshape(0, _PAIR)
        if lonlat.shape[1:] != (_PAIR,):
            faults.append(f"{name}: points must be (n, 2) lon, lat in degrees, not of shape {lonlat.shape}")
        points[name] = lonlat
    if faults:
        raise OffNetworkError("; ".join(faults))
    return points


def check_one(**snaps: Snaps) -> None:
    """Make sure that each group is one point.

    Raises
    ------
    InvalidQueryError
        Naming every group that is none, or several.
    """
    faults = [f"{name} must be one point, not {len(some)}" for name, some in snaps.items() if len(some) != 1]
    if faults:
        raise InvalidQueryError("; ".join(faults))


def faults_of_count(count: object) -> list[str]:
    """Return what is wrong with a count: it must be a whole number of 1 or more."""
    whole = isinstance(count, int | np.integer) and count is not True and count >= 1
    return [] if whole else [f"count must be a whole number of 1 or more, not {count!r}"]


def check_count(count: object) -> None:
    """Make sure that a count is a whole number of 1 or more.

    Raises
    ------
    InvalidQueryError
        Where it is not.
    """
    if faults := faults_of_count(count):
        raise InvalidQueryError("; ".join(faults))


def check_snap_limit(max_snap_m: object) -> None:
    """Make sure that a limit is metres of 0 or more; inf is one.

    Raises
    ------
    InvalidQueryError
        Where it is not.
    """
    # A comparison with nan is false.
    if not (isinstance(max_snap_m, Real) and cast("float", max_snap_m) >= 0.0):
        raise InvalidQueryError(f"max_snap_m must be metres of 0 or more, or inf, not {max_snap_m!r}")


def is_positive(value: object) -> bool:
    """Tell whether it is a number of more than 0 that is finite."""
    return isinstance(value, Real) and 0.0 < cast("float", value) <= sys.float_info.max
