"""Letters as outlines, so that names can follow the bends of a street."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.ft2font import FT2Font, LoadFlags

from equipage.api.tiles.mercator import Floats

_EM = 100
"""Size at which outlines are read from the font; fine enough for any zoom."""

_ADVANCE_UNIT = 65536.0
"""FreeType tells linear advances in 16.16 fixed point."""

_CONDENSED = 0.9
"""DejaVu Sans Condensed is DejaVu Sans in 90 % of its width; maps have little room."""


class Face(StrEnum):
    """The cuts of DejaVu Sans in use, by the names of their files."""

    REGULAR = "DejaVuSans"
    BOLD = "DejaVuSans-Bold"
    OBLIQUE = "DejaVuSans-Oblique"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glyph:
    """The outline of one letter for a font size of 1 px: y upwards, the origin on the base line."""

    vertices: Floats
    codes: npt.NDArray[np.uint8]
    advance: float


class Typeface:
    """One cut of DejaVu Sans, which comes with matplotlib: Latin, Greek and Cyrillic letters.

    Parameters
    ----------
    face : Face
        Which.
    """

    def __init__(self, face: Face) -> None:
        self._font = FT2Font(str(Path(mpl.get_data_path(), "fonts", "ttf", f"{face}.ttf")))
        self._font.set_size(_EM, 72)
        self._glyphs: dict[str, Glyph | None] = {}
        # A FreeType face keeps the letter it has loaded last.
        self._lock = Lock()

    def glyphs(self, text: str) -> tuple[Glyph, ...] | None:
        """Return the letters of a text.

        Parameters
        ----------
        text : str
            Any text.

        Returns
        -------
        tuple of Glyph or None
            None where the font lacks one of the letters.
        """
        found = []
        for letter in text:
            if letter not in self._glyphs:
                self._glyphs[letter] = self._load(letter)
            glyph = self._glyphs[letter]
            if glyph is None:
                return None
            found.append(glyph)
        return tuple(found)

    def _load(self, letter: str) -> Glyph | None:
        """Read an outline from the font."""
        with self._lock:
            if self._font.get_char_index(ord(letter)) == 0:
                return None
            loaded = self._font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
            vertices, codes = self._font.get_path()
        return Glyph(
            vertices=np.asarray(vertices, dtype=np.float64) / _EM * (_CONDENSED, 1.0),
            codes=np.asarray(codes, dtype=np.uint8),
            advance=loaded.linearHoriAdvance / _ADVANCE_UNIT / _EM * _CONDENSED,
        )


@cache
def typeface(face: Face = Face.REGULAR) -> Typeface:
    """Return a cut of the typeface, read from its file once.

    Parameters
    ----------
    face : Face
        Which.

    Returns
    -------
    Typeface
        The same one each time.
    """
    return Typeface(face)
