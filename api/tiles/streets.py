"""The roads of a network as streets: pieces of one name and class joined, both directions drawn once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely

from equipage.api.tiles.mercator import to_world, world_px
from equipage.api.tiles.style import RoadStyle, road_style
from equipage.routing.network import RoadNetwork

Objects = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

TOLERANCE_PX = 0.35
"""By how much a simplified street may differ from the real one: less than the eye sees."""

BANDS = (9, 11, 13, 15, 17, 20)
"""Zooms up to which one simplification serves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """The streets as they are drawn up to one zoom, with an index of where they are."""

    lines: Objects
    tree: shapely.STRtree


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streets:
    """Every street of a network.

    Parameters
    ----------
    names : (n,) str
        Empty where a street has no name.
    styles : tuple of RoadStyle
        The looks in use.
    style : (n,) int64
        Index into `styles`.
    lines : (n,) LineString
        In the world's square, with every bend.
    one_way : (k,) LineString
        Streets that may be driven in one direction only, in that direction.
    one_way_style : (k,) int64
        Index into `styles`.
    """

    names: Objects
    styles: tuple[RoadStyle, ...]
    style: Ints
    lines: Objects
    one_way: Objects
    one_way_style: Ints
    _bands: dict[int, Band] = field(default_factory=dict, init=False)

    @classmethod
    def of(cls, network: RoadNetwork) -> Streets:
        """Return the streets of a network.

        Parameters
        ----------
        network : RoadNetwork
            Any network; takes about a second for 20,000 edges.

        Returns
        -------
        Streets
            In lines of one name and class each.
        """
        lines, edge = _pieces(network)
        styles, style_of_class = _number_styles(network.classes)
        look = style_of_class[network.edge_class[edge]]
        key = look * len(network.names) + network.edge_name[edge]
        streets, of_street = _merged(lines, key)
        single = network.edge_reverse[edge] < 0
        one_way, of_one_way = _merged(lines[single], key[single], directed=True)
        return cls(
            names=np.array(network.names, dtype=object)[of_street % len(network.names)],
            styles=styles,
            style=of_street // len(network.names),
            lines=streets,
            one_way=one_way,
            one_way_style=of_one_way // len(network.names),
        )

    def at(self, zoom: int) -> Band:
        """Return the streets as they are drawn at a zoom.

        Parameters
        ----------
        zoom : int
            Any.

        Returns
        -------
        Band
            The coarsest that is fine enough, made when it is first asked for.
        """
        band = next((band for band in BANDS if zoom <= band), BANDS[-1])
        if band not in self._bands:
            self._bands[band] = _band(self.lines, band)
        return self._bands[band]

    def lived_on(self) -> Objects:
        """Return the streets that houses stand on.

        Returns
        -------
        (k,) LineString
            In the world's square.
        """
        houses = np.array([style.houses for style in self.styles], dtype=bool)
        return np.asarray(self.lines[houses[self.style]], dtype=object)


def _pieces(network: RoadNetwork) -> tuple[Objects, Ints]:
    """Return a line for every road, two-way ones once, and the edge it is."""
    edge = np.arange(network.edge_count)
    keep = (network.edge_reverse < 0) | (edge < network.edge_reverse)
    owner = np.repeat(edge, np.diff(network.shape_start))
    lines = np.asarray(shapely.linestrings(to_world(network.shape_lonlat), indices=owner))
    return lines[keep], edge[keep]


def _merged(lines: Objects, key: Ints, *, directed: bool = False) -> tuple[Objects, Ints]:
    """Return lines of equal keys joined where they meet, and the key of each."""
    groups, group = np.unique(key, return_inverse=True)
    order = np.argsort(group, kind="stable")
    bundles = shapely.multilinestrings(lines[order], indices=group[order])
    streets, owner = shapely.get_parts(shapely.line_merge(bundles, directed=directed), return_index=True)
    return np.asarray(streets, dtype=object), groups[owner]


def _number_styles(classes: tuple[str, ...]) -> tuple[tuple[RoadStyle, ...], Ints]:
    """Return the looks in use and, for each road class, which is its."""
    looks = [road_style(road_class) for road_class in classes]
    styles = tuple(dict.fromkeys(looks))
    return styles, np.array([styles.index(look) for look in looks], dtype=np.int64)


def _band(streets: Objects, zoom: int) -> Band:
    """Return the streets without the bends that nobody sees at this zoom."""
    lines = shapely.simplify(streets, TOLERANCE_PX / world_px(zoom), preserve_topology=False)
    return Band(lines=lines, tree=shapely.STRtree(lines))
