"""What the map writes for a name: all of it, less where there is no room, or the number on a shield."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[A-Z]{1,3}[ -]?\d{1,4}[A-Z]{0,4}(-\d+)?")

_SHORTER = {
    # French
    "Allée": "All.",
    "Allées": "All.",
    "Avenue": "Av.",
    "Boulevard": "Bd",
    "Chaussée": "Chée",
    "Chemin": "Ch.",
    "Commandant": "Cdt",
    "Capitaine": "Cne",
    "Colonel": "Cel",
    "Docteur": "Dr",
    "Esplanade": "Espl.",
    "Faubourg": "Fg",
    "Général": "Gal",
    "Impasse": "Imp.",
    "Lieutenant": "Lt",
    "Maréchal": "Mal",
    "Monseigneur": "Mgr",
    "Passage": "Pass.",
    "Place": "Pl.",
    "Président": "Pdt",
    "Professeur": "Pr",
    "Promenade": "Prom.",
    "Résidence": "Rés.",
    "Rond-Point": "Rd-Pt",
    "Route": "Rte",
    "Rue": "R.",
    "Ruelle": "Rlle",
    "Saint": "St",
    "Sainte": "Ste",
    "Square": "Sq.",
    # Spanish
    "Almirante": "Alm.",
    "Avenida": "Av.",
    "Calle": "C/",
    "Camino": "Cno.",
    "Circunvalación": "Circ.",
    "Doctor": "Dr.",
    "General": "Gral.",
    "Pasaje": "Pje.",
    "Presidente": "Pdte.",
    "Profesor": "Prof.",
    "Profesora": "Prof.",
    # English
    "Drive": "Dr",
    "Lane": "Ln",
    "Road": "Rd",
    "Street": "St",
}


def wordings(name: str) -> tuple[str, ...]:
    """Return what may be written for a street's name.

    Parameters
    ----------
    name : str
        As the network has it.

    Returns
    -------
    tuple of str
        The name, then its abbreviation where it has one.
    """
    words = name.split(" ")
    # The last word is the name's own: Rue du Général, Place du Marché.
    shorter = " ".join([*(_SHORTER.get(word, word) for word in words[:-1]), _english_end(words)])
    return (name,) if shorter == name else (name, shorter)


def road_number(name: str) -> str:
    """Return the number of a road that has no name.

    Parameters
    ----------
    name : str
        As the network has it: the reference where there is no name; of several the first is taken.

    Returns
    -------
    str
        Such as `A 38`; empty where this is a name.
    """
    first = name.split(";", maxsplit=1)[0].strip()
    return first if _NUMBER.fullmatch(first) else ""


def _english_end(words: list[str]) -> str:
    """Return the last word of a name, shorter where it says what kind of street it is."""
    kinds = {"Street", "Road", "Avenue", "Drive", "Lane", "Boulevard"}
    return _SHORTER[words[-1]] if len(words) > 1 and words[-1] in kinds else words[-1]
