"""A city as it ships or as an operator describes it: roads, zones, depots, services, crews and vehicles."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from equipage.data.city_files import (
    contradictions,
    contradictory_jurisdictions,
    crew_of,
    depot_of,
    jurisdiction_of,
    read_items,
    read_json,
    service_of,
    skill_of,
    vehicle_of,
)
from equipage.data.communes import communes_of
from equipage.data.errors import CityFileError, MissingRoadsError, UnknownCityError
from equipage.data.network_files import is_network_file
from equipage.data.networks import cached_network, load_network
from equipage.data.population import PopulationFile, with_people
from equipage.data.zone_files import ZonesFile, read_zones
from equipage.dispatch.model import (
    Crew,
    Depot,
    DeviceId,
    Jurisdiction,
    Service,
    Skill,
    Vehicle,
    VehicleId,
    Zone,
)
from equipage.routing.network import RoadNetwork

if TYPE_CHECKING:
    import geopandas as gpd

    from equipage.routing.build import Progress

_log = logging.getLogger(__name__)
SAMPLES = Path(__file__).parent / "samples"
CITY_FILE = "city.json"


@dataclass(frozen=True, kw_only=True)
class City:
    """A city's own facts; nothing in it changes by dispatching.

    Parameters
    ----------
    key, name
        What commands and people call it.
    time_zone
        IANA name of the zone its rosters are in.
    jurisdictions
        Its Open311 jurisdictions: its own first, which is the whole city, then those of its communes.
    communes
        What it calls its communes, by their codes, those merged since by their old codes, too.
    contact, key_service
        Whom citizens' applications ask, and for their keys; empty names whoever runs the server.
    languages
        Codes of the languages spoken, the first one most.
    profile
        Name of the vehicle profile that its network is built for.
    centre, zoom
        Where a map of it opens: lon, lat in degrees and Leaflet's zoom.
    attribution
        What every map of it must say.
    place
        Its name as Nominatim knows it, to fetch its roads by; empty where they ship.
    roads
        Its OpenStreetMap file or the file of a built network; None where neither ships nor was given.
    zones_file, population_file
        Where its zones and the people in them come from; without the first, zones are the communes that the
        map of its roads has the boundaries of.
    zone_values
        Its zones as the domain's values; `zones` is the same as a table.
    skills
        The names of the skills that services need and crews have.
    device_ids
        The id that a vehicle's tracker posts, where the city fixes it.
    """

    key: str
    name: str
    time_zone: str
    jurisdictions: tuple[Jurisdiction, ...]
    communes: Mapping[str, str]
    contact: str
    key_service: str
    languages: tuple[str, ...]
    profile: str
    centre: tuple[float, float]
    zoom: int
    attribution: str
    place: str
    roads: Path | None
    zones_file: ZonesFile | None
    population_file: PopulationFile | None
    depots: tuple[Depot, ...]
    services: tuple[Service, ...]
    skills: tuple[Skill, ...]
    vehicles: tuple[Vehicle, ...]
    crews: tuple[Crew, ...]
    device_ids: Mapping[VehicleId, DeviceId]
    zone_values: tuple[Zone, ...] = ()

    @cached_property
    def network(self) -> RoadNetwork:
        """The road network, built at the first use and kept in the user's cache folder for the next start."""
        return self.load_network()

    @cached_property
    def zones(self) -> gpd.GeoDataFrame:
        """The zones as a table indexed by id: `name`, `commune`, `population`, `geometry` in EPSG:4326."""
        import geopandas as gpd  # noqa: PLC0415 - takes a second, and only analysts need it

        columns = {
            name: [getattr(zone, name) for zone in self.zone_values]
            for name in ("name", "commune", "population", "geometry")
        }
        return gpd.GeoDataFrame(columns, index=[zone.id for zone in self.zone_values], crs="EPSG:4326")

    def load_network(self, *, cache_dir: Path | None = None, progress: Progress | None = None) -> RoadNetwork:
        """Return the road network from the cache, built if it is not there.

        Parameters
        ----------
        cache_dir
            Folder of built networks; by default in the user's cache folder.
        progress
            Called with what is being done and the share of it that is done, 0 to 1.

        Raises
        ------
        MissingRoadsError
            When the city ships without roads and was given none; the message tells how to give them.
        OsmReadError, NetworkFileError, EmptyNetworkError
            When the roads cannot be read, or none is usable.
        """
        if self.roads is None:
            place = self.place or f"{self.name}, COUNTRY"
            raise MissingRoadsError(
                f"{self.name} ships without roads. Have them fetched from OpenStreetMap once with "
                f'--place "{place}", or give a file with --osm FILE (.osm.pbf, .osm, an Overpass answer or '
                f"a built network); in Python: load_city({self.key!r}, roads=FILE)."
            )
        if is_network_file(self.roads):
            return load_network(self.roads, self.profile)
        folder = cache_dir or platformdirs.user_cache_path("equipage") / "networks"
        return cached_network(self.roads, self.profile, folder, progress)


def load_city(
    city: str | PathLike[str],
    *,
    roads: str | PathLike[str] | None = None,
    zones: ZonesFile | str | PathLike[str] | None = None,
    population: PopulationFile | str | PathLike[str] | None = None,
) -> City:
    """Load a city that ships, by its key, or any other by the path of its folder.

    Parameters
    ----------
    city
        A key such as `dijon`, or a folder with a `city.json`.
    roads
        An OpenStreetMap file or a built network to use instead of the city's own roads.
    zones
        A file of zones, in any projection, to use instead of the city's own; without any, the communes that
        the map of the roads has the boundaries of are its zones.
    population
        A file of points, cells or communes with people, counted in the zones.

    Returns
    -------
    City
        Its road network is loaded when it is first used.

    Raises
    ------
    UnknownCityError
        When there is no such city; the message names those there are.
    CityFileError
        When its files are faulty or contradict each other; the message names every fault.
    """
    folder = next((f for f in (SAMPLES / city, Path(city)) if (f / CITY_FILE).is_file()), None)
    if folder is None:
        raise UnknownCityError(
            f"there is no city {str(city)!r}. Give one of {', '.join(known_cities())}, "
            f"or the path of a folder with a {CITY_FILE}."
        )
    own = _read_city(folder)
    loaded = replace(
        own,
        roads=own.roads if roads is None else Path(roads),
        zones_file=own.zones_file if zones is None else ZonesFile.of(zones),
        population_file=own.population_file if population is None else PopulationFile.of(population),
    )
    loaded = replace(loaded, zone_values=_zones(loaded))
    faults = contradictions(loaded.depots, loaded.services, loaded.vehicles, loaded.crews)
    # Only the city's own zones must be everywhere: a map or a file that is given may be of a part of it.
    zones_of_all = loaded.zone_values if own.zones_file is not None and zones is None else ()
    faults += contradictory_jurisdictions(loaded.jurisdictions, zones_of_all, loaded.services)
    if faults:
        raise CityFileError(f"the files in {folder} contradict each other: {'; '.join(faults)}.")
    return loaded


def known_cities() -> list[str]:
    """Return the keys of the cities that ship."""
    return sorted(path.parent.name for path in SAMPLES.glob(f"*/{CITY_FILE}"))


def _zones(city: City) -> tuple[Zone, ...]:
    """Return the zones of a file, else the communes of the map, with their people where a file tells them."""
    if city.zones_file is not None:
        zones = read_zones(city.zones_file, city.communes)
    else:
        zones = () if city.roads is None else communes_of(city.roads, city.communes)
    if city.population_file is None:
        return zones
    if not zones:
        _log.warning("%s has no zones to count the people of %s in", city.name, city.population_file.file)
        return ()
    return with_people(zones, city.population_file)


def _read_city(folder: Path) -> City:
    path = folder / CITY_FILE
    facts = read_json(path)
    try:
        files = {name: folder / facts[name] for name in ("depots", "services", "crews")}
        jurisdictions = read_items(path, "jurisdictions", jurisdiction_of) if "jurisdictions" in facts else ()
        vehicles = read_items(
            files["crews"], "vehicles", lambda entry: (vehicle_of(entry), entry.get("device"))
        )
        return City(
            key=facts["key"],
            name=facts["name"],
            time_zone=ZoneInfo(facts["time_zone"]).key,
            jurisdictions=(
                Jurisdiction(id=str(facts["jurisdiction_id"]), name=facts["name"]),
                *jurisdictions,
            ),
            communes=_communes(jurisdictions, facts.get("merged_communes", {})),
            contact=facts.get("contact", ""),
            key_service=facts.get("key_service", ""),
            languages=tuple(facts["languages"]),
            profile=facts["profile"],
            centre=(float(facts["centre"][0]), float(facts["centre"][1])),
            zoom=int(facts["zoom"]),
            attribution=facts["attribution"],
            place=facts.get("place", ""),
            roads=folder / facts["roads"] if "roads" in facts else None,
            zones_file=ZonesFile.of(facts["zones"], folder) if "zones" in facts else None,
            population_file=PopulationFile.of(facts["population"], folder) if "population" in facts else None,
            depots=read_items(files["depots"], "depots", depot_of),
            services=read_items(files["services"], "services", service_of),
            skills=(
                read_items(files["services"], "skills", skill_of)
                if "skills" in read_json(files["services"])
                else ()
            ),
            vehicles=tuple(vehicle for vehicle, _ in vehicles),
            crews=read_items(files["crews"], "crews", crew_of),
            device_ids={vehicle.id: DeviceId(device) for vehicle, device in vehicles if device},
        )
    except CityFileError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        # ZoneInfo's error is a KeyError too, but with a sentence.
        missing = isinstance(error, KeyError) and not isinstance(error, ZoneInfoNotFoundError)
        fault = f"{error.args[0]!r} is missing" if missing else error.args[0]
        raise CityFileError(f"{path} is faulty: {fault}.") from error


def _communes(jurisdictions: Sequence[Jurisdiction], merged: Mapping[str, str]) -> dict[str, str]:
    names = {each.id: each.commune for each in jurisdictions}
    return names | {old: names[new] for old, new in merged.items()}
