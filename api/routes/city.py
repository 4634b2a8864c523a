"""The city: its services, zones and depots, its streets by name, and what is at a point."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from equipage.api.given import Latitude, Longitude
from equipage.api.representations.city import DepotShown, ServiceShown, SkillShown, ZoneShown
from equipage.api.representations.lists import (
    PAGE,
    AsGeoJson,
    Cursor,
    Limit,
    Page,
    Shown,
    answer_item,
    answer_list,
    page_of,
)
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action
from equipage.dispatch.errors import NotFoundError
from equipage.dispatch.model import ServiceCode
from equipage.routing.errors import OffNetworkError

router = APIRouter(prefix="/api/v1", tags=["city"], dependencies=[*KEY_SCHEMES, Depends(May(Action.LOOK))])


class StreetShown(Shown):
    """A street, as much of it as lies in one commune."""

    name: str
    commune: str
    lon: float
    lat: float
    bounds: tuple[float, float, float, float]


class RoadClassShown(Shown):
    """A kind of road, as OpenStreetMap calls it."""

    name: str


class PlaceShown(Shown):
    """What is at a point."""

    address: str
    distance_m: float | None
    zone_id: str | None
    commune: str
    on_network: bool


@router.get("/services", summary="What can be reported")
def list_services(here: Here, limit: Limit = PAGE, cursor: Cursor = "") -> Page[ServiceShown]:
    """List the services with what their jobs need and what the city promises."""
    with here.store.reading() as reading:
        shown = [ServiceShown.of(service) for service in reading.services().values()]
    items, following = page_of(shown, limit=limit, cursor=cursor)
    return Page(items=items, next=following)


@router.get("/road-classes", summary="The classes of the city's roads")
def list_road_classes(here: Here) -> Page[RoadClassShown]:
    """List the values of OpenStreetMap's `highway` that conditions may name."""
    return Page(items=[RoadClassShown(name=name) for name in sorted(here.router.network.classes)], next=None)


@router.get("/services/{code}", summary="One service")
def get_service(here: Here, code: str) -> ServiceShown:
    """Show a service."""
    with here.store.reading() as reading:
        service = reading.services().get(ServiceCode(code))
    if service is None:
        raise NotFoundError(f"there is no service {code!r}")
    return ServiceShown.of(service)


@router.get("/skills", summary="What jobs need and crews have")
def list_skills(here: Here, limit: Limit = PAGE, cursor: Cursor = "") -> Page[SkillShown]:
    """List the names of the skills; one that the city has not named goes by its code."""
    items, following = page_of([SkillShown.of(each) for each in here.city.skills], limit=limit, cursor=cursor)
    return Page(items=items, next=following)


@router.get("/zones", summary="The parts of the city", response_model=Page[ZoneShown])
def list_zones(here: Here, as_geojson: AsGeoJson, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """List the zones with their outlines."""
    with here.store.reading() as reading:
        shown = [ZoneShown.of(zone) for zone in reading.zones()]
    items, following = page_of(shown, limit=limit, cursor=cursor)
    return answer_list(items, as_geojson=as_geojson, next_cursor=following)


@router.get("/zones/{zone_id}", summary="One zone", response_model=ZoneShown)
def get_zone(here: Here, zone_id: str, as_geojson: AsGeoJson) -> Any:
    """Show a zone."""
    with here.store.reading() as reading:
        zone = next((zone for zone in reading.zones() if zone.id == zone_id), None)
    if zone is None:
        raise NotFoundError(f"there is no zone {zone_id!r}")
    return answer_item(ZoneShown.of(zone), as_geojson=as_geojson)


@router.get("/depots", summary="Where crews start and end", response_model=Page[DepotShown])
def list_depots(here: Here, as_geojson: AsGeoJson, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """List the depots."""
    with here.store.reading() as reading:
        shown = [DepotShown.of(depot) for depot in reading.depots()]
    items, following = page_of(shown, limit=limit, cursor=cursor)
    return answer_list(items, as_geojson=as_geojson, next_cursor=following)


@router.get("/depots/{depot_id}", summary="One depot", response_model=DepotShown)
def get_depot(here: Here, depot_id: str, as_geojson: AsGeoJson) -> Any:
    """Show a depot."""
    with here.store.reading() as reading:
        depot = next((depot for depot in reading.depots() if depot.id == depot_id), None)
    if depot is None:
        raise NotFoundError(f"there is no depot {depot_id!r}")
    return answer_item(DepotShown.of(depot), as_geojson=as_geojson)


@router.get("/streets", summary="Find a street by its name")
def streets(here: Here, q: Annotated[str, Query(max_length=200)] = "") -> Page[StreetShown]:
    """List up to 20 streets with words that begin as asked; accents and case do not matter."""
    return Page(
        items=[
            StreetShown(
                name=street.name,
                commune=street.commune,
                lon=street.lon,
                lat=street.lat,
                bounds=street.bounds,
            )
            for street in here.places.streets(q)
        ]
    )


@router.get("/reverse", summary="What is at a point")
def reverse(here: Here, lon: Longitude, lat: Latitude) -> PlaceShown:
    """Tell the nearest street, how far it is, and the zone; `on_network` is false too far from any road."""
    zone = here.places.zone_at(lon, lat)
    zone_id, commune = (zone.id, zone.commune) if zone else (None, "")
    try:
        snaps = here.router.snap([(lon, lat)])
    except OffNetworkError:
        return PlaceShown(address="", distance_m=None, zone_id=zone_id, commune=commune, on_network=False)
    snap = snaps[0]
    address = ", ".join(part for part in (snap.name, commune) if part)
    return PlaceShown(
        address=address, distance_m=snap.distance_m, zone_id=zone_id, commune=commune, on_network=True
    )
