"""Colours for what analysts compare: steps of a number, or kinds of things, with their legend."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from markupsafe import Markup
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from equipage.api.maps.page import legend_of, swatch
from equipage.api.words.maps import MapWords

PLAIN = "#0072b2"
MISSING = "#8a8a8a"
STEPS = ("#fde3a7", "#f7a35c", "#d95f5f", "#9c2f7f", "#46136b")
"""From little to much, in even steps of lightness: they differ in grey and for the colour-blind, too."""
KINDS = ("#0072b2", "#b34000", "#00755a", "#8f3d73", "#a6761d", "#1f78b4", "#666666", "#c8102e")

Colours = npt.NDArray[np.object_]


def colours_of(values: pd.Series, words: MapWords) -> tuple[Colours, Markup]:
    """Return a colour for each value, and the legend: five steps of a number, or up to eight kinds.

    Parameters
    ----------
    values : Series
        Numbers (inf for what is out of reach) or anything else; what is missing is grey.
    words : MapWords
        The legend's language.
    """
    if is_numeric_dtype(values) and not is_bool_dtype(values):
        return _steps(values.to_numpy(dtype=np.float64), str(values.name), words)
    return _kinds(values, words)


def _steps(values: npt.NDArray[np.float64], title: str, words: MapWords) -> tuple[Colours, Markup]:
    finite = np.isfinite(values)
    if not finite.any():
        return np.full(len(values), MISSING, dtype=object), legend_of(title, [_missing(words)])
    # Fifths of what is there, so that one extreme value does not make all others alike.
    edges = np.unique(np.quantile(values[finite], np.linspace(0.0, 1.0, len(STEPS) + 1)))
    uppers = edges[1:] if len(edges) > 1 else edges
    step = np.searchsorted(uppers, np.where(finite, values, uppers[-1]))
    chosen = np.array(STEPS, dtype=object)[np.linspace(0, len(STEPS) - 1, len(uppers)).round().astype(int)]
    lowers = [edges[0], *uppers[:-1]]
    entries = [
        (
            swatch(colour),
            f"{_short(low, words)} – {_short(high, words)}",
            str(int((finite & (step == rank)).sum())),
        )
        for rank, (colour, low, high) in enumerate(zip(chosen, lowers, uppers, strict=True))
    ]
    missing = [] if finite.all() else [_missing(words)]
    return np.where(finite, chosen[step], MISSING), legend_of(title, [*entries, *missing])


def _kinds(values: pd.Series, words: MapWords) -> tuple[Colours, Markup]:
    counts = values.value_counts().head(len(KINDS))
    colour_of = dict(zip(counts.index, KINDS, strict=False))
    entries = [(swatch(colour_of[kind]), str(kind), str(count)) for kind, count in counts.items()]
    others = not values.isin(counts.index).all()
    legend = legend_of(str(values.name), [*entries, *([_missing(words)] if others else [])])
    return np.array([colour_of.get(value, MISSING) for value in values], dtype=object), legend


def _missing(words: MapWords) -> tuple[Markup, str, str]:
    return swatch(MISSING), words.other, ""


def _short(value: float, words: MapWords) -> str:
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 1 else 2  # noqa: PLR2004
    return words.number(value, digits)
