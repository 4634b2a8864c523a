"""What edges of OSMnx' graphs say: of the several values of merged edges one, and loops cut in two."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from equipage.geo.earth import distance_m

if TYPE_CHECKING:
    import networkx as nx

Floats = npt.NDArray[np.float64]

_MILLIMETRE = 3
"""Digits of a metre: how far the middles of a loop's two directions may be apart by rounding."""


class Piece(NamedTuple):
    """An edge of a graph, or a part of one that is a loop."""

    tail: Hashable
    """The node it leaves; where a loop was cut, its node with the place of the cut."""
    head: Hashable
    lonlat: Floats
    """Its points from there to there."""
    share: float
    """What part of the edge's length and seconds it has."""
    said: Mapping[str, Any]
    """The edge's attributes."""


def pieces_of(graph: nx.MultiDiGraph[Any]) -> Iterator[Piece]:
    """Yield the edges of a sound graph in its order; of a loop two pieces, none where it has no extent.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From OSMnx, without faults.
    """
    place = {node: (float(said["x"]), float(said["y"])) for node, said in graph.nodes(data=True)}
    for tail, head, said in graph.edges(data=True):
        drawn = values_of(said.get("geometry"))
        lonlat = shapely.get_coordinates(drawn) if drawn else np.array([place[tail], place[head]])
        if tail == head:
            yield from _halves(tail, lonlat, said)
        else:
            yield Piece(tail, head, lonlat, 1.0, said)


def _halves(node: Hashable, lonlat: Floats, said: Mapping[str, Any]) -> Iterator[Piece]:
    """Yield the two parts of a loop; both of its directions are cut at the same point next to the middle."""
    if (lonlat[0] != lonlat[-1]).any():  # OSMnx leaves loops open where it consolidates intersections
        lonlat = np.vstack([lonlat, lonlat[:1]])
    along = np.append(0.0, np.cumsum(distance_m(lonlat[:-1], lonlat[1:])))
    if along[-1] == 0.0:
        return
    beside = np.abs(along[1:-1] - along[-1] / 2).round(_MILLIMETRE)
    cut = 1 + min(range(len(beside)), key=lambda inner: (beside[inner], *lonlat[1 + inner]))
    ends = (node, (node, *lonlat[cut].tolist()), node)
    for (first, last), (tail, head) in zip(pairwise((0, cut, len(along) - 1)), pairwise(ends), strict=True):
        share = float((along[last] - along[first]) / along[-1])
        yield Piece(tail, head, lonlat[first : last + 1], share, said)


def values_of(value: Any) -> list[Any]:
    """Return all that an attribute says; None, nan, empty text and empty lists say nothing.

    Parameters
    ----------
    value : object
        A value of an edge or a node, or a list of those of the edges that OSMnx merged.
    """
    if isinstance(value, list | tuple | set):
        return [one for each in value for one in values_of(each)]
    return [] if value is None or value == "" or (isinstance(value, float) and isnan(value)) else [value]


def word_of(value: Any) -> str:
    """Return what an attribute says; of several words the first in the alphabet, empty where there is none.

    OSMnx merges values in no order, and another one in each direction of a street: what is chosen must not
    hang on it.

    Parameters
    ----------
    value : object
        As for `values_of`.
    """
    return min(map(str, values_of(value)), default="")


def words_of(value: Any) -> str:
    """Return all that an attribute says, as the signs of a network are written.

    Parameters
    ----------
    value : object
        As for `values_of`; OpenStreetMap's lists with semicolons are lists, too.
    """
    said = [word.strip() for one in sorted(map(str, values_of(value))) for word in one.split(";")]
    return ", ".join(dict.fromkeys(word for word in said if word))


def number_of(value: Any) -> float:
    """Return the number that an attribute says; of several the mean, as OSMnx does, nan where there is none.

    Parameters
    ----------
    value : object
        As for `values_of`.
    """
    said = values_of(value)
    return float(sum(said) / len(said)) if said else np.nan
