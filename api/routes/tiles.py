"""The base map: `GET /tiles/{z}/{x}/{y}.png`, for Leaflet, Folium and any GIS."""

from __future__ import annotations

from hashlib import sha256
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from starlette.status import HTTP_304_NOT_MODIFIED, HTTP_404_NOT_FOUND

from equipage.api.security import Anybody, context_of
from equipage.api.tiles.render import TileRenderer, check_tile

router = APIRouter(tags=["map"], dependencies=[Depends(Anybody())])

CACHE_CONTROL = "public, max-age=600, stale-while-revalidate=86400"
"""Roads change with a new network only, and then the ETag does."""

_making = Lock()


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
    picture = renderer_of(request).tile(z, x, y, scale)
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": f'"{sha256(picture).hexdigest()[:16]}"'}
    if if_none_match == headers["ETag"]:
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(picture, media_type="image/png", headers=headers)


def renderer_of(request: Request) -> TileRenderer:
    """Return the renderer of the server's city, made when the first tile is asked for.

    Parameters
    ----------
    request : Request
        Any of the server's.

    Returns
    -------
    TileRenderer
        The same one each time; making it takes a part of a second.
    """
    state = request.app.state
    with _making:
        if not hasattr(state, "tiles"):
            context = context_of(request)
            areas = [zone.geometry for zone in context.city.zone_values]
            state.tiles = TileRenderer(context.router.network, areas)
    renderer: TileRenderer = state.tiles
    return renderer
