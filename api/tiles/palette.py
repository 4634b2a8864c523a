"""The map's colours by day and by night.

The ground is calm and nearly grey, so that the console's red, amber, green and blue marks stand out: they
keep a contrast of 3 or more to it by day, and lie on a white ring by night. Names keep 4.5 or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matplotlib.colors import to_hex, to_rgb


class MapStyle(StrEnum):
    """How the map looks; the query parameter `style` of a tile."""

    DAY = "day"
    NIGHT = "night"


class RoadKind(StrEnum):
    """What is drawn alike, the biggest roads first."""

    MOTORWAY = "motorway"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    STREET = "street"
    SERVICE = "service"


class TextKind(StrEnum):
    """What is written alike."""

    STREET = "street"
    SHIELD = "shield"
    ZONE = "zone"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of a road and of its edge; a road too thin for an edge is drawn in `thin`."""

    fill: str
    casing: str
    thin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Every colour of one style."""

    land: str
    outside: str
    built_up: str
    commune_border: str
    zone_border: str
    halo: str
    arrow: str
    shield: str
    shield_edge: str
    text: Mapping[TextKind, str]
    roads: Mapping[RoadKind, Paint]


PALETTES = {
    MapStyle.DAY: Palette(
        land="#f1f0ec",
        outside="#e3e2dd",
        built_up="#e8e6e1",
        commune_border="#b3adba",
        zone_border="#c6c1ca",
        halo="#fbfbf9",
        arrow="#8d8b86",
        shield="#fbfbf9",
        shield_edge="#9b958a",
        text={
            TextKind.STREET: "#45474b",
            TextKind.SHIELD: "#55524b",
            TextKind.ZONE: "#625c6b",
            TextKind.COMMUNE: "#33363b",
        },
        roads={
            RoadKind.MOTORWAY: Paint("#e8d6b0", "#a8956c", "#b5a076"),
            RoadKind.PRIMARY: Paint("#f0e2c2", "#b3a582", "#bfb08b"),
            RoadKind.SECONDARY: Paint("#faf4e2", "#bdb5a0", "#c1b8a2"),
            RoadKind.STREET: Paint("#ffffff", "#c6c2b9", "#c9c6be"),
            RoadKind.SERVICE: Paint("#faf9f6", "#d2cec6", "#d3cfc7"),
        },
    ),
    MapStyle.NIGHT: Palette(
        land="#1a1e23",
        outside="#14171b",
        built_up="#22272e",
        commune_border="#5d596c",
        zone_border="#454653",
        halo="#171b20",
        arrow="#8a919b",
        shield="#23292f",
        shield_edge="#7d786c",
        text={
            TextKind.STREET: "#b8bec6",
            TextKind.SHIELD: "#c4bda9",
            TextKind.ZONE: "#9a95a8",
            TextKind.COMMUNE: "#dde1e6",
        },
        roads={
            RoadKind.MOTORWAY: Paint("#736a56", "#0f1215", "#736a56"),
            RoadKind.PRIMARY: Paint("#625d4e", "#0f1215", "#5f5a4c"),
            RoadKind.SECONDARY: Paint("#515458", "#101417", "#4b4e52"),
            RoadKind.STREET: Paint("#3d434b", "#13171b", "#383e46"),
            RoadKind.SERVICE: Paint("#31373e", "#171b20", "#30363d"),
        },
    ),
}

_TOWN_AND_FIELDS_TO_ZOOM, _ALL_ALIKE_FROM_ZOOM = 14, 17


def ground_colours(palette: Palette, zoom: int) -> tuple[str, str]:
    """Return the colours of open and of built-up land.

    Parameters
    ----------
    palette : Palette
        By day or by night.
    zoom : int
        From near they become one, for the shape of the city is no longer to be seen.

    Returns
    -------
    (str, str)
        Open, built up.
    """
    span = _ALL_ALIKE_FROM_ZOOM - _TOWN_AND_FIELDS_TO_ZOOM
    share = min(max((zoom - _TOWN_AND_FIELDS_TO_ZOOM) / span, 0.0), 1.0)
    pairs = zip(to_rgb(palette.land), to_rgb(palette.built_up), strict=True)
    red, green, blue = (open_ + share * (built - open_) for open_, built in pairs)
    return to_hex((red, green, blue)), palette.built_up
