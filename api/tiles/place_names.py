"""The names of communes from afar, and of zones from nearer, each in the middle of its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from equipage.api.tiles.glyphs import Face, Glyph, typeface
from equipage.api.tiles.label import MAX_WIDTH_PX, Label, Wording, label_at
from equipage.api.tiles.mercator import world_px
from equipage.api.tiles.palette import TextKind
from equipage.api.tiles.places import Place

COMMUNES_TO_ZOOM = 14
"""From here on one is within a commune, and streets tell more."""

ZONES_FROM_ZOOM, ZONES_TO_ZOOM = 14, 16

COMMUNE_RANK = 100.0
"""Before any street."""

ZONE_RANK = 45.0
"""After the main roads, before the other streets."""

CITY_PEOPLE, MORE_PX = 100_000, 3.0
"""From how many people on a commune's name is larger, and by how much."""

WRAP_FROM = 13
"""A longer name of a place is written on two lines."""

ROOM = 0.9
"""How much of its zone's width a zone's name may take."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How the names of one kind of place are written."""

    kind: TextKind
    face: Face
    rank: float
    spacing: float


_COMMUNE = _Look(TextKind.COMMUNE, Face.BOLD, COMMUNE_RANK, 0.04)
_ZONE = _Look(TextKind.ZONE, Face.OBLIQUE, ZONE_RANK, 0.05)


class PlaceNames:
    """The names of a city's communes and zones.

    Parameters
    ----------
    communes, zones : sequence of Place
        Zones that are whole communes need not be named again.
    """

    def __init__(self, communes: Sequence[Place], zones: Sequence[Place]) -> None:
        known = {commune.name for commune in communes}
        self._communes = tuple(communes)
        self._zones = tuple(zone for zone in zones if zone.name not in known)
        self._at = lru_cache(maxsize=32)(self._lay_out)

    def near(self, zoom: int, area: shapely.Polygon) -> list[Label]:
        """Return the names of places around an area.

        Parameters
        ----------
        zoom : int
            Of the map.
        area : Polygon
            In the world's square.

        Returns
        -------
        list of Label
            Those whose middle lies in it.
        """
        labels, tree = self._at(zoom)
        return [labels[number] for number in np.sort(tree.query(area)).tolist()]

    def _lay_out(self, zoom: int) -> tuple[tuple[Label, ...], shapely.STRtree]:
        """Return every place's name at a zoom, and an index of their middles."""
        labels = []
        if zoom <= COMMUNES_TO_ZOOM:
            size_px = 11.5 + min(max(zoom - 10, 0), 3)
            labels += [
                _written(place, _COMMUNE, size_px + MORE_PX * (place.people >= CITY_PEOPLE), zoom)
                for place in self._communes
            ]
        if ZONES_FROM_ZOOM <= zoom <= ZONES_TO_ZOOM:
            size_px = 10.0 + 0.5 * (zoom - ZONES_FROM_ZOOM)
            labels += [
                _written(place, _ZONE, size_px, zoom, room_px=ROOM * place.width * world_px(zoom))
                for place in self._zones
            ]
        kept = tuple(label for label in labels if label is not None)
        return kept, shapely.STRtree([one.centre for one in kept])


def _written(
    place: Place, look: _Look, size_px: float, zoom: int, *, room_px: float = MAX_WIDTH_PX
) -> Label | None:
    """Return a place's name around its middle, or None where there is no room or no letter for it."""
    lines = [typeface(look.face).glyphs(line) for line in _lines_of(place.name)]
    letters: tuple[tuple[Glyph, ...], ...] = tuple(line for line in lines if line)
    if len(letters) < len(lines):
        return None
    wording = Wording(name=place.name, kind=look.kind, lines=letters, size_px=size_px, spacing=look.spacing)
    if wording.width_px > min(room_px, MAX_WIDTH_PX):
        return None
    strength = (look.rank, float(place.people), place.width, *place.middle)
    return label_at(wording, place.middle, strength=strength, zoom=zoom)


def _lines_of(name: str) -> tuple[str, ...]:
    """Return a name on one line, or on two of nearly the same length where it is long."""
    breaks = [at + 1 for at, letter in enumerate(name) if letter in " -"]
    if len(name) < WRAP_FROM or not breaks:
        return (name,)
    middle = min(breaks, key=lambda at: abs(2 * at - len(name)))
    return name[:middle].rstrip(), name[middle:]
