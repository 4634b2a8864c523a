"""Names of places: the streets of a name, the street at a point, and the zone that a point is in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

from equipage.dispatch.folding import folded
from equipage.dispatch.model import Zone
from equipage.dispatch.zones import zone_at
from equipage.routing.network import RoadNetwork

MOST_STREETS = 20
_SECOND_HOUSES = frozenset({"bis", "ter", "quater"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street, as much of it as lies in one commune.

    Parameters
    ----------
    lon, lat : float
        A point on it, near its middle.
    bounds : (west, south, east, north)
        In degrees.
    """

    name: str
    commune: str
    lon: float
    lat: float
    bounds: tuple[float, float, float, float]


class Places:
    """Find places by name, and names by place.

    Parameters
    ----------
    network : RoadNetwork
        Whose streets.
    zones : sequence of Zone
        Whose communes.
    """

    def __init__(self, network: RoadNetwork, zones: Sequence[Zone]) -> None:
        self._zones = tuple(zones)
        self._tree = STRtree([zone.geometry for zone in self._zones])
        self._streets = sorted(self._collect(network), key=lambda street: (street.name, street.commune))
        self._words = [_words(street.name) for street in self._streets]
        points = network.shape_lonlat
        self.bounds: tuple[float, ...] = (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())

    def streets(self, text: str) -> list[Street]:
        """Return the streets with a word that begins with each word of the text, the best first, at most 20.

        Accents and case do not matter. Names that begin with the text come first, then shorter names.
        """
        return self._found(_words(text))[:MOST_STREETS]

    def street_of(self, address: str, commune: str = "") -> Street | None:
        """Return the street of an address such as `12 rue de la Paix, Dijon`; None where none is known.

        Parameters
        ----------
        address : str
            A street, with or without the number of a house, then whatever else between commas.
        commune : str
            Only there; empty means anywhere, but where the address names a commune that is preferred.
        """
        name, *rest = address.split(",")
        words = _words(name)
        found = self._found(words) or self._found([word for word in words if not _is_house(word)])
        streets = [street for street in found if commune in {"", street.commune}]
        said = set(_words(" ".join(rest)))
        named = [street for street in streets if street.commune and said.issuperset(_words(street.commune))]
        return next(iter(named or streets), None)

    def zone_at(self, lon: float, lat: float) -> Zone | None:
        """Return the zone that a point is in, or just outside of."""
        return zone_at(self._zones, lon, lat)

    def _found(self, asked: Sequence[str]) -> list[Street]:
        found = [
            number
            for number, words in enumerate(self._words)
            if asked and all(any(word.startswith(part) for word in words) for part in asked)
        ]
        found.sort(key=lambda number: self._rank(asked, number))
        return [self._streets[number] for number in found]

    def _rank(self, asked: Sequence[str], number: int) -> tuple[bool, int, str]:
        name = " ".join(self._words[number])
        return not name.startswith(" ".join(asked)), len(name), self._streets[number].commune

    def _zones_at(self, points: npt.NDArray[np.float64]) -> list[Zone | None]:
        zones: list[Zone | None] = [None] * len(points)
        if self._zones:
            place, zone = self._tree.query(shapely.points(points), predicate="intersects")
            for which, where in zip(place.tolist(), zone.tolist(), strict=True):
                zones[which] = zones[which] or self._zones[where]
        return zones

    def _collect(self, network: RoadNetwork) -> Iterable[Street]:
        """Yield each named street once a commune."""
        middles = _middles(network)
        zones = self._zones_at(middles)
        edges_of: Mapping[tuple[str, str], list[int]] = defaultdict(list)
        for edge, name in enumerate(np.asarray(network.edge_name).tolist()):
            label = network.names[name]
            zone = zones[edge]
            if label:
                edges_of[label, zone.commune if zone else ""].append(edge)
        for (label, commune), edges in edges_of.items():
            yield _street(label, commune, middles[edges])


def _street(name: str, commune: str, points: npt.NDArray[np.float64]) -> Street:
    center = (points.min(axis=0) + points.max(axis=0)) / 2
    lon, lat = points[int(np.abs(points - center).sum(axis=1).argmin())].tolist()
    west, south = points.min(axis=0).tolist()
    east, north = points.max(axis=0).tolist()
    return Street(name=name, commune=commune, lon=lon, lat=lat, bounds=(west, south, east, north))


def _middles(network: RoadNetwork) -> npt.NDArray[np.float64]:
    """Return a point near the middle of every edge, the same in both directions, (m, 2) lon, lat."""
    first, last = network.shape_start[:-1], network.shape_start[1:] - 1
    points = network.shape_lonlat
    middles: npt.NDArray[np.float64] = (points[(first + last) // 2] + points[(first + last + 1) // 2]) / 2
    return middles


def _is_house(word: str) -> bool:
    return word[0].isdigit() or word in _SECOND_HOUSES


def _words(text: str) -> list[str]:
    """Return the words of a text without accents, case and punctuation."""
    return "".join(letter if letter.isalnum() else " " for letter in folded(text)).split()
