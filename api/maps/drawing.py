"""`eq.map`: whatever an analyst has, on a map with our own roads below, to look at or to keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
from folium.map import Layer

from equipage.api.language import Language
from equipage.api.maps.drawings import DRAWABLE, Drawing, Wish, drawing_of
from equipage.api.maps.ground import Bounds, embedded_ground, tiles_of
from equipage.api.maps.page import NOTHING, CityMap, Panel, View, compose
from equipage.api.words.maps import MAP_WORDS
from equipage.data.city import City
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.origins import faults_of_table
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router

_MARGIN = 0.05


def draw_map(
    *things: Any,
    network: RoadNetwork | Router | City | None = None,
    column: str | None = None,
    title: str = "",
    language: str = Language.ENGLISH,
) -> CityMap:
    """Return a Folium map of things, with the network's own roads as its ground.

    Parameters
    ----------
    *things : RoadNetwork, Router, City, Route, Coverage, Study, or GeoDataFrame
        The first lies lowest. A table may be of points, lines or areas in any CRS; isochrones are drawn as
        bands. Its columns are told where one points. Of a study the first day is drawn, under each policy.
    network : RoadNetwork, Router or City, optional
        The ground, where none of the things brings one; without any the ground is empty.
    column : str, optional
        A column of the tables to colour by: a number in five steps, anything else by kind.
    title : str
        What the panel says.
    language : str
        `en` or `fr`.

    Returns
    -------
    folium.Map
        It shows itself in a notebook; `save("FILE.html")` writes a file. Both have everything in them, and
        nothing is fetched from anywhere.

    Raises
    ------
    InvalidInputError
        Naming what cannot be drawn: another kind of thing, a table without a CRS or without the column.
    """
    words = MAP_WORDS[Language(language)]
    faults = list(_faults(things, network, column))
    if faults:
        raise InvalidInputError(faults)
    drawings = [drawing_of(thing, Wish(column=column, words=words)) for thing in things]
    grounds = [drawing_of(network, Wish(column=None, words=words))] if network is not None else []
    bounds = _around([each.bounds for each in drawings if each.bounds] or [each.bounds for each in grounds])
    ground = next((each for each in (*grounds, *drawings) if each.network is not None), None)
    panel = Panel(
        title=title or next((each.title for each in drawings if each.title), "Équipage"),
        legend=NOTHING.join(each.legend for each in drawings),
    )
    return compose(
        View.of(bounds),
        ground=_ground(ground, bounds),
        layers=[each for drawing in drawings for each in drawing.layers],
        panel=panel,
    )


def _ground(drawing: Drawing | None, bounds: Bounds) -> Layer | None:
    if drawing is None or drawing.network is None:
        return None
    return embedded_ground(tiles_of(drawing.network, drawing.zones), bounds, drawing.attribution)


def _around(found: Sequence[Bounds | None]) -> Bounds:
    """Return the box around boxes, with a little margin."""
    boxes = np.array([each for each in found if each is not None])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    margin = _MARGIN * (high - low) + 1e-4
    west, south, east, north = np.concatenate([low - margin, high + margin]).tolist()
    return west, south, east, north


def _faults(things: Sequence[Any], network: Any, column: str | None) -> Iterator[str]:
    kinds = ", ".join(kind.__name__ for kind in DRAWABLE)
    if not things and network is None:
        yield f"there is nothing to draw; give any of {kinds}"
    for number, thing in enumerate(things):
        if not isinstance(thing, DRAWABLE):
            yield f"a {type(thing).__name__} (thing {number}) cannot be drawn; give any of {kinds}"
        elif isinstance(thing, gpd.GeoDataFrame):
            yield from faults_of_table(thing, f"thing {number}", unique=False)
    tables = [thing for thing in things if isinstance(thing, gpd.GeoDataFrame)]
    if column is not None and not any(column in table for table in tables):
        yield f"no table has a column {column!r}"
