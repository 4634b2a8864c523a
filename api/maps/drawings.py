"""What each kind of thing brings to a map: layers, a legend, the roads below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.map import Layer
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from equipage.api.maps.bands import band_entries, band_layer
from equipage.api.maps.colours import PLAIN, colours_of
from equipage.api.maps.coverage import CoverageMap
from equipage.api.maps.ground import Bounds
from equipage.api.maps.marks import depot_sign, drawn, layer, point, table_of
from equipage.api.maps.page import NOTHING, legend_of
from equipage.api.maps.replay import ReplayMap
from equipage.api.words.maps import MapWords
from equipage.api.words.replay import REPLAY_WORDS
from equipage.data.city import City
from equipage.dispatch.coverage import Coverage
from equipage.dispatch.model import Zone
from equipage.dispatch.replay.study import Study
from equipage.routing.conditions import Conditions
from equipage.routing.network import RoadNetwork
from equipage.routing.route import Route
from equipage.routing.router import Router

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
TOLD_COLUMNS = 12
"""Columns that a tooltip tells at most."""

DRAWABLE = (RoadNetwork, Router, City, Route, Coverage, Study, gpd.GeoDataFrame)

_ISOCHRONES = {"origin", "minutes", "direction"}
_DEPOT_PX = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How things are to be drawn: the column of tables to colour by, where they have it, and the language."""

    column: str | None
    words: MapWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What one thing brings to a map."""

    layers: Sequence[Layer] = ()
    bounds: Bounds | None = None
    legend: Markup = NOTHING
    network: RoadNetwork | None = None
    zones: tuple[Zone, ...] = ()
    title: str = ""
    attribution: str = ATTRIBUTION


@singledispatch
def drawing_of(thing: object, wish: Wish) -> Drawing:
    """Return what a thing brings to a map.

    Raises
    ------
    TypeError
        If no way is known to draw it.
    """
    raise TypeError(f"{type(thing).__name__} cannot be drawn on a map of {wish}")


@drawing_of.register
def _of_network(thing: RoadNetwork, wish: Wish) -> Drawing:
    words = wish.words
    once = thing.edge_reverse < np.arange(thing.edge_count)
    length = words.units["roads"].format(words.number(float(thing.edge_length_m[once].sum()) / 1e3))
    return Drawing(bounds=thing.bounds, network=thing, title=f"{words.road_network}: {length}")


@drawing_of.register
def _of_router(thing: Router, wish: Wish) -> Drawing:
    return _of_network(thing.network, wish)


@drawing_of.register
def _of_city(thing: City, wish: Wish) -> Drawing:
    words = wish.words
    depots = [
        point(
            depot.lon,
            depot.lat,
            sign=depot_sign(_DEPOT_PX),
            size=_DEPOT_PX,
            label=depot.name,
            popup=table_of({}, title=depot.name),
        )
        for depot in thing.depots
    ]
    return Drawing(
        layers=[layer(words.depots, depots)],
        bounds=thing.network.bounds,
        network=thing.network,
        zones=thing.zone_values,
        title=thing.name,
        attribution=thing.attribution,
    )


@drawing_of.register
def _of_route(thing: Route, wish: Wish) -> Drawing:
    words = wish.words
    minutes = words.minutes.format(words.number(thing.duration_s / 60, 1))
    length = words.units["roads"].format(words.number(thing.distance_m / 1e3, 1))
    tip = table_of(
        {words.driving_time: minutes, words.length: length, words.streets: " → ".join(thing.names)}
    )
    line = drawn(thing.geometry, {"color": PLAIN, "weight": 6, "opacity": 0.85}, tip=tip)
    ends = [
        drawn(shapely.Point(thing.geometry.coords[end]), _dot(colour), tip=name)
        for end, colour, name in ((0, "#00755a", words.start), (-1, "#c8102e", words.end))
    ]
    return Drawing(
        layers=[layer(words.route, [line, *ends])],
        bounds=thing.geometry.bounds,
        title=f"{words.route}: {minutes}, {length}",
    )


@drawing_of.register
def _of_coverage(thing: Coverage, wish: Wish) -> Drawing:
    words = wish.words
    origins = thing.origins.to_crs(4326)
    areas = thing.router.isochrones(shapely.get_coordinates(origins.geometry), thing.minutes)
    shown = CoverageMap(
        title=words.coverage_of,
        coverage=thing,
        areas=areas,
        origins=origins,
        closures=thing.router.conditions != Conditions(),
        words=words,
    )
    panel = shown.panel()
    west, south, east, north = areas.total_bounds.tolist()
    return Drawing(
        layers=shown.layers(),
        bounds=(west, south, east, north),
        legend=panel.legend,
        network=thing.router.network,
        title=panel.title,
    )


@drawing_of.register
def _of_study(thing: Study, wish: Wish) -> Drawing:
    first = [days[0] for days in thing.values()]
    day, own = first[0].day, REPLAY_WORDS[wish.words.language]
    zone = day.span.start.tzinfo
    shown = ReplayMap(
        city="",
        runs=first,
        days=1,
        zone=zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC"),
        words=wish.words,
        own_words=own,
    )
    places = day.places()
    return Drawing(
        layers=shown.layers(),
        bounds=(*places.min(axis=0).tolist(), *places.max(axis=0).tolist()),
        legend=shown.panel().legend,
        network=thing.network,
        title=own.day.format(f"{day.span.start:%Y-%m-%d}", len(day.calls), len(day.crews)),
    )


@drawing_of.register
def _of_table(thing: gpd.GeoDataFrame, wish: Wish) -> Drawing:
    words = wish.words
    table = thing.to_crs(4326)
    west, south, east, north = table.total_bounds.tolist()
    bounds = (west, south, east, north)
    if set(table.columns) >= _ISOCHRONES:
        legend = legend_of(words.driving_time, band_entries(table, words, {}))
        return Drawing(layers=[band_layer(table, words)], bounds=bounds, legend=legend)
    column = wish.column if wish.column in table else None
    colours, legend = np.full(len(table), PLAIN, dtype=object), NOTHING
    if column is not None:
        colours, legend = colours_of(table[column], words)
    features = [
        drawn(row.geometry, _style(row.geometry, colour), tip=_told(label, row, words))
        for (label, row), colour in zip(table.iterrows(), colours, strict=True)
    ]
    return Drawing(layers=[layer(column or words.table, features)], bounds=bounds, legend=legend)


def _style(shape: BaseGeometry, colour: str) -> dict[str, Any]:
    if shape.geom_type in {"Point", "MultiPoint"}:
        return _dot(colour)
    if shape.geom_type in {"LineString", "MultiLineString"}:
        return {"color": colour, "weight": 4, "opacity": 0.85}
    return {"color": colour, "weight": 1, "fill": True, "fillColor": colour, "fillOpacity": 0.55}


def _dot(colour: str) -> dict[str, Any]:
    return {
        "radius": 6,
        "color": "#ffffff",
        "weight": 1.5,
        "fill": True,
        "fillColor": colour,
        "fillOpacity": 0.95,
    }


def _told(label: object, row: pd.Series, words: MapWords) -> Markup:
    """Return what a tooltip tells of a row; numbers rounded, texts as they are."""
    told = {}
    for name, value in row.drop("geometry", errors="ignore").head(TOLD_COLUMNS).items():
        if isinstance(value, float):
            told[str(name)] = words.number(value, 2) if np.isfinite(value) else None
        elif not pd.isna(value):
            told[str(name)] = value
    return table_of(told, title=str(label))
