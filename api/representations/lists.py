"""Lists in pages, and the same as GeoJSON for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from equipage.dispatch.errors import InvalidInputError

GEOJSON = "application/geo+json"
PAGE = 500
MOST_ON_A_PAGE = 2_000


class Shown(BaseModel):
    """Anything that is shown to a caller."""

    model_config = ConfigDict(frozen=True)


Item = TypeVar("Item", bound=Shown)


class Page(Shown, Generic[Item]):
    """Some items of a list, and where the next page starts."""

    items: Sequence[Item]
    next: str | None = None


def wants_geojson(
    request: Request,
    asked: Annotated[
        str,
        Query(alias="format", description="`geojson` for GeoJSON, as `Accept: application/geo+json`"),
    ] = "",
) -> bool:
    """Tell whether the caller asks for GeoJSON."""
    return asked.lower() == "geojson" or GEOJSON in request.headers.get("accept", "")


AsGeoJson = Annotated[bool, Depends(wants_geojson)]
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE, description="how many a page")]
Cursor = Annotated[str, Query(description="`next` of the page before", max_length=200)]


def answer_list(
    items: Sequence[Item], *, as_geojson: bool, next_cursor: str | None = None
) -> Page[Item] | Response:
    """Return items as a page, or as a FeatureCollection with the same `next`."""
    if not as_geojson:
        return Page[Any](items=items, next=next_cursor or None)
    content = {
        "type": "FeatureCollection",
        "features": [feature(item.model_dump(mode="json")) for item in items],
        "next": next_cursor or None,
    }
    return JSONResponse(content, media_type=GEOJSON)


def answer_item(item: Item, *, as_geojson: bool) -> Item | Response:
    """Return one thing, or the same as a Feature."""
    return JSONResponse(feature(item.model_dump(mode="json")), media_type=GEOJSON) if as_geojson else item


def page_of(items: Sequence[Item], *, limit: int, cursor: str) -> tuple[Sequence[Item], str | None]:
    """Return the page of a short list that starts at a cursor, and where the next one starts."""
    if cursor and not (cursor.isascii() and cursor.isdigit()):
        raise InvalidInputError([f"cursor {cursor!r} is none of ours; give `next` of the page before"])
    start = int(cursor or 0)
    end = start + limit
    return items[start:end], str(end) if end < len(items) else None


def feature(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Feature: its geometry is the thing's own, or else its place."""
    properties = {name: value for name, value in shown.items() if name not in {"geometry", "area"}}
    return {
        "type": "Feature",
        "id": shown.get("id"),
        "geometry": _geometry(shown),
        "properties": properties,
    }


def split(values: Iterable[str]) -> frozenset[str]:
    """Return what a repeatable, comma-separated parameter says; empty parts say nothing."""
    return frozenset(part.strip() for value in values for part in value.split(",") if part.strip())


def _geometry(shown: Mapping[str, Any]) -> Any:
    for name in ("geometry", "area"):
        if name in shown:
            return shown[name]
    lon, lat = shown.get("lon"), shown.get("lat")
    return None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}
