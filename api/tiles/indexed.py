"""Pictures of few colours as small PNG files: an eighth to a third of what three bytes a pixel would take."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import numpy as np
import numpy.typing as npt
from matplotlib.colors import to_rgb
from PIL import Image
from scipy.spatial import KDTree

Pixels = npt.NDArray[np.uint8]

_BITS = 6
"""Of each channel; colours that differ only in the others count as one, which no eye sees."""

_MOST = 256
"""Colours in a PNG with one byte a pixel."""


def indexed_png(pixels: Pixels, exact: Iterable[str]) -> bytes:
    """Return a picture as a PNG with a table of colours.

    Parameters
    ----------
    pixels : (height, width, 3 or more) uint8
        Red, green, blue.
    exact : iterable of str
        Colours that must come out as they are, since they go on in the next tile.

    Returns
    -------
    bytes
        The file; the rarest colours are replaced by the nearest of the others.
    """
    height, width = pixels.shape[:2]
    bins = _bin_of(pixels.reshape(height * width, -1))
    count = np.bincount(bins, minlength=1 << 3 * _BITS)
    colour_of = np.zeros((len(count), 3), dtype=np.uint8)
    colour_of[bins] = pixels.reshape(height * width, -1)[:, :3]
    given = np.round(255.0 * np.array([to_rgb(colour) for colour in exact])).astype(np.uint8).reshape(-1, 3)
    colour_of[_bin_of(given)] = given
    used = np.flatnonzero(count)
    table = used[np.argsort(-count[used], kind="stable")[:_MOST]]
    _distance, nearest = KDTree(colour_of[table]).query(colour_of[used])
    entry_of = np.zeros(len(count), dtype=np.uint8)
    entry_of[used] = nearest
    picture = Image.frombytes("P", (width, height), entry_of[bins].tobytes())
    picture.putpalette(colour_of[table].tobytes())
    file = BytesIO()
    picture.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _bin_of(colours: Pixels) -> npt.NDArray[np.int32]:
    """Return a number for each colour, the same for those that look the same."""
    coarse = (colours[:, :3] >> (8 - _BITS)).astype(np.int32)
    return np.asarray(coarse[:, 0] << 2 * _BITS | coarse[:, 1] << _BITS | coarse[:, 2])
