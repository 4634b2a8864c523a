"""OSRM's HTTP API: `GET /osrm/{route,table,nearest}/v1/{profile}/{lon},{lat};…`, for whoever speaks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response

from equipage.api.osrm.drives import route_answer
from equipage.api.osrm.faults import Code, OsrmError
from equipage.api.osrm.requests import OsrmRequest, read_posted, read_request
from equipage.api.osrm.tables import nearest_answer, table_answer
from equipage.api.security import Anybody, context_of
from equipage.routing.router import Router

router = APIRouter(tags=["routing"], dependencies=[Depends(Anybody())])

_ANSWERS: Mapping[str, Callable[[Router, OsrmRequest], str]] = {
    "route": route_answer,
    "table": table_answer,
    "nearest": nearest_answer,
}
# What OSRM's clients call cars are vans here.
_CALLED = {"car": "van", "driving": "van"}
# So many requests are worked on at once; the others wait, and everything else goes on.
_AT_ONCE = 2
_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"description": "No answer: `code` is OSRM's name for why, `message` says it"}
}


@router.get("/osrm/{asked:path}", summary="Ask as OSRM's clients do", responses=_RESPONSES)
async def ask_as_osrm(request: Request, asked: str) -> Response:
    """Answer as OSRM does: `/osrm/{service}/v1/{profile}/{lon},{lat};{lon},{lat}?{option}={value}`.

    Services are `route`, `table`, `nearest`; `car` and `driving` mean `van`; roads, closures and speeds are
    those that hold now. Options are OSRM's: `radiuses` and `skip_waypoints`; for `route` also `overview`,
    `geometries`, `steps` and `annotations`; for `table` `sources`, `destinations`, `annotations`,
    `fallback_speed`, `fallback_coordinate` and `scale_factor`; for `nearest` `number`. `hints` and
    `alternatives` have no effect; what else is not offered is refused with `InvalidOptions`. A coordinate
    without a radius may be 1,000 m from a road. At most 500 coordinates make a route, 10,000 coordinates and
    4,000,000 cells a table, 100 places an answer of `nearest`. A URL has at most 65,535 characters, which are
    2,200 coordinates with their radiuses as VROOM sends them: post what is longer.
    """
    query = request.scope["query_string"].decode("latin-1")
    return await _answered(request, partial(read_request, f"/{asked}", query))


@router.post("/osrm/{asked:path}", summary="Ask more than a URL can hold", responses=_RESPONSES)
async def post_as_osrm(request: Request, asked: str) -> Response:
    """Answer as OSRM does to a JSON object: `/osrm/{service}/v1/{profile}`, for more than a URL can hold.

    Its members are `coordinates`, an array of `[lon, lat]` or a `polyline(…)`, and the options of the GET by
    their names: true, false, numbers, strings, and arrays where a URL has several values.
    """
    return await _answered(request, partial(read_posted, f"/{asked}", await request.body()))


async def _answered(request: Request, read: Callable[[], OsrmRequest]) -> Response:
    state = request.app.state
    if not hasattr(state, "osrm_limiter"):
        state.osrm_limiter = CapacityLimiter(_AT_ONCE)
    work = partial(_answer, context_of(request).router, read)
    content, status = await to_thread.run_sync(work, limiter=state.osrm_limiter)
    # As with OSRM, any page may ask: roads are no secret.
    headers = {"Access-Control-Allow-Origin": "*"}
    return Response(content, status, headers=headers, media_type="application/json")


def _answer(roads: Router, read: Callable[[], OsrmRequest]) -> tuple[bytes, HTTPStatus]:
    """Return the answer to a request, and its status."""
    try:
        asked = read()
        _check_profile(roads, asked.profile)
        return _ANSWERS[asked.service](roads, asked).encode(), HTTPStatus.OK
    except OsrmError as fault:
        return json.dumps({"code": fault.code, "message": fault.message}).encode(), HTTPStatus.BAD_REQUEST


def _check_profile(roads: Router, asked: str) -> None:
    """Refuse another vehicle than the one that these roads are for."""
    profile = roads.network.profile
    if _CALLED.get(asked, asked) != profile:
        raise OsrmError(Code.INVALID_VALUE, f"there are no roads for {asked} here: the profile is {profile}")
