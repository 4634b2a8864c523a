"""How wide each class of road is at each zoom, and from which zoom on it is drawn and named."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from equipage.api.tiles.palette import RoadKind

Stops = tuple[tuple[int, float], ...]
"""(zoom, pixels) pairs; the width grows by the same factor each zoom in between, nothing before the first."""

CASED_FROM_PX = 2.2
"""A thinner road has no edge."""

ARROWS_FROM_ZOOM = 17
"""The first zoom that shows which way a one-way street goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadStyle:
    """How one class of road is drawn.

    Parameters
    ----------
    rank : int
        Roads of a higher rank lie on top and get their names first.
    kind : RoadKind
        Its colours.
    width : Stops
        Pixels by zoom.
    label_from : int
        The first zoom that shows its names.
    houses : bool
        Whether it is mostly houses that stand on it.
    """

    rank: int
    kind: RoadKind
    width: Stops
    label_from: int
    houses: bool = False

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
        main = 1.0 if self.rank >= _SECONDARY_RANK else 0.0
        return 10.5 + main + 0.5 * min(max(zoom - _NEAR_ZOOM, 0), 3)


_SECONDARY_RANK = 60
_NEAR_ZOOM = 15
_NEVER = 99

_MOTORWAY = RoadStyle(
    rank=80,
    kind=RoadKind.MOTORWAY,
    width=((7, 0.8), (10, 1.7), (12, 2.9), (14, 5.2), (16, 10.5), (18, 20.0), (20, 36.0)),
    label_from=13,
)
_TRUNK = RoadStyle(
    rank=75,
    kind=RoadKind.MOTORWAY,
    width=((7, 0.7), (10, 1.6), (12, 2.8), (14, 5.0), (16, 10.0), (18, 19.0), (20, 35.0)),
    label_from=13,
)
_PRIMARY = RoadStyle(
    rank=70,
    kind=RoadKind.PRIMARY,
    width=((8, 0.6), (10, 1.2), (12, 2.5), (14, 4.8), (16, 9.6), (18, 18.0), (20, 34.0)),
    label_from=13,
)
_SECONDARY = RoadStyle(
    rank=_SECONDARY_RANK,
    kind=RoadKind.SECONDARY,
    width=((9, 0.5), (10, 0.8), (12, 1.9), (14, 4.2), (16, 9.0), (18, 17.0), (20, 32.0)),
    label_from=14,
)
_TERTIARY = RoadStyle(
    rank=50,
    kind=RoadKind.STREET,
    width=((11, 0.7), (12, 1.2), (14, 3.4), (16, 8.2), (18, 16.0), (20, 31.0)),
    label_from=14,
    houses=True,
)
_STREET = RoadStyle(
    rank=40,
    kind=RoadKind.STREET,
    width=((13, 0.9), (14, 2.2), (15, 3.9), (16, 6.8), (18, 14.0), (20, 28.0)),
    label_from=15,
    houses=True,
)
_SERVICE = RoadStyle(
    rank=20,
    kind=RoadKind.SERVICE,
    width=((14, 0.7), (15, 1.4), (16, 3.4), (18, 8.0), (20, 16.0)),
    label_from=17,
)


def _link_to(main: RoadStyle) -> RoadStyle:
    """Return how the ramps of a road look: thinner, under all main roads, later and without a name."""
    return RoadStyle(
        rank=_SECONDARY_RANK - 10 + main.rank // 10,
        kind=main.kind,
        width=((12, 1.0), (14, 2.6), (16, 5.8), (18, 11.5), (20, 21.0)),
        label_from=_NEVER,
    )


_BY_CLASS = {
    "motorway": _MOTORWAY,
    "trunk": _TRUNK,
    "primary": _PRIMARY,
    "secondary": _SECONDARY,
    "tertiary": _TERTIARY,
    "motorway_link": _link_to(_MOTORWAY),
    "trunk_link": _link_to(_TRUNK),
    "primary_link": _link_to(_PRIMARY),
    "secondary_link": _link_to(_SECONDARY),
    "tertiary_link": _link_to(_TERTIARY),
    "residential": _STREET,
    "unclassified": _STREET,
    "living_street": _STREET,
    "road": _STREET,
}


def casing_px(zoom: int) -> float:
    """Return how wide the edge of a road is.

    Parameters
    ----------
    zoom : int
        Any.

    Returns
    -------
    float
        Pixels on each side.
    """
    return 0.8 if zoom < _NEAR_ZOOM + 2 else 1.0


def road_style(road_class: str) -> RoadStyle:
    """Return how a road of this class is drawn.

    Parameters
    ----------
    road_class : str
        Value of the `highway` tag.

    Returns
    -------
    RoadStyle
        That of a service road where the class has no style of its own.
    """
    return _BY_CLASS.get(road_class, _SERVICE)


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
            return float(thin * (wide / thin) ** ((zoom - low) / (high - low)))
    return stops[-1][1]
