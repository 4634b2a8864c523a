"""The base map: `GET /tiles/{z}/{x}/{y}.png`, for Leaflet, Folium and any GIS."""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import Annotated, Any

import platformdirs
from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from starlette.status import HTTP_304_NOT_MODIFIED, HTTP_404_NOT_FOUND

from equipage.api.security import Anybody, context_of
from equipage.api.tiles.palette import MapStyle
from equipage.api.tiles.store import TileStore
from equipage.api.tiles.tile import Tile

CACHE_CONTROL = "public, max-age=600, stale-while-revalidate=86400"
"""Roads change with a new network only, and then the ETag does."""

IfNoneMatch = Annotated[str | None, Header()]

router = APIRouter(
    tags=["map"],
    dependencies=[Depends(Anybody())],
    default_response_class=Response,
)

_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}},
    304: {"description": "The tile that you have is still right."},
}
_making = Lock()


@router.get("/tiles/{z}/{x}/{y}@2x.png", summary="The base map at twice the density", responses=_PNG)
async def get_dense_tile(
    request: Request,
    z: int,
    x: int,
    y: int,
    style: MapStyle = MapStyle.DAY,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return one tile for screens with two dots to a pixel: 512 dots a side, everything twice as fine."""
    return await _answer(request, (z, x, y), scale=2, style=style, known=if_none_match)


@router.get("/tiles/{z}/{x}/{y}.png", summary="The base map", responses=_PNG)
async def get_tile(
    request: Request,
    z: int,
    x: int,
    y: int,
    style: MapStyle = MapStyle.DAY,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return one tile of the base map, 256 pixels a side, by day or with `?style=night`; zoom 0 to 20.

    Any map that speaks XYZ shows it: in QGIS *Layer, Add layer, Add XYZ layer* with the URL
    `http://HOST/tiles/{z}/{x}/{y}.png` (or `…@2x.png`), in Leaflet
    `L.tileLayer("/tiles/{z}/{x}/{y}{r}.png?style=night")`, in Folium
    `folium.TileLayer("/tiles/{z}/{x}/{y}.png", attr="© OpenStreetMap contributors")`. Where the city has no
    roads a tile is empty. Say "© OpenStreetMap contributors" on every map.
    """
    return await _answer(request, (z, x, y), scale=1, style=style, known=if_none_match)


async def _answer(
    request: Request, place: tuple[int, int, int], *, scale: int, style: MapStyle, known: str | None
) -> Response:
    """Return a tile, or 304 to whoever has it."""
    try:
        tile = Tile(*place, scale, style)
    except ValueError as fault:
        raise HTTPException(HTTP_404_NOT_FOUND, str(fault)) from fault
    store = store_of(request)
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": f'"{store.version}"'}
    if known and headers["ETag"] in {tag.strip().removeprefix("W/") for tag in known.split(",")}:
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    # Others may wait for the same tile when this caller gives up.
    picture = await asyncio.shield(asyncio.wrap_future(store.ask(tile)))
    return Response(picture, media_type="image/png", headers=headers)


def store_of(request: Request) -> TileStore:
    """Return the tiles of the server's city, which begin to exist when the first is asked for.

    Parameters
    ----------
    request : Request
        Any of the server's.

    Returns
    -------
    TileStore
        The same one each time.
    """
    state = request.app.state
    with _making:
        if not hasattr(state, "tiles"):
            context = context_of(request)
            root = platformdirs.user_cache_path("equipage") / "tiles"
            state.tiles = TileStore(context.router.network, context.city.zone_values, root=root)
    store: TileStore = state.tiles
    return store
