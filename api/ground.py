"""The city that the settings name, on the roads that they give it."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from shapely import MultiPolygon, Polygon, box, contains_xy, get_parts, union_all

from equipage.api.settings import Settings
from equipage.data.city import City, load_city
from equipage.data.communes import communes_of
from equipage.data.errors import DatabaseStateError
from equipage.data.osm.overpass import fetch_place
from equipage.dispatch.model import Jurisdiction, Zone, ZoneId
from equipage.dispatch.ports import Transaction
from equipage.routing.network import RoadNetwork

if TYPE_CHECKING:
    from equipage.routing.build import Progress

_log = logging.getLogger(__name__)
_CITY_SETTING = "city"
# Some 50 m: a road on a border is in both communes.
_BESIDE_DEGREES = 0.0005


def city_of(settings: Settings, progress: Progress | None = None) -> City:
    """Return the city that the settings name, with its own roads or those that they give it.

    Parameters
    ----------
    settings
        How the server runs.
    progress
        Called with what is being done and the share of it that is done, 0 to 1.

    Raises
    ------
    UnknownCityError, CityFileError
        When there is no such city, or its files are faulty.
    UnknownPlaceError, PlaceTooLargeError, DownloadError, NoRoadsError
        When the roads of a place cannot be fetched.
    """
    roads = _roads(settings, progress)
    city = load_city(settings.city, roads=roads, zones=settings.zones, population=settings.population)
    return city if settings.profile is None else replace(city, profile=settings.profile)


def at_home(city: City, network: RoadNetwork) -> City:
    """Return the city, or only its catalogue of services where the roads are of another place."""
    west, south, east, north = network.bounds
    if all(west <= depot.lon <= east and south <= depot.lat <= north for depot in city.depots):
        lacking = set(city.communes.values()) - {zone.commune for zone in city.zone_values}
        from_map = city.zones_file is None and bool(city.zone_values)
        return _with_rest(city, network) if from_map and lacking else city
    _log.warning("the roads are not those of %s: its services are kept, its crews are not", city.name)
    zones = tuple(zone for zone in city.zone_values if zone.geometry.intersects(box(*network.bounds)))
    communes = communes_of(city.roads, {}) if not zones and city.roads is not None else ()
    there = replace(
        city,
        key="map",
        name="Map",
        contact="",
        key_service="",
        centre=((west + east) / 2, (south + north) / 2),
        jurisdictions=(
            Jurisdiction(id="map", name="Map"),
            *(Jurisdiction(id=zone.id, name=zone.name, commune=zone.commune) for zone in communes),
        ),
        zone_values=zones or communes,
        depots=(),
        vehicles=(),
        crews=(),
        device_ids={},
    )
    return _with_rest(there, network) if communes else there


def _with_rest(city: City, network: RoadNetwork) -> City:
    """Return the city with one more zone, of no commune, for the roads that are in none.

    Where the boundary of a commune is missing or broken, a report there would else be refused as one from
    outside the city.
    """
    known = union_all([zone.geometry for zone in city.zone_values])
    rest = box(*network.bounds).difference(known)
    if contains_xy(known.buffer(_BESIDE_DEGREES), *network.node_lonlat.T).all():
        return city
    shape = MultiPolygon([part for part in get_parts(rest) if isinstance(part, Polygon)])
    zone = Zone(id=ZoneId(city.key), name=city.name, commune="", geometry=shape)
    return replace(city, zone_values=(*city.zone_values, zone))


def claim_database(tx: Transaction, city: City) -> None:
    """Keep a database to one city for ever, for two would mix their crews and services.

    Raises
    ------
    DatabaseStateError
        When it is another city's.
    """
    owner = tx.setting(_CITY_SETTING)
    if owner is None:
        tx.save_setting(_CITY_SETTING, city.key)
    elif owner != city.key:
        raise DatabaseStateError(
            f"this database is that of the city {owner!r}, and cannot be that of {city.key!r}, too. Name one "
            f"of its own with database_url in equipage.toml or EQUIPAGE_DATABASE_URL, such as "
            f"sqlite:///{city.key}.sqlite."
        )


def _roads(settings: Settings, progress: Progress | None) -> Path | None:
    """Return the file with the roads given instead of the city's own; a place is fetched once."""
    if not settings.place:
        return settings.network
    return fetch_place(
        settings.place,
        cache_dir=platformdirs.user_cache_path("equipage") / "places",
        overpass_url=settings.overpass_url,
        nominatim_url=settings.nominatim_url,
        progress=progress,
    )
