"""Isochrones as bands: what is reached within each time and not within a shorter one."""

from __future__ import annotations

from collections.abc import Mapping

import folium
import geopandas as gpd
import shapely
from markupsafe import Markup

from equipage.api.maps.marks import drawn, layer
from equipage.api.maps.page import swatch
from equipage.api.words.maps import MapWords

OUTLINE_DEG = 5e-5
"""Outlines are right to this, about 5 m: a pixel where a whole city is seen is four times as wide."""

_COLOURS = ("#084081", "#2b8cbe", "#7bccc4", "#ccebc5")
_OPACITY = 0.6


def band_layer(areas: gpd.GeoDataFrame, words: MapWords) -> folium.GeoJson:
    """Return the bands of isochrones, those of several origins as one.

    Parameters
    ----------
    areas : GeoDataFrame
        From `Router.isochrones`, in EPSG:4326.
    words : MapWords
        The layer's language.
    """
    inner: shapely.Geometry = shapely.Polygon()
    bands = []
    for limit, colour in band_colours(areas).items():
        reached = shapely.union_all(areas.geometry[areas["minutes"] == limit].to_numpy())
        band = shapely.simplify(shapely.difference(reached, inner), OUTLINE_DEG)
        style = {"color": colour, "weight": 0, "fill": True, "fillColor": colour, "fillOpacity": _OPACITY}
        bands.append(drawn(band, style))
        inner = reached
    return layer(words.driving_time, bands)


def band_entries(
    areas: gpd.GeoDataFrame, words: MapWords, numbers: Mapping[float, str]
) -> list[tuple[Markup, str, str]]:
    """Return the bands' entries in a legend, with a number beside each that has one."""
    return [
        (swatch(colour, opacity=_OPACITY), words.within.format(f"{limit:g}"), numbers.get(limit, ""))
        for limit, colour in band_colours(areas).items()
    ]


def band_colours(areas: gpd.GeoDataFrame) -> dict[float, str]:
    """Return a colour for each number of minutes, the darkest nearest; the last one for all farther."""
    minutes = sorted(set(areas["minutes"].tolist()))
    return {limit: _COLOURS[min(rank, len(_COLOURS) - 1)] for rank, limit in enumerate(minutes)}
