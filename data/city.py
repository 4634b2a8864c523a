"""A city as it ships or as an operator describes it: roads, zones, depots, services, crews and vehicles."""

from __future__ import annotations

from collections.abc import Mapping
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
    vehicle_of,
    zone_of,
)
from equipage.data.errors import CityFileError, MissingRoadsError, UnknownCityError
from equipage.data.network_files import is_network_file
from equipage.data.networks import cached_network, load_network
from equipage.dispatch.model import Crew, Depot, DeviceId, Jurisdiction, Service, Vehicle, VehicleId, Zone
from equipage.routing.network import RoadNetwork

if TYPE_CHECKING:
    import geopandas as gpd

    from equipage.routing.build import Progress

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
    zone_values
        Its zones as the domain's values; `zones` is the same as a table.
    device_ids
        The id that a vehicle's tracker posts, where the city fixes it.
    """

    key: str
    name: str
    time_zone: str
    jurisdictions: tuple[Jurisdiction, ...]
    contact: str
    key_service: str
    languages: tuple[str, ...]
    profile: str
    centre: tuple[float, float]
    zoom: int
    attribution: str
    place: str
    roads: Path | None
    zone_values: tuple[Zone, ...]
    depots: tuple[Depot, ...]
    services: tuple[Service, ...]
    vehicles: tuple[Vehicle, ...]
    crews: tuple[Crew, ...]
    device_ids: Mapping[VehicleId, DeviceId]

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


def load_city(city: str | PathLike[str], *, roads: str | PathLike[str] | None = None) -> City:
    """Load a city that ships, by its key, or any other by the path of its folder.

    Parameters
    ----------
    city
        A key such as `la-serena-coquimbo`, or a folder with a `city.json`.
    roads
        An OpenStreetMap file or a built network to use instead of the city's own roads.

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
    loaded = _read_city(folder)
    faults = contradictions(loaded.depots, loaded.services, loaded.vehicles, loaded.crews)
    faults += contradictory_jurisdictions(loaded.jurisdictions, loaded.zone_values, loaded.services)
    if faults:
        raise CityFileError(f"the files in {folder} contradict each other: {'; '.join(faults)}.")
    return loaded if roads is None else replace(loaded, roads=Path(roads))


def known_cities() -> list[str]:
    """Return the keys of the cities that ship."""
    return sorted(path.parent.name for path in SAMPLES.glob(f"*/{CITY_FILE}"))


def _read_city(folder: Path) -> City:
    path = folder / CITY_FILE
    facts = read_json(path)
    try:
        files = {name: folder / facts[name] for name in ("depots", "services", "crews")}
        files |= {name: folder / facts[name] for name in ("roads", "zones") if name in facts}
        vehicles = read_items(
            files["crews"], "vehicles", lambda entry: (vehicle_of(entry), entry.get("device"))
        )
        return City(
            key=facts["key"],
            name=facts["name"],
            time_zone=ZoneInfo(facts["time_zone"]).key,
            jurisdictions=(
                Jurisdiction(id=str(facts["jurisdiction_id"]), name=facts["name"]),
                *(read_items(path, "jurisdictions", jurisdiction_of) if "jurisdictions" in facts else ()),
            ),
            contact=facts.get("contact", ""),
            key_service=facts.get("key_service", ""),
            languages=tuple(facts["languages"]),
            profile=facts["profile"],
            centre=(float(facts["centre"][0]), float(facts["centre"][1])),
            zoom=int(facts["zoom"]),
            attribution=facts["attribution"],
            place=facts.get("place", ""),
            roads=files.get("roads"),
            zone_values=read_items(files["zones"], "features", zone_of) if "zones" in files else (),
            depots=read_items(files["depots"], "depots", depot_of),
            services=read_items(files["services"], "services", service_of),
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
