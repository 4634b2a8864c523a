"""The base map: `GET /tiles/{z}/{x}/{y}.png`, for Leaflet, Folium and any GIS."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Request, Response
from starlette.status import HTTP_304_NOT_MODIFIED, HTTP_404_NOT_FOUND, HTTP_503_SERVICE_UNAVAILABLE

from equipage.api.tiles.render import TileRenderer, check_tile

router = APIRouter(tags=["map"])

CACHE_CONTROL = "public, max-age=600, stale-while-revalidate=86400"
"""Roads change with a new network only, and then the ETag does."""


@router.get(
    "/tiles/{z}/{x}/{y}.png", response_class=Response, responses={200: {"content": {"image/png": {}}}}
)
def get_tile(
    request: Request,
    z: int,
    x: int,
    y: int,
    scale: int = 1,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return one tile of the base map, 256 pixels a side (512 with `scale=2`); one without roads is empty."""
    try:
        check_tile(z, x, y, scale)
    except ValueError as fault:
        raise HTTPException(HTTP_404_NOT_FOUND, str(fault)) from fault
    renderer: TileRenderer | None = getattr(request.app.state, "tiles", None)
    if renderer is None:
        raise HTTPException(
            HTTP_503_SERVICE_UNAVAILABLE, "The road network is still being loaded.", {"Retry-After": "2"}
        )
    picture = renderer.tile(z, x, y, scale)
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": f'"{sha256(picture).hexdigest()[:16]}"'}
    if if_none_match == headers["ETag"]:
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(picture, media_type="image/png", headers=headers)
