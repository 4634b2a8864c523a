"""How the map looks: one plain style, calm enough to work on all day.

Marks on the map are drawn in colours that keep a contrast of 3 or more to `LAND`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

LAND = "#f2f0ea"
OUTSIDE = "#e4e2dc"
TEXT = "#4a4640"
HALO = "#fbfaf7"

Stops = tuple[tuple[int, float], ...]
"""(zoom, pixels) pairs, straight in between, nothing before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadStyle:
    """How one class of road is drawn.

    Parameters
    ----------
    rank : int
        Roads of a higher rank lie on top and get their names first.
    fill, casing : str
        Colours of the road and of its edge.
    width : Stops
        Pixels by zoom.
    label_from : int
        The first zoom that shows its names.
    """

    rank: int
    fill: str
    casing: str
    width: Stops
    label_from: int

    def font_px(self, zoom: int) -> float:
        """Return the size of its names.

        Parameters
        ----------
        zoom : int
            Any.

        Returns
        -------
        float
            Pixels.
        """
        return 10.5 + (1.0 if self.rank >= _SECONDARY_RANK else 0.0) + (0.5 if zoom >= _NEAR_ZOOM else 0.0)


_SECONDARY_RANK = 5
_NEAR_ZOOM = 17

_MOTORWAY = RoadStyle(
    rank=7,
    fill="#f3c88b",
    casing="#c9954f",
    width=((8, 1.0), (10, 1.6), (12, 2.8), (14, 5.0), (16, 10.0), (18, 18.0), (20, 30.0)),
    label_from=13,
)
_PRIMARY = RoadStyle(
    rank=6,
    fill="#f8e0a6",
    casing="#d4b96f",
    width=((9, 0.8), (11, 1.6), (12, 2.3), (14, 4.6), (16, 9.5), (18, 17.0), (20, 30.0)),
    label_from=13,
)
_SECONDARY = RoadStyle(
    rank=_SECONDARY_RANK,
    fill="#fcf1cb",
    casing="#d3c69f",
    width=((10, 0.7), (12, 1.9), (14, 4.2), (16, 9.0), (18, 16.5), (20, 28.0)),
    label_from=14,
)
_TERTIARY = RoadStyle(
    rank=4,
    fill="#ffffff",
    casing="#c6bfb1",
    width=((10, 0.5), (12, 1.4), (14, 3.4), (16, 8.0), (18, 15.5), (20, 26.0)),
    label_from=15,
)
_STREET = RoadStyle(
    rank=3,
    fill="#ffffff",
    casing="#cbc4b6",
    width=((12, 0.5), (13, 0.9), (14, 2.0), (15, 3.4), (16, 6.5), (18, 13.5), (20, 24.0)),
    label_from=15,
)
_SERVICE = RoadStyle(
    rank=2,
    fill="#fbfaf7",
    casing="#d8d3c8",
    width=((14, 0.8), (15, 1.6), (16, 3.4), (18, 8.0), (20, 15.0)),
    label_from=17,
)

_BY_CLASS = {
    "motorway": _MOTORWAY,
    "trunk": _MOTORWAY,
    "primary": _PRIMARY,
    "secondary": _SECONDARY,
    "tertiary": _TERTIARY,
    "residential": _STREET,
    "unclassified": _STREET,
    "living_street": _STREET,
    "road": _STREET,
}


def road_style(road_class: str) -> RoadStyle:
    """Return how a road of this class is drawn.

    Parameters
    ----------
    road_class : str
        Value of the `highway` tag; a `_link` looks like what it links.

    Returns
    -------
    RoadStyle
        That of a service road where the class has no style of its own.
    """
    return _BY_CLASS.get(road_class.removesuffix("_link"), _SERVICE)


def width_px(stops: Stops, zoom: int) -> float:
    """Return the width at a zoom.

    Parameters
    ----------
    stops : Stops
        Pixels by zoom.
    zoom : int
        Below the first stop nothing is drawn; above the last the width stays.

    Returns
    -------
    float
        Pixels; 0 where nothing is drawn.
    """
    if zoom < stops[0][0]:
        return 0.0
    for (low, thin), (high, wide) in pairwise(stops):
        if zoom <= high:
            return thin + (wide - thin) * (zoom - low) / (high - low)
    return stops[-1][1]
