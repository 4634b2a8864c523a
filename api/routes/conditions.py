"""Conditions: closures and speeds that hold on some roads for some time."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

import shapely
import shapely.geometry
from fastapi import APIRouter, Depends, Response
from pydantic import Field
from shapely.errors import ShapelyError

from equipage.api.given import Given, OptionalMoment
from equipage.api.representations.city import ConditionShown
from equipage.api.representations.lists import (
    PAGE,
    AsGeoJson,
    Cursor,
    Limit,
    Page,
    answer_item,
    answer_list,
    page_of,
)
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import ConditionId
from equipage.dispatch.services.conditions import NewCondition, add_condition, remove_condition
from equipage.dispatch.status import ConditionKind

router = APIRouter(prefix="/api/v1/conditions", tags=["conditions"], dependencies=list(KEY_SCHEMES))

MOST_CORNERS = 5_000
"""Of an area: a district's outline has some hundreds, and every road is held against each of them."""

ALONG_DEGREES = 1e-5
"""How far from a line a road is still touched by it: a metre, for a stroke across a bridge."""

_Editor = Annotated[Principal, Depends(May(Action.EDIT_CONDITIONS))]
_READS = [Depends(May(Action.READ_CONDITIONS))]


class ConditionGiven(Given):
    """A closure, or a speed: a factor of the usual one or km/h, on roads by area, way and class.

    A closure names at least one of the three; a speed without any is about all roads. Hours are like
    `Mo-Fr 07:00-09:00,16:30-19:00`, on the city's clock.
    """

    name: str
    kind: ConditionKind
    area: dict[str, Any] | None = Field(
        None,
        description="a GeoJSON Polygon or MultiPolygon; a LineString is for what it crosses",
        examples=[
            {"type": "Polygon", "coordinates": [[[-71.26, -29.91], [-71.25, -29.91], [-71.25, -29.9]]]}
        ],
    )
    way_ids: list[int] = Field(default_factory=list, max_length=10_000)
    road_classes: list[str] = Field(
        default_factory=list,
        max_length=100,
        description="values of OpenStreetMap's `highway`; the city's roads must have them",
        examples=[["residential", "living_street"]],
    )
    speed_factor: float | None = None
    speed_kph: float | None = None
    hours: str = ""
    valid_from: OptionalMoment = None
    valid_until: OptionalMoment = None


@router.get("", summary="List conditions", response_model=Page[ConditionShown], dependencies=_READS)
def list_conditions(here: Here, as_geojson: AsGeoJson, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """List the conditions that were not removed, past and future ones too."""
    with here.store.reading() as reading:
        shown = [ConditionShown.of(condition) for condition in reading.conditions()]
    items, following = page_of(shown, limit=limit, cursor=cursor)
    return answer_list(items, as_geojson=as_geojson, next_cursor=following)


@router.get("/{condition_id}", summary="One condition", response_model=ConditionShown, dependencies=_READS)
def get_condition(here: Here, condition_id: str, as_geojson: AsGeoJson) -> Any:
    """Show a condition."""
    with here.store.reading() as reading:
        condition = reading.condition(ConditionId(condition_id))
    if condition.removed_at is not None:
        raise NotFoundError(f"condition {condition_id} was removed at {condition.removed_at.isoformat()}")
    return answer_item(ConditionShown.of(condition), as_geojson=as_geojson)


@router.post("", summary="Close roads, or change their speed", status_code=HTTPStatus.CREATED)
def add(response: Response, here: Here, caller: _Editor, given: ConditionGiven) -> ConditionShown:
    """Enter a condition; routes, arrivals and the plan follow it within seconds."""
    new = NewCondition(
        name=given.name,
        kind=given.kind,
        area=area_of(given.area),
        way_ids=tuple(given.way_ids),
        road_classes=tuple(given.road_classes),
        speed_factor=given.speed_factor,
        speed_kph=given.speed_kph,
        hours=given.hours.strip(),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
    )
    with here.store.transaction() as tx:
        condition = add_condition(tx, new, network=here.router.network, now=here.now(), actor=caller.name)
    response.headers["Location"] = f"{router.prefix}/{condition.id}"
    return ConditionShown.of(condition)


@router.delete("/{condition_id}", summary="End a condition", status_code=HTTPStatus.NO_CONTENT)
def remove(here: Here, caller: _Editor, condition_id: str) -> None:
    """End a condition; it stays on record."""
    with here.store.transaction() as tx:
        remove_condition(tx, ConditionId(condition_id), now=here.now(), actor=caller.name)


def area_of(given: dict[str, Any] | None) -> shapely.Polygon | shapely.MultiPolygon | None:
    """Return GeoJSON as an area, a line as what lies along it; whether roads do is for the router to say."""
    if given is None:
        return None
    try:
        shape = shapely.geometry.shape(given)
    except (ShapelyError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError([Fault("no_geometry", said=str(error))]) from None
    if isinstance(shape, shapely.LineString) and shapely.get_num_coordinates(shape) <= MOST_CORNERS:
        return shapely.Polygon(shape.buffer(ALONG_DEGREES, quad_segs=1).exterior)
    if not isinstance(shape, shapely.Polygon | shapely.MultiPolygon) or shape.is_empty:
        raise InvalidInputError([Fault("no_area", given=given.get("type"))])
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise InvalidInputError([Fault("many_corners", most=MOST_CORNERS)])
    return shape
