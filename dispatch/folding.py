"""Texts as they are compared: without accents and case, the same for every database."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Return a text in small letters without accents, its words apart by single spaces.

    Parameters
    ----------
    text : str
        As somebody wrote it.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.split())
