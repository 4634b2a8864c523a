"""Encoded polylines: the text in which OSRM sends lines.

Each number is the step from the one before in units of the last digit, in groups of five bits, the lowest
first, as characters from `?` on. Latitude comes before longitude.

References
----------
Google: Encoded Polyline Algorithm Format,
https://developers.google.com/maps/documentation/utilities/polylinealgorithm
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_FIRST = 63
_BITS = 5
_MORE = 1 << _BITS
_GROUP = _MORE - 1
# A step across the world with six digits has seven groups.
_MOST_GROUPS = 7


class Encoded:
    """Points as text, whole and in parts: the step from each point to the next is written once.

    Parameters
    ----------
    lonlat : (n, 2) float64
        Degrees.
    digits : int
        After the point: 5 or 6.
    """

    def __init__(self, lonlat: Floats, *, digits: int) -> None:
        units = np.rint(lonlat[:, ::-1] * 10**digits).astype(np.int64)
        self._units: list[list[int]] = units.tolist()
        self._steps, self._ends = _text(np.diff(units, axis=0).reshape(-1).tolist())

    def part(self, first: int, last: int) -> str:
        """Return the text of the points from one to another, both included."""
        begin, _ = _text(self._units[first])
        return begin + self._steps[self._ends[2 * first] : self._ends[2 * last]]


def _text(steps: Sequence[int]) -> tuple[str, list[int]]:
    """Return steps as text, and where in it each begins and the last ends."""
    text, ends = bytearray(), [0]
    for step in steps:
        rest = ~(step << 1) if step < 0 else step << 1
        while rest >= _MORE:
            text.append((rest & _GROUP | _MORE) + _FIRST)
            rest >>= _BITS
        text.append(rest + _FIRST)
        ends.append(len(text))
    return text.decode("ascii"), ends


def decoded(text: str, *, digits: int) -> Floats:
    """Return the points of a text, (n, 2) lon, lat in degrees.

    Parameters
    ----------
    text : str
        As `Encoded` makes it.
    digits : int
        After the point: 5 or 6.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    steps: list[int] = []
    step, groups = 0, 0
    for letter in text:
        group = ord(letter) - _FIRST
        if not 0 <= group < 2 * _MORE or groups == _MOST_GROUPS:
            raise ValueError(f"{letter!r} cannot be there in an encoded polyline")
        step |= (group & _GROUP) << (_BITS * groups)
        groups += 1
        if group < _MORE:
            steps.append(~(step >> 1) if step & 1 else step >> 1)
            step, groups = 0, 0
    if groups or len(steps) % 2 or not steps:
        raise ValueError("the encoded polyline ends within a point")
    units = np.cumsum(np.array(steps, dtype=np.int64).reshape(-1, 2), axis=0)
    return np.asarray(units[:, ::-1] / 10**digits, dtype=np.float64)
